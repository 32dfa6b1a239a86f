//! `torimatome serve`: the real thing.

use std::sync::Arc;

use super::{Listen, Place};
use crate::app::{Application, open_desk};
use crate::config::Settings;
use crate::domain::japan_time::SystemClock;

/// Serves the portal. While there is no account, it prints a set-up link for the first ministry
/// administrator.
pub async fn run(place: &Place, listen: &Listen) -> anyhow::Result<()> {
    let settings = Settings::load(&place.data_dir, listen.listen, place.settings.as_deref())?;
    let desk = open_desk(&settings, Arc::new(SystemClock)).await?;
    let application = Application::build(&settings, desk)?;
    println!("とりまとめを始めました: http://{}/", application.address);
    application.run().await
}
