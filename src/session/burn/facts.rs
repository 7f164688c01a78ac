//! What a Burn log says of the bundle and the machine: mostly in variables, at the start and once
//! more in the list at the end.

use super::builder::{BurnSessionBuilder, clip, kept};
use crate::grammar::burn::Kind;
use crate::session::model::Operation;

impl BurnSessionBuilder {
    /// What the bundle and the machine are.
    pub(super) fn fact(&mut self, number: u64, text: &str, kind: Kind) {
        let session = &mut self.session;
        match kind {
            Kind::Start {
                engine,
                windows,
                build,
                arch,
                path,
            } => {
                session.engine = Some(clip(engine));
                session.machine.windows = match (windows, build) {
                    (Some(windows), Some(build)) => Some(format!("{windows}.{build}")),
                    _ => windows.map(clip),
                };
                session.machine.arch = arch.map(clip);
                session.product.package.get_or_insert_with(|| clip(path));
            }
            Kind::CommandLine(line) => {
                session.command_line = Some(clip(line));
                self.asked = asked_operation(line);
            }
            Kind::Variable {
                name,
                value: Some(value),
            } => self.variable(number, text, name, value),
            Kind::Registration { key } => {
                if let Some((_, code)) = key.rsplit_once('\\') {
                    session.product.code = Some(clip(code).to_ascii_uppercase());
                }
            }
            Kind::RemovingBundle { code } => {
                session
                    .product
                    .code
                    .get_or_insert_with(|| clip(code).to_ascii_uppercase());
            }
            Kind::Provider { key, version } => {
                session.provider_key = Some(clip(key));
                session.product.version.get_or_insert_with(|| clip(version));
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
                package.log.get_or_insert_with(|| kept(number, text));
                package.log_path = Some(clip(value));
            }
            return;
        }
        if let Some(package) = name.strip_prefix("WixBundleRollbackLog_") {
            if let Some(package) = self.package(package) {
                package.rollback_log_path = Some(clip(value));
            }
            return;
        }
        let (product, machine) = (&mut self.session.product, &mut self.session.machine);
        match name {
            "WixBundleName" => product.name = Some(clip(value)),
            "WixBundleManufacturer" => product.manufacturer = Some(clip(value)),
            "WixBundleVersion" => product.version = Some(clip(value)),
            "WixBundleFileVersion" => {
                product.version.get_or_insert_with(|| clip(value));
            }
            "WixBundleOriginalSource" => product.package = Some(clip(value)),
            "WixBundleProviderKey" => self.session.provider_key = Some(clip(value)),
            "WixBundleLog" => self.session.log_path = Some(clip(value)),
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
