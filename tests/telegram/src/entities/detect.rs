//! Entities that Telegram finds by itself: commands and links.

use super::{Entity, utf16_len};

/// Kinds whose inside is left alone.
const OPAQUE: [&str; 4] = ["code", "pre", "text_link", "url"];

/// Finds `/commands` and `http(s)` links outside of code and links.
pub(crate) fn detect(text: &str, known: &[Entity]) -> Vec<Entity> {
    let mut found = Vec::new();
    let mut offset = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        let kind = if is_command(bare) {
            Some("bot_command")
        } else if bare.starts_with("http://") || bare.starts_with("https://") {
            Some("url")
        } else {
            None
        };
        let length = utf16_len(bare.trim_end_matches(['.', ',', ')', ':']));
        let inside = |e: &Entity| {
            OPAQUE.contains(&e.kind.as_str()) && e.offset < offset + length && offset < e.end()
        };
        if let Some(kind) = kind.filter(|_| !known.iter().any(inside)) {
            found.push(Entity::new(kind, offset, length));
        }
        offset += utf16_len(word);
    }
    found
}

fn is_command(word: &str) -> bool {
    let Some(name) = word.strip_prefix('/') else {
        return false;
    };
    let name = name.trim_end_matches(['.', ',', ')', ':']);
    let name = name.split('@').next().unwrap_or_default();
    !name.is_empty()
        && name.len() <= 32
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_and_links_are_found_outside_code() {
        let kinds = |text: &str, known: &[Entity]| {
            detect(text, known)
                .into_iter()
                .map(|e| (e.kind, e.offset, e.length))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            kinds("📊 /status, please", &[]),
            [("bot_command".to_owned(), 3, 7)]
        );
        assert_eq!(
            kinds("see https://e.org/a.", &[]),
            [("url".to_owned(), 4, 15)]
        );
        assert!(kinds("/etc/passwd and /mnt/dre", &[]).is_empty());
        assert!(kinds("/status", &[Entity::new("code", 0, 7)]).is_empty());
    }
}
