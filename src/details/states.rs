//! Features and components, and the policies that the engine asked for.

use std::collections::HashMap;

use super::kept::{self, Kept};
use super::place::Place;
use crate::grammar::Body;
use crate::run::details::{Component, Feature, Policy, PolicyScope};

/// Most features and components of a log that are kept.
const MOST: usize = 50_000;
/// Most policies.
const MOST_POLICIES: usize = 1000;

/// Where what is known stands: a session tells some of it again as its plans change.
#[derive(Debug, Default)]
pub struct States {
    features: HashMap<(usize, String), usize>,
    components: HashMap<(usize, String), usize>,
    policies: HashMap<(PolicyScope, String), usize>,
}

impl States {
    /// Takes a line in.
    pub fn take(&mut self, kept: &mut Kept, place: &Place<'_>, body: &Body<'_>) {
        let Body::Engine(text) = body else { return };
        if let Some(rest) = text.strip_prefix("Feature: ") {
            self.feature(kept, place, rest);
        } else if let Some(rest) = text.strip_prefix("Component: ") {
            self.component(kept, place, rest);
        } else if let Some(rest) = text.strip_prefix("Machine policy value '") {
            self.policy(kept, place, PolicyScope::Machine, rest);
        } else if let Some(rest) = text.strip_prefix("User policy value '") {
            self.policy(kept, place, PolicyScope::User, rest);
        }
    }

    fn feature(&mut self, kept: &mut Kept, place: &Place<'_>, text: &str) {
        let Some(state) = State::of(text) else { return };
        let details = &mut kept.details;
        let feature = Feature {
            session: place.session,
            name: kept::name(state.name).to_owned(),
            line: place.line,
            installed: state.get("Installed"),
            request: state.get("Request"),
            action: state.get("Action"),
        };
        let key = (place.session, feature.name.clone());
        match self
            .features
            .get(&key)
            .and_then(|at| details.features.get_mut(*at))
        {
            Some(known) => *known = feature,
            None => {
                let at = details.features.len();
                if Kept::item(
                    &mut details.features,
                    MOST,
                    &mut details.left_out.states,
                    feature,
                ) {
                    self.features.insert(key, at);
                }
            }
        }
    }

    fn component(&mut self, kept: &mut Kept, place: &Place<'_>, text: &str) {
        let Some(state) = State::of(text) else { return };
        let details = &mut kept.details;
        let component = Component {
            session: place.session,
            name: kept::name(state.name).to_owned(),
            line: place.line,
            installed: state.get("Installed"),
            request: state.get("Request"),
            action: state.get("Action"),
            client_state: state.get("Client State"),
        };
        let key = (place.session, component.name.clone());
        match self
            .components
            .get(&key)
            .and_then(|at| details.components.get_mut(*at))
        {
            Some(known) => *known = component,
            None => {
                let at = details.components.len();
                let left_out = &mut details.left_out.states;
                if Kept::item(&mut details.components, MOST, left_out, component) {
                    self.components.insert(key, at);
                }
            }
        }
    }

    /// `'DisableMsi' is 0`: of a policy that is asked for again the last value counts.
    fn policy(&mut self, kept: &mut Kept, place: &Place<'_>, scope: PolicyScope, text: &str) {
        let Some((name, value)) = text.split_once("' is ") else {
            return;
        };
        let details = &mut kept.details;
        let policy = Policy {
            session: place.session,
            scope,
            name: kept::name(name).to_owned(),
            value: kept::short(value.trim()),
            line: place.line,
        };
        let key = (scope, policy.name.clone());
        match self
            .policies
            .get(&key)
            .and_then(|at| details.policies.get_mut(*at))
        {
            Some(known) => known.value = policy.value,
            None => {
                let at = details.policies.len();
                let left_out = &mut details.left_out.remarks;
                if Kept::item(&mut details.policies, MOST_POLICIES, left_out, policy) {
                    self.policies.insert(key, at);
                }
            }
        }
    }
}

/// `Name; Installed: Absent;   Request: Local;   Action: Local`
struct State<'a> {
    name: &'a str,
    facts: &'a str,
}

impl<'a> State<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (name, facts) = text.split_once(';')?;
        facts
            .contains("Installed: ")
            .then_some(Self { name, facts })
    }

    fn get(&self, label: &str) -> Option<String> {
        let mut facts = self
            .facts
            .split(';')
            .filter_map(|fact| fact.split_once(':'));
        let (_, value) = facts.find(|(name, _)| name.trim() == label)?;
        Some(kept::short(value.trim()))
    }
}
