//! `/editions/{key}/follow-up`: 所要額調査をつくる, its settings, and making it anew while it is in preparation.

use actix_web::{HttpRequest, web};

use super::State;
use super::part::{Control, Errors, Fate, Group, PartView, show};
use crate::domain::access::CountryScope;
use crate::domain::edition_input::FieldProblem;
use crate::domain::required_amounts::RequiredAmounts;
use crate::domain::required_amounts::input::RuleForm;
use crate::domain::survey_edition::{EditionKey, EditionState, SurveyEdition};
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::municipality::{FormQuery, edition_key};
use crate::web::page::{self, see_other};
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::workflow::WorkflowError;
use crate::workflow::edition_making::MakingError;
use crate::workflow::follow_up::{FollowUpWish, follow_up_of_edition, make_follow_up, mark_of};

/// The address for the follow-up of an edition.
pub fn path(source: &EditionKey) -> String {
    format!("/editions/{source}/follow-up")
}

/// A survey of intents, and its follow-up if there is one.
struct Pair {
    source: SurveyEdition,
    follow_up: Option<SurveyEdition>,
}

impl Pair {
    /// Trials, follow-ups and editions that were never opened have none.
    async fn load(state: &State, session: &Session, key: &str) -> WebResult<Self> {
        CountryScope::of(&session.actor).ok_or(WebError::NotFound)?;
        let key = edition_key(key)?;
        let source = state.desk.store.edition(&key).await?;
        let source = source
            .filter(|edition| edition.is_intent_survey())
            .filter(|edition| edition.state != EditionState::Preparing)
            .ok_or(WebError::NotFound)?;
        let follow_up = follow_up_of_edition(&state.desk, &key).await?;
        Ok(Self { source, follow_up })
    }

    fn rule(&self) -> RequiredAmounts {
        let stored = self.follow_up.as_ref();
        let stored = stored.and_then(|edition| edition.definition.required_amounts.clone());
        stored.unwrap_or_else(|| RequiredAmounts::usual(self.source.key.clone()))
    }

    /// Why nothing can be changed here; empty if it can.
    fn locked(&self) -> &'static str {
        match &self.follow_up {
            Some(edition) if edition.state != EditionState::Preparing => {
                "この調査回の所要額調査は、すでに始まっています。補助率などの設定は変えられません。"
            }
            _ => "",
        }
    }
}

/// What was typed.
struct Typed {
    rule: RuleForm,
    anew: bool,
}

impl Typed {
    fn read(form: &FormData) -> Self {
        let text = |name: &str| form.text(name).to_owned();
        Self {
            rule: RuleForm {
                rate: text("rate"),
                ceiling: text("ceiling"),
                rounding: text("rounding"),
                budget: text("budget"),
            },
            anew: form.has("anew"),
        }
    }
}

/// GET `/editions/{key}/follow-up`.
pub async fn form(
    state: State,
    session: Session,
    request: HttpRequest,
    key: web::Path<String>,
    query: web::Query<FormQuery>,
) -> WebResult {
    let pair = Pair::load(&state, &session, &key).await?;
    let kept = kept_form(&state, &session, request.path(), query.kept.as_deref()).await?;
    let typed = match &kept {
        Some(form) => Typed::read(form),
        None => Typed {
            rule: RuleForm::of(&pair.rule()),
            anew: false,
        },
    };
    let mut view = view(&state, &session, &pair, &typed, Errors(&[]));
    if let Some(form) = &kept {
        view.base = form.text("base").to_owned();
    }
    let notice = query
        .notice
        .as_deref()
        .filter(|notice| *notice != "kept" || kept.is_some());
    view.page = view.page.with_notice(notice);
    show(view, Fate::default())
}

