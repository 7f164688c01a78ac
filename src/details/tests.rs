use super::*;
use crate::analyse;

/// An upgrade that removes the older version inside itself and fails in a step of its script.
const LOG: &str = "\
=== Verbose logging started: 3/2/2031  10:00:00  Build type: SHIP UNICODE 5.00.10011.00  Calling process: C:\\Windows\\System32\\msiexec.exe ===\n\
MSI (c) (C8:50) [10:00:00:000]: ******* RunEngine:\n\
           ******* Product: C:\\pkg\\harbour.msi\n\
           ******* Action: \n\
           ******* CommandLine: **********\n\
MSI (c) (C8:50) [10:00:00:010]: Machine policy value 'DisableMsi' is 0\n\
MSI (c) (C8:50) [10:00:00:020]: Command Line: ADDLOCAL=Main SERVERNAME=\"kontor 7\" \n\
MSI (s) (A4:10) [10:00:00:100]: ******* RunEngine:\n\
           ******* Product: C:\\pkg\\harbour.msi\n\
MSI (s) (A4:10) [10:00:00:110]: User policy value 'AlwaysInstallElevated' is 1\n\
MSI (s) (A4:10) [10:00:00:120]: Running product '{11111111-2222-3333-4444-555555555555}' with elevated privileges: Product is assigned.\n\
MSI (s) (A4:10) [10:00:00:130]: PROPERTY CHANGE: Adding Privileged property. Its value is '1'.\n\
MSI (s) (A4:10) [10:00:00:140]: Doing action: INSTALL\n\
Action 10:00:00: INSTALL. \n\
Action start 10:00:00: INSTALL.\n\
MSI (s) (A4:10) [10:00:00:150]: Doing action: FindRelatedProducts\n\
Action start 10:00:00: FindRelatedProducts.\n\
MSI (s) (A4:10) [10:00:00:200]: PROPERTY CHANGE: Adding OLDVERSION property. Its value is '{AAAAAAAA-2222-3333-4444-555555555555}'.\n\
Action ended 10:00:00: FindRelatedProducts. Return value 1.\n\
MSI (s) (A4:10) [10:00:00:250]: Doing action: SetFolder\n\
Action start 10:00:00: SetFolder.\n\
MSI (s) (A4:10) [10:00:00:300]: PROPERTY CHANGE: Adding TARGETDIR property. Its value is 'C:\\Harbour'.\n\
Action ended 10:00:00: SetFolder. Return value 1.\n\
MSI (s) (A4:10) [10:00:00:310]: Doing action: CostFinalize\n\
Action start 10:00:00: CostFinalize.\n\
Action ended 10:00:00: CostFinalize. Return value 1.\n\
MSI (s) (A4:10) [10:00:00:400]: Doing action: InstallValidate\n\
Action start 10:00:00: InstallValidate.\n\
MSI (s) (A4:10) [10:00:00:410]: Feature: Main; Installed: Absent;   Request: Local;   Action: Local\n\
MSI (s) (A4:10) [10:00:00:411]: Component: Program; Installed: Absent;   Request: Local;   Action: Local;   Client State: Unknown\n\
MSI (s) (A4:10) [10:00:00:420]: RESTART MANAGER: Detected that application with id 4116, friendly name 'Harbour Desk', of type RmMainWindow and status 1 holds file[s] in use.\n\
Info 1603. The file C:\\Harbour\\desk.exe is being held in use by the following process: Name: desk, Id: 4116, Window Title: 'Desk'. Close that application and retry.\n\
Action ended 10:00:00: InstallValidate. Return value 1.\n\
MSI (s) (A4:10) [10:00:01:000]: Doing action: InstallFinalize\n\
Action start 10:00:01: InstallFinalize.\n\
MSI (s) (A4:10) [10:00:01:100]: Executing op: ActionStart(Name=InstallFiles,Description=Copying new files,Template=File: [1])\n\
MSI (s) (A4:10) [10:00:01:200]: Executing op: FileCopy(SourceName=a.dll,SourceCabKey=a.dll,DestName=a.dll)\n\
MSI (s) (A4:10) [10:00:03:200]: Executing op: FileCopy(SourceName=b.dll,SourceCabKey=b.dll,DestName=b.dll)\n\
Error 1310. Error writing to file: C:\\Harbour\\b.dll.  System error 5.  Verify that you have access to that directory.\n\
MSI (s) (A4:10) [10:00:04:000]: Product: Harbour Planner -- Error 1310. Error writing to file: C:\\Harbour\\b.dll.  System error 5.  Verify that you have access to that directory.\n\
Info 1903. Scheduling reboot operation: Deleting file C:\\Harbour\\old.dll. Must reboot to complete operation.\n\
Action ended 10:00:04: InstallFinalize. Return value 3.\n\
Action ended 10:00:04: INSTALL. Return value 3.\n\
Property(S): ProductCode = {11111111-2222-3333-4444-555555555555}\n\
Property(S): UpgradeCode = {99999999-2222-3333-4444-555555555555}\n\
Property(S): ProductName = Harbour Planner\n\
Property(S): TARGETDIR = C:\\Harbour\n\
Property(C): TARGETDIR = C:\\Before\n\
MSI (s) (A4:10) [10:00:05:000]: MainEngineThread is returning 1603\n\
MSI (c) (C8:50) [10:00:05:010]: MainEngineThread is returning 1603\n\
=== Verbose logging stopped: 3/2/2031  10:00:05 ===\n";

