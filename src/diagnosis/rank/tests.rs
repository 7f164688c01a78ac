use super::*;
use crate::diagnosis::failed_step;
use crate::diagnosis::tests::read;
use crate::formats::msi::MsiLog;
use std::iter::once;

const BEGINS: &str = "Action start 10:00:00: ";
const PROGRAM_FAILED: &str = "WixQuietExec:  Error 0x80070001: Command line returned an error.";

/// The action in which the lines of an example stand.
#[derive(Clone, Copy)]
enum Scene {
    /// A custom action.
    Custom,
    /// A custom action whose beginning the log does not hold.
    Loose,
    /// A custom action that runs a program, which fails.
    Program,
    /// An action of the engine.
    Standard,
    /// The action that checks the launch conditions.
    Conditions,
    /// A custom action in a run that the engine refuses to go on with.
    Refused,
}
use Scene::{Conditions, Custom, Loose, Program, Refused, Standard};

/// A log of one action that fails.
fn log(scene: Scene, said: &[&str]) -> MsiLog {
    let name = match scene {
        Custom | Loose | Program | Refused => "Custom",
        Standard => "InstallFiles",
        Conditions => "LaunchConditions",
    };
    let begin = format!("{BEGINS}{name}.");
    let end = format!("Action ended 10:00:02: {name}. Return value 3.");
    let begin = once(begin.as_str()).filter(|_| !matches!(scene, Loose));
    let program = once(PROGRAM_FAILED).filter(|_| matches!(scene, Program));
    let over = [
        end.as_str(),
        "Action ended 10:00:02: INSTALL. Return value 3.",
        match scene {
            Refused => "MSI (s) (7C:A4) [10:00:03:000]: MainEngineThread is returning 1625",
            _ => "MSI (s) (7C:A4) [10:00:03:000]: MainEngineThread is returning 1603",
        },
    ];
    read(begin.chain(said.iter().copied()).chain(program).chain(over))
}

/// The line that is chosen, and the classes of the lines that were said.
fn chosen<'a>(scene: Scene, said: &[&'a str]) -> (Option<&'a str>, Vec<Option<Class>>) {
    let log = log(scene, said);
    let session = log.sessions.first().unwrap();
    let step = failed_step::find(&log, session);
    let ranked = ranked(session, &step);
    let cause = choose(session, &step, &ranked, false).map(|chosen| chosen.statement.text.clone());
    let class = |line: &&str| {
        let found = ranked.iter().find(|(s, _)| s.text == **line);
        found.unwrap_or_else(|| panic!("«{line}» is not kept")).1
    };
    let classes = said.iter().map(class).collect();
    let line = said.iter().find(|line| Some(**line) == cause.as_deref());
    (line.copied(), classes)
}

const CONSEQUENCE: &str = "Error 1704. An installation for Example is currently suspended.";
const RETURNED: &str = "CustomAction Custom returned actual error code 1603 (note this may not be 100% accurate if translation happened inside sandbox)";
const NOTE: &str =
    "MSI (s) (7C:A4) [10:00:01:000]: Note: 1: 2203 2: C:\\Example.msi 3: -2147287037";
const EXIT_WORDS: &str = "Info 1625.This installation is forbidden by system policy.";
const EXIT_REASON: &str =
    "MSI (s) (7C:A4) [10:00:01:000]: MSI_LUA: Elevation prompt disabled for silent installs";
const REJECTING: &str =
    "MSI (s) (7C:A4) [10:00:01:000]: Rejecting product '{A}': It is not assigned.";
const WRAPPER_NOTE: &str =
    "MSI (s) (7C:A4) [10:00:01:000]: Note: 1: 1722 2: Custom 3: C:\\Example\\a.exe 4: /q";
const DOUBTFUL: &str = "The file was not found.";
const TELL_TALE: &str =
    "MSI (s) (7C:A4) [10:00:01:000]: SHELL32::SHGetFolderPath failed with error: 5";
const MESSAGE_NOTE: &str =
    "MSI (s) (7C:A4) [10:00:01:000]: Note: 1: 1406 2: Version 3: HKLM\\Software\\Example 4: 5";
