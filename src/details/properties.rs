//! Properties: what the dumps at the end of a run say, and where they were set.

use std::collections::HashMap;

use super::kept::{self, Kept};
use super::place::Place;
use crate::formats::lines::{LONGEST, head};
use crate::grammar::{Body, Record};
use crate::run::details::{ChangeKind, FinalValue, Property, PropertyChange};

/// Most properties of a log that are kept.
const MOST: usize = 20_000;
/// Most changes of all of them.
const MOST_CHANGES: u64 = 50_000;
/// How the end of a value is marked in a line that tells of a change.
const END: &str = "'.";

/// A value that may go on in the next line.
#[derive(Debug, Clone, Copy)]
enum Growing {
    /// In a dump, of the property at this place.
    Final(usize, char),
    /// In the last change of the property at this place.
    Change(usize),
}

/// What is remembered between lines.
#[derive(Debug, Default)]
pub struct Properties {
    places: HashMap<(usize, String), usize>,
    growing: Option<Growing>,
    changes: u64,
}

impl Properties {
    /// Takes a line in.
    pub fn take(&mut self, kept: &mut Kept, place: &Place<'_>, record: &Record<'_>) {
        if let (Some(growing), None, Body::Text(text)) =
            (self.growing, &record.prefix, &record.body)
        {
            self.grow(kept, growing, text);
            return;
        }
        self.growing = None;
        match &record.body {
            Body::Property { side, name, value } => self.dumped(kept, place, *side, name, value),
            Body::PropertyChange(change) => {
                let how = match (change.value, change.before) {
                    (None, _) => ChangeKind::Deleted,
                    (_, true) => ChangeKind::Modified,
                    (_, false) => ChangeKind::Added,
                };
                let open = change.value.is_some() && !change.ended;
                let at = self.changed(kept, place, change.name, how, change.value);
                self.growing = at.filter(|_| open).map(Growing::Change);
            }
            Body::CommandLine(text) | Body::RunEngineField("CommandLine", text) => {
                for (name, value) in assignments(text) {
                    self.changed(kept, place, name, ChangeKind::CommandLine, Some(&value));
                }
            }
            Body::Engine(text) => {
                let transforms = text.strip_prefix("TRANSFORMS property is now: ");
                if let Some(value) = transforms.map(str::trim).filter(|value| !value.is_empty()) {
                    let how = ChangeKind::Transform;
                    self.changed(kept, place, "TRANSFORMS", how, Some(value));
                }
            }
            _ => {}
        }
    }

    fn property(&mut self, kept: &mut Kept, session: usize, name: &str) -> Option<usize> {
        let name = kept::name(name);
        let key = (session, name.to_owned());
        if let Some(place) = self.places.get(&key) {
            return Some(*place);
        }
        let details = &mut kept.details;
        let place = details.properties.len();
        let property = Property {
            session,
            name: name.to_owned(),
            ..Property::default()
        };
        let left_out = &mut details.left_out.properties;
        let room = Kept::item(&mut details.properties, MOST, left_out, property);
        room.then(|| {
            self.places.insert(key, place);
            place
        })
    }

    fn dumped(&mut self, kept: &mut Kept, at: &Place<'_>, side: char, name: &str, value: &str) {
        let Some(place) = self.property(kept, at.session, name) else {
            return;
        };
        if let Some(slot) = final_value(kept, place, side) {
            *slot = Some(FinalValue {
                value: value_of(value),
                line: at.line,
            });
            self.growing = Some(Growing::Final(place, side));
        }
    }

    fn changed(
        &mut self,
        kept: &mut Kept,
        at: &Place<'_>,
        name: &str,
        how: ChangeKind,
        value: Option<&str>,
    ) -> Option<usize> {
        let place = self.property(kept, at.session, name)?;
        let property = kept.details.properties.get_mut(place)?;
        let value = value.map(value_of);
        // Client and service write the same command line.
        let known = |change: &PropertyChange| change.how == how && change.value == value;
        if how == ChangeKind::CommandLine && property.changes.iter().any(known) {
            return Some(place);
        }
        if self.changes >= MOST_CHANGES {
            kept.details.left_out.changes += 1;
            return None;
        }
        self.changes += 1;
        let action = at.action.filter(|(name, _)| !name.is_empty());
        property.changes.push(PropertyChange {
            line: at.line,
            how,
            value,
            action: action.map(|(name, _)| name.to_owned()),
            by_custom_action: at.remote || action.is_some_and(|(_, custom)| custom),
            client: at.client,
        });
        Some(place)
    }

    /// The value goes on.
    fn grow(&mut self, kept: &mut Kept, growing: Growing, text: &str) {
        let (value, text) = match growing {
            Growing::Final(place, side) => {
                let slot = final_value(kept, place, side);
                (slot.and_then(|s| s.as_mut()).map(|s| &mut s.value), text)
            }
            Growing::Change(place) => {
                let end = text.strip_suffix(END);
                if end.is_some() {
                    self.growing = None;
                }
                let property = kept.details.properties.get_mut(place);
                let last = property.and_then(|property| property.changes.last_mut());
                (last.and_then(|l| l.value.as_mut()), end.unwrap_or(text))
            }
        };
        if let Some(value) = value.filter(|value| value.len() < LONGEST) {
            value.push('\n');
            value.push_str(head(text, LONGEST - value.len().min(LONGEST)));
        }
    }
}

fn value_of(text: &str) -> String {
    head(text, LONGEST).to_owned()
}

fn final_value(kept: &mut Kept, place: usize, side: char) -> Option<&mut Option<FinalValue>> {
    let property = kept.details.properties.get_mut(place)?;
    Some(match side {
        'C' => &mut property.client,
        'S' => &mut property.server,
        _ => &mut property.nested,
    })
}

/// `NAME=value NAME="a value with ""quotes"""` on a command line; names may stand anywhere in it.
fn assignments(text: &str) -> Vec<(&str, String)> {
    let mut all = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let mut quoted = false;
        let end = rest.find(|c: char| {
            quoted ^= c == '"';
            c.is_whitespace() && !quoted
        });
        let (word, tail) = rest.split_at(end.unwrap_or(rest.len()));
        rest = tail.trim_start();
        let Some((name, value)) = word.split_once('=') else {
            continue;
        };
        let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
        if name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(letters)
        {
            let inner = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
            all.push((name, inner.unwrap_or(value).replace("\"\"", "\"")));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_lines_are_taken_apart() {
        let text = r#"ADDLOCAL=Main,Docs TITLE="A ""good"" one" EMPTY="" /qn 3=4 X.Y=1 "#;
        let found = assignments(text);
        let wanted = [
            ("ADDLOCAL", "Main,Docs"),
            ("TITLE", "A \"good\" one"),
            ("EMPTY", ""),
            ("X.Y", "1"),
        ];
        assert_eq!(found.len(), wanted.len());
        for ((name, value), wanted) in found.iter().zip(wanted) {
            assert_eq!((*name, value.as_str()), wanted);
        }
        assert!(assignments("**********").is_empty());
    }
}
