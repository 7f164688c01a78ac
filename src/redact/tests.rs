//! All kinds together, line by line.

use super::*;

impl<'l> Finds<'l> {
    /// Kinds and values.
    pub fn values(&self) -> Vec<(Kind, &'l str)> {
        let finds = self.iter();
        finds.map(|(_, find)| (find.kind, find.value)).collect()
    }
}

/// Learns all lines, then writes them anew.
fn redacted(lines: &str) -> String {
    let mut redactor = Redactor::default();
    redactor.learn_log(lines.as_bytes(), None).unwrap();
    let mut out = Vec::new();
    redactor
        .replace_log(lines.as_bytes(), None, &mut out)
        .unwrap();
    String::from_utf8(out).unwrap().replace("\r\n", "\n")
}

#[test]
fn names_are_known_before_they_are_told() {
    let log = "Copying for joan on pc-77\n\
               Property(S): LogonUser = joan\n\
               Property(S): ComputerName = PC-77\n\
               C:\\Users\\JOAN\\AppData\\Local\\Temp\\x.log\n\
               ACME\\maria\n\
               Property(S): USERDOMAIN = ACME\n";
    assert_eq!(
        redacted(log),
        "Copying for user-1 on machine-1\n\
         Property(S): LogonUser = user-1\n\
         Property(S): ComputerName = machine-1\n\
         C:\\Users\\user-1\\AppData\\Local\\Temp\\x.log\n\
         domain-1\\user-2\n\
         Property(S): USERDOMAIN = domain-1\n"
    );
}

#[test]
fn names_in_letters_with_zeros_between_are_found() {
    let mut redactor = Redactor::default();
    let line = "Property(S): LogonUser = joan\\".replace("", "\0");
    let mut out = String::new();
    redactor.learn_and_replace(&mut KeyBlock::default(), &line, &mut out);
    assert!(!out.contains('\0') && !out.contains("joan"), "{out}");
}

#[test]
fn ordinary_words_stay_words() {
    let log = "Property(S): USERNAME = test\n\
               Administrator runs the latest test as tester\n\
               C:\\Users\\test\\x and C:\\Users\\admin\\y\n";
    assert_eq!(
        redacted(log),
        "Property(S): USERNAME = user-1\n\
         Administrator runs the latest test as tester\n\
         C:\\Users\\user-1\\x and C:\\Users\\user-2\\y\n"
    );
}

#[test]
fn private_keys_go_line_by_line() {
    let log = "x\n-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAxyz\nabcd==\n-----END RSA PRIVATE KEY-----\nReturn value 3\n";
    let out = redacted(log);
    assert_eq!(out.lines().count(), 6);
    assert!(!out.contains("MIIE") && !out.contains("abcd=="), "{out}");
    assert!(out.ends_with("-----END RSA PRIVATE KEY-----\nReturn value 3\n"));
}

#[test]
fn what_a_diagnosis_needs_stays() {
    for line in [
        "MSI (s) (A0:F4) [12:02:17:123]: Product: Acme -- Error 1935. HRESULT: 0x80131047. assembly interface: IAssemblyCacheItem, function: Commit, component: {03B1A0B1-3A0A-4D3C-9C0A-1B2C3D4E5F60}",
        "assembly name: policy.8.0.X,version=\"8.0.50727.762\",publicKeyToken=\"1fc8b3b9a1e18e3b\",type=\"win32-policy\"",
        "Action ended 12:02:17: InstallFinalize. Return value 3.",
        "Property(S): ProductCode = {90140000-0011-0000-0000-0000000FF1CE}",
        "Note: 1: 1402 2: HKEY_LOCAL_MACHINE\\SOFTWARE\\Acme 3: 5",
        "=== Verbose logging started: 7/7/2026  12:02:17  Build type: SHIP UNICODE 5.00.7601.00  Calling process: C:\\Windows\\system32\\msiexec.exe ===",
        "Executing op: RegOpenKey(Root=-2147483646,Key=SOFTWARE\\Acme,,BinaryType=0,)",
        "Executing op: ProductInfo(ProductKey={90140000-0011-0000-0000-0000000FF1CE},ProductName=Acme,PackageName=a.msi,Language=1033,Version=16777216,Assignment=1)",
        "MSI (s) (A0:F4) [12:02:17:123]: ******* RunEngine:",
        "           ******* CommandLine: **********",
        "Property(S): ProductVersion = 10.1.2.3",
    ] {
        assert_eq!(redacted(line).trim_end(), line);
    }
}

#[test]
fn a_redacted_log_stays_as_it_is() {
    let log = "Property(S): LogonUser = joan\n\\\\FS7\\it\\a.msi 10.0.0.9 PASSWORD=hunter22\n";
    let once = redacted(log);
    assert_eq!(redacted(&once), once);
    assert_eq!(
        once,
        "Property(S): LogonUser = user-1\n\\\\server-1\\it\\a.msi ip-1 PASSWORD=secret-1\n"
    );
}

/// The steps that a text takes, read twice as a log is.
fn work_of(text: &str) -> u64 {
    work::count(|| {
        redacted(text);
    })
}

#[test]
fn twice_the_line_is_twice_the_work() {
    for unit in include_str!("repeated.txt")
        .lines()
        .filter(|unit| !unit.starts_with('#'))
    {
        let text = |size: usize| unit.repeat(size / unit.len());
        let (one, two) = (work_of(&text(4 << 10)), work_of(&text(8 << 10)));
        assert!(two < one * 5 / 2, "{unit}: {one} and {two}");
        assert!(two < 600 * (8 << 10), "{unit}: {two}");
    }
}

#[test]
fn twice_as_many_names_with_one_first_word_are_twice_the_work() {
    let text = |count: usize| -> String {
        let names = (0..count).map(|n| format!("Property(S): USERNAME = Zebedee N{n} of a row\n"));
        let said = (0..count).map(|n| format!("Zebedee Zebedee N{n} of a Zebedee\n"));
        names.chain(said).collect()
    };
    let (one, two) = (work_of(&text(250)), work_of(&text(500)));
    assert!(two < one * 5 / 2, "{one} and {two}");
}

#[test]
fn the_summary_counts() {
    let mut redactor = Redactor::default();
    redactor.text("C:\\Users\\joan\\a C:\\Users\\joan\\b 10.0.0.9");
    let summary: Vec<_> = redactor.summary().collect();
    assert_eq!(summary, [(Kind::User, 1, 2), (Kind::Ip, 1, 1)]);
}
