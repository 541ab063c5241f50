//! `potionctl doctor`: each check with what was found and its fix.

use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use clap::Args;
use potion_config::{Catalogue, Config};
use potion_proto::admins::Role;
use serde::Serialize;

use crate::agent::{Agent, ME};
use crate::output::bytes;
use crate::trouble::Trouble;
use crate::{admins, programs, telegram};

/// Bytes that the state's filesystem should have free.
const STATE_FREE_MIN: u64 = 256 << 20;

/// Checks the installation.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Do not ask Telegram.
    #[arg(long)]
    offline: bool,
    /// The configuration.
    #[arg(long, default_value = "/etc/potion/config.toml", hide = true)]
    config: PathBuf,
    /// Where secrets stand.
    #[arg(long, default_value = "/etc/potion/secrets", hide = true)]
    secrets: PathBuf,
}

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Health {
    Fine,
    Better,
    Broken,
}

/// One check's finding.
#[derive(Debug, Serialize)]
struct Finding {
    check: &'static str,
    health: Health,
    found: String,
    fix: String,
}

fn fine(check: &'static str, found: impl Into<String>) -> Finding {
    Finding {
        check,
        health: Health::Fine,
        found: found.into(),
        fix: String::new(),
    }
}

fn better(check: &'static str, found: impl Into<String>, fix: impl Into<String>) -> Finding {
    Finding {
        check,
        health: Health::Better,
        found: found.into(),
        fix: fix.into(),
    }
}

fn broken(check: &'static str, found: impl Into<String>, fix: impl Into<String>) -> Finding {
    Finding {
        check,
        health: Health::Broken,
        found: found.into(),
        fix: fix.into(),
    }
}

impl Doctor {
    /// Checks everything; trouble when something is broken.
    pub(crate) async fn run(self, agent: &Agent) -> Result<(), Trouble> {
        let mut findings = self.configuration().await;
        findings.extend(["agent.sock", "fd.sock"].map(|name| socket(agent, name)));
        findings.extend(reachable(agent).await);
        findings.push(clock());
        findings.push(state_disk());
        findings.push(service("potiond.service"));
        findings.push(service("potion-bot.service"));
        findings.extend(tools());
        agent
            .output
            .show(&findings, |findings| findings.iter().map(line).collect())?;
        if findings
            .iter()
            .any(|finding| finding.health == Health::Broken)
        {
            return Err(Trouble::Outcome(
                "something is broken: see the fixes above".to_owned(),
            ));
        }
        Ok(())
    }

    async fn configuration(&self) -> Vec<Finding> {
        const CHECK: &str = "configuration";
        let loaded = Config::load(&self.config);
        match loaded.and_then(|config| Catalogue::new(&config).map(|_| config)) {
            Ok(config) => {
                let file = self.config.display().to_string();
                vec![fine(CHECK, file), self.token(&config).await]
            }
            Err(error) => vec![broken(
                CHECK,
                error.to_string(),
                format!("edit {}", self.config.display()),
            )],
        }
    }

    async fn token(&self, config: &Config) -> Finding {
        const CHECK: &str = "token";
        let file = self.secrets.join(config.telegram().token());
        let token = match fs::read_to_string(&file) {
            Ok(token) => token.trim().to_owned(),
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                return better(
                    CHECK,
                    "may not be read by you",
                    "run `sudo potionctl doctor`",
                );
            }
            Err(_) => return broken(CHECK, "there is none", "run `sudo potionctl setup`"),
        };
        let mode = fs::metadata(&file).map_or(0, |meta| meta.permissions().mode() & 0o777);
        if mode & 0o077 != 0 {
            return broken(
                CHECK,
                format!("others may read it (mode {mode:o})"),
                format!("chmod 600 {}", file.display()),
            );
        }
        if self.offline {
            return fine(CHECK, "is there (Telegram was not asked)");
        }
        match telegram::get_me(config.telegram().api_url(), &token).await {
            Ok(me) => fine(CHECK, format!("belongs to @{}", me.username)),
            Err(error) => broken(
                CHECK,
                error.to_string(),
                "check the network, or run `sudo potionctl setup` with a new token",
            ),
        }
    }
}

fn line(finding: &Finding) -> String {
    let mark = match finding.health {
        Health::Fine => "ok  ",
        Health::Better => "hint",
        Health::Broken => "BAD ",
    };
    let fix = if finding.fix.is_empty() {
        String::new()
    } else {
        format!("\n      → {}", finding.fix)
    };
    format!("{mark}  {}: {}{fix}\n", finding.check, finding.found)
}

