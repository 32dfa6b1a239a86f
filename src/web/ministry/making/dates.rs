//! `/editions/{key}/making/dates`: the three dates, and the day whose classes and routes are taken.

use actix_web::{HttpRequest, web};
use jiff::civil::Date;

use super::{FROZEN, Sent, State, frame, is_preparing, load, making_path};
use crate::domain::edition_checks::{BodyCounts, counts};
use crate::domain::edition_input::FieldProblem;
use crate::domain::japan_time::{date_label, parse_date};
use crate::domain::survey_edition::{EditionDates, SurveyEdition};
use crate::domain::text::with_commas;
use crate::web::error::WebResult;
use crate::web::form::FormData;
use crate::web::ministry::part::{Control, Errors, Fate, Group, PartView, show};
use crate::web::ministry::settings::DATES;
use crate::web::municipality::FormQuery;
use crate::web::page::see_other;
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::web::view::TextField;
use crate::workflow::edition_making::{mark_of_dates, plan_dates};
use crate::workflow::follow_up::bodies_asked;

/// The dates as typed; the last is the day of the bodies.
struct Typed {
    days: [String; 3],
    as_of: String,
}

impl Typed {
    fn read(form: &FormData) -> Self {
        Self {
            days: DATES.map(|(name, _, _)| form.text(name).trim().to_owned()),
            as_of: form.text("as_of").trim().to_owned(),
        }
    }

    fn of(dates: &EditionDates, as_of: Option<Date>) -> Self {
        let days = [
            dates.deadline_on,
            dates.last_new_answer_on,
            dates.last_change_on,
        ];
        Self {
            days: days.map(|day| day.to_string()),
            as_of: as_of.map(|day| day.to_string()).unwrap_or_default(),
        }
    }

    fn dates(&self) -> Result<(EditionDates, Option<Date>), Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let mut day = |field: &str, label: &str, text: &str| {
            let read = parse_date(text);
            if read.is_none() {
                let message = if text.is_empty() {
                    format!("{label}を入力してください。")
                } else {
                    format!(
                        "{label}は、2028-02-29、令和10年2月29日、R10.2.29 のように入力してください。"
                    )
                };
                problems.push(FieldProblem::new(field, message));
            }
            read
        };
        let [first, second, third] = [0, 1, 2].map(|at| {
            let (name, label, _) = DATES[at];
            day(name, label, &self.days[at])
        });
        let as_of = match self.as_of.as_str() {
            "" => Some(None),
            text => day("as_of", "団体の区分を決める日", text).map(Some),
        };
        match (first, second, third, as_of) {
            (Some(deadline_on), Some(last_new_answer_on), Some(last_change_on), Some(as_of)) => {
                let dates = EditionDates {
                    deadline_on,
                    last_new_answer_on,
                    last_change_on,
                };
                Ok((dates, as_of))
            }
            _ => Err(problems),
        }
    }

    fn groups(&self, errors: Errors<'_>, bodies: &[(String, String)]) -> Vec<Group> {
        let date = |name: &str, label: &str, hint: &str, value: &str, required| {
            Control::Line(TextField {
                width: "m",
                understood: parse_date(value).map(date_label).unwrap_or_default(),
                ..errors.field(name, label, hint, value, required)
            })
        };
        let dates = DATES.iter().zip(&self.days);
        let dates = dates.map(|((name, label, hint), value)| date(name, label, hint, value, true));
        let mut of_bodies = vec![date(
            "as_of",
            "団体の区分を決める日",
            "この日の区分（指定都市、中核市など）と提出先で、対象の団体を決めます。空欄なら、調査が始まる日です。",
            &self.as_of,
            false,
        )];
        of_bodies.extend(
            bodies
                .iter()
                .map(|(label, value)| Control::Fixed(label.clone(), value.clone())),
        );
        vec![
            Group {
                heading: "日付".to_owned(),
                controls: dates.collect(),
            },
            Group {
                heading: "対象の団体".to_owned(),
                controls: of_bodies,
            },
        ]
    }
}

