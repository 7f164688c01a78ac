//! Takes the records of a bundle in.

use super::errors::{About, Execution, area};
use super::grammar::{Kind, Record, WORDINGS, begins_message};
use super::{Area, Bundle, Package, Problem, Said};
use crate::formats::lines::{KeptLine, ResultLine, clip, head, name, push_bounded};
use crate::formats::scan::{after, arch, digits_of, unquoted, until};
use crate::formats::stamp;
use crate::formats::wording::asked;

/// Error lines that are kept.
const PROBLEMS: usize = 200;
/// Messages of packages that are kept.
const MESSAGES: usize = 20;
/// Packages that are kept; the largest known bundles have about a thousand.
const PACKAGES: usize = 2_000;
/// Bytes of a message that tell what it is about.
const WORDS: usize = 1024;

impl Bundle {
    /// The record is the first one of another run: finish this one before it is taken in.
    pub(super) fn is_over(&self, record: &Record) -> bool {
        let ended = self.exit.is_some() || self.apply.is_some();
        ended && record.found.kind == Kind::Start
    }

    /// Takes a record in. `text` is the line as it stands in the log.
    pub(super) fn push(&mut self, number: u64, text: &str, record: &Record) {
        self.clock(number, record);
        let (kind, value) = (record.found.kind, record.found.value);
        match kind {
            Kind::Quoted if !record.is_error => self.quoted(number, text),
            Kind::Other if !record.is_error => {
                if begins_message(record.text) {
                    self.quoted(number, text);
                }
            }
            Kind::PackageSays => self.package_says(number, text, record),
            Kind::Error | Kind::Failed | Kind::Quoted | Kind::Other => {
                self.error(number, text, record);
            }
            Kind::Start => self.start(value),
            Kind::CommandLine => {
                self.asked = asked(unquoted(value)).unwrap_or_default();
                if let Some(path) = started_as(value) {
                    self.run.product.package = Some(clip(path));
                }
            }
            Kind::Variable => self.variable(number, text, record.found.name, unquoted(value)),
            Kind::Registration => {
                if let Some((_, code)) = value.rsplit_once('\\') {
                    self.run.product.code = Some(clip(code).to_ascii_uppercase());
                }
            }
            Kind::Removing => {
                let code = &mut self.run.product.code;
                code.get_or_insert_with(|| clip(value).to_ascii_uppercase());
            }
            Kind::Provider => {
                let version = &mut self.run.product.version;
                version.get_or_insert_with(|| clip(value));
            }
            Kind::Acquiring | Kind::RetryFetch | Kind::Verified => {
                self.chain_open = false;
                self.fetching(record);
            }
            Kind::Applying
            | Kind::Undoing
            | Kind::Applied
            | Kind::Undone
            | Kind::ProcessExited
            | Kind::RetryPackage
            | Kind::NotVital => {
                self.chain_open = false;
                self.package_step(number, text, record);
            }
            _ => {
                self.chain_open = false;
                self.step(number, text, record);
            }
        }
        if !matches!(kind, Kind::ConditionHolds | Kind::ConditionFails) {
            self.condition = None;
        }
    }

    /// Takes in a record that says nothing, of the second of a record before it.
    pub(super) fn pass(&mut self, number: u64) {
        self.run.lines[1] = number;
        self.condition = None;
    }

    /// Takes in a line that is none of Burn's but stands between its lines: messages of packages
    /// that somebody pasted with them.
    pub(super) fn push_foreign(&mut self, number: u64, text: &str) {
        let trimmed = text.trim_start_matches([' ', '>', '\t']);
        let found = || {
            WORDINGS
                .all(trimmed)
                .any(|found| found.kind == Kind::Quoted)
        };
        if begins_message(trimmed) || found() {
            self.quoted(number, text);
        }
        self.run.lines[1] = number;
    }

