//! Saved mails (.eml): the subject and the attachments.
//!
//! The parts are found here, with bounds on depth and number; headers in bare Shift_JIS or EUC-JP become
//! UTF-8. Names and subjects (RFC 2047, RFC 2231, ISO-2022-JP) and the encodings of bodies are read by
//! `mail-parser`, one part at a time.

use std::borrow::Cow;
use std::io::Cursor;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Message, MessageParser, MimeHeaders};

use super::{
    Flow, NAME_MAX, Unpacking, has_extension, is_left_out, join, refusal, shown_name, split_path,
    unreadable,
};
use crate::domain::text::with_commas;
use crate::spreadsheet::intake::grid::{Refusal, RefusalKind};

/// Parts within parts: mixed, related, alternative, and a little more.
const DEPTH: u8 = 8;
/// Most parts of one mail.
const PARTS: usize = 500;
/// Longest block of headers of one part.
const HEADERS: usize = 256 << 10;

/// The text begins with headers that only mails have.
pub(super) fn looks_like_a_mail(head: &[u8]) -> bool {
    let line = head.split(|b| *b == b'\n').next().unwrap_or_default();
    let Some(colon) = line.iter().position(|b| *b == b':') else {
        return false;
    };
    [
        "received",
        "return-path",
        "delivered-to",
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "mime-version",
    ]
    .iter()
    .any(|name| line[..colon].eq_ignore_ascii_case(name.as_bytes()))
}

/// Gives every attachment to the sink; a mail without one is one file that is not taken.
pub(super) fn open(unpacking: &mut Unpacking<'_>, bytes: &[u8], folder: &str, name: &str) -> Flow {
    let (head, _) = split_head(bytes);
    let head = in_utf8(head);
    let subject = headers(&head).and_then(|message| message.subject().map(tidy));
    if let Some(subject) = subject {
        unpacking.subject = subject;
    }
    let mut reading = Reading {
        unpacking,
        inside: join(folder, name),
        parts: 0,
        files: 0,
        left_out: 0,
        is_deep: false,
    };
    let flow = reading.part(bytes, 0);
    let Reading {
        files,
        left_out,
        is_deep,
        ..
    } = reading;
    if flow == Flow::Stop {
        return Flow::Stop;
    }
    if left_out > 0 {
        return unpacking.refuse(folder, name, too_many(left_out));
    }
    if is_deep {
        return unpacking.refuse(folder, name, too_deep_parts());
    }
    if files == 0 {
        let nothing = refusal(
            RefusalKind::NotAWorkbook,
            "メールに、様式1のファイルが添付されていません。ファイルを添付したメールか、ファイルそのものを送ってください。",
        );
        return unpacking.refuse(folder, name, nothing);
    }
    Flow::Continue
}

struct Reading<'a, 'b> {
    unpacking: &'a mut Unpacking<'b>,
    inside: String,
    parts: usize,
    files: usize,
    /// Parts beyond [`PARTS`], left unread.
    left_out: usize,
    /// Parts beyond [`DEPTH`] were left unread.
    is_deep: bool,
}

impl Reading<'_, '_> {
    fn part(&mut self, bytes: &[u8], depth: u8) -> Flow {
        self.parts += 1;
        if self.parts > PARTS {
            self.left_out += 1;
            return Flow::Continue;
        }
        if depth > DEPTH {
            self.is_deep = true;
            return Flow::Continue;
        }
        let (head, body) = split_head(bytes);
        let head = in_utf8(head);
        let Some(message) = headers(&head) else {
            return Flow::Continue;
        };
        let kind = message.content_type();
        let is = |main: &str| kind.is_some_and(|kind| kind.c_type.eq_ignore_ascii_case(main));
        if is("multipart")
            && let Some(boundary) = kind.and_then(|kind| kind.attribute("boundary"))
        {
            let (found, more) = parts(body, boundary);
            self.left_out += more;
            for part in found {
                if self.part(part, depth + 1) == Flow::Stop {
                    return Flow::Stop;
                }
            }
            return Flow::Continue;
        }
        if is("message") && kind.and_then(|kind| kind.subtype()) == Some("rfc822") {
            let name =
                attachment_name(&message, &head).unwrap_or_else(|| "転送メール.eml".to_owned());
            return self.attachment(&message, body, &with_extension(&name));
        }
        match attachment_name(&message, &head) {
            Some(name) => {
                let is_picture =
                    is("image") && (message.content_id().is_some() || !is_attachment(&message));
                let is_trimming =
                    has_extension(&name, &["p7s", "vcf", "ics", "asc", "htm", "html"])
                        || (is("text") && !is_attachment(&message));
                if is_picture || is_trimming || is_left_out(&name) {
                    self.unpacking.skipped += 1;
                    return Flow::Continue;
                }
                self.attachment(&message, body, &name)
            }
            // A nameless part that is no text: a workbook may hide in it.
            None if !is("text") && kind.is_some() && !is("image") => {
                self.attachment(&message, body, &shown_name(""))
            }
            None => Flow::Continue,
        }
    }

