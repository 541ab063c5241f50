//! Temperatures by the kernel's sysfs: `/sys/class/hwmon`, and where that has none `/sys/class/thermal`.

use potion_proto::host::Temperature;

use super::tree::Tree;

const HWMON: &str = "sys/class/hwmon";
const THERMAL: &str = "sys/class/thermal";
/// Sensors that are not connected tell nonsense.
const PLAUSIBLE_CELSIUS: std::ops::RangeInclusive<f32> = -40.0..=150.0;
const LABEL_MAX_CHARS: usize = 40;

/// All sensors, hottest first.
pub(super) fn temperatures(tree: &Tree) -> Vec<Temperature> {
    let mut found = hwmon(tree);
    if found.is_empty() {
        found = thermal(tree);
    }
    found.sort_by(|one, other| other.celsius.total_cmp(&one.celsius));
    found
}

fn hwmon(tree: &Tree) -> Vec<Temperature> {
    let mut found = Vec::new();
    for chip in tree.names(HWMON) {
        let folder = format!("{HWMON}/{chip}");
        let name = word(tree, &format!("{folder}/name")).unwrap_or(chip);
        let inputs = tree.names(&folder);
        let inputs = inputs
            .iter()
            .filter_map(|input| input.strip_suffix("_input"));
        for input in inputs.filter(|input| input.starts_with("temp")) {
            let label = word(tree, &format!("{folder}/{input}_label"));
            let sensor = label.map_or_else(|| name.clone(), |label| format!("{name} {label}"));
            found.extend(temperature(
                tree,
                sensor,
                &format!("{folder}/{input}_input"),
            ));
        }
    }
    found
}

fn thermal(tree: &Tree) -> Vec<Temperature> {
    let zones = tree
        .names(THERMAL)
        .into_iter()
        .filter(|zone| zone.starts_with("thermal_zone"));
    let zone = |zone: String| {
        let folder = format!("{THERMAL}/{zone}");
        let sensor = word(tree, &format!("{folder}/type")).unwrap_or(zone);
        temperature(tree, sensor, &format!("{folder}/temp"))
    };
    zones.filter_map(zone).collect()
}

fn temperature(tree: &Tree, sensor: String, file: &str) -> Option<Temperature> {
    let millis = tree.maybe(file)?.trim().parse::<i32>().ok()?;
    #[expect(clippy::cast_precision_loss, reason = "a temperature needs no 24 bits")]
    let celsius = millis as f32 / 1000.0;
    PLAUSIBLE_CELSIUS
        .contains(&celsius)
        .then_some(Temperature { sensor, celsius })
}

/// Firmware names its sensors as it likes.
fn word(tree: &Tree, file: &str) -> Option<String> {
    let text = tree.maybe(file)?;
    let word = text
        .trim()
        .chars()
        .filter(|letter| !letter.is_control())
        .take(LABEL_MAX_CHARS);
    Some(word.collect::<String>()).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use std::path::Path;

    use super::*;

    fn put(root: &Path, file: &str, text: &str) {
        let path = root.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    #[test]
    fn the_hottest_comes_first_and_nonsense_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        put(folder.path(), "sys/class/hwmon/hwmon0/name", "coretemp\n");
        put(
            folder.path(),
            "sys/class/hwmon/hwmon0/temp1_input",
            "45000\n",
        );
        put(
            folder.path(),
            "sys/class/hwmon/hwmon0/temp1_label",
            "Core 0\n",
        );
        put(
            folder.path(),
            "sys/class/hwmon/hwmon0/temp2_input",
            "61500\n",
        );
        put(
            folder.path(),
            "sys/class/hwmon/hwmon0/temp3_input",
            "-128000\n",
        );
        put(folder.path(), "sys/class/hwmon/hwmon0/fan1_input", "1200\n");
        put(
            folder.path(),
            "sys/class/thermal/thermal_zone0/temp",
            "99000\n",
        );
        let found = temperatures(&Tree::at(folder.path().to_owned()));
        let of = |sensor: &str, celsius| Temperature {
            sensor: sensor.to_owned(),
            celsius,
        };
        assert_eq!(found, [of("coretemp", 61.5), of("coretemp Core 0", 45.0)]);
    }

    #[test]
    fn zones_serve_where_there_is_no_chip() {
        let folder = tempfile::tempdir().unwrap();
        put(
            folder.path(),
            "sys/class/thermal/thermal_zone0/temp",
            "39000\n",
        );
        put(
            folder.path(),
            "sys/class/thermal/thermal_zone0/type",
            "acpi\u{7}tz\n",
        );
        let found = temperatures(&Tree::at(folder.path().to_owned()));
        assert_eq!(
            found,
            [Temperature {
                sensor: "acpitz".to_owned(),
                celsius: 39.0
            }]
        );
    }
}
