//! A text that keeps a rule.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use serde::{Serialize, Serializer};

use crate::key::Kind;
use crate::value::rule::Rule;

/// A text that rule `R` accepts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Text<R>(String, PhantomData<R>);

impl<R: Rule> Text<R> {
    pub(crate) const KIND: Kind = Kind::Text {
        expects: R::EXPECTS,
    };

    pub(crate) fn given(text: &str) -> Self {
        Self(text.to_owned(), PhantomData)
    }

    pub(crate) fn get(&self) -> &str {
        &self.0
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

impl<R> Serialize for Text<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de, R: Rule> Deserialize<'de> for Text<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_str(TextVisitor::<R>(PhantomData))
            .map(|text| Self(text, PhantomData))
    }
}

struct TextVisitor<R>(PhantomData<R>);

impl<R: Rule> Visitor<'_> for TextVisitor<R> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(R::EXPECTS)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        if R::accepts(text) {
            return Ok(text.to_owned());
        }
        let shown = if R::ECHO {
            Unexpected::Str(text)
        } else {
            Unexpected::Other("this text")
        };
        Err(E::invalid_value(shown, &self))
    }
}
