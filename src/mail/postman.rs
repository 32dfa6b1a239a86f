//! The ways letters leave: a mail server, or a folder (the practice environment).

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use lettre::address::Envelope;
use lettre::message::Mailbox;
use lettre::transport::smtp::response::Severity;

use super::letter::Letter;
use super::server::{MailServer, Trouble, certificates};

/// How long a mail server may take for one answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// One letter, greeting and goodbye included, may take so many answers.
const ANSWERS: u32 = 3;

/// Where letters go; the default is nowhere.
#[derive(Clone, Default)]
pub struct PostSettings {
    /// `smtps://…`, or `smtp://…?tls=required`; user and password belong into the address.
    pub smtp_url: Option<String>,
    /// A file of certificates (PEM) to trust besides this machine's: a relay in a closed network has its own authority.
    pub smtp_ca_file: Option<PathBuf>,
    /// Instead of a server: a folder that gets a file for each letter.
    pub folder: Option<PathBuf>,
    /// `とりまとめ <no-reply@portal.example>`.
    pub from: String,
    /// How long a mail server may take for one answer; half a minute if not said.
    pub patience: Option<Duration>,
}

impl std::fmt::Debug for PostSettings {
    /// Without the address of the server, which holds its password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostSettings")
            .field("smtp", &self.smtp_url.is_some())
            .field("folder", &self.folder)
            .field("from", &self.from)
            .finish()
    }
}

/// Why there is no postman. Never says the address of the server: it holds the password.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    #[error("TORIMATOME_MAIL_FROM is not an address such as: とりまとめ <no-reply@portal.example>")]
    From,
    #[error(
        "TORIMATOME_SMTP_URL does not read; expected smtps://user:password@host or smtp://host:587?tls=required"
    )]
    Url,
    #[error("TORIMATOME_SMTP_CA_FILE cannot be read: {0}")]
    CaFile(#[source] std::io::Error),
    #[error("TORIMATOME_SMTP_CA_FILE holds no certificate (PEM: -----BEGIN CERTIFICATE-----)")]
    NoCertificate,
    #[error("the folder for letters cannot be made: {0}")]
    Folder(#[source] std::io::Error),
}

/// What became of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handed {
    /// The server took it; its words.
    Over(String),
    /// The server refused it for now; its words.
    Later(String),
    /// The server refused this letter for good; its words.
    Never(String),
    /// No answer that could be read: no connection, no secure connection, no sign-in, no reply in time.
    /// Whether the server took the letter is not known.
    Broken(String),
}

/// Hands letters over.
#[derive(Clone)]
pub struct Postman {
    way: Way,
    from: Mailbox,
    patience: Duration,
}

#[derive(Clone)]
enum Way {
    /// One conversation at a time: letters leave in their order, and no relay is pressed.
    Smtp(Arc<MailServer>),
    Folder(PathBuf),
}

impl Postman {
    /// The postman of these settings; `None` if there is nowhere to go.
    ///
    /// # Errors
    /// Settings that do not read.
    pub fn open(settings: &PostSettings) -> Result<Option<Self>, PostError> {
        let patience = settings.patience.unwrap_or(PATIENCE);
        let way = match (&settings.smtp_url, &settings.folder) {
            (Some(url), _) => {
                let authorities = match &settings.smtp_ca_file {
                    Some(file) => std::fs::read(file).map_err(PostError::CaFile)?,
                    None => Vec::new(),
                };
                if settings.smtp_ca_file.is_some() && certificates(&authorities).is_empty() {
                    return Err(PostError::NoCertificate);
                }
                let server = MailServer::parse(url, authorities, patience);
                let server = server.ok_or(PostError::Url)?;
                Way::Smtp(Arc::new(server))
            }
            (None, Some(folder)) => {
                std::fs::create_dir_all(folder).map_err(PostError::Folder)?;
                Way::Folder(folder.clone())
            }
            (None, None) => return Ok(None),
        };
        let from = settings.from.parse().map_err(|_| PostError::From)?;
        Ok(Some(Self {
            way,
            from,
            patience,
        }))
    }

