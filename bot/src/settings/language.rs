//! One's own language. Changed at once, and the next screen speaks it.

use potion_proto::actions::{Action, Proof};
use potion_proto::admins::Language;

use super::{Go, home, loaded, to};
use crate::acts;
use crate::admins;
use crate::fault::Fault;
use crate::reply::Reply;
use crate::screen::{Button, Screen};
use crate::visit::Visit;
use crate::words::Words;

/// The screen.
pub(super) fn screen(words: &Words) -> Screen {
    let spoken = [
        ("settings-language-id", Language::Id),
        ("settings-language-en", Language::En),
    ];
    let button =
        |(key, language): (&str, Language)| Button::to(words.label(key), to(Go::Speak(language)));
    Screen::new(words.say("settings-language"))
        .row(spoken.map(button))
        .back(words, to(Go::Home))
}

/// Speaks this language from now on.
pub(super) async fn speak(visit: &Visit, language: Language) -> Result<Reply, Fault> {
    let asked = visit.ask(|stub, context, by| async move {
        stub.plan(context, by, Action::AdminLanguage(language))
            .await
    });
    let plan = asked.await?.id;
    acts::apply(&visit.desk, visit.by(), plan, Proof::Confirmed).await?;
    admins::refresh(&visit.desk).await?;
    let words = visit.desk.words_of(Some(language));
    Ok(Reply::Screen(home::screen(&words, &loaded(visit).config)))
}
