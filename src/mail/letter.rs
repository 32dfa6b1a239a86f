//! One message to one address, the same bytes however often it is written.

use std::time::{Duration, UNIX_EPOCH};

use lettre::address::AddressError;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use lettre::{Address, Message};

use crate::domain::email_address::EmailAddress;
use crate::domain::japan_time::UnixMillis;

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Without angle brackets; the same in every attempt.
    pub message_id: String,
    pub to: EmailAddress,
    /// One line.
    pub subject: String,
    /// Lines that end in LF.
    pub body: String,
    /// When it was written, for the header `Date`.
    pub at: UnixMillis,
}

/// Why a letter cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    #[error("the address cannot be used in a mail: {0}")]
    Address(#[from] AddressError),
    #[error("the message cannot be written: {0}")]
    Message(#[from] lettre::error::Error),
}

impl Letter {
    /// The message from this sender.
    ///
    /// # Errors
    /// An address that mail cannot carry.
    pub(super) fn message(&self, from: &Mailbox) -> Result<Message, LetterError> {
        let to = Mailbox::new(None, address(&self.to)?);
        let mut builder = Message::builder()
            .from(from.clone())
            .to(to)
            .subject(self.subject.as_str())
            .message_id(Some(format!("<{}>", self.message_id)))
            .date(moment(self.at));
        for (name, value) in [
            // RFC 3834: no out-of-office notes, please; the second is for Exchange.
            ("Auto-Submitted", "auto-generated"),
            ("X-Auto-Response-Suppress", "All"),
        ] {
            builder = builder.raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str(name),
                value.to_owned(),
            ));
        }
        Ok(builder.singlepart(text(&self.body))?)
    }
}

/// A plain text part that every relay leaves as it is.
pub(super) fn text(body: &str) -> SinglePart {
    SinglePart::builder()
        .header(ContentType::TEXT_PLAIN)
        .header(ContentTransferEncoding::Base64)
        .body(body.replace('\n', "\r\n"))
}

pub(super) fn address(address: &EmailAddress) -> Result<Address, AddressError> {
    address.to_string().parse()
}

pub(super) fn moment(at: UnixMillis) -> std::time::SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(at.0).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Letter {
        Letter {
            message_id: "12.abc@portal.example".to_owned(),
            to: "iryo@city.example".parse().expect("an address"),
            subject: "【012025函館市・意向等調査】あと3日（入力中）".to_owned(),
            body: "一行目\n\nhttps://portal.example/home\n".to_owned(),
            at: UnixMillis(1_780_000_000_000),
        }
    }

    fn raw(letter: &Letter) -> String {
        let from = "とりまとめ <no-reply@portal.example>"
            .parse()
            .expect("a sender");
        let message = letter.message(&from).expect("a message");
        String::from_utf8(message.formatted()).expect("text")
    }

    #[test]
    fn a_retry_is_the_same_to_the_byte() {
        let raw_letter = raw(&letter());
        assert_eq!(raw_letter, raw(&letter()));
        assert!(raw_letter.contains("Message-ID: <12.abc@portal.example>\r\n"));
        assert!(raw_letter.contains("Auto-Submitted: auto-generated\r\n"));
        assert!(raw_letter.contains("To: iryo@city.example\r\n"));
        assert!(raw_letter.is_ascii(), "{raw_letter}");
        assert!(
            raw_letter.lines().all(|line| line.len() <= 78),
            "{raw_letter}"
        );
    }

    #[test]
    fn another_program_reads_what_was_meant() {
        let raw = raw(&letter());
        let read = mail_parser::MessageParser::default()
            .parse(raw.as_bytes())
            .expect("a message");
        assert_eq!(read.subject(), Some(letter().subject.as_str()));
        let text = read.body_text(0).expect("a text").replace("\r\n", "\n");
        assert_eq!(text, letter().body);
        assert_eq!(read.message_id(), Some("12.abc@portal.example"));
    }

    #[test]
    fn a_subject_cannot_add_a_header() {
        let bad = Letter {
            subject: "件名\r\nBcc: other@city.example".to_owned(),
            ..letter()
        };
        let raw = raw(&bad);
        let read = mail_parser::MessageParser::default()
            .parse(raw.as_bytes())
            .expect("a message");
        assert!(read.bcc().is_none(), "{raw}");
        assert!(!raw.contains("\nBcc:"), "{raw}");
    }
}
