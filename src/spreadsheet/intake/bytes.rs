//! Small readers of bytes, all of them bounded by what is there.

/// A number of two bytes, the low one first.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let found = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(found.try_into().ok()?))
}

/// A number of four bytes, the low one first.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let found = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(found.try_into().ok()?))
}

/// A floating number of eight bytes, the low one first.
pub(super) fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    let found = bytes.get(at..at.checked_add(8)?)?;
    Some(f64::from_le_bytes(found.try_into().ok()?))
}
