//! What the name of a property, of an argument or of a field says about its value.

use std::cell::RefCell;
use std::collections::HashMap;

use super::kind::Kind;

/// Names that hold one of these hold a secret. Compared in lower case without blanks, dots,
/// dashes and underscores.
const SECRET_PARTS: [&str; 24] = [
    "password",
    "passwd",
    "passwort",
    "kennwort",
    "motdepasse",
    "contrase",
    "passphrase",
    "passcode",
    "pwd",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "accountkey",
    "privatekey",
    "encryptionkey",
    "sharedkey",
    "authkey",
    "credential",
    "connectionstring",
    "connstr",
    "authorization",
    "sastoken",
    "certpass",
];

/// Names that are a secret only as a whole; short ones stand in many harmless words.
const SECRET_WHOLE: [&str; 12] = [
    "pass", "pw", "pin", "otp", "auth", "cookie", "jwt", "pat", "sig", "rp", "cred", "creds",
];

/// Names that look like secrets and are none: parts of assembly names and of the engine's own
/// messages, without which a failure cannot be understood.
const NO_SECRET: [&str; 14] = [
    "publickeytoken",
    "publickey",
    "hiddenproperties",
    "policytoken",
    "elevatedtoken",
    "tokenprivileges",
    "passwordlength",
    "passwordage",
    "passwordmin",
    "passwordmax",
    "currentpwd",
    "credentialtype",
    "authenticationtype",
    "secretstore",
];

/// Names that hold one of these hold a licence key.
const KEY_PARTS: [&str; 7] = [
    "pidkey",
    "serial",
    "license",
    "licence",
    "lizenz",
    "activation",
    "productid",
];

/// Ends of the names of keys that open nothing.
const NO_KEY: [&str; 17] = [
    "registrykey",
    "regkey",
    "hotkey",
    "publickey",
    "subkey",
    "rootkey",
    "uninstallkey",
    "componentkey",
    "foreignkey",
    "primarykey",
    "monkey",
    "turkey",
    "hklmkey",
    "openkey",
    "createkey",
    "deletekey",
    "upgradekey",
];

const USER: [&str; 25] = [
    "username",
    "logonuser",
    "profilename",
    "user",
    "userid",
    "uid",
    "login",
    "loginname",
    "loginid",
    "logon",
    "logonname",
    "account",
    "accountname",
    "owner",
    "benutzer",
    "benutzername",
    "utilisateur",
    "usuario",
    "samaccountname",
    "upn",
    "runas",
    "ru",
    "registeredowner",
    "useraccount",
    "loggedonuser",
];

/// Ends of names that hold a user: `SQLUSERNAME`, `SERVICE_ACCOUNT`.
const USER_ENDS: [&str; 7] = [
    "username",
    "useraccount",
    "serviceaccount",
    "logonuser",
    "loginuser",
    "dbuser",
    "sqluser",
];

const MACHINE: [&str; 12] = [
    "computername",
    "machinename",
    "hostname",
    "computer",
    "machine",
    "netbiosname",
    "nodename",
    "workstation",
    "dnshostname",
    "clientname",
    "rechnername",
    "computer",
];

const DOMAIN: [&str; 8] = [
    "userdomain",
    "userdnsdomain",
    "domain",
    "domainname",
    "dnsdomain",
    "workgroup",
    "userdomainroamingprofile",
    "logondomain",
];

const SERVER: [&str; 17] = [
    "server",
    "servername",
    "logonserver",
    "datasource",
    "addr",
    "address",
    "networkaddress",
    "dbserver",
    "sqlserver",
    "dbhost",
    "sqlinstance",
    "host",
    "databaseserver",
    "proxyserver",
    "licenseserver",
    "licenceserver",
    "smtpserver",
];

