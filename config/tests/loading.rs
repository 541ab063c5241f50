//! Reading a configuration: what is accepted, and how mistakes are said.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::path::Path;
use std::time::Duration;

use potion_config::{Config, ConfigError, EventClass, Language, Role};

fn problems(text: &str) -> Vec<String> {
    let error = Config::parse(text, "config.toml").unwrap_err();
    error.problems().iter().map(ToString::to_string).collect()
}

#[track_caller]
fn expect_problem(text: &str, expected: &str) {
    assert_eq!(problems(text), [expected]);
}

#[test]
fn a_missing_file_means_the_defaults() {
    let config = Config::load(Path::new("/nonexistent/config.toml")).unwrap();
    assert_eq!(config, Config::default());
    assert_eq!(config, Config::parse("", "empty").unwrap());
    assert_eq!(config.telegram().api_url(), "https://api.telegram.org");
    assert_eq!(config.policy().keep(), Duration::from_secs(120));
    assert_eq!(config.files().reserve_bytes(), 1 << 30);
    assert_eq!(config.language(), Language::Id);
    assert!(config.admins().is_empty());
}

#[test]
fn what_the_file_says_wins_over_the_defaults() {
    let config = Config::parse(
        r#"
        language = "en"
        [[admins]]
        id = 7
        role = "owner"
        [notify]
        muted = ["jobs"]
        quiet-from = "22:00"
        quiet-to = "06:30"
        [thresholds]
        load-per-core = 2
        "#,
        "config.toml",
    )
    .unwrap();
    assert_eq!(
        (config.admins()[0].id(), config.admins()[0].role()),
        (7, Role::Owner)
    );
    assert_eq!(
        (config.admins()[0].name(), config.admins()[0].language()),
        ("", None)
    );
    assert!(
        config.notify().is_muted(EventClass::Jobs) && !config.notify().is_muted(EventClass::Units)
    );
    assert!(config.notify().quiet().unwrap().contains(0));
    assert_eq!(config.thresholds().load_per_core(), 2.0);
}

#[test]
fn an_unknown_key_names_the_nearest() {
    expect_problem(
        "[telegram]\npol-seconds = 20\n",
        "config.toml:2:1: [telegram] has no key `pol-seconds`; did you mean `poll-seconds`?",
    );
    expect_problem(
        "[unit]\nmanaged = []\n",
        "config.toml:1:2: this file has no key `unit`; did you mean `units`?",
    );
}

#[test]
fn a_wrong_type_names_what_is_taken() {
    expect_problem(
        "[telegram]\npoll-seconds = \"fast\"",
        "config.toml:2:16: telegram.poll-seconds takes a whole number of seconds from 1 to 50, not string \"fast\"",
    );
    expect_problem(
        "[units]\nmanaged = \"nginx.service\"",
        "config.toml:2:11: units.managed takes a list in brackets, not string \"nginx.service\"",
    );
}

#[test]
fn a_value_out_of_bounds_names_the_bounds() {
    expect_problem(
        "[policy]\nkeep-seconds = 0",
        "config.toml:2:16: policy.keep-seconds takes a whole number of seconds from 30 to 3600, not integer `0`",
    );
    expect_problem(
        "[thresholds]\nload-per-core = nan",
        "config.toml:2:17: thresholds.load-per-core takes a number from 0.1 to 100, not floating point `NaN`",
    );
}

#[test]
fn a_wrong_word_names_the_nearest() {
    expect_problem(
        "[[admins]]\nid = 1\nrole = \"ovner\"",
        "config.toml:3:8: admins[1].role takes one of owner, operator, viewer, not `ovner`; did you mean `owner`?",
    );
}

#[test]
fn a_bad_unit_in_a_list_is_pointed_at() {
    let found = problems("[units]\nmanaged = [\n  \"nginx.service\",\n  \"reboot.target\",\n]");
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("config.toml:4:3: units.managed[2] takes a unit name"),
        "{found:?}"
    );
}

#[test]
fn a_token_put_where_its_name_belongs_is_not_repeated() {
    let found = problems("[telegram]\ntoken = \"123456:AAbbCC\"");
    assert!(
        found[0].contains("takes the name of a file in /etc/potion/secrets"),
        "{found:?}"
    );
    assert!(!found[0].contains("AAbbCC"), "{found:?}");
}

#[test]
fn all_mistakes_are_found_in_one_pass() {
    let found = problems(
        "langage = \"id\"\n[telegram]\npoll-seconds = 0\ntokn = 1\n[[admins]]\nid = -5\nrole = \"king\"\n[files]\nroot = \"mnt\"\n",
    );
    let lines: Vec<&str> = found
        .iter()
        .map(|problem| problem.split(':').nth(1).unwrap())
        .collect();
    let mut lines: Vec<u32> = lines.iter().map(|line| line.parse().unwrap()).collect();
    lines.sort_unstable();
    assert_eq!(lines, [1, 3, 4, 6, 7, 9], "{found:#?}");
}

