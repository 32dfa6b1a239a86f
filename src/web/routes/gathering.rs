//! Whoever gathers answers: the board, Form 2, entries for a body, required amounts, changes of intent.

use actix_web::web::{ServiceConfig, get, post};

use crate::web::changes::{
    list as change_list, new as new_change, one as one_change, report as change_report,
};
use crate::web::prefecture::{self as gathering, board, board_deadline, cities, form2, sheet};
use crate::web::review::proxy::{self, check as proxy_check, section as proxy_section};
use crate::web::{amounts, forms_zip};

/// The board, the review of one answer, Form 2. Review pages serve the ministry too.
pub(super) fn prefecture(config: &mut ServiceConfig) {
    config
        .route("/board", get().to(gathering::to_board))
        .route("/form2", get().to(gathering::to_form2))
        .route("/cities", get().to(gathering::to_cities))
        .route("/editions/{key}/board", get().to(board::own_board))
        .route("/editions/{key}/board/accept", get().to(board::back))
        .route("/editions/{key}/board/accept", post().to(board::accept))
        .route("/editions/{key}/board/deadline", get().to(board::back))
        .route(
            "/editions/{key}/board/deadline",
            post().to(board_deadline::set_deadline),
        )
        .route("/editions/{key}/cities", get().to(cities::cities))
        .route("/editions/{key}/form2", get().to(form2::own_form2))
        .route("/editions/{key}/form2", post().to(form2::send))
        .route("/editions/{key}/form2.xlsx", get().to(sheet::own_workbook))
        .route("/editions/{key}/forms.zip", get().to(forms_zip::own))
        .route(
            r"/editions/{key}/prefectures/{prefecture:\d\d}/forms.zip",
            get().to(forms_zip::of_prefecture),
        )
        .route(
            r"/editions/{key}/form2/{number:\d+}.xlsx",
            get().to(sheet::own_sent_workbook),
        )
        .route(
            r"/editions/{key}/form2/{number:\d+}.eml",
            get().to(sheet::own_message),
        )
        .route(
            r"/editions/{key}/prefectures/{prefecture:\d\d}/form2.xlsx",
            get().to(sheet::ministry_workbook),
        )
        .route(
            r"/editions/{key}/prefectures/{prefecture:\d\d}/form2/{number:\d+}.xlsx",
            get().to(sheet::ministry_sent_workbook),
        )
        .route(
            r"/editions/{key}/form2/{number:\d+}",
            get().to(sheet::own_sheet),
        )
        .route(
            r"/editions/{key}/prefectures/{prefecture:\d\d}",
            get().to(board::ministry_board),
        )
        .route(
            r"/editions/{key}/prefectures/{prefecture:\d\d}/form2",
            get().to(form2::ministry_form2),
        )
        .route(
            r"/editions/{key}/prefectures/{prefecture:\d\d}/form2/{number:\d+}",
            get().to(sheet::ministry_sheet),
        );
    super::reviewing::review(config);
    entering(config);
    changes(config);
    required_amounts(config);
}

/// 所要額の集計, for the ministry and for prefectures.
fn required_amounts(config: &mut ServiceConfig) {
    config
        .route("/editions/{key}/amounts", get().to(amounts::totals))
        .route("/editions/{key}/amounts/bodies", get().to(amounts::bodies))
        .route(
            r"/editions/{key}/amounts.{ending:xlsx|csv}",
            get().to(amounts::file),
        );
}

/// 代理入力 on pages.
fn entering(config: &mut ServiceConfig) {
    config
        .route(
            "/editions/{key}/answers/{code}/proxy",
            get().to(proxy::form),
        )
        .route(
            "/editions/{key}/answers/{code}/proxy",
            post().to(proxy::begin),
        )
        .route(
            "/editions/{key}/answers/{code}/proxy/check",
            get().to(proxy_check::check),
        )
        .route(
            "/editions/{key}/answers/{code}/proxy/submit",
            get().to(proxy_check::submit_again),
        )
        .route(
            "/editions/{key}/answers/{code}/proxy/submit",
            post().to(proxy_check::submit),
        )
        .route(
            "/editions/{key}/answers/{code}/proxy/{section}",
            get().to(proxy_section::show),
        )
        .route(
            "/editions/{key}/answers/{code}/proxy/{section}",
            post().to(proxy_section::save),
        );
}

/// 意向の変更.
fn changes(config: &mut ServiceConfig) {
    config
        .route("/editions/{key}/changes/new", get().to(new_change::form))
        .route("/editions/{key}/changes/new", post().to(new_change::send))
        .route("/changes", get().to(change_list::list))
        .route("/changes/report", get().to(change_report::report))
        .route(
            r"/changes/report.{ending:xlsx|csv}",
            get().to(change_report::file),
        )
        .route(r"/changes/{change:\d+}", get().to(one_change::change))
        .route(r"/changes/{change:\d+}", post().to(one_change::decide));
}