fn details(log: &str) -> Details {
    let options = Options::default();
    let report = analyse("a.log", log.as_bytes(), &options).unwrap();
    read("a.log", log.as_bytes(), &report, &options).unwrap()
}

fn action<'d>(details: &'d Details, name: &str) -> &'d TimedAction {
    let found = details.actions.iter().find(|action| action.name == name);
    found.unwrap_or_else(|| panic!("{name}: {:#?}", details.actions))
}

#[test]
fn actions_have_their_place_and_time() {
    let details = details(LOG);
    let root = action(&details, "Harbour Planner");
    assert_eq!(
        (root.kind, root.depth, root.failed),
        (TimedKind::Session, 0, true)
    );
    let install = action(&details, "INSTALL");
    assert_eq!(
        (install.depth, install.return_value, install.failed),
        (1, Some(3), true)
    );
    let set = action(&details, "SetFolder");
    assert_eq!(
        (set.kind, set.depth, set.ms),
        (TimedKind::CustomImmediate, 2, Some(50))
    );
    assert_eq!(set.started.as_deref(), Some("10:00:00.250"));
    assert!(!set.failed);
    let files = action(&details, "InstallFiles");
    assert_eq!(
        (files.kind, files.depth, files.failed),
        (TimedKind::ScriptStep, 3, true)
    );
    assert_eq!(files.text.as_deref(), Some("Copying new files"));
    let copies: Vec<_> = details
        .actions
        .iter()
        .filter(|a| a.name == "FileCopy")
        .collect();
    assert_eq!((copies[0].ms, copies[0].failed), (Some(2000), false));
    assert!(copies[1].failed);
    for (at, action) in details.actions.iter().enumerate() {
        assert!(action.parent.is_none_or(|parent| parent < at), "{action:?}");
    }
}

#[test]
fn a_log_that_is_cut_off_has_open_actions() {
    let cut = LOG.find("Info 1903").unwrap();
    let details = details(&LOG[..cut]);
    let open = action(&details, "InstallFinalize");
    assert_eq!((open.end_line, open.failed), (None, true));
    assert_eq!(open.ms, Some(3000));
    assert_eq!(action(&details, "CostFinalize").end_line, Some(26));
}

#[test]
fn a_log_without_times_has_its_actions() {
    let log = "Action start : InstallFiles.\nAction ended : InstallFiles. Return value 1.\n";
    let options = Options::default();
    let report = analyse("a.log", log.as_bytes(), &options).unwrap();
    let details = read("a.log", log.as_bytes(), &report, &options).unwrap();
    assert!(details.actions.iter().all(|action| action.ms.is_none()));
}

#[test]
fn properties_tell_where_they_were_set() {
    let details = details(LOG);
    let property = |name: &str| details.properties.iter().find(|p| p.name == name).unwrap();
    let target = property("TARGETDIR");
    let value = |value: &Option<FinalValue>| value.as_ref().map(|v| v.value.clone());
    assert_eq!(value(&target.server).as_deref(), Some("C:\\Harbour"));
    assert_eq!(value(&target.client).as_deref(), Some("C:\\Before"));
    let change = &target.changes[0];
    assert_eq!(change.action.as_deref(), Some("SetFolder"));
    assert!(change.by_custom_action && !change.client);
    let server = &property("SERVERNAME").changes[0];
    assert_eq!(
        (server.how, server.value.as_deref()),
        (ChangeKind::CommandLine, Some("kontor 7"))
    );
}

