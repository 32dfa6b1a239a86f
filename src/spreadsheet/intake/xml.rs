//! XML one piece at a time, bounded in depth and in the length of a piece, without DTD and entities of its own.

use std::borrow::Cow;

use quick_xml::events::{BytesEnd, BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::bounds::DEPTH;
use super::inflate::PartReader;
use super::why::Why;

/// A part read as XML.
pub(super) struct Xml<'p> {
    reader: Reader<PartReader<'p>>,
    buffer: Vec<u8>,
    depth: usize,
}

/// One piece.
pub(super) enum Token<'b> {
    /// `<a>`
    Open(Tag<'b>),
    /// `<a/>`
    Empty(Tag<'b>),
    /// `</a>`
    Close(EndTag<'b>),
    /// Text with references resolved; long text may come in several pieces.
    Text(Cow<'b, str>),
    /// A comment or an instruction.
    Other,
    /// The end of the part, every element closed.
    Done,
}

pub(super) struct Tag<'b>(BytesStart<'b>);
pub(super) struct EndTag<'b>(BytesEnd<'b>);

impl<'p> Xml<'p> {
    pub(super) fn new(part: PartReader<'p>) -> Self {
        Self {
            reader: Reader::from_reader(part),
            buffer: Vec::with_capacity(512),
            depth: 0,
        }
    }

    /// How many elements are open after the last piece.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// The next piece.
    ///
    /// # Errors
    /// What the stream says, `Dtd`, or `Damaged` where the text is no XML.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Token<'_>, Why> {
        self.buffer.clear();
        self.reader.get_mut().mark();
        match self.reader.read_event_into(&mut self.buffer) {
            Ok(Event::Start(tag)) => {
                self.depth += 1;
                if self.depth > DEPTH {
                    return Err(Why::Damaged);
                }
                Ok(Token::Open(Tag(tag)))
            }
            Ok(Event::Empty(tag)) => Ok(Token::Empty(Tag(tag))),
            Ok(Event::End(tag)) => {
                self.depth = self.depth.saturating_sub(1);
                Ok(Token::Close(EndTag(tag)))
            }
            Ok(Event::Text(text)) => Ok(Token::Text(text.xml10_content())),
            Ok(Event::CData(text)) => Ok(Token::Text(text.xml10_content())),
            Ok(Event::GeneralRef(name)) => Ok(Token::Text(resolve(&name)?)),
            Ok(Event::Comment(_) | Event::PI(_) | Event::Decl(_)) => Ok(Token::Other),
            Ok(Event::DocType(_)) => Err(Why::Dtd),
            Ok(Event::Eof) if self.depth == 0 => Ok(Token::Done),
            Ok(Event::Eof) => Err(Why::Damaged),
            Err(_) => Err(self.reader.get_ref().failure().unwrap_or(Why::Damaged)),
        }
    }

    /// Passes over everything up to the end of the element that is open now.
    pub(super) fn skip(&mut self) -> Result<(), Why> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            if matches!(self.next()?, Token::Done) {
                break;
            }
        }
        Ok(())
    }
}

fn resolve(name: &BytesRef<'_>) -> Result<Cow<'static, str>, Why> {
    let found = match &**name {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "quot" => "\"",
        "apos" => "'",
        _ => {
            let resolved = name.resolve_char_ref().ok().flatten();
            return Ok(Cow::Owned(resolved.ok_or(Why::Damaged)?.to_string()));
        }
    };
    Ok(Cow::Borrowed(found))
}

impl Tag<'_> {
    /// The name without its prefix.
    #[inline]
    pub(super) fn local(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// Each attribute as written: name and value, references not resolved.
    #[inline]
    pub(super) fn raw_attributes(&self) -> impl Iterator<Item = Result<(&str, &str), Why>> {
        let mut attributes = self.0.attributes();
        attributes.with_checks(false);
        attributes.map(|found| match found {
            Ok(found) => match found.value {
                Cow::Borrowed(value) => Ok((found.key.into_inner(), value)),
                Cow::Owned(_) => Err(Why::Damaged),
            },
            Err(_) => Err(Why::Damaged),
        })
    }

    /// An attribute by its name as written, references resolved.
    pub(super) fn attribute(&self, name: &str) -> Result<Option<Cow<'_, str>>, Why> {
        self.attribute_by(|found| found == name)
    }

    /// An attribute by its name after whatever prefix it has (it must have one).
    pub(super) fn prefixed_attribute(&self, name: &str) -> Result<Option<Cow<'_, str>>, Why> {
        self.attribute_by(|found| {
            found
                .split_once(':')
                .is_some_and(|(_, local)| local == name)
        })
    }

    fn attribute_by(&self, wanted: impl Fn(&str) -> bool) -> Result<Option<Cow<'_, str>>, Why> {
        let mut attributes = self.0.attributes();
        attributes.with_checks(false);
        for found in attributes {
            let found = found.map_err(|_| Why::Damaged)?;
            if wanted(found.key.into_inner()) {
                let value = found.normalized_value(XmlVersion::Explicit1_0);
                return value.map(Some).map_err(|_| Why::Damaged);
            }
        }
        Ok(None)
    }
}

impl EndTag<'_> {
    /// The name without its prefix.
    #[inline]
    pub(super) fn local(&self) -> &str {
        self.0.local_name().into_inner()
    }
}