/// GET `/editions/{key}/making/dates`.
pub async fn dates(
    state: State,
    session: Session,
    request: HttpRequest,
    key: web::Path<String>,
    query: web::Query<FormQuery>,
) -> WebResult {
    let edition = load(&state, &session, &key).await?;
    if !is_preparing(&edition) {
        return Ok(see_other(&format!("/editions/{}/settings", edition.key)));
    }
    let kept = kept_form(&state, &session, request.path(), query.kept.as_deref()).await?;
    let plan = state.desk.store.edition_plan(edition.id).await?;
    let typed = match &kept {
        Some(form) => Typed::read(form),
        None => Typed::of(&edition.dates, plan.respondents_as_of),
    };
    let base = match &kept {
        Some(form) => form.text("base").to_owned(),
        None => mark_of_dates(&edition.dates, plan.respondents_as_of),
    };
    let view = view(&state, &session, &edition, &typed, base, Errors(&[])).await?;
    show(view, Fate::default())
}

/// POST `/editions/{key}/making/dates`.
pub async fn save(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let Post { session, form } = post;
    let edition = load(&state, &session, &key).await?;
    let typed = Typed::read(&form);
    let base = form.text("base").to_owned();
    let sent = match typed.dates() {
        Err(problems) => Sent::Problems(problems),
        Ok((dates, as_of)) => {
            let actor = &session.actor;
            match plan_dates(&state.desk, actor, &edition.key, &base, dates, as_of).await {
                Ok(()) => Sent::Done,
                Err(error) => Sent::failed(error)?,
            }
        }
    };
    match sent {
        Sent::Done => Ok(see_other(&format!(
            "{}?notice=edition-saved",
            making_path(&edition, "")
        ))),
        Sent::Problems(problems) => {
            let view = view(&state, &session, &edition, &typed, base, Errors(&problems)).await?;
            let fate = Fate {
                problems: &problems,
                stored: None,
            };
            show(view, fate)
        }
        Sent::Stale => {
            let now = load(&state, &session, &key).await?;
            let plan = state.desk.store.edition_plan(now.id).await?;
            let base = mark_of_dates(&now.dates, plan.respondents_as_of);
            let stored = Typed::of(&now.dates, plan.respondents_as_of);
            let view = view(&state, &session, &now, &typed, base, Errors(&[])).await?;
            let fate = Fate {
                problems: &[],
                stored: Some(stored.groups(Errors(&[]), &[])),
            };
            show(view, fate)
        }
    }
}

async fn view(
    state: &State,
    session: &Session,
    edition: &SurveyEdition,
    typed: &Typed,
    base: String,
    errors: Errors<'_>,
) -> WebResult<PartView> {
    let plan = state.desk.store.edition_plan(edition.id).await?;
    let planned = plan.opening.map(|opening| opening.on);
    let day = parse_date(&typed.as_of).or(planned);
    let day = day.unwrap_or(state.desk.now().japan_date());
    let bodies = bodies_asked(&state.desk, &session.actor, edition, day).await?;
    let BodyCounts { kinds, routes } = counts(&bodies);
    let count = |count: usize| format!("{}団体", with_commas(count as u64));
    let asked = format!("{}（{}の団体）", count(bodies.len()), date_label(day));
    let mut lines = vec![("対象の団体の数".to_owned(), asked)];
    if edition.is_follow_up() {
        let who = "もとの調査回で①（1次交付）と回答し、いま提出済か受付済の団体です。開始するときの回答で決まります。";
        lines.push(("数えている団体".to_owned(), who.to_owned()));
    }
    let kinds: Vec<_> = kinds
        .into_iter()
        .map(|(kind, number)| format!("{} {}", kind.label(), with_commas(number as u64)))
        .collect();
    lines.push(("区分ごと".to_owned(), kinds.join("、")));
    for (route, number) in routes {
        lines.push((format!("提出先：{}", route.label()), count(number)));
    }
    Ok(PartView {
        page: frame(state, session, edition, "日付・対象の団体"),
        lead: String::new(),
        groups: typed.groups(errors, &lines),
        base,
        button: "保存する",
        back: (
            "保存せずに準備の一覧へ戻る".to_owned(),
            making_path(edition, ""),
        ),
        locked: if is_preparing(edition) { "" } else { FROZEN },
        history: Vec::new(),
    })
}
