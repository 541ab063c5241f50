//! The tags of `parse_mode=HTML` and the entities they make.

/// Tags that are taken; anything else is an error.
pub(super) const TAGS: [&str; 16] = [
    "a",
    "b",
    "strong",
    "i",
    "em",
    "s",
    "strike",
    "del",
    "u",
    "ins",
    "tg-spoiler",
    "tg-emoji",
    "span",
    "pre",
    "code",
    "blockquote",
];

/// The entity that a tag with this argument makes.
pub(super) fn kind_of(tag: &str, argument: &str) -> Option<&'static str> {
    Some(match tag {
        "b" | "strong" => "bold",
        "i" | "em" => "italic",
        "s" | "strike" | "del" => "strikethrough",
        "u" | "ins" => "underline",
        "tg-spoiler" | "span" => "spoiler",
        "a" => "text_link",
        "pre" => "pre",
        "code" => "code",
        "blockquote" if argument == "expandable" => "expandable_blockquote",
        "blockquote" => "blockquote",
        _ => return None,
    })
}

/// The target of a link: its `href`, or what it shows; only what Telegram takes for a URL.
pub(super) fn link(href: &str, shown: &str) -> Option<String> {
    let url = if href.is_empty() { shown } else { href };
    let known = ["http://", "https://", "tg://", "mailto:", "tel:"]
        .iter()
        .any(|scheme| url.starts_with(scheme));
    match (known, url.contains("://"), url.contains('.')) {
        (true, _, _) => Some(url.to_owned()),
        (false, false, true) => Some(format!("http://{url}/")),
        _ => None,
    }
}