    /// A message of Windows Installer between the bundle's lines or in one of them:
    /// `Error 1310. Error writing …` or `Disk full: …`.
    fn quoted(&mut self, number: u64, text: &str) {
        let number_of = after(text, "Error ").and_then(|tail| digits_of(tail, 19));
        let said = Said {
            at: KeptLine::new(number, text),
            words: String::new(),
            number: number_of.and_then(|(number, _)| i64::try_from(number).ok()),
            package: None,
            passed_on: false,
        };
        push_bounded(&mut self.said, said, MESSAGES);
    }

    /// The user interface passes on what Windows Installer told it of a package.
    fn package_says(&mut self, number: u64, text: &str, record: &Record) {
        let found = record.found;
        if found.value.is_empty() {
            return;
        }
        let package = Some(found.name).filter(|name| !name.is_empty());
        if let Some(at) = package.and_then(|name| self.package_index(name)) {
            self.adopt(at);
            self.execution.get_or_insert(Execution {
                package: at,
                area: Area::Execute,
                thread: None,
            });
        }
        let said = Said {
            at: KeptLine::new(number, text),
            words: clip(found.value),
            number: found.code.map(i64::from),
            package: package.map(|package| name(package).to_owned()),
            passed_on: true,
        };
        push_bounded(&mut self.said, said, MESSAGES);
    }

    fn clock(&mut self, number: u64, record: &Record) {
        let [first, last] = &mut self.run.lines;
        *first = if *first == 0 { number } else { *first };
        *last = number;
        // Most lines are of the second of the line before.
        if let Some(stamp) = record.stamp.filter(|_| self.last != record.stamp) {
            self.first = Some(self.first.map_or(stamp, |first| first.min(stamp)));
            self.last = Some(self.last.map_or(stamp, |last| last.max(stamp)));
        }
    }

    /// `Burn x64 v4.0.5+b9b2, Windows v10.0 x64 (Build 17763: Service Pack 0), path: …`
    fn start(&mut self, text: &str) {
        let (machine, product) = (&mut self.run.machine, &mut self.run.product);
        let system = after(text, "Windows v");
        machine.arch = arch(until(system.unwrap_or(""), "("));
        let version = system.map(|system| until(until(system, " "), ","));
        let build = after(text, "(Build ").map(|build| until(until(build, ":"), ")"));
        machine.windows = match (version, build) {
            (Some(version), Some(build)) => Some(clip(&format!("{version}.{build}"))),
            _ => version.map(clip),
        };
        let path = after(text, ", path: ").map_or("", |path| until(path, ", cmdline: "));
        product.package.get_or_insert_with(|| clip(path));
    }

    /// What the bundle and the machine are stands in variables, at the start and once more in the
    /// list at the end.
    fn variable(&mut self, number: u64, text: &str, name: &str, value: &str) {
        if !name.starts_with("WixBundle") || value.is_empty() {
            return;
        }
        if let Some(package) = name.strip_prefix("WixBundleLog_") {
            if let Some(at) = self.package_index(package)
                && let Some(package) = self.packages.get_mut(at)
            {
                let line = || self.room.line(number, text);
                package.log.get_or_insert_with(line);
                package.log_path = Some(self.room.clip(value));
            }
            return;
        }
        let (product, machine) = (&mut self.run.product, &mut self.run.machine);
        match name {
            "WixBundleName" => product.name = Some(clip(value)),
            "WixBundleManufacturer" => product.manufacturer = Some(clip(value)),
            "WixBundleVersion" => product.version = Some(clip(value)),
            "WixBundleFileVersion" => {
                product.version.get_or_insert_with(|| clip(value));
            }
            "WixBundleOriginalSource" => product.package = Some(clip(value)),
            "WixBundleLog" => self.log_path = Some(clip(value)),
            "WixBundleElevated" => machine.elevated = Some(value != "0"),
            // Burn counts 2 none, 3 passive, 4 full.
            "WixBundleUILevel" => {
                let level = value.parse().ok();
                machine.ui_level = level.map(|level: u32| if level == 4 { 5 } else { level });
            }
            _ => {}
        }
    }

