//! What a command in a machine left behind.

/// The end of a command: its exit code and all that it said.
#[derive(Debug, Clone)]
#[must_use]
pub struct Output {
    /// The command line, for messages.
    pub command: String,
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Standard output, as bytes.
    pub stdout: Vec<u8>,
    /// Standard error, as bytes.
    pub stderr: Vec<u8>,
}

impl Output {
    pub(super) fn new(command: String, output: std::process::Output) -> Self {
        Output {
            command,
            code: output.status.code(),
            stdout: output.stdout,
            stderr: output.stderr,
        }
    }

    /// Whether it exited with 0.
    #[must_use]
    pub fn success(&self) -> bool {
        self.code == Some(0)
    }

    /// Standard output as text, without the last line end.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).trim_end().to_owned()
    }

    /// Standard error as text, without the last line end.
    #[must_use]
    pub fn error_text(&self) -> String {
        String::from_utf8_lossy(&self.stderr).trim_end().to_owned()
    }

    /// Its text.
    ///
    /// # Panics
    /// When it did not exit with 0; the message holds the command and everything it said.
    #[track_caller]
    #[must_use]
    pub fn ok(self) -> String {
        assert!(self.success(), "{self}");
        self.text()
    }

    /// Its error text.
    ///
    /// # Panics
    /// When it did not exit with `code`.
    #[track_caller]
    #[must_use]
    pub fn fails_with(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{self}");
        self.error_text()
    }
}

impl std::fmt::Display for Output {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (text, errors) = (self.text(), self.error_text());
        let code = self.code.map_or("a signal".into(), |code| code.to_string());
        write!(
            out,
            "`{}` ended with {code}\n--- stdout\n{text}\n--- stderr\n{errors}",
            self.command
        )
    }
}
