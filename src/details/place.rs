//! Where a line of a log stands.

/// Where a line stands.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Index of the session.
    pub session: usize,
    /// Number of the line.
    pub line: u64,
    /// The client's engine speaks.
    pub client: bool,
    /// The session runs inside another one.
    pub nested: bool,
    /// A custom action speaks through the engine.
    pub remote: bool,
    /// The action that is under way, and whether it is a custom action.
    pub action: Option<(&'a str, bool)>,
}
