//! What the walks share: the whole path with people in front of it, and a look at all that they were told.

use std::time::Duration;

use potion_telegram::{Message, Person};
use potion_tests::authenticator;
use potion_tests::lab::Suite;
use potion_tests::stack::{OWNER, Stack, VIEWER};

/// For what takes as long as a busy host lets it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A unit that a test makes: its name and the lines of its file.
pub(crate) type Fixture<'a> = (&'a str, &'a str);

/// A booted machine whose bot both admins have greeted.
pub(crate) struct Walk {
    pub(crate) stack: Stack,
}

impl Walk {
    /// Boots Debian 12 with more lines at the end of config.toml.
    pub(crate) async fn begin(config: &str) -> Self {
        Self::of(Stack::boot_with(Suite::Bookworm, config).unwrap()).await
    }

    /// Waits until both admins were answered.
    pub(crate) async fn of(stack: Stack) -> Self {
        let walk = Self { stack };
        for (admin, name) in walk.admins().into_iter().zip(["Budi", "Sari"]) {
            let _ = admin.started().send("/start").expect_text(name).await;
        }
        walk
    }

    /// The owner, who speaks Indonesian.
    pub(crate) fn owner(&self) -> Person {
        self.stack.telegram.person(OWNER).within(PATIENCE)
    }

    /// A viewer, who speaks English.
    pub(crate) fn viewer(&self) -> Person {
        self.stack.telegram.person(VIEWER).within(PATIENCE)
    }

    /// Everybody who is to hear of trouble.
    pub(crate) fn admins(&self) -> [Person; 2] {
        [self.owner(), self.viewer()]
    }

    /// Adds units and lets the bot manage them, beside nginx and ssh.
    pub(crate) fn manage(&self, fixtures: &[Fixture<'_>]) {
        let mut managed = vec!["nginx.service", "ssh.service"];
        for (name, lines) in fixtures {
            let path = format!("/etc/systemd/system/{name}");
            self.stack.machine.write(&path, lines);
            managed.push(name);
        }
        self.systemctl(&["daemon-reload"]);
        self.ctl(&["config", "set", "units.managed", &managed.join(",")]);
    }

    /// potionctl as root, which must succeed; what it says.
    #[track_caller]
    pub(crate) fn ctl(&self, words: &[&str]) -> String {
        let argv = ["potionctl"].iter().chain(words);
        self.stack.machine.run(argv).ok()
    }

    /// systemctl as a person at the machine, which must succeed.
    #[track_caller]
    pub(crate) fn systemctl(&self, words: &[&str]) {
        let argv = ["systemctl"].iter().chain(words);
        let _ = self.stack.machine.run(argv).ok();
    }

    /// SIGKILL to a unit's main process; waits for there to be one.
    #[track_caller]
    pub(crate) fn kill(&self, unit: &str) {
        let pid =
            self.stack
                .machine
                .wait_until(unit, PATIENCE, |machine| match machine.main_pid(unit) {
                    0 => None,
                    pid => Some(pid),
                });
        let _ = self.stack.machine.run(["kill", "-KILL", &pid.to_string()]);
    }

    /// Waits until a unit is in this state.
    #[track_caller]
    pub(crate) fn wait_active(&self, unit: &str, state: &str) {
        let what = format!("{unit} is {state}");
        self.stack.machine.wait_until(&what, PATIENCE, |machine| {
            (machine.property(unit, "ActiveState") == state).then_some(())
        });
    }

    /// The owner presses Yes on what is asked, and sends a code (the next one: enrolling took this one).
    pub(crate) async fn prove(&self, secret: &str) -> potion_telegram::Turn {
        let asked = self.owner().press("Ya, lanjut").await;
        let _ = asked.expect_text("authenticator").await;
        self.owner().send(&authenticator::code_next(secret))
    }
}

/// The bot's messages that say or ever said this, oldest first, deleted ones included.
pub(crate) fn about(person: &Person, part: &str) -> Vec<Message> {
    let messages = person.messages().into_iter();
    messages
        .filter(|message| message.from_bot && states(message).any(|text| text.contains(part)))
        .collect()
}

/// What a message said, first to last.
pub(crate) fn states(message: &Message) -> impl Iterator<Item = &str> {
    let former = message.history.iter().map(|state| state.text.as_str());
    former.chain([message.text.as_str()])
}

/// Waits until the newest message about something says so; returns all about it.
pub(crate) async fn told(person: &Person, subject: &str, says: &str) -> Vec<Message> {
    let _ = person
        .wait_for(|chat| {
            let mut newest_first = chat.from_bot().rev();
            newest_first
                .find(|message| message.text.contains(subject))
                .is_some_and(|message| message.text.contains(says))
        })
        .await;
    about(person, subject)
}