const WORDS: &str = "The setup failed.";
const INFORMATION: &str = "Info 1406. Could not write value Version to key \\Software\\Example.";
const EXPLAINS_EXIT: &str =
    "MSI (s) (7C:A4) [10:00:01:000]: Failed to connect to server. Error: 0x80040154";
const INTERNAL: &str = "Internal Error 2235. Example";
const WRAPPER_MESSAGE: &str = "Error 1722. There is a problem with this Windows Installer package. Action Custom, location: C:\\Example\\a.exe, command: /q";
const SUMMARY: &str = "The step Custom failed.";
const ERROR_CODE: &str = "CreateUser:  Error 0x800706ba: no user was made";
const PROGRAM: &str = "WixQuietExec:  Reading settings";
const PROGRAM_ERROR: &str = "WixQuietExec:  The licence file cannot be read.";
const PLAIN: &str = "MSI (s) (7C:A4) [10:00:01:000]: Product: Example -- The licence has run out.";
const EXCEPTION: &str =
    "System.IO.FileNotFoundException: Could not find file 'C:\\Example\\a.xml'.";
const MESSAGE: &str = "Error 1310. Error writing to file: C:\\Example\\a.dll.  System error 5.  Verify that you have access to that directory.";

/// For each class, from the weakest to the strongest, where it stands, a line of it, and a line of
/// the class before it, against which it wins whichever of the two is written first.
const EXAMPLES: [(Class, Scene, &str, &str); 30] = [
    (Class::Consequence, Standard, CONSEQUENCE, ""),
    (Class::Returned, Custom, RETURNED, CONSEQUENCE),
    (Class::Note, Custom, NOTE, RETURNED),
    (Class::ExitWords, Custom, EXIT_WORDS, NOTE),
    (Class::WrapperNote, Custom, WRAPPER_NOTE, EXIT_WORDS),
    (Class::Doubtful, Custom, DOUBTFUL, WRAPPER_NOTE),
    (Class::Doubtful, Standard, DOUBTFUL, WRAPPER_NOTE),
    (Class::TellTale, Custom, TELL_TALE, DOUBTFUL),
    (Class::MessageNote, Custom, MESSAGE_NOTE, TELL_TALE),
    (Class::Aside, Standard, WORDS, MESSAGE_NOTE),
    (Class::Aside, Standard, EXCEPTION, MESSAGE_NOTE),
    (Class::Aside, Custom, PROGRAM_FAILED, MESSAGE_NOTE),
    (Class::Information, Standard, INFORMATION, WORDS),
    (
        Class::Information,
        Custom,
        "Warning 1909. Could not create shortcut Example.lnk.",
        PROGRAM_FAILED,
    ),
    (Class::ExitReason, Refused, EXIT_REASON, INFORMATION),
    (Class::ExplainsExit, Refused, REJECTING, EXIT_REASON),
    (Class::Internal, Custom, INTERNAL, EXPLAINS_EXIT),
    (
        Class::Internal,
        Custom,
        "DEBUG: Error 2235:  Example",
        EXPLAINS_EXIT,
    ),
    (Class::LooseOutput, Loose, WORDS, INTERNAL),
    (Class::WrapperMessage, Loose, WRAPPER_MESSAGE, WORDS),
    (Class::Output, Custom, WORDS, WRAPPER_MESSAGE),
    (
        Class::Output,
        Conditions,
        "Example needs Windows 10.",
        WRAPPER_MESSAGE,
    ),
    (Class::OwnSummary, Custom, SUMMARY, WORDS),
    (Class::ErrorCode, Custom, ERROR_CODE, SUMMARY),
    (Class::Program, Program, PROGRAM, ERROR_CODE),
    (Class::ProgramError, Program, PROGRAM_ERROR, PROGRAM),
    (Class::Plain, Program, PLAIN, PROGRAM_ERROR),
    (Class::Exception, Custom, EXCEPTION, PLAIN),
    (Class::Message, Custom, MESSAGE, EXCEPTION),
    (
        Class::Message,
        Custom,
        "Disk full: Out of disk space -- Volume: 'C:'",
        EXCEPTION,
    ),
];

