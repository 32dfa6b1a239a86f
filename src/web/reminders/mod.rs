//! `/editions/{key}/reminders`: who owes, who was reminded when; pauses, and reminders by hand. One page for a
//! prefecture and its municipalities and for the ministry and the bodies that answer to it.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;
use jiff::civil::Date;

use super::error::{WebError, WebResult};
use super::form::FormData;
use super::municipality::edition_key;
use super::page::{self, html_with, see_other};
use super::public::kept_form;
use super::session::{Post, Session};
use super::state::AppState;
use super::view::{Page, Problem, TextField};
use crate::domain::japan_time::{date_label, days_left_label, parse_date, short_label};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::reminder::{Keeper, REMINDERS_FROM_HOUR};
use crate::domain::survey_edition::SurveyEdition;
use crate::store::reminders::OwingBody;
use crate::workflow::WorkflowError;
use crate::workflow::reminders::by_hand::{WORDS_MAX, edition_to_remind, keeper, owing, send};
use crate::workflow::reminders::planning::{Paused, pause};

mod preview;

/// Shared state of handlers.
type State = web::Data<AppState>;

#[derive(Template)]
#[template(path = "reminders/list.html")]
struct ListPage {
    page: Page,
    problems: Vec<Problem>,
    path: String,
    hour: i8,
    before: String,
    after: String,
    /// Years without holidays that days were counted into.
    unknown: bool,
    /// Until when nobody is reminded by plan; empty if everybody is.
    paused_until: String,
    paused_by: String,
    /// What sending by hand came to.
    outcome: Option<OutcomeView>,
    lines: Vec<Line>,
    overdue_only: bool,
    words: TextField,
    until: TextField,
    until_all: TextField,
}

struct OutcomeView {
    sent: usize,
    without_address: usize,
    left_out: usize,
}

/// One body that owes.
struct Line {
    code: String,
    name: String,
    href: String,
    state: &'static str,
    due: String,
    left: String,
    is_overdue: bool,
    next: String,
    next_is_certain: bool,
    last: String,
    /// 「3/5まで停止」; empty if it is reminded.
    paused: String,
    checked: bool,
}

/// The forms of the page as they were typed, and what has to be mended.
#[derive(Default)]
struct Attempt {
    words: String,
    until: String,
    until_all: String,
    codes: Vec<LocalGovernmentCode>,
    /// Everybody shown is chosen.
    all: bool,
    overdue_only: bool,
    problems: Vec<Problem>,
    outcome: Option<OutcomeView>,
}

impl Attempt {
    fn read(form: &FormData) -> WebResult<Self> {
        let codes = form.all("code");
        Ok(Self {
            words: form.text("words").to_owned(),
            until: form.text("until").to_owned(),
            until_all: form.text("until_all").to_owned(),
            codes: codes
                .map(|code| code.parse().map_err(|_| WebError::BadRequest))
                .collect::<WebResult<_>>()?,
            ..Self::default()
        })
    }

    fn problem(&mut self, field: &str, message: impl Into<String>) {
        self.problems.push(Problem {
            field_id: field.to_owned(),
            message: message.into(),
        });
    }

    fn field(&self, name: &str, label: &str, hint: String, value: &str) -> TextField {
        let errors = self.problems.iter();
        TextField {
            id: name.to_owned(),
            name: name.to_owned(),
            label: label.to_owned(),
            hint,
            value: value.to_owned(),
            errors: errors
                .filter(|problem| problem.field_id == name)
                .map(|problem| problem.message.clone())
                .collect(),
            ..TextField::default()
        }
    }

    /// The day of a pause, or a problem at its field.
    fn day(&mut self, field: &str, typed: &str, today: Date) -> Option<Date> {
        match parse_date(typed) {
            Some(day) if day >= today => Some(day),
            Some(_) => {
                self.problem(field, "今日以降の日付を入力してください。");
                None
            }
            None => {
                self.problem(
                    field,
                    "日付は、2027-03-05、令和9年3月5日、R9.3.5 のように入力してください。",
                );
                None
            }
        }
    }

    /// Somebody must be chosen.
    fn has_chosen(&mut self) -> bool {
        if self.codes.is_empty() {
            self.problem(
                "owing-table",
                "団体が選ばれていません。表の左の欄に印を付けてから、もう一度押してください。",
            );
        }
        !self.codes.is_empty()
    }
}

