//! Character references: four by name, the others by number.

/// A reference at the start of `bytes`: the character and the length it takes.
pub(super) fn decode_reference(bytes: &[u8]) -> Option<(char, usize)> {
    let body = &bytes[1..];
    if let Some(number) = body.strip_prefix(b"#") {
        let (digits, radix, lead) = match number.first() {
            Some(b'x' | b'X') => (&number[1..], 16, 3),
            _ => (number, 10, 2),
        };
        let length = digits
            .iter()
            .take(8)
            .take_while(|b| char::from(**b).is_digit(radix))
            .count();
        let value =
            u32::from_str_radix(std::str::from_utf8(&digits[..length]).ok()?, radix).ok()?;
        let c = char::from_u32(value).filter(|c| *c != '\0')?;
        let semicolon = usize::from(digits.get(length) == Some(&b';'));
        return Some((c, lead + length + semicolon));
    }
    let length = body.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let c = match &body[..length] {
        b"lt" => '<',
        b"gt" => '>',
        b"amp" => '&',
        b"quot" => '"',
        _ => return None,
    };
    let semicolon = usize::from(body.get(length) == Some(&b';'));
    Some((c, 1 + length + semicolon))
}

/// A text with its references decoded; unknown ones stay.
pub(super) fn decode_all(raw: &str) -> String {
    let mut out = String::new();
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let (c, length) = decode_reference(&rest.as_bytes()[at..]).unwrap_or(('&', 1));
        out.push(c);
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::decode_all;

    #[test]
    fn only_four_names_and_numbers_are_references() {
        let text = decode_all("&ge;&lt;&gt;&amp;&quot;&laquo;&apos;&#65;&#x42;&#12345678;& &");
        assert_eq!(text, "&ge;<>&\"&laquo;&apos;AB&#12345678;& &");
    }
}
