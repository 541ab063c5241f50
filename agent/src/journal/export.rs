//! journald's export format, by systemd's `JOURNAL_EXPORT_FORMATS`: fields line by line, a blank line behind each
//! entry; a field with control characters stands as its name, a newline, its length as eight bytes little-endian, its
//! bytes, a newline.
//!
//! It is read rather than JSON because it gives bytes as bytes (JSON has them as lists of numbers) and long messages
//! whole (JSON has `null` from 4 KiB on). Field names and values are anything any program has written.

/// A field's bytes that are kept.
pub(super) const VALUE_MAX_BYTES: usize = 32 * 1024;

/// An entry's fields that a line is made of; the first of those that repeat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) cursor: Option<String>,
    /// Microseconds of Unix time.
    pub(super) at: Option<u64>,
    pub(super) message: Option<Vec<u8>>,
    /// The message is longer than what was kept or read.
    pub(super) cut: bool,
    pub(super) priority: Option<u8>,
    pub(super) systemd_unit: Option<String>,
    pub(super) about_unit: Option<String>,
    pub(super) identifier: Option<String>,
    pub(super) command: Option<String>,
    pub(super) pid: Option<u32>,
}

/// The entries in `bytes`; one whose end is missing counts when its cursor and time are there.
pub(super) fn entries(bytes: &[u8]) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut entry = Entry::default();
    let mut rest = bytes;
    while let Some(piece) = next(&mut rest) {
        match piece {
            Piece::Field { name, value, whole } => entry.learn(name, value, whole),
            Piece::End => entries.extend(std::mem::take(&mut entry).if_placed()),
        }
    }
    entries.extend(entry.if_placed());
    entries
}

enum Piece<'a> {
    Field {
        name: &'a [u8],
        value: &'a [u8],
        whole: bool,
    },
    End,
}

fn next<'a>(rest: &mut &'a [u8]) -> Option<Piece<'a>> {
    if rest.is_empty() {
        return None;
    }
    let (line, ended) = line(rest);
    if line.is_empty() {
        return Some(Piece::End);
    }
    match line.iter().position(|&byte| byte == b'=') {
        Some(at) => Some(Piece::Field {
            name: &line[..at],
            value: &line[at + 1..],
            whole: ended,
        }),
        None => Some(binary(line, rest)),
    }
}

/// The bytes up to the newline, which is taken too.
fn line<'a>(rest: &mut &'a [u8]) -> (&'a [u8], bool) {
    let end = rest.iter().position(|&byte| byte == b'\n');
    let line = &rest[..end.unwrap_or(rest.len())];
    *rest = &rest[end.map_or(rest.len(), |end| end + 1)..];
    (line, end.is_some())
}

fn binary<'a>(name: &'a [u8], rest: &mut &'a [u8]) -> Piece<'a> {
    let Some((length, behind)) = rest.split_first_chunk::<8>() else {
        *rest = &[];
        return Piece::Field {
            name,
            value: &[],
            whole: false,
        };
    };
    let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
    let value = &behind[..length.min(behind.len())];
    let whole = value.len() == length;
    *rest = behind.get(length.saturating_add(1)..).unwrap_or_default();
    Piece::Field { name, value, whole }
}

impl Entry {
    /// Takes over a field that stands as `NAME=value`.
    pub(super) fn learn_field(&mut self, field: &[u8]) {
        if let Some(at) = field.iter().position(|&byte| byte == b'=') {
            self.learn(&field[..at], &field[at + 1..], true);
        }
    }

    fn learn(&mut self, name: &[u8], value: &[u8], whole: bool) {
        match name {
            b"MESSAGE" if self.message.is_none() => {
                let kept = &value[..value.len().min(VALUE_MAX_BYTES)];
                self.cut = !whole || kept.len() < value.len();
                self.message = Some(kept.to_vec());
            }
            b"__CURSOR" => put(&mut self.cursor, word(value)),
            b"__REALTIME_TIMESTAMP" => put(&mut self.at, number(value)),
            b"PRIORITY" => put(&mut self.priority, number(value)),
            b"_SYSTEMD_UNIT" => put(&mut self.systemd_unit, word(value)),
            b"UNIT" => put(&mut self.about_unit, word(value)),
            b"SYSLOG_IDENTIFIER" => put(&mut self.identifier, word(value)),
            b"_COMM" => put(&mut self.command, word(value)),
            b"_PID" => put(&mut self.pid, number(value)),
            _ => {}
        }
    }

