//! Entities to HTML for the page: text is escaped, tags are only those written here.

use std::fmt::Write;

use super::Entity;

/// Sanitised HTML of a text. Entities that cross are clipped to the one they start in.
pub(crate) fn to_html(text: &str, entities: &[Entity]) -> String {
    let mut sorted: Vec<&Entity> = entities.iter().collect();
    sorted.sort_by_key(|e| (e.offset, std::cmp::Reverse(e.length)));
    let mut pending = sorted.into_iter().peekable();
    let mut open: Vec<(usize, &'static str)> = Vec::new();
    let mut html = String::with_capacity(text.len() * 2);
    let mut at = 0;
    for c in text.chars() {
        close_until(&mut open, at, &mut html);
        while let Some(entity) = pending.next_if(|e| e.offset <= at) {
            let end = open
                .last()
                .map_or(entity.end(), |(outer, _)| entity.end().min(*outer));
            if end > at
                && let Some(close) = open_tag(entity, text, &mut html)
            {
                open.push((end, close));
            }
        }
        escape(c, &mut html);
        at += c.len_utf16();
    }
    while let Some((_, close)) = open.pop() {
        html.push_str(close);
    }
    html
}

fn close_until(open: &mut Vec<(usize, &'static str)>, at: usize, html: &mut String) {
    while let Some((_, close)) = open.pop_if(|(end, _)| *end <= at) {
        html.push_str(close);
    }
}

fn open_tag(entity: &Entity, text: &str, html: &mut String) -> Option<&'static str> {
    let (open, close) = match entity.kind.as_str() {
        "bold" => ("<b>", "</b>"),
        "italic" => ("<i>", "</i>"),
        "underline" => ("<u>", "</u>"),
        "strikethrough" => ("<s>", "</s>"),
        "spoiler" => ("<span class=\"spoiler\" tabindex=\"0\">", "</span>"),
        "code" => ("<code>", "</code>"),
        "pre" => ("<pre>", "</pre>"),
        "blockquote" | "expandable_blockquote" => ("<blockquote>", "</blockquote>"),
        "bot_command" => ("<a class=\"command\" href=\"#\">", "</a>"),
        "text_link" => return link(entity.url.as_deref()?, html),
        "url" => return link(&slice(text, entity), html),
        _ => return None,
    };
    html.push_str(open);
    Some(close)
}

/// A link, if its scheme cannot run anything.
fn link(url: &str, html: &mut String) -> Option<&'static str> {
    let safe = ["http://", "https://", "tg://", "mailto:", "tel:"]
        .iter()
        .any(|s| url.starts_with(s));
    if !safe {
        return None;
    }
    html.push_str("<a rel=\"noopener noreferrer\" target=\"_blank\" href=\"");
    url.chars().for_each(|c| escape(c, html));
    html.push_str("\">");
    Some("</a>")
}

fn slice(text: &str, entity: &Entity) -> String {
    let units: Vec<u16> = text
        .encode_utf16()
        .skip(entity.offset)
        .take(entity.length)
        .collect();
    String::from_utf16_lossy(&units)
}

fn escape(c: char, html: &mut String) {
    match c {
        '<' => html.push_str("&lt;"),
        '>' => html.push_str("&gt;"),
        '&' => html.push_str("&amp;"),
        '"' => html.push_str("&quot;"),
        '\'' => html.push_str("&#39;"),
        // Bidirectional overrides would let a log line rewrite how its neighbours read.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            let _infallible = write!(html, "&#x{:x};", u32::from('\u{fffd}'));
        }
        c => html.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_entities_nest() {
        let entities = [Entity::new("bold", 0, 8), Entity::new("code", 2, 3)];
        assert_eq!(
            to_html("a <b> cd", &entities),
            "<b>a <code>&lt;b&gt;</code> cd</b>"
        );
    }

    #[test]
    fn crossing_entities_stay_well_formed() {
        let entities = [Entity::new("bold", 0, 3), Entity::new("italic", 2, 4)];
        assert_eq!(to_html("abcdef", &entities), "<b>ab<i>c</i></b>def");
    }

    #[test]
    fn a_script_link_is_no_link() {
        let mut entity = Entity::new("text_link", 0, 1);
        entity.url = Some("javascript:alert(1)".to_owned());
        assert_eq!(to_html("x", &[entity]), "x");
    }
}
