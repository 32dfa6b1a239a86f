//! `/bodies/change`: one change entered by hand; first what it would do, then it is recorded.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use askama::Template;

use super::entry_form::{Read, Typed, What};
use super::{DifferenceView, MENU, State, body_path};
use crate::domain::access::CountryScope;
use crate::domain::account::AccountScope;
use crate::domain::body_history::Fate;
use crate::domain::body_table::Difference;
use crate::domain::japan_time::date_label;
use crate::domain::organization::{Organization, OrganizationKind};
use crate::domain::survey_edition::EditionState;
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::page::{self, html_with, see_other};
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::web::view::{Page, Problem, TextField};
use crate::workflow::bodies::{BodyError, preview, record};

#[derive(Template)]
#[template(path = "bodies/change.html")]
struct ChangePage {
    page: Page,
    problems: Vec<Problem>,
    what: &'static str,
    /// 小樽市（012033）; empty for a new body.
    whom: String,
    code: String,
    asks_code: bool,
    asks_name: bool,
    asks_kind: bool,
    asks_into: bool,
    asks_day: bool,
    fields: Fields,
    kinds: Vec<KindChoice>,
    kind_errors: Vec<String>,
    health_center: bool,
    child_guidance: bool,
    back: String,
}

struct Fields {
    code: TextField,
    on: TextField,
    name: TextField,
    kana: TextField,
    into: TextField,
    replaces: TextField,
    note: TextField,
}

struct KindChoice {
    value: &'static str,
    label: &'static str,
    selected: bool,
}

