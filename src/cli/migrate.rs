//! `torimatome migrate`: the schema and the reference data.

use std::sync::Arc;

use super::Place;
use crate::app::open_desk;
use crate::config::Settings;
use crate::domain::japan_time::SystemClock;

/// Brings the database up to date.
pub async fn run(place: &Place) -> anyhow::Result<()> {
    let listen = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let settings = Settings::load(&place.data_dir, listen, place.settings.as_deref())?;
    let desk = open_desk(&settings, Arc::new(SystemClock)).await?;
    desk.store.close().await?;
    println!("データベースを最新の状態にしました。");
    Ok(())
}