    fn attachment(&mut self, message: &Message<'_>, body: &[u8], name: &str) -> Flow {
        self.files += 1;
        let inside = self.inside.clone();
        match decoded(message, body) {
            Some(bytes) => self.unpacking.open(&mut Cursor::new(bytes), &inside, name),
            None => self.unpacking.refuse(&inside, name, unreadable()),
        }
    }
}

/// Headers up to the first empty line, and what follows it.
fn split_head(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut start = 0;
    while let Some(length) = bytes[start..].iter().position(|b| *b == b'\n') {
        let line = &bytes[start..start + length];
        let next = start + length + 1;
        if line.is_empty() || line == b"\r" {
            return (&bytes[..start], &bytes[next..]);
        }
        start = next;
        if start > HEADERS {
            return (&bytes[..start], &[]);
        }
    }
    (&bytes[..bytes.len().min(HEADERS)], &[])
}

/// Headers whose names and subject some programs write as they are, in Shift_JIS or EUC-JP, without saying
/// so. Line by line, since each may come from another program.
fn in_utf8(head: &[u8]) -> Cow<'_, [u8]> {
    if std::str::from_utf8(head).is_ok() {
        return Cow::Borrowed(head);
    }
    let mut text = Vec::with_capacity(head.len() * 2);
    for line in head.split_inclusive(|b| *b == b'\n') {
        if std::str::from_utf8(line).is_ok() {
            text.extend_from_slice(line);
            continue;
        }
        // The brackets and most kanji of Shift_JIS are no EUC-JP; the other way round much reads as kana.
        let decoded = encoding_rs::EUC_JP
            .decode_without_bom_handling_and_without_replacement(line)
            .unwrap_or_else(|| encoding_rs::SHIFT_JIS.decode_without_bom_handling(line).0);
        text.extend_from_slice(decoded.as_bytes());
    }
    Cow::Owned(text)
}

/// The headers of one part. A part may have none at all; then it is plain text.
fn headers(head: &[u8]) -> Option<Message<'_>> {
    MessageParser::default().parse_headers(head)
}

/// What lies between lines of `--boundary`: the first of it, and how much more there is.
fn parts<'a>(body: &'a [u8], boundary: &str) -> (Vec<&'a [u8]>, usize) {
    let mut found = Vec::new();
    let mut more = 0;
    let mut keep = |part: &'a [u8]| {
        if found.len() < PARTS {
            found.push(part);
        } else {
            more += 1;
        }
    };
    let mut open: Option<usize> = None;
    let mut start = 0;
    while start < body.len() {
        let end = body[start..]
            .iter()
            .position(|b| *b == b'\n')
            .map_or(body.len(), |length| start + length + 1);
        let line = body[start..end].trim_ascii_end();
        if let Some(rest) = line
            .strip_prefix(b"--")
            .and_then(|line| line.strip_prefix(boundary.as_bytes()))
            && (rest.is_empty() || rest == b"--")
        {
            if let Some(from) = open {
                keep(&body[from..start]);
            }
            open = rest.is_empty().then_some(end);
            if open.is_none() {
                return (found, more);
            }
        }
        start = end;
    }
    // A mail that was cut short ends without the last line.
    if let Some(from) = open {
        keep(&body[from..]);
    }
    (found, more)
}

fn decoded<'a>(message: &Message<'_>, body: &'a [u8]) -> Option<Cow<'a, [u8]>> {
    let encoding = message.content_transfer_encoding().unwrap_or_default();
    if encoding.eq_ignore_ascii_case("base64") {
        let text: Vec<u8> = body
            .iter()
            .copied()
            .filter(|b| !b.is_ascii_whitespace())
            .collect();
        return base64_decode(&text).map(Cow::Owned);
    }
    if encoding.eq_ignore_ascii_case("quoted-printable") {
        return quoted_printable_decode(body).map(Cow::Owned);
    }
    Some(Cow::Borrowed(body))
}

