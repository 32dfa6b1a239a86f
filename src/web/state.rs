//! What every handler shares.

use std::sync::Arc;

use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::upload::UPLOADS_AT_ONCE;
use crate::config::Settings;
use crate::workflow::Desk;

/// Shared by all workers; holds no state of its own.
pub struct AppState {
    pub desk: Desk,
    pub demo: bool,
    pub secure_cookies: bool,
    pub base_url: Option<String>,
    /// Mail leaves; otherwise it waits in the outbox.
    pub sends_mail: bool,
    /// Changes whenever a static file changes; part of their addresses.
    pub assets: String,
    /// Places for uploads that arrive at the same time.
    pub uploads: Arc<Semaphore>,
}

impl AppState {
    /// From settings.
    pub fn new(settings: &Settings, desk: Desk) -> Self {
        Self {
            desk,
            demo: settings.demo,
            secure_cookies: settings.secure_cookies(),
            base_url: settings.base_url.clone(),
            sends_mail: settings.mail.smtp_url.is_some() || settings.mail.folder.is_some(),
            assets: assets_version(),
            uploads: Arc::new(Semaphore::new(UPLOADS_AT_ONCE)),
        }
    }

    /// Name of the session cookie; `__Host-` ties it to this host where TLS is used.
    pub fn cookie_name(&self) -> &'static str {
        if self.secure_cookies {
            "__Host-torimatome"
        } else {
            "torimatome"
        }
    }
}

fn assets_version() -> String {
    let mut hasher = Sha256::new();
    for name in super::static_files::Assets::iter() {
        if let Some(file) = super::static_files::Assets::get(&name) {
            hasher.update(file.metadata.sha256_hash());
        }
    }
    hasher
        .finalize()
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