/// POST `/editions/{key}/follow-up`.
pub async fn save(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let Post { session, form } = post;
    let pair = Pair::load(&state, &session, &key).await?;
    let typed = Typed::read(&form);
    let base = form.text("base");
    let mut problems = Vec::new();
    match typed.rule.read(&pair.source.key) {
        Err(found) => problems = found,
        Ok(rule) => {
            let wish = FollowUpWish {
                rule,
                anew: typed.anew,
            };
            let actor = &session.actor;
            match make_follow_up(&state.desk, actor, &pair.source.key, base, wish).await {
                Ok(made) => {
                    let notice = match pair.follow_up {
                        Some(_) => "edition-saved",
                        None => "follow-up-made",
                    };
                    return Ok(see_other(&format!(
                        "/editions/{made}/making?notice={notice}"
                    )));
                }
                Err(MakingError::Problem(problem)) => problems.push(problem),
                Err(MakingError::Workflow(WorkflowError::Stale)) => {
                    return overtaken(&state, &session, &key, &typed).await;
                }
                Err(MakingError::Workflow(error)) => return Err(error.into()),
            }
        }
    }
    let mut view = view(&state, &session, &pair, &typed, Errors(&problems));
    view.base = base.to_owned();
    let fate = Fate {
        problems: &problems,
        stored: None,
    };
    show(view, fate)
}

/// Somebody else was first: both texts.
async fn overtaken(state: &State, session: &Session, key: &str, typed: &Typed) -> WebResult {
    let now = Pair::load(state, session, key).await?;
    let stored = Typed {
        rule: RuleForm::of(&now.rule()),
        anew: false,
    };
    let stored = groups(&now, &stored, Errors(&[]));
    let view = view(state, session, &now, typed, Errors(&[]));
    let fate = Fate {
        problems: &[] as &[FieldProblem],
        stored: Some(stored),
    };
    show(view, fate)
}

fn groups(pair: &Pair, typed: &Typed, errors: Errors<'_>) -> Vec<Group> {
    let mut controls = vec![
        errors.short(
            "rate",
            "補助率",
            "例：1/2。事業費予定額に掛ける割合です。",
            &typed.rule.rate,
            true,
        ),
        errors.short(
            "ceiling",
            "1制度あたりの上限額（円）",
            "例：2,500,000（基準額5,000,000円の2分の1）",
            &typed.rule.ceiling,
            true,
        ),
        errors.short(
            "rounding",
            "端数を切り捨てる単位（円）",
            "例：1,000。医療費助成ごとに、この単位未満を切り捨てます。切り捨てないときは1とします。",
            &typed.rule.rounding,
            true,
        ),
        errors.short(
            "budget",
            "予算額（円）",
            "集計の合計とくらべる金額です。団体の画面には表示しません。例：4,600,000,000",
            &typed.rule.budget,
            true,
        ),
    ];
    if pair.follow_up.is_some() {
        controls.push(errors.tick(
            "anew",
            "作り直す",
            "名称、説明文、行、質問を、もとの調査回から作り直します。準備で直したところは、なくなります。日付はそのままです。",
            "もとの調査回から作り直す",
            typed.anew,
        ));
    } else {
        let asked = "対象になる団体".to_owned();
        let who = "開始したときに、①（1次交付）の回答が提出済か受付済の団体".to_owned();
        controls.push(Control::Fixed(asked, who));
    }
    Group::plain(controls)
}

fn view(
    state: &State,
    session: &Session,
    pair: &Pair,
    typed: &Typed,
    errors: Errors<'_>,
) -> PartView {
    let short_title = &pair.source.definition.short_title;
    let (title, button, back) = match &pair.follow_up {
        None => (
            format!("所要額調査をつくる（{short_title}）"),
            "所要額調査をつくる",
            (
                "作らずに調査回の一覧へ戻る".to_owned(),
                "/editions".to_owned(),
            ),
        ),
        Some(edition) if edition.state == EditionState::Preparing => (
            format!("所要額調査の設定（{short_title}）"),
            "保存する",
            (
                "保存せずに準備の一覧へ戻る".to_owned(),
                format!("/editions/{}/making", edition.key),
            ),
        ),
        Some(edition) => (
            format!("所要額調査の設定（{short_title}）"),
            "保存する",
            (
                "所要額調査の集計へ".to_owned(),
                format!("/editions/{}/amounts", edition.key),
            ),
        ),
    };
    PartView {
        page: page::signed_in(state, session, &title, &[("調査回", "/editions")])
            .in_section("/editions"),
        lead: "①（1次交付）と回答した団体に、医療費助成ごとの事業費予定額をたずねる調査です。意向等調査と同じ画面とExcelで回答し、提出、受付、差戻しも同じように行います。作ったあと、日付を決めて、点検してから開始します。".to_owned(),
        groups: groups(pair, typed, errors),
        base: mark_of(pair.follow_up.as_ref()),
        button,
        back,
        locked: pair.locked(),
        history: Vec::new(),
    }
}
