//! Buttons as Telegram holds them: a short opaque id, and here what it stands for.
//!
//! An id is bound to its user, its message, what it does and its expiry. It says nothing to whoever finds it,
//! cannot be guessed, and works for nobody else.

use std::time::Duration;

use potion_proto::names::TelegramId;
use rusqlite::{Connection, OptionalExtension, Row, params};
use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup};

use crate::clock::now_ms;
use crate::go::Go;
use crate::screen::Button;
use crate::state::{State, StateError};

pub(crate) const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS buttons(
        id TEXT PRIMARY KEY, user INTEGER NOT NULL, message INTEGER, sheet INTEGER NOT NULL, go TEXT NOT NULL,
        aside INTEGER NOT NULL, once INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0, expires INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS buttons_by_message ON buttons(user, message);
    CREATE INDEX IF NOT EXISTS buttons_by_sheet ON buttons(sheet)";

/// Random bytes of an id.
const ID_BYTES: usize = 12;
/// The newest buttons of one message that work; older ones belong to what it showed long ago.
const PER_MESSAGE_MAX: u32 = 100;
/// The newest buttons of all that work.
const ALL_MAX: u32 = 20_000;
/// Characters of a label; Telegram cuts what does not fit the screen anyway.
const LABEL_MAX_CHARS: usize = 60;

/// The buttons of one message that is not sent yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sheet(i64);

/// What a press came to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Pressed {
    /// It leads there; `aside`: as a message of its own.
    Go { go: Go, aside: bool },
    /// It was good once and has been pressed.
    Used(Go),
    /// There is no such button for this person on this message, or no longer.
    Stale,
}

/// Makes ids for rows of buttons. `message`: the one they will hang on, when it is there already.
pub(crate) fn mint(
    state: &State,
    user: TelegramId,
    message: Option<i32>,
    rows: &[Vec<Button>],
    keep: Duration,
) -> Result<(InlineKeyboardMarkup, Sheet), StateError> {
    let sheet = Sheet(i64::from_le_bytes(random()));
    let expires = now_ms().saturating_add(i64::try_from(keep.as_millis()).unwrap_or(i64::MAX));
    let mut keyboard = Vec::new();
    let mut records = Vec::new();
    for row in rows {
        let mut labels = Vec::new();
        for button in row {
            let id = id();
            labels.push(InlineKeyboardButton::callback(label(&button.label), &id));
            records.push((
                id,
                serde_json::to_string(&button.go)?,
                button.aside,
                button.once,
            ));
        }
        keyboard.push(labels);
    }
    if !records.is_empty() {
        state.with(|connection| {
            let write = connection.transaction()?;
            for (id, go, aside, once) in &records {
                write.execute(
                    "INSERT INTO buttons(id, user, message, sheet, go, aside, once, expires)
                     VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                    params![id, user.get(), message, sheet.0, go, aside, once, expires],
                )?;
            }
            prune(&write, user, message)?;
            write.commit()
        })?;
    }
    Ok((InlineKeyboardMarkup::new(keyboard), sheet))
}

/// Binds buttons to the message that was sent with them.
pub(crate) fn bind(state: &State, sheet: Sheet, message: i32) -> Result<(), StateError> {
    state.with(|c| {
        c.execute(
            "UPDATE buttons SET message = ?2 WHERE sheet = ?1",
            (sheet.0, message),
        )
        .map(drop)
    })
}

/// Takes a press. A button that is good once is used up by this.
pub(crate) fn press(
    state: &State,
    user: TelegramId,
    message: i32,
    id: &str,
) -> Result<Pressed, StateError> {
    state.with(|connection| {
        let write = connection.transaction()?;
        let found = write
            .query_row(
                "SELECT go, aside, once, used FROM buttons
                 WHERE id = ?1 AND user = ?2 AND (message = ?3 OR message IS NULL) AND expires > ?4",
                params![id, user.get(), message, now_ms()],
                read,
            )
            .optional()?;
        let Some((go, aside, once, used)) = found else {
            return Ok(Pressed::Stale);
        };
        if once && used {
            return Ok(Pressed::Used(go));
        }
        write.execute("UPDATE buttons SET used = 1, message = ?2 WHERE id = ?1", params![id, message])?;
        write.commit()?;
        Ok(Pressed::Go { go, aside })
    })
}

fn read(row: &Row<'_>) -> rusqlite::Result<(Go, bool, bool, bool)> {
    let text: String = row.get(0)?;
    let go = serde_json::from_str(&text).map_err(|_| rusqlite::Error::QueryReturnedNoRows)?;
    Ok((go, row.get(1)?, row.get(2)?, row.get(3)?))
}

