//! The list of commands that Telegram offers, in both languages.

use std::sync::Arc;
use std::time::Duration;

use potion_config::Language;
use teloxide::types::BotCommand;

use crate::desk::Desk;
use crate::live::Loaded;
use crate::schema::COMMANDS;
use crate::telegram::Refusal;

/// The first pause after a try that failed; it doubles up to [`PAUSE_MAX`].
const PAUSE: Duration = Duration::from_secs(1);
/// The longest pause.
const PAUSE_MAX: Duration = Duration::from_secs(300);

/// Sets the list, and anew whenever the configuration has changed.
pub(crate) async fn keep(desk: Arc<Desk>) {
    let mut set: Option<Arc<Loaded>> = None;
    let mut pause = PAUSE;
    loop {
        let loaded = desk.loaded();
        if set.as_ref().is_some_and(|set| Arc::ptr_eq(set, &loaded)) {
            desk.live.changed().await;
            continue;
        }
        match set_all(&desk, &loaded).await {
            Ok(()) => {
                set = Some(loaded);
                pause = PAUSE;
            }
            Err(refusal) => {
                tracing::warn!(%refusal, "the list of commands is not set yet");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(PAUSE_MAX);
            }
        }
    }
}

/// One list for each language, and the configuration's for all others.
async fn set_all(desk: &Desk, loaded: &Loaded) -> Result<(), Refusal> {
    desk.telegram.commands(list(loaded, None), None).await?;
    for language in [Language::Id, Language::En] {
        desk.telegram
            .commands(list(loaded, Some(language)), Some(language.word()))
            .await?;
    }
    Ok(())
}

fn list(loaded: &Loaded, language: Option<Language>) -> Vec<BotCommand> {
    let words = loaded.words(language);
    COMMANDS
        .iter()
        .map(|(name, key)| BotCommand::new(*name, words.label(key)))
        .collect()
}
