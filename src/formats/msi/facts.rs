//! Product, machine, operation and outcome, gathered from wherever the log names them.

use super::Session;
use super::open_action::OpenAction;
use super::relevant::{self, EngineLine, Property};
use crate::formats::lines::clip;
use crate::formats::scan::between;
use crate::grammar::{Body, Operation as ScriptOperation, PropertyChange};
use crate::knowledge::actions::DialogEnd;
use crate::knowledge::guid;
use crate::run::{Machine, Operation, Outcome, Product, Run};

/// What the properties and headers of a session say.
#[derive(Debug, Clone, Default)]
pub struct PropertyFacts {
    product: Product,
    machine: Machine,
    packed: Vec<String>,
    packages: Vec<String>,
    /// Lines of the property dump.
    dumped: u32,
    code_rank: u8,
    version_nt: Option<u32>,
    build: Option<u32>,
    side_by_side: Option<(u32, u32, u32)>,
    engine_build: Option<u32>,
    ui_rank: u8,
    removes_all: bool,
    reinstalls: bool,
    upgrading: bool,
    patching: bool,
    maintenance: bool,
    first_time: bool,
    action: Option<Operation>,
    verb: Option<Operation>,
}

/// A property dump of so many lines is a whole one: the engine's own properties alone are more.
const WHOLE_DUMP: u32 = 50;

/// Most packages and codes that are kept of one session.
const MAX_KEPT: usize = 64;

impl PropertyFacts {
    /// A line of the property dump; the server's say wins over the client's.
    pub fn property(&mut self, side: char, name: &str, value: &str) {
        self.dumped = self.dumped.saturating_add(1);
        let rank = if side == 'S' || side == 'N' { 4 } else { 3 };
        self.value(name, value, rank, side == 'C');
    }

    /// A property that changed while the run went on.
    pub fn change(&mut self, change: &PropertyChange<'_>, client: bool) {
        if let Some(value) = change.value {
            self.value(change.name, value, 2, client);
        }
    }

    fn value(&mut self, name: &str, value: &str, rank: u8, client: bool) {
        let Some(property) = relevant::property(name) else {
            return;
        };
        let text = || Some(value.trim_end().to_owned()).filter(|v| !v.is_empty());
        let number = || value.trim().parse().ok();
        let (product, machine) = (&mut self.product, &mut self.machine);
        match property {
            Property::Code => self.product_code(value, rank + 2),
            Property::Name => renew(&mut product.name, text()),
            Property::Version => renew(&mut product.version, text()),
            Property::Manufacturer => renew(&mut product.manufacturer, text()),
            Property::UpgradeCode => renew(&mut product.upgrade_code, guid::find_plain(value)),
            Property::Language => renew(&mut product.language, number()),
            Property::Machine => renew(&mut machine.name, text()),
            Property::User => renew(&mut machine.user, text()),
            Property::Privileged => machine.elevated = Some(value.trim() == "1"),
            Property::Windows => renew(&mut self.version_nt, number()),
            Property::X64 => machine.arch = Some("x64".into()),
            Property::Arm64 => machine.arch = Some("arm64".into()),
            Property::Build => renew(&mut self.build, number()),
            Property::ProductType => {
                // 1 is a workstation, 2 a domain controller, 3 another server.
                renew(&mut machine.server, number().map(|kind: u32| kind > 1));
            }
            Property::SideBySide => self.side_by_side = version(value),
            Property::UiLevel => self.ui_level(number(), if client { 3 } else { 1 }),
            Property::ClientUiLevel => {
                // Counted from full to none.
                let level = number().and_then(|level| 5u32.checked_sub(level));
                self.ui_level(level.filter(|level| *level > 1), 2);
            }
            Property::Remove => self.removes_all |= value.trim().eq_ignore_ascii_case("all"),
            Property::Reinstall => self.reinstalls |= !value.trim().is_empty(),
            Property::Upgrading => self.upgrading |= !value.trim().is_empty(),
            Property::Patch => {
                self.patching |= !value.trim().is_empty();
                value.split(';').for_each(|path| self.package(path));
            }
            Property::Action => {
                self.action = match value.trim() {
                    "ADMIN" => Some(Operation::Admin),
                    "ADVERTISE" => Some(Operation::Advertise),
                    _ => self.action,
                };
            }
        }
    }

