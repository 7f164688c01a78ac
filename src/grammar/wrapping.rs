//! Takes off what people and programs put around a line: indent, quote marks, list markers, the
//! names of the message types that a setup program writes in front.

/// Message type names that setup programs with their own interface put before each message.
const WRAPPERS: [&str; 9] = [
    "Info: ",
    "ActionStart: ",
    "ActionData: ",
    "Error: ",
    "Warning: ",
    "FatalExit: ",
    "CommonData: ",
    "Progress: ",
    "User: ",
];

/// The line inside, where something stands around it.
pub fn unwrap(line: &str) -> Option<&str> {
    let mut inner = line.trim_start_matches([' ', '\t', '\u{feff}']);
    inner = inner.trim_start_matches("> ").trim_start_matches("&gt; ").trim_start_matches('>');
    inner = inner.strip_prefix("- ").or_else(|| inner.strip_prefix("* ")).unwrap_or(inner).trim_start();
    for wrapper in WRAPPERS {
        if let Some(body) = inner.strip_prefix(wrapper) {
            inner = body;
            break;
        }
    }
    (inner.len() < line.len()).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_around_is_taken_off() {
        assert_eq!(unwrap("    MSI (s)"), Some("MSI (s)"));
        assert_eq!(unwrap("> Action ended"), Some("Action ended"));
        assert_eq!(unwrap("Info: Action 10:11:12: X. "), Some("Action 10:11:12: X. "));
        assert_eq!(unwrap("plain"), None);
    }
}
