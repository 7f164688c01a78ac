//! The gates of rules: what facts must have for a rule to match, as far as marks tell it. A gate may
//! open to what its rule does not match, and never stays shut to what it matches; the unit tests of the
//! rules prove it with the facts of all examples. The build script shares this file; the gates of a
//! user's rules are made when they are read, since ten thousand of them are no rarity.

use super::marks::{self, plain_run};
use super::value::{Node, Value};

/// Marks, all of which must be there.
type Choice = Vec<u16>;
/// Choices, one of which must hold. None where anything may hold.
type Group = Option<Vec<Choice>>;

/// Most choices of a group and marks of a text: more would cost more than they rule out.
const MOST_CHOICES: usize = 64;
const MOST_MARKS: usize = 8;

/// The gate of a rule, in the form that `src/knowledge/rules/slot.rs` reads.
pub fn gate(rule: &Value<'_>) -> Vec<u8> {
    if rule.get("status").and_then(Value::text) == Some("retired") {
        return bytes(&[Vec::new()]);
    }
    let when = |list| rule.get("when").and_then(|when| when.get(list));
    let all = when("all").map_or(&[][..], values).iter();
    let mut groups: Vec<Group> = all.flat_map(tests).collect();
    let any = when("any").map_or(&[][..], values);
    if !any.is_empty() {
        groups.push(
            any.iter()
                .map(condition)
                .collect::<Option<Vec<_>>>()
                .map(|all| all.concat()),
        );
    }
    groups.push(rule.get("applies").and_then(written_for));
    bytes(&groups.into_iter().flatten().collect::<Vec<_>>())
}

/// The families of .NET that the rule is written for, or none that is known.
fn written_for(applies: &Value<'_>) -> Group {
    let mut choices = test("dotnet", applies.get("dotnet")?)?;
    choices.push(vec![marks::UNKNOWN_DOTNET]);
    Some(choices)
}

/// What the tests of a condition ask for.
fn tests(condition: &Value<'_>) -> Vec<Group> {
    let Node::Table(fields) = &condition.node else {
        return Vec::new();
    };
    fields
        .iter()
        .map(|(key, _, value)| test(key, value))
        .collect()
}

/// All tests of a condition as one group.
fn condition(condition: &Value<'_>) -> Group {
    let mut choices = vec![Choice::new()];
    for group in tests(condition).into_iter().flatten() {
        if choices.len() * group.len() <= MOST_CHOICES {
            let with = |more: &Choice| -> Vec<Choice> {
                let all = choices.iter().map(|choice| [&choice[..], more].concat());
                all.collect()
            };
            choices = group.iter().flat_map(with).collect();
        }
    }
    choices
        .iter()
        .all(|choice| !choice.is_empty())
        .then_some(choices)
}

/// What a test asks for.
fn test(key: &str, value: &Value<'_>) -> Group {
    let choices = values(value).iter().map(|value| match (key, &value.node) {
        ("message" | "code" | "exit_code", Node::Integer(number)) => {
            Some(vec![marks::of_number(key, *number)])
        }
        ("line" | "cause_line", Node::Text(text)) => {
            let lowered = text.to_lowercase();
            some(lowered.split('*').flat_map(marks::of_line).collect())
        }
        ("pattern", Node::Text(text)) => {
            let lowered = plain_run(text)?.to_lowercase();
            some(marks::of_line(&lowered).collect())
        }
        ("dotnet", Node::Text(text)) => {
            let (family, _) = text.trim().split_once(' ')?;
            Some(vec![marks::of_name(key, &family.to_lowercase())])
        }
        ("windows", _) => Some(vec![marks::of_name(key, "")]),
        (_, Node::Text(text)) => Some(name(key, &text.to_lowercase())),
        _ => None,
    });
    choices.collect()
}

/// A name, in which `*` stands for anything.
fn name(key: &str, lowered: &str) -> Choice {
    if !lowered.contains('*') {
        return vec![marks::of_name(key, lowered)];
    }
    let pieces = lowered
        .split('*')
        .flat_map(|piece| marks::of_piece(key, piece));
    some(pieces.collect()).unwrap_or_else(|| vec![marks::of_name(key, "")])
}

/// Some of the marks of a text, from all parts of it; `None` where it has none.
fn some(marks: Choice) -> Option<Choice> {
    let step = marks.len().div_ceil(MOST_MARKS).max(1);
    let some: Choice = marks.into_iter().step_by(step).collect();
    (!some.is_empty()).then_some(some)
}

/// A list, or the one value that stands for it.
fn values<'v, 't>(value: &'v Value<'t>) -> &'v [Value<'t>] {
    match &value.node {
        Node::List(values) => values,
        _ => std::slice::from_ref(value),
    }
}

/// The groups, one after the other. One too long to be counted is left out: without it the gate opens
/// to more.
fn bytes(groups: &[Vec<Choice>]) -> Vec<u8> {
    let numbers = groups.iter().filter_map(|choices| group(choices));
    numbers.flatten().flat_map(u16::to_le_bytes).collect()
}

fn group(choices: &[Choice]) -> Option<Vec<u16>> {
    let choices = choices.iter().map(|choice| counted(choice.clone()));
    counted(choices.collect::<Option<Vec<_>>>()?.concat())
}

fn counted(numbers: Vec<u16>) -> Option<Vec<u16>> {
    let count = u16::try_from(numbers.len()).ok()?;
    Some([vec![count], numbers].concat())
}