    fn ui_level(&mut self, level: Option<u32>, rank: u8) {
        if level.is_some() && rank >= self.ui_rank {
            self.machine.ui_level = level;
            self.ui_rank = rank;
        }
    }

    /// A product code; the better source wins.
    pub fn product_code(&mut self, text: &str, rank: u8) {
        let better = rank > 0 && rank >= self.code_rank || self.product.code.is_none();
        if let Some(code) = guid::find_plain(text).filter(|_| better) {
            self.product.code = Some(code);
            self.code_rank = rank;
        }
    }

    /// `Product: NAME -- …`
    pub fn product_message(&mut self, name: &str) {
        fill(&mut self.product.name, || Some(clip(name.trim())));
    }

    /// `Windows Installer installed the product. Product Name: A. Product Version: V. …`: English
    /// only; in other languages the property dump says the same.
    pub fn outcome_text(&mut self, text: &str) {
        let part = |from: &str, to: &str| {
            let part = between(text, from, to)?.trim().to_owned();
            Some(part).filter(|part| !part.is_empty())
        };
        let product = &mut self.product;
        let language = || part("Product Language: ", ".")?.parse().ok();
        let verbs = ["Installation", "Removal", "Reconfiguration", "Update"];
        let mut ends = verbs.iter().map(|verb| format!(". {verb}"));
        let manufacturer = || ends.find_map(|end| part("Manufacturer: ", &end));
        fill(&mut product.name, || {
            part("Product Name: ", ". Product Version: ")
        });
        fill(&mut product.version, || {
            part("Product Version: ", ". Product Language: ")
        });
        fill(&mut product.language, language);
        fill(&mut product.manufacturer, manufacturer);
        self.verb = match text {
            t if t.contains(" removed the product") => Some(Operation::Uninstall),
            t if t.contains(" reconfigured the product") => Some(Operation::Repair),
            t if t.contains(" an update") => Some(Operation::Patch),
            t if t.contains(" installed the product") => Some(Operation::Install),
            _ => self.verb,
        };
    }

    /// The script's own word on the product.
    pub fn product_info(&mut self, operation: &ScriptOperation<'_>) {
        self.product_code(operation.get("ProductKey").unwrap_or(""), 3);
        let own = |key: &str| operation.get(key).map(clip);
        fill(&mut self.product.name, || own("ProductName"));
        fill(&mut self.product.package, || own("PackageName"));
    }

    /// A patch code that the log names.
    pub fn patch(&mut self, text: &str) {
        if let Some(code) = guid::find_plain(text) {
            keep(&mut self.product.patches, &code);
        }
    }

    /// A key that the engine could not open, as note 1402 names it: the registration of the product
    /// is looked for below its packed code, and often nothing else of a run is left in a log.
    pub fn registry_key(&mut self, path: &str) {
        let Some((_, below)) = relevant::PRODUCTS.split(path) else {
            return;
        };
        let code = below.split('\\').next().unwrap_or(below);
        if guid::is_packed(code) {
            keep(&mut self.packed, code);
        }
    }

    fn package(&mut self, path: &str) {
        keep(&mut self.packages, path.trim());
    }

