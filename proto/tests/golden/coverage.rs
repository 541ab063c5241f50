//! That no variant of an enum is left out.

use std::collections::BTreeSet;

use potion_proto::wire;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How many variants an enum has, by what its decoder says of an index that is out of range.
fn variants<T: DeserializeOwned>() -> u32 {
    let Err(error) = wire::decode::<T>(&wire::encode(&u32::MAX).unwrap()) else {
        panic!("an enum has no variant u32::MAX");
    };
    let words = error.to_string();
    let bound = words
        .split("0 <= i < ")
        .nth(1)
        .unwrap_or_else(|| panic!("{words}"));
    let digits: String = bound.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

/// The variant's index on the wire: the first number, one byte below 251.
fn index<T: Serialize>(value: &T) -> u32 {
    u32::from(wire::encode(value).unwrap()[0])
}

/// Asserts that the samples have every variant, and that each decodes into what it was.
pub(crate) fn assert_covered<T: Serialize + DeserializeOwned>(samples: &[T]) {
    let there: BTreeSet<u32> = samples.iter().map(index).collect();
    let all: BTreeSet<u32> = (0..variants::<T>()).collect();
    assert_eq!(there, all, "samples of {}", std::any::type_name::<T>());
    for sample in samples {
        let bytes = wire::encode(sample).unwrap();
        let back = wire::decode::<T>(&bytes).unwrap();
        assert_eq!(wire::encode(&back).unwrap(), bytes);
    }
}
