//! `torimatome demo`: the practice environment.

use std::sync::Arc;

use anyhow::bail;

use super::{Listen, Place};
use crate::app::{Application, open_desk};
use crate::config::Settings;
use crate::demo::Filling;
use crate::domain::japan_time::SystemClock;

/// Fills the practice database on first start and serves it.
pub async fn run(place: &Place, listen: &Listen) -> anyhow::Result<()> {
    let settings = Settings::demo(&place.data_dir, listen.listen);
    let desk = open_desk(&settings, Arc::new(SystemClock)).await?;
    if crate::demo::fill(&desk).await? == Filling::Half {
        // The file is not deleted here: another start may be filling it at this moment.
        let file = place.data_dir.join("demo.db");
        bail!(
            "練習用のデータベース（{}）の準備が、途中で止まっています。このままでは使えないため、始めませんでした。別の画面で練習用の環境を準備中のときは、終わるまでお待ちください。そうでないときは、{}で始まる名前のファイルを消してから、もう一度始めてください。本番のデータには関係しません。",
            file.display(),
            file.display()
        );
    }
    let application = Application::build(&settings, desk)?;
    println!("とりまとめ（練習用）を始めました。ブラウザーで次のアドレスを開いてください。");
    println!("  http://{}/", application.address);
    println!("ログイン画面で役割を選ぶだけで始められます。終わるときは Ctrl+C を押してください。");
    application.run().await
}
