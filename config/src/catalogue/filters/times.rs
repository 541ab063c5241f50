//! Stretches and points of time as people say them.

use jiff::{Timestamp, Zoned};
use minijinja::{Environment, Error, ErrorKind, State, Value};

use super::Speech;
use super::numbers::float;

/// Units of a duration from the largest on: seconds in one, and the message that says it.
const UNITS: [(u64, &str); 4] = [
    (86_400, "word-days"),
    (3_600, "word-hours"),
    (60, "word-minutes"),
    (1, "word-seconds"),
];

pub(super) fn add(environment: &mut Environment<'static>, speech: &Speech) {
    let said = speech.clone();
    environment.add_filter(
        "duration",
        move |state: &State<'_, '_>, seconds: &Value, most: Option<usize>| {
            duration(&said, state, whole(seconds)?, most.unwrap_or(2))
        },
    );
    let said = speech.clone();
    environment.add_filter("ago", move |state: &State<'_, '_>, seconds: &Value| {
        ago(&said, state, whole(seconds)?)
    });
    let said = speech.clone();
    environment.add_filter("clock", move |state: &State<'_, '_>, at: &Value| {
        clock(&said, state, at)
    });
    let said = speech.clone();
    environment.add_filter("time", move |at: &Value| {
        let local = local(&said, at)?;
        let (hour, minute, second) = (local.hour(), local.minute(), local.second());
        Ok::<_, Error>(format!("{hour:02}:{minute:02}:{second:02}"))
    });
}

/// Seconds of a template value; time that has not come yet counts as none.
fn whole(seconds: &Value) -> Result<u64, Error> {
    Ok(float(seconds)?.max(0.0) as u64)
}

/// The two largest units, or one; the second left out where it is zero: “3 hari 2 jam”, “45 menit”.
fn duration(
    speech: &Speech,
    state: &State<'_, '_>,
    seconds: u64,
    most: usize,
) -> Result<String, Error> {
    let first = UNITS
        .iter()
        .position(|(length, _)| seconds >= *length)
        .unwrap_or(UNITS.len() - 1);
    let (length, word) = UNITS[first];
    let mut said = speech.word(state, word, Value::from(seconds / length))?;
    if most > 1
        && let Some((shorter, word)) = UNITS.get(first + 1)
    {
        let rest = seconds % length / shorter;
        if rest > 0 {
            said = format!("{said} {}", speech.word(state, word, Value::from(rest))?);
        }
    }
    Ok(said)
}

/// One unit is enough for what lies back: “5 menit lalu”.
fn ago(speech: &Speech, state: &State<'_, '_>, seconds: u64) -> Result<String, Error> {
    if seconds < 5 {
        return speech.word(state, "word-just-now", Value::from(seconds));
    }
    let (length, word) = UNITS
        .into_iter()
        .find(|(length, _)| seconds >= *length)
        .unwrap_or((1, "word-seconds"));
    let stretch = speech.word(state, word, Value::from(seconds / length))?;
    speech.word(state, "word-ago", Value::from(stretch))
}

/// A point of time in the catalogue's zone.
fn local(speech: &Speech, at: &Value) -> Result<Zoned, Error> {
    let bad = |_| {
        Error::new(
            ErrorKind::InvalidOperation,
            format!("{at} is not a time in Unix seconds"),
        )
    };
    let stamp = Timestamp::from_second(float(at)? as i64).map_err(bad)?;
    Ok(stamp.to_zoned(speech.0.zone.clone()))
}

/// Day, month and time. Months are one message, so that they can be reworded.
fn clock(speech: &Speech, state: &State<'_, '_>, at: &Value) -> Result<String, Error> {
    let local = local(speech, at)?;
    let months = speech.word(state, "word-months", Value::UNDEFINED)?;
    let index = usize::from(local.month().unsigned_abs()).saturating_sub(1);
    let month = months.split_whitespace().nth(index).ok_or_else(|| {
        Error::new(
            ErrorKind::InvalidOperation,
            "word-months takes twelve words",
        )
    })?;
    Ok(format!(
        "{} {month} {:02}:{:02}",
        local.day(),
        local.hour(),
        local.minute()
    ))
}
