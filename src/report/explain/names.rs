//! Names: articles, GUIDs plain and packed, actions.

use super::{Kind, Sense, shape};
use crate::knowledge::dotnet::{self, DotNet, Hints};
use crate::knowledge::products::{self, CodeKind, Product};
use crate::knowledge::rules::{self, Article};
use crate::knowledge::{actions, custom_actions, guid};

/// The article that `KB976982`, `kb 976982`, or the short key of a page names.
pub fn article_named(term: &str) -> Option<&'static Article> {
    let number = article_number(term);
    number
        .as_deref()
        .and_then(rules::article)
        .or_else(|| rules::article(&term.to_lowercase()))
}

/// What follows `KB`.
pub fn article_number(term: &str) -> Option<String> {
    let lower = term.to_lowercase();
    let number = lower
        .strip_prefix("kb")?
        .trim_start_matches([' ', ':', '-']);
    (!number.is_empty()).then(|| number.to_owned())
}

/// What is known of a product, upgrade or other code, plain, packed, or without its dashes.
pub fn code(term: &str) -> Option<Sense> {
    readings(term).find_map(|plain| known_code(&plain))
}

/// The GUIDs that a term may be, the likeliest first.
pub fn readings(term: &str) -> impl Iterator<Item = String> {
    let forms = [guid::parse(term), guid::unpack(term), guid::from_bare(term)];
    forms.into_iter().flatten()
}

fn known_code(plain: &str) -> Option<Sense> {
    let (known, found_as) = recognised(plain)?;
    let row = products::find(plain);
    let (kind, word) = match row.map_or(found_as, |row| row.kind) {
        CodeKind::Product => (Kind::ProductCode, "product code"),
        CodeKind::Upgrade => (Kind::UpgradeCode, "upgrade code"),
        CodeKind::Bundle => (Kind::BundleId, "id of a setup program"),
    };
    let mut sense = Sense::new(kind, format!("{word} {plain}"), format!("{known}."))
        .named(Some(plain))
        .fact("packed", guid::pack(plain).unwrap_or_default())
        .fact("package", row.and_then(|row| row.package).unwrap_or(""))
        .fact("source", row.map_or("", |row| row.source));
    if kind == Kind::ProductCode && row.is_none_or(|row| changes(row.family)) {
        sense = sense
            .fact("note", "codes of .NET 5 and later change with every build; the name of the product tells version, part and processor type")
            .fact("by name", shape::BY_NAME);
    }
    sense.forms = forms(plain);
    Some(sense)
}

/// Whether the product codes of a family are new with every build.
fn changes(family: &str) -> bool {
    matches!(family, "dotnet" | "aspnetcore" | "sdk")
}

/// A product of .NET by its name, or by that of its package or setup program.
pub fn product_named(term: &str) -> Option<Sense> {
    let product = Hints {
        product_name: Some(term),
        ..Hints::default()
    };
    let package = Hints {
        packages: &[term],
        ..Hints::default()
    };
    let known = dotnet::recognise(&product).or_else(|| dotnet::recognise(&package))?;
    let changing = match changes(&known.family) {
        true => "the product code of it is another one in every build",
        false => "",
    };
    let heading = format!("name of a product or package: {term}");
    Some(Sense::new(Kind::ProductName, heading, format!("{known}.")).fact("note", changing))
}

/// What the tables say of a code, in words, and what kind of code it is.
fn recognised(plain: &str) -> Option<(String, CodeKind)> {
    let product = Hints {
        product_code: Some(plain),
        ..Hints::default()
    };
    let upgrade = Hints {
        upgrade_code: Some(plain),
        ..Hints::default()
    };
    let words = |known: DotNet| known.to_string();
    let by_product = dotnet::recognise(&product).map(|known| (words(known), CodeKind::Product));
    by_product
        .or_else(|| dotnet::recognise(&upgrade).map(|known| (words(known), CodeKind::Upgrade)))
        .or_else(|| products::find(plain).map(|row| (row_in_words(&row), row.kind)))
}

/// A row of the table that is no .NET by itself.
fn row_in_words(row: &Product) -> String {
    let parts = [
        Some(row.family),
        Some(row.version),
        row.edition,
        row.arch,
        row.package,
    ];
    let parts = parts.into_iter().flatten().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" ")
}

/// A GUID as it is written in properties and in the registry.
pub fn forms(plain: &str) -> Vec<String> {
    let packed = guid::pack(plain);
    std::iter::once(plain.to_owned()).chain(packed).collect()
}

/// An action by its name; the case of letters does not matter here.
pub fn action(term: &str) -> Option<Sense> {
    let own = actions::ALL
        .iter()
        .find(|action| action.name.eq_ignore_ascii_case(term));
    if let Some(action) = own {
        let place = action
            .number
            .map(|number| format!("{number}, sequence {}", action.sequence));
        let heading = format!("action {} of Windows Installer", action.name);
        return Some(
            Sense::new(Kind::Action, heading, action.failure_usually_means)
                .named(Some(action.name))
                .fact("place", place.unwrap_or_else(|| action.sequence.to_owned()))
                .fact("source", action.source),
        );
    }
    let known = custom_actions::known_custom_action(term)?;
    let heading = format!("custom action {term}, of {}", known.origin);
    let module = custom_actions::split_module(term).map(|(_, module)| module);
    let pattern = known.name.contains('*').then_some(known.name);
    Some(
        Sense::new(Kind::CustomAction, heading, known.does)
            .named(Some(term))
            .fact("one of", pattern.unwrap_or(""))
            .fact("module", module.unwrap_or_default())
            .fact("source", known.source),
    )
}
