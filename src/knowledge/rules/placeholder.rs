//! Places in the words of a rule that a log fills: `<product-code|product code>`.
//!
//! Before the bar stands a fact of `remedy-facts.tsv`, behind it the words that stand there where the
//! log lacks the fact. `<words>` without a bar is for what no log can know. A command stands between
//! backticks; what is filled in there is quoted, or left open where it could break out.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::knowledge::table;

const TABLE: &str = include_str!("../remedy-facts.tsv");

/// The fact that is a whole command, not a part of one.
const COMMAND: &str = "command-line";

/// Longest value that is filled in, in letters: longer ones are no names or paths.
const LONGEST: usize = 400;

/// A fact that words may name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize)]
pub struct RemedyFact {
    /// Its name between the brackets.
    pub name: &'static str,
    /// How its value is written: `guid`, `number`, `path`, `name`, `url`, `command`.
    pub shape: &'static str,
    /// What it is.
    pub meaning: &'static str,
    /// Where it is read from.
    pub read_from: &'static str,
    /// How it looks.
    pub example: &'static str,
}

static FACTS: LazyLock<Vec<RemedyFact>> = LazyLock::new(|| table::rows(TABLE).collect());

/// All facts that words may name, by name.
pub fn remedy_facts() -> &'static [RemedyFact] {
    &FACTS
}

/// A piece of the words of a rule.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Piece<'t> {
    /// Words as they stand.
    Text(&'t str),
    /// A place for a fact: its name, and the words where it is not known.
    Fact(&'t str, &'t str),
}

/// The pieces of a text, in order.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (at, place) = rest
            .match_indices('<')
            .find_map(|(at, _)| Some((at, place(rest.get(at..)?)?)))
            .unwrap_or((rest.len(), ("", "", 0)));
        if at > 0 {
            let (before, after) = rest.split_at_checked(at)?;
            rest = after;
            return Some(Piece::Text(before));
        }
        let (name, words, length) = place;
        rest = rest.get(length..).filter(|_| length > 0)?;
        Some(Piece::Fact(name, words))
    })
}

/// Name, words and length of a place at the start of a text.
fn place(text: &str) -> Option<(&str, &str, usize)> {
    let inner = text.strip_prefix('<')?;
    let (inner, _) = inner.split_once('>')?;
    let (name, words) = inner.split_once('|')?;
    let named = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    let plain = !words.trim().is_empty() && !words.contains(['<', '|']);
    (named && plain).then_some((name, words, inner.len() + 2))
}

/// A text with the facts that are known filled in.
pub(crate) fn fill(text: &str, known: &dyn Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut marks = 0;
    let mut all = pieces(text).peekable();
    while let Some(piece) = all.next() {
        let (name, words) = match piece {
            Piece::Text(text) => {
                marks += text.matches('`').count();
                filled.push_str(text);
                continue;
            }
            Piece::Fact(name, words) => (name, words),
        };
        let value = known(name).filter(|v| !v.trim().is_empty() && v.chars().count() <= LONGEST);
        let in_command = marks % 2 == 1;
        let quoted = filled.ends_with('"');
        // A part of a path, or of a longer word, cannot have quote marks of its own.
        let alone = filled.ends_with([' ', '`', '='])
            && all.peek().is_none_or(|next| match next {
                Piece::Text(text) => text.starts_with([' ', '`', ',', ';']),
                Piece::Fact(..) => false,
            });
        let next_ends = all.peek().is_some_and(|next| match next {
            Piece::Text(text) => text.starts_with('`'),
            Piece::Fact(..) => false,
        });
        let whole = name == COMMAND && filled.ends_with('`') && next_ends;
        let shown = value.as_deref().and_then(|value| match in_command {
            true if whole => command(value),
            true => argument(value, quoted, alone),
            false => sentence(value),
        });
        match shown {
            Some(value) => filled.push_str(&value),
            None => filled.extend(["<", words, ">"]),
        }
    }
    filled
}

/// A value in a sentence; `None` where it would not be one line of text.
fn sentence(value: &str) -> Option<Cow<'_, str>> {
    let plain = !value.chars().any(|c| c.is_control() || c == '`');
    plain.then(|| value.trim().into())
}

/// A value as an argument of a command for cmd.exe and PowerShell alike: in quote marks where it
/// needs them. What could end the quote marks, or be taken for a variable there, is not shown.
fn argument(value: &str, quoted: bool, alone: bool) -> Option<Cow<'_, str>> {
    let value = value.trim();
    let breaks = |c: char| c.is_control() || "\"`%$\u{201c}\u{201d}\u{201e}".contains(c);
    if value.chars().any(breaks) {
        return None;
    }
    let safe = |c: char| c.is_alphanumeric() || r"\/:._-~+#".contains(c);
    match value.chars().all(safe) {
        true => Some(value.into()),
        false if quoted => Some(value.into()),
        false => alone.then(|| format!("\"{value}\"").into()),
    }
}

