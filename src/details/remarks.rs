//! Lines that are shown for themselves: privileges, products, patches, files in use, restarts.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;

use super::kept::{self, Kept};
use super::place::Place;
use crate::grammar::Body;
use crate::knowledge::guid;
use crate::knowledge::table::rows;
use crate::run::details::{FileInUse, FoundPatch, FoundProduct, ProductRole, Remark};

/// Most lines of a list.
const MOST: usize = 1000;

/// The list that a line belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum List {
    Privilege,
    Restart,
    Patch,
    File,
}

/// What tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Where {
    /// Words in a line of the engine.
    Line,
    /// A property that changes.
    Property,
    /// The number of a message.
    Message,
    /// An action that is done.
    Action,
}

#[derive(Debug, Deserialize)]
struct Mark {
    list: List,
    r#where: Where,
    mark: &'static str,
    #[serde(rename = "source")]
    _source: &'static str,
}

static MARKS: LazyLock<Vec<Mark>> = LazyLock::new(|| rows(include_str!("remarks.tsv")).collect());

/// What is remembered between lines.
#[derive(Debug, Default)]
pub struct Remarks {
    /// Codes that are named already, with what they are.
    products: HashSet<(ProductRole, String)>,
}

impl Remarks {
    /// Takes a line in.
    pub fn take(&mut self, kept: &mut Kept, place: &Place<'_>, body: &Body<'_>) {
        match body {
            Body::Engine(text) => {
                let marked = |mark: &&Mark| mark.r#where == Where::Line && text.contains(mark.mark);
                if let Some(mark) = MARKS.iter().find(marked) {
                    keep(kept, place, mark.list, text);
                }
            }
            Body::PropertyChange(change) => {
                let value = change.value.unwrap_or("deleted");
                let finds = place
                    .action
                    .is_some_and(|(name, _)| name == "FindRelatedProducts");
                if finds {
                    for code in codes(value) {
                        self.product(kept, place, ProductRole::Related, &code, change.name);
                    }
                }
                if let Some(mark) = marked(Where::Property, change.name) {
                    keep(
                        kept,
                        place,
                        mark.list,
                        &format!("{} = {value}", change.name),
                    );
                }
            }
            Body::Message(message) => {
                let number = message.number.map(|number| number.to_string());
                let mark = number.and_then(|number| marked(Where::Message, &number));
                if let Some(mark) = mark {
                    keep(kept, place, mark.list, message.text);
                }
            }
            Body::DoingAction(name) => {
                if let Some(mark) = marked(Where::Action, name) {
                    keep(
                        kept,
                        place,
                        mark.list,
                        &format!("the action {name} is done"),
                    );
                }
            }
            Body::OriginalPatch(text) => keep(kept, place, List::Patch, text),
            Body::RunEngineField("Product", text) => {
                let role = match place.nested {
                    true => ProductRole::Removed,
                    false => ProductRole::Itself,
                };
                for code in codes(text) {
                    self.product(kept, place, role, &code, "the run is for this product");
                }
            }
            Body::Property { name, value, .. } => {
                let role = match *name {
                    "ProductCode" if place.nested => ProductRole::Removed,
                    "ProductCode" => ProductRole::Itself,
                    "UpgradeCode" => ProductRole::Family,
                    "PackageCode" => ProductRole::Package,
                    _ => return,
                };
                for code in codes(value) {
                    self.product(kept, place, role, &code, name);
                }
            }
            Body::Text(text) => self.text(kept, place, text),
            _ => {}
        }
    }

    /// `RemoveExistingProducts: Application: {…}, Command line: …`, and what is found before.
    fn text(&mut self, kept: &mut Kept, place: &Place<'_>, text: &str) {
        let role = match text.split_once(": ") {
            Some(("RemoveExistingProducts", _)) => ProductRole::Removed,
            Some(("FindRelatedProducts", _)) => ProductRole::Related,
            _ => return,
        };
        if let Some(code) = codes(text).into_iter().next() {
            self.product(kept, place, role, &code, text);
        }
    }

    fn product(
        &mut self,
        kept: &mut Kept,
        place: &Place<'_>,
        role: ProductRole,
        code: &str,
        text: &str,
    ) {
        // What is removed was found before, and says more.
        if self.products.len() >= MOST || !self.products.insert((role, code.to_owned())) {
            return;
        }
        let details = &mut kept.details;
        let product = FoundProduct {
            session: place.session,
            line: place.line,
            code: code.to_owned(),
            role,
            text: kept::short(text),
        };
        Kept::item(
            &mut details.products,
            MOST,
            &mut details.left_out.remarks,
            product,
        );
    }
}

/// The row that names this.
fn marked(place: Where, name: &str) -> Option<&'static Mark> {
    MARKS
        .iter()
        .find(|mark| mark.r#where == place && mark.mark == name)
}

fn keep(kept: &mut Kept, place: &Place<'_>, list: List, text: &str) {
    let details = &mut kept.details;
    let left_out = &mut details.left_out.remarks;
    let (session, line) = (place.session, place.line);
    let said = kept::short(text);
    match list {
        List::Privilege | List::Restart => {
            let all = match list {
                List::Privilege => &mut details.privileges,
                _ => &mut details.reboot_reasons,
            };
            // The engine says many of them once for client and service.
            if all
                .iter()
                .any(|known: &Remark| known.text == said && known.session == session)
            {
                return;
            }
            let text = said;
            Kept::item(
                all,
                MOST,
                left_out,
                Remark {
                    session,
                    line,
                    text,
                },
            );
        }
        List::Patch => {
            let code = codes(text).into_iter().next();
            let text = said;
            let patch = FoundPatch {
                session,
                line,
                code,
                text,
            };
            Kept::item(&mut details.patches, MOST, left_out, patch);
        }
        List::File => {
            let file = in_use(session, line, text, said);
            Kept::item(&mut details.files_in_use, MOST, left_out, file);
        }
    }
}

/// Codes in braces, in the order in which they stand.
fn codes(text: &str) -> Vec<String> {
    let starts = text.match_indices('{').map(|(at, _)| at);
    starts
        .filter_map(|at| guid::parse(text.get(at..at + 38)?))
        .collect()
}

/// What a line about a file in use tells of it, as far as its shape is known.
fn in_use(session: usize, line: u64, text: &str, said: String) -> FileInUse {
    let behind = |label: &str| text.split_once(label).map(|(_, rest)| rest);
    let digits = |rest: &str| {
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        rest.get(..end).and_then(|digits| digits.parse().ok())
    };
    let id = behind(" id ")
        .or_else(|| behind("Id: "))
        .or_else(|| behind("ID: "));
    let friendly = behind("friendly name '").and_then(|rest| rest.split_once('\''));
    let named = behind("Name: ").and_then(|rest| rest.split_once(','));
    let process = friendly.or(named).map(|(name, _)| kept::short(name.trim()));
    FileInUse {
        session,
        line,
        file: path(text).map(kept::short),
        process,
        process_id: id.and_then(|rest| digits(rest.trim_start())),
        text: said,
    }
}

/// The path in a text, up to where the sentence goes on.
fn path(text: &str) -> Option<&str> {
    let at = text.match_indices(":\\").map(|(at, _)| at).next()?;
    let start = at.checked_sub(1)?;
    let rest = text.get(start..)?;
    let end = [" is being", " is in use", "'", "\"", "\t"]
        .iter()
        .filter_map(|end| rest.find(end))
        .min();
    let end = end.or_else(|| rest.find(". ")).unwrap_or(rest.len());
    rest.get(..end).map(|path| path.trim_end_matches('.'))
}
