//! Strings of an `.xls`: one or two bytes a character, in one record or going on in the next.

use super::globals::look_of;
use crate::spreadsheet::intake::bounds::{STRING_BYTES, STRINGS};
use crate::spreadsheet::intake::bytes::{u16_at, u32_at};
use crate::spreadsheet::intake::grid::Look;
use crate::spreadsheet::intake::why::Why;

/// Characters that stand together in one record: a byte of flags, then `count` characters.
/// Gives the text and how many bytes it took.
pub(super) fn text(data: &[u8], count: usize) -> Option<(String, usize)> {
    let (flags, rest) = data.split_first()?;
    let wide = flags & 1 != 0;
    let bytes = if wide { count * 2 } else { count };
    let mut out = String::new();
    push(rest.get(..bytes)?, wide, &mut out);
    Some((out, bytes + 1))
}

fn push(bytes: &[u8], wide: bool, out: &mut String) {
    if wide {
        let (units, _) = bytes.as_chunks::<2>();
        let units = units.iter().map(|unit| u16::from_le_bytes(*unit));
        out.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
    } else {
        // One byte is the low half of a character whose high half is zero.
        out.extend(bytes.iter().map(|byte| char::from(*byte)));
    }
}

/// The shared texts, one after another.
#[derive(Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<u32>,
    looks: Vec<Look>,
    cut: bool,
}

impl Strings {
    /// A text by its number, and how parts of it look.
    ///
    /// # Errors
    /// `Damaged` where there is none, `TooMuch` where it was left out.
    pub(super) fn get(&self, index: usize) -> Result<(&str, Look), Why> {
        let missing = if self.cut { Why::TooMuch } else { Why::Damaged };
        let end = *self.ends.get(index).ok_or(missing)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        let look = self.looks.get(index).copied().unwrap_or_default();
        Ok((&self.text[start as usize..end as usize], look))
    }

    /// Reads the table: a record and those that continue it.
    pub(super) fn read(first: &[u8], continued: &[&[u8]], fonts: &[Look]) -> Option<Self> {
        let count = u32_at(first, 4)? as usize;
        let mut found = Self::default();
        let mut pieces = Pieces {
            piece: first.get(8..)?,
            rest: continued,
        };
        for _ in 0..count {
            if found.ends.len() >= STRINGS || found.text.len() > STRING_BYTES {
                found.cut = true;
                break;
            }
            let Some(look) = pieces.one(&mut found.text, fonts) else {
                // Some writers announce more than there is.
                break;
            };
            found.looks.push(look);
            found.ends.push(u32::try_from(found.text.len()).ok()?);
        }
        Some(found)
    }
}

/// Bytes that go on from one record to the next.
struct Pieces<'a> {
    piece: &'a [u8],
    rest: &'a [&'a [u8]],
}

impl<'a> Pieces<'a> {
    fn turn(&mut self) -> Option<()> {
        let (next, rest) = self.rest.split_first()?;
        (self.piece, self.rest) = (next, rest);
        Some(())
    }

    /// Up to `count` bytes of this record, of the next one at its end.
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        while self.piece.is_empty() {
            self.turn()?;
        }
        let (taken, piece) = self.piece.split_at(count.min(self.piece.len()));
        self.piece = piece;
        Some(taken)
    }

    fn skip(&mut self, mut count: usize) -> Option<()> {
        while count > 0 {
            count -= self.take(count)?.len();
        }
        Some(())
    }

    /// Bytes that may go on in the next record.
    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        let mut filled = 0;
        while filled < N {
            let taken = self.take(N - filled)?;
            bytes[filled..filled + taken.len()].copy_from_slice(taken);
            filled += taken.len();
        }
        Some(bytes)
    }

    /// How the runs of a text look: each has the character it begins with, and a font.
    fn looks(&mut self, runs: usize, length: usize, fonts: &[Look]) -> Option<Look> {
        let mut look = Look::default();
        for _ in 0..runs {
            let [first, second, third, fourth] = self.bytes()?;
            let begins = usize::from(u16::from_le_bytes([first, second]));
            if begins < length {
                look = look.and(look_of(fonts, u16::from_le_bytes([third, fourth])));
            }
        }
        Some(look)
    }

    /// One text and how parts of it look; where its characters go on in the next record, that begins with flags of
    /// its own.
    fn one(&mut self, out: &mut String, fonts: &[Look]) -> Option<Look> {
        while self.piece.is_empty() {
            self.turn()?;
        }
        let head = self.piece.get(..3)?;
        let mut count = usize::from(u16_at(head, 0)?);
        let flags = head[2];
        self.piece = &self.piece[3..];
        let length = count;
        let (mut runs, mut after) = (0, 0);
        if flags & 0x08 != 0 {
            runs = usize::from(u16_at(self.piece, 0)?);
            self.piece = &self.piece[2..];
        }
        if flags & 0x04 != 0 {
            after += u32_at(self.piece, 0)? as usize;
            self.piece = &self.piece[4..];
        }
        let mut wide = flags & 1 != 0;
        while count > 0 {
            if self.piece.is_empty() {
                self.turn()?;
                let (flags, piece) = self.piece.split_first()?;
                wide = flags & 1 != 0;
                self.piece = piece;
            }
            let size = if wide { 2 } else { 1 };
            let fits = (self.piece.len() / size).min(count);
            if fits == 0 {
                return None;
            }
            let (taken, piece) = self.piece.split_at(fits * size);
            push(taken, wide, out);
            self.piece = piece;
            count -= fits;
        }
        let look = self.looks(runs, length, fonts)?;
        self.skip(after)?;
        Some(look)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_go_on_in_the_next_record() {
        // "ab" narrow; "あい" of which "い" stands in the next record; "c" with a run of formats after it.
        let first = [
            &[3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, b'a', b'b'][..],
            &[2, 0, 1, 0x42, 0x30],
        ]
        .concat();
        let second = [1, 0x44, 0x30, 1, 0, 8, 1, 0, b'c', 9, 9];
        let third = [9, 9];
        let strings = Strings::read(&first, &[&second, &third], &[]).expect("a table");
        let all: Vec<_> = (0..3).map(|index| strings.get(index)).collect();
        let plain = Look::default();
        assert_eq!(
            all,
            [Ok(("ab", plain)), Ok(("あい", plain)), Ok(("c", plain))]
        );
        assert_eq!(strings.get(3), Err(Why::Damaged));
    }

    #[test]
    fn a_table_that_promises_more_than_it_has_ends() {
        let first = [
            0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 0, 0, b'a',
        ];
        let strings = Strings::read(&first, &[], &[]).expect("a table");
        assert_eq!(strings.get(0), Ok(("a", Look::default())));
        assert!(strings.get(1).is_err());
    }
}
