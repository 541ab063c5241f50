//! The types that single values have. Each knows its bounds, refuses what lies outside while it is decoded
//! (so that the error has the value's line and column), and says in words what it takes.

mod choice;
mod list;
mod number;
pub(crate) mod rule;
mod text;

pub(crate) use choice::choice;
pub(crate) use list::List;
pub(crate) use number::{
    Count, Days, Decimal, Degrees, Hours, Mib, Millis, Minutes, Percent, Seconds, Times,
};
pub(crate) use text::Text;
