//! Real output against the published JSON Schema.

mod common;

#[test]
fn every_report_is_valid() {
    let schema: serde_json::Value = serde_json::from_str(msilog::report::JSON_SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut reports: Vec<(String, Vec<u8>)> = common::fixtures()
        .into_iter()
        .map(|(name, log, _)| (name, std::fs::read(log).unwrap()))
        .collect();
    if let Some(real) = common::real_logs("every_report_is_valid (real logs)") {
        for entry in std::fs::read_dir(real.join("logs")).unwrap().flatten() {
            reports.push((
                format!("{:?}", entry.file_name()),
                std::fs::read(entry.path()).unwrap(),
            ));
        }
    }
    reports.push(("empty".into(), Vec::new()));
    reports.push(("noise".into(), vec![7; 5000]));
    for (name, bytes) in reports {
        let value = serde_json::to_value(common::report(&bytes)).unwrap();
        let problems: Vec<String> = validator
            .iter_errors(&value)
            .map(|e| e.to_string())
            .collect();
        assert!(problems.is_empty(), "{name}: {problems:?}");
    }
    assert!(
        !validator.is_valid(&serde_json::json!({"schema": "msilog/1"})),
        "the schema refuses something"
    );
}
