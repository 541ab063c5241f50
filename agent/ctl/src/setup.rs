//! `potionctl setup`: from a fresh install to a paired owner, in one walk. Each step can be done again;
//! what is done already is kept unless the person wants otherwise.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::Args;
use potion_config::Config;
use potion_proto::actions::{Action, Applied};
use potion_proto::admins::{Admin, Role};
use potion_proto::events::{News, Seq};
use potion_proto::names::TelegramId;

use crate::agent::{Agent, ME};
use crate::output::note;
use crate::trouble::Trouble;
use crate::{admins, programs, telegram, terminal, totp};

/// How long one wait for the pairing lasts before it asks again, in milliseconds.
const WAIT_MS: u32 = 55_000;
/// Waits before set-up gives up on the pairing: with [`WAIT_MS`], a pairing code's life.
const WAITS: usize = 16;

/// The first set-up.
#[derive(Debug, Args)]
pub(crate) struct Setup {
    /// Read the bot's token from this file instead of asking.
    #[arg(long)]
    token_file: Option<PathBuf>,
    /// Do not enrol an authenticator now; dangerous acts stay refused from the bot until you do.
    #[arg(long)]
    no_totp: bool,
    /// The configuration.
    #[arg(long, default_value = "/etc/potion/config.toml", hide = true)]
    config: PathBuf,
    /// Where secrets stand.
    #[arg(long, default_value = "/etc/potion/secrets", hide = true)]
    secrets: PathBuf,
}

impl Setup {
    /// Walks through it.
    pub(crate) async fn run(self, agent: &Agent) -> Result<(), Trouble> {
        if !nix::unistd::geteuid().is_root() {
            return Err(Trouble::Usage(
                "set-up writes secrets: run `sudo potionctl setup`".to_owned(),
            ));
        }
        let config = Config::load(&self.config)?;
        note("1/5  The bot's token");
        let bot = self.token(&config).await?;
        note("2/5  The disk");
        disk(agent).await?;
        note("3/5  The bot");
        start_bot()?;
        note("4/5  You");
        let owner = owner(agent, &bot).await?;
        note("5/5  Your authenticator");
        self.authenticator(agent, owner).await?;
        note(&format!(
            "\nAll set. Open https://t.me/{bot} and press Start."
        ));
        Ok(())
    }

    /// Gets a token that Telegram accepts into its file; returns the bot's user name.
    async fn token(&self, config: &Config) -> Result<String, Trouble> {
        let file = self.secrets.join(config.telegram().token());
        let kept = fs::read_to_string(&file)
            .ok()
            .filter(|_| self.token_file.is_none());
        let token = match kept {
            Some(token) => token.trim().to_owned(),
            None => self.new_token()?,
        };
        let me = telegram::get_me(config.telegram().api_url(), &token).await?;
        write_secret(&file, &token)?;
        note(&format!("     The token belongs to @{}.", me.username));
        Ok(me.username)
    }

    fn new_token(&self) -> Result<String, Trouble> {
        let typed = match &self.token_file {
            Some(file) => fs::read_to_string(file)?,
            None => terminal::ask_secret(
                "     Paste the token that @BotFather gave you (it is not shown):",
            )?,
        };
        let token = typed.trim().to_owned();
        if telegram::looks_like_token(&token) {
            Ok(token)
        } else {
            Err(Trouble::Usage(
                "that is no bot token: it looks like 123456789:AA…".to_owned(),
            ))
        }
    }

    async fn authenticator(&self, agent: &Agent, owner: Admin) -> Result<(), Trouble> {
        if owner.totp {
            note("     It is enrolled already.");
            return Ok(());
        }
        if self.no_totp {
            note(&format!(
                "     Later: `sudo potionctl totp enrol {}`.",
                owner.id
            ));
            return Ok(());
        }
        totp::enrol(agent, owner.id).await
    }
}

/// Writes beside the file, then renames: a token is whole or not there.
fn write_secret(file: &Path, secret: &str) -> Result<(), Trouble> {
    let beside = file.with_extension("new");
    fs::remove_file(&beside).ok();
    let mut out = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)?;
    out.write_all(secret.as_bytes())?;
    out.sync_all()?;
    fs::rename(&beside, file)?;
    Ok(())
}

async fn disk(agent: &Agent) -> Result<(), Trouble> {
    match agent.apply(Action::FilesRootRecord).await {
        Ok(Applied::FilesRoot { filesystem }) => note(&format!("     Recorded {filesystem}.")),
        Ok(_) => {}
        // A disk that is not there yet must not keep the owner from the bot.
        Err(Trouble::Call(error)) if error.code().is_some() => {
            note(&format!(
                "     Skipped: {error}. Mount it and run set-up again."
            ));
        }
        Err(trouble) => return Err(trouble),
    }
    Ok(())
}

fn start_bot() -> Result<(), Trouble> {
    let restarted = programs::run("/usr/bin/systemctl", &["restart", "potion-bot.service"])?;
    if restarted.status.success() {
        Ok(())
    } else {
        Err(Trouble::Outcome(
            "potion-bot did not start: see `journalctl -u potion-bot -n 20`".to_owned(),
        ))
    }
}

/// The first owner there is, paired now when there is none.
async fn owner(agent: &Agent, bot: &str) -> Result<Admin, Trouble> {
    if let Some(owner) = find_owner(agent, None).await? {
        note(&format!("     {} ({}) is the owner.", owner.name, owner.id));
        return Ok(owner);
    }
    let mut cursor = head(agent).await?;
    admins::add(agent, Role::Owner, Some(bot)).await?;
    note("     Waiting for you to press Start in Telegram…");
    for _ in 0..WAITS {
        let page = agent
            .poll(WAIT_MS, |stub, ctx| async move {
                stub.events_after(ctx, ME, cursor, 100, WAIT_MS).await
            })
            .await?;
        for event in page.events {
            cursor = event.seq;
            let News::Paired { id, .. } = event.news else {
                continue;
            };
            if let Some(owner) = find_owner(agent, Some(id)).await? {
                note(&format!("     Welcome, {}.", owner.name));
                return Ok(owner);
            }
        }
    }
    Err(Trouble::Outcome(
        "nobody pressed Start in time: run `sudo potionctl setup` again".to_owned(),
    ))
}

async fn head(agent: &Agent) -> Result<Seq, Trouble> {
    let page = agent
        .read(|stub, ctx| async move { stub.events_after(ctx, ME, Seq(u64::MAX >> 1), 1, 0).await })
        .await?;
    Ok(page.head)
}

async fn find_owner(agent: &Agent, id: Option<TelegramId>) -> Result<Option<Admin>, Trouble> {
    let admins = admins::list(agent).await?;
    let fits = |admin: &Admin| admin.role == Role::Owner && id.is_none_or(|id| id == admin.id);
    Ok(admins.into_iter().find(fits))
}
