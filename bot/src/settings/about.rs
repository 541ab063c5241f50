//! Who may use the bot, and which programs these are. Both are changed at the machine only.

use potion_proto::admins::Admin;
use potion_proto::hello::PROTOCOL;
use potion_proto::host::Status;
use serde::Serialize;

use super::{Go, to};
use crate::screen::Screen;
use crate::words::{self, Words};

/// What `settings-admins` names.
#[derive(Serialize)]
struct Values<'a> {
    admins: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    id: i64,
    name: &'a str,
    role: String,
    totp: bool,
}

/// What `about-screen` names.
#[derive(Serialize)]
struct About<'a> {
    version: &'a str,
    host: &'a str,
    system: &'a str,
    kernel: &'a str,
    protocol: u32,
}

/// Who may use the bot.
pub(super) fn admins_screen(words: &Words, admins: &[Admin]) -> Screen {
    let row = |admin| row(words, admin);
    let values = Values {
        admins: admins.iter().map(row).collect(),
    };
    Screen::new(words.html("settings-admins", values)).refresh_back(
        words,
        to(Go::Admins),
        to(Go::Home),
    )
}

fn row<'a>(words: &Words, admin: &'a Admin) -> Row<'a> {
    Row {
        id: admin.id.get(),
        name: &admin.name,
        role: words.label(words::role(admin.role)),
        totp: admin.totp,
    }
}

/// Which programs these are.
pub(super) fn screen(words: &Words, status: &Status) -> Screen {
    let values = About {
        version: env!("CARGO_PKG_VERSION"),
        host: &status.name,
        system: &status.system,
        kernel: &status.kernel,
        protocol: PROTOCOL,
    };
    Screen::new(words.html("about-screen", values)).back(words, to(Go::Home))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests {
    use potion_proto::admins::Role;
    use potion_proto::names::TelegramId;

    use super::*;
    use crate::samples::indonesian;

    #[test]
    fn a_name_is_no_markup_and_a_missing_second_factor_is_seen() {
        let admin = Admin {
            id: TelegramId::new(1001).unwrap(),
            name: "<i>Budi</i>".to_owned(),
            role: Role::Owner,
            language: None,
            configured: true,
            totp: false,
            paired: None,
        };
        let html = admins_screen(&indonesian(), &[admin]).html;
        assert!(
            html.contains("&lt;i&gt;Budi&lt;/i&gt;") && html.contains("1001"),
            "{html}"
        );
        assert!(html.contains("belum ada kode"), "{html}");
    }
}
