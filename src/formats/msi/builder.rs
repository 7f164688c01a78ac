//! Tells the sessions of a log apart: appended runs, client and server halves, nested runs.

use super::Session;
use super::digest::Stretch;
use super::open_action::is_top;
use super::output;
use crate::formats::LogRuns;
use crate::formats::lines::clip;
use crate::grammar::{self, Action, Body, Language, Prefix, Record, Side};
use crate::run::{Outcome, Run};
use crate::text::Line;

/// A log with so many records is one of the installer, whatever custom actions write in it.
const ENOUGH: u64 = 100;

/// Most sessions that are kept of one log; the oldest give way, so memory stays flat.
const MAX_SESSIONS: usize = 1000;

/// Where so many lines have the engine's prefix, all that the engine wrote have it.
const HANDFUL: u64 = 5;

/// A Windows Installer log, taken apart.
#[derive(Debug, Clone, Default)]
pub struct MsiLog {
    /// The sessions, in the order of the log.
    pub sessions: Vec<Session>,
    /// Sessions that were dropped because there were too many.
    pub dropped: u64,
    /// Language of the action lines.
    pub language: Option<&'static str>,
    /// It has engine lines, as `/l*v` writes them.
    pub verbose: bool,
    /// The log's own end is there.
    pub complete: bool,
    /// The log's own beginning is there.
    pub headed: bool,
    /// Places where the engine says that lines may be lost.
    pub gaps: u64,
    /// Records that only an installer log has.
    pub records: u64,
    /// What another program says behind the end of the last session: that it failed itself.
    pub behind: Option<(u64, String)>,
}

impl MsiLog {
    /// What it has in common with the logs of other programs.
    #[must_use]
    pub fn runs(&self) -> LogRuns {
        let runs = self.sessions.iter().map(|session| session.run.clone());
        LogRuns {
            runs: runs.collect(),
            verbose: self.verbose,
            complete: self.complete,
            notices: self.notices(),
            named_after_product: true,
            ..LogRuns::default()
        }
    }

    /// What was odd, with what to do about it.
    fn notices(&self) -> Vec<String> {
        let mut all = Vec::new();
        let failed = |s: &Session| s.run.outcome == Outcome::Failed;
        if !self.verbose && self.sessions.iter().any(failed) {
            all.push("not a verbose log: the cause may not be in it. Capture one with msiexec /i PACKAGE /l*vx LOG".to_owned());
        }
        let cut_off = self.sessions.last().is_some_and(|s| s.run.cut_off);
        match (self.headed, self.complete) {
            (true, true) => {}
            (true, false) if self.sessions.last().is_some_and(failed) => all.push("log cut off: what follows the failure is missing".to_owned()),
            (false, false) if cut_off => all.push("a piece of a log, cut off in the failure, before the result".to_owned()),
            (false, false) => all.push("a piece of a log: beginning and end are missing".to_owned()),
            (false, true) => all.push("the beginning of the log is missing".to_owned()),
            (true, false) => all.push("the log ends before the installation does: it was cut off, or the installation still runs".to_owned()),
        }
        let worked = |s: &Session| s.run.outcome.worked();
        if let Some((line, text)) = &self.behind
            && self.sessions.last().is_some_and(worked)
        {
            all.push(format!("the installation worked, but the program that ran it says behind its end, in line {line}, that it failed itself: {text}"));
        }
        if self.gaps > 0 {
            all.push(format!(
                "the engine could not write to its log {} times: lines are missing there",
                self.gaps
            ));
        }
        if self.dropped > 0 {
            all.push(format!(
                "too many sessions: the first {} are not shown",
                self.dropped
            ));
        }
        all
    }
}

/// Builds the sessions of a log from its records, in order.
#[derive(Debug, Clone, Default)]
pub struct MsiLogBuilder {
    log: MsiLog,
    /// Indices of the sessions that are under way, outermost first.
    active: Vec<usize>,
    languages: Vec<(Language, u64)>,
    /// Lines with a prefix of the engine, of the kinds that only a verbose log has.
    prefixed: u64,
    /// Engine lines of the kinds that only a verbose log has.
    engine_lines: u64,
    /// Process and thread of the last engine line, and the line since which they alone write: an
    /// engine speaks before the line that announces it.
    writer: Option<((u8, u8), u64)>,
}

