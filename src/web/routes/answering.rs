//! A body's own answer, and files that come in.

use actix_web::web::{ServiceConfig, get, post};

use crate::web::intake::{
    self as incoming, batch, batches, file, originals, own as own_file, report,
};
use crate::web::municipality::{
    check, download, history, objection, proxy_page, receipt, sections, sign_off, task_list,
};

pub(super) fn municipality(config: &mut ServiceConfig) {
    config
        .route("/editions/{key}/form1.xlsx", get().to(download::form1))
        .route("/editions/{key}/form1.eml", get().to(download::message))
        .route("/editions/{key}/form1", get().to(task_list::task_list))
        .route("/editions/{key}/form1/check", get().to(check::check))
        .route(
            "/editions/{key}/form1/submit",
            get().to(check::submit_again),
        )
        .route("/editions/{key}/form1/submit", post().to(check::submit))
        .route("/editions/{key}/form1/sign-off", get().to(check::back))
        .route("/editions/{key}/form1/sign-off", post().to(sign_off::sign))
        .route("/editions/{key}/form1/withdraw", get().to(check::back))
        .route(
            "/editions/{key}/form1/withdraw",
            post().to(check::take_back),
        )
        .route("/editions/{key}/form1/no-plan", get().to(check::back))
        .route("/editions/{key}/form1/no-plan", post().to(check::no_plan))
        .route("/editions/{key}/form1/history", get().to(history::history))
        .route("/editions/{key}/form1/proxy", get().to(proxy_page::show))
        .route("/editions/{key}/form1/proxy", post().to(proxy_page::say))
        .route("/receipts/{number}", get().to(receipt::receipt))
        .route("/editions/{key}/form1/objection", get().to(objection::form))
        .route(
            "/editions/{key}/form1/objection",
            post().to(objection::send),
        )
        .route("/editions/{key}/form1/{section}", get().to(sections::show))
        .route("/editions/{key}/form1/{section}", post().to(sections::save));
}

/// Files that come in: a body's own, many at once, and the originals.
pub(super) fn intake(config: &mut ServiceConfig) {
    config
        .route("/editions/{key}/upload", get().to(own_file::form))
        .route("/editions/{key}/upload", post().to(own_file::send))
        .route(
            "/editions/{key}/uploads/{file}",
            get().to(own_file::preview),
        )
        .route(
            "/editions/{key}/uploads/{file}",
            post().to(own_file::decide),
        )
        .route("/intake", get().to(incoming::newest))
        .route("/editions/{key}/intake", get().to(batches::list))
        .route("/editions/{key}/intake", post().to(batches::send))
        .route("/editions/{key}/intake/{batch}", get().to(batch::batch))
        .route("/editions/{key}/intake/{batch}", post().to(batch::decide))
        .route(
            "/editions/{key}/intake/{batch}/report.xlsx",
            get().to(report::workbook),
        )
        .route(
            "/editions/{key}/intake/{batch}/report.json",
            get().to(report::json),
        )
        .route(
            "/editions/{key}/intake/{batch}/files/{item}",
            get().to(file::file),
        )
        .route(
            "/editions/{key}/intake/{batch}/files/{item}",
            post().to(file::decide),
        )
        .route("/files/{file}", get().to(originals::sent))
        .route(
            "/files/{file}/annotated.xlsx",
            get().to(originals::with_notes),
        );
}
