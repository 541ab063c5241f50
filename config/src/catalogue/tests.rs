//! What must hold for every built-in message, whoever adds one.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::builtin::{emoji, messages};
use super::*;
use crate::catalogue::check::{environment, markup, placeholders};

/// The values that a template asks for, made up from how it uses them: `for x in xs` and `xs|join` want lists,
/// `x|icon` a name, `x.y` a table; a number suits everything else.
fn sample(template: &str, full: bool) -> Json {
    let used = placeholders(&environment(Language::Id), "sample", template).unwrap();
    let mut values = Map::new();
    for name in used.iter().filter(|name| !name.starts_with("emoji")) {
        let (first, field) = name
            .split_once('.')
            .map_or((name.as_str(), None), |(a, b)| (a, Some(b)));
        let value = leaf(template, name, full);
        match field {
            None => drop(values.entry(first).or_insert(value)),
            Some(field) => {
                let table = values.entry(first).or_insert_with(|| json!({}));
                if !table.is_object() {
                    *table = json!({});
                }
                table
                    .as_object_mut()
                    .unwrap()
                    .insert(field.to_owned(), value);
            }
        }
    }
    Json::Object(values)
}

fn leaf(template: &str, name: &str, full: bool) -> Json {
    if let Some(item) = loop_variable(template, name) {
        return if full {
            json!([entry(template, item)])
        } else {
            json!([])
        };
    }
    if template.contains(&format!("{name}|join")) {
        return if full {
            json!(["a <b>", "c"])
        } else {
            json!([])
        };
    }
    if template.contains(&format!("{name}|icon")) {
        return json!("running");
    }
    if full { json!(3) } else { json!(0) }
}

fn loop_variable<'t>(template: &'t str, list: &str) -> Option<&'t str> {
    let (before, _) = template.split_once(&format!(" in {list} %}}"))?;
    before.rsplit_once("{% for ").map(|(_, variable)| variable)
}

/// One entry of a list, with every field that the loop names.
fn entry(template: &str, variable: &str) -> Json {
    let prefix = format!("{variable}.");
    let part_of_word =
        |at: usize| template[..at].ends_with(|c: char| c.is_alphanumeric() || "_.".contains(c));
    let uses = template
        .match_indices(&prefix)
        .filter(|(at, _)| !part_of_word(*at));
    let fields = uses.map(|(at, _)| &template[at + prefix.len()..]);
    let name = |rest: &str| {
        rest.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect::<String>()
    };
    let named = fields
        .map(name)
        .filter(|field| !field.is_empty())
        .map(|field| {
            let value = leaf(template, &format!("{variable}.{field}"), true);
            (field, value)
        });
    let fields: Map<_, _> = named.collect();
    if fields.is_empty() {
        leaf(template, variable, true)
    } else {
        Json::Object(fields)
    }
}

fn strict() -> Catalogue {
    Catalogue::new(&Config::default())
        .unwrap()
        .reporting_to(|fault| panic!("{fault}"))
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_placeholders() {
    let keys = |language| messages(language).keys().collect::<BTreeSet<_>>();
    assert_eq!(keys(Language::Id), keys(Language::En));
    for (key, template) in messages(Language::Id) {
        let used = |language, text: &str| {
            let names = placeholders(&environment(language), key, text).unwrap();
            names
                .into_iter()
                .filter(|name| !name.starts_with("emoji"))
                .collect::<BTreeSet<_>>()
        };
        assert_eq!(
            used(Language::Id, template),
            used(Language::En, &messages(Language::En)[key]),
            "{key}"
        );
    }
}

#[test]
fn every_emoji_that_a_message_names_exists() {
    for language in Language::ALL {
        for (key, template) in messages(*language) {
            let used = placeholders(&environment(*language), key, template).unwrap();
            for name in used.iter().filter_map(|name| name.strip_prefix("emoji.")) {
                assert!(emoji().contains_key(name), "{key} names emoji.{name}");
            }
        }
    }
}

#[test]
fn every_message_renders_full_and_empty_with_markup_that_telegram_takes() {
    let catalogue = strict();
    for language in Language::ALL {
        for (key, template) in messages(*language) {
            for full in [true, false] {
                let html = catalogue.html(*language, key, sample(template, full));
                assert_eq!(html::complain(&html), None, "{key}: {html}");
                assert!(!full || !html.trim().is_empty(), "{key} is empty");
            }
            assert_eq!(
                html::complain(&markup(template)),
                None,
                "{key} would be refused as an override"
            );
        }
    }
}

#[test]
fn every_message_would_pass_as_an_override_of_itself() {
    for language in Language::ALL {
        let words: toml::Table = messages(*language)
            .iter()
            .map(|(key, text)| (key.clone(), toml::Value::String(text.clone())))
            .collect();
        let file =
            toml::Table::from_iter([(language.word().to_owned(), toml::Value::Table(words))]);
        let file = toml::Table::from_iter([("messages".to_owned(), toml::Value::Table(file))]);
        Config::parse(&file.to_string(), "own").unwrap();
    }
}

#[test]
fn names_are_plain() {
    let plain = |name: &str, extra: &str| {
        name.chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || extra.contains(c))
    };
    assert!(messages(Language::Id).keys().all(|key| plain(key, "-")));
    assert!(emoji().keys().all(|name| plain(name, "")));
}

