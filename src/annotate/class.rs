//! What a line of a log can be.

use serde::Serialize;

/// One row a class: its name, the mark that stands before such lines, what it is in a legend.
macro_rules! classes {
    ($($class:ident = $name:literal, $mark:literal, $legend:literal;)*) => {
        /// What a line of a log is. Ordered as in a legend: what matters most comes first.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(rename_all = "kebab-case")]
        #[non_exhaustive]
        pub enum Class {
            $(#[doc = $legend] $class,)*
        }

        impl Class {
            /// All of them, in the order of a legend.
            pub const ALL: &'static [Self] = &[$(Self::$class),*];

            /// Its name; names stay as they are.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$class => $name,)* }
            }

            /// Letters that tell it apart without colour; may be empty.
            #[must_use]
            pub fn mark(self) -> &'static str {
                match self { $(Self::$class => $mark,)* }
            }

            /// What it is, for a legend.
            #[must_use]
            pub fn legend(self) -> &'static str {
                match self { $(Self::$class => $legend,)* }
            }
        }
    };
}

classes! {
    Cause = "cause", "=>", "the first cause of a failure";
    FailingLine = "failing-line", "!!", "here the run or the action is said to have failed";
    Evidence = "evidence", " >", "proves the cause";
    KnockOn = "knock-on", " v", "only passes the failure on or follows it";
    IgnoredFailure = "ignored-failure", " ~", "a failure that did not stop the run";
    Error = "error", " !", "an error, with what it means";
    Warning = "warning", " ?", "a warning, with what it means";
    Notable = "notable", " *", "says more than it seems to";
    Outcome = "outcome", " =", "tells how it ended";
    Rollback = "rollback", " <", "a change is undone";
    Session = "session", "--", "a run or a log begins or ends";
    Phase = "phase", " #", "a part of the run begins or ends";
    Action = "action", " +", "an action begins, ends or says what it does";
    Script = "script", " s", "a step of the script that changes the machine";
    Property = "property", " p", "a property and its value";
    Noise = "noise", " .", "looks bad and is not";
    Plain = "plain", "", "everything else";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_json_and_nothing_is_told_twice() {
        for (place, class) in Class::ALL.iter().enumerate() {
            assert_eq!(serde_json::to_value(class).unwrap(), class.name());
            assert!(class.mark().len() <= 2 && class.legend().len() < 60);
            for other in Class::ALL.iter().skip(place + 1) {
                assert_ne!(class.mark(), other.mark());
                assert_ne!(class.legend(), other.legend());
            }
        }
    }
}