/// Words that are names of users and machines now and then, and words of every log as well. They
/// are replaced only where they stand as a name, never in a sentence.
const ORDINARY: &[&str] = &[
    "access",
    "action",
    "actions",
    "admin",
    "admins",
    "administrator",
    "administrators",
    "all",
    "and",
    "app",
    "application",
    "apps",
    "argument",
    "assembly",
    "backup",
    "basic",
    "build",
    "builder",
    "cache",
    "cancel",
    "client",
    "code",
    "com",
    "common",
    "component",
    "computer",
    "config",
    "corp",
    "custom",
    "data",
    "database",
    "debug",
    "default",
    "deploy",
    "desktop",
    "developer",
    "dev",
    "dialog",
    "disk",
    "dll",
    "domain",
    "download",
    "driver",
    "error",
    "exe",
    "execute",
    "false",
    "feature",
    "file",
    "files",
    "first",
    "folder",
    "for",
    "framework",
    "guest",
    "home",
    "host",
    "icon",
    "info",
    "install",
    "installer",
    "internal",
    "kiosk",
    "lab",
    "laptop",
    "last",
    "line",
    "local",
    "localhost",
    "log",
    "logs",
    "machine",
    "main",
    "manager",
    "master",
    "media",
    "message",
    "microsoft",
    "monitor",
    "msi",
    "msiexec",
    "name",
    "net",
    "network",
    "new",
    "none",
    "not",
    "note",
    "null",
    "object",
    "office",
    "online",
    "operator",
    "owner",
    "package",
    "patch",
    "path",
    "policy",
    "prod",
    "product",
    "profile",
    "program",
    "properties",
    "property",
    "public",
    "published",
    "reader",
    "register",
    "registry",
    "release",
    "remote",
    "repair",
    "return",
    "root",
    "sales",
    "script",
    "security",
    "server",
    "service",
    "services",
    "session",
    "setup",
    "share",
    "shared",
    "shell",
    "software",
    "source",
    "sql",
    "staff",
    "start",
    "state",
    "stop",
    "store",
    "student",
    "success",
    "support",
    "system",
    "target",
    "temp",
    "test",
    "tester",
    "text",
    "the",
    "tool",
    "tools",
    "true",
    "type",
    "undo",
    "unknown",
    "update",
    "upgrade",
    "user",
    "users",
    "utility",
    "value",
    "verbose",
    "version",
    "virtual",
    "was",
    "web",
    "win",
    "windows",
    "work",
    "workgroup",
    "workstation",
    "www",
    "yes",
];

/// Accounts, folders and hosts of every Windows: they tell nobody's name.
const WELL_KNOWN: &[&str] = &[
    "all users",
    "administrator",
    "administrators",
    "anonymous",
    "anonymous logon",
    "builtin",
    "default",
    "default user",
    "defaultuser0",
    "default.migrated",
    "everyone",
    "guest",
    "interactive",
    "local",
    "local service",
    "local system",
    "localhost",
    "localservice",
    "localsystem",
    "network service",
    "networkservice",
    "nt authority",
    "nt service",
    "public",
    "system",
    "systemprofile",
    "trustedinstaller",
    ".default",
    "(local)",
    "(localdb)",
    ".",
    "?",
    "none",
    "null",
    "n/a",
    "unknown",
    "true",
    "false",
    "yes",
    "no",
    "(null)",
    "(none)",
];

/// How many names are remembered; a package has some hundred properties.
const MOST_NAMES: usize = 4096;

thread_local! {
    /// Names repeat on thousands of lines, and to decide about one takes dozens of searches.
    static DECIDED: RefCell<HashMap<Box<str>, Option<Kind>>> = RefCell::default();
}

/// What a value with this name is; `None` where it is nobody's secret.
#[must_use]
pub(super) fn classify(name: &str) -> Option<Kind> {
    DECIDED.with_borrow_mut(|decided| {
        if let Some(kind) = decided.get(name) {
            return *kind;
        }
        let kind = decide(name);
        if decided.len() < MOST_NAMES && name.len() < 200 {
            decided.insert(name.into(), kind);
        }
        kind
    })
}

