//! An edition with questions of its own, from the draft to the ministry's counts; and an edition without
//! any, which knows nothing of them.

use jiff::civil::date;
use torimatome::domain::edition_making::carry_forward;
use torimatome::domain::extra_question::{ExtraQuestion, QuestionId};
use torimatome::domain::fiscal_year::FiscalYear;
use torimatome::domain::response::{Form1, Form1Input};
use torimatome::domain::survey_edition::EditionDates;
use torimatome::workflow::editions::open_edition;
use torimatome::workflow::save_draft::{SectionInput, save_draft};
use torimatome::workflow::submit_response::submit_response;

use crate::app::{OPEN, TestApp, complete_form, edition};

mod changes;
mod counts;
mod files;
mod pages;

/// The edition with questions, and the one after it.
const ASKING: &str = "fy2028";
const NEXT: &str = "fy2029";
const FORM: &str = "/editions/fy2028/form1";

/// A question of each kind; the text is asked of prefectures only.
const QUESTIONS: &str = r##"
    [[questions]]
    id = "delivery"
    label = "データの連携方法"
    kind = "choice"
    required = true
    purpose = "delivery_method"
    options = [
        { value = "api", label = "#1 API（自動）" },
        { value = "batch", label = "#2 APIバッチ" },
        { value = "manual", label = "#3 手動アップロード" },
        { value = "rpa", label = "#4 RPA" },
    ]
    [[questions]]
    id = "devices"
    label = "端末の台数"
    help = "改修の対象となる端末です。"
    kind = "number"
    unit = "台"
    [[questions]]
    id = "start"
    label = "接続の希望日"
    kind = "date"
    [[questions]]
    id = "remarks"
    label = "管内の意見"
    kind = "text"
    required = true
    asked_of = ["prefecture"]
"##;

fn id(text: &str) -> QuestionId {
    text.parse().expect("an id")
}

/// Adds an edition with these questions and opens it.
async fn open(app: &TestApp, key: &str, questions: &str) {
    #[derive(serde::Deserialize)]
    struct Questions {
        questions: Vec<ExtraQuestion>,
    }
    let Questions { questions } = toml::from_str(questions).expect("reads");
    let store = &app.desk.store;
    let shipped = store.edition(&edition(OPEN)).await.expect("reads");
    let mut definition = (*shipped.expect("ships").definition).clone();
    let year: FiscalYear = key.parse().expect("a year");
    while definition.fiscal_year < year {
        definition = carry_forward(&definition);
    }
    definition.short_title = format!("{key}の調査");
    definition.questions = questions;
    let dates = EditionDates {
        deadline_on: date(2027, 2, 26),
        last_new_answer_on: date(2027, 3, 31),
        last_change_on: date(2027, 3, 31),
    };
    let transaction = store.begin().await.expect("begins");
    let opened = edition(key);
    let added = transaction.insert_edition(&opened, dates, &definition);
    added.await.expect("is added");
    transaction.commit().await.expect("commits");
    let ministry = app.actor(None, "医療費助成担当", true).await;
    let opened = open_edition(&app.desk, &ministry, &edition(key), dates).await;
    opened.expect("opens");
}

async fn asking() -> TestApp {
    let app = TestApp::start().await;
    open(&app, ASKING, QUESTIONS).await;
    app
}

/// A whole form with these answers.
fn answered(extra: &[(&str, &str)]) -> Form1Input {
    Form1Input {
        extra: extra
            .iter()
            .map(|(question, typed)| (id(question), (*typed).to_owned()))
            .collect(),
        ..complete_form()
    }
}

/// Saves every part by the verb and submits.
async fn submit(app: &TestApp, code: &str, extra: &[(&str, &str)]) -> Form1 {
    let client = app.body(code).await;
    let key = edition(ASKING);
    let record = app.answer_in(ASKING, code).await;
    for section in record.edition.definition.sections(&record.class) {
        let draft = app.answer_in(ASKING, code).await.draft_or_prefill();
        let input = SectionInput::of(&answered(extra), *section);
        let version = draft.version(*section);
        let saved = save_draft(&app.desk, client.actor(), &key, version, input).await;
        saved.expect("is saved");
    }
    let version = app.answer_in(ASKING, code).await.version;
    let receipt = submit_response(&app.desk, client.actor(), &key, version, true).await;
    receipt.expect("is submitted");
    newest(app, code).await
}

async fn newest(app: &TestApp, code: &str) -> Form1 {
    let record = app.answer_in(ASKING, code).await;
    let found = app.desk.store.revision(record.id, record.revision_number);
    found.await.expect("reads").expect("was submitted").form
}
