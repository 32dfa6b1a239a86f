//! `/changes/report`: what changed between two days, for the Digital Agency.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use jiff::civil::Date;

use super::{MENU, State, state_tag};
use crate::domain::intent_change::report::ReportRow;
use crate::domain::japan_time::{self, parse_date};
use crate::domain::text::with_commas;
use crate::web::download::attachment;
use crate::web::error::{WebError, WebResult};
use crate::web::page::{self, html_with};
use crate::web::session::Session;
use crate::web::view::{Page, Problem, StatusTag, TextField};
use crate::workflow::intent_change::report::{ReportWish, change_report, export_changes};
use crate::workflow::table_file::TableFormat;

#[derive(Template)]
#[template(path = "changes/report.html")]
struct ReportPage {
    page: Page,
    problems: Vec<Problem>,
    from: TextField,
    to: TextField,
    all: bool,
    /// 「令和9年2月27日（土）から…まで」; empty if the days do not read.
    period: String,
    query: String,
    count: String,
    rows: Vec<Row>,
    /// One of them changes an answer to a question.
    has_answers: bool,
}

struct Row {
    code: String,
    name: String,
    prefecture: &'static str,
    edition: String,
    before: String,
    after: String,
    added: Vec<String>,
    dropped: Vec<String>,
    recipients: Vec<String>,
    answers: Vec<String>,
    total_before: String,
    total_after: String,
    reason: String,
    changed_on: String,
    filed_at: String,
    settled_at: String,
    tag: StatusTag,
    remark: String,
}

#[derive(Default, serde::Deserialize)]
pub struct ReportQuery {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    all: Option<String>,
}

/// The days asked for; without any, the last thirty.
fn days(query: &ReportQuery, today: Date) -> Result<(Date, Date), Vec<(&'static str, String)>> {
    let unreadable =
        "日付を読み取れませんでした。「令和9年2月27日」や「2027-02-27」のように入力してください。";
    let read = |id: &'static str, typed: &str, usual: Date| match typed.trim() {
        "" => Ok(usual),
        typed => parse_date(typed).ok_or((id, unreadable.to_owned())),
    };
    let from = read(
        "from",
        &query.from,
        today.saturating_sub(jiff::Span::new().days(30)),
    );
    let to = read("to", &query.to, today);
    match (from, to) {
        (Ok(from), Ok(to)) if from <= to => Ok((from, to)),
        (Ok(_), Ok(_)) => Err(vec![(
            "to",
            "終わりの日が、始まりの日より前になっています。".to_owned(),
        )]),
        (from, to) => Err([from.err(), to.err()].into_iter().flatten().collect()),
    }
}

/// GET `/changes/report`.
pub async fn report(state: State, session: Session, query: web::Query<ReportQuery>) -> WebResult {
    session.must_be_ministry()?;
    let today = state.desk.now().japan_date();
    let read = days(&query, today);
    let all = query.all.is_some();
    let (rows, period, address) = match &read {
        Ok((from, to)) => {
            let wish = ReportWish {
                from: *from,
                to: *to,
                all,
            };
            let rows = change_report(&state.desk, &session.actor, wish).await?;
            let label = japan_time::date_label;
            let mut address = format!("from={from}&to={to}");
            if all {
                address.push_str("&all=1");
            }
            (
                rows,
                format!("{}から{}まで", label(*from), label(*to)),
                address,
            )
        }
        Err(_) => (Vec::new(), String::new(), String::new()),
    };
    let problems = read.as_ref().err().cloned().unwrap_or_default();
    let field = |id: &str, label: &str, typed: &str, day: Option<Date>| TextField {
        id: id.to_owned(),
        name: id.to_owned(),
        label: label.to_owned(),
        value: day.map_or_else(|| typed.to_owned(), |day| day.to_string()),
        errors: problems
            .iter()
            .filter(|(field, _)| *field == id)
            .map(|(_, message)| message.clone())
            .collect(),
        required: true,
        width: "m",
        ..TextField::default()
    };
    let (from, to) = match &read {
        Ok((from, to)) => (Some(*from), Some(*to)),
        Err(_) => (None, None),
    };
    let way = [("意向の変更", MENU)];
    let mut page =
        page::signed_in(&state, &session, "意向の変更の一覧（期間）", &way).in_section(MENU);
    page.has_errors = !problems.is_empty();
    let status = if problems.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    html_with(
        status,
        &ReportPage {
            page,
            from: field("from", "始まりの日", &query.from, from),
            to: field("to", "終わりの日", &query.to, to),
            problems: problems
                .iter()
                .map(|(field, message)| Problem {
                    field_id: (*field).to_owned(),
                    message: message.clone(),
                })
                .collect(),
            all,
            period,
            query: address,
            count: with_commas(rows.len() as u64),
            has_answers: rows.iter().any(|row| !row.answers.is_empty()),
            rows: rows.into_iter().map(row).collect(),
        },
    )
}

fn row(row: ReportRow) -> Row {
    let totals = row.summary.totals;
    let (before, after) = row.summary.intents;
    Row {
        code: row.code.to_string(),
        prefecture: row.code.prefecture().name(),
        name: row.name,
        edition: row.edition,
        before,
        after,
        added: row.added,
        dropped: row.dropped,
        recipients: row.recipients,
        answers: row.answers,
        total_before: with_commas(totals.0),
        total_after: with_commas(totals.1),
        reason: row.reason,
        changed_on: row.changed_on,
        filed_at: row.filed_at,
        settled_at: row.settled_at,
        tag: state_tag(row.state),
        remark: row.remark,
    }
}

/// GET `/changes/report.xlsx` and `.csv`.
pub async fn file(
    state: State,
    session: Session,
    ending: web::Path<String>,
    query: web::Query<ReportQuery>,
) -> WebResult {
    session.must_be_ministry()?;
    let format = match ending.as_str() {
        "xlsx" => TableFormat::Workbook,
        "csv" => TableFormat::Csv,
        _ => return Err(WebError::NotFound),
    };
    let today = state.desk.now().japan_date();
    let (from, to) = days(&query, today).map_err(|_| WebError::BadRequest)?;
    let wish = ReportWish {
        from,
        to,
        all: query.all.is_some(),
    };
    let file = export_changes(&state.desk, &session.actor, wish, format).await?;
    Ok(attachment(file.bytes, &file.name))
}