fn decide(name: &str) -> Option<Kind> {
    let name = compact(name);
    let name = name.as_str();
    let is_secret =
        SECRET_PARTS.iter().any(|part| name.contains(part)) || is_in(name, &SECRET_WHOLE);
    if is_secret && !NO_SECRET.iter().any(|part| name.contains(part)) {
        return Some(Kind::Secret);
    }
    if is_in(name, &SERVER) {
        return Some(Kind::Server);
    }
    if is_licence(name) {
        return Some(Kind::Key);
    }
    if is_in(name, &USER) || USER_ENDS.iter().any(|end| name.ends_with(end)) {
        return Some(Kind::User);
    }
    if is_in(name, &MACHINE) || name.ends_with("computername") || name.ends_with("machinename") {
        return Some(Kind::Machine);
    }
    if is_in(name, &DOMAIN) || name.ends_with("userdomain") {
        return Some(Kind::Domain);
    }
    (is_in(
        name,
        &[
            "companyname",
            "registeredorganization",
            "registeredorganisation",
        ],
    ))
    .then_some(Kind::Company)
}

fn is_licence(name: &str) -> bool {
    if NO_KEY.iter().any(|end| name.ends_with(end)) || name.contains("serialport") {
        return false;
    }
    let key = name.len() > 3 && (name.ends_with("key") || name.ends_with("keys"));
    key || KEY_PARTS.iter().any(|part| name.contains(part))
}

/// Whether a licence "key" of this value is one at all: switches, files, places in the registry
/// and GUIDs in braces are not.
#[must_use]
pub(super) fn is_licence_value(value: &str) -> bool {
    let value = value.trim_matches(['"', '\'', ' ']);
    let switch = [
        "yes", "no", "true", "false", "on", "off", "accept", "accepted", "agree", "none",
    ];
    let path = value.contains('\\') || value.contains('/');
    let braces = value.starts_with(['{', '[', '#', '(']);
    let file = [
        ".rtf", ".txt", ".lic", ".dll", ".exe", ".xml", ".htm", ".html", ".pdf",
    ];
    let lower = value.to_ascii_lowercase();
    value.len() > 3
        && !path
        && !braces
        && !switch.contains(&lower.as_str())
        && !file.iter().any(|end| lower.ends_with(end))
}

/// Whether this is an account, folder or host of every Windows.
#[must_use]
pub(super) fn is_well_known(name: &str) -> bool {
    WELL_KNOWN
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether this is a word that sentences of a log are made of.
#[must_use]
pub(super) fn is_ordinary(folded: &str) -> bool {
    ORDINARY.contains(&folded)
}

fn is_in(name: &str, list: &[&str]) -> bool {
    list.contains(&name)
}

/// Lower case, letters and digits only.
fn compact(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_values_are() {
        for (name, kind) in [
            ("SQL_PASSWORD", Some(Kind::Secret)),
            ("MyApiKey", Some(Kind::Secret)),
            ("GITHUB_TOKEN", Some(Kind::Secret)),
            ("publicKeyToken", None),
            ("MsiHiddenProperties", None),
            ("PIDKEY", Some(Kind::Key)),
            ("SerialNumber", Some(Kind::Key)),
            ("PRODUCTKEY", Some(Kind::Key)),
            ("Key", None),
            ("User ID", Some(Kind::User)),
            ("LogonUser", Some(Kind::User)),
            ("UserSID", None),
            ("UserLanguageID", None),
            ("ComputerName", Some(Kind::Machine)),
            ("USERDNSDOMAIN", Some(Kind::Domain)),
            ("Data Source", Some(Kind::Server)),
            ("ProductName", None),
            ("INSTALLLEVEL", None),
            ("KeyPath", None),
        ] {
            assert_eq!(classify(name), kind, "{name}");
        }
    }

    #[test]
    fn switches_are_no_keys() {
        for value in ["1", "yes", "{0F-1}", "SOFTWARE\\X", "licence.rtf", ""] {
            assert!(!is_licence_value(value), "{value}");
        }
        assert!(is_licence_value("A1B2-C3D4"));
    }
}
