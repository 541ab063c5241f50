//! The port to apt, for what only looks. What changes anything is a job ([`super::work`]).

use futures::future::BoxFuture;
use potion_proto::names::PackageName;
use potion_proto::packages::{Restarts, Selection, Status};
use potion_proto::{Code, Failure};

use super::simulation::Simulation;
use crate::exec::ExecError;

/// Why apt did not answer.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// One of its programs could not be run.
    #[error(transparent)]
    Exec(#[from] ExecError),
    /// apt refused, in its own words.
    #[error("apt: {0}")]
    Refused(String),
    /// No such package is installed.
    #[error("{0} is not installed")]
    NotInstalled(PackageName),
    /// There is no changelog to be had.
    #[error("there is no changelog of {0}")]
    NoChangelog(PackageName),
}

impl From<PackageError> for Failure {
    fn from(error: PackageError) -> Self {
        let sentence = error.to_string();
        match error {
            PackageError::Exec(_) => Self::new(Code::Unavailable, "apt", sentence),
            PackageError::Refused(words) => Self::new(Code::Unavailable, "apt", words),
            PackageError::NotInstalled(name) | PackageError::NoChangelog(name) => {
                Self::new(Code::NotFound, name.as_str(), sentence)
            }
        }
    }
}

/// What is asked to be foreseen.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Question {
    /// An upgrade of these.
    Upgrade(Selection),
    /// The removal of what nothing needs.
    Autoremove,
}

/// What would happen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forecast {
    /// The steps.
    pub steps: Simulation,
    /// Bytes to download.
    pub download_bytes: u64,
}

/// apt, read only.
pub trait Packages: Send + Sync {
    /// What can be upgraded, what is held, what is broken.
    fn status(&self) -> BoxFuture<'_, Result<Status, PackageError>>;
    /// What a job would do.
    fn foresee(&self, question: Question) -> BoxFuture<'_, Result<Forecast, PackageError>>;
    /// The changelog of a package, newest first.
    fn changelog(&self, name: PackageName) -> BoxFuture<'_, Result<String, PackageError>>;
    /// What runs on replaced code.
    fn restarts(&self) -> BoxFuture<'_, Result<Restarts, PackageError>>;
    /// That this package is installed.
    fn installed(&self, name: PackageName) -> BoxFuture<'_, Result<(), PackageError>>;
}
