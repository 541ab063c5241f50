//! Asking a person: a line, a secret line, a yes; and QR codes.

use std::io::{self, BufRead, IsTerminal, Write};

use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

use crate::output::note;
use crate::trouble::Trouble;

/// Asks on stderr, reads a line from stdin; an end of input is a no.
pub(crate) fn ask(question: &str) -> Result<String, Trouble> {
    let mut err = io::stderr().lock();
    write!(err, "{question} ")?;
    err.flush()?;
    let mut line = String::new();
    match io::stdin().lock().read_line(&mut line)? {
        0 => Err(Trouble::Declined),
        _ => Ok(line.trim().to_owned()),
    }
}

/// As [`ask`], without showing what is typed.
pub(crate) fn ask_secret(question: &str) -> Result<String, Trouble> {
    let silence = Silence::begin();
    let answer = ask(question);
    if silence.is_some() {
        note("");
    }
    answer
}

/// Asks for a yes; anything else, and a stdin that is no terminal and says nothing, is a no.
pub(crate) fn ask_yes(question: &str) -> Result<bool, Trouble> {
    let answer = ask(&format!("{question} [y/N]"))?;
    Ok(matches!(answer.as_str(), "y" | "Y" | "yes" | "ya"))
}

/// Echo is off while this lives, and back afterwards.
struct Silence(Termios);

impl Silence {
    fn begin() -> Option<Self> {
        let before = io::stdin()
            .is_terminal()
            .then(|| tcgetattr(io::stdin()).ok())??;
        let mut silent = before.clone();
        silent.local_flags.remove(LocalFlags::ECHO);
        tcsetattr(io::stdin(), SetArg::TCSANOW, &silent).ok()?;
        Some(Self(before))
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        tcsetattr(io::stdin(), SetArg::TCSANOW, &self.0).ok();
    }
}

/// The text as a QR code of half blocks with its quiet zone. Dark modules are drawn in the foreground
/// colour, so on a terminal it is set: black on white, which every phone reads.
pub(crate) fn qr(text: &str) -> String {
    const BLACK_ON_WHITE: &str = "\u{1b}[30;107m";
    const PLAIN: &str = "\u{1b}[0m";
    let code = blocks(text);
    if !io::stderr().is_terminal() {
        return code;
    }
    code.lines()
        .map(|line| format!("{BLACK_ON_WHITE}{line}{PLAIN}\n"))
        .collect()
}

fn blocks(text: &str) -> String {
    let Ok(code) = QrCode::new(text) else {
        return String::new();
    };
    let mut render = code.render::<Dense1x2>();
    render
        .dark_color(Dense1x2::Dark)
        .light_color(Dense1x2::Light)
        .build()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_link_becomes_a_square_of_half_blocks() {
        let code = super::blocks("https://t.me/example_bot?start=ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        let lines: Vec<&str> = code.lines().collect();
        assert!(lines.len() > 10);
        assert!(
            lines
                .iter()
                .all(|line| line.chars().count() == lines[0].chars().count())
        );
    }
}
