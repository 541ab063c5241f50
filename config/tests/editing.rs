//! Changing keys: what changes, what stays, and what is refused.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use potion_config::{Config, ConfigError, edit};
use proptest::prelude::*;

const OWN: &str = "\
# The server in the cupboard.

# Who speaks
[telegram]
poll-seconds = 20   # slow line

[units]
managed = [
  \"nginx.service\", # the web
  \"ssh.service\",
]
protected = []

[messages.en]
menu-help = \"Help\"
# the end
";

#[test]
fn a_new_value_keeps_the_comment_beside_it() {
    let text = edit::set(OWN, "telegram.poll-seconds", "30").unwrap();
    assert_eq!(
        edit::changed_lines(OWN, &text),
        "- poll-seconds = 20   # slow line\n+ poll-seconds = 30   # slow line\n"
    );
}

#[test]
fn a_longer_list_keeps_its_lines_and_comments() {
    let text = edit::set(
        OWN,
        "units.managed",
        "nginx.service, ssh.service, docker.service",
    )
    .unwrap();
    assert_eq!(edit::changed_lines(OWN, &text), "+   \"docker.service\",\n");
    let behind = "[units]\nhidden = [\n  \"a.timer\", # one\n]\n";
    let text = edit::set(behind, "units.hidden", "a.timer, b.timer").unwrap();
    assert_eq!(edit::changed_lines(behind, &text), "+   \"b.timer\",\n");
    let text = edit::set(OWN, "units.managed", "ssh.service").unwrap();
    assert!(
        Config::parse(&text, "new").unwrap().units().managed() == ["ssh.service"],
        "{text}"
    );
    let text = edit::set(OWN, "units.managed", "[\"a.timer\"]").unwrap();
    assert!(text.contains("managed = [\"a.timer\"]\n"), "{text}");
    let text = edit::set(OWN, "units.managed", "").unwrap();
    assert!(text.contains("managed = []\n"), "{text}");
}

#[test]
fn a_new_key_joins_its_table_and_a_new_table_goes_to_the_end() {
    let text = edit::set(OWN, "telegram.max-age-seconds", "60").unwrap();
    assert_eq!(edit::changed_lines(OWN, &text), "+ max-age-seconds = 60\n");
    let text = edit::set(OWN, "menu.page-rows", "5").unwrap();
    assert_eq!(text, format!("{OWN}\n[menu]\npage-rows = 5\n"));
    let text = edit::set(OWN, "messages.id.menu-help", "Tolong").unwrap();
    assert_eq!(
        text,
        format!("{OWN}\n[messages.id]\nmenu-help = \"Tolong\"\n")
    );
    assert_eq!(
        edit::set("", "menu.page-rows", "5").unwrap(),
        "[menu]\npage-rows = 5\n"
    );
}

#[test]
fn a_table_that_only_its_children_name_gets_a_body() {
    let text = "[[files.extra]]\nname = \"a\"\npath = \"/srv/a\"\n";
    let text = edit::set(text, "files.root", "/srv/files").unwrap();
    let config = Config::parse(&text, "new").unwrap();
    assert_eq!(config.files().root(), std::path::Path::new("/srv/files"));
    assert_eq!(config.files().extra().len(), 1);
}

#[test]
fn a_key_above_the_tables_goes_below_the_opening_comment() {
    let text = edit::set(OWN, "language", "en").unwrap();
    assert!(
        text.starts_with(
            "# The server in the cupboard.\n\nlanguage = \"en\"\n\n# Who speaks\n[telegram]\n"
        ),
        "{text}"
    );
    let text = edit::set("# mine\n[menu]\n", "language", "en").unwrap();
    assert_eq!(text, "# mine\nlanguage = \"en\"\n\n[menu]\n");
    assert_eq!(
        edit::set("# mine", "language", "en").unwrap(),
        "# mine\nlanguage = \"en\"\n"
    );
    assert_eq!(
        edit::set("language = \"id\" # x\n", "language", "en").unwrap(),
        "language = \"en\" # x\n"
    );
}

#[test]
fn every_way_to_write_a_table_can_be_edited() {
    for text in [
        "menu = { page-rows = 3 }\n",
        "menu.page-rows = 3\n",
        "[menu]\r\npage-rows = 3\r\n",
    ] {
        let changed = edit::set(text, "menu.page-rows", "4").unwrap();
        assert_eq!(changed, text.replace('3', "4"));
        let more = edit::set(text, "menu.button-hours", "9").unwrap();
        let config = Config::parse(&more, "new").unwrap();
        assert_eq!(
            (config.menu().page_rows(), config.menu().button().as_secs()),
            (3, 9 * 3_600),
            "{more}"
        );
        let gone = edit::unset(text, "menu.page-rows").unwrap();
        assert_eq!(
            Config::parse(&gone, "new").unwrap(),
            Config::default(),
            "{gone}"
        );
    }
}