/// A command that stands by itself, as the log has it, with its quote marks. What cmd.exe or PowerShell
/// would take for a second command, a variable or a redirection is not shown.
fn command(value: &str) -> Option<Cow<'_, str>> {
    let value = program_quoted(value.trim());
    let mut quoted = false;
    let plain = value.chars().all(|c| {
        quoted ^= c == '"';
        let breaks = c.is_control() || "`%$\u{201c}\u{201d}\u{201e}".contains(c);
        let parts = "&|<>^;()@!'".contains(c);
        !breaks && (quoted || !parts)
    });
    (plain && !quoted).then_some(value)
}

/// `C:\Program Files (x86)\a.exe /q` with quote marks around its program.
fn program_quoted(command: &str) -> Cow<'_, str> {
    const ENDS: [&str; 4] = [".exe", ".com", ".bat", ".cmd"];
    let lower = command.to_ascii_lowercase();
    let end = ENDS.iter().filter_map(|end| lower.find(end)).min();
    let parts = end.and_then(|end| command.split_at_checked(end + ENDS[0].len()));
    let parts = parts.filter(|(_, rest)| rest.is_empty() || rest.starts_with(' '));
    let path = |program: &str| program.get(1..3) == Some(r":\") && program.contains(' ');
    match parts.filter(|(program, _)| path(program) && !program.contains('"')) {
        Some((program, rest)) => format!("\"{program}\"{rest}").into(),
        None => command.into(),
    }
}

/// A step without the marks of its commands, for plain text.
pub(crate) fn plain(step: &str) -> String {
    step.replace('`', "")
}

/// The commands of a step: what stands between backticks.
pub(crate) fn commands(step: &str) -> impl Iterator<Item = &str> {
    step.split('`').skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str) -> Option<String> {
        let value = match name {
            "product-code" => "{11111111-2222-3333-4444-555555555555}",
            "file" => r"C:\Program Files\a b.dll",
            "service" => "Example Svc",
            "value" => "a\" & del *",
            "url" => "line\nbreak",
            "package" => r"C:\a.msi",
            "command-line" => r#""C:\Program Files (x86)\a.exe" /q "C:\b c.zip""#,
            _ => return None,
        };
        Some(value.to_owned())
    }

    #[test]
    fn places_are_filled() {
        let filled = |text| fill(text, &known);
        assert_eq!(
            filled("Repair it: `msiexec /f <product-code|product code>`."),
            "Repair it: `msiexec /f \"{11111111-2222-3333-4444-555555555555}\"`."
        );
        assert_eq!(
            filled("Look at <file|the file>."),
            r"Look at C:\Program Files\a b.dll."
        );
        assert_eq!(
            filled("`icacls \"<file|file>\"`"),
            r#"`icacls "C:\Program Files\a b.dll"`"#
        );
        assert_eq!(
            filled("`sc query <service|name>`"),
            "`sc query \"Example Svc\"`"
        );
        assert_eq!(
            filled("`msiexec /i <package|path>`"),
            r"`msiexec /i C:\a.msi`"
        );
        assert_eq!(
            filled("Run `<command-line|command>`."),
            r#"Run `"C:\Program Files (x86)\a.exe" /q "C:\b c.zip"`."#
        );
        let bare = |_: &str| Some(r"C:\Program Files (x86)\a.exe /up".to_owned());
        assert_eq!(
            fill("`<command-line|it>`", &bare),
            r#"`"C:\Program Files (x86)\a.exe" /up`"#
        );
        assert_eq!(
            filled("<port|port> and <anything>"),
            "<port> and <anything>"
        );
        assert_eq!(filled("a < b"), "a < b");
    }

    #[test]
    fn a_value_cannot_break_out() {
        assert_eq!(
            fill("`reg query x /v <value|name>`", &known),
            "`reg query x /v <name>`"
        );
        assert_eq!(fill("`curl <url|address>`", &known), "`curl <address>`");
        let as_argument = fill("`start <command-line|command>`", &known);
        assert_eq!(as_argument, "`start <command>`");
        for bad in [
            "a.exe & del *",
            "\"a.exe\" (del *)",
            "\"a.exe",
            "a %TEMP%",
            "a \"$(del *)\"",
            "a.exe; del",
            "a.exe > b",
        ] {
            let known = |_: &str| Some(bad.to_owned());
            assert_eq!(fill("`<command-line|it>`", &known), "`<it>`", "{bad}");
        }
        assert_eq!(fill("See <url|the address>", &known), "See <the address>");
        assert_eq!(fill(r"`dir <file|folder>\x`", &known), r"`dir <folder>\x`");
    }

    #[test]
    fn facts_have_all_columns_and_are_sorted() {
        assert_eq!(remedy_facts().len(), table::count(TABLE));
        assert!(remedy_facts().is_sorted_by(|a, b| a.name < b.name));
        let shapes = ["guid", "number", "path", "name", "url", "command"];
        assert!(
            remedy_facts()
                .iter()
                .all(|fact| shapes.contains(&fact.shape))
        );
    }

    #[test]
    fn commands_stand_between_backticks() {
        let all: Vec<_> = commands("Run `a b`, then `c`.").collect();
        assert_eq!(all, ["a b", "c"]);
    }
}
