//! Settings: command line over environment over `torimatome.toml` over defaults.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;

use crate::mail::{PostError, PostSettings, Postman};

/// Everything a server needs to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Folder the program writes to: the SQLite database, later also uploads.
    pub data_dir: PathBuf,
    pub listen: SocketAddr,
    /// `sqlite:PATH` or `postgres://…`.
    pub database_url: String,
    /// Address under which browsers reach the portal, without a slash at the end; links in
    /// invitations start with it and forms from other origins are refused by it.
    pub base_url: Option<String>,
    /// Threads that hash passwords.
    pub password_threads: usize,
    /// The practice environment with one-click sign-in.
    pub demo: bool,
    /// Where mail goes. Without a server and a folder it waits in the outbox.
    pub mail: PostSettings,
}

/// The settings file; every entry is optional. The environment has the same names in capitals with
/// the prefix `TORIMATOME_`, and `DATABASE_URL`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SettingsFile {
    pub database_url: Option<String>,
    pub base_url: Option<String>,
    pub password_threads: Option<usize>,
    /// `smtps://user:password@host`, or `smtp://host:587?tls=required`.
    pub smtp_url: Option<String>,
    /// A file of certificates (PEM) to trust besides this machine's.
    pub smtp_ca_file: Option<String>,
    /// `とりまとめ <no-reply@portal.example>`; needed with a mail server.
    pub mail_from: Option<String>,
}

impl Settings {
    /// Settings of `serve` and of the commands beside it.
    pub fn load(data_dir: &Path, listen: SocketAddr, file: Option<&Path>) -> anyhow::Result<Self> {
        let file = match file {
            Some(path) => read_file(path)?,
            None => {
                let usual = data_dir.join("torimatome.toml");
                if usual.exists() {
                    read_file(&usual)?
                } else {
                    SettingsFile::default()
                }
            }
        };
        let threads = match variable("TORIMATOME_PASSWORD_THREADS") {
            Some(text) => Some(
                text.parse()
                    .context("TORIMATOME_PASSWORD_THREADS must be a number")?,
            ),
            None => file.password_threads,
        };
        let base_url = variable("TORIMATOME_BASE_URL").or(file.base_url);
        Ok(Self {
            data_dir: data_dir.to_owned(),
            listen,
            database_url: variable("DATABASE_URL")
                .or(file.database_url)
                .unwrap_or_else(|| sqlite_url(&data_dir.join("torimatome.db"))),
            base_url: base_url.map(|url| url.trim_end_matches('/').to_owned()),
            password_threads: threads.unwrap_or(1),
            demo: false,
            mail: PostSettings {
                smtp_url: variable("TORIMATOME_SMTP_URL").or(file.smtp_url),
                smtp_ca_file: variable("TORIMATOME_SMTP_CA_FILE")
                    .or(file.smtp_ca_file)
                    .map(Into::into),
                folder: None,
                from: variable("TORIMATOME_MAIL_FROM")
                    .or(file.mail_from)
                    .unwrap_or_default(),
                patience: None,
            },
        })
    }

    /// Settings of `demo`: its own SQLite file, nothing from outside.
    pub fn demo(data_dir: &Path, listen: SocketAddr) -> Self {
        Self {
            data_dir: data_dir.to_owned(),
            listen,
            database_url: sqlite_url(&data_dir.join("demo.db")),
            base_url: None,
            password_threads: 1,
            demo: true,
            mail: PostSettings {
                smtp_url: None,
                smtp_ca_file: None,
                folder: Some(data_dir.join("mail")),
                from: "とりまとめ（練習用） <no-reply@torimatome.example>".to_owned(),
                patience: None,
            },
        }
    }

    /// Who hands mail over; `None` if there is nowhere to go.
    ///
    /// # Errors
    /// Settings that do not read, and a server without the public address that links in mails begin with.
    pub fn postman(&self) -> anyhow::Result<Option<Postman>> {
        if self.mail.smtp_url.is_some() && self.base_url.is_none() {
            anyhow::bail!(
                "TORIMATOME_SMTP_URL needs TORIMATOME_BASE_URL: links in mails begin with it"
            );
        }
        let opened: Result<_, PostError> = Postman::open(&self.mail);
        opened.context("the settings for mail have an error")
    }

    /// What links to hand over begin with: the public address, else the one that is listened on.
    pub fn address_for_links(&self, mut listening: SocketAddr) -> String {
        if let Some(base) = &self.base_url {
            return base.clone();
        }
        if listening.ip().is_unspecified() {
            listening.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
        }
        format!("http://{listening}")
    }

    /// Cookies may travel over TLS only, because browsers reach the portal over TLS.
    pub fn secure_cookies(&self) -> bool {
        self.base_url
            .as_ref()
            .is_some_and(|url| url.starts_with("https://"))
    }
}

/// The URL of an SQLite file.
pub fn sqlite_url(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn read_file(path: &Path) -> anyhow::Result<SettingsFile> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the settings file {}", path.display()))?;
    toml::from_str(&text)
        .with_context(|| format!("the settings file {} has an error", path.display()))
}
