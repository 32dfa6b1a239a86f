//! What stands before the first element of an XML text: a DTD is looked for there, and only there can it be.

use memchr::memmem::find;

/// What a beginning shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prolog {
    /// An element begins, or it is no XML.
    Plain,
    Dtd,
    /// More is needed.
    Unfinished,
}

/// Judges the beginning of a part. UTF-16 is looked at without its zeros.
pub(super) fn prolog(beginning: &[u8]) -> Prolog {
    if beginning.starts_with(&[0xFF, 0xFE])
        || beginning.starts_with(&[0xFE, 0xFF])
        || beginning.iter().take(4).filter(|byte| **byte == 0).count() == 2
    {
        let narrow: Vec<u8> = beginning
            .iter()
            .copied()
            .filter(|byte| !matches!(byte, 0 | 0xFE | 0xFF))
            .collect();
        return judge(&narrow);
    }
    judge(beginning.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(beginning))
}

fn judge(mut rest: &[u8]) -> Prolog {
    loop {
        rest = rest.trim_ascii_start();
        let end: &[u8] = if rest.starts_with(b"<?") {
            b"?>"
        } else if rest.starts_with(b"<!--") {
            b"-->"
        } else if rest.len() < 4 && b"<!--".starts_with(rest) {
            return Prolog::Unfinished;
        } else if rest.starts_with(b"<!") {
            return Prolog::Dtd;
        } else {
            return Prolog::Plain;
        };
        match find(rest, end) {
            Some(at) => rest = &rest[at + end.len()..],
            None => return Prolog::Unfinished,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dtd_is_found_wherever_it_may_stand() {
        for (text, expected) in [
            ("<?xml version='1.0'?>\n<a/>", Prolog::Plain),
            ("\u{FEFF}<?xml version='1.0'?><!DOCTYPE a>", Prolog::Dtd),
            (" <!-- <!DOCTYPE --> <?pi <!DOCTYPE ?>\n<a/>", Prolog::Plain),
            ("<!-- x --><!DOCTYPE a [", Prolog::Dtd),
            ("<!doctype html>", Prolog::Dtd),
            ("<!-- x", Prolog::Unfinished),
            ("<?xml", Prolog::Unfinished),
            ("<!-", Prolog::Unfinished),
            ("<", Prolog::Unfinished),
            ("", Prolog::Unfinished),
            ("text", Prolog::Plain),
        ] {
            assert_eq!(prolog(text.as_bytes()), expected, "{text}");
            let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            if text.len() > 4 {
                assert_eq!(prolog(&wide), expected, "{text} in UTF-16");
            }
        }
    }
}
