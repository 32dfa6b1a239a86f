//! `torimatome demo`: the practice environment.

use std::sync::Arc;

use super::{Listen, Place};
use crate::app::{Application, open_desk};
use crate::config::Settings;
use crate::domain::japan_time::SystemClock;

/// Fills the practice database on first start and serves it.
pub async fn run(place: &Place, listen: &Listen) -> anyhow::Result<()> {
    let settings = Settings::demo(&place.data_dir, listen.listen);
    let desk = open_desk(&settings, Arc::new(SystemClock)).await?;
    crate::demo::fill(&desk).await?;
    let application = Application::build(&settings, desk)?;
    println!("とりまとめ（練習用）を始めました。ブラウザーで次のアドレスを開いてください。");
    println!("  http://{}/", application.address);
    println!("ログイン画面で役割を選ぶだけで始められます。終わるときは Ctrl+C を押してください。");
    application.run().await
}