#[derive(Template)]
#[template(path = "bodies/preview.html")]
struct PreviewPage {
    page: Page,
    what: &'static str,
    fields: Vec<(&'static str, String)>,
    seen: i64,
    /// Somebody changed bodies since this was shown last.
    is_changed: bool,
    note: String,
    differences: Vec<DifferenceView>,
    effects: Vec<String>,
}

/// GET `/bodies/change?what=…&code=…`.
pub async fn form(state: State, session: Session, request: HttpRequest) -> WebResult {
    CountryScope::of(&session.actor).ok_or(WebError::NotFound)?;
    let query = FormData::parse(request.query_string())?;
    let kept = kept_form(&state, &session, request.path(), Some(query.text("kept"))).await?;
    let asked = kept.as_ref().unwrap_or(&query);
    let what = What::from_id(asked.text("what")).unwrap_or(What::Found);
    let body = body_of(&state, asked.text("code")).await?;
    let typed = match (&kept, &body) {
        (Some(kept), _) => Typed::of(kept),
        (None, Some(body)) if what != What::Found => Typed::about(body),
        _ => Typed::default(),
    };
    if what != What::Found && body.is_none() {
        return Err(WebError::NotFound);
    }
    let notice = kept.is_some().then_some("kept");
    show_form(
        &state,
        &session,
        what,
        &typed,
        body.as_ref(),
        Vec::new(),
        notice,
    )
}

/// POST `/bodies/change`: `do` is `preview`, `edit` or `record`.
pub async fn change(state: State, post: Post) -> WebResult {
    let Post { session, form } = post;
    let scope = CountryScope::of(&session.actor).ok_or(WebError::NotFound)?;
    let typed = Typed::of(&form);
    let what = What::from_id(form.text("what")).unwrap_or(What::Found);
    let body = match what {
        What::Found => None,
        _ => body_of(&state, &typed.code).await?,
    };
    let again = |problems| {
        show_form(
            &state,
            &session,
            what,
            &typed,
            body.as_ref(),
            problems,
            None,
        )
    };
    if form.text("do") == "edit" {
        return again(Vec::new());
    }
    let read = match typed.read(what) {
        Ok(read) => read,
        Err(problems) => return again(problems),
    };
    let is_changed = match form.text("do") {
        "record" => {
            let seen = Some(form.value("seen")?);
            let Read {
                entry,
                effective_on,
                note,
            } = &read;
            let actor = &session.actor;
            match record(&state.desk, actor, entry, *effective_on, note, seen).await {
                Ok(recorded) => {
                    let path = body_path(entry.code().as_str());
                    let notice = recorded.id.map_or("body-known", |_| "body-changed");
                    return Ok(see_other(&format!("{path}?notice={notice}")));
                }
                Err(BodyError::Changed) => true,
                Err(error) => return refused(what, error, again),
            }
        }
        _ => false,
    };
    match preview(&state.desk, &session.actor, &read.entry, read.effective_on).await {
        Ok(shown) => {
            let effects = effects(&state, scope, &shown.what).await?;
            let title = format!("{}の確認", what.title());
            let status = if is_changed {
                StatusCode::CONFLICT
            } else {
                StatusCode::OK
            };
            html_with(
                status,
                &PreviewPage {
                    page: page::signed_in(&state, &session, &title, &[("自治体", MENU)])
                        .in_section(MENU),
                    what: what.id(),
                    fields: typed.fields(),
                    seen: shown.newest_change,
                    is_changed,
                    note: read.note,
                    differences: shown.what.iter().map(DifferenceView::new).collect(),
                    effects,
                },
            )
        }
        Err(error) => refused(what, error, again),
    }
}

fn refused(
    what: What,
    error: BodyError,
    again: impl FnOnce(Vec<Problem>) -> WebResult,
) -> WebResult {
    match error {
        BodyError::Entry(reasons) => {
            // Whether something can be hangs on the day; a restoration has none to type.
            let field = if what == What::Restore { "" } else { "on" };
            let problems = reasons.into_iter().map(|message| Problem {
                field_id: field.to_owned(),
                message,
            });
            again(problems.collect())
        }
        BodyError::Workflow(error) => Err(error.into()),
        BodyError::Changed | BodyError::File(_) | BodyError::Rows(_) => Err(WebError::Conflict),
    }
}

async fn body_of(state: &State, code: &str) -> WebResult<Option<Organization>> {
    match code.parse() {
        Ok(code) => Ok(state.desk.store.organization(code).await?),
        Err(_) => Ok(None),
    }
}

fn show_form(
    state: &State,
    session: &Session,
    what: What,
    typed: &Typed,
    body: Option<&Organization>,
    problems: Vec<Problem>,
    notice: Option<&str>,
) -> WebResult {
    let mut page = page::signed_in(state, session, what.title(), &[("自治体", MENU)])
        .in_section(MENU)
        .with_notice(notice);
    page.has_errors = !problems.is_empty();
    let status = if problems.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let is_found = what == What::Found;
    let errors = |id: &str| -> Vec<String> {
        let at = problems.iter().filter(|problem| problem.field_id == id);
        at.map(|problem| problem.message.clone()).collect()
    };
    html_with(
        status,
        &ChangePage {
            page,
            what: what.id(),
            whom: body.map_or_else(String::new, |body| {
                format!("{}（{}）", body.full_name(), body.code)
            }),
            code: typed.code.clone(),
            asks_code: is_found,
            asks_name: is_found || what == What::Rename,
            asks_kind: is_found || what == What::Classes,
            asks_into: what == What::End,
            asks_day: what != What::Restore,
            fields: fields(typed, errors),
            kinds: OrganizationKind::ALL
                .into_iter()
                .filter(|kind| *kind != OrganizationKind::Prefecture)
                .map(|kind| KindChoice {
                    value: kind.as_str(),
                    label: kind.label(),
                    selected: kind.as_str() == typed.kind,
                })
                .collect(),
            kind_errors: errors("kind"),
            health_center: typed.health_center,
            child_guidance: typed.child_guidance,
            back: body.map_or_else(|| MENU.to_owned(), |body| body_path(body.code.as_str())),
            problems,
        },
    )
}

fn fields(typed: &Typed, errors: impl Fn(&str) -> Vec<String>) -> Fields {
    let field = |id: &str, label: &str, hint: &str, value: &str, required: bool| TextField {
        id: id.to_owned(),
        name: id.to_owned(),
        label: label.to_owned(),
        hint: hint.to_owned(),
        value: value.to_owned(),
        required,
        errors: errors(id),
        width: "m",
        ..TextField::default()
    };
    Fields {
        code: field(
            "code",
            "団体コード",
            "検査数字を含む6桁のコードです。",
            &typed.code,
            true,
        ),
        on: field(
            "on",
            "いつから",
            "例：2027-04-01、令和9年4月1日。先の日も、過ぎた日も入力できます。",
            &typed.on,
            true,
        ),
        name: field(
            "name",
            "名称",
            "都道府県や郡の名を付けずに、団体が書くとおりに入力してください。",
            &typed.name,
            true,
        ),
        kana: field("kana", "カナ", "例：ハコダテシ", &typed.kana, true),
        into: field(
            "into",
            "引き継ぐ団体のコード",
            "合併して入る先の団体です。引き継ぐ団体が無いときは、空欄にしてください。",
            &typed.into,
            false,
        ),
        replaces: field(
            "replaces",
            "この団体が引き継ぐ団体のコード",
            "同じ日に廃止になる団体です。いくつかあるときは、間を空けて並べてください。",
            &typed.replaces,
            false,
        ),
        note: TextField {
            width: "l",
            ..field(
                "note",
                "備考",
                "告示の番号など、あとで見て分かるように残す言葉です。",
                &typed.note,
                false,
            )
        },
    }
}

/// What recording it means for editions, accounts and routes, in sentences.
async fn effects(
    state: &State,
    scope: CountryScope,
    differences: &[Difference],
) -> WebResult<Vec<String>> {
    let today = state.desk.now().japan_date();
    let mut effects = Vec::new();
    for difference in differences {
        let name = difference.name();
        let day = date_label(difference.effective_on);
        effects.push(if difference.effective_on > today {
            format!("{name}は、{day}になると、自動で変わります。それまでは、いまのままです。")
        } else {
            // A later entry may say otherwise, also of today.
            format!(
                "{name}は、{day}から変わったものとして登録します。その日からあとの日の表も、あとの日付の登録がない限り、この内容になります。"
            )
        });
        let editions = state.desk.store.editions_of(difference.code, scope).await?;
        let open = editions
            .iter()
            .filter(|one| one.edition.state == EditionState::Open);
        for one in open {
            effects.push(format!(
                "始まっている「{}」では、{name}の名称・区分・提出先は、始めたときのままです（{}）。",
                one.edition.definition.short_title,
                one.route.label()
            ));
        }
        if let Some(kind) = difference.said.kind {
            // An edition takes the class of the day on which it opens, or of the day its preparation names.
            effects.push(format!(
                "提出先が「{}」になるのは、団体の区分を{day}かそのあとの日で決める調査回からです。区分を決める日は、ふつうは調査回を始める日です。",
                kind.route().label()
            ));
        }
        if let Some(Fate::Abolished { .. }) = difference.said.fate {
            let accounts = AccountScope::Body(difference.code);
            let accounts = state.desk.store.accounts_within(accounts).await?.len();
            effects.push(format!(
                "{name}の利用者（{accounts}人）は、ログインしてこれまでの回答を見られます。団体の区分をその日かそのあとの日で決める調査回では、対象になりません。始まっている調査回には、そのまま回答できます。"
            ));
        }
    }
    Ok(effects)
}