#[test]
fn each_class_wins_against_the_one_before_it() {
    let mut before = None;
    for (class, scene, line, weaker) in EXAMPLES {
        let pair: Vec<&str> = [weaker, line]
            .into_iter()
            .filter(|l| !l.is_empty())
            .collect();
        let reversed: Vec<&str> = pair.iter().rev().copied().collect();
        for said in [pair, reversed] {
            let (cause, classes) = chosen(scene, &said);
            assert_eq!(cause, Some(line), "{class:?}");
            let (highest, lowest) = (classes.iter().max(), classes.iter().min());
            assert_eq!(highest, Some(&Some(class)), "{said:?}");
            if said.len() == 2 {
                let known = EXAMPLES.iter().map(|row| row.0);
                let next = known.filter(|known| *known < class).max();
                assert_eq!(lowest, Some(&next), "{said:?}");
            }
        }
        assert!(before <= Some(class), "{class:?} stands in its order");
        before = Some(class);
    }
    let mut classes: Vec<Class> = EXAMPLES.iter().map(|row| row.0).collect();
    classes.dedup();
    assert_eq!(
        classes.len(),
        Class::Message as usize + 1,
        "no class without an example"
    );
}

#[test]
fn lines_that_tell_nothing_are_no_cause() {
    for (scene, line) in [
        (
            Custom,
            "DEBUG: Error 2826:  Control A on dialog B extends beyond the boundaries",
        ),
        (
            Custom,
            "Info 1714. The older version of Example cannot be removed.",
        ),
        (Custom, "Warning 1411. Example"),
        (Custom, "Info 1300. Example"),
        (Custom, "Info 1900. Example"),
        (Custom, "Info 1946. Example"),
        (Custom, "Reading settings"),
        (Standard, "Reading settings"),
        // It only stands beside a cause, and explains another exit code than 1603.
        (
            Custom,
            "MSI (s) (7C:A4) [10:00:01:000]: Error: cannot register 64 bit component",
        ),
        (
            Custom,
            "MSI (s) (7C:A4) [10:00:01:000]: Failed to grab execution mutex. System error 258.",
        ),
    ] {
        let (cause, classes) = chosen(scene, &[line]);
        assert_eq!((cause, classes), (None, vec![None]), "{line}");
    }
}

/// Numbers at the ends of the ranges of the Error table.
#[test]
fn notes_go_by_their_numbers() {
    for (number, class) in [
        (1100, None),
        (1101, Some(Class::MessageNote)),
        (1410, Some(Class::MessageNote)),
        (1411, Some(Class::Note)),
        (1499, Some(Class::Note)),
        (1500, Some(Class::MessageNote)),
        (1602, None),
        (1708, None),
        (1713, Some(Class::WrapperNote)),
        (1999, Some(Class::MessageNote)),
        (2000, Some(Class::Note)),
    ] {
        assert_eq!(note(number), class, "{number}");
    }
}

/// «High» is a promise: only these classes keep it, and each only with its proof.
#[test]
fn only_three_classes_are_ever_high() {
    use Confidence::{High, Low, Medium};
    let all = Proof {
        failed: true,
        ended: true,
        whole: true,
        action_whole: true,
        number: Some(1310),
    };
    let high = [Class::ExplainsExit, Class::Plain, Class::Message];
    for (class, ..) in EXAMPLES {
        let sure = match class {
            class if high.contains(&class) => High,
            class if class >= Class::ExitWords => Medium,
            _ => Low,
        };
        assert_eq!(class.confidence(&all), sure, "{class:?}");
        for less in [
            Proof {
                failed: false,
                ..all
            },
            Proof {
                ended: false,
                ..all
            },
            Proof {
                whole: false,
                action_whole: false,
                ..all
            },
        ] {
            assert_ne!(class.confidence(&less), High, "{class:?} {less:?}");
        }
    }
    // In a piece of a log only a message whose action stands there from its beginning is sure.
    let piece = Proof {
        whole: false,
        ..all
    };
    let sure = high.map(|class| class.confidence(&piece));
    assert_eq!(sure, [Medium, Medium, High]);
    // Numbers of toolkits and packages wrap what was said before.
    for number in [1001, 2203, 25_009, 26_401] {
        let number = Some(number);
        assert_eq!(Class::Message.confidence(&Proof { number, ..all }), Medium);
    }
}

