//! GET `/bodies`: the bodies as of a day, found by name, prefecture and class; what is to come and what was recorded.

use askama::Template;
use jiff::civil::Date;

use super::{DifferenceView, MENU, State, body_path, standing_label};
use crate::domain::access::CountryScope;
use crate::domain::body_history::{BodyHistory, BodyState};
use crate::domain::body_table::{read_day, step};
use crate::domain::japan_time::{date_label, datetime_label};
use crate::domain::local_government_code::{PrefectureCode, read_code_generously};
use crate::domain::organization::OrganizationKind;
use crate::domain::search_key::search_key;
use crate::domain::text::with_commas;
use crate::store::bodies::{BodyChangeHead, BodySource};
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::page::{self, html};
use crate::web::session::Session;
use crate::web::view::Page;

/// Rows shown at once; more are found by narrowing.
const ROWS: usize = 200;
/// Recorded changes shown.
const RECORDED: u64 = 20;

#[derive(Template)]
#[template(path = "bodies/list.html")]
struct ListPage {
    page: Page,
    counts: Vec<Count>,
    total: String,
    on_label: String,
    q: String,
    on: String,
    on_error: &'static str,
    prefectures: Vec<Choice>,
    classes: Vec<Choice>,
    is_narrowed: bool,
    found: usize,
    found_label: String,
    rows: Vec<Row>,
    coming: Vec<DifferenceView>,
    recorded: Vec<Recorded>,
}

/// How many bodies of a class there are.
struct Count {
    label: &'static str,
    count: String,
    href: String,
}

struct Choice {
    value: String,
    label: String,
    selected: bool,
}

struct Row {
    code: String,
    href: String,
    name: String,
    prefecture: &'static str,
    kana: String,
    class: String,
    standing: String,
}

/// A recorded change.
struct Recorded {
    at: String,
    who: String,
    source: &'static str,
    file: String,
    note: String,
    entries: String,
}

/// A class to narrow by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Kind(OrganizationKind),
    HealthCenter,
    ChildGuidance,
    Abolished,
    Coming,
}

impl Class {
    fn all() -> impl Iterator<Item = Self> {
        let others = [
            Self::HealthCenter,
            Self::ChildGuidance,
            Self::Abolished,
            Self::Coming,
        ];
        OrganizationKind::ALL
            .into_iter()
            .map(Self::Kind)
            .chain(others)
    }

    fn id(self) -> &'static str {
        match self {
            Self::Kind(kind) => kind.as_str(),
            Self::HealthCenter => "health_center",
            Self::ChildGuidance => "child_guidance",
            Self::Abolished => "abolished",
            Self::Coming => "coming",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Kind(kind) => kind.label(),
            Self::HealthCenter => "保健所設置市",
            Self::ChildGuidance => "児相設置市",
            Self::Abolished => "廃止された団体",
            Self::Coming => "新設の予定",
        }
    }

    fn has(self, state: &BodyState) -> bool {
        let there = state.is_in_force();
        match self {
            Self::Kind(kind) => there && state.body.kind == kind,
            Self::HealthCenter => there && state.body.health_center_city,
            Self::ChildGuidance => there && state.body.child_guidance_city,
            Self::Abolished => state.standing.as_str() == "abolished",
            Self::Coming => state.standing.as_str() == "coming",
        }
    }
}

/// What the address asks.
struct Query {
    q: String,
    prefecture: Option<PrefectureCode>,
    class: Option<Class>,
}

impl Query {
    fn is_narrowed(&self) -> bool {
        !self.q.is_empty() || self.prefecture.is_some() || self.class.is_some()
    }

    fn means(&self, state: &BodyState) -> bool {
        let body = &state.body;
        self.prefecture.is_none_or(|own| body.prefecture() == own)
            && self.class.map_or_else(
                // Somebody who searches by name may look for what is no more.
                || !self.q.is_empty() || state.is_in_force(),
                |class| class.has(state),
            )
            && self.names(state)
    }

    fn names(&self, state: &BodyState) -> bool {
        let key = search_key(&self.q);
        let body = &state.body;
        key.is_empty()
            || search_key(&body.full_name()).contains(&key)
            || search_key(&body.kana).contains(&key)
            || body.code.as_str().starts_with(&key)
            || read_code_generously(&self.q).contains(&body.code)
    }
}

