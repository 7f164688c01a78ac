//! What a diagnosis tells the rules about a failure.

/// The facts of one failure. Leave out what is not known: the default of every field means so.
#[derive(Clone, Debug, Default)]
pub struct Facts<'a> {
    /// The kind of log: `msi`, `burn` …
    pub kind: &'a str,
    /// How the run ended: `failed`, `cancelled` …
    pub outcome: &'a str,
    /// What was asked for: `install`, `upgrade`, `uninstall`, `repair`, `patch` …
    pub operation: &'a str,
    /// The exit code of the run, such as 1603.
    pub exit_code: Option<i64>,
    /// Installer message numbers among the cause and its evidence, the cause's own first.
    pub messages: &'a [u32],
    /// Codes beside them: Win32 errors, HRESULTs, exit codes of started programs. Negative and
    /// 32-bit unsigned forms of an HRESULT are the same, and a Win32 error matches in either form.
    pub codes: &'a [i64],
    /// The failing action.
    pub action: Option<&'a str>,
    /// What the action is: `standard`, `custom-immediate`, `custom-deferred` …
    pub action_kind: &'a str,
    /// The entry point or program of a custom action.
    pub custom_action: Option<&'a str>,
    /// The operation of the script that failed, such as `FileCopy`.
    pub script_operation: Option<&'a str>,
    /// The line that tells the cause.
    pub cause_line: &'a str,
    /// The text of the evidence lines; the cause may be among them.
    pub lines: &'a [&'a str],
    /// Lines of the engine that say much wherever they stand, such as one on a missing cached
    /// package.
    pub engine_lines: &'a [&'a str],
    /// The product's name.
    pub product: Option<&'a str>,
    /// The product's maker.
    pub manufacturer: Option<&'a str>,
    /// The file name of the package.
    pub package: Option<&'a str>,
    /// `netfx` for .NET Framework, another name for other families, when the product is .NET.
    pub dotnet_family: Option<&'a str>,
    /// The .NET version, such as `4.0` or `4.7.2`.
    pub dotnet_version: Option<&'a str>,
    /// Windows version: major, minor, build, such as (6, 1, 7601).
    pub windows: Option<(u32, u32, u32)>,
}