    /// Headers and set-up lines of the engine.
    pub fn engine(&mut self, body: &Body<'_>) {
        match body {
            Body::VerboseStarted(header) => {
                let mut versions = header.split_whitespace().filter_map(version);
                let build = versions.find(|v| v.0 == 5).map(|v| v.2);
                renew(&mut self.engine_build, build);
            }
            Body::RunEngineField("Product", value) => match guid::find_plain(value) {
                Some(_) => {
                    self.product_code(value, 2);
                    self.maintenance = true;
                }
                None => {
                    self.product.package = Some(clip(value)).filter(|v| !v.is_empty());
                    self.package(value);
                }
            },
            Body::ProductCode(code) => self.product_code(code, 3),
            Body::OriginalPackage(path) => {
                self.package(path);
                fill(&mut self.product.package, || Some(clip(path)));
            }
            Body::OriginalPatch(path) => {
                self.patching = true;
                self.package(path);
            }
            Body::CommandLine(text) => self.command_line(text),
            _ => {}
        }
    }

    /// `K=V K=V`: blanks inside values make this a hint only.
    fn command_line(&mut self, text: &str) {
        for word in text.split_whitespace() {
            if let Some((key, value)) = word.split_once('=')
                && matches!(
                    key,
                    "REMOVE"
                        | "REINSTALL"
                        | "UPGRADINGPRODUCTCODE"
                        | "PATCH"
                        | "ACTION"
                        | "CLIENTUILEVEL"
                )
            {
                self.value(key, value.trim_matches('"'), 1, false);
            }
        }
    }

    /// Lines of the property dump that were counted elsewhere, and tell nothing.
    pub fn dumped(&mut self, lines: u32) {
        self.dumped = self.dumped.saturating_add(lines);
    }

    /// Any other engine line that names a product or a state of it.
    pub fn engine_text(&mut self, text: &str) {
        let head = text.as_bytes().first_chunk();
        match head.and_then(relevant::engine_line) {
            Some(EngineLine::Code) => self.product_code(text, 1),
            // A source may be a folder that is named after another code.
            Some(EngineLine::Source) if text.starts_with("SOURCEDIR ==>") => {}
            Some(EngineLine::Source) => self.product_code(text, 0),
            Some(EngineLine::Sequence) => self.sequence(text),
            Some(EngineLine::State) => {
                self.maintenance |= text.starts_with("Product registered: entering maintenance");
                self.first_time |= text.starts_with("Product not registered");
                if text.contains("} is not managed") || text.contains("} is managed") {
                    self.product_code(text, 1);
                }
            }
            Some(EngineLine::Package) if text.starts_with("Package name ") => {
                if let Some((_, name)) = text.split_once(": '") {
                    self.package(name.trim_end_matches('\''));
                }
            }
            // `{GUID} - PATH` below «Final Patch Application Order».
            Some(EngineLine::Patch) => {
                if let Some((code, path)) = text.split_once("} -") {
                    self.patch(&format!("{code}}}"));
                    self.package(path);
                }
            }
            Some(EngineLine::Package) | None => {}
        }
    }

    /// `SequencePatches starts. Product code: {…}, Product version: v, Upgrade code: {…}, …`
    fn sequence(&mut self, text: &str) {
        let part = |name: &str| Some(text.split_once(name)?.1.split(',').next()?.trim());
        self.product_code(part("Product code: ").unwrap_or(""), 3);
        let product = &mut self.product;
        fill(&mut product.version, || {
            part("Product version: ").map(str::to_owned)
        });
        fill(&mut product.upgrade_code, || {
            guid::find_plain(part("Upgrade code: ")?)
        });
    }

    /// The run was started to remove an older product.
    pub fn removal(&mut self) {
        self.removes_all = true;
    }

    /// Puts together what only all lines tell.
    pub fn finish(&mut self, run: &mut Run, has_removed_older: bool) {
        run.operation = self.decide(has_removed_older);
        run.product = std::mem::take(&mut self.product);
        run.packages = std::mem::take(&mut self.packages);
        run.packed = std::mem::take(&mut self.packed);
        self.machine.windows = self.windows();
        // What a whole dump does not list is not there; a piece of one says nothing of the rest.
        if self.dumped >= WHOLE_DUMP && self.version_nt.is_some() {
            self.machine.arch.get_or_insert_with(|| "x86".into());
            self.machine.elevated.get_or_insert(false);
        }
        run.machine = std::mem::take(&mut self.machine);
    }