fn prune(write: &Connection, user: TelegramId, message: Option<i32>) -> rusqlite::Result<()> {
    write.execute(
        "DELETE FROM buttons WHERE user = ?1 AND message = ?2 AND rowid <= (SELECT rowid FROM buttons
         WHERE user = ?1 AND message = ?2 ORDER BY rowid DESC LIMIT 1 OFFSET ?3)",
        params![user.get(), message, PER_MESSAGE_MAX],
    )?;
    write.execute(
        "DELETE FROM buttons WHERE rowid <= (SELECT max(rowid) FROM buttons) - ?1",
        [ALL_MAX],
    )?;
    Ok(())
}

/// Forgets what has expired; at start-up.
pub(crate) fn forget_expired(state: &State) -> Result<(), StateError> {
    state.with(|c| {
        c.execute("DELETE FROM buttons WHERE expires <= ?1", [now_ms()])
            .map(drop)
    })
}

fn label(text: &str) -> String {
    let line = text.replace(['\n', '\r'], " ");
    let cut: String = line.chars().take(LABEL_MAX_CHARS).collect();
    if cut.trim().is_empty() {
        "·".to_owned()
    } else {
        cut
    }
}

fn id() -> String {
    let bytes: [u8; ID_BYTES] = random();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The kernel's random bytes; it has always some, once it is up.
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the kernel gives random bytes (getrandom(2))");
    bytes
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use super::*;
    use teloxide::types::InlineKeyboardButtonKind;

    const HOUR: Duration = Duration::from_secs(3600);

    fn user(id: i64) -> TelegramId {
        TelegramId::new(id).unwrap()
    }

    fn minted(state: &State, button: Button, keep: Duration) -> String {
        let (keyboard, _) = mint(state, user(7), Some(10), &[vec![button]], keep).unwrap();
        match &keyboard.inline_keyboard[0][0].kind {
            InlineKeyboardButtonKind::CallbackData(id) => id.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_button_works_for_its_person_on_its_message_until_it_expires() {
        let dir = tempfile::tempdir().unwrap();
        let state = State::open(dir.path()).unwrap();
        let id = minted(&state, Button::to("Menu", Go::Menu), HOUR);
        assert!(id.len() <= 64);
        let good = Pressed::Go {
            go: Go::Menu,
            aside: false,
        };
        assert_eq!(press(&state, user(7), 10, &id).unwrap(), good);
        assert_eq!(press(&state, user(7), 10, &id).unwrap(), good);
        assert_eq!(press(&state, user(8), 10, &id).unwrap(), Pressed::Stale);
        assert_eq!(press(&state, user(7), 11, &id).unwrap(), Pressed::Stale);
        assert_eq!(press(&state, user(7), 10, "0000").unwrap(), Pressed::Stale);
        let old = minted(&state, Button::to("Menu", Go::Menu), Duration::ZERO);
        assert_eq!(press(&state, user(7), 10, &old).unwrap(), Pressed::Stale);
    }

    #[test]
    fn a_confirm_button_is_good_once_even_over_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let id = minted(
            &State::open(dir.path()).unwrap(),
            Button::once("Ya", Go::Menu),
            HOUR,
        );
        let state = State::open(dir.path()).unwrap();
        assert!(matches!(
            press(&state, user(7), 10, &id).unwrap(),
            Pressed::Go { .. }
        ));
        drop(state);
        let state = State::open(dir.path()).unwrap();
        assert_eq!(
            press(&state, user(7), 10, &id).unwrap(),
            Pressed::Used(Go::Menu)
        );
    }

    #[test]
    fn a_message_that_is_refreshed_for_ever_keeps_its_newest_buttons_only() {
        let dir = tempfile::tempdir().unwrap();
        let state = State::open(dir.path()).unwrap();
        let first = minted(&state, Button::to("Menu", Go::Menu), HOUR);
        for _ in 0..=PER_MESSAGE_MAX {
            minted(&state, Button::to("Menu", Go::Menu), HOUR);
        }
        assert_eq!(press(&state, user(7), 10, &first).unwrap(), Pressed::Stale);
        let rows: u32 = state
            .with(|c| c.query_row("SELECT count(*) FROM buttons", [], |r| r.get(0)))
            .unwrap();
        assert_eq!(rows, PER_MESSAGE_MAX);
    }
}
