//! Whole and decimal numbers with a unit and bounds.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use serde::{Serialize, Serializer};

use crate::key::Kind;

/// What a number counts, and the type that code reads it as.
pub(crate) trait Unit {
    type Out;
    const NAME: &'static str;
    fn out(number: u64) -> Self::Out;
}

/// A whole number of `U` from `MIN` to `MAX`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Number<U, const MIN: u64, const MAX: u64>(u64, PhantomData<U>);

impl<U: Unit, const MIN: u64, const MAX: u64> Number<U, MIN, MAX> {
    pub(crate) const KIND: Kind = Kind::Whole {
        unit: U::NAME,
        min: MIN,
        max: MAX,
    };

    pub(crate) fn given(number: u64) -> Self {
        Self(number, PhantomData)
    }

    pub(crate) fn get(&self) -> U::Out {
        U::out(self.0)
    }
}

impl<U, const MIN: u64, const MAX: u64> Serialize for Number<U, MIN, MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

impl<'de, U: Unit, const MIN: u64, const MAX: u64> Deserialize<'de> for Number<U, MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_i64(WholeVisitor {
                kind: Self::KIND,
                min: MIN,
                max: MAX,
            })
            .map(Self::given)
    }
}

struct WholeVisitor {
    kind: Kind,
    min: u64,
    max: u64,
}

impl Visitor<'_> for WholeVisitor {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<u64, E> {
        u64::try_from(number)
            .ok()
            .filter(|number| (self.min..=self.max).contains(number))
            .ok_or_else(|| E::invalid_value(Unexpected::Signed(number), &self))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<u64, E> {
        Some(number)
            .filter(|number| (self.min..=self.max).contains(number))
            .ok_or_else(|| E::invalid_value(Unexpected::Unsigned(number), &self))
    }
}

/// A decimal number from `MIN` tenths to `MAX` tenths.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Decimal<const MIN: u32, const MAX: u32>(f64);

impl<const MIN: u32, const MAX: u32> Decimal<MIN, MAX> {
    pub(crate) const KIND: Kind = Kind::Decimal {
        min_tenths: MIN,
        max_tenths: MAX,
    };

    pub(crate) fn given(number: f64) -> Self {
        Self(number)
    }

    pub(crate) fn get(&self) -> f64 {
        self.0
    }
}

impl<const MIN: u32, const MAX: u32> Serialize for Decimal<MIN, MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0)
    }
}

impl<'de, const MIN: u32, const MAX: u32> Deserialize<'de> for Decimal<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = deserializer.deserialize_f64(DecimalVisitor(Self::KIND))?;
        let bounds = f64::from(MIN) / 10.0..=f64::from(MAX) / 10.0;
        if bounds.contains(&number) {
            return Ok(Self(number));
        }
        Err(D::Error::invalid_value(
            Unexpected::Float(number),
            &DecimalVisitor(Self::KIND),
        ))
    }
}

struct DecimalVisitor(Kind);

impl Visitor<'_> for DecimalVisitor {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<f64, E> {
        Ok(number)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<f64, E> {
        // Numbers that i32 cannot hold are beyond every bound here, so infinity stands for them.
        Ok(i32::try_from(number).map_or(f64::INFINITY, f64::from))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<f64, E> {
        Ok(u32::try_from(number).map_or(f64::INFINITY, f64::from))
    }
}

/// Declares a unit: its alias, the word that errors use, the type code reads, and the conversion.
macro_rules! units {
    ($($alias:ident, $marker:ident, $word:literal, $out:ty, $convert:expr;)+) => {$(
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub(crate) struct $marker;

        impl Unit for $marker {
            type Out = $out;
            const NAME: &'static str = $word;
            fn out(number: u64) -> $out {
                let convert: fn(u64) -> $out = $convert;
                convert(number)
            }
        }

        pub(crate) type $alias<const MIN: u64, const MAX: u64> = Number<$marker, MIN, MAX>;
    )+};
}

units! {
    Millis, MillisUnit, "of milliseconds", Duration, Duration::from_millis;
    Seconds, SecondsUnit, "of seconds", Duration, Duration::from_secs;
    Minutes, MinutesUnit, "of minutes", Duration, |n| Duration::from_secs(n * 60);
    Hours, HoursUnit, "of hours", Duration, |n| Duration::from_secs(n * 3_600);
    Days, DaysUnit, "of days", Duration, |n| Duration::from_secs(n * 86_400);
    Mib, MibUnit, "of MiB", u64, |n| n << 20;
    Percent, PercentUnit, "(percent)", u32, |n| n as u32;
    Degrees, DegreesUnit, "of degrees Celsius", u32, |n| n as u32;
    Times, TimesUnit, "", u32, |n| n as u32;
    Count, CountUnit, "", usize, |n| n as usize;
}
