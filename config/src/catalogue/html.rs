//! The part of HTML that Telegram knows (Bot API, “HTML style”).

/// Tags that Telegram accepts.
const TAGS: &[&str] = &[
    "b",
    "strong",
    "i",
    "em",
    "u",
    "ins",
    "s",
    "strike",
    "del",
    "code",
    "pre",
    "a",
    "blockquote",
    "tg-spoiler",
    "span",
];

const ENTITIES: [(&str, char); 4] = [
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&quot;", '"'),
    ("&amp;", '&'),
];

/// Makes a text safe between tags and in attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match ENTITIES.iter().find(|(_, plain)| *plain == c) {
            Some((entity, _)) => safe.push_str(entity),
            None => safe.push(c),
        }
    }
    safe
}

/// Takes the tags away and turns the entities back.
pub(crate) fn strip(html: &str) -> String {
    let mut plain = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let (text, length) = if rest.starts_with('<') {
            tag(rest)
        } else {
            entity(rest)
        };
        plain.push_str(text);
        rest = &rest[length..];
    }
    plain + rest
}

/// A tag stands for nothing; a `<` that never closes stands for itself.
fn tag(rest: &str) -> (&str, usize) {
    rest.find('>').map_or(("<", 1), |end| ("", end + 1))
}

fn entity(rest: &str) -> (&str, usize) {
    match ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity)) {
        Some((entity, '<')) => ("<", entity.len()),
        Some((entity, '>')) => (">", entity.len()),
        Some((entity, '"')) => ("\"", entity.len()),
        Some((entity, _)) => ("&", entity.len()),
        None => ("&", 1),
    }
}

/// Why a message would be refused by Telegram, and the line (from 0) in it. The message is a template with
/// its expressions cut out.
pub(crate) fn complain(text: &str) -> Option<(usize, String)> {
    let mut open: Vec<&str> = Vec::new();
    let mut offset = 0;
    while let Some(at) = text[offset..].find('<') {
        let start = offset + at;
        let line = text[..start].matches('\n').count();
        let Some(length) = text[start..].find('>') else {
            return Some((line, "a `<` that opens no tag; write `&lt;`".to_owned()));
        };
        let inner = &text[start + 1..start + length];
        if let Err(reason) = nest(inner, &mut open) {
            return Some((line, reason));
        }
        offset = start + length + 1;
    }
    open.pop().map(|name| {
        (
            text.matches('\n').count(),
            format!("<{name}> is never closed; add </{name}>"),
        )
    })
}

fn nest<'t>(inner: &'t str, open: &mut Vec<&'t str>) -> Result<(), String> {
    let closing = inner.strip_prefix('/');
    let name = closing
        .unwrap_or(inner)
        .split([' ', '\n'])
        .next()
        .unwrap_or_default();
    if !TAGS.contains(&name) {
        return Err(format!(
            "Telegram knows no tag <{name}>; use <b>, <i>, <code>, <pre>, or write `&lt;`"
        ));
    }
    match closing {
        None => open.push(name),
        Some(_) if open.last() == Some(&name) => drop(open.pop()),
        Some(_) => {
            return Err(format!(
                "</{name}> closes a tag that is not the last one opened"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_escaped_comes_back_when_stripped() {
        let nasty = "<b>&amp; \"x\" </b> & a<b>c";
        assert!(!escape(nasty).contains(['<', '>', '"']));
        assert_eq!(strip(&escape(nasty)), nasty);
    }

    #[test]
    fn tags_go_and_loose_ends_stay() {
        assert_eq!(
            strip("<b>nginx</b> 3 &lt; 4 & <a href=\"https://x\">y</a> <"),
            "nginx 3 < 4 & y <"
        );
    }

    #[test]
    fn bad_markup_is_named_with_its_line() {
        assert_eq!(complain("<b>x</b>\n<i>y</i>"), None);
        assert_eq!(complain("a\n<div>x</div>").map(|(line, _)| line), Some(1));
        assert!(complain("<b>x").is_some_and(|(_, reason)| reason.contains("never closed")));
        assert!(complain("<b><i>x</b></i>").is_some());
        assert!(complain("3 < 4").is_some());
    }
}
