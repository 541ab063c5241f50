//! `potionctl admin …`.

use clap::{Args, Subcommand, ValueEnum};
use potion_proto::actions::{Action, Applied};
use potion_proto::admins::{Admin, Role};
use potion_proto::names::TelegramId;

use crate::agent::{Agent, ME};
use crate::output::{table, word};
use crate::trouble::Trouble;
use crate::{terminal, when};

/// What can be asked of admins.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the admins.
    List,
    /// Make a pairing code for a new admin.
    Add {
        /// What they may do.
        #[arg(long, default_value = "operator")]
        role: RoleWord,
        /// The bot's user name, to print a link and a QR code.
        #[arg(long)]
        bot: Option<String>,
    },
    /// Remove a paired admin.
    Remove(Person),
    /// Change a paired admin's role.
    Role {
        #[command(flatten)]
        person: Person,
        /// What they may do.
        role: RoleWord,
    },
}

/// An admin.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Person {
    /// Their Telegram user id.
    #[arg(value_parser = telegram_id)]
    pub(crate) id: TelegramId,
}

fn telegram_id(word: &str) -> Result<TelegramId, String> {
    let id: i64 = word
        .parse()
        .map_err(|_| "a Telegram user id is a number".to_owned())?;
    TelegramId::new(id).map_err(|refused| refused.to_string())
}

/// A role as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RoleWord {
    /// Looks.
    Viewer,
    /// Acts.
    Operator,
    /// Acts dangerously, with a code.
    Owner,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Viewer => Self::Viewer,
            RoleWord::Operator => Self::Operator,
            RoleWord::Owner => Self::Owner,
        }
    }
}

impl Verb {
    /// Does it.
    pub(crate) async fn run(self, agent: &Agent) -> Result<(), Trouble> {
        match self {
            Self::List => show(agent).await,
            Self::Add { role, bot } => add(agent, role.into(), bot.as_deref()).await,
            Self::Remove(person) => agent.act(Action::AdminRemove(person.id)).await,
            Self::Role { person, role } => {
                agent.act(Action::AdminRole(person.id, role.into())).await
            }
        }
    }
}

/// All admins.
pub(crate) async fn list(agent: &Agent) -> Result<Vec<Admin>, Trouble> {
    agent
        .read(|stub, ctx| async move { stub.admin_list(ctx, ME).await })
        .await
}

async fn show(agent: &Agent) -> Result<(), Trouble> {
    let admins = list(agent).await?;
    let row = |admin: &Admin| {
        vec![
            admin.id.to_string(),
            admin.name.clone(),
            word(&admin.role),
            if admin.totp { "yes" } else { "no" }.to_owned(),
            if admin.configured {
                "config.toml"
            } else {
                "paired"
            }
            .to_owned(),
            when::show_or_dash(admin.paired),
        ]
    };
    agent.output.show(&admins, |admins| {
        let rows: Vec<Vec<String>> = admins.iter().map(row).collect();
        table(&["ID", "NAME", "ROLE", "TOTP", "FROM", "PAIRED"], &rows)
    })
}

/// Makes a code and shows it, with its link when the bot's user name is known.
pub(crate) async fn add(agent: &Agent, role: Role, bot: Option<&str>) -> Result<(), Trouble> {
    let applied = agent.apply(Action::AdminAdd(role)).await?;
    agent.output.show(&applied, |applied| match applied {
        Applied::Pairing { code, expires } => {
            let until = when::show(*expires);
            match bot {
                None => format!("Send this to your bot before {until}:\n\n/start {code}\n"),
                Some(bot) => {
                    let link = format!("https://t.me/{}?start={code}", bot.trim_start_matches('@'));
                    format!(
                        "{}\nOpen this link before {until}, and press Start:\n\n{link}\n",
                        terminal::qr(&link)
                    )
                }
            }
        }
        _ => String::new(),
    })
}
