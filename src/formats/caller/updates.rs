//! The updates that Windows Update is about to install: titles first, results by id or title later.

use crate::formats::lines::clip;
use crate::run::Evidence;

/// Most updates of one go.
const MOST: usize = 300;
/// Most ids of one update.
const MOST_IDS: usize = 16;

/// An update.
#[derive(Debug)]
pub struct Update {
    /// Its title.
    pub title: String,
    /// The line that gives it.
    pub line: Evidence,
    /// Its ids and those of its parts, without revision.
    pub ids: Vec<String>,
}

/// The updates of one go.
#[derive(Debug, Default)]
pub struct Updates {
    /// Titles may come; results still do when no more of them do.
    pub open: bool,
    /// Those of which a title came.
    pub all: Vec<Update>,
}

impl Updates {
    /// Takes a title.
    pub fn title(&mut self, line: Evidence, title: &str) {
        if self.open && self.all.len() < MOST {
            self.all.push(Update {
                title: clip(title),
                line,
                ids: Vec::new(),
            });
        }
    }

    /// Takes an id of the last title.
    pub fn id(&mut self, id: &str) {
        if let (true, Some(last)) = (self.open, self.all.last_mut())
            && last.ids.len() < MOST_IDS
        {
            last.ids.push(clip(plain(id)));
        }
    }

    /// The update with an id.
    pub fn with_id(&self, id: &str) -> Option<&Update> {
        let id = plain(id);
        self.all
            .iter()
            .find(|update| update.ids.iter().any(|i| i == id))
    }

    /// The update, where there is but one.
    pub fn only(&self) -> Option<&Update> {
        match self.all.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }
}

/// `{…}.103` without the revision and the braces.
fn plain(id: &str) -> &str {
    let id = id.split_once('}').map_or(id, |(id, _)| id);
    id.trim_start_matches('{').trim()
}

/// `KB4014984` of a title.
pub fn article(title: &str) -> Option<&str> {
    title.match_indices("KB").find_map(|(at, _)| {
        let tail = title.get(at..)?;
        let digits = tail.bytes().skip(2).take_while(u8::is_ascii_digit).count();
        (6..=8).contains(&digits).then(|| tail.get(..digits + 2))?
    })
}
