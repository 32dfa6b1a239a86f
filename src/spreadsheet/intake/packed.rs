//! A long file packed for the pipe to its reader and for the place where it is kept: once, where both follow each
//! other.
//!
//! A workbook is deflated already, but one that somebody formatted down to the last row repeats itself even so:
//! packed again it takes a twentieth. Packing takes about as long as hashing; a pipe, and a database that writes
//! everything twice, take several times as long for each byte. A photograph does not shrink and is passed over
//! at the speed of memory.

use std::sync::{Mutex, PoisonError};

use lz4_flex::block::{compress_into, decompress_into, get_maximum_output_size};

use super::bounds::FILE_BYTES;

/// Shorter files stay as they are: a form has some 12 kB and does not shrink.
const PACKED_FROM: usize = 64 * 1024;

/// The bytes of a file, packed where that takes a quarter or more off.
#[derive(Clone, Debug)]
pub struct Packed {
    bytes: Vec<u8>,
    /// Bytes of the file. As many as there are, or more: then they are one LZ4 block.
    size: usize,
}

impl Packed {
    /// Packs a file, if that helps.
    pub fn new(bytes: Vec<u8>) -> Self {
        let size = bytes.len();
        let packed = (size >= PACKED_FROM)
            .then(|| pack(&bytes, size / 4 * 3))
            .flatten();
        Self {
            bytes: packed.unwrap_or(bytes),
            size,
        }
    }

    /// Bytes of the file itself.
    pub fn size(&self) -> usize {
        self.size
    }

    /// What is handed on: the file, or the block.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes, and whether they are one LZ4 block.
    pub fn into_parts(self) -> (Vec<u8>, bool) {
        let is_block = self.bytes.len() < self.size;
        (self.bytes, is_block)
    }
}

/// Rooms for the worst case, as long as a file and more: to clear one anew for each file would take a quarter of the
/// time.
static ROOMS: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());
/// As many as are packed at once on two cores, and the longest that is put aside.
const ROOMS_ASIDE: usize = 2;
const ROOM_BYTES: usize = FILE_BYTES / 2;

/// Packs bytes, if they then are at most `most`.
fn pack(bytes: &[u8], most: usize) -> Option<Vec<u8>> {
    let rooms = || ROOMS.lock().unwrap_or_else(PoisonError::into_inner);
    let mut room = rooms().pop().unwrap_or_default();
    let needed = get_maximum_output_size(bytes.len());
    if room.len() < needed {
        room.resize(needed, 0);
    }
    let packed = compress_into(bytes, &mut room).ok();
    let packed = packed
        .filter(|length| *length <= most)
        .map(|length| room[..length].to_vec());
    if room.len() <= ROOM_BYTES {
        let mut rooms = rooms();
        if rooms.len() < ROOMS_ASIDE {
            rooms.push(room);
        }
    }
    packed
}

/// Unpacks a block into a room of just the file's size; `None` if it is none, or of another size.
pub(super) fn unpack_into(room: &mut [u8], block: &[u8]) -> Option<()> {
    let given = decompress_into(block, room).ok()?;
    (given == room.len()).then_some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_packed_comes_out_as_it_was(
            piece in prop::collection::vec(any::<u8>(), 1..400),
            times in 1_usize..2_000,
        ) {
            let file = piece.repeat(times);
            let packed = Packed::new(file.clone());
            prop_assert_eq!(packed.size(), file.len());
            let (bytes, is_block) = packed.into_parts();
            if is_block {
                prop_assert!(bytes.len() < file.len());
                let mut room = vec![0; file.len()];
                prop_assert_eq!(unpack_into(&mut room, &bytes), Some(()));
                prop_assert!(room == file);
                let mut larger = vec![0; file.len() + 1];
                prop_assert_eq!(unpack_into(&mut larger, &bytes), None);
                prop_assert_eq!(unpack_into(&mut room[1..], &bytes), None);
            } else {
                prop_assert!(bytes == file);
            }
        }
    }

    #[test]
    fn only_what_shrinks_is_packed() {
        let form = vec![0; PACKED_FROM - 1];
        assert!(!Packed::new(form).into_parts().1, "short");
        let (rows, is_block) = Packed::new(vec![0; PACKED_FROM]).into_parts();
        assert!(is_block && rows.len() < PACKED_FROM / 20);
        let mut state = 1_u64;
        let picture: Vec<u8> = std::iter::repeat_with(|| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 56) as u8
        })
        .take(PACKED_FROM * 2)
        .collect();
        let (bytes, is_block) = Packed::new(picture.clone()).into_parts();
        assert!(!is_block && bytes == picture);
    }
}
