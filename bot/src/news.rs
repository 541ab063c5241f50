//! Letters in words.

mod incident;

use std::collections::BTreeMap;

use potion_proto::admins::Admin;
use potion_proto::events::{Event, News};
use potion_proto::host::BootReason;
use potion_proto::names::TelegramId;
use serde::Serialize;

use crate::acts::{keep_buttons, keep_text, title};
use crate::admins::Admins;
use crate::clock::now_ms;
use crate::jobs;
use crate::outbox::Letter;
use crate::screen::Screen;
use crate::words::{Words, with};

/// To whom, in which words, about which machine.
pub(crate) struct Teller<'a> {
    pub(crate) words: &'a Words,
    pub(crate) admin: &'a Admin,
    pub(crate) host: &'a str,
    pub(crate) admins: &'a Admins,
}

impl Teller<'_> {
    /// A person as the audit log names them (`telegram:1001`), by name where that is known.
    fn who(&self, actor: &str) -> String {
        let id = actor
            .strip_prefix("telegram:")
            .and_then(|id| id.parse().ok());
        let admin = id
            .and_then(|id| TelegramId::new(id).ok())
            .and_then(|id| self.admins.find(id));
        admin
            .map(|admin| admin.name)
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| actor.to_owned())
    }
}

/// A letter as a screen.
pub(crate) fn screen(teller: &Teller<'_>, letter: &Letter) -> Screen {
    let words = teller.words;
    match letter {
        Letter::Event(event) => of_event(teller, event),
        Letter::AgentGone { since } => {
            Screen::new(words.html("incident-agent-unreachable", elapsed(*since)))
        }
        Letter::AgentBack { since } => {
            Screen::new(words.html("incident-agent-back", elapsed(*since)))
        }
        Letter::Conflict => Screen::new(words.say("news-conflict")),
        Letter::ConflictOver => Screen::new(words.say("news-conflict-over")),
        Letter::Pointer { about, .. } => Screen::new(pointer(teller, about)),
    }
}

/// What is left of a live message that has a newer one below.
pub(crate) fn pointer(teller: &Teller<'_>, about: &Event) -> String {
    let subject = match &about.news {
        News::Incident(incident) => incident::subject(teller.words, incident),
        News::Reverted { keep, .. } => title(teller.words, &keep.action),
        _ => String::new(),
    };
    teller
        .words
        .html("incident-moved", with([("subject", subject)]))
}

fn elapsed(since: i64) -> BTreeMap<&'static str, i64> {
    with([("elapsed", ((now_ms() - since) / 1000).max(0))])
}

fn of_event(teller: &Teller<'_>, event: &Event) -> Screen {
    let words = teller.words;
    match &event.news {
        News::Incident(incident) => incident::screen(teller, incident),
        News::JobEnded(job) => jobs::screen(words, job, teller.admin.role),
        News::KeepPending(keep) => {
            Screen::new(keep_text(words, keep)).row(keep_buttons(words, keep))
        }
        News::Kept(_) => Screen::new(words.say("keep-kept")),
        News::Reverted { keep, .. } => Screen::new(words.html(
            "keep-reverted",
            with([("summary", title(words, &keep.action))]),
        )),
        News::Booted(reason) => Screen::new(booted(teller, *reason)),
        News::Paired { id, name } => Screen::new(words.html(
            "news-paired",
            with([("name", name.as_str()), ("id", &id.to_string())]),
        )),
        News::TotpLocked { id, minutes } => totp_locked(teller, *id, *minutes),
        News::AuditHead { entries, hash } => Screen::new(words.html(
            "audit-head",
            Head {
                count: *entries,
                hash,
            },
        )),
        News::UpgradesWaiting { security, other } => Screen::new(words.html(
            "news-upgrades",
            with([("security", security), ("total", &(security + other))]),
        )),
        News::Folded { count, .. } => {
            Screen::new(words.html("incident-folded", with([("count", count)])))
        }
    }
}

#[derive(Serialize)]
struct Head<'a> {
    count: u64,
    hash: &'a str,
}

fn booted(teller: &Teller<'_>, reason: BootReason) -> String {
    let key = match reason {
        BootReason::Unknown => "news-booted",
        BootReason::Clean => "news-booted-clean",
        BootReason::Unclean => "news-booted-unclean",
    };
    teller.words.html(key, with([("host", teller.host)]))
}

fn totp_locked(teller: &Teller<'_>, id: TelegramId, minutes: u32) -> Screen {
    #[derive(Serialize)]
    struct Locked {
        name: String,
        wait: u32,
    }
    let name = teller.who(&format!("telegram:{id}"));
    Screen::new(teller.words.html(
        "news-totp-locked",
        Locked {
            name,
            wait: minutes * 60,
        },
    ))
}