#[test]
fn unset_takes_one_line_and_leaves_the_rest() {
    let text = edit::unset(OWN, "telegram.poll-seconds").unwrap();
    assert_eq!(
        edit::changed_lines(OWN, &text),
        "- poll-seconds = 20   # slow line\n"
    );
    let text = edit::unset(OWN, "units.managed").unwrap();
    assert_eq!(text.matches('#').count(), OWN.matches('#').count() - 1);
    assert_eq!(edit::unset(OWN, "menu.page-rows").unwrap(), OWN);
}

#[test]
fn values_are_read_as_people_type_them() {
    let text = edit::set("", "thresholds.load-per-core", "2,5").unwrap();
    assert_eq!(text, "[thresholds]\nload-per-core = 2.5\n");
    let text = edit::set("", "notify.muted", "jobs,packages").unwrap();
    assert_eq!(text, "[notify]\nmuted = [\"jobs\", \"packages\"]\n");
    let text = edit::set("", "emoji.ok", "👍").unwrap();
    assert_eq!(text, "[emoji]\nok = \"👍\"\n");
}

#[test]
fn a_bad_value_says_what_the_key_takes() {
    let refusal = |key, value| edit::set(OWN, key, value).unwrap_err().to_string();
    let seconds = "telegram.poll-seconds takes a whole number of seconds from 1 to 50";
    assert_eq!(refusal("telegram.poll-seconds", "fast"), seconds);
    assert_eq!(
        refusal("telegram.poll-seconds", "51"),
        format!("{seconds}, not integer `51`")
    );
    assert_eq!(
        refusal("language", "fr"),
        "language takes one of id, en, not `fr`"
    );
    assert!(
        refusal("units.managed", "reboot.target").starts_with("units.managed[1] takes a unit name")
    );
    assert!(
        refusal("messages.en.job-done", "{{ nope }}")
            .contains("there is no placeholder `nope` here")
    );
    assert!(refusal("notify.quiet-to", "25:00").starts_with("notify.quiet-to takes a time of day"));
    assert!(!refusal("telegram.token", "123456:AAbbCC").contains("AAbbCC"));
}

#[test]
fn a_key_that_does_not_exist_names_the_nearest() {
    let error = edit::set("", "units.manged", "x").unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no key `units.manged`; did you mean `units.managed`?"
    );
    let error = edit::set("", "admins", "7").unwrap_err();
    assert!(
        error.to_string().contains("sudo potionctl admin add"),
        "{error}"
    );
    assert!(matches!(
        edit::set("", "emoji", "x").unwrap_err(),
        ConfigError::NotSettable { .. }
    ));
}

#[test]
fn a_value_that_would_make_the_file_unreadable_is_refused() {
    let error = edit::set("", "messages.en.menu-help", &"x".repeat(2 << 20)).unwrap_err();
    assert!(error.to_string().contains("use a shorter value"), "{error}");
}

#[test]
fn a_name_made_up_around_another_key_is_no_key() {
    for name in [
        "messages.id.x]\n[telegram.api-url",
        "emoji.ok]\n[telegram.api-url",
        "emoji.ok.x",
        "emoji.",
        "messages.id.",
    ] {
        let error = edit::set("", name, "http://127.0.0.1").unwrap_err();
        assert!(
            matches!(error, ConfigError::UnknownKey { .. }),
            "{name}: {error}"
        );
        assert!(potion_config::key(name).is_none());
    }
    let error = edit::set("", "messages.id.menu-hlp", "x").unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("did you mean `messages.id.menu-help`?"),
        "{error}"
    );
}

#[test]
fn a_file_that_is_wrong_elsewhere_can_be_mended_but_not_built_upon() {
    let wrong = "[menu]\npage-rows = 0\n";
    let error = edit::set(wrong, "language", "en").unwrap_err();
    assert!(matches!(error, ConfigError::StillInvalid(_)), "{error}");
    assert_eq!(
        edit::set(wrong, "menu.page-rows", "3").unwrap(),
        "[menu]\npage-rows = 3\n"
    );
    assert!(matches!(
        edit::set("[menu", "language", "en").unwrap_err(),
        ConfigError::StillInvalid(_)
    ));
}

