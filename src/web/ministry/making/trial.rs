//! `/editions/{key}/making/trial`: chosen bodies try an edition in preparation.

use std::collections::BTreeSet;

use actix_web::{HttpRequest, web};
use jiff::civil::Date;

use super::{FROZEN, State, frame, is_preparing, load, making_path};
use crate::domain::body_history::BodyHistory;
use crate::domain::edition_input::FieldProblem;
use crate::domain::japan_time::{date_label, parse_date};
use crate::domain::local_government_code::{
    LocalGovernmentCode, PrefectureCode, read_code_generously,
};
use crate::domain::survey_edition::SurveyEdition;
use crate::web::error::WebResult;
use crate::web::form::FormData;
use crate::web::ministry::part::{Control, Errors, Fate, Group, PartView, show};
use crate::web::municipality::FormQuery;
use crate::web::page::see_other;
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::web::view::TextField;
use crate::workflow::edition_making::MakingError;
use crate::workflow::trial::{TrialBodies, start_trial};

struct Typed {
    until: String,
    /// `chosen`, `all` or the two digits of a prefecture.
    who: String,
    codes: String,
}

impl Typed {
    fn read(form: &FormData) -> Self {
        Self {
            until: form.text("until").trim().to_owned(),
            who: form.text("who").to_owned(),
            codes: form.text("codes").to_owned(),
        }
    }

    fn bodies(&self, history: &BodyHistory, today: Date) -> Result<TrialBodies, FieldProblem> {
        match self.who.as_str() {
            "all" => Ok(TrialBodies::All),
            "chosen" => {
                let words = self
                    .codes
                    .split(|c: char| c.is_whitespace() || matches!(c, ',' | '、' | '，'));
                let mut codes = BTreeSet::new();
                for word in words.filter(|word| !word.is_empty()) {
                    let code = read_code(word, history, today);
                    codes.insert(code.map_err(|message| FieldProblem::new("codes", message))?);
                }
                if codes.is_empty() {
                    let message = "試行に参加する団体のコードを、1つ以上入力してください。";
                    return Err(FieldProblem::new("codes", message));
                }
                Ok(TrialBodies::Chosen(codes))
            }
            prefecture => prefecture
                .parse::<PrefectureCode>()
                .map(TrialBodies::Prefecture)
                .map_err(|_| FieldProblem::new("who", "試行に参加する団体を選んでください。")),
        }
    }

    fn groups(&self, errors: Errors<'_>) -> Vec<Group> {
        let mut options = vec![
            (
                "chosen".to_owned(),
                "下に入力した団体（その都道府県も入ります）".to_owned(),
            ),
            ("all".to_owned(), "すべての団体".to_owned()),
        ];
        options.extend(
            PrefectureCode::all()
                .map(|code| (code.to_string(), format!("{}とその市区町村", code.name()))),
        );
        Group::plain(vec![
            Control::Line(TextField {
                width: "m",
                understood: parse_date(&self.until).map(date_label).unwrap_or_default(),
                ..errors.field(
                    "until",
                    "試行の最終日",
                    "この日の23時59分まで、試しに入力・提出できます。例：2027-12-10、令和9年12月10日",
                    &self.until,
                    true,
                )
            }),
            errors.text(
                "codes",
                "団体のコード",
                "参加する団体の全国地方公共団体コード（6桁）を、空白か改行で区切って入力します。",
                &self.codes,
                false,
            ),
            errors.choice("who", "参加する団体", "", false, options, |value| self.who == value),
        ])
    }
}

/// The code that a word means: of several readings the one of a body that there is, or else was.
fn read_code(
    word: &str,
    history: &BodyHistory,
    today: Date,
) -> Result<LocalGovernmentCode, String> {
    let readings = read_code_generously(word);
    let is_there = |code: &LocalGovernmentCode| {
        let state = history.state(*code, today);
        state.is_some_and(|state| state.is_in_force())
    };
    let was = |code: &LocalGovernmentCode| !history.changes_of(*code).is_empty();
    let mut found: Vec<_> = readings.iter().copied().filter(is_there).collect();
    if found.is_empty() {
        found = readings.iter().copied().filter(was).collect();
    }
    match (&found[..], &readings[..]) {
        // One that nobody has is told by the verb, which knows the edition's bodies.
        ([code], _) | ([], [code]) => Ok(*code),
        ([], _) => Err(format!(
            "「{word}」は、全国地方公共団体コード（6桁）として読み取れません。6桁で入力してください。試行はまだ始まっていません。"
        )),
        _ => Err(format!(
            "「{word}」は先頭の0が無くなっているようで、当てはまる団体が複数あります。6桁で入力してください。試行はまだ始まっていません。"
        )),
    }
}

/// GET `/editions/{key}/making/trial`.
pub async fn form(
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
    let typed = kept.as_ref().map_or_else(
        || Typed {
            until: String::new(),
            who: "chosen".to_owned(),
            codes: String::new(),
        },
        Typed::read,
    );
    show(
        view(&state, &session, &edition, &typed, Errors(&[])),
        Fate::default(),
    )
}

/// POST `/editions/{key}/making/trial`.
pub async fn start(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let Post { session, form } = post;
    let edition = load(&state, &session, &key).await?;
    let typed = Typed::read(&form);
    let mut problems = Vec::new();
    let until = parse_date(&typed.until);
    if until.is_none() {
        let message =
            "試行の最終日を、2027-12-10、令和9年12月10日、R9.12.10 のように入力してください。";
        problems.push(FieldProblem::new("until", message));
    }
    let history = state.desk.store.body_history().await?;
    let bodies = typed
        .bodies(&history, state.desk.now().japan_date())
        .map_err(|problem| problems.push(problem))
        .ok();
    if let (Some(until), Some(bodies)) = (until, bodies) {
        match start_trial(&state.desk, &session.actor, &edition.key, until, &bodies).await {
            Ok(trial) => {
                let href = format!("/editions/{trial}/settings?notice=trial-started");
                return Ok(see_other(&href));
            }
            Err(MakingError::Problem(problem)) => problems.push(problem),
            Err(MakingError::Workflow(error)) => return Err(error.into()),
        }
    }
    let fate = Fate {
        problems: &problems,
        stored: None,
    };
    show(
        view(&state, &session, &edition, &typed, Errors(&problems)),
        fate,
    )
}

fn view(
    state: &State,
    session: &Session,
    edition: &SurveyEdition,
    typed: &Typed,
    errors: Errors<'_>,
) -> PartView {
    PartView {
        page: frame(state, session, edition, "試行する"),
        lead: "いまの内容で、選んだ団体に試してもらいます。画面、Excel、受付票のすべてに【試行】と表示します。試行の回答は、集計、状況表、参加、次の調査の前回の回答のどれにも入りません。始めたあとに内容を直しても、試行の内容は変わりません。".to_owned(),
        groups: typed.groups(errors),
        base: String::new(),
        button: "試行を始める",
        back: ("始めずに準備の一覧へ戻る".to_owned(), making_path(edition, "")),
        locked: if is_preparing(edition) { "" } else { FROZEN },
        history: Vec::new(),
    }
}
