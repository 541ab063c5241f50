//! Telegram's HTML in its smallest pieces.

/// What is left of a text and is not looked at yet, piece by piece.
pub(super) fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        let (piece, length) = first(rest)?;
        rest = &rest[length..];
        Some(piece)
    })
}

/// A tag, or one thing that is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// An opening tag, whole.
    Open(&'a str),
    /// A closing tag, whole.
    Close(&'a str),
    /// A character, or an entity that stands for one.
    Glyph(&'a str),
}

impl Piece<'_> {
    /// UTF-16 units that are seen.
    pub(super) fn units(self) -> usize {
        match self {
            Self::Glyph(raw) => seen(raw).encode_utf16().count(),
            Self::Open(_) | Self::Close(_) => 0,
        }
    }
}

/// What a glyph is seen as.
pub(super) fn seen(raw: &str) -> &str {
    match raw {
        "&lt;" => "<",
        "&gt;" => ">",
        "&quot;" => "\"",
        "&amp;" => "&",
        other => other,
    }
}

/// The name of a tag.
pub(super) fn name(tag: &str) -> &str {
    let inner = tag.trim_start_matches(['<', '/']).trim_end_matches('>');
    inner.split([' ', '\n']).next().unwrap_or_default()
}

fn first(rest: &str) -> Option<(Piece<'_>, usize)> {
    let c = rest.chars().next()?;
    if c == '<'
        && let Some(end) = tag_end(rest)
    {
        let tag = &rest[..=end];
        let piece = if tag.starts_with("</") {
            Piece::Close(tag)
        } else {
            Piece::Open(tag)
        };
        return Some((piece, tag.len()));
    }
    let entity = ["&lt;", "&gt;", "&quot;", "&amp;"]
        .into_iter()
        .find(|entity| rest.starts_with(entity));
    let length = entity.map_or(c.len_utf8(), str::len);
    Some((Piece::Glyph(&rest[..length]), length))
}

/// Where the tag ends; None for a `<` that opens none.
fn tag_end(rest: &str) -> Option<usize> {
    let opens = rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    opens.then(|| rest.find('>')).flatten()
}