    fn if_placed(self) -> Option<Self> {
        (self.cursor.is_some() && self.at.is_some()).then_some(self)
    }
}

fn put<T>(at: &mut Option<T>, value: Option<T>) {
    if at.is_none() {
        *at = value;
    }
}

/// A short field; a longer one is no name of anything.
fn word(value: &[u8]) -> Option<String> {
    (value.len() <= 512).then(|| String::from_utf8_lossy(value).into_owned())
}

fn number<N: std::str::FromStr>(value: &[u8]) -> Option<N> {
    std::str::from_utf8(value).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use proptest::prelude::*;

    use super::*;

    const PLACED: &str = "__CURSOR=s=1\n__REALTIME_TIMESTAMP=1700000000000001\n";

    fn binary_field(name: &str, value: &[u8]) -> Vec<u8> {
        let length = u64::try_from(value.len()).unwrap().to_le_bytes();
        [name.as_bytes(), b"\n", &length, value, b"\n"].concat()
    }

    #[test]
    fn fields_are_read_line_by_line() {
        let text = format!("{PLACED}MESSAGE=a=b\nPRIORITY=3\n_PID=7\nUNIT=x.service\n\n{PLACED}\n");
        let read = entries(text.as_bytes());
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].message.as_deref(), Some(&b"a=b"[..]));
        assert_eq!((read[0].priority, read[0].pid), (Some(3), Some(7)));
        assert_eq!(read[0].about_unit.as_deref(), Some("x.service"));
        assert_eq!((&read[1].message, read[1].priority), (&None, None));
    }

    #[test]
    fn a_binary_field_may_hold_newlines_and_what_looks_like_fields() {
        let message = b"one\nPRIORITY=0\n\n\xff";
        let bytes = [PLACED.as_bytes(), &binary_field("MESSAGE", message), b"\n"].concat();
        let read = entries(&bytes);
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].message.as_deref(), Some(&message[..]));
        assert_eq!(read[0].priority, None);
    }

    #[test]
    fn of_fields_that_repeat_the_first_counts() {
        let text = format!("{PLACED}MESSAGE=one\nMESSAGE=two\n_PID=x\n_PID=5\n\n");
        let read = entries(text.as_bytes());
        assert_eq!(
            (read[0].message.as_deref(), read[0].pid),
            (Some(&b"one"[..]), Some(5))
        );
    }

    #[test]
    fn a_giant_message_is_cut_even_where_its_end_is_missing() {
        let mut bytes = [
            PLACED.as_bytes(),
            &binary_field("MESSAGE", &[b'x'; 100_000]),
        ]
        .concat();
        for keep in [bytes.len(), 50_000, 200] {
            bytes.truncate(keep);
            let read = entries(&bytes);
            assert!(read[0].cut && read[0].message.as_ref().unwrap().len() <= VALUE_MAX_BYTES);
        }
    }

    #[test]
    fn an_absurd_length_is_no_allocation() {
        let bytes = [
            PLACED.as_bytes(),
            b"MESSAGE\n",
            &u64::MAX.to_le_bytes(),
            b"abc",
        ]
        .concat();
        let read = entries(&bytes);
        assert!(read[0].cut && read[0].message.as_deref() == Some(&b"abc"[..]));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = entries(&bytes);
        }

        #[test]
        fn any_message_comes_back_and_hides_no_entry(
            message in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let entry = [PLACED.as_bytes(), &binary_field("MESSAGE", &message), b"\n"].concat();
            let read = entries(&[entry.clone(), entry].concat());
            prop_assert_eq!(read.len(), 2);
            prop_assert_eq!(read[1].message.as_deref(), Some(&message[..]));
        }
    }
}