/// What the dialogs of the old log viewer show, row by row.
#[test]
fn everything_that_the_old_viewer_shows_is_there() {
    let details = details(LOG);
    let feature = &details.features[0];
    assert_eq!(
        (feature.name.as_str(), feature.request.as_deref()),
        ("Main", Some("Local"))
    );
    let component = &details.components[0];
    assert_eq!(component.installed.as_deref(), Some("Absent"));
    assert_eq!(component.client_state.as_deref(), Some("Unknown"));
    let policies: Vec<_> = details
        .policies
        .iter()
        .map(|p| (p.scope, p.name.as_str(), p.value.as_str()))
        .collect();
    assert_eq!(
        policies,
        [
            (PolicyScope::Machine, "DisableMsi", "0"),
            (PolicyScope::User, "AlwaysInstallElevated", "1"),
        ]
    );
    let privileges: Vec<_> = details.privileges.iter().map(|p| p.line).collect();
    assert_eq!(privileges, [11, 12]);
    let role = |code: &str| {
        details
            .products
            .iter()
            .find(|p| p.code.starts_with(code))
            .map(|p| p.role)
    };
    assert_eq!(role("{1111"), Some(ProductRole::Itself));
    assert_eq!(role("{AAAA"), Some(ProductRole::Related));
    assert_eq!(role("{9999"), Some(ProductRole::Family));
    let [by_manager, by_message] = details.files_in_use.as_slice() else {
        panic!("{:#?}", details.files_in_use)
    };
    assert_eq!(
        (by_manager.process.as_deref(), by_manager.process_id),
        (Some("Harbour Desk"), Some(4116))
    );
    assert_eq!(by_message.file.as_deref(), Some("C:\\Harbour\\desk.exe"));
    assert_eq!(
        (by_message.process.as_deref(), by_message.process_id),
        (Some("desk"), Some(4116))
    );
    assert_eq!(details.reboot_reasons.len(), 1);
}

#[test]
fn a_log_that_stands_in_something_has_the_lines_of_the_file() {
    let quoted: String = LOG.lines().map(|line| format!("> {line}\n")).collect();
    let quoted = format!("\n\n{quoted}");
    let options = Options::default();
    let report = analyse("a.log", quoted.as_bytes(), &options).unwrap();
    let there = read("a.log", quoted.as_bytes(), &report, &options).unwrap();
    let here = details(LOG);
    assert_eq!(there.actions.len(), here.actions.len());
    assert_eq!(
        action(&there, "SetFolder").line,
        action(&here, "SetFolder").line + 2
    );
}

#[test]
fn steps_of_a_bundle_are_its_packages() {
    let log = "\
[0A00:0A01][2031-03-02T09:00:00]i001: Burn v3.14.1.8722, Windows v10.0 (Build 19045: Service Pack 0), path: C:\\Setup.exe\n\
[0A00:0A01][2031-03-02T09:00:01]i301: Applying execute package: Tools, action: Install, path: C:\\Tools.msi, arguments: ''\n\
[0A00:0A01][2031-03-02T09:00:09]e000: Error 0x80070643: Failed to install MSI package.\n\
[0A00:0A01][2031-03-02T09:00:09]i319: Applied execute package: Tools, result: 0x80070643, restart: None\n\
[0A00:0A01][2031-03-02T09:00:10]i399: Apply complete, result: 0x80070643, restart: None, ba requested restart:  No\n";
    let details = details(log);
    let tools = action(&details, "Tools");
    assert_eq!(
        (tools.kind, tools.ms, tools.parent),
        (TimedKind::Package, Some(8000), Some(0))
    );
}

/// Nothing that a stranger sends grows without bound or breaks the tree.
#[test]
fn lists_are_bounded() {
    let mut log = String::from(
        "=== Verbose logging started: 3/2/2031  10:00:00  Build type: SHIP UNICODE 5.00.10011.00  Calling process: a ===\n",
    );
    for at in 0..60_000 {
        log += &format!(
            "MSI (s) (A4:10) [10:00:01:100]: Doing action: A{at}\nAction start 10:00:01: A{at}.\n"
        );
        log += &format!(
            "MSI (s) (A4:10) [10:00:01:100]: Feature: F{at}; Installed: Absent;   Request: Local;   Action: Local\n"
        );
    }
    let details = details(&log);
    assert!(details.actions.len() <= 50_000 && details.left_out.actions > 0);
    assert!(details.features.len() <= 50_000 && details.left_out.states > 0);
}
