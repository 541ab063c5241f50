//! The known name that a mistyped one was most likely meant to be.

/// The candidate with the fewest edits from `typed`, if it is near enough to be a slip of the finger.
pub(crate) fn nearest<'a>(
    typed: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let limit = typed.chars().count().div_ceil(3);
    candidates
        .into_iter()
        .map(|name| (distance(typed, name), name))
        .filter(|(edits, _)| *edits <= limit)
        .min()
        .map(|(_, name)| name)
}

/// Levenshtein distance in characters, one row at a time.
pub fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_key_and_nonsense_finds_none() {
        let keys = ["poll-seconds", "max-age-seconds", "token"];
        assert_eq!(nearest("pol-second", keys), Some("poll-seconds"));
        assert_eq!(nearest("tokne", keys), Some("token"));
        assert_eq!(nearest("colour", keys), None);
        assert_eq!(nearest("fr", ["id", "en"]), None);
    }

    #[test]
    fn distance_counts_edits() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("sama", "sama"), 0);
    }
}