#[test]
fn values_are_escaped_and_plain_text_is_not() {
    let values = json!({ "unit": "<b>&\"x\".service" });
    let html = strict().html(Language::En, "services-done-restart", &values);
    assert!(
        html.contains("<b>&lt;b&gt;&amp;&quot;x&quot;.service</b>"),
        "{html}"
    );
    let plain = strict().plain(Language::En, "services-done-restart", &values);
    assert!(
        plain.contains(" <b>&\"x\".service was restarted."),
        "{plain}"
    );
}

#[test]
fn wrong_values_still_make_a_message_and_are_reported() {
    let told = Arc::new(std::sync::Mutex::new(Vec::new()));
    let sink = Arc::clone(&told);
    let catalogue = Catalogue::new(&Config::default()).unwrap();
    let catalogue = catalogue.reporting_to(move |fault| sink.lock().unwrap().push(fault.clone()));
    let html = catalogue.html(
        Language::Id,
        "services-done-restart",
        json!({ "name": "<nginx>" }),
    );
    assert!(html.contains("&lt;nginx&gt;"), "{html}");
    assert!(
        catalogue
            .html(Language::Id, "no-such-key", ())
            .contains("no-such-key")
    );
    let keys: Vec<String> = told
        .lock()
        .unwrap()
        .iter()
        .map(|fault| fault.key.clone())
        .collect();
    assert_eq!(keys, ["services-done-restart", "no-such-key"]);
}

#[test]
fn an_override_that_fails_gives_way_to_the_built_in_words() {
    let text =
        "[messages.en]\nservices-done-restart = \"{% for x in unit %}{{ x.y.z }}{% endfor %}\"";
    let catalogue = Catalogue::new(&Config::parse(text, "own").unwrap()).unwrap();
    let html = catalogue.html(
        Language::En,
        "services-done-restart",
        json!({ "unit": "nginx" }),
    );
    assert!(html.contains("<b>nginx</b> was restarted"), "{html}");
}

#[test]
fn a_runaway_template_is_stopped() {
    let bomb = "[messages.en]\nservices-done-restart = \"{{ unit * 900000 }}{% for a in unit %}{{ unit * 9000 }}{% endfor %}\"";
    let catalogue = Catalogue::new(&Config::parse(bomb, "own").unwrap()).unwrap();
    let html = catalogue.html(
        Language::En,
        "services-done-restart",
        json!({ "unit": "nginx.service" }),
    );
    assert!(html.contains("was restarted"), "{} bytes", html.len());
}

#[test]
fn a_word_that_calls_itself_gives_way_to_the_built_in_one() {
    let text = "[messages.en]\nword-seconds = \"{{ n|duration }}\"";
    let catalogue = Catalogue::new(&Config::parse(text, "own").unwrap()).unwrap();
    let values = json!({ "title": "apt", "elapsed": 9, "facts": [] });
    assert!(
        catalogue
            .html(Language::En, "job-done", values)
            .contains("in 9 s.")
    );
}

#[test]
fn the_owner_words_and_emoji_come_first() {
    let text = "[messages.id]\nmenu-help = \"{{ emoji.help }} Tolong\"\n[emoji]\nhelp = \"🆘\"";
    let catalogue = Catalogue::new(&Config::parse(text, "own").unwrap()).unwrap();
    assert_eq!(catalogue.plain(Language::Id, "menu-help", ()), "🆘 Tolong");
    assert_eq!(catalogue.plain(Language::En, "menu-help", ()), "🆘 Help");
    assert_eq!(
        (catalogue.emoji("help"), catalogue.emoji("nothing")),
        ("🆘", "❔")
    );
}

#[test]
fn each_filter_speaks_both_languages() {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(7));
    let say = |language, filter: &str, n: f64| {
        let engine = Engine::new(language, Config::default().sections(), zone.clone());
        engine
            .try_template(
                &format!("{{{{ n|{filter} }}}}"),
                &Value::from_pairs([("n", Value::from(n))]),
            )
            .unwrap()
    };
    for (filter, n, id, en) in [
        ("bytes", 1.5e9, "1,5 GB", "1.5 GB"),
        ("number", 12_345.6, "12.345,6", "12,345.6"),
        ("percent", 41.6, "42%", "42%"),
        ("duration", 266_400.0, "3 hari 2 jam", "3 days 2 hours"),
        ("duration", 86_400.0, "1 hari", "1 day"),
        ("duration", 0.0, "0 detik", "0 s"),
        ("ago", 300.0, "5 menit lalu", "5 min ago"),
        ("ago", 1.0, "baru saja", "just now"),
        ("clock", 1_795_425_600.0, "23 Nov 16:20", "23 Nov 16:20"),
        ("clock", 1_777_608_000.0, "1 Mei 11:00", "1 May 11:00"),
        ("plural(\"berkas\", \"files\")", 2.0, "files", "files"),
    ] {
        assert_eq!(say(Language::Id, filter, n), id, "{filter} {n}");
        assert_eq!(say(Language::En, filter, n), en, "{filter} {n}");
    }
}
