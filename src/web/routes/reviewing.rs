//! One answer and the decisions on it, and what is asked about it.

use actix_web::web::{ServiceConfig, get, post};

use crate::web::review::{
    answer, asking, checklist, correcting, history as review_history, passing_on, reopening,
    request, returning,
};

/// One answer and the decisions on it.
pub(super) fn review(config: &mut ServiceConfig) {
    config
        .route("/editions/{key}/answers/{code}", get().to(answer::answer))
        .route(
            "/editions/{key}/answers/{code}/form1.xlsx",
            get().to(answer::workbook),
        )
        .route(
            "/editions/{key}/answers/{code}/history",
            get().to(review_history::history),
        )
        .route(
            "/editions/{key}/answers/{code}/start-review",
            get().to(answer::back),
        )
        .route(
            "/editions/{key}/answers/{code}/start-review",
            post().to(answer::start_review),
        )
        .route(
            "/editions/{key}/answers/{code}/accept",
            get().to(answer::back),
        )
        .route(
            "/editions/{key}/answers/{code}/accept",
            post().to(answer::accept),
        )
        .route(
            "/editions/{key}/answers/{code}/return",
            get().to(returning::form),
        )
        .route(
            "/editions/{key}/answers/{code}/return",
            post().to(returning::send),
        )
        .route(
            "/editions/{key}/answers/{code}/send-back",
            get().to(answer::send_back_again),
        )
        .route(
            "/editions/{key}/answers/{code}/send-back",
            post().to(answer::send_back),
        )
        .route(
            "/editions/{key}/answers/{code}/reopen",
            get().to(reopening::form),
        )
        .route(
            "/editions/{key}/answers/{code}/reopen",
            post().to(reopening::send),
        );
    requests(config);
}

/// What is asked about an answer, and what a reviewer mends in it.
fn requests(config: &mut ServiceConfig) {
    config
        .route(
            "/editions/{key}/answers/{code}/correct",
            get().to(correcting::form),
        )
        .route(
            "/editions/{key}/answers/{code}/correct",
            post().to(correcting::send),
        )
        .route(
            "/editions/{key}/answers/{code}/checklist",
            get().to(checklist::form),
        )
        .route(
            "/editions/{key}/answers/{code}/checklist",
            post().to(checklist::send),
        )
        .route("/editions/{key}/answers/{code}/ask", get().to(asking::form))
        .route(
            "/editions/{key}/answers/{code}/ask",
            post().to(asking::send),
        )
        .route(
            "/editions/{key}/answers/{code}/pass-on",
            get().to(passing_on::form),
        )
        .route(
            "/editions/{key}/answers/{code}/pass-on",
            post().to(passing_on::send),
        )
        .route(
            r"/editions/{key}/answers/{code}/requests/{number:\d+}",
            get().to(request::request),
        )
        .route(
            r"/editions/{key}/answers/{code}/requests/{number:\d+}",
            post().to(request::decide),
        );
}
