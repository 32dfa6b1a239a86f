//! The mail room: letters as bytes, and the ways they leave. Nothing else in the program names lettre.
//!
//! ```text
//! Letter (address, subject, text, Message-ID, moment) ─ bytes ─> message ─ Postman::send ─> Sent | Refused | Broken
//! ```
//! Text only, UTF-8 in base64 so that no relay breaks a line; one recipient a message.

mod letter;
mod postman;
mod saved;
mod server;

pub use letter::{Letter, LetterError};
pub use postman::{Handed, PostError, PostSettings, Postman};
pub use saved::{Attachment, SavedMessage};
