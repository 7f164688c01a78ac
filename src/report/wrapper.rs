//! The report of the log of a program that calls the installer: one session for each call.

use super::model::{LogReport, SessionReport};
use super::related::Related;
use super::setup;
use crate::diagnosis::remedies::{self, RunFacts};
use crate::diagnosis::wrapper;
use crate::grammar::wrapper::Program;
use crate::knowledge::dotnet::{self, DotNet, Hints};
use crate::knowledge::rules::RuleSet;
use crate::session::wrapper::{MOST_CALLS, WrapperSession};

/// Most logs of installers that a notice names.
const MOST_LOGS: usize = 5;

/// Fills the sessions in; `dropped` says how many calls are not among them.
pub fn fill(
    report: &mut LogReport,
    sessions: &[WrapperSession],
    dropped: u64,
    rules: Option<&RuleSet>,
    most_evidence: usize,
) {
    report.verbose = false;
    report.complete = sessions
        .iter()
        .all(|s| s.result.is_some() || s.works.is_some());
    report.sessions = sessions
        .iter()
        .map(|session| session_report(session, rules, most_evidence))
        .collect();
    report.related = sessions.iter().flat_map(logs_of).collect();
    report.notices.extend(notices(sessions));
    if dropped > 0 {
        report.notices.push(format!(
            "too many calls: {MOST_CALLS} are shown, those that failed first; {dropped} are not shown"
        ));
    }
}

/// The logs that the called programs write.
fn logs_of(session: &WrapperSession) -> impl Iterator<Item = Related> {
    session.logs.iter().map(|(of, path, line)| {
        let name = session.product.name.as_deref().unwrap_or(of);
        Related::named(name, path, *line)
    })
}

fn session_report(
    session: &WrapperSession,
    rules: Option<&RuleSet>,
    most_evidence: usize,
) -> SessionReport {
    let (failure, ignored) = wrapper::diagnose(session);
    let dotnet = recognise(session);
    let failure = failure.map(|mut failure| {
        failure.shorten(most_evidence);
        let run = RunFacts {
            kind: "wrapper",
            outcome: session.outcome(),
            operation: session.operation,
            exit_code: session.exit_code(),
            product: &session.product,
            dotnet: dotnet.as_ref(),
            windows: None,
            messages: Vec::new(),
            codes: Vec::new(),
            engine_lines: Vec::new(),
        };
        failure.remedies = remedies::find(&run, &failure, rules);
        failure
    });
    let exit_code = session.exit_code();
    SessionReport {
        lines: [session.first_line, session.last_line],
        started: session.started(),
        ended: session.ended(),
        duration_ms: session.duration_ms(),
        operation: session.operation,
        parent: None,
        product: session.product.clone(),
        dotnet,
        machine: crate::session::Machine::default(),
        outcome: session.outcome(),
        exit_code,
        exit_name: setup::exit_name(exit_code),
        failure,
        ignored_failures: ignored,
        slowest: Vec::new(),
    }
}

/// The .NET product, by the package's name, its file or the article of the update.
fn recognise(session: &WrapperSession) -> Option<DotNet> {
    let product = &session.product;
    let article = session.article();
    dotnet::recognise(&Hints {
        packages: &[
            product.package.as_deref().unwrap_or(""),
            article.unwrap_or(""),
        ],
        product_name: product.name.as_deref(),
        product_version: product.version.as_deref(),
        ..Hints::default()
    })
}

/// That the caller knows but a code, and where the log of the installer lies or how to get one.
fn notices(sessions: &[WrapperSession]) -> Vec<String> {
    let failed: Vec<&WrapperSession> = sessions.iter().filter(|s| s.failed()).collect();
    let Some(last) = failed.last().copied() else {
        return Vec::new();
    };
    let name = last.program.name();
    let mut all = vec![format!(
        "the log of a program that calls the installer ({name}): it knows the exit code, not the cause"
    )];
    let mut logs: Vec<&str> = Vec::new();
    for (_, path, _) in failed.iter().rev().flat_map(|s| s.logs.iter().rev()) {
        if !logs.contains(&path.as_str()) && logs.len() < MOST_LOGS {
            logs.push(path);
        }
    }
    if !logs.is_empty() {
        all.push(format!(
            "the installer's own log says why: {}",
            logs.join(", ")
        ));
    }
    if failed.iter().any(|session| session.logs.is_empty()) {
        all.push(how_to_get_one(last.program).to_owned());
    }
    all
}

fn how_to_get_one(program: Program) -> &'static str {
    match program {
        Program::Chocolatey => {
            "no log of the installer is named: run choco again with --install-arguments=\"/l*vx C:\\msi.log\" and read that log"
        }
        Program::Winget => {
            "no log of the installer is named: run winget again with --log C:\\msi.log and read that log"
        }
        Program::AppDeployToolkit => {
            "no log of the installer is named: the toolkit keeps them beside its own, else add /L*VX C:\\msi.log to the arguments"
        }
        Program::ConfigurationManager | Program::Intune => {
            "no log of the installer is named: add /l*vx C:\\Windows\\Temp\\msi.log to the command line of the deployment and read that log"
        }
        Program::WindowsUpdate => {
            "no log of the installer is named: look for MSI*.LOG and *dd_* in C:\\Windows\\Temp, or download the update from the Microsoft Update Catalog and run it with /log"
        }
    }
}
