//! The only route table.

use actix_web::web::{ServiceConfig, get, post};

use super::accounts::{addresses, digest, duties, edit, handover, invitation, invite, list, own};
use super::bodies::{change, list as body_list, one as body_page, table};
use super::changes::{
    list as change_list, new as new_change, one as one_change, report as change_report,
};
use super::inquiries::{list as inquiry_list, new as new_inquiry, one as one_inquiry};
use super::intake::{self as incoming, batch, batches, file, originals, own as own_file, report};
use super::ministry::mail::{list as mail_list, one as one_mail, texts as mail_texts};
use super::ministry::making::{dates, hub, lists, new, opening, parts, preview, trial};
use super::ministry::participation::{self as ledger, batch as ledger_batch, body, confirm, enter};
use super::ministry::{
    country, direct, downloads, editions, follow_up, holidays, plan, plan_bodies, questions,
    reminder_plan, schemes, settings, sheets,
};
use super::municipality::{
    check, download, history, objection, proxy_page, receipt, sections, sign_off, task_list,
};
use super::prefecture::{self as gathering, board, board_deadline, cities, form2, sheet};
use super::published;
use super::review::proxy::{self, check as proxy_check, section as proxy_section};
use super::review::{
    answer, asking, checklist, correcting, extending, history as review_history, passing_on,
    reopening, request, returning,
};
use super::{amounts, forms_zip, help, home, public, reminders, static_files, status};

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
    municipality(config);
    intake(config);
    prefecture(config);
    ministry(config);
    bodies(config);
    status_tables(config);
    deadlines(config);
    mail(config);
    accounts(config);
    inquiries(config);
    help(config);
}

fn municipality(config: &mut ServiceConfig) {
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
fn intake(config: &mut ServiceConfig) {
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

/// The board, the review of one answer, Form 2. Review pages serve the ministry too.
fn prefecture(config: &mut ServiceConfig) {
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
    review(config);
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
            get().to(proxy_check::back),
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

/// One answer and the decisions on it.
fn review(config: &mut ServiceConfig) {
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

/// The country, direct bodies, editions, downloads.
fn ministry(config: &mut ServiceConfig) {
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
            r"/editions/{key}/answers.{ending:xlsx|csv}",
            get().to(downloads::answers),
        )
        .route(
            r"/editions/{key}/counts.{ending:xlsx|csv}",
            get().to(downloads::counts),
        )
        .route("/editions/{key}/questions", get().to(questions::questions))
        .route(
            "/editions/{key}/questions.csv",
            get().to(questions::counts_csv),
        )
        .route(
            "/editions/{key}/questions/bodies",
            get().to(questions::bodies),
        )
        .route(
            "/editions/{key}/questions/bodies.csv",
            get().to(questions::bodies_csv),
        )
        .route("/editions/{key}/plan", get().to(plan::plan))
        .route("/editions/{key}/follow-up", get().to(follow_up::form))
        .route("/editions/{key}/follow-up", post().to(follow_up::save))
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
fn bodies(config: &mut ServiceConfig) {
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
        .route("/participation/bodies/{code}", get().to(body::body))
        .route("/participation/enter", get().to(enter::form))
        .route("/participation/enter", post().to(enter::enter))
        .route("/participation/confirm", get().to(confirm::newest))
        .route("/editions/{key}/participation", get().to(confirm::list))
        .route("/editions/{key}/participation", post().to(confirm::confirm));
}

/// 状況表: the tables of a year, the bodies behind their figures, what changed.
fn status_tables(config: &mut ServiceConfig) {
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

/// More time for one body, reminders, the calendar they are counted in.
fn deadlines(config: &mut ServiceConfig) {
    config
        .route(
            "/editions/{key}/answers/{code}/extend",
            get().to(extending::form),
        )
        .route(
            "/editions/{key}/answers/{code}/extend",
            post().to(extending::send),
        )
        .route("/editions/{key}/reminders", get().to(reminders::list))
        .route("/editions/{key}/reminders", post().to(reminders::change))
        .route(
            "/editions/{key}/settings/reminders",
            get().to(reminder_plan::form),
        )
        .route(
            "/editions/{key}/settings/reminders",
            post().to(reminder_plan::save),
        )
        .route("/holidays", get().to(holidays::list))
        .route("/holidays", post().to(holidays::change))
        .route("/account/digest", get().to(own::resumed))
        .route("/account/digest", post().to(digest::choose));
}

/// The outbox and the texts of mails.
fn mail(config: &mut ServiceConfig) {
    config
        .route("/mail", get().to(mail_list::list))
        .route("/mail", post().to(mail_list::send_failed_again))
        .route("/mail/texts", get().to(mail_texts::texts))
        .route("/mail/texts/{kind}", get().to(mail_texts::text))
        .route("/mail/texts/{kind}", post().to(mail_texts::save))
        .route(r"/mail/{mail:\d+}", get().to(one_mail::one))
        .route(r"/mail/{mail:\d+}", post().to(one_mail::decide));
}

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
        .route("/account/handover", get().to(handover::form))
        .route("/account/handover", post().to(handover::send))
        .route("/account/duties", get().to(duties::form))
        .route("/account/duties", post().to(duties::save))
        .route("/account/addresses", get().to(addresses::list))
        .route("/account/addresses", post().to(addresses::change))
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

/// 質問・連絡, and the answers published for all: before the topics of help, one of which they are not.
fn inquiries(config: &mut ServiceConfig) {
    config
        .route("/inquiries", get().to(inquiry_list::list))
        .route("/inquiries/new", get().to(new_inquiry::form))
        .route("/inquiries/new", post().to(new_inquiry::send))
        .route(r"/inquiries/{inquiry:\d+}", get().to(one_inquiry::inquiry))
        .route(r"/inquiries/{inquiry:\d+}", post().to(one_inquiry::step))
        .route("/help/answers", get().to(published::list::list))
        .route("/help/answers/new", get().to(published::edit::new))
        .route("/help/answers/new", post().to(published::edit::publish))
        .route(
            r"/help/answers/{answer:\d+}",
            get().to(published::edit::one),
        )
        .route(
            r"/help/answers/{answer:\d+}",
            post().to(published::edit::change),
        );
}

/// Help and statements.
fn help(config: &mut ServiceConfig) {
    config
        .route("/help", get().to(help::index))
        .route("/help/{topic}", get().to(help::topic))
        .route("/accessibility", get().to(help::accessibility));
}