impl MsiLogBuilder {
    /// Takes one record in.
    pub fn push(&mut self, line: &Line<'_>, record: &Record<'_>) {
        // A child that quotes its own log: the engine's lines have their prefixes here.
        if record.prefix.is_none() && record.body.is_engines() && self.prefixed >= HANDFUL {
            let (prefix, body) = (None, grammar::as_output(line.text));
            return self.take(line, &Record { prefix, body });
        }
        self.take(line, record);
    }

    fn take(&mut self, line: &Line<'_>, record: &Record<'_>) {
        self.count(record);
        self.writes(record.prefix.as_ref(), line.number);
        match &record.body {
            Body::VerboseStarted(when) => return self.verbose_started(line, record, when),
            Body::VerboseStopped(_) => {
                self.log.complete = true;
                self.active.truncate(1);
                if let Some(session) = self.current() {
                    session.complete = true;
                    session.run.lines[1] = line.number;
                }
                return;
            }
            Body::LoggingStarted(when) => self.logging_started(line, when),
            // In a verbose log the pair of another name ends a session; this one stands in its middle.
            Body::LoggingStopped(_) if self.engine_lines == 0 => {
                self.log.complete = true;
                if let Some(session) = self.current() {
                    session.complete = true;
                }
            }
            Body::LoggingLost => self.log.gaps += 1,
            Body::Text(text) if self.log.complete && self.log.behind.is_none() => {
                let told = output::tells_of_failure(text);
                self.log.behind = told.then(|| (line.number, clip(text.trim())));
            }
            Body::RunEngine => self.run_engine(line, record.prefix.as_ref()),
            _ => {}
        }
        self.leave_nested(record);
        let at = match self.of(record.prefix.as_ref()) {
            Some(at) => at,
            None if matches!(record.body, Body::Blank) => return,
            None => self.open(line.number, None),
        };
        if let Some(session) = self.log.sessions.get_mut(at) {
            session.run.lines[1] = line.number;
            if self.prefixed == 0 {
                session.plain_time(&record.body);
            }
            session.record(line, record);
        }
        if matches!(record.body, Body::ThreadReturning(_)) {
            self.writer = None;
            let client = record.prefix.is_some_and(|p| p.side == Side::Client);
            if !client && self.active.len() > 1 {
                self.active.pop();
            }
        }
    }

    /// Takes routine lines in, as if one by one; `operation` is that of the last step among them.
    pub fn pass(&mut self, stretch: &Stretch, operation: &str) {
        self.log.records += stretch.count();
        self.prefixed += stretch.count() - u64::from(stretch.dumped);
        self.engine_lines += stretch.count() - u64::from(stretch.dumped);
        self.writes(stretch.prefix.as_ref(), stretch.first);
        self.leave_nested(&Record {
            prefix: stretch.prefix,
            body: Body::Engine(""),
        });
        let at = self.of(stretch.prefix.as_ref());
        let at = at.unwrap_or_else(|| self.open(stretch.first, None));
        if let Some(session) = self.log.sessions.get_mut(at) {
            session.run.lines[1] = stretch.last;
            session.pass(stretch, operation);
        }
    }