/// The edition of the address, for whoever gathers answers in it.
async fn open(state: &AppState, session: &Session, key: &str) -> WebResult<SurveyEdition> {
    keeper(&session.actor)?;
    Ok(edition_to_remind(&state.desk, &edition_key(key)?).await?)
}

fn path_of(edition: &SurveyEdition) -> String {
    format!("/editions/{}/reminders", edition.key)
}

/// Label, address and menu entry of the board this page belongs to.
fn board_of(edition: &SurveyEdition, keeper: Keeper) -> (&'static str, String) {
    match keeper {
        Keeper::Ministry => ("/direct", format!("/editions/{}/direct", edition.key)),
        Keeper::Prefecture(_) => ("/board", format!("/editions/{}/board", edition.key)),
    }
}

fn frame(
    state: &AppState,
    session: &Session,
    edition: &SurveyEdition,
    title: &str,
) -> WebResult<Page> {
    let (menu, board) = board_of(edition, keeper(&session.actor)?);
    let label = match menu {
        "/direct" => "直接提出の団体",
        _ => "とりまとめ",
    };
    let path = path_of(edition);
    let mut way = vec![(label, board.as_str())];
    let list = "督促（締切のお知らせ）";
    if title != list {
        way.push((list, path.as_str()));
    }
    Ok(page::signed_in(state, session, title, &way).in_section(menu))
}

/// GET `/editions/{key}/reminders`.
pub async fn list(
    state: State,
    session: Session,
    request: HttpRequest,
    key: web::Path<String>,
) -> WebResult {
    let edition = open(&state, &session, &key).await?;
    let query = FormData::parse(request.query_string())?;
    let kept = query.has("kept").then(|| query.text("kept"));
    let kept = kept_form(&state, &session, request.path(), kept).await?;
    let mut attempt = match &kept {
        Some(form) => Attempt::read(form)?,
        None => Attempt::default(),
    };
    attempt.all = query.has("all");
    attempt.overdue_only = query.has("overdue");
    let number = |name: &str| query.text(name).parse().unwrap_or(0);
    attempt.outcome = query.has("sent").then(|| OutcomeView {
        sent: number("sent"),
        without_address: number("none"),
        left_out: number("left"),
    });
    let notice = query.text("notice");
    render(&state, &session, &edition, attempt, Some(notice)).await
}

/// POST `/editions/{key}/reminders`: `do` is `preview` or `send` (by hand), `pause` or `resume` (everybody),
/// `pause-some` or `resume-some`.
pub async fn change(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let Post { session, form } = post;
    let edition = open(&state, &session, &key).await?;
    let mut attempt = Attempt::read(&form)?;
    let (desk, actor) = (&state.desk, &session.actor);
    let today = desk.now().japan_date();
    let over = today.yesterday().unwrap_or(today);
    let path = path_of(&edition);
    let key = &edition.key;
    match form.text("do") {
        "preview" if attempt.has_chosen() => {
            match preview::show(&state, &session, &edition, &attempt.codes, &attempt.words).await? {
                Ok(response) => return Ok(response),
                Err(messages) => messages
                    .into_iter()
                    .for_each(|message| attempt.problem("words", message)),
            }
        }
        "send" if attempt.has_chosen() => {
            match send(desk, actor, key, &attempt.codes, &attempt.words).await {
                Ok(sent) => {
                    return Ok(see_other(&format!(
                        "{path}?sent={}&none={}&left={}",
                        sent.sent, sent.without_address, sent.left_out
                    )));
                }
                Err(WorkflowError::Invalid(problems)) => problems
                    .into_iter()
                    .for_each(|problem| attempt.problem("words", problem.message)),
                Err(error) => return Err(error.into()),
            }
        }
        "pause" => {
            let typed = attempt.until_all.clone();
            if let Some(day) = attempt.day("until_all", &typed, today) {
                pause(desk, actor, key, Paused::Everybody, day).await?;
                return Ok(see_other(&format!("{path}?notice=reminders-paused")));
            }
        }
        "resume" => {
            pause(desk, actor, key, Paused::Everybody, over).await?;
            return Ok(see_other(&format!("{path}?notice=reminders-resumed")));
        }
        "pause-some" if attempt.has_chosen() => {
            let typed = attempt.until.clone();
            if let Some(day) = attempt.day("until", &typed, today) {
                pause(desk, actor, key, Paused::Some(&attempt.codes), day).await?;
                return Ok(see_other(&format!("{path}?notice=reminders-paused")));
            }
        }
        "resume-some" if attempt.has_chosen() => {
            pause(desk, actor, key, Paused::Some(&attempt.codes), over).await?;
            return Ok(see_other(&format!("{path}?notice=reminders-resumed")));
        }
        // Nobody was chosen, which the page says.
        "preview" | "send" | "pause-some" | "resume-some" => {}
        "edit" => {
            // Back from the preview: everything is as it was typed.
            return render(&state, &session, &edition, attempt, None).await;
        }
        _ => return Err(WebError::BadRequest),
    }
    render(&state, &session, &edition, attempt, None).await
}

