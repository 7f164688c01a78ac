//! Which machine a log is of.

use std::collections::HashMap;

use super::MOST;
use crate::report::LogReport;

/// The machines of a scan, by number.
#[derive(Debug, Default)]
pub(super) struct Machines {
    roots: Vec<String>,
    numbers: HashMap<String, u32>,
    names: Vec<String>,
}

impl Machines {
    pub fn new(roots: &[String]) -> Self {
        let mut roots = roots.to_vec();
        // Of two that fit the inner one counts.
        roots.sort_by_key(|root| std::cmp::Reverse(root.len()));
        Self {
            roots,
            ..Self::default()
        }
    }

    pub fn len(&self) -> usize {
        self.names.len()
    }

    pub fn name(&self, number: u32) -> Option<&str> {
        let at = usize::try_from(number).ok()?;
        self.names.get(at).map(String::as_str)
    }

    /// The machine of a report: as its log names it, else by the folder right below what is
    /// scanned. `None` where neither tells.
    pub fn of(&mut self, report: &LogReport) -> Option<u32> {
        let named = report
            .sessions
            .iter()
            .find_map(|session| session.machine.name.as_deref());
        let name = match named.filter(|name| !name.is_empty()) {
            Some(name) => name.to_uppercase(),
            None => self.folder(&report.path)?.to_uppercase(),
        };
        if let Some(number) = self.numbers.get(&name) {
            return Some(*number);
        }
        let number = u32::try_from(self.names.len()).ok()?;
        if self.names.len() >= MOST {
            return None;
        }
        self.names.push(name.clone());
        self.numbers.insert(name, number);
        Some(number)
    }

    /// The folder right below what is scanned, where the log is not right in it.
    fn folder<'p>(&self, path: &'p str) -> Option<&'p str> {
        let below = self.roots.iter().find_map(|root| {
            let root = root.trim_end_matches(['/', '\\']);
            let rest = path.strip_prefix(root)?;
            // An archive's name ends with `!`; `.` stands for nothing.
            let rest = rest.strip_prefix('!').unwrap_or(rest);
            rest.strip_prefix(['/', '\\'])
        })?;
        let (folder, _) = below.split_once(['/', '\\'])?;
        // An archive right in the folder is one machine's, as support tools make them.
        let folder = folder.strip_suffix('!').unwrap_or(folder);
        (!folder.is_empty()).then_some(folder)
    }
}
