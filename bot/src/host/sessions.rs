//! Who is logged in.

use potion_proto::host::Session;
use serde::Serialize;

use super::Go;
use crate::go;
use crate::screen::Screen;
use crate::words::Words;

/// What `status-sessions` names; `since` in Unix seconds.
#[derive(Serialize)]
struct Values<'a> {
    sessions: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    user: &'a str,
    service: &'a str,
    from: &'a str,
    since: i64,
}

/// The screen.
pub(super) fn screen(words: &Words, sessions: &[Session]) -> Screen {
    let values = Values {
        sessions: sessions.iter().map(row).collect(),
    };
    Screen::new(words.html("status-sessions", values)).refresh_back(
        words,
        go::Go::Host(Go::Sessions),
        go::Go::Host(Go::Status),
    )
}

fn row(session: &Session) -> Row<'_> {
    let from = if session.from.is_empty() {
        &session.tty
    } else {
        &session.from
    };
    Row {
        user: &session.user,
        service: &session.service,
        from,
        since: session.since.seconds(),
    }
}

#[cfg(test)]
mod tests {
    use potion_proto::time::Timestamp;

    use super::*;
    use crate::samples::english;

    #[test]
    fn a_session_says_who_from_where() {
        let session = Session {
            id: "3".to_owned(),
            user: "budi".to_owned(),
            service: "sshd".to_owned(),
            from: "10.0.0.<7>".to_owned(),
            tty: "pts/0".to_owned(),
            since: Timestamp::from_seconds(1_763_800_000),
        };
        let html = screen(&english(), &[session]).html;
        assert!(
            html.contains("budi") && html.contains("10.0.0.&lt;7&gt;"),
            "{html}"
        );
        assert!(screen(&english(), &[]).html.contains("Nobody"));
    }
}
