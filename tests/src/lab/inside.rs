//! What goes on inside a machine: commands, files, units, packages. Everything here goes in through nsenter, so that no path
//! of the machine is ever resolved on the host.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::machine::Machine;
use super::output::Output;
use super::wait;

const PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

impl Machine {
    /// A command of the host that runs `argv` inside as root, with a clean environment; for what [`Machine::run`] cannot do, like
    /// leaving it running. Killing the child does not end what it started inside.
    #[must_use]
    pub fn command<I: IntoIterator<Item: AsRef<OsStr>>>(&self, argv: I) -> Command {
        let mut command = Command::new("nsenter");
        command.args(["-t", &self.leader().to_string()]);
        command.args(["-m", "-u", "-i", "-n", "-p", "-r", "-w", "--"]);
        command.args(["/usr/bin/env", "-i", PATH, "HOME=/root", "USER=root"]);
        command.args([
            "LANG=C.UTF-8",
            "TERM=dumb",
            "DEBIAN_FRONTEND=noninteractive",
        ]);
        command.args(argv).stdin(Stdio::null());
        command
    }

    /// Runs a command as root to its end.
    ///
    /// # Panics
    /// When the host cannot start nsenter. A command that is not found is no panic: its code is 127.
    #[track_caller]
    pub fn run<I: IntoIterator<Item: AsRef<OsStr>>>(&self, argv: I) -> Output {
        self.feed(argv, b"")
    }

    /// Runs a line of shell as root.
    #[track_caller]
    pub fn shell(&self, script: &str) -> Output {
        self.run(["sh", "-c", script])
    }

    /// Runs a command as root with `input` on its standard input.
    ///
    /// # Panics
    /// As [`Machine::run`].
    #[track_caller]
    pub fn feed<I: IntoIterator<Item: AsRef<OsStr>>>(&self, argv: I, input: &[u8]) -> Output {
        let words: Vec<OsString> = argv.into_iter().map(|word| word.as_ref().into()).collect();
        let shown: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
        let shown = shown.join(" ");
        let mut command = self.command(&words);
        command.stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("nsenter starts");
        let mut stdin = child.stdin.take().expect("it was piped");
        let output = std::thread::scope(|scope| {
            // A command that does not read its input to the end is no failure of ours.
            scope.spawn(move || stdin.write_all(input));
            child.wait_with_output()
        });
        Output::new(shown, output.expect("its output can be read"))
    }

    /// Runs a command as `user` (a name of the machine), with that user's groups from the machine's group database.
    #[track_caller]
    pub fn run_as<I: IntoIterator<Item: AsRef<OsStr>>>(&self, user: &str, argv: I) -> Output {
        let group = self.run(["id", "-g", user]).ok();
        let mut words: Vec<OsString> = ["setpriv", "--reuid", user, "--regid", &group]
            .iter()
            .map(OsString::from)
            .collect();
        words.extend(["--init-groups".into(), "--".into()]);
        words.extend(argv.into_iter().map(|word| word.as_ref().to_owned()));
        self.run(words)
    }

    /// Writes a file (0644, root), with the folders above it.
    ///
    /// # Panics
    /// When that fails inside.
    #[track_caller]
    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let script = r#"mkdir -p "$(dirname "$1")" && cat > "$1""#;
        let argv = ["sh", "-c", script, "write", path];
        let _ = self.feed(argv, bytes.as_ref()).ok();
    }

    /// The content of a file.
    ///
    /// # Panics
    /// When it cannot be read.
    #[track_caller]
    #[must_use]
    pub fn read(&self, path: &str) -> Vec<u8> {
        let output = self.run(["cat", "--", path]);
        assert!(output.success(), "{output}");
        output.stdout
    }

    /// The content of a text file.
    #[track_caller]
    #[must_use]
    pub fn read_text(&self, path: &str) -> String {
        String::from_utf8_lossy(&self.read(path)).into_owned()
    }

    /// Whether something is there (a dangling symlink is not).
    #[must_use]
    pub fn exists(&self, path: &str) -> bool {
        self.run(["test", "-e", path]).success()
    }

    /// Copies a .deb of the host in and installs it by apt with what it depends on, as far as the machine's sources have it.
    ///
    /// # Panics
    /// When the host's file cannot be read.
    #[track_caller]
    pub fn install(&self, deb: &Path) -> Output {
        let bytes = std::fs::read(deb).expect("the .deb can be read");
        let name = deb.file_name().unwrap_or_default().to_string_lossy();
        let inside = format!("/var/tmp/{name}");
        self.write(&inside, bytes);
        let output = self.run([
            "apt-get",
            "-y",
            "--no-install-recommends",
            "install",
            &inside,
        ]);
        let _ = self.run(["rm", "-f", &inside]);
        output
    }

    /// One property of a unit, as `systemctl show` gives it.
    #[must_use]
    pub fn property(&self, unit: &str, name: &str) -> String {
        let argv = ["systemctl", "show", "--value", "-p", name, unit];
        self.run(argv).text()
    }

    /// The main process of a service, in the machine's numbers; 0 when it has none.
    #[must_use]
    pub fn main_pid(&self, unit: &str) -> i32 {
        self.property(unit, "MainPID").parse().unwrap_or(0)
    }

    /// Sends SIGKILL to a process, by the machine's number.
    #[track_caller]
    pub fn kill_pid(&self, pid: i32) {
        let _ = self.run(["kill", "-KILL", &pid.to_string()]).ok();
    }

    /// The lines that `journalctl -u` gives for a unit, oldest first, without times.
    #[must_use]
    pub fn journal(&self, unit: &str) -> String {
        let argv = ["journalctl", "--no-pager", "-o", "cat", "-u", unit];
        self.run(argv).text()
    }

    /// Asks `probe` until it answers; see [`wait::until`].
    ///
    /// # Panics
    /// When `within` is over; the message names `what` and shows the end of the journal.
    #[track_caller]
    pub fn wait_until<T>(
        &self,
        what: &str,
        within: Duration,
        probe: impl FnMut(&Machine) -> Option<T>,
    ) -> T {
        let mut probe = probe;
        wait::until(within, || probe(self)).unwrap_or_else(|| {
            let journal = self.run(["journalctl", "--no-pager", "-n", "40"]).text();
            panic!("not within {within:?}: {what}\n{journal}")
        })
    }
}
