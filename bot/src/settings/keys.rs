//! Every key of the file, part by part.

use potion_proto::actions::Action;
use potion_proto::admins::Role;
use potion_proto::names::SettingKey;
use potion_proto::settings::{Applies, Setting};
use serde::Serialize;

use super::{Go, to};
use crate::go;
use crate::screen::{self, Button, Screen};
use crate::words::{Words, with};

/// Characters of a value that are shown; templates of messages can be long.
const VALUE_MAX_CHARS: usize = 1_200;
/// Characters of a value in a list.
const LISTED_MAX_CHARS: usize = 24;

/// What `settings-section` names.
#[derive(Serialize)]
struct Page<'a> {
    name: &'a str,
    settings: Vec<Row<'a>>,
    page: usize,
    pages: usize,
}

#[derive(Serialize)]
struct Row<'a> {
    key: &'a str,
    value: String,
    local: bool,
    changed: bool,
}

/// What `settings-key` and `settings-edit` name.
#[derive(Serialize)]
struct One<'a> {
    key: &'a str,
    value: String,
    default: String,
    doc: &'a str,
    local: bool,
    changed: bool,
    restart: &'a str,
}

/// The parts of the file.
pub(super) fn sections_screen(words: &Words, settings: &[Setting]) -> Screen {
    let mut names: Vec<&str> = settings
        .iter()
        .map(|setting| section(&setting.key))
        .collect();
    names.dedup();
    let button = |name: &&str| {
        Button::to(
            *name,
            to(Go::Section {
                name: (*name).to_owned(),
                page: 0,
            }),
        )
    };
    Screen::new(words.say("settings-sections"))
        .grid(names.iter().map(button).collect(), 3)
        .back(words, to(Go::Home))
}

/// A page of one part's keys.
pub(super) fn section_screen(
    words: &Words,
    settings: &[Setting],
    name: &str,
    page: usize,
    rows: usize,
) -> Screen {
    let own: Vec<&Setting> = settings
        .iter()
        .filter(|setting| section(&setting.key) == name)
        .collect();
    let (shown, pages) = screen::page(&own, page, rows);
    let page = page.min(pages - 1);
    let values = Page {
        name,
        settings: shown.iter().map(|setting| row(setting)).collect(),
        page: page + 1,
        pages,
    };
    let button =
        |setting: &&Setting| Button::to(rest(&setting.key), to(Go::Key(setting.key.clone())));
    let here = |page| {
        to(Go::Section {
            name: name.to_owned(),
            page,
        })
    };
    Screen::new(words.html("settings-section", values))
        .grid(shown.iter().map(button).collect(), 2)
        .pages(words, page, pages, here)
        .refresh_back(words, here(page), to(Go::Sections))
}

/// One key: for the owner with Change and Default, unless only the machine's root may.
pub(super) fn key_screen(
    words: &Words,
    settings: &[Setting],
    key: &SettingKey,
    role: Role,
) -> Screen {
    let Some(setting) = settings.iter().find(|setting| setting.key == *key) else {
        return Screen::new(words.html("settings-no-key", with([("key", key.as_str())])))
            .back(words, to(Go::Sections));
    };
    let here = to(Go::Key(key.clone()));
    let may = role >= Role::Owner && !setting.local;
    let edit = || Button::to(words.label("button-edit"), to(Go::Edit(key.clone())));
    let unset = || {
        Button::to(
            words.label("button-default"),
            go::Go::act(Action::SettingUnset(key.clone()), here.clone()),
        )
    };
    let changed = setting.value != setting.default;
    let back = to(Go::Section {
        name: section(key).to_owned(),
        page: 0,
    });
    Screen::new(words.html("settings-key", one(setting)))
        .row(
            may.then(edit)
                .into_iter()
                .chain((may && changed).then(unset)),
        )
        .refresh_back(words, here.clone(), back)
}

/// Asks for a new value.
pub(super) fn edit_screen(words: &Words, settings: &[Setting], key: &SettingKey) -> Screen {
    let back = go::Go::Drop {
        back: Box::new(to(Go::Key(key.clone()))),
    };
    let cancel = Button::to(words.label("button-cancel"), back);
    let html = match settings.iter().find(|setting| setting.key == *key) {
        Some(setting) => words.html("settings-edit", one(setting)),
        None => words.html("settings-no-key", with([("key", key.as_str())])),
    };
    Screen::new(html).row([cancel])
}

fn one(setting: &Setting) -> One<'_> {
    One {
        key: setting.key.as_str(),
        value: cut(&setting.value, VALUE_MAX_CHARS),
        default: cut(&setting.default, VALUE_MAX_CHARS),
        doc: &setting.doc,
        local: setting.local,
        changed: setting.value != setting.default,
        restart: match &setting.applies {
            Applies::Now => "",
            Applies::AfterRestart(what) => what,
        },
    }
}

fn row(setting: &Setting) -> Row<'_> {
    Row {
        key: rest(&setting.key),
        value: cut(&setting.value.replace('\n', " "), LISTED_MAX_CHARS),
        local: setting.local,
        changed: setting.value != setting.default,
    }
}

fn cut(text: &str, most: usize) -> String {
    let mut shown: String = text.chars().take(most).collect();
    if text.chars().count() > most {
        shown.push('…');
    }
    shown
}

/// The part that a key stands in; a key above the first table is a part of its own.
fn section(key: &SettingKey) -> &str {
    key.as_str().split('.').next().unwrap_or_default()
}

/// A key without its part.
fn rest(key: &SettingKey) -> &str {
    key.as_str()
        .split_once('.')
        .map_or(key.as_str(), |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{english, indonesian, labels};
    use crate::settings::samples::setting;

    #[test]
    fn a_key_of_the_machine_alone_shows_the_line_to_type_and_no_button() {
        let settings = [setting("units.managed", "[\"nginx.service\"]")];
        let screen = key_screen(&indonesian(), &settings, &settings[0].key, Role::Owner);
        assert!(
            screen
                .html
                .contains("sudo potionctl config set units.managed"),
            "{}",
            screen.html
        );
        assert!(
            screen.html.contains("What it &lt;means&gt;."),
            "{}",
            screen.html
        );
        assert_eq!(labels(&screen).len(), 2, "{:?}", labels(&screen));
    }

    #[test]
    fn an_owner_may_change_the_others_and_take_them_back() {
        let mut changed = setting("menu.page-rows", "12");
        changed.default = "8".to_owned();
        let key = changed.key.clone();
        let acting = |role| labels(&key_screen(&english(), &[changed.clone()], &key, role)).len();
        assert_eq!((acting(Role::Owner), acting(Role::Viewer)), (4, 2));
    }

    #[test]
    fn parts_and_their_keys_can_be_walked() {
        let settings = [
            setting("language", "\"id\""),
            setting("menu.page-rows", "8"),
            setting("menu.button-hours", "48"),
        ];
        assert_eq!(
            labels(&sections_screen(&english(), &settings))[..2],
            ["language", "menu"]
        );
        let page = section_screen(&english(), &settings, "menu", 0, 8);
        assert!(
            page.html.contains("page-rows") && page.html.contains("48"),
            "{}",
            page.html
        );
    }
}