    /// How many records there were so far that only an installer log has.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.log.records
    }

    /// Ends the log.
    #[must_use]
    pub fn finish(mut self) -> MsiLog {
        for session in &mut self.log.sessions {
            session.close();
        }
        self.drop_empty();
        // Of equal counts the first one seen.
        let most = self.languages.iter().rev().max_by_key(|(_, n)| *n);
        self.log.language = most.map(|(language, _)| grammar::language_name(*language));
        self.log.verbose = self.engine_lines > 0;
        self.log
    }

    /// A header beside a whole session, without a run of the engine, an action or a result, is no
    /// session: the engine writes one when its client asks it something after the end.
    fn drop_empty(&mut self) {
        let is_empty = |s: &Session| s.is_empty();
        if self.log.sessions.iter().all(is_empty) {
            return;
        }
        let mut at = self.log.sessions.len();
        let ended_empty = self.log.sessions.last().is_some_and(is_empty);
        while let Some(last) = at.checked_sub(1) {
            at = last;
            if self.log.sessions.get(at).is_some_and(is_empty) {
                self.log.sessions.remove(at);
                let shift = |index: usize| if index > at { index - 1 } else { index };
                for session in &mut self.log.sessions {
                    session.run.parent = session.run.parent.map(shift);
                    session.children.retain(|child| *child != at);
                    session.children.iter_mut().for_each(|c| *c = shift(*c));
                }
            }
        }
        let last = self.log.sessions.last().filter(|_| ended_empty);
        self.log.complete |= last.is_some_and(|session| session.complete);
    }

    fn count(&mut self, record: &Record<'_>) {
        let event = matches!(
            record.body,
            Body::ProductMessage { .. } | Body::Outcome { .. } | Body::Blank
        );
        let engines = (record.prefix.is_some() || record.body.is_engines()) && !event;
        self.prefixed += u64::from(engines && record.prefix.is_some());
        let verbose = engines || matches!(record.body, Body::VerboseStarted(_));
        self.engine_lines += u64::from(verbose);
        let own = record.prefix.is_some()
            || match &record.body {
                Body::Blank | Body::RunEngineField(..) => false,
                // Output is asked whose it is only until there is enough of the installer.
                Body::Text(text) => self.log.records < ENOUGH && output::is_own(text),
                _ => true,
            };
        self.log.records += u64::from(own);
        let language = match &record.body {
            Body::ActionStart(a) | Body::ActionEnded(a, _) | Body::ActionText(a, _) => a.language,
            _ => None,
        };
        if let Some(language) = language {
            match self.languages.iter_mut().find(|(l, _)| *l == language) {
                Some((_, n)) => *n += 1,
                None => self.languages.push((language, 1)),
            }
        }
    }

    /// The session that a line with this prefix belongs to: the client has one at a time, whatever
    /// is nested in it on the server.
    fn of(&self, prefix: Option<&Prefix>) -> Option<usize> {
        let at = match prefix {
            Some(prefix) if prefix.side == Side::Client => self.active.first(),
            _ => self.active.last(),
        };
        at.copied()
    }

    fn current(&mut self) -> Option<&mut Session> {
        let at = *self.active.last()?;
        self.log.sessions.get_mut(at)
    }

    fn open(&mut self, line: u64, parent: Option<usize>) -> usize {
        if self.log.sessions.len() >= MAX_SESSIONS {
            self.drop_oldest();
        }
        let parent = parent.filter(|p| *p < self.log.sessions.len());
        let index = self.log.sessions.len();
        let session = Session {
            run: Run {
                lines: [line, line],
                parent,
                ..Run::default()
            },
            ..Session::default()
        };
        self.log.sessions.push(session);
        if let Some(outer) = parent.and_then(|p| self.log.sessions.get_mut(p)) {
            outer.children.push(index);
        }
        self.active.push(index);
        index
    }

    /// Forgets the older half of the sessions.
    fn drop_oldest(&mut self) {
        let half = MAX_SESSIONS / 2;
        self.log.sessions.drain(..half);
        self.log.dropped += half as u64;
        let shift = |index: usize| index.checked_sub(half);
        for session in &mut self.log.sessions {
            session.run.parent = session.run.parent.and_then(shift);
            session.children = session.children.iter().copied().filter_map(shift).collect();
        }
        self.active = self.active.iter().copied().filter_map(shift).collect();
    }

    fn writes(&mut self, prefix: Option<&Prefix>, line: u64) {
        let Some(who) = prefix.map(|p| (p.process, p.thread)) else {
            return;
        };
        if self.writer.is_none_or(|(known, _)| known != who) {
            self.writer = Some((who, line));
        }
    }

    fn verbose_started(&mut self, line: &Line<'_>, record: &Record<'_>, when: &str) {
        self.log.headed |= self.log.sessions.is_empty();
        self.log.complete = false;
        self.log.behind = None;
        self.active.clear();
        let at = self.open(line.number, None);
        if let Some(session) = self.log.sessions.get_mut(at) {
            session.header(when);
            session.record(line, record);
        }
    }

    /// Without the verbose pair, the plain one is all that bounds a session.
    fn logging_started(&mut self, line: &Line<'_>, when: &str) {
        let over = self.current().is_none_or(|s| s.state.top_value.is_some());
        if self.engine_lines == 0 && over {
            self.log.headed |= self.log.sessions.is_empty();
            self.active.clear();
            self.open(line.number, None);
        }
        if let Some(session) = self.current() {
            session.header(when);
        }
    }

    /// An engine begins: the client half, the server half, a run inside another, or a new session.
    fn run_engine(&mut self, line: &Line<'_>, prefix: Option<&Prefix>) {
        let Some(prefix) = prefix else { return };
        let thread = Some((prefix.process, prefix.thread));
        if prefix.side == Side::Client {
            let root = self
                .active
                .first()
                .and_then(|at| self.log.sessions.get(*at));
            let used = root.map(|s| &s.state).is_some_and(|state| {
                state.client_returned || (state.server_returned && !state.client_run)
            });
            if used {
                self.active.clear();
            }
            let root = self.active.first().copied();
            let at = root.unwrap_or_else(|| self.open(line.number, None));
            if let Some(session) = self.log.sessions.get_mut(at) {
                session.state.client_run = true;
            }
            return;
        }
        let running = self.active.last().copied();
        match running.and_then(|at| Some(&self.log.sessions.get(at)?.state)) {
            Some(state) if state.server_thread.is_some() && !state.server_returned => {
                let removal = state.has_open("RemoveExistingProducts");
                let own_thread = state.server_thread != thread;
                let first = self.writer.filter(|_| own_thread).map(|(_, since)| since);
                self.open(first.unwrap_or(line.number), running);
                if let Some(session) = self.current().filter(|_| removal) {
                    session.facts.removal();
                }
            }
            Some(state)
                if state.server_returned && (!state.client_run || state.client_returned) =>
            {
                self.active.clear();
                self.open(line.number, None);
            }
            Some(_) => {}
            None => {
                self.open(line.number, None);
            }
        }
        if let Some(session) = self.current() {
            session.state.server_thread = thread;
            session.state.server_returned = false;
        }
    }

    /// The outer run speaks again: what was nested in it is over. Its thread is blocked as long as
    /// the nested one runs, and only it ends its own actions.
    fn leave_nested(&mut self, record: &Record<'_>) {
        while let [.., outer, inner] = self.active.as_slice() {
            let state = |at: &usize| self.log.sessions.get(*at).map(|session| &session.state);
            let (Some(outer), Some(inner)) = (state(outer), state(inner)) else {
                return;
            };
            let ends_outer_action = match &record.body {
                Body::ActionEnded(Action { name, .. }, _) => {
                    !is_top(name) && !inner.has_open(name) && outer.has_open(name)
                }
                _ => false,
            };
            let theirs = outer.server_thread;
            let spoke = record
                .prefix
                .filter(|p| p.side != Side::Client && !p.remote)
                .map(|p| (p.process, p.thread));
            let outer_speaks = theirs != inner.server_thread && spoke.is_some() && spoke == theirs;
            if !ends_outer_action && !outer_speaks {
                return;
            }
            self.active.pop();
        }
    }
}

impl Session {
    /// The times of a log that is not verbose: its actions and its end have whole seconds.
    fn plain_time(&mut self, body: &Body<'_>) {
        let time = match body {
            Body::ActionStart(action)
            | Body::ActionText(action, _)
            | Body::ActionEnded(action, _) => action.time,
            Body::LoggingStopped(when) => grammar::time_of_day(when),
            _ => None,
        };
        time.into_iter().for_each(|time| self.clock.tick(time));
    }

    fn header(&mut self, when: &str) {
        self.clock.header(when);
        if let Some(time) = grammar::time_of_day(when) {
            self.clock.tick(time);
        }
    }
}