#[test]
fn keys_that_contradict_each_other_are_found() {
    expect_problem(
        "[[admins]]\nid = 1\nrole = \"owner\"\n[[admins]]\nid = 1\nrole = \"viewer\"",
        "config.toml:5:6: admins[2].id is 1, as in admins[1]; keep one entry for each person",
    );
    let extra = "[[files.extra]]\nname = \"a\"\npath = \"/mnt/dre\"";
    expect_problem(
        extra,
        "config.toml:3:8: files.extra[1].path is /mnt/dre again; remove one of the entries",
    );
}

#[test]
fn an_entry_without_its_role_says_which_field_to_add() {
    let found = problems("[[admins]]\nid = 1\n");
    assert_eq!(
        found,
        ["config.toml:1:1: admins[1] needs a `role` too; add `role = …` to the entry"]
    );
}

#[test]
fn text_that_is_not_toml_has_its_place() {
    let found = problems("[telegram\napi-url = 1");
    assert!(
        found[0].starts_with("config.toml:1:10: this is not TOML: "),
        "{found:?}"
    );
}

#[test]
fn a_bad_template_has_the_line_within_its_text() {
    let text = "[messages.id]\nmenu-help = '''\nsatu\n{{ emoji.hlp }}\n'''\n";
    expect_problem(
        text,
        "config.toml:4:1: messages.id.menu-help: there is no emoji `hlp`; did you mean `help`?",
    );
    let text = "[messages.en]\nmenu-help = \"a\"\nmenu-hlep = \"b\"\n";
    expect_problem(
        text,
        "config.toml:3:13: messages.en.menu-hlep: there is no such message; did you mean `menu-help`?",
    );
    let found = problems("[messages.en]\njob-done = '''\n{{ title }}\n{% if %}'''");
    assert!(
        found[0].starts_with("config.toml:4:1: messages.en.job-done: syntax error"),
        "{found:?}"
    );
    let text = "[messages.en]\njob-done = \"{{ titel }}\"";
    expect_problem(
        text,
        "config.toml:2:12: messages.en.job-done: there is no placeholder `titel` here; did you mean `title`?",
    );
    let text = "[messages.en]\njob-done = \"{{ elapsed|duratoin }}\"";
    expect_problem(
        text,
        "config.toml:2:12: messages.en.job-done: there is no filter `duratoin`; did you mean `duration`?",
    );
    let found = problems("[messages.en]\njob-done = \"<b>{{ title }}\"");
    assert_eq!(
        found,
        ["config.toml:2:12: messages.en.job-done: <b> is never closed; add </b>"]
    );
}

#[test]
fn several_problems_make_one_sentence() {
    let error = Config::parse("a = 1\nb = 2", "config.toml").unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("(and 1 more: run `potionctl config check`)"),
        "{error}"
    );
}

#[test]
fn quiet_hours_need_only_a_beginning() {
    let quiet = |text: &str| Config::parse(text, "config.toml").unwrap().notify().quiet();
    assert_eq!(quiet("[notify]\nquiet-to = \"06:00\""), None);
    let night = quiet("[notify]\nquiet-from = \"22:00\"").unwrap();
    assert!(night.contains(419) && !night.contains(420));
}

#[test]
fn a_check_lists_every_problem_and_nothing_for_a_good_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    assert!(potion_config::check(&path).is_empty());
    std::fs::write(&path, "[menu]\npage-rows = 0\ncolour = 1\n").unwrap();
    let said = potion_config::check(&path);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(
        said[0].starts_with(&format!("{}:", path.display())),
        "{said:?}"
    );
    assert_eq!(potion_config::check(folder.path()).len(), 1);
}

#[test]
fn files_that_cannot_be_read_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let error = Config::load(folder.path()).unwrap_err();
    assert!(matches!(error, ConfigError::Read { .. }), "{error}");
    let path = folder.path().join("config.toml");
    std::fs::write(&path, b"language = \"id\"\n# \xff\n").unwrap();
    let error = Config::load(&path).unwrap_err();
    assert!(
        error.to_string().contains(":2:3: this is not UTF-8"),
        "{error}"
    );
    std::fs::write(&path, vec![b'#'; 2 << 20]).unwrap();
    assert!(matches!(
        Config::load(&path).unwrap_err(),
        ConfigError::TooLarge { .. }
    ));
}
