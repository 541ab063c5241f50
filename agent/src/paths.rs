//! Where the agent keeps and finds its files. Tests put all of them beneath one directory.

use std::path::{Path, PathBuf};

/// The agent's places. Every other path of ours is relative to one of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// Database, audit log, jobs, secrets of TOTP: `/var/lib/potion` (0700 root).
    pub state: PathBuf,
    /// `/etc/potion/config.toml` (0644 root).
    pub config: PathBuf,
    /// Secrets of integrations: `/etc/potion/secrets` (0700 root).
    pub secrets: PathBuf,
    /// The sockets' directory: `/run/potion`.
    pub run: PathBuf,
}

impl Paths {
    /// Those of the installed package.
    #[must_use]
    pub fn installed() -> Self {
        Self {
            state: "/var/lib/potion".into(),
            config: "/etc/potion/config.toml".into(),
            secrets: "/etc/potion/secrets".into(),
            run: "/run/potion".into(),
        }
    }

    /// The same tree beneath `root`.
    #[must_use]
    pub fn beneath(root: &Path) -> Self {
        Self {
            state: root.join("state"),
            config: root.join("etc/config.toml"),
            secrets: root.join("etc/secrets"),
            run: root.join("run"),
        }
    }

    /// The audit log, JSON lines.
    #[must_use]
    pub fn audit(&self) -> PathBuf {
        self.state.join("audit.log")
    }

    /// One directory for each job beneath it.
    #[must_use]
    pub fn jobs(&self) -> PathBuf {
        self.state.join("jobs")
    }

    /// The socket of the protocol.
    #[must_use]
    pub fn agent_socket(&self) -> PathBuf {
        self.run.join("agent.sock")
    }

    /// The socket that turns tickets into descriptors.
    #[must_use]
    pub fn fd_socket(&self) -> PathBuf {
        self.run.join("fd.sock")
    }
}