fn socket(agent: &Agent, name: &'static str) -> Finding {
    const FIX: &str = "systemctl restart potiond.socket potiond-fd.socket";
    let path = agent.fd_socket().with_file_name(name);
    match fs::metadata(&path) {
        Ok(meta) if meta.file_type().is_socket() && meta.mode() & 0o777 == 0o660 => {
            fine(name, "0660")
        }
        Ok(meta) => broken(name, format!("odd mode {:o}", meta.mode() & 0o777), FIX),
        Err(error) => broken(name, error.to_string(), FIX),
    }
}

async fn reachable(agent: &Agent) -> Vec<Finding> {
    const CHECK: &str = "agent";
    let admins = match admins::list(agent).await {
        Ok(admins) => admins,
        Err(trouble) => {
            return vec![broken(
                CHECK,
                trouble.to_string(),
                "systemctl status potiond",
            )];
        }
    };
    let mut findings = vec![fine(
        CHECK,
        format!("answers, same version ({})", potion_proto::hello::BUILD),
    )];
    let owners: Vec<_> = admins
        .iter()
        .filter(|admin| admin.role == Role::Owner)
        .collect();
    findings.push(match owners.as_slice() {
        [] => broken("owner", "there is none", "run `sudo potionctl setup`"),
        owners if owners.iter().any(|owner| owner.totp) => fine("owner", owners[0].name.clone()),
        owners => better(
            "owner",
            "no authenticator, so dangerous acts are refused from the bot",
            format!("sudo potionctl totp enrol {}", owners[0].id),
        ),
    });
    findings.extend(files_root(agent).await);
    findings
}

async fn files_root(agent: &Agent) -> Option<Finding> {
    let status = agent
        .read(|stub, ctx| async move { stub.host_status(ctx, ME).await })
        .await
        .ok()?;
    let disk = status.disks.iter().find(|disk| disk.missing);
    Some(match disk {
        Some(disk) => better(
            "files.root",
            format!("{} is not mounted", disk.mount),
            format!("mount {}, then `sudo potionctl setup`", disk.mount),
        ),
        None => fine("files.root", "mounted"),
    })
}

fn clock() -> Finding {
    const CHECK: &str = "clock";
    let asked = programs::run(
        "/usr/bin/timedatectl",
        &["show", "--property=NTPSynchronized", "--value"],
    );
    match asked {
        Ok(output) if output.stdout.starts_with(b"yes") => fine(CHECK, "synchronised"),
        _ => better(
            CHECK,
            "not known to be synchronised; codes need a right clock",
            "timedatectl set-ntp true",
        ),
    }
}

fn state_disk() -> Finding {
    const CHECK: &str = "state";
    let stat = ["/var/lib/potion", "/var/lib"]
        .iter()
        .find_map(|path| nix::sys::statvfs::statvfs(Path::new(path)).ok());
    let free = stat.map_or(0, |stat| stat.blocks_available() * stat.fragment_size());
    if free >= STATE_FREE_MIN {
        fine(CHECK, format!("{} free under /var/lib/potion", bytes(free)))
    } else {
        broken(
            CHECK,
            format!("only {} free under /var/lib/potion", bytes(free)),
            "free some space: `sudo apt clean`, `journalctl --vacuum-size=200M`",
        )
    }
}

fn service(unit: &'static str) -> Finding {
    let asked = programs::run("/usr/bin/systemctl", &["is-active", unit]);
    match asked {
        Ok(output) if output.status.success() => fine(unit, "active"),
        Ok(output) => {
            let state = String::from_utf8_lossy(&output.stdout).trim().to_owned();
            broken(
                unit,
                state,
                format!("systemctl restart {unit}; journalctl -u {unit} -n 20"),
            )
        }
        Err(error) => broken(unit, error.to_string(), "is this machine run by systemd?"),
    }
}

fn tools() -> impl Iterator<Item = Finding> {
    [
        (
            "fail2ban",
            "/usr/bin/fail2ban-client",
            "sudo apt install fail2ban",
        ),
        ("restic", "/usr/bin/restic", "sudo apt install restic"),
        (
            "needrestart",
            "/usr/sbin/needrestart",
            "sudo apt install needrestart",
        ),
    ]
    .into_iter()
    .map(|(name, path, fix)| {
        if Path::new(path).exists() {
            fine(name, "installed")
        } else {
            better(name, "not installed", fix)
        }
    })
}
