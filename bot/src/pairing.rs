//! `/start CODE` from somebody we do not know: the one thing that a stranger is heard with.
//!
//! The code goes to the agent, which decides. A wrong one is answered with silence, and the tries are capped
//! here, over all ids, before the agent caps them once more.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use potion_proto::admins::{Admin, Person};
use potion_proto::names::PairingCode;

use crate::admins;
use crate::desk::Desk;
use crate::fault::Fault;
use crate::go::Go;
use crate::incoming::{Incoming, Sender};
use crate::post::{Place, Post};
use crate::screen::{Button, Screen};
use crate::telegram::Manner;
use crate::words::{Words, spoken, with};

/// Tries of all strangers together within [`WHILE`].
const TRIES_MAX: u32 = 20;
/// How long they are counted.
const WHILE: Duration = Duration::from_secs(600);
/// Characters of a name that count.
const NAME_MAX_CHARS: usize = 128;

/// The tries of a while.
#[derive(Debug)]
pub(crate) struct Tries(Mutex<(Instant, u32)>);

impl Default for Tries {
    fn default() -> Self {
        Self(Mutex::new((Instant::now(), 0)))
    }
}

impl Tries {
    fn one_more(&self) -> bool {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.0.elapsed() > WHILE {
            *tries = (Instant::now(), 0);
        }
        tries.1 += 1;
        tries.1 <= TRIES_MAX
    }
}

/// Redeems a code, and welcomes whom the agent took.
pub(crate) async fn redeem(
    desk: &Desk,
    tries: &Tries,
    incoming: &Incoming,
    code: &str,
) -> Result<(), Fault> {
    let from = &incoming.from;
    let Ok(code) = PairingCode::new(code) else {
        tracing::warn!(from = %from.id, "a stranger tried something that is no pairing code");
        return Ok(());
    };
    if !tries.one_more() {
        tracing::warn!(from = %from.id, "too many pairing codes were tried; this one is not looked at");
        return Ok(());
    }
    let asked = desk
        .act(|stub, context| async move { stub.admin_redeem(context, code, person(from)).await });
    match asked.await {
        Ok(admin) => {
            tracing::info!(who = %admin.id, "paired");
            drop(admins::refresh(desk).await);
            desk.learn_host().await;
            welcome(desk, &admin).await
        }
        Err(error) => {
            tracing::warn!(from = %from.id, %error, "a pairing code was refused");
            Ok(())
        }
    }
}

fn person(from: &Sender) -> Person {
    Person {
        id: from.id,
        name: from.name.chars().take(NAME_MAX_CHARS).collect(),
        language: spoken(from.language.as_deref()),
    }
}

async fn welcome(desk: &Desk, admin: &Admin) -> Result<(), Fault> {
    let words = desk.words_of(admin.language);
    let post = Post {
        desk,
        to: admin.id,
        patient: true,
    };
    post.show(
        &screen(&words, admin, &desk.host()),
        Place::New(Manner::default()),
    )
    .await
    .map(drop)
}

fn screen(words: &Words, admin: &Admin, host: &str) -> Screen {
    let role = words.label(crate::words::role(admin.role));
    let values = with([
        ("name", admin.name.as_str()),
        ("role", &role),
        ("host", host),
    ]);
    let html = words.html("pairing-ok", values);
    Screen::new(html).row([Button::to(words.label("button-menu"), Go::Menu)])
}
