//! An apt for tests: says what the test put in.

use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::FutureExt;
use futures::future::BoxFuture;
use potion_proto::names::PackageName;
use potion_proto::packages::{Restarts, Status};

use super::port::{Forecast, PackageError, Packages, Question};

#[derive(Debug, Default)]
struct Said {
    status: Option<Status>,
    forecast: Forecast,
    restarts: Restarts,
    changelog: Option<String>,
    missing: Vec<PackageName>,
    questions: Vec<Question>,
}

/// An apt without packages, until told otherwise.
#[derive(Debug, Default)]
pub struct FakePackages {
    said: Mutex<Said>,
}

impl FakePackages {
    fn said(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers this status.
    pub fn set_status(&self, status: Status) {
        self.said().status = Some(status);
    }

    /// Foresees this, whatever is asked.
    pub fn set_forecast(&self, forecast: Forecast) {
        self.said().forecast = forecast;
    }

    /// Answers these restarts.
    pub fn set_restarts(&self, restarts: Restarts) {
        self.said().restarts = restarts;
    }

    /// Answers this changelog for every package.
    pub fn set_changelog(&self, text: &str) {
        self.said().changelog = Some(text.to_owned());
    }

    /// This package is not installed.
    pub fn set_missing(&self, name: PackageName) {
        self.said().missing.push(name);
    }

    /// What was asked to be foreseen, in order.
    #[must_use]
    pub fn questions(&self) -> Vec<Question> {
        self.said().questions.clone()
    }
}

/// Nothing upgradable, nothing held, nothing broken, never refreshed.
#[must_use]
pub fn nothing() -> Status {
    Status {
        refreshed: None,
        upgradable: Vec::new(),
        held: Vec::new(),
        removable: Vec::new(),
        download_bytes: 0,
        broken: false,
    }
}

impl Packages for FakePackages {
    fn status(&self) -> BoxFuture<'_, Result<Status, PackageError>> {
        let status = self.said().status.clone();
        std::future::ready(Ok(status.unwrap_or_else(nothing))).boxed()
    }

    fn foresee(&self, question: Question) -> BoxFuture<'_, Result<Forecast, PackageError>> {
        let mut said = self.said();
        said.questions.push(question);
        std::future::ready(Ok(said.forecast.clone())).boxed()
    }

    fn changelog(&self, name: PackageName) -> BoxFuture<'_, Result<String, PackageError>> {
        let text = self.said().changelog.clone();
        std::future::ready(text.ok_or(PackageError::NoChangelog(name))).boxed()
    }

    fn restarts(&self) -> BoxFuture<'_, Result<Restarts, PackageError>> {
        std::future::ready(Ok(self.said().restarts.clone())).boxed()
    }

    fn installed(&self, name: PackageName) -> BoxFuture<'_, Result<(), PackageError>> {
        let missing = self.said().missing.contains(&name);
        let answer = if missing {
            Err(PackageError::NotInstalled(name))
        } else {
            Ok(())
        };
        std::future::ready(answer).boxed()
    }
}
