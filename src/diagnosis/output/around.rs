//! What the lines around a line tell of it: a program's output is a story, and its single lines
//! mislead.

use super::words::{self, Says, wording};
use super::{
    OutputKind, classify, is_error_like, is_exception, is_position, is_quiet_wrapper,
    without_labels,
};
use crate::formats::msi::{Statement, StatementKind};

/// How many lines above its position an error of PowerShell may begin.
const LONGEST_SENTENCE: usize = 5;

/// The output of a step, looked at as a whole.
#[derive(Debug, Default)]
pub struct Around {
    /// A program was run whose failure is passed on.
    wrapped: bool,
    /// What kind of line each is by itself, by its number: told once for all who ask.
    kinds: Vec<(u64, OutputKind)>,
    /// Lines of which others say that they tell of a failure.
    told: Vec<u64>,
    /// Lines that tell of a failure that did not matter, or whose own words are inside.
    weak: Vec<u64>,
    /// Lines of what was only looked for, where all went well after that.
    spent: Vec<u64>,
}

/// A line of output.
#[derive(Clone, Copy)]
struct Said<'a> {
    line: u64,
    text: &'a str,
    kind: OutputKind,
}

impl Said<'_> {
    fn fails(&self) -> bool {
        match self.kind {
            OutputKind::Child => wording(self.text) == Some(Says::ErrorLike),
            kind => kind >= OutputKind::ErrorLike && kind != OutputKind::QuietWrapper,
        }
    }
}

impl Around {
    /// Looks at all that a step said.
    pub fn of(statements: &[&Statement]) -> Self {
        let output = statements
            .iter()
            .filter(|s| s.kind == StatementKind::Output);
        let wrapped = output.clone().any(|s| is_quiet_wrapper(s.body()));
        let mut said: Vec<Said<'_>> = output
            .map(|s| Said {
                line: s.line,
                text: without_labels(s.body()),
                kind: classify(s.body(), wrapped),
            })
            .collect();
        let mut kinds: Vec<_> = said.iter().map(|s| (s.line, s.kind)).collect();
        kinds.sort_unstable_by_key(|(line, _)| *line);
        let mut around = Self {
            wrapped,
            kinds,
            ..Self::default()
        };
        said.retain(|s| !s.text.is_empty());
        around.positions(&said);
        around.codes_alone(&said);
        around.headings(&said);
        around.got_over(&said);
        around.outer_exceptions(&said);
        around
    }

    /// What kind of line this is, here.
    pub fn classify(&self, statement: &Statement) -> OutputKind {
        let known = self
            .kinds
            .binary_search_by_key(&statement.line, |(line, _)| *line);
        let known = known.ok().and_then(|at| self.kinds.get(at));
        let kind = known.map_or_else(
            || classify(statement.body(), self.wrapped),
            |(_, kind)| *kind,
        );
        let weak = self.weak.contains(&statement.line);
        match kind {
            _ if self.spent.contains(&statement.line) => OutputKind::Chatter,
            _ if weak && kind > OutputKind::Doubtful => OutputKind::Doubtful,
            OutputKind::Chatter | OutputKind::Doubtful if self.told.contains(&statement.line) => {
                OutputKind::ErrorLike
            }
            kind => kind,
        }
    }

    /// PowerShell's errors: a sentence, perhaps over several lines, then its position, the code and
    /// the category; where the script cannot be read, the sentence follows the code.
    fn positions(&mut self, said: &[Said<'_>]) {
        let code = |s: &Said<'_>| s.text.starts_with('+');
        for (at, position) in said.iter().enumerate() {
            if !is_position(position.text) || code(position) {
                continue;
            }
            let from = at.saturating_sub(LONGEST_SENTENCE);
            let above = said.get(from..at).unwrap_or_default();
            let begins = above
                .iter()
                .rposition(|s| is_position(s.text))
                .map_or(0, |end| end + 1);
            let sentence = above.get(begins..).unwrap_or_default();
            let named = sentence.iter().rfind(|s| s.text.contains(" : "));
            let first = named
                .or(sentence.last())
                .filter(|s| !s.text.starts_with("-->"));
            self.told.extend(first.map(|s| s.line));
            let below = said.get(at + 1..).unwrap_or_default();
            let after_code = below.iter().skip_while(|s| code(s)).take(1);
            let misses_one = first.is_none() && below.first().is_some_and(code);
            self.told.extend(
                after_code
                    .filter(|s| misses_one && !is_position(s.text))
                    .map(|s| s.line),
            );
        }
    }

    /// Of an error of PowerShell that is cut off above its category, the category is what is left:
    /// `+ CategoryInfo : PermissionDenied: (:) [Set-Thing], SomeException`.
    fn codes_alone(&mut self, said: &[Said<'_>]) {
        for (at, line) in said.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|before| said.get(before));
            let cut_off = before.is_none_or(|before| !is_position(before.text));
            if cut_off && line.text.starts_with("+ CategoryInfo ") {
                self.told.push(line.line);
            }
        }
    }

