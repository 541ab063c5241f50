//! Settings: one's language, what rings, quiet hours, thresholds, every other key, who the admins are.

mod about;
mod classes;
mod home;
mod keys;
mod language;
mod quiet;
mod steps;

use std::sync::Arc;

use potion_proto::actions::Action;
use potion_proto::actions::PlanId;
use potion_proto::admins;
use potion_proto::client::CallError;
use potion_proto::failure::Code;
use potion_proto::names::SettingKey;
use potion_proto::settings::Setting;
use serde::{Deserialize, Serialize};

use crate::acts;
use crate::fault::{self, Fault};
use crate::go;
use crate::live::Loaded;
use crate::prompts::{self, Prompt};
use crate::reply::Reply;
use crate::screen::{Button, Screen};
use crate::visit::Visit;

/// Where a button of this noun leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Go {
    /// What is set now.
    Home,
    /// One's own language.
    Language,
    /// Speaks this language from now on.
    Speak(admins::Language),
    /// What may ring.
    Classes,
    /// Asks for quiet hours.
    Quiet,
    /// Applies the plans of new quiet hours; good once.
    QuietSet(Vec<PlanId>),
    /// Numbers that are changed in steps.
    Steps,
    /// The parts of the file.
    Sections,
    /// A page of one part's keys.
    Section { name: String, page: usize },
    /// One key.
    Key(SettingKey),
    /// Asks for its new value.
    Edit(SettingKey),
    /// Who may use the bot.
    Admins,
    /// Which programs these are.
    About,
}

/// Opens a screen of this noun.
pub(crate) async fn open(visit: &Visit, go: Go) -> Result<Reply, Fault> {
    let words = &visit.words;
    let role = visit.admin.role;
    let screen = match go {
        Go::Home => home::screen(words, &loaded(visit).config),
        Go::Language => language::screen(words),
        Go::Speak(spoken) => return language::speak(visit, spoken).await,
        Go::Classes => classes::screen(words, loaded(visit).config.notify(), role),
        Go::Quiet => return quiet::ask(visit),
        Go::QuietSet(plans) => return quiet::set(visit, plans).await,
        Go::Steps => steps::screen(words, &list(visit).await?, role),
        Go::Sections => keys::sections_screen(words, &list(visit).await?),
        Go::Section { name, page } => keys::section_screen(
            words,
            &list(visit).await?,
            &name,
            page,
            visit.config().menu().page_rows(),
        ),
        Go::Key(key) => keys::key_screen(words, &list(visit).await?, &key, role),
        Go::Edit(key) => return edit(visit, key).await,
        Go::Admins => {
            let asked =
                visit.ask(|stub, context, by| async move { stub.admin_list(context, by).await });
            about::admins_screen(words, &asked.await?)
        }
        Go::About => {
            let asked =
                visit.ask(|stub, context, by| async move { stub.host_status(context, by).await });
            about::screen(words, &asked.await?)
        }
    };
    Ok(Reply::Screen(screen))
}

/// The configuration as it is this moment: a change may be younger than the visit.
fn loaded(visit: &Visit) -> Arc<Loaded> {
    visit.desk.live.refresh();
    visit.desk.loaded()
}

async fn list(visit: &Visit) -> Result<Vec<Setting>, Fault> {
    Ok(visit
        .ask(|stub, context, by| async move { stub.setting_list(context, by).await })
        .await?)
}

async fn edit(visit: &Visit, key: SettingKey) -> Result<Reply, Fault> {
    let screen = keys::edit_screen(&visit.words, &list(visit).await?, &key);
    prompts::begin(visit, Prompt::Setting { key })?;
    Ok(Reply::Screen(screen))
}

/// A new value came for a key. One that does not fit is asked for again.
pub(crate) async fn answered(visit: &Visit, key: SettingKey, text: &str) -> Result<Reply, Fault> {
    let back = to(Go::Key(key.clone()));
    let action = Action::SettingSet(key, text.trim().to_owned());
    match acts::begin(visit, action, back.clone()).await {
        Err(Fault::Call(CallError::Failure(failure))) if failure.code == Code::Invalid => {
            let cancel = Button::to(
                visit.words.label("button-cancel"),
                go::Go::Drop {
                    back: Box::new(back),
                },
            );
            Ok(Reply::Screen(
                Screen::new(fault::of_failure(&visit.words, &failure)).row([cancel]),
            ))
        }
        planned => {
            prompts::end(&visit.desk.state, visit.id())?;
            planned
        }
    }
}

/// Quiet hours came.
pub(crate) async fn quiet_answered(visit: &Visit, text: &str) -> Result<Reply, Fault> {
    quiet::answered(visit, text).await
}

fn to(go: Go) -> go::Go {
    go::Go::Settings(go)
}

/// A key of ours; None for a name that is no key.
fn key(name: &str) -> Option<SettingKey> {
    SettingKey::new(name).ok()
}

#[cfg(test)]
mod samples {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use potion_proto::names::SettingKey;
    use potion_proto::settings::{Applies, Setting};

    pub(super) fn setting(key: &str, value: &str) -> Setting {
        Setting {
            key: SettingKey::new(key).unwrap(),
            value: value.to_owned(),
            default: value.to_owned(),
            doc: "What it <means>.".to_owned(),
            local: key.starts_with("units."),
            applies: Applies::Now,
        }
    }
}
