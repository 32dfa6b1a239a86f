//! XML one piece at a time, bounded in depth and in the length of a piece, without DTD and entities of its own.

use std::borrow::Cow;

use memchr::{memchr, memmem};
use quick_xml::events::{BytesEnd, BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::bounds::{DEPTH, TOKENS};
use super::inflate::PartReader;
use super::why::Why;

/// A part read as XML.
pub(super) struct Xml<'p> {
    source: Source<'p>,
    buffer: Vec<u8>,
    depth: usize,
    /// Pieces that may still come.
    left: u32,
}

/// Most parts are short and stand in memory as one piece, which needs no copy.
enum Source<'p> {
    Whole(Reader<&'p [u8]>),
    Stream(Reader<PartReader<'p>>),
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
    /// Begins to read.
    ///
    /// # Errors
    /// What the stream says.
    pub(super) fn new(part: PartReader<'p>) -> Result<Self, Why> {
        let source = match part.whole()? {
            Ok(whole) => Source::Whole(Reader::from_reader(whole)),
            Err(stream) => Source::Stream(Reader::from_reader(stream)),
        };
        Ok(Self {
            source,
            buffer: Vec::new(),
            depth: 0,
            left: TOKENS,
        })
    }

    /// From here on, gives no more than so many pieces, of so many bytes; `TooMuch` beyond.
    pub(super) fn allow(&mut self, tokens: u32, bytes: u64) {
        self.left = tokens;
        if let Source::Stream(reader) = &mut self.source {
            reader.get_mut().allow(bytes);
        }
    }

    /// How many elements are open after the last piece.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// Whether no more pieces will be given: a sheet is cut here, other parts are refused.
    pub(super) fn is_spent(&self) -> bool {
        self.left == 0
    }

    /// The next piece.
    ///
    /// # Errors
    /// What the stream says, `TooMuch`, `Dtd`, or `Damaged` where the text is no XML.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Token<'_>, Why> {
        self.left = self.left.checked_sub(1).ok_or(Why::TooMuch)?;
        let event = match &mut self.source {
            Source::Whole(reader) => reader.read_event(),
            Source::Stream(reader) => {
                self.buffer.clear();
                reader.get_mut().mark();
                reader.read_event_into(&mut self.buffer)
            }
        };
        match event {
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
            Err(_) => Err(match &self.source {
                Source::Whole(_) => Why::Damaged,
                Source::Stream(reader) => reader.get_ref().failure().unwrap_or(Why::Damaged),
            }),
        }
    }

    /// Passes over the element that is open now without a look at what is in it: for long parts of no
    /// interest. Names of end tags are not compared any more from here on.
    pub(super) fn skip_unseen(&mut self, name: &str) -> Result<(), Why> {
        let end = format!("</{name}");
        let found = match &mut self.source {
            Source::Whole(reader) => {
                reader.config_mut().check_end_names = false;
                let rest = reader.get_mut();
                let at = memmem::find(rest, end.as_bytes()).map(|at| at + end.len());
                let close = at.and_then(|at| memchr(b'>', &rest[at..]).map(|more| at + more + 1));
                close.map(|close| *rest = &rest[close..]).is_some()
            }
            Source::Stream(reader) => {
                reader.config_mut().check_end_names = false;
                let part = reader.get_mut();
                let found = part.skip_past(end.as_bytes());
                let found = found.and_then(|found| Ok(found && part.skip_to_close()?));
                found.map_err(|_| part.failure().unwrap_or(Why::Damaged))?
            }
        };
        self.depth = self.depth.saturating_sub(1);
        if found { Ok(()) } else { Err(Why::Damaged) }
    }

    /// Ends reading before the end of the part; what was read must still be what was written.
    pub(super) fn finish(self) -> Result<(), Why> {
        match self.source {
            Source::Whole(_) => Ok(()),
            Source::Stream(reader) => {
                let mut part = reader.into_inner();
                let drained = part.drain();
                drained.map_err(|_| part.failure().unwrap_or(Why::Damaged))
            }
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

    /// The name as written.
    pub(super) fn name(&self) -> &str {
        self.0.name().into_inner()
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
