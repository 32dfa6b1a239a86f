//! The only route table.

use actix_web::web::{ServiceConfig, get, post};

use super::accounts::{edit, invitation, invite, list, own};
use super::municipality::{check, history, receipt, sections, task_list};
use super::{help, home, public, static_files};

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
fn ministry(_config: &mut ServiceConfig) {}

/// Accounts, invitations, one's own settings.
fn accounts(config: &mut ServiceConfig) {
    config
        .route("/invitation/{token}", get().to(invitation::show))
        .route("/invitation/{token}", post().to(invitation::accept))
        .route("/account", get().to(own::own))
        .route("/account", post().to(own::rename))
        .route("/account/password", get().to(own::resumed))
        .route("/account/password", post().to(own::change_password))
        .route("/account/sessions/end", get().to(own::resumed))
        .route("/account/sessions/end", post().to(own::end_others))
        .route("/accounts", get().to(list::list))
        .route("/accounts/invite", get().to(invite::resumed))
        .route("/accounts/invite", post().to(invite::invite))
        .route("/accounts/invite/cancel", get().to(invite::resumed))
        .route("/accounts/invite/cancel", post().to(invite::cancel))
        .route("/accounts/bodies/{code}", get().to(list::body))
        .route("/accounts/{id}", get().to(edit::edit))
        .route("/accounts/{id}", post().to(edit::save))
        .route("/accounts/{id}/{what}", get().to(edit::resumed))
        .route("/accounts/{id}/{what}", post().to(edit::act));
}

/// Help and statements.
fn help(config: &mut ServiceConfig) {
    config
        .route("/help", get().to(help::index))
        .route("/help/{topic}", get().to(help::topic))
        .route("/accessibility", get().to(help::accessibility));
}
