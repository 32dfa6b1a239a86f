//! `multipart/form-data` as it arrives, piece by piece, with bounds on everything a sender decides.
//!
//! ```text
//! bytes of the body ─ feed ─> Part (name, file name) · Data … · Part · Data … ─ finish ─> whole or cut off
//! ```
//! Strict where no browser differs: a part has a name, a boundary stands at the start of a line.

use memchr::memmem::Finder;

/// Longest head of a part, in bytes; a browser's is below 700.
const HEAD_MAX: usize = 8 * 1024;
/// Most bytes before the first boundary; browsers send none.
const PREAMBLE_MAX: usize = 1024;
/// Most spaces after a boundary; browsers send none.
const PADDING_MAX: usize = 64;

/// The body is not what its header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not multipart/form-data")]
pub struct Malformed;

/// What a part calls itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartHead {
    /// Name of the form field.
    pub name: String,
    /// Name of the file, without folders; `None` for a plain field.
    pub file_name: Option<String>,
}

/// Something that was read.
#[derive(Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// A part begins; the one before it is complete.
    Part(PartHead),
    /// More of the part's content.
    Data(&'a [u8]),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Preamble,
    AfterBoundary,
    Head,
    Body,
    Epilogue,
}

/// Reads a body in pieces of any size.
pub struct Multipart {
    boundary: Finder<'static>,
    held: Vec<u8>,
    place: Place,
    preamble: usize,
}

impl Multipart {
    /// For a body of this `Content-Type`.
    pub fn new(content_type: &str) -> Result<Self, Malformed> {
        let (kind, parameters) = content_type.split_once(';').ok_or(Malformed)?;
        if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
            return Err(Malformed);
        }
        let boundary = parameter(parameters, "boundary").ok_or(Malformed)?;
        if boundary.is_empty() || boundary.len() > 70 {
            return Err(Malformed);
        }
        let line = format!("\r\n--{boundary}");
        Ok(Self {
            boundary: Finder::new(line.as_bytes()).into_owned(),
            // So that the first boundary, too, stands at the start of a line.
            held: b"\r\n".to_vec(),
            place: Place::Preamble,
            preamble: 0,
        })
    }

    /// Takes the next bytes and tells what they hold. `tell` may stop everything with an error of its own.
    pub fn feed<E: From<Malformed>>(
        &mut self,
        bytes: &[u8],
        mut tell: impl FnMut(Event<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.place == Place::Epilogue {
            return Ok(());
        }
        self.held.extend_from_slice(bytes);
        let mut at = 0;
        while let Some(used) = self.step(at, &mut tell)? {
            at += used;
        }
        self.held.drain(..at);
        Ok(())
    }

    /// The body has ended; an error if it was cut off.
    pub fn finish(&self) -> Result<(), Malformed> {
        (self.place == Place::Epilogue)
            .then_some(())
            .ok_or(Malformed)
    }

    /// One step from `at`; how many bytes it used, or `None` if more bytes are needed.
    fn step<E: From<Malformed>>(
        &mut self,
        at: usize,
        tell: &mut impl FnMut(Event<'_>) -> Result<(), E>,
    ) -> Result<Option<usize>, E> {
        let rest = &self.held[at..];
        // What could be the beginning of a boundary stays.
        let sure = rest.len().saturating_sub(self.boundary.needle().len() - 1);
        match self.place {
            Place::Preamble => match self.boundary.find(rest) {
                Some(found) => {
                    self.place = Place::AfterBoundary;
                    Ok(Some(found + self.boundary.needle().len()))
                }
                None if sure == 0 => Ok(None),
                None => {
                    self.preamble += sure;
                    if self.preamble > PREAMBLE_MAX {
                        return Err(Malformed.into());
                    }
                    Ok(Some(sure))
                }
            },
            Place::AfterBoundary => {
                if rest.starts_with(b"--") {
                    self.place = Place::Epilogue;
                    return Ok(Some(rest.len()));
                }
                let padding = rest
                    .iter()
                    .take_while(|b| matches!(b, b' ' | b'\t'))
                    .count();
                let line_end = &rest[padding..];
                if line_end.starts_with(b"\r\n") {
                    self.place = Place::Head;
                    Ok(Some(padding + 2))
                } else if padding > PADDING_MAX
                    || !(b"\r\n".starts_with(line_end) || (padding == 0 && rest == b"-"))
                {
                    Err(Malformed.into())
                } else {
                    Ok(None)
                }
            }
            Place::Head => match memchr::memmem::find(rest, b"\r\n\r\n") {
                Some(end) if end <= HEAD_MAX => {
                    let head = part_head(&rest[..end]).ok_or(Malformed)?;
                    self.place = Place::Body;
                    tell(Event::Part(head))?;
                    Ok(Some(end + 4))
                }
                _ if rest.len() > HEAD_MAX => Err(Malformed.into()),
                _ => Ok(None),
            },
            Place::Body => match self.boundary.find(rest) {
                Some(found) => {
                    if found > 0 {
                        tell(Event::Data(&rest[..found]))?;
                    }
                    self.place = Place::AfterBoundary;
                    Ok(Some(found + self.boundary.needle().len()))
                }
                None if sure == 0 => Ok(None),
                None => {
                    tell(Event::Data(&rest[..sure]))?;
                    Ok(Some(sure))
                }
            },
            Place::Epilogue => Ok(None),
        }
    }
}

/// Name and file name of a part, from its header lines.
fn part_head(head: &[u8]) -> Option<PartHead> {
    let head = String::from_utf8_lossy(head);
    let value = head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_it = name.trim().eq_ignore_ascii_case("content-disposition");
        is_it.then(|| value.trim())
    })?;
    let (kind, parameters) = value.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("form-data") {
        return None;
    }
    Some(PartHead {
        name: plain(&parameter(parameters, "name")?),
        file_name: parameter(parameters, "filename").map(|name| {
            let name = plain(&name);
            // Some programs send the whole path.
            let last = name.rsplit(['/', '\\']).next();
            last.unwrap_or_default().to_owned()
        }),
    })
}

/// What browsers write for a quotation mark and a line break in a name.
fn plain(name: &str) -> String {
    let name = name
        .replace("%22", "\"")
        .replace("%0D", "")
        .replace("%0A", " ");
    name.chars().filter(|c| !c.is_control()).collect()
}

/// The value of `wanted` in `; a=b; c="d"`; a quotation mark in quotes is `\"`.
fn parameter(text: &str, wanted: &str) -> Option<String> {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ';']);
        let (name, after) = rest.split_once('=')?;
        let (value, tail) = match after.trim_start().strip_prefix('"') {
            Some(quoted) => quoted_value(quoted)?,
            None => match after.split_once(';') {
                Some((value, tail)) => (value.trim().to_owned(), tail),
                None => (after.trim().to_owned(), ""),
            },
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = tail;
    }
}

/// The text up to the closing quotation mark, and what follows it.
fn quoted_value(quoted: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = quoted.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, &quoted[at + 1..])),
            // A lone backslash is one: old browsers send `C:\\folder\\file`.
            '\\' if chars.peek().is_some_and(|(_, next)| *next == '"') => {
                value.push('"');
                chars.next();
            }
            c => value.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests;