    fn decide(&self, has_removed_older: bool) -> Operation {
        if let Some(action) = self.action {
            return action;
        }
        if self.removes_all || (self.upgrading && self.maintenance) {
            Operation::Uninstall
        } else if self.patching {
            Operation::Patch
        } else if has_removed_older {
            Operation::Upgrade
        } else if self.reinstalls {
            Operation::Repair
        } else if self.first_time {
            Operation::Install
        } else if let Some(verb) = self.verb {
            verb
        } else if self.maintenance {
            Operation::Repair
        } else if self.product.package.is_some() {
            Operation::Install
        } else {
            Operation::Unknown
        }
    }

    /// Windows as `major.minor.build`. From Windows 8.1 on the engine tells a program what its
    /// manifest asks for, so 6.3.9600 may be any later Windows; the side-by-side library and the
    /// engine tell the true build.
    fn windows(&self) -> Option<String> {
        if let Some((_, _, build)) = self.side_by_side.filter(|v| v.2 >= 10_240) {
            return Some(format!("10.0.{build}"));
        }
        if self.engine_build == Some(10_011) {
            return Some("10.0".into());
        }
        if let Some(nt) = self.version_nt {
            let build = self.build.map(|build| format!(".{build}"));
            let build = build.unwrap_or_default();
            return Some(format!("{}.{}{build}", nt / 100, nt % 100));
        }
        Some(match self.engine_build? {
            build @ (7600 | 7601) => format!("6.1.{build}"),
            build @ 9200 => format!("6.2.{build}"),
            build @ 9600 => format!("6.3.{build}"),
            _ => return None,
        })
    }
}

/// Keeps a text that the list does not have.
fn keep(list: &mut Vec<String>, text: &str) {
    if !text.is_empty() && list.len() < MAX_KEPT && !list.iter().any(|known| known == text) {
        list.push(clip(text));
    }
}

/// Takes what is told in place of what was known, where anything is told.
fn renew<T>(known: &mut Option<T>, told: Option<T>) {
    *known = told.or(known.take());
}

/// Takes what is told, where nothing was known.
fn fill<T>(known: &mut Option<T>, told: impl FnOnce() -> Option<T>) {
    *known = known.take().or_else(told);
}

/// `6.3.19041.546` or `5.00.10011.00`: the first three numbers.
fn version(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.trim().split('.').map(|p| p.parse::<u32>().ok());
    Some((parts.next()??, parts.next()??, parts.next()??))
}

/// How the session ended: by its code, else by what a text or the top action says, else by what
/// failed beyond doubt, else by the dialog that is shown at the end.
pub fn outcome(session: &Session) -> Outcome {
    if let Some(code) = session.run.exit_code {
        return match code & 0xffff_ffff {
            0 => Outcome::Succeeded,
            3010 | 1641 | 0x8007_0bc2 | 0x8007_0669 => Outcome::SucceededReboot,
            1602 | 0x8007_0642 => Outcome::Cancelled,
            _ => Outcome::Failed,
        };
    }
    let mut failed = session.failed_actions.iter();
    let failed = failed.any(|e| e.value == 3 && !e.swallowed)
        || session.open.iter().any(OpenAction::returned_badly);
    match (session.state.top_value, session.state.phrase) {
        (Some(1 | 5), _) => Outcome::Succeeded,
        (Some(3), _) => Outcome::Failed,
        (Some(2), _) => Outcome::Cancelled,
        (_, Some(true)) => Outcome::Succeeded,
        (_, Some(false)) => Outcome::Failed,
        _ if failed || stopped_by_message(session) => Outcome::Failed,
        _ => match session.state.dialog {
            Some(DialogEnd::Worked) => Outcome::Succeeded,
            Some(DialogEnd::Failed) => Outcome::Failed,
            Some(DialogEnd::Cancelled) => Outcome::Cancelled,
            None => Outcome::Incomplete,
        },
    }
}

