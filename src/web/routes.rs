//! The only route table.

use actix_web::web::{ServiceConfig, get, post};

use super::ministry::{country, direct, downloads, editions, settings, sheets};
use super::municipality::{check, history, receipt, sections, task_list};
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
fn ministry(config: &mut ServiceConfig) {
    config
        .route("/country", get().to(country::newest))
        .route("/direct", get().to(direct::newest))
        .route("/sheets", get().to(sheets::newest))
        .route("/downloads", get().to(downloads::newest))
        .route("/editions", get().to(editions::editions))
        .route("/editions/{key}/country", get().to(country::country))
        .route("/editions/{key}/direct", get().to(direct::direct))
        .route("/editions/{key}/sheets", get().to(sheets::sheets))
        .route("/editions/{key}/downloads", get().to(downloads::downloads))
        .route("/editions/{key}/answers.xlsx", get().to(downloads::answers))
        .route("/editions/{key}/counts.xlsx", get().to(downloads::counts))
        .route("/editions/{key}/settings", get().to(settings::settings))
        .route("/editions/{key}/settings", post().to(settings::change));
}

/// Accounts, invitations, one's own settings.
fn accounts(_config: &mut ServiceConfig) {}

/// Help and statements.
fn help(_config: &mut ServiceConfig) {}