    /// What a line announces that says nothing itself.
    fn headings(&mut self, said: &[Said<'_>]) {
        for pair in said.windows(2) {
            let [heading, next] = pair else { continue };
            if words::is_heading(heading.text)
                && next.line <= heading.line + 2
                && !super::tells_nothing(next.text)
                && !is_number_of(next.text)
            {
                self.told.push(next.line);
            }
        }
    }

    /// What was looked for and not found before something worked was only looked for, where something
    /// else failed after that.
    fn got_over(&mut self, said: &[Said<'_>]) {
        let last = said
            .iter()
            .rfind(|s| s.fails() && words::looked_for(s.text).is_none())
            .map_or(0, |s| s.line);
        let worked = |s: &&Said<'_>| wording(s.text) == Some(Says::Worked);
        let mut before = said.iter().filter(|s| s.line < last);
        let first_half = before.rfind(worked).map_or(0, |s| s.line);
        let worked = said.iter().rfind(worked).map_or(0, |s| s.line);
        let mut idle = false;
        for line in said {
            let looked = words::looked_for(line.text);
            // What the program says of it comes in the next line.
            idle = looked == Some(Says::Idle) || (idle && looked.is_some());
            if looked.is_none() {
                continue;
            }
            if idle && line.line < worked && worked > last {
                self.spent.push(line.line);
            } else if line.line < last && (idle || line.line < first_half) {
                self.weak.push(line.line);
            }
        }
    }

    /// Of an exception and those inside it, the innermost one tells what went wrong.
    fn outer_exceptions(&mut self, said: &[Said<'_>]) {
        let exceptions: Vec<&Said<'_>> = said
            .iter()
            .filter(|s| match s.kind {
                OutputKind::Child => is_exception(s.text),
                kind => kind == OutputKind::Exception,
            })
            .collect();
        let mut outer: Vec<u64> = Vec::new();
        for (at, exception) in exceptions.iter().enumerate() {
            let again = at > 0 && says_again(exceptions.get(at - 1), exception);
            if at > 0 && is_inner(exception.text) {
                if again {
                    self.weak.push(exception.line);
                    continue;
                }
                self.weak.append(&mut outer);
            } else {
                outer.clear();
            }
            outer.push(exception.line);
        }
        // One that only says that there was one, where others say which.
        let (hulls, others): (Vec<&Said<'_>>, Vec<&Said<'_>>) =
            exceptions.into_iter().partition(|s| only_wraps(s.text));
        if others.iter().any(|s| !self.weak.contains(&s.line)) {
            self.weak.extend(hulls.iter().map(|s| s.line));
        }
    }

    /// Whether a line of a program tells of a failure, by its words or by others'.
    pub fn program_failed(&self, statement: &Statement) -> bool {
        let text = without_labels(statement.body());
        self.told.contains(&statement.line) || is_error_like(text) || is_exception(text)
    }
}

/// `Level : 0`: a field of a report, whose number no reader knows.
fn is_number_of(text: &str) -> bool {
    let value = text.split_once(':').map(|(_, value)| value.trim());
    value.is_some_and(|value| value.bytes().all(|b| b.is_ascii_digit()))
}

/// `---> System.IO.IOException: …`, `Inner exception: …`
fn is_inner(text: &str) -> bool {
    let lower = text.get(..16).unwrap_or(text).to_ascii_lowercase();
    text.starts_with("--->")
        || lower.starts_with("inner exception")
        || lower.starts_with("innerexception")
        || lower.starts_with("caused by")
}

/// Whether an inner exception has the sentence of the one around it.
fn says_again(outer: Option<&&Said<'_>>, inner: &Said<'_>) -> bool {
    let sentence = |text| str::rsplit(text, "Exception: ").next();
    let (outer, inner) = (outer.and_then(|s| sentence(s.text)), sentence(inner.text));
    outer == inner
}

/// Exceptions that only pass others on.
fn only_wraps(text: &str) -> bool {
    let alone = !text.contains("---> ");
    let wraps = [
        "TargetInvocationException: ",
        "TypeInitializationException: ",
        "AggregateException: ",
        "InstallException: ",
    ];
    alone && wraps.iter().any(|name| text.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use OutputKind::{Chatter, Doubtful, ErrorLike, Exception};

    /// The kinds of lines that follow one another.
    fn kinds(lines: &[&str]) -> Vec<OutputKind> {
        let statements: Vec<Statement> = (1..)
            .zip(lines)
            .map(|(line, text)| Statement {
                line,
                text: (*text).to_owned(),
                body: 0,
                kind: StatementKind::Output,
                number: None,
            })
            .collect();
        let all: Vec<&Statement> = statements.iter().collect();
        let around = Around::of(&all);
        all.iter().map(|s| around.classify(s)).collect()
    }

    #[test]
    fn what_was_only_looked_for_gives_way() {
        let found = kinds(&[
            "WixQuietExec:   :: OpenService FAILED 1060:",
            "WixQuietExec:   :: The service does not exist.",
            "WixQuietExec:  [SC] CreateService SUCCESS",
            "WixQuietExec:  The daemon could not be started.",
        ]);
        assert_eq!(found, [Doubtful, Doubtful, Chatter, ErrorLike]);
        // Nor is it the cause of another failure, without any success.
        let found = kinds(&[
            "[SC] OpenService FAILED 1060:",
            "The service does not exist.",
            "[SC] CreateService FAILED 1072:",
        ]);
        assert_eq!(found, [Doubtful, Doubtful, ErrorLike]);
        let found = kinds(&[
            "[SC] OpenService FAILED 1060:",
            "[SC] CreateService SUCCESS",
        ]);
        assert_eq!(found, [Chatter, Chatter]);
        // Without a success between them the first one may be the cause of the second.
        let found = kinds(&["Could not find the licence.", "Setup failed."]);
        assert_eq!(found, [ErrorLike, ErrorLike]);
        // Nothing else failed.
        let found = kinds(&["Could not find the licence.", "Tables: success"]);
        assert_eq!(found, [ErrorLike, Chatter]);
        // A real failure is not forgiven because something else worked.
        let found = kinds(&["Login failed.", "Tables: success", "Setup failed."]);
        assert_eq!(found, [ErrorLike, Chatter, ErrorLike]);
    }

    #[test]
    fn errors_of_powershell_in_several_lines_and_languages() {
        let found = kinds(&[
            "Set-Thing : A hálózat nem érhető el.",
            "At C:\\sample\\a.ps1:12 char:3",
            "+   Set-Thing -Denied $x",
            "+   ~~~~~~~~~~~~~~~~~~~~",
            "    + CategoryInfo          : PermissionDenied: (:) [Set-Thing], SampleException",
            "    + FullyQualifiedErrorId : Denied,Sample",
        ]);
        assert_eq!(
            found,
            [ErrorLike, Chatter, Chatter, Chatter, Chatter, Chatter]
        );
        let found = kinds(&[
            "C:\\sample\\a.ps1 : Die Datei ist gesperrt und",
            "bleibt es.",
            "In Zeile:1 Zeichen:1",
            "+ & a.ps1",
        ]);
        assert_eq!(found, [ErrorLike, Chatter, Chatter, Chatter]);
        // What cannot be read: the sentence comes after the code.
        let found = kinds(&[
            "--> PowerShell Script Execution log:",
            "At C:\\sample\\a.ps1:2 char:42",
            "+ $a = 'b",
            "+      ~",
            "The string has no end.",
        ]);
        assert_eq!(found, [Chatter, Chatter, Chatter, Chatter, ErrorLike]);
    }

    #[test]
    fn an_error_of_powershell_whose_sentence_is_cut_off() {
        let found = kinds(&[
            "    + CategoryInfo          : SecurityError: (:) [], SampleException",
            "    + FullyQualifiedErrorId : NotAllowed",
        ]);
        assert_eq!(found, [ErrorLike, Chatter]);
    }

    #[test]
    fn what_a_heading_announces() {
        let found = kinds(&["Error::", "The port belongs to somebody else."]);
        assert_eq!(found, [Chatter, ErrorLike]);
        assert_eq!(kinds(&["Error::", "Done, success."]), [Chatter, Chatter]);
        let found = kinds(&[
            "----- BEGIN OF ERROR REPORT -----",
            "Level   : 0",
            "Message : The port could not be opened.",
        ]);
        assert_eq!(found, [Chatter, Chatter, ErrorLike]);
    }

    #[test]
    fn the_innermost_exception_counts() {
        let found = kinds(&[
            "System.Reflection.TargetInvocationException: It was thrown.",
            " ---> Sample.OuterException: Not written.",
            " ---> System.IO.IOException: The disk is gone.",
            "   at Sample.Disk.Write(String a)",
            "   --- End of inner exception stack trace ---",
        ]);
        assert_eq!(found, [Doubtful, Doubtful, Exception, Chatter, Chatter]);
        let found = kinds(&[
            "System.Reflection.TargetInvocationException: It was thrown.",
            "System.IO.IOException: The disk is gone.",
            "System.IO.IOException: The disk is away.",
        ]);
        assert_eq!(found, [Doubtful, Exception, Exception]);
        let found = kinds(&[
            "Sample.OuterException: The disk is gone.",
            "  InnerException: System.IO.IOException: The disk is gone.",
        ]);
        assert_eq!(found, [Exception, Doubtful]);
        let found = kinds(&["System.Reflection.TargetInvocationException: It was thrown."]);
        assert_eq!(found, [Exception]);
    }
}
