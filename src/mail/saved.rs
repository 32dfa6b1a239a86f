//! A message that somebody sends by hand: saved as a file that mail programs open as a draft.
//!
//! The notice of January 2025 asks for Form 1 and Form 2 by mail, with the subject 【999999自治体名・意向等調査】; bodies that
//! must still mail get the message ready, with the workbooks under their official names.

use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment as Part, Mailbox, MultiPart};

use super::letter::{LetterError, address, moment, text};
use crate::domain::email_address::EmailAddress;
use crate::domain::japan_time::UnixMillis;

/// A workbook that goes with it.
#[derive(Clone, Debug)]
pub struct Attachment {
    pub name: String,
    pub content_type: &'static str,
    pub bytes: Vec<u8>,
}

/// A message to be looked at, addressed and sent by a person.
#[derive(Clone, Debug)]
pub struct SavedMessage {
    pub from: (String, EmailAddress),
    /// Words instead of an address: whom to put there.
    pub to: String,
    pub subject: String,
    pub body: String,
    pub attachments: Vec<Attachment>,
    pub at: UnixMillis,
}

impl SavedMessage {
    /// The file's bytes.
    ///
    /// # Errors
    /// An address that mail cannot carry.
    pub fn bytes(self) -> Result<Vec<u8>, LetterError> {
        let from = Mailbox::new(Some(self.from.0.clone()), address(&self.from.1)?);
        // No address ends in .invalid (RFC 2606), so a message sent as it is comes back and goes to nobody.
        let to = Mailbox::new(Some(self.to.clone()), "atesaki@example.invalid".parse()?);
        let mut parts = MultiPart::mixed().singlepart(text(&self.body));
        for attachment in self.attachments {
            let kind = ContentType::parse(attachment.content_type).unwrap_or_else(|_| {
                ContentType::parse("application/octet-stream").unwrap_or(ContentType::TEXT_PLAIN)
            });
            parts = parts.singlepart(Part::new(attachment.name).body(attachment.bytes, kind));
        }
        let message = Message::builder()
            .from(from)
            .to(to)
            .subject(self.subject.as_str())
            .date(moment(self.at))
            // Mail programs open the file as a draft.
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("X-Unsent"),
                "1".to_owned(),
            ))
            .multipart(parts)?;
        Ok(message.formatted())
    }
}
