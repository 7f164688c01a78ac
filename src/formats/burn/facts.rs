//! What a Burn log says of the bundle and the machine: mostly in variables, at the start and once
//! more in the list at the end.

use super::builder::BundleBuilder;
use super::grammar::Kind;
use crate::formats::lines::{KeptLine, clip};
use crate::run::Operation;

impl BundleBuilder {
    /// What the bundle and the machine are.
    pub(super) fn fact(&mut self, number: u64, text: &str, kind: Kind) {
        let run = &mut self.run;
        match kind {
            Kind::Start {
                windows,
                build,
                arch,
                path,
            } => {
                run.machine.windows = match (windows, build) {
                    (Some(windows), Some(build)) => Some(format!("{windows}.{build}")),
                    _ => windows.map(clip),
                };
                run.machine.arch = arch.map(clip);
                run.product.package.get_or_insert_with(|| clip(path));
            }
            Kind::CommandLine(line) => self.asked = asked_operation(line),
            Kind::Variable { name, value } => self.variable(number, text, name, value),
            Kind::Registration { key } => {
                if let Some((_, code)) = key.rsplit_once('\\') {
                    run.product.code = Some(clip(code).to_ascii_uppercase());
                }
            }
            Kind::RemovingBundle { code } => {
                run.product
                    .code
                    .get_or_insert_with(|| clip(code).to_ascii_uppercase());
            }
            Kind::Provider { version } => {
                run.product.version.get_or_insert_with(|| clip(version));
            }
            _ => {}
        }
    }

    fn variable(&mut self, number: u64, text: &str, name: &str, value: &str) {
        if !name.starts_with("WixBundle") || value.is_empty() {
            return;
        }
        if let Some(package) = name.strip_prefix("WixBundleLog_") {
            if let Some(package) = self.package(package) {
                package
                    .log
                    .get_or_insert_with(|| KeptLine::new(number, text));
                package.log_path = Some(clip(value));
            }
            return;
        }
        let (product, machine) = (&mut self.run.product, &mut self.run.machine);
        match name {
            "WixBundleName" => product.name = Some(clip(value)),
            "WixBundleManufacturer" => product.manufacturer = Some(clip(value)),
            "WixBundleVersion" => product.version = Some(clip(value)),
            "WixBundleFileVersion" => {
                product.version.get_or_insert_with(|| clip(value));
            }
            "WixBundleOriginalSource" => product.package = Some(clip(value)),
            "WixBundleLog" => self.run.log_path = Some(clip(value)),
            "WixBundleElevated" => machine.elevated = Some(value != "0"),
            // Burn counts 2 none, 3 passive, 4 full.
            "WixBundleUILevel" => {
                let level = value.parse().ok();
                machine.ui_level = level.map(|level: u32| if level == 4 { 5 } else { level });
            }
            _ => {}
        }
    }
}

/// What the command line asks for.
fn asked_operation(line: &str) -> Operation {
    let switches = line
        .split_whitespace()
        .filter_map(|word| word.strip_prefix(['/', '-']));
    let mut asked = switches.map(|switch| match switch.to_ascii_lowercase().as_str() {
        "install" => Operation::Install,
        "uninstall" => Operation::Uninstall,
        "repair" => Operation::Repair,
        _ => Operation::Unknown,
    });
    asked
        .rfind(|operation| *operation != Operation::Unknown)
        .unwrap_or_default()
}