/// Whether the last that the log tells of the run is an error message of the installer: nothing went
/// on after it, so the log is cut off in its failure.
fn stopped_by_message(session: &Session) -> bool {
    let open = session.open.iter().filter(|c| !c.goes_on_anyway());
    let said = open.map(|c| &c.statements).chain([&session.outside]);
    said.flat_map(|all| all.iter())
        .any(|s| s.line > session.state.went_on && s.ends_run())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finish(facts: &mut PropertyFacts, has_removed_older: bool) -> Run {
        let mut run = Run::default();
        facts.finish(&mut run, has_removed_older);
        run
    }

    #[test]
    fn products_are_named_by_the_keys_that_are_looked_for() {
        let mut facts = PropertyFacts::default();
        for key in [
            "UNKNOWN\\Products\\C28643E881181F13CBC489DC69571E2C\\InstallProperties",
            "HKEY_LOCAL_MACHINE\\X\\Products\\C28643E881181F13CBC489DC69571E2C\\Patches",
            "UNKNOWN\\Components\\B885EF57851F3BB42A388A1DE825A225",
            "UNKNOWN\\Products\\nothing",
            "UNKNOWN\\Products",
        ] {
            facts.registry_key(key);
        }
        assert_eq!(facts.packed, ["C28643E881181F13CBC489DC69571E2C"]);
    }

    #[test]
    fn windows_is_told_apart_from_what_the_engine_pretends() {
        let mut facts = PropertyFacts::default();
        facts.property('S', "VersionNT", "603");
        facts.property('S', "WindowsBuild", "9600");
        let run = finish(&mut facts, false);
        assert_eq!(run.machine.windows.as_deref(), Some("6.3.9600"));
        facts.property('S', "MsiNTProductType", "3");
        facts.property('S', "MsiWin32AssemblySupport", "6.3.19041.546");
        let run = finish(&mut facts, false);
        assert_eq!(run.machine.windows.as_deref(), Some("10.0.19041"));
        assert_eq!(run.machine.server, Some(true));
        let mut facts = PropertyFacts::default();
        facts.property('S', "VersionNT", "601");
        facts.property('S', "WindowsBuild", "7601");
        let run = finish(&mut facts, false);
        assert_eq!(run.machine.windows.as_deref(), Some("6.1.7601"));
        assert_eq!(
            (run.machine.arch.as_deref(), run.machine.elevated),
            (None, None),
            "a piece of a dump"
        );
        (0..60).for_each(|n| facts.property('S', &format!("X{n}"), "1"));
        let run = finish(&mut facts, false);
        assert_eq!(
            (run.machine.arch.as_deref(), run.machine.elevated),
            (Some("x86"), Some(false))
        );
    }

    #[test]
    fn the_better_source_of_a_product_code_wins() {
        let mut facts = PropertyFacts::default();
        let (a, b) = (
            "{11111111-1111-1111-1111-111111111111}",
            "{22222222-2222-2222-2222-22222222222a}",
        );
        facts.property('S', "ProductCode", b);
        facts.engine_text(&format!("Product {a} is not managed."));
        assert_eq!(
            facts.product.code.as_deref(),
            Some("{22222222-2222-2222-2222-22222222222A}")
        );
        assert_eq!(guid::find_plain("{no}"), None);
    }

    #[test]
    fn operations() {
        let mut facts = PropertyFacts::default();
        facts.engine(&Body::CommandLine("REMOVE=ALL CLIENTUILEVEL=3"));
        let run = finish(&mut facts, false);
        assert_eq!(
            (run.operation, run.machine.ui_level),
            (Operation::Uninstall, Some(2))
        );
        let mut facts = PropertyFacts::default();
        facts.engine_text("Product not registered: beginning first-time install");
        let run = finish(&mut facts, true);
        assert_eq!(run.operation, Operation::Upgrade);
    }
}