/// GET `/bodies`.
pub async fn list(state: State, session: Session, request: actix_web::HttpRequest) -> WebResult {
    CountryScope::of(&session.actor).ok_or(WebError::NotFound)?;
    let form = FormData::parse(request.query_string())?;
    let today = state.desk.now().japan_date();
    let typed = form.text("on").trim();
    let (on, on_error) = match read_day(typed) {
        Ok(day) => (day.unwrap_or(today), ""),
        Err(_) => (
            today,
            "日付が読み取れないため、きょうの一覧を表示しています。2027-04-01、令和9年4月1日のように入力してください。",
        ),
    };
    let query = Query {
        q: form.text("q").trim().to_owned(),
        prefecture: form.text("prefecture").parse().ok(),
        class: Class::all().find(|class| class.id() == form.text("class")),
    };
    let history = state.desk.store.body_history().await?;
    let recorded = state.desk.store.body_changes(RECORDED).await?;
    let states: Vec<BodyState> = history.states(on).collect();
    let found: Vec<&BodyState> = states.iter().filter(|one| query.means(one)).collect();
    let on_value = if on == today {
        String::new()
    } else {
        on.to_string()
    };
    html(&ListPage {
        page: page::signed_in(&state, &session, "自治体", &[])
            .in_section(MENU)
            .with_notice(Some(form.text("notice"))),
        counts: counts(&states, &on_value),
        total: commas(states.iter().filter(|one| one.is_in_force()).count()),
        on_label: date_label(on),
        prefectures: PrefectureCode::all()
            .map(|code| Choice {
                value: code.to_string(),
                label: code.name().to_owned(),
                selected: query.prefecture == Some(code),
            })
            .collect(),
        classes: Class::all()
            .map(|class| Choice {
                value: class.id().to_owned(),
                label: class.label().to_owned(),
                selected: query.class == Some(class),
            })
            .collect(),
        is_narrowed: query.is_narrowed(),
        found: found.len(),
        found_label: commas(found.len()),
        rows: found.into_iter().take(ROWS).map(row).collect(),
        coming: coming(&history, today),
        recorded: recorded.into_iter().map(recorded_line).collect(),
        q: query.q,
        on: if on_error.is_empty() {
            on_value
        } else {
            typed.to_owned()
        },
        on_error,
    })
}

fn commas(count: usize) -> String {
    with_commas(count as u64)
}

fn counts(states: &[BodyState], on: &str) -> Vec<Count> {
    let classes = Class::all().map(|class| Count {
        label: class.label(),
        count: commas(states.iter().filter(|state| class.has(state)).count()),
        href: format!("/bodies?class={}&on={on}#list", class.id()),
    });
    classes.collect()
}

fn row(state: &BodyState) -> Row {
    let body = &state.body;
    Row {
        code: body.code.to_string(),
        href: body_path(body.code.as_str()),
        name: body.name.clone(),
        prefecture: body.prefecture().name(),
        kana: body.kana.clone(),
        class: body.class_label(),
        standing: standing_label(state),
    }
}

/// What is known of days to come, the next first.
fn coming(history: &BodyHistory, today: Date) -> Vec<DifferenceView> {
    let changes = history.changes().iter();
    let mut days: Vec<_> = changes
        .filter(|change| change.effective_on > today)
        .map(|change| (change.effective_on, change.code))
        .collect();
    days.sort_unstable();
    days.dedup();
    days.into_iter()
        .map(|(day, code)| DifferenceView::new(&step(history, code, day)))
        .collect()
}

fn recorded_line(head: BodyChangeHead) -> Recorded {
    let is_shipped = head.source == BodySource::Shipped;
    Recorded {
        at: if is_shipped {
            "はじめから".to_owned()
        } else {
            datetime_label(head.recorded_at)
        },
        who: head.actor_name,
        source: head.source.label(),
        file: head.file_name,
        note: head.note,
        entries: commas(usize::try_from(head.entries).unwrap_or(0)),
    }
}