    /// The host part of the sender's address, for Message-IDs.
    pub fn domain(&self) -> &str {
        self.from.email.domain()
    }

    /// Whether somebody answers, before any letter is touched.
    ///
    /// # Errors
    /// What stands in the way.
    pub async fn is_there(&self) -> Result<(), String> {
        let Way::Smtp(server) = &self.way else {
            return Ok(());
        };
        match tokio::time::timeout(self.patience * ANSWERS, server.is_there()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(trouble)) => Err(words(&trouble)),
            Err(_) => Err("no answer in time".to_owned()),
        }
    }

    /// No more letters for now.
    pub async fn leave(&self) {
        if let Way::Smtp(server) = &self.way {
            server.leave().await;
        }
    }

    /// Hands one letter over.
    pub async fn send(&self, letter: &Letter) -> Handed {
        let message = match letter.message(&self.from) {
            Ok(message) => message,
            Err(error) => return Handed::Never(error.to_string()),
        };
        match &self.way {
            Way::Folder(folder) => into_folder(folder, letter, &message.formatted()).await,
            Way::Smtp(server) => {
                let bytes = message.formatted();
                let sending = by_smtp(server, message.envelope(), &bytes);
                let at_most = self.patience * ANSWERS;
                let handed = tokio::time::timeout(at_most, sending).await;
                handed.unwrap_or_else(|_| Handed::Broken("no answer in time".to_owned()))
            }
        }
    }
}

async fn by_smtp(server: &MailServer, envelope: &Envelope, bytes: &[u8]) -> Handed {
    match server.send(envelope, bytes).await {
        Ok(reply) => {
            let lines: Vec<&str> = reply.message().collect();
            Handed::Over(format!("{} {}", reply.code(), lines.join(" ")))
        }
        Err(trouble) => {
            let said = words(&trouble);
            let status = match &trouble {
                Trouble::Letter(error) => error.status(),
                Trouble::Opening(_) | Trouble::Connection(_) | Trouble::Time => None,
            };
            match status {
                // Sign-in is asked for, refused or too weak: the letter is not to blame.
                Some(code) if is_about_sign_in(&code.to_string()) => Handed::Broken(said),
                Some(code) if code.severity == Severity::PermanentNegativeCompletion => {
                    Handed::Never(said)
                }
                // The service itself says goodbye.
                Some(code) if code.to_string() == "421" => Handed::Broken(said),
                Some(_) => Handed::Later(said),
                None => Handed::Broken(said),
            }
        }
    }
}

/// RFC 4954: replies about sign-in and its encryption.
fn is_about_sign_in(code: &str) -> bool {
    matches!(code, "432" | "454" | "530" | "534" | "535" | "538")
}

/// The error with its causes, in one line.
fn words(error: &Trouble) -> String {
    let mut said = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let more = error.to_string();
        if !said.contains(&more) {
            said.push_str(": ");
            said.push_str(&more);
        }
        cause = error.source();
    }
    said.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(400)
        .collect()
}

/// A file that is whole or not there; a retry writes the same file.
async fn into_folder(folder: &std::path::Path, letter: &Letter, bytes: &[u8]) -> Handed {
    let name: String = letter
        .message_id
        .chars()
        .map(|c| match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' => c,
            _ => '_',
        })
        .collect();
    let (whole, part) = (
        folder.join(format!("{name}.eml")),
        folder.join(format!("{name}.part")),
    );
    let bytes = bytes.to_vec();
    let written = tokio::task::spawn_blocking(move || {
        std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, &whole))
    });
    match written.await {
        Ok(Ok(())) => Handed::Over("ファイルに保存しました（練習用）".to_owned()),
        Ok(Err(error)) => Handed::Broken(error.to_string()),
        Err(error) => Handed::Broken(error.to_string()),
    }
}
