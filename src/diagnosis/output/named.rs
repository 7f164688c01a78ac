//! Which action output names, where the engine's own lines about it are not in the log.

use super::{OutputKind, classify, error_code, runs_programs, wix_line};
use crate::formats::msi::output;

/// How lines begin that name their action.
const BEGINS: [&str; 5] = [
    "Doing Action: ",
    "Doing action: ",
    "Executing custom action: ",
    "Running custom action: ",
    "Function=",
];

/// The action that some of these lines name: the last one that says so, the last method that was
/// called, or the function before the first code.
pub fn action_named(texts: &[&str]) -> Option<String> {
    let said = texts.iter().rev().find_map(|text| begins_with_name(text));
    let called = || texts.iter().rev().find_map(|text| called(text));
    let labelled = || texts.iter().find_map(|text| labelled(text));
    let framed = || texts.iter().find_map(|text| of_frame(text));
    let project = || texts.iter().find_map(|text| of_setup_project(text));
    let name = said.or_else(called).or_else(labelled).or_else(framed);
    name.map(str::to_owned).or_else(project)
}

fn begins_with_name(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let name = BEGINS.iter().find_map(|begin| text.strip_prefix(begin))?;
    identifier(name.trim().trim_end_matches('.'))
}

/// `Calling custom action LIBRARY!NAMESPACE.CLASS.METHOD`
fn called(text: &str) -> Option<&str> {
    action_of_method(text.trim_start().strip_prefix("Calling custom action ")?)
}

/// `at NAMESPACE.CLASS.METHOD(Session session)`: the method of a managed custom action.
fn of_frame(text: &str) -> Option<&str> {
    let (method, _) = text.split_once("(Session session)")?;
    action_of_function(method.rsplit(['.', ' ']).next()?)
}

/// `LIBRARY!NAMESPACE.CLASS.METHOD`: packages name the action like the method.
pub fn action_of_method(method: &str) -> Option<&str> {
    let (_, method) = method.split_once('!')?;
    identifier(method.rsplit('.').next()?.trim())
}

/// The function of a library, where it is one of the package: proxies have names without a meaning.
pub fn action_of_function(function: &str) -> Option<&str> {
    let function = function.trim();
    let numbered = function
        .trim_end_matches(|c: char| c.is_ascii_digit())
        .len()
        < 2;
    let proxy = function.starts_with("zzzz") || runs_programs(function) || numbered;
    identifier(function).filter(|_| !proxy)
}

/// `NAME:  Error 0x80070002: …`: WiX's logging writes the name of the function. Where no code
/// follows, two blanks must set it off.
fn labelled(text: &str) -> Option<&str> {
    let (name, rest) = wix_line(text)?;
    if classify(text, false) < OutputKind::ErrorLike {
        return None;
    }
    let set_off = || Some(text.trim_start().get(name.len()..)?.starts_with(":  "));
    if error_code(rest).is_none() && set_off() != Some(true) {
        return None;
    }
    let level = ["error", "exception", "warning", "info", "message"];
    let level = level.iter().any(|level| level.eq_ignore_ascii_case(name));
    action_of_function(name)
        .filter(|_| !level)
        .filter(|name| *name != "DIFXAPP")
}

/// `ERROR  : […] [CheckFX     ]: …` of an action that is named after the function.
fn of_setup_project(text: &str) -> Option<String> {
    let line = output::setup_project_line(text)?;
    identifier(line.function).map(|function| format!("VSDCA_{function}"))
}

fn identifier(name: &str) -> Option<&str> {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
    (name.len() > 1 && name.len() < 100 && name.chars().all(plain)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_that_output_names() {
        for (texts, name) in [
            (
                &[
                    "  CreateSite:  Error 0x80070002: no",
                    "Site:  Error 0x80070002: no",
                ][..],
                Some("CreateSite"),
            ),
            (&["WixQuietExec:  Error 0x80070001: no"], None),
            (&["CreateSite:  Reading"], None),
            (
                &["SetUpStore.x86:  Error: It cannot be made."],
                Some("SetUpStore.x86"),
            ),
            (&["Error:  It cannot be made."], None),
            (&["Store: It cannot be made."], None),
            (
                &["Doing Action: First", "Doing Action: Second", "It failed"],
                Some("Second"),
            ),
            (&["Function=Do_SampleThing"], Some("Do_SampleThing")),
            (
                &[
                    "Calling custom action Sample!Sample.Actions.First",
                    "Calling custom action Sample!Sample.Actions.SetUp  ",
                    "Exception thrown by custom action:",
                ],
                Some("SetUp"),
            ),
            (
                &["ERROR  : [05/04/2026 10:14:12:661] [CheckFX         ]: It failed."],
                Some("VSDCA_CheckFX"),
            ),
            (
                &["   at Sample.Actions.SetUp(Session session)"],
                Some("SetUp"),
            ),
            (&["It failed"], None),
            (&["Doing Action: a b c"], None),
        ] {
            assert_eq!(action_named(texts).as_deref(), name, "{texts:?}");
        }
    }

    #[test]
    fn proxies_are_no_actions() {
        assert_eq!(action_of_function("WriteSettings"), Some("WriteSettings"));
        for proxy in [
            "f12",
            "zzzzInvokeManagedCustomActionOutOfProc",
            "WixQuietExec64",
        ] {
            assert_eq!(action_of_function(proxy), None, "{proxy}");
        }
        assert_eq!(action_of_method("nothing"), None);
    }
}
