//! The ministry: the country, editions and how they are made, the ledger, the tables.

use actix_web::web::{ServiceConfig, get, post};

use crate::web::bodies::{change, list as body_list, one as body_page, table};
use crate::web::ministry::making::{
    dates, discard, hub, lists, new, opening, parts, preview, trial,
};
use crate::web::ministry::participation::{
    self as ledger, batch as ledger_batch, body, confirm, enter, take_back,
};
use crate::web::ministry::{
    count_bodies, country, direct, downloads, editions, follow_up, plan, plan_bodies, questions,
    respondents, schemes, settings, sheets,
};
use crate::web::status;

/// The country, direct bodies, editions, downloads.
pub(super) fn ministry(config: &mut ServiceConfig) {
    config
        .route("/country", get().to(country::newest))
        .route("/direct", get().to(direct::newest))
        .route("/sheets", get().to(sheets::newest))
        .route("/downloads", get().to(downloads::newest))
        .route("/editions", get().to(editions::editions))
        .route("/editions/new", get().to(new::form))
        .route("/editions/new", post().to(new::create))
        .route("/editions/{key}/country", get().to(country::country))
        .route("/editions/{key}/direct", get().to(direct::direct))
        .route("/editions/{key}/direct/accept", get().to(direct::back))
        .route("/editions/{key}/direct/accept", post().to(direct::accept))
        .route("/editions/{key}/sheets", get().to(sheets::sheets))
        .route("/editions/{key}/downloads", get().to(downloads::downloads))
        .route(
            "/editions/{key}/downloads/bodies",
            get().to(count_bodies::bodies),
        )
        .route(
            r"/editions/{key}/downloads/bodies.{ending:xlsx|csv}",
            get().to(count_bodies::take_out),
        )
        .route(
            r"/editions/{key}/answers.{ending:xlsx|csv}",
            get().to(downloads::answers),
        )
        .route(
            r"/editions/{key}/counts.{ending:xlsx|csv}",
            get().to(downloads::counts),
        )
        .route("/editions/{key}/questions", get().to(questions::questions))
        .route(
            r"/editions/{key}/questions.{ending:xlsx|csv}",
            get().to(questions::take_out_counts),
        )
        .route(
            "/editions/{key}/questions/bodies",
            get().to(questions::bodies),
        )
        .route(
            r"/editions/{key}/questions/bodies.{ending:xlsx|csv}",
            get().to(questions::take_out_bodies),
        )
        .route("/editions/{key}/plan", get().to(plan::plan))
        .route("/editions/{key}/follow-up", get().to(follow_up::form))
        .route("/editions/{key}/follow-up", post().to(follow_up::save))
        .route("/editions/{key}/respondents", get().to(respondents::form))
        .route("/editions/{key}/respondents", post().to(respondents::add))
        .route(
            r"/editions/{key}/plan.{ending:xlsx|csv}",
            get().to(plan::take_out_plan),
        )
        .route("/editions/{key}/plan/bodies", get().to(plan_bodies::bodies))
        .route(
            r"/editions/{key}/plan/bodies.{ending:xlsx|csv}",
            get().to(plan_bodies::take_out_bodies),
        )
        .route("/editions/{key}/settings", get().to(settings::settings))
        .route("/editions/{key}/settings", post().to(settings::change));
    participation(config);
    making(config);
}

/// Editions in preparation and the catalogue of schemes.
fn making(config: &mut ServiceConfig) {
    config
        .route("/editions/{key}/making", get().to(hub::hub))
        .route("/editions/{key}/making/rows", get().to(lists::rows))
        .route("/editions/{key}/making/rows", post().to(lists::change_rows))
        .route(
            "/editions/{key}/making/questions",
            get().to(lists::questions),
        )
        .route(
            "/editions/{key}/making/questions",
            post().to(lists::change_questions),
        )
        .route("/editions/{key}/making/dates", get().to(dates::dates))
        .route("/editions/{key}/making/dates", post().to(dates::save))
        .route("/editions/{key}/making/opening", get().to(opening::opening))
        .route("/editions/{key}/making/opening", post().to(opening::decide))
        .route("/editions/{key}/making/discard", get().to(discard::form))
        .route("/editions/{key}/making/discard", post().to(discard::send))
        .route("/editions/{key}/making/trial", get().to(trial::form))
        .route("/editions/{key}/making/trial", post().to(trial::start))
        .route(
            "/editions/{key}/making/rows/{scheme}",
            get().to(parts::part),
        )
        .route(
            "/editions/{key}/making/rows/{scheme}",
            post().to(parts::save),
        )
        .route(
            "/editions/{key}/making/questions/{question}",
            get().to(parts::part),
        )
        .route(
            "/editions/{key}/making/questions/{question}",
            post().to(parts::save),
        )
        .route("/editions/{key}/making/{part}", get().to(parts::part))
        .route("/editions/{key}/making/{part}", post().to(parts::save))
        .route("/editions/{key}/preview", get().to(preview::kinds))
        .route(
            "/editions/{key}/preview/{kind}.xlsx",
            get().to(preview::workbook),
        )
        .route(
            "/editions/{key}/preview/{kind}/{section}",
            get().to(preview::section),
        )
        .route("/schemes", get().to(schemes::list))
        .route("/schemes/new", get().to(schemes::new))
        .route("/schemes/new", post().to(schemes::add))
        .route("/schemes/{scheme}", get().to(schemes::edit))
        .route("/schemes/{scheme}", post().to(schemes::save));
}

/// What bodies there are, by day.
pub(super) fn bodies(config: &mut ServiceConfig) {
    config
        .route("/bodies", get().to(body_list::list))
        .route("/bodies/change", get().to(change::form))
        .route("/bodies/change", post().to(change::change))
        .route("/bodies/upload", get().to(table::form))
        .route("/bodies/upload", post().to(table::send))
        .route("/bodies/import", get().to(table::back))
        .route("/bodies/import", post().to(table::take_in))
        .route("/bodies/{code}", get().to(body_page::one));
}

/// The ledger of who takes part.
fn participation(config: &mut ServiceConfig) {
    config
        .route("/participation", get().to(ledger::index))
        .route("/participation", post().to(ledger::send))
        .route(
            "/participation/batches/{number}",
            get().to(ledger_batch::batch),
        )
        .route(
            "/participation/batches/{number}/take-back",
            get().to(take_back::form),
        )
        .route(
            "/participation/batches/{number}/take-back",
            post().to(take_back::send),
        )
        .route("/participation/bodies/{code}", get().to(body::body))
        .route("/participation/enter", get().to(enter::form))
        .route("/participation/enter", post().to(enter::enter))
        .route("/participation/confirm", get().to(confirm::newest))
        .route("/editions/{key}/participation", get().to(confirm::list))
        .route("/editions/{key}/participation", post().to(confirm::confirm));
}

/// 状況表: the tables of a year, the bodies behind their figures, what changed.
pub(super) fn status_tables(config: &mut ServiceConfig) {
    config
        .route("/status", get().to(status::choose))
        .route("/status/compare", get().to(status::compare))
        .route(
            r"/status/compare.{ending:xlsx|csv}",
            get().to(status::take_out_changes),
        )
        .route("/status/{year}", get().to(status::report))
        .route(
            r"/status/{year}/report.{ending:xlsx|csv|json}",
            get().to(status::take_out_report),
        )
        .route("/status/{year}/bodies", get().to(status::bodies))
        .route(
            r"/status/{year}/bodies.{ending:xlsx|csv}",
            get().to(status::take_out_bodies),
        );
}