    fn package_index(&mut self, id: &str) -> Option<usize> {
        let id = name(id);
        if let Some(at) = self.index.get(id) {
            return Some(*at);
        }
        let at = self.packages.len();
        if at >= PACKAGES {
            return None;
        }
        self.packages.push(Package {
            id: self.room.name(id),
            ..Package::default()
        });
        self.index.insert(self.room.name(id), at);
        Some(at)
    }

    /// The run goes on to its next stage.
    fn step(&mut self, number: u64, text: &str, record: &Record) {
        let found = record.found;
        let result = || ResultLine::new(number, text, found.code.unwrap_or(0));
        match found.kind {
            Kind::ConditionFails => self.condition = Some(KeptLine::new(number, text)),
            // The packages stand in the order in which the log first names them.
            Kind::Package => {
                self.package_index(found.name);
            }
            Kind::Downgrade => {
                self.downgrade
                    .get_or_insert_with(|| KeptLine::new(number, text));
            }
            Kind::Replaces => self.replaces = true,
            Kind::Prepared => self.early_failure = Some(result()).filter(ResultLine::failed),
            Kind::Plan => self.action = Some(clip(found.value)),
            Kind::ApplyBegin => self.apply_begin(number, record),
            Kind::ApplyComplete => {
                self.apply = Some(result());
                self.restart = matches!(found.value, "Required" | "Initiated");
                self.execution = None;
            }
            // The two last lines say the same; the first of them is the one to show.
            Kind::Exit => {
                let (known, exit) = (self.exit.take(), result());
                self.exit = known.filter(|known| known.code == exit.code).or(Some(exit));
            }
            _ => {}
        }
    }

    /// A plan is carried out from here on, perhaps for a second time after the user asked for it.
    fn apply_begin(&mut self, number: u64, record: &Record) {
        self.main_thread = record.thread;
        self.progress = number;
        self.apply = None;
        self.early_failure = None;
        for package in &mut self.packages {
            if package.applied.take().is_some() {
                package.attempt += 1;
            }
        }
    }

    fn package_step(&mut self, number: u64, text: &str, record: &Record) {
        let found = record.found;
        let (thread, stamp) = (record.thread, record.stamp);
        if matches!(found.kind, Kind::Applied | Kind::Undone) {
            self.main_thread = thread.or(self.main_thread);
        }
        let Some(at) = self.package_index(found.name) else {
            return;
        };
        let execution = |area, thread| Execution {
            package: at,
            area,
            thread,
        };
        match found.kind {
            Kind::Applying => {
                self.execution = Some(execution(Area::Execute, thread));
                self.progress = number;
            }
            Kind::Undoing => self.execution = Some(execution(Area::Rollback, thread)),
            // An excerpt may not show that it begins.
            Kind::Applied | Kind::RetryPackage => {
                self.adopt(at);
                self.execution.get_or_insert(execution(Area::Execute, None));
                self.chain_broken |= found.kind == Kind::RetryPackage;
            }
            _ => {}
        }
        let Some(package) = self.packages.get_mut(at) else {
            return;
        };
        let line = self.room.result(number, text, found.code.unwrap_or(0));
        match found.kind {
            Kind::Applying => {
                package.begun = stamp.or(package.begun);
                package.action = Some(self.room.name(found.value));
                package.applying = Some(line.at);
            }
            Kind::Applied => {
                let both = package.begun.zip(stamp);
                let duration = both.and_then(|(begin, end)| stamp::duration(begin, end));
                package.duration_ms = duration.or(package.duration_ms);
                // What is said behind it is no longer said of a package that worked.
                self.execution = self.execution.filter(|_| line.failed());
                if !package.applied.as_ref().is_some_and(ResultLine::failed) {
                    package.applied = Some(line);
                }
            }
            Kind::Undone => package.undone = Some(line),
            Kind::ProcessExited => package.process_exit = Some(line),
            Kind::NotVital => package.not_vital = Some(line),
            Kind::RetryPackage => {
                package.attempt += 1;
                package.applied = None;
                package.retried = Some(line);
            }
            _ => {}
        }
    }

