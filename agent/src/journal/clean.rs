//! Text of strangers without what could act on a terminal or turn a chat's line around.

/// One line of text: terminal sequences are gone, a line break shows as `⏎`, other control characters and those that
/// change the direction of writing as U+FFFD.
pub(super) fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut letters = text.trim_end_matches(['\n', '\r']).chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\x1b' => skip_sequence(&mut letters),
            '\t' => clean.push(' '),
            '\r' if letters.peek() == Some(&'\n') => {}
            '\n' => clean.push('⏎'),
            letter if letter.is_control() || turns_direction(letter) => clean.push('\u{fffd}'),
            letter => clean.push(letter),
        }
    }
    clean
}

/// The first `max` characters, and whether there were more.
pub(super) fn cut(text: String, max: usize) -> (String, bool) {
    match text.char_indices().nth(max) {
        Some((at, _)) => (text[..at].to_owned(), true),
        None => (text, false),
    }
}

/// The rest of an escape sequence by ECMA-48: `[`, parameters, one final letter.
fn skip_sequence(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    if letters.next_if_eq(&'[').is_none() {
        return;
    }
    while letters
        .next_if(|letter| matches!(letter, '\x20'..='\x3f'))
        .is_some()
    {}
    let _ = letters.next_if(|letter| matches!(letter, '\x40'..='\x7e'));
}

fn turns_direction(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn colours_go_and_words_stay() {
        assert_eq!(clean("a \x1b[1;31mred\x1b[0m\tb\r\nnext\n"), "a red b⏎next");
        assert_eq!(clean("x\x07\u{202e}y\0"), "x\u{fffd}\u{fffd}y\u{fffd}");
    }

    #[test]
    fn a_cut_falls_between_characters() {
        assert_eq!(cut("größe".to_owned(), 3), ("grö".to_owned(), true));
        assert_eq!(cut("größe".to_owned(), 5), ("größe".to_owned(), false));
    }

    proptest! {
        #[test]
        fn nothing_is_left_that_acts(text in any::<String>()) {
            let clean = clean(&text);
            prop_assert!(!clean.chars().any(|letter| letter.is_control() || turns_direction(letter)));
        }
    }
}