fn is_attachment(message: &Message<'_>) -> bool {
    message
        .content_disposition()
        .is_some_and(|disposition| disposition.is_attachment())
}

fn attachment_name(message: &Message<'_>, head: &[u8]) -> Option<String> {
    if let Some(name) = continued_name(head) {
        return Some(split_path(&name).1);
    }
    let name = message.attachment_name()?;
    // Old programs write the escape sequences of ISO-2022-JP without saying so.
    let name = if name.contains('\u{1b}') {
        encoding_rs::ISO_2022_JP.decode(name.as_bytes()).0
    } else {
        name.into()
    };
    Some(split_path(&name).1)
}

/// `filename*0*=UTF-8''%E3%80; filename*1*=%90…` (RFC 2231): mailers cut it anywhere, also within a
/// character, so the pieces are joined before they are decoded.
fn continued_name(head: &[u8]) -> Option<String> {
    let text = unfolded(head);
    let mut charset = String::new();
    let mut bytes = Vec::new();
    for number in 0..100 {
        let piece = ["filename", "name"].iter().find_map(|key| {
            [format!("{key}*{number}*="), format!("{key}*{number}=")]
                .iter()
                .find_map(|start| parameter(&text, start))
        });
        let Some((piece, is_encoded)) = piece else {
            break;
        };
        let mut piece = piece;
        if number == 0 && is_encoded {
            let mut parts = piece.splitn(3, '\'');
            charset = parts.next().unwrap_or_default().to_owned();
            piece = parts.nth(1).unwrap_or_default();
        }
        if is_encoded {
            unescape(piece, &mut bytes);
        } else {
            bytes.extend_from_slice(piece.as_bytes());
        }
    }
    if bytes.is_empty() {
        return None;
    }
    let encoding = encoding_rs::Encoding::for_label(charset.as_bytes());
    let encoding = encoding.unwrap_or(encoding_rs::UTF_8);
    Some(encoding.decode(&bytes).0.into_owned())
}

/// One header a line: where a line begins with a space, the header goes on.
fn unfolded(head: &[u8]) -> String {
    String::from_utf8_lossy(head)
        .replace('\r', "")
        .replace("\n ", " ")
        .replace("\n\t", " ")
}

/// The value after `start` (any case), and whether its bytes are written as `%E3`.
fn parameter<'a>(text: &'a str, start: &str) -> Option<(&'a str, bool)> {
    let at = text
        .as_bytes()
        .windows(start.len())
        .position(|window| window.eq_ignore_ascii_case(start.as_bytes()))?;
    let value = text.get(at + start.len()..)?;
    let value = value.lines().next().unwrap_or_default();
    let value = match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next().unwrap_or_default(),
        None => value.split([';', ' ', '\t']).next().unwrap_or_default(),
    };
    Some((value, start.ends_with("*=")))
}

fn unescape(text: &str, bytes: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match digits.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
}

fn too_many(left_out: usize) -> Refusal {
    let left_out = with_commas(left_out as u64);
    let message = format!(
        "メールの添付ファイルが多すぎるため、{left_out}件を読み取っていません。読み取っていない添付ファイルを取り出して、ZIPにまとめて送ってください。"
    );
    refusal(RefusalKind::TooLarge, &message)
}

fn too_deep_parts() -> Refusal {
    refusal(
        RefusalKind::TooLarge,
        "メールのつくりが複雑すぎるため、一部を読み取っていません。添付ファイルを取り出して、送り直してください。",
    )
}

/// A mail in a mail in a mail.
pub(super) fn too_deep() -> Refusal {
    refusal(
        RefusalKind::KindNotTaken,
        "転送を重ねたメールです。メールの中のメールに入っているメールは開けません。その中のファイルを取り出して、送り直してください。",
    )
}

fn with_extension(name: &str) -> String {
    if has_extension(name, &["eml"]) {
        name.to_owned()
    } else {
        format!("{name}.eml")
    }
}

fn tidy(subject: &str) -> String {
    let subject = if subject.contains('\u{1b}') {
        encoding_rs::ISO_2022_JP.decode(subject.as_bytes()).0
    } else {
        subject.into()
    };
    let short: String = subject
        .chars()
        .filter(|c| !c.is_control())
        .take(NAME_MAX)
        .collect();
    short.trim().to_owned()
}
