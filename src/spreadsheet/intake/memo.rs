//! What parts of earlier workbooks said: most forms come from one template, and their types, relations,
//! names, styles and themes are the same to the byte.
//!
//! ```text
//! part as it lies in the file ─ seen before, byte for byte? ─> what was read then │ read, kept for the next
//! ```
//! A part is compared as a whole, so nothing is believed of a part that was not read.

use std::any::Any;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use super::inflate::Stored;
use super::why::Why;

/// Parts kept a thread.
const PARTS: usize = 24;
/// Bytes of the longest part that is kept, as it lies in the file.
const PART_BYTES: usize = 8 * 1024;
/// The same for a part that says little. A template that was copied for years has as many bytes of styles,
/// and so has every form made of it.
const LONG_PART_BYTES: usize = 256 * 1024;
/// Bytes of all parts that are kept.
const BYTES: usize = 1024 * 1024;

struct Kept {
    name: String,
    data: Vec<u8>,
    deflated: bool,
    crc: u32,
    said: Rc<dyn Any>,
}

thread_local! {
    static KEPT: RefCell<VecDeque<Kept>> = const { RefCell::new(VecDeque::new()) };
}

/// What `read` makes of a part, which must depend on its name and bytes alone.
///
/// # Errors
/// Those of `read`; they are not kept.
pub(super) fn remembered<T: 'static>(
    name: &str,
    part: Stored<'_>,
    read: impl FnOnce() -> Result<T, Why>,
) -> Result<Rc<T>, Why> {
    remembered_up_to(PART_BYTES, name, part, read)
}

/// The same for a long part, of which `read` makes no more than some ten thousand bytes.
///
/// # Errors
/// Those of `read`; they are not kept.
pub(super) fn remembered_long<T: 'static>(
    name: &str,
    part: Stored<'_>,
    read: impl FnOnce() -> Result<T, Why>,
) -> Result<Rc<T>, Why> {
    remembered_up_to(LONG_PART_BYTES, name, part, read)
}

fn remembered_up_to<T: 'static>(
    longest: usize,
    name: &str,
    part: Stored<'_>,
    read: impl FnOnce() -> Result<T, Why>,
) -> Result<Rc<T>, Why> {
    let seen = |kept: &Kept| {
        let same = kept.crc == part.crc
            && kept.deflated == part.deflated
            && kept.name == name
            && kept.data == part.data;
        let said = same.then(|| Rc::clone(&kept.said))?;
        said.downcast::<T>().ok()
    };
    if let Some(said) = KEPT.with_borrow(|kept| kept.iter().find_map(seen)) {
        return Ok(said);
    }
    let said = Rc::new(read()?);
    if part.data.len() <= longest {
        KEPT.with_borrow_mut(|kept| {
            while kept.len() >= PARTS || bytes(kept) + part.data.len() > BYTES {
                kept.pop_front();
            }
            kept.push_back(Kept {
                name: name.to_owned(),
                data: part.data.to_vec(),
                deflated: part.deflated,
                crc: part.crc,
                said: Rc::<T>::clone(&said),
            });
        });
    }
    Ok(said)
}

fn bytes(kept: &VecDeque<Kept>) -> usize {
    kept.iter().map(|kept| kept.data.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(data: &[u8], crc: u32) -> Stored<'_> {
        Stored {
            data,
            deflated: true,
            crc,
        }
    }

    #[test]
    fn only_the_same_part_is_not_read_again() {
        let read = |name: &str, part: Stored<'_>, says: u32| {
            *remembered(name, part, || Ok(says)).expect("reads")
        };
        assert_eq!(read("a", part(b"x", 1), 1), 1);
        assert_eq!(read("a", part(b"x", 1), 2), 1, "the same");
        assert_eq!(read("a", part(b"y", 1), 3), 3, "other bytes");
        assert_eq!(read("a", part(b"x", 2), 4), 4, "another checksum");
        assert_eq!(read("b", part(b"x", 1), 5), 5, "another name");
        let text = remembered("a", part(b"x", 1), || Ok("another kind of answer"));
        assert_eq!(*text.expect("reads"), "another kind of answer");
        let long = vec![0; PART_BYTES + 1];
        assert_eq!(read("long", part(&long, 1), 6), 6);
        assert_eq!(read("long", part(&long, 1), 7), 7, "too long to keep");
        for name in 0..PARTS {
            read(&name.to_string(), part(b"z", 1), 8);
        }
        assert_eq!(read("a", part(b"x", 1), 9), 9, "long ago");
    }

    #[test]
    fn long_parts_push_each_other_out() {
        let read = |name: &str, data: &[u8], says: u32| {
            *remembered_long(name, part(data, 1), || Ok(says)).expect("reads")
        };
        let long = vec![0; LONG_PART_BYTES];
        assert_eq!(read("first", &long, 1), 1);
        assert_eq!(read("first", &long, 2), 1, "the same");
        let mut other = long.clone();
        other[LONG_PART_BYTES - 1] = 1;
        assert_eq!(
            read("first", &other, 3),
            3,
            "the same but for its last byte"
        );
        for name in 2..=BYTES / LONG_PART_BYTES {
            read(&name.to_string(), &long, 4);
        }
        assert!(KEPT.with_borrow(bytes) <= BYTES);
        assert_eq!(read("first", &long, 5), 5, "long ago");
        let longer = vec![0; LONG_PART_BYTES + 1];
        assert_eq!(read("longer", &longer, 6), 6);
        assert_eq!(read("longer", &longer, 7), 7, "too long to keep");
    }

    #[test]
    fn what_does_not_read_is_not_kept() {
        let bad = remembered::<u32>("bad", part(b"x", 1), || Err(Why::Dtd));
        assert_eq!(bad, Err(Why::Dtd));
        let good = remembered("bad", part(b"x", 1), || Ok(1_u32));
        assert_eq!(good, Ok(Rc::new(1)));
    }
}
