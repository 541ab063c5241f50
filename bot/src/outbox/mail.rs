//! One letter becomes a message: a new one, an edit of the live one, or a reply that takes its place.

use jiff::Zoned;
use potion_config::Config;
use potion_proto::admins::Admin;
use potion_proto::events::News;

use super::letter::Letter;
use super::shelf::{self, Live, Waiting};
use crate::clock::now_ms;
use crate::desk::Desk;
use crate::fault::Fault;
use crate::jobs;
use crate::news::{self, Teller};
use crate::post::{Place, Post};
use crate::telegram::Manner;
use crate::words;

/// A job that was over sooner needs no message of its own: who started it saw the end in its live message.
const SHORT_JOB_MS: i64 = 15_000;

/// Sends a letter and strikes it out.
pub(super) async fn send(desk: &Desk, waiting: &Waiting) -> Result<(), Fault> {
    let Some(admin) = desk.admins.find(waiting.user) else {
        return Ok(shelf::forget(&desk.state, waiting.user)?);
    };
    let loaded = desk.loaded();
    let words = loaded.words(admin.language.map(words::language));
    let teller = Teller {
        words: &words,
        admin: &admin,
        host: &desk.host(),
        admins: &desk.admins,
    };
    if let Letter::Pointer { message, about } = &waiting.letter {
        return point(desk, waiting, *message, &news::pointer(&teller, about)).await;
    }
    let live = waiting
        .letter
        .key()
        .map(|key| shelf::live(&desk.state, &key, admin.id))
        .transpose()?
        .flatten();
    let silent = is_silent(&loaded.config, &waiting.letter);
    let way = way(desk, &admin, &waiting.letter, live, silent)?;
    let post = Post {
        desk,
        to: admin.id,
        patient: false,
    };
    let message = post
        .show(&news::screen(&teller, &waiting.letter), way.place)
        .await?;
    Ok(shelf::done(
        &desk.state,
        waiting,
        message,
        way.pointer.as_ref(),
    )?)
}

/// How a letter goes out.
struct Way {
    place: Place,
    /// Shrinks the message that was the live one.
    pointer: Option<Letter>,
}

fn way(
    desk: &Desk,
    admin: &Admin,
    letter: &Letter,
    live: Option<Live>,
    silent: bool,
) -> Result<Way, Fault> {
    let new = |reply_to| {
        Place::New(Manner {
            silent,
            reply_to,
            plain: false,
        })
    };
    let Some(live) = live else {
        return Ok(Way {
            place: of_job(desk, admin, letter, silent)?.unwrap_or(new(None)),
            pointer: None,
        });
    };
    if !letter.is_new_message(&live.stage) {
        return Ok(Way {
            place: Place::Edit(live.message),
            pointer: None,
        });
    }
    let pointer = match letter {
        Letter::Event(event) => Some(Letter::Pointer {
            message: live.message,
            about: event.clone(),
        }),
        _ => None,
    };
    Ok(Way {
        place: new(Some(live.message)),
        pointer,
    })
}

/// The end of a job that somebody watches: in its live message when it was short, else as a reply to it.
fn of_job(
    desk: &Desk,
    admin: &Admin,
    letter: &Letter,
    silent: bool,
) -> Result<Option<Place>, Fault> {
    let Letter::Event(event) = letter else {
        return Ok(None);
    };
    let News::JobEnded(job) = &event.news else {
        return Ok(None);
    };
    let Some(message) = jobs::watched(desk, job.id, admin.id)? else {
        return Ok(None);
    };
    let took = job.ended.map_or(0, |ended| ended.0 - job.at.0);
    if took < SHORT_JOB_MS {
        return Ok(Some(Place::Edit(message)));
    }
    Ok(Some(Place::New(Manner {
        silent,
        reply_to: Some(message),
        plain: false,
    })))
}

async fn point(desk: &Desk, waiting: &Waiting, message: i32, html: &str) -> Result<(), Fault> {
    let edited = desk
        .telegram
        .edit(waiting.user, message, html, Default::default(), false)
        .await;
    match edited {
        Err(refusal) if refusal.is_passing() => Err(refusal.into()),
        Ok(()) | Err(_) => Ok(shelf::done(&desk.state, waiting, message, None)?),
    }
}

/// Muted classes, muted incidents and quiet hours send without a sound; nothing is ever dropped.
fn is_silent(config: &Config, letter: &Letter) -> bool {
    let notify = config.notify();
    let now = Zoned::now();
    let minute = now.hour().unsigned_abs() as u16 * 60 + u16::from(now.minute().unsigned_abs());
    !letter.is_sounding()
        || notify.is_muted(letter.class())
        || notify.quiet().is_some_and(|quiet| quiet.contains(minute))
        || is_muted(letter)
}

fn is_muted(letter: &Letter) -> bool {
    let Letter::Event(event) = letter else {
        return false;
    };
    let News::Incident(incident) = &event.news else {
        return false;
    };
    incident.muted_until.is_some_and(|until| until.0 > now_ms())
}
