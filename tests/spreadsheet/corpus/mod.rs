//! Files as they come from the field, and what must be read from each.

mod book;
mod round_trip;
