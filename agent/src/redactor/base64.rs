//! Just enough base64 to tell credentials from words.

fn sextet(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

/// Whether this is the base64 of printable text with a colon in it, as RFC 7617 has it.
pub(super) fn is_basic_credentials(word: &[u8]) -> bool {
    let word: &[u8] = match word {
        [rest @ .., b'=', b'='] | [rest @ .., b'='] => rest,
        whole => whole,
    };
    let (mut bits, mut held, mut colon) = (0u32, 0u32, false);
    for byte in word {
        let Some(value) = sextet(*byte) else {
            return false;
        };
        bits = (bits << 6 | value) & 0xffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            let plain = (bits >> held & 0xff) as u8;
            colon |= plain == b':';
            if plain < b' ' {
                return false;
            }
        }
    }
    colon
}

/// A byte of standard base64.
pub(super) fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// A byte of URL-safe base64.
pub(super) fn is_url_safe(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}