/// A configuration of some lines, in any order of sections, with comments and blanks between.
fn own_file() -> impl Strategy<Value = String> {
    let sections = vec![
        "[menu]\npage-rows = 3 # rows\n\n# hours\nbutton-hours = 4\n",
        "[units]\n# list\nhidden = [ \"a.timer\",\n  \"b.timer\" ] # two\n",
        "# talk\n[telegram]\npoll-seconds = 7\n",
        "[messages.en]\nmenu-help = '''\nHelp\n# not a comment\n'''\n",
        "[notify]\nmuted = [\"jobs\"]\n",
        "[[files.extra]]\nname = \"a\" # a\npath = \"/srv/a\"\n",
    ];
    let count = sections.len();
    let some = proptest::sample::subsequence(sections, 0..=count).prop_shuffle();
    let between = proptest::collection::vec("(# [a-z =\\[\"]{0,9}\n|\n){0,3}", count + 1);
    (some, between, any::<bool>()).prop_map(|(sections, between, language)| {
        let language = if language {
            "language = \"id\" # tongue\n"
        } else {
            ""
        };
        let body = sections
            .iter()
            .zip(&between[1..])
            .map(|(section, words)| format!("{section}{words}"));
        format!("{}{language}{}", between[0], body.collect::<String>())
    })
}

fn change() -> impl Strategy<Value = (&'static str, &'static str)> {
    proptest::sample::select(vec![
        ("language", "en"),
        ("menu.page-rows", "5"),
        ("menu.button-hours", "6"),
        ("telegram.poll-seconds", "8"),
        ("telegram.max-age-seconds", "60"),
        ("notify.muted", "units"),
        ("files.root", "/srv/x"),
        ("emoji.ok", "👌"),
        ("messages.id.menu-help", "Tolong"),
        ("host.top-processes", "9"),
    ])
}

/// Whether all lines of `part` are in `whole`, in the same order.
fn in_order<'a>(part: impl IntoIterator<Item = &'a str>, whole: &'a str) -> bool {
    let mut lines = whole.lines();
    part.into_iter()
        .all(|line| lines.any(|other| other == line))
}

fn names(line: &str, key: &str) -> bool {
    line.starts_with(&format!("{} =", key.rsplit('.').next().unwrap()))
}

proptest! {
    #[test]
    fn parsing_any_text_never_panics(text in "\\PC*") {
        let _ = Config::parse(&text, "any");
    }

    #[test]
    fn parsing_text_that_looks_right_never_panics(
        lines in proptest::collection::vec("(\\[{1,2}(telegram|admins|files\\.extra|messages\\.id|emoji|menu)\\]{1,2}|(id|role|name|path|root|token|menu-help|ok|page-rows|language) = (\"[^\"\\n]{0,12}\"|-?[0-9]{1,20}|\\[\\]|\\{\\}|'''[^']{0,12}'''|[a-z]{1,4}))", 0..12),
    ) {
        let text = lines.join("\n");
        if let Err(error) = Config::parse(&text, "any") {
            prop_assert!(!error.problems().is_empty());
            prop_assert!(error.problems().iter().all(|problem| problem.line() <= text.lines().count().max(1) + 1));
        }
    }

    #[test]
    fn set_never_changes_other_lines(text in own_file(), (key, value) in change()) {
        let changed = edit::set(&text, key, value).unwrap();
        let others = text.lines().filter(|line| !names(line, key));
        prop_assert!(in_order(others, &changed), "{text}\n--- became\n{changed}");
        let said = Config::parse(&changed, "new").unwrap().value(key).unwrap();
        prop_assert!(said.contains(value), "{key} = {said}");
        prop_assert_eq!(edit::set(&changed, key, value).unwrap(), changed, "a second time changes nothing");
    }

    #[test]
    fn unset_never_changes_other_lines(text in own_file(), (key, _) in change()) {
        let changed = edit::unset(&text, key).unwrap();
        let others: Vec<&str> = text.lines().filter(|line| !names(line, key)).collect();
        prop_assert!(in_order(others, &changed), "{text}\n--- became\n{changed}");
        let said = Config::parse(&changed, "new").unwrap().value(key);
        prop_assert_eq!(said, Config::default().value(key));
    }

    #[test]
    fn setting_any_text_either_works_or_is_refused(value in "\\PC*", (key, _) in change()) {
        if let Ok(text) = edit::set("# mine\n", key, &value) {
            prop_assert!(Config::parse(&text, "new").is_ok());
        }
    }
}
