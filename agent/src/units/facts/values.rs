//! D-Bus values as the facts want them; one of another type is left out.

use super::*;

pub(super) fn moment(micros: u64) -> Option<Timestamp> {
    (micros != 0 && micros != u64::MAX).then(|| Timestamp::from_micros(micros))
}

pub(super) fn text<'v>(value: &'v Variant<'_>) -> Option<&'v str> {
    match value {
        Variant::Str(text) => Some(text.as_str()),
        _ => None,
    }
}

pub(super) fn put_text(at: &mut String, value: &Variant<'_>) {
    if let Some(text) = text(value) {
        text.clone_into(at);
    }
}

pub(super) fn put_flag(at: &mut bool, value: &Variant<'_>) {
    if let Variant::Bool(flag) = value {
        *at = *flag;
    }
}

pub(super) fn put_texts(at: &mut Vec<String>, value: &Variant<'_>) {
    if let Variant::Array(array) = value {
        *at = array
            .inner()
            .iter()
            .filter_map(text)
            .map(ToOwned::to_owned)
            .collect();
    }
}

/// The `u` of `(uo)`.
pub(super) fn first_number(value: &Variant<'_>) -> Option<u32> {
    match value {
        Variant::Structure(fields) => match fields.fields().first() {
            Some(Variant::U32(number)) => Some(*number),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn hex(value: &Variant<'_>) -> String {
    let Variant::Array(bytes) = value else {
        return String::new();
    };
    let byte = |value: &Variant<'_>| match value {
        Variant::U8(byte) => format!("{byte:02x}"),
        _ => String::new(),
    };
    bytes.inner().iter().map(byte).collect()
}

pub(super) fn sorted(mut first: Vec<String>, second: Vec<String>) -> Vec<String> {
    first.extend(second);
    first.sort_unstable();
    first.dedup();
    first
}
