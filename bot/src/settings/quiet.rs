//! Quiet hours: one message sets both ends, with one confirm for both keys.

use potion_proto::actions::{Action, PlanId, Proof};
use potion_proto::admins::Role;

use super::{Go, key, loaded, to};
use crate::acts;
use crate::fault::Fault;
use crate::go;
use crate::prompts::{self, Prompt};
use crate::reply::Reply;
use crate::screen::{Button, Screen};
use crate::visit::Visit;
use crate::words::{Words, with};

const FROM: &str = "notify.quiet-from";
const TO: &str = "notify.quiet-to";
/// Words that mean none, in both languages.
const NONE: [&str; 4] = ["off", "mati", "-", "0"];

/// Asks for the hours.
pub(super) fn ask(visit: &Visit) -> Result<Reply, Fault> {
    let config = loaded(visit).config.clone();
    let values = with([
        ("quiet_from", config.notify().quiet_from()),
        ("quiet_to", config.notify().quiet_to()),
    ]);
    let html = visit.words.html("settings-quiet", values);
    if visit.admin.role < Role::Owner {
        return Ok(Reply::Screen(
            Screen::new(html).back(&visit.words, to(Go::Home)),
        ));
    }
    prompts::begin(visit, Prompt::QuietHours)?;
    Ok(Reply::Screen(cancellable(&visit.words, html)))
}

/// Hours came: what they would change, and a confirm.
pub(super) async fn answered(visit: &Visit, text: &str) -> Result<Reply, Fault> {
    let words = &visit.words;
    let Some((from, until)) = parse(text) else {
        return Ok(Reply::Screen(cancellable(
            words,
            words.say("settings-quiet-wrong"),
        )));
    };
    visit.fresh()?;
    prompts::end(&visit.desk.state, visit.id())?;
    let mut plans = Vec::new();
    // An end alone says nothing; it is set first, so that the beginning never meets an old one.
    for (name, value) in [(TO, &until), (FROM, &from)] {
        if let Some(key) = key(name).filter(|_| name == FROM || !value.is_empty()) {
            plans.push(plan(visit, Action::SettingSet(key, value.clone())).await?);
        }
    }
    let values = with([("quiet_from", from.as_str()), ("quiet_to", until.as_str())]);
    Ok(Reply::Screen(
        Screen::new(words.html("settings-quiet-confirm", values)).row([
            Button::once(words.label("button-confirm"), to(Go::QuietSet(plans))),
            Button::to(words.label("button-cancel"), to(Go::Home)),
        ]),
    ))
}

/// The confirm was pressed.
pub(super) async fn set(visit: &Visit, plans: Vec<PlanId>) -> Result<Reply, Fault> {
    for plan in plans {
        acts::apply(&visit.desk, visit.by(), plan, Proof::Confirmed).await?;
    }
    let words = &visit.words;
    Ok(Reply::Screen(super::home::screen(
        words,
        &loaded(visit).config,
    )))
}

async fn plan(visit: &Visit, action: Action) -> Result<PlanId, Fault> {
    let asked = visit.ask(|stub, context, by| {
        let action = action.clone();
        async move { stub.plan(context, by, action).await }
    });
    Ok(asked.await?.id)
}

fn cancellable(words: &Words, html: String) -> Screen {
    let back = go::Go::Drop {
        back: Box::new(to(Go::Home)),
    };
    Screen::new(html).row([Button::to(words.label("button-cancel"), back)])
}

/// `22:00-07:00` with any dash, `22.00` as many write it, or a word for none; empty ends mean none.
fn parse(text: &str) -> Option<(String, String)> {
    let text = text.trim().to_lowercase();
    if NONE.contains(&text.as_str()) {
        return Some((String::new(), String::new()));
    }
    let (from, until) = text.split_once(['-', '–', '—'])?;
    Some((clock(from)?, clock(until)?))
}

/// A time of day as the file wants it, `HH:MM`.
fn clock(text: &str) -> Option<String> {
    let (hour, minute) = text.trim().split_once([':', '.'])?;
    let number = |digits: &str, most: u8| {
        let short =
            !digits.is_empty() && digits.len() <= 2 && digits.bytes().all(|b| b.is_ascii_digit());
        digits
            .parse::<u8>()
            .ok()
            .filter(|number| short && *number <= most)
    };
    Some(format!(
        "{:02}:{:02}",
        number(hour, 23)?,
        number(minute, 59)?
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(from: &str, until: &str) -> Option<(String, String)> {
        Some((from.to_owned(), until.to_owned()))
    }

    #[test]
    fn hours_are_read_as_people_write_them() {
        assert_eq!(parse("22:00-06:30"), hours("22:00", "06:30"));
        assert_eq!(parse(" 9.05 – 10.00 "), hours("09:05", "10:00"));
        assert_eq!(parse("OFF"), hours("", ""));
        for bad in [
            "22:00",
            "24:00-06:00",
            "22:60-06:00",
            "a-b",
            "",
            "+1:00-02:00",
            "022:00-1:00",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