#[test]
fn of_several_equals_the_last_message_and_the_first_line_count() {
    let other = "Error 1406. Could not write value Version to key \\Software\\Example.";
    let copy = format!("MSI (s) (7C:A4) [10:00:01:000]: Product: Example -- {other}");
    let no_space = "MSI (s) (7C:A4) [10:00:01:000]: Product: Example -- No space.";
    for (said, cause) in [
        (vec![MESSAGE, other], other),
        (vec![other, MESSAGE], MESSAGE),
        (vec![MESSAGE, other, &copy], other),
        (vec![&copy, MESSAGE, other], copy.as_str()),
        (vec![PLAIN, no_space], PLAIN),
        (vec![WORDS, "The other setup failed."], WORDS),
    ] {
        assert_eq!(chosen(Custom, &said).0, Some(cause), "{said:?}");
    }
}

#[test]
fn a_message_that_only_points_to_what_failed_before_is_no_cause() {
    let points = "MSI (s) (7C:A4) [10:00:01:000]: Product: Example -- There is a problem with this Windows Installer package. Please refer to the setup log for more information.";
    let said = "The file C:\\Example\\a.dll could not be replaced.";
    assert_eq!(chosen(Custom, &[said, points]).0, Some(said));
}

#[test]
fn words_of_people_give_way_to_lines_that_only_custom_actions_write() {
    let own = "SFXCA: Failed to start the runtime that the action wants.";
    let people = "After that the setup failed with a window.";
    assert_eq!(chosen(Loose, &[people, own]).0, Some(own));
    assert_eq!(chosen(Loose, &[people]).0, Some(people));
}

#[test]
fn an_error_that_the_run_got_over_is_a_hint() {
    let over = |said: &'static str, begin: &'static str| {
        let end = "Action ended 10:00:01: InstallFiles. Return value 1.";
        let log = [
            "Action start 10:00:00: InstallFiles.",
            said,
            end,
            begin,
            "Action ended 10:00:02: Custom. Return value 3.",
            "Action ended 10:00:02: INSTALL. Return value 3.",
        ];
        let log = read(log.into_iter());
        let session = log.sessions.first().unwrap();
        let step = failed_step::find(&log, session);
        let chosen = choose(session, &step, &ranked(session, &step), false);
        chosen.map(|chosen| (chosen.statement.text.clone(), chosen.confidence))
    };
    let begin = "Action start 10:00:01: Custom.";
    assert_eq!(
        over(MESSAGE, begin),
        Some((MESSAGE.to_owned(), Confidence::Low))
    );
    assert_eq!(over(CONSEQUENCE, begin), None);
    assert_eq!(over("Reading settings", begin), None);
}

#[test]
fn lines_that_tell_of_a_failure_wherever_they_stand() {
    for (line, telling) in [
        (CONSEQUENCE, false),
        (RETURNED, true),
        (
            "CustomAction Custom returned actual error code 0 (note this may not be 100% accurate if translation happened inside sandbox)",
            false,
        ),
        (NOTE, true),
        (DOUBTFUL, false),
        (TELL_TALE, true),
        (
            "MSI (s) (7C:A4) [10:00:01:000]: Error: cannot register 64 bit component",
            false,
        ),
        (WORDS, true),
        ("Reading settings", false),
        (INFORMATION, false),
        (EXPLAINS_EXIT, true),
        (INTERNAL, true),
        (PLAIN, true),
        (MESSAGE, true),
    ] {
        let log = read(["Action start 10:00:00: Custom.", line].into_iter());
        let session = log.sessions.first().unwrap();
        let statements = &session.open.first().unwrap().statements;
        let found: Vec<bool> = statements.iter().map(is_telling).collect();
        assert_eq!(found, [telling], "{line}");
    }
}

#[test]
fn a_log_that_is_cut_off_is_never_sure() {
    let confidence = |last: &'static str| {
        let log = read(["Action start 10:00:00: Custom.", MESSAGE, last].into_iter());
        let session = log.sessions.first().unwrap();
        let step = failed_step::find(&log, session);
        choose(session, &step, &ranked(session, &step), false)
            .unwrap()
            .confidence
    };
    assert_eq!(confidence("Reading settings"), Confidence::Medium);
    let ended = "Action ended 10:00:02: Custom. Return value 3.";
    assert_eq!(confidence(ended), Confidence::High);
}