async fn render(
    state: &AppState,
    session: &Session,
    edition: &SurveyEdition,
    attempt: Attempt,
    notice: Option<&str>,
) -> WebResult {
    let store = &state.desk.store;
    let keeper = keeper(&session.actor)?;
    let today = state.desk.now().japan_date();
    let bodies = owing(&state.desk, &session.actor, edition).await?;
    let (plan, calendar) = (
        store.reminder_plan(edition.id).await?.plan,
        store.working_calendar().await?,
    );
    let (pauses, last) = (
        store.reminder_pauses(today).await?,
        store
            .last_reminders(edition.id, bodies.iter().map(|body| body.code))
            .await?,
    );
    let line = |body: &OwingBody| {
        let due = body.owing.due(today)?;
        let days = plan.days(&due, &calendar);
        let next = days.iter().find(|(_, counted)| counted.day > today);
        let paused = pauses.of(edition.id, keeper, Some(body.code), today);
        Some(Line {
            code: body.code.to_string(),
            name: body.name.clone(),
            href: format!("/editions/{}/answers/{}", edition.key, body.code),
            state: due.need.label(),
            due: date_label(due.on),
            left: days_left_label(today, due.on),
            is_overdue: body.owing.is_overdue(today),
            next: next.map_or_else(String::new, |(step, counted)| {
                format!("{}（{}）", date_label(counted.day), step.label())
            }),
            next_is_certain: next.is_none_or(|(_, counted)| counted.certain),
            last: last
                .get(&body.code)
                .copied()
                .map(short_label)
                .unwrap_or_default(),
            paused: paused.map_or_else(String::new, |pause| date_label(pause.until)),
            checked: attempt.all || attempt.codes.contains(&body.code),
        })
    };
    let lines: Vec<Line> = bodies
        .iter()
        .filter_map(line)
        .filter(|line| !attempt.overdue_only || line.is_overdue)
        .collect();
    let everybody = pauses.of(edition.id, keeper, None, today);
    let mut page = frame(state, session, edition, "督促（締切のお知らせ）")?.with_notice(notice);
    page.has_errors = !attempt.problems.is_empty();
    let status = if attempt.problems.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let until_hint = "この日までお知らせを止めます。例：2027-03-05、令和9年3月5日";
    html_with(
        status,
        &ListPage {
            page,
            path: path_of(edition),
            hour: REMINDERS_FROM_HOUR,
            before: plan.before_text(),
            after: plan.after_text(),
            unknown: lines.iter().any(|line| !line.next_is_certain),
            paused_until: everybody.map_or_else(String::new, |pause| date_label(pause.until)),
            paused_by: everybody.map_or_else(String::new, |pause| pause.set_by.clone()),
            overdue_only: attempt.overdue_only,
            words: TextField {
                required: true,
                ..attempt.field(
                    "words",
                    "お知らせする文",
                    format!("締切、いまの状況、回答の画面へのリンクは自動で入ります。{WORDS_MAX}文字までです。"),
                    &attempt.words,
                )
            },
            until: TextField {
                width: "m",
                ..attempt.field("until", "止める期限", until_hint.to_owned(), &attempt.until)
            },
            until_all: TextField {
                width: "m",
                ..attempt.field(
                    "until_all",
                    "すべての団体を止める期限",
                    until_hint.to_owned(),
                    &attempt.until_all,
                )
            },
            lines,
            problems: attempt.problems,
            outcome: attempt.outcome,
        },
    )
}
