//! The only route table, by subject. `tests/api/authorization.rs` reads every file of this folder.

use actix_web::web::{ServiceConfig, get, post};

use crate::web::{home, public, static_files};

mod answering;
mod gathering;
mod ministry;
mod people;
mod reviewing;

/// Registers every route.
pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/", get().to(public::index))
        .route("/healthz", get().to(public::health))
        .route("/static/{name}", get().to(static_files::file))
        .route("/sign-in", get().to(public::sign_in_form))
        .route("/sign-in", post().to(public::sign_in))
        .route("/sign-out", get().to(public::index))
        .route("/sign-out", post().to(public::sign_out))
        .route("/session/extend", get().to(public::extend))
        .route("/demo/sign-in", post().to(public::demo_sign_in))
        .route("/home", get().to(home::home));
    answering::municipality(config);
    answering::intake(config);
    gathering::prefecture(config);
    ministry::ministry(config);
    ministry::bodies(config);
    ministry::status_tables(config);
    people::deadlines(config);
    people::mail(config);
    people::accounts(config);
    people::inquiries(config);
    people::help(config);
}
