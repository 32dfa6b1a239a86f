//! `/editions/{key}/respondents`: bodies whose ① came after a survey of required amounts opened are added to it.

use actix_web::web;

use super::State;
use super::part::{Control, Errors, Fate, Group, HistoryLine, PartView, show};
use crate::domain::edition_input::FieldProblem;
use crate::domain::japan_time::{date_label, datetime_label};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::survey_edition::EditionKey;
use crate::web::error::{WebError, WebResult};
use crate::web::municipality::{FormQuery, edition_key};
use crate::web::page::{self, see_other};
use crate::web::session::{Post, Session};
use crate::workflow::add_respondents::{Addable, FIELD, add_respondents, addable, deadline_of};
use crate::workflow::edition_making::MakingError;

/// Where somebody lands whose edition asks everybody, or has not begun.
fn elsewhere(key: &EditionKey) -> String {
    format!("/editions/{key}/settings")
}

/// GET `/editions/{key}/respondents`.
pub async fn form(
    state: State,
    session: Session,
    key: web::Path<String>,
    query: web::Query<FormQuery>,
) -> WebResult {
    let key = edition_key(&key)?;
    let Some(found) = addable(&state.desk, &session.actor, &key).await? else {
        return Ok(see_other(&elsewhere(&key)));
    };
    let mut view = view(&state, &session, &found, &[], Errors(&[]));
    view.page = view.page.with_notice(query.notice.as_deref());
    show(view, Fate::default())
}

/// POST `/editions/{key}/respondents`.
pub async fn add(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let Post { session, form } = post;
    let key = edition_key(&key)?;
    let chosen: Result<Vec<LocalGovernmentCode>, _> = form.all(FIELD).map(str::parse).collect();
    let chosen = chosen.map_err(|_| WebError::BadRequest)?;
    let Some(found) = addable(&state.desk, &session.actor, &key).await? else {
        return Ok(see_other(&elsewhere(&key)));
    };
    match add_respondents(&state.desk, &session.actor, &key, &chosen).await {
        Ok(_) => Ok(see_other(&format!(
            "/editions/{key}/respondents?notice=respondents-added"
        ))),
        Err(MakingError::Problem(problem)) => {
            let problems: [FieldProblem; 1] = [problem];
            let view = view(&state, &session, &found, &chosen, Errors(&problems));
            let fate = Fate {
                problems: &problems,
                stored: None,
            };
            show(view, fate)
        }
        Err(MakingError::Workflow(error)) => Err(error.into()),
    }
}

fn view(
    state: &State,
    session: &Session,
    found: &Addable,
    chosen: &[LocalGovernmentCode],
    errors: Errors<'_>,
) -> PartView {
    let edition = &found.edition;
    let today = state.desk.now().japan_date();
    let bodies = found.bodies.iter().map(|body| {
        let code = body.class.code;
        let label = format!(
            "{code} {}（{}）　提出期限 {}",
            body.name,
            code.prefecture().name(),
            date_label(deadline_of(body, edition, today)),
        );
        (code.to_string(), label)
    });
    let controls = if found.bodies.is_empty() {
        let none = "いま追加できる団体はありません。".to_owned();
        vec![Control::Fixed("追加できる団体".to_owned(), none)]
    } else {
        let hint = "追加すると、団体の画面に調査票が出て、メールでお知らせします。提出期限を過ぎているときは、新しい回答の最終受付日が、その団体の期限になります。追加は取り消せません。";
        let is_chosen = |code: &str| chosen.iter().any(|of| of.as_str() == code);
        vec![errors.choice(FIELD, "追加する団体", hint, true, bodies, is_chosen)]
    };
    let history = found.added.iter().rev().map(|row| HistoryLine {
        when: datetime_label(row.at),
        who: row.actor_name.clone(),
        changes: vec![format!("{}を対象に加えました", row.detail)],
    });
    let title = format!("対象の団体の追加（{}）", edition.definition.short_title);
    let back = format!("/editions/{}/amounts", edition.key);
    PartView {
        page: page::signed_in(state, session, &title, &[("調査回", "/editions")])
            .in_section("/editions"),
        lead: "所要額調査を始めたあとに、①（1次交付）の回答が提出済か受付済になった団体を、調査の対象に加えます。連絡先と○は、ほかの団体と同じように、もとの調査回の回答から入ります。".to_owned(),
        groups: Group::plain(controls),
        base: String::new(),
        button: "対象に加える",
        back: ("所要額の集計へ".to_owned(), back),
        locked: if found.is_over {
            "新しい回答の最終受付日を過ぎたか、調査回が終了しているため、団体を追加できません。受付中であれば、「日付の変更・終了」で最終受付日を延ばすと追加できます。"
        } else if found.bodies.is_empty() {
            "①の回答が受け付けられている団体は、すべて対象に入っています。"
        } else {
            ""
        },
        history: history.collect(),
    }
}
