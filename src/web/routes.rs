//! The only route table.

use actix_web::web::{ServiceConfig, get, post};

use super::municipality::{check, download, history, receipt, sections, task_list};
use super::{home, public, static_files};

/// Registers every route.
pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/", get().to(public::index))
        .route("/healthz", get().to(public::health))
        .route("/static/{name}", get().to(static_files::file))
        .route("/sign-in", get().to(public::sign_in_form))
        .route("/sign-in", post().to(public::sign_in))
        .route("/sign-out", post().to(public::sign_out))
        .route("/session/extend", get().to(public::extend))
        .route("/demo/sign-in", post().to(public::demo_sign_in))
        .route("/home", get().to(home::home));
    municipality(config);
    prefecture(config);
    ministry(config);
    accounts(config);
    help(config);
}

fn municipality(config: &mut ServiceConfig) {
    config
        .route("/editions/{key}/form1.xlsx", get().to(download::form1))
        .route("/editions/{key}/form1", get().to(task_list::task_list))
        .route("/editions/{key}/form1/check", get().to(check::check))
        .route("/editions/{key}/form1/submit", post().to(check::submit))
        .route(
            "/editions/{key}/form1/withdraw",
            post().to(check::take_back),
        )
        .route("/editions/{key}/form1/no-plan", post().to(check::no_plan))
        .route("/editions/{key}/form1/history", get().to(history::history))
        .route("/receipts/{number}", get().to(receipt::receipt))
        .route("/editions/{key}/form1/{section}", get().to(sections::show))
        .route("/editions/{key}/form1/{section}", post().to(sections::save));
}

/// The board, the review of one answer, Form 2. Review pages serve the ministry too.
fn prefecture(_config: &mut ServiceConfig) {}

/// The country, direct bodies, editions, downloads.
fn ministry(_config: &mut ServiceConfig) {}

/// Accounts, invitations, one's own settings.
fn accounts(_config: &mut ServiceConfig) {}

/// Help and statements.
fn help(_config: &mut ServiceConfig) {}
