//! `torimatome serve`: the real thing.

use std::sync::Arc;

use super::{Listen, Place};
use crate::app::{Application, open_desk};
use crate::config::Settings;
use crate::domain::japan_time::{SystemClock, datetime_label};
use crate::workflow::accounts::set_up_link;

/// Serves the portal. While there is no account, it prints a set-up link for the first ministry
/// administrator.
pub async fn run(place: &Place, listen: &Listen) -> anyhow::Result<()> {
    let settings = Settings::load(&place.data_dir, listen.listen, place.settings.as_deref())?;
    let desk = open_desk(&settings, Arc::new(SystemClock)).await?;
    let application = Application::build(&settings, desk)?;
    println!("とりまとめを始めました: http://{}/", application.address);
    if let Some(link) = set_up_link(&application.desk).await? {
        let base = settings.address_for_links(application.address);
        println!(
            "まだ利用者がいません。次のリンクから、最初の管理者（厚生労働省）を登録してください。"
        );
        println!("  {base}{}", link.path());
        println!(
            "{}まで有効で、一度だけ使えます。起動し直すと新しいリンクになり、前のものは使えなくなります。",
            datetime_label(link.expires_at)
        );
    }
    application.run().await
}
