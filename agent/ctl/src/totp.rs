//! `potionctl totp …`.

use clap::Subcommand;
use potion_proto::actions::{Action, Applied};
use potion_proto::names::{TelegramId, TotpCode};

use crate::admins::Person;
use crate::agent::Agent;
use crate::output::note;
use crate::terminal;
use crate::trouble::Trouble;

/// How often a first code may be mistyped.
const TRIES: usize = 5;

/// What can be asked of authenticators.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Give an admin a new secret: shows a QR code, then asks for the first code.
    Enrol(Person),
    /// Take an admin's secret away.
    Reset(Person),
    /// Open the lock after wrong codes.
    Unlock(Person),
}

impl Verb {
    /// Does it.
    pub(crate) async fn run(self, agent: &Agent) -> Result<(), Trouble> {
        match self {
            Self::Enrol(person) => enrol(agent, person.id).await,
            Self::Reset(person) => agent.act(Action::TotpReset(person.id)).await,
            Self::Unlock(person) => agent.act(Action::TotpUnlock(person.id)).await,
        }
    }
}

/// Makes a secret, shows it, and puts it in force with its first code.
pub(crate) async fn enrol(agent: &Agent, id: TelegramId) -> Result<(), Trouble> {
    let applied = agent.apply(Action::TotpEnrol(id)).await?;
    let Applied::Enrolled { uri, secret } = applied else {
        return Err(Trouble::Outcome("potiond gave no secret".to_owned()));
    };
    note(&format!(
        "{}\nScan this with an authenticator app, or type the secret: {secret}",
        terminal::qr(&uri)
    ));
    for _ in 0..TRIES {
        let typed = terminal::ask("The six digits it shows:")?;
        let Ok(code) = TotpCode::new(typed.replace(' ', "")) else {
            note("That is not six digits.");
            continue;
        };
        match agent.apply(Action::TotpConfirm(id, code)).await {
            Ok(done) => return agent.output.say(&done, "The authenticator is enrolled."),
            Err(trouble) => note(&trouble.to_string()),
        }
    }
    Err(Trouble::Outcome(format!(
        "no code fitted: check the clocks of phone and server (`timedatectl`), then `sudo potionctl totp enrol {id}`"
    )))
}
