//! Man pages and completions from the same definitions as the command line.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

use crate::cli;
use crate::trouble::Trouble;

/// Where to.
#[derive(Debug, Args)]
pub(crate) struct Out {
    /// The folder, which must exist.
    #[arg(long)]
    out: PathBuf,
}

impl Out {
    /// One page a command: `potionctl.1`, `potionctl-unit.1`, `potionctl-unit-restart.1`, …
    pub(crate) fn man_pages(&self) -> Result<(), Trouble> {
        Ok(clap_mangen::generate_to(cli::command(), &self.out)?)
    }

    /// One file a shell.
    pub(crate) fn completions(&self) -> Result<(), Trouble> {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            clap_complete::generate_to(shell, &mut cli::command(), "potionctl", &self.out)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use super::*;

    #[test]
    fn every_noun_has_a_man_page_and_every_shell_its_completions() {
        let folder = tempfile::tempdir().unwrap();
        let out = Out {
            out: folder.path().to_owned(),
        };
        out.man_pages().unwrap();
        out.completions().unwrap();
        for name in [
            "potionctl.1",
            "potionctl-unit.1",
            "potionctl-setup.1",
            "potionctl.bash",
            "_potionctl",
            "potionctl.fish",
        ] {
            assert!(
                folder.path().join(name).metadata().unwrap().len() > 200,
                "{name}"
            );
        }
    }
}