    /// Gives a package the errors that were written before the log named it: an excerpt can begin
    /// in the middle of them.
    fn adopt(&mut self, at: usize) {
        let Some(package) = self.packages.get(at) else {
            return;
        };
        for Problem { about, .. } in &mut self.problems {
            if about.subject.is_none() && about.area == Area::Execute {
                about.subject = Some(package.id.clone());
                about.attempt = package.attempt;
            }
        }
    }

    fn fetching(&mut self, record: &Record) {
        let (id, payload) = (record.found.name, record.found.value);
        if record.found.kind == Kind::Acquiring {
            let payload = if payload.is_empty() { id } else { payload };
            self.acquiring = Some((name(id).to_owned(), name(payload).to_owned()));
        }
        if record.found.kind != Kind::Verified {
            self.chain_broken = true;
            return;
        }
        // What was fetched in the end did not fail.
        let fetched = self.acquiring.as_ref().filter(|(_, payload)| payload == id);
        let package = fetched.map_or(id, |(subject, _)| subject);
        let about = |subject: &str| subject == id || subject == package;
        self.problems.retain(|Problem { about: e, .. }| {
            e.area != Area::Fetch || !e.subject.as_deref().is_some_and(about)
        });
    }

    fn error(&mut self, number: u64, text: &str, record: &Record) {
        let found = record.found;
        let message = match found.kind {
            Kind::Error => found.value,
            _ => record.text,
        };
        let words = head(message, WORDS);
        let main = self.main_thread;
        let mut area = area(words, found.code, record.thread, self.execution, main);
        if found.code.is_none()
            && let Some(condition) = self.condition.take()
        {
            self.false_condition = Some(condition);
            area = Area::Condition;
        }
        self.continue_chain(found.code, area);
        let (subject, attempt) = self.subject(area, found.name);
        let problem = Problem {
            at: self.room.line(number, text),
            message: self.room.clip(message),
            code: found.code,
            number: None,
            about: About {
                area,
                subject,
                attempt,
                chain: self.chain,
            },
        };
        push_bounded(&mut self.problems, problem, PROBLEMS);
    }

    /// A chain goes on while nothing else is said, and while the same code is passed on.
    fn continue_chain(&mut self, code: Option<u32>, area: Area) {
        let same = self.problems.last().is_some_and(|last| {
            let (alike, passed_on) = (last.about.area == area, last.code == code);
            (alike && (self.chain_open || passed_on)) || (self.chain_open && passed_on)
        });
        if std::mem::take(&mut self.chain_broken) || !same {
            self.chain += 1;
        }
        self.chain_open = true;
    }

    fn subject(&self, area: Area, named: &str) -> (Option<String>, u32) {
        let named = Some(named)
            .filter(|named| !named.is_empty())
            .map(|named| name(named).to_owned());
        match area {
            Area::Execute | Area::Rollback => {
                let at = self.execution.map(|execution| execution.package);
                let package = at.and_then(|at| self.packages.get(at));
                package.map_or((None, 0), |p| (Some(p.id.clone()), p.attempt))
            }
            Area::Fetch => {
                let acquiring = self.acquiring.as_ref().map(|(subject, _)| subject.clone());
                (acquiring.or(named), 0)
            }
            _ => (named, 0),
        }
    }
}

/// The setup program as it was started: the copy that runs in a folder of its own is told.
fn started_as(command: &str) -> Option<&str> {
    let (before, path) = command.split_once("-burn.clean.room=")?;
    let path = match path.strip_prefix('"') {
        Some(quoted) => until(quoted, "\""),
        None if before.ends_with('"') => until(path, "\""),
        None => until(path, " ").trim_end_matches('\''),
    };
    Some(path).filter(|path| !path.is_empty())
}
