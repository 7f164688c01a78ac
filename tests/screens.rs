//! What people read, as snapshots: a change of wording shows in review.

mod common;

use common::{fixtures, root, run, stdout};

/// The screen of every fixture; `INSTA_UPDATE=always` accepts a change.
#[test]
fn screens_of_the_fixtures() {
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| {
        for (name, log, _) in fixtures() {
            let relative = log
                .strip_prefix(root())
                .unwrap()
                .to_str()
                .unwrap()
                .replace('\\', "/");
            let output = common::program()
                .current_dir(root())
                .arg(&relative)
                .output()
                .unwrap();
            insta::assert_snapshot!(name, stdout(&output));
        }
    });
}

#[test]
fn the_table_of_a_folder() {
    // Of more logs than these, no row each is shown.
    let few = fixtures().into_iter().take(40);
    let output = common::program()
        .current_dir(root())
        .args(few.map(|(name, ..)| format!("fixtures/{name}")))
        .output()
        .unwrap();
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("folder", stdout(&output));
    });
}

/// The screen in the README is what the program prints.
#[test]
fn the_screen_in_the_readme_is_current() {
    let readme = std::fs::read_to_string(root().join("README.md"))
        .unwrap()
        .replace("\r\n", "\n");
    let (_, block) = readme
        .split_once("$ msilog ")
        .expect("the README shows a screen");
    let (path, rest) = block.split_once('\n').unwrap();
    let (shown, _) = rest.split_once("```").unwrap();
    let output = common::program()
        .current_dir(root())
        .arg(path)
        .output()
        .unwrap();
    assert_eq!(
        stdout(&output).trim_end(),
        shown.trim_end(),
        "bring the README up to date"
    );
    assert_eq!(run(&["--version"]).status.code(), Some(0));
}
