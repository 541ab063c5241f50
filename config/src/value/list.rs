//! A list of texts that keep a rule.

use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error};
use serde::{Serialize, Serializer};

use crate::key::Kind;
use crate::value::rule::Rule;
use crate::value::text::Text;

/// Entries in one list; more would make messages and checks that nobody can read.
const ENTRIES_MAX: usize = 500;

/// A list of texts that rule `R` accepts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct List<R>(Vec<String>, PhantomData<R>);

impl<R: Rule> List<R> {
    pub(crate) const KIND: Kind = Kind::List {
        expects: R::EXPECTS,
    };

    pub(crate) fn given<const N: usize>(texts: [&str; N]) -> Self {
        Self(texts.map(str::to_owned).into(), PhantomData)
    }

    pub(crate) fn get(&self) -> &[String] {
        &self.0
    }
}

impl<R> Serialize for List<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, R: Rule> Deserialize<'de> for List<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = Vec::<Text<R>>::deserialize(deserializer)?;
        if texts.len() > ENTRIES_MAX {
            return Err(D::Error::invalid_length(
                texts.len(),
                &"at most 500 entries",
            ));
        }
        Ok(Self(
            texts.into_iter().map(Text::into_string).collect(),
            PhantomData,
        ))
    }
}
