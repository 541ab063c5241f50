//! A unit's files: in the chat when they are short, else as one text file.

use potion_proto::names::UnitName;
use potion_proto::units::File;
use serde::Serialize;

use super::{Go, Spot};
use crate::go;
use crate::reply::Reply;
use crate::screen::Screen;
use crate::telegram::Document;
use crate::words::{Words, with};

/// UTF-16 units of text that still fit a message with room for what is around it.
const CHAT_MAX_UNITS: usize = 3_500;

/// What `services-files` names.
#[derive(Serialize)]
struct Values<'a> {
    name: &'a str,
    files: &'a [Part<'a>],
}

#[derive(Serialize)]
struct Part<'a> {
    path: &'a str,
    text: &'a str,
}

/// The files, through the redactor already.
pub(super) fn reply(words: &Words, name: &UnitName, files: &[File], spot: Spot) -> Reply {
    let length: usize = files
        .iter()
        .map(|file| file.text.encode_utf16().count())
        .sum();
    if length > CHAT_MAX_UNITS {
        return Reply::File(document(words, name, files));
    }
    let parts: Vec<Part<'_>> = files
        .iter()
        .map(|file| Part {
            path: &file.path,
            text: file.text.trim_end(),
        })
        .collect();
    let values = Values {
        name: name.as_str(),
        files: &parts,
    };
    let here = go::Go::Units(Go::Files(name.clone(), spot));
    let back = go::Go::Units(Go::Deps(name.clone(), spot));
    Reply::Screen(Screen::new(words.html("services-files", values)).refresh_back(words, here, back))
}

/// All of them in one, each under its path as `systemctl cat` does it.
fn document(words: &Words, name: &UnitName, files: &[File]) -> Document {
    let parts: Vec<String> = files
        .iter()
        .map(|file| format!("# {}\n{}", file.path, file.text))
        .collect();
    Document {
        name: format!("{name}.txt"),
        bytes: parts.join("\n").into_bytes(),
        caption: words.html("services-files-caption", with([("name", name.as_str())])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{english, unit_name};

    fn file(text: &str) -> File {
        File {
            path: "/etc/systemd/system/x<y>.service".to_owned(),
            text: text.to_owned(),
        }
    }

    fn of(text: &str) -> Reply {
        reply(
            &english(),
            &unit_name("x.service"),
            &[file(text)],
            Spot::default(),
        )
    }

    #[test]
    fn a_short_file_is_shown_and_is_no_markup() {
        let Reply::Screen(screen) = of("[Service]\nExecStart=/bin/sh -c '</pre><b>&'\n") else {
            panic!("a screen");
        };
        assert!(
            screen.html.contains("&lt;/pre&gt;&lt;b&gt;&amp;"),
            "{}",
            screen.html
        );
        assert!(
            screen.html.contains("x&lt;y&gt;.service"),
            "{}",
            screen.html
        );
    }

    #[test]
    fn a_long_one_comes_as_a_file_and_whole() {
        let long = "Environment=A=1\n".repeat(400);
        let Reply::File(document) = of(&long) else {
            panic!("a file");
        };
        assert_eq!(document.name, "x.service.txt");
        assert!(String::from_utf8_lossy(&document.bytes).contains(&long));
    }
}
