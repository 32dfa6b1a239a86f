//! Logs: one structured line an event to standard error. No names, addresses, answers or secrets.

use tracing_subscriber::EnvFilter;

/// Starts logging. `RUST_LOG` chooses what is written, `TORIMATOME_LOG=json` the machine's form.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| {
        EnvFilter::new("info,sqlx=warn,sea_orm_migration=warn,sea_orm=warn,actix_server=warn")
    });
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A second start, as in tests, changes nothing.
    let _ = match std::env::var("TORIMATOME_LOG").as_deref() {
        Ok("json") => logs.json().try_init(),
        _ => logs.compact().try_init(),
    };
}
