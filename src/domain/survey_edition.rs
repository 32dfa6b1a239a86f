//! 調査回: one round of the survey. Its wording, rows and dates are data, never code.
//!
//! A definition is shipped as a file (`migrations/data/editions/*.toml`), stored as a document, and
//! frozen once the edition is open. Rows keep their order; a row's position is its bit in the mask
//! kept beside each answer.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::application_intent::ApplicationIntent;
use super::estimate::PlanBasis;
use super::extra_question::{ExtraQuestion, QuestionId};
use super::fiscal_year::FiscalYear;
use super::form_words::{self, FormWords};
use super::japan_time::{UnixMillis, is_in_time};
use super::organization::RespondentClass;
use super::place::{Place, Section};
use super::recipient_count::{self, parse_recipient_count};
use super::required_amounts::planned_cost::parse_planned_cost;
use super::required_amounts::{RequiredAmounts, making};
use super::response::Totals;
use super::scheme::{ImplementerKind, SchemeId};
use super::year_month::YearMonth;

/// `fy2027`: stable, part of addresses and file names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EditionKey(String);

/// A text that is no edition key.
#[derive(Debug, thiserror::Error)]
#[error("an edition key looks like fy2027")]
pub struct BadEditionKey;

impl EditionKey {
    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EditionKey {
    type Err = BadEditionKey;

    fn from_str(text: &str) -> Result<Self, BadEditionKey> {
        let fits = text.len() <= 24
            && text.starts_with("fy")
            && text
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadEditionKey)
        }
    }
}

impl TryFrom<String> for EditionKey {
    type Error = BadEditionKey;

    fn try_from(text: String) -> Result<Self, BadEditionKey> {
        text.parse()
    }
}

impl From<EditionKey> for String {
    fn from(key: EditionKey) -> Self {
        key.0
    }
}

impl fmt::Display for EditionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether an edition takes answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EditionState {
    /// 準備中: only the ministry sees it.
    Preparing,
    /// 受付中
    Open,
    /// 終了: readable, nothing changes any more.
    Closed,
}

impl EditionState {
    /// Stable text for the database.
    pub fn as_str(self) -> &'static str {
        ["preparing", "open", "closed"][self as usize]
    }

    /// The state with this stable text.
    pub fn from_stored(text: &str) -> Option<Self> {
        [Self::Preparing, Self::Open, Self::Closed]
            .into_iter()
            .find(|s| s.as_str() == text)
    }

    /// The word a page shows.
    pub fn label(self) -> &'static str {
        ["準備中", "受付中", "終了"][self as usize]
    }
}

/// The wording of one intent (row of Form 1, section 2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntentWording {
    pub intent: ApplicationIntent,
    /// Without the circled number.
    pub label: String,
    /// The round applied for and its months; none for ③ and ④, and in definitions older than this field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round: Option<RoundMonths>,
}

/// A round of the subsidy and when it is applied for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundMonths {
    /// 1次交付 or 2次交付.
    pub number: u8,
    pub from: YearMonth,
    pub until: YearMonth,
}

impl RoundMonths {
    /// As the form prints it: 令和9年4月～5月.
    pub fn label(&self) -> String {
        let until = if self.from.year() == self.until.year() {
            self.until.month_label()
        } else {
            self.until.label()
        };
        format!("{}～{until}", self.from.label())
    }
}

/// Help that stands in the form, empty where there is none. It may change while the edition is open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelpTexts {
    #[serde(default)]
    pub contact: String,
    #[serde(default)]
    pub intent: String,
    #[serde(default)]
    pub schemes: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub questions: String,
}

impl HelpTexts {
    /// The text of a section.
    pub fn of(&self, section: Section) -> &str {
        match section {
            Section::Contact => &self.contact,
            Section::Intent => &self.intent,
            Section::Schemes => &self.schemes,
            Section::Questions => &self.questions,
        }
    }

    /// Nothing stands anywhere.
    pub fn is_empty(&self) -> bool {
        Section::ALL
            .into_iter()
            .all(|section| self.of(section).is_empty())
    }
}

/// One row of the scheme table (Form 1, section 3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemeRow {
    pub scheme: SchemeId,
    /// 区分: 公費負担医療 or 地方単独医療費助成.
    pub category: String,
    /// 法律名 or 予算事業; empty for 地方単独.
    #[serde(default)]
    pub law: String,
    /// The row's name as this edition prints it.
    pub name: String,
    /// Can be applied for in the second round only.
    #[serde(default)]
    pub second_round_only: bool,
    /// A mark on this row needs a free text (その他).
    #[serde(default)]
    pub needs_text: bool,
    /// Which kinds of body usually run the scheme; empty = not known, so nothing is doubted.
    #[serde(default)]
    pub implementers: Vec<ImplementerKind>,
    /// Help that stands below the row's name; empty if none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
}

impl SchemeRow {
    /// Whether this class of body usually runs the scheme of the row.
    pub fn usually_run_by(&self, class: &RespondentClass) -> bool {
        self.implementers.is_empty() || self.implementers.iter().any(|kind| kind.runs(class))
    }
}

/// Everything an edition says, frozen once it is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionDefinition {
    /// 「令和9年度分」: how people call the edition.
    pub short_title: String,
    /// The official title of the survey.
    pub title: String,
    /// The heading of Form 1.
    pub form1_title: String,
    /// The heading of Form 2.
    pub form2_title: String,
    pub fiscal_year: FiscalYear,
    /// The ministry's office that answers questions; functions only, no person.
    pub office: String,
    pub intents: Vec<IntentWording>,
    pub rows: Vec<SchemeRow>,
    /// What is asked beside the rows of the notice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<ExtraQuestion>,
    #[serde(default, skip_serializing_if = "HelpTexts::is_empty")]
    pub help: HelpTexts,
    /// 所要額調査: set where the edition asks for required amounts instead of intents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_amounts: Option<RequiredAmounts>,
    /// What plans are reckoned with. Nobody answers it: it may change at any time.
    #[serde(default, skip_serializing_if = "PlanBasis::is_usual")]
    pub plan: PlanBasis,
}

impl EditionDefinition {
    /// What the form and its number column are called.
    pub fn words(&self) -> &'static FormWords {
        match self.required_amounts {
            Some(_) => &form_words::AMOUNTS,
            None => &form_words::INTENT,
        }
    }

    /// Whether the form has 「申請の意向」.
    pub fn asks_intent(&self) -> bool {
        self.required_amounts.is_none()
    }

    /// Reads the number of a row, persons or yen; a problem says what to write.
    pub fn parse_number(&self, typed: &str) -> Result<recipient_count::Reading, String> {
        match self.required_amounts {
            Some(_) => parse_planned_cost(typed).map_err(|problem| problem.to_string()),
            None => parse_recipient_count(typed).map_err(|problem| problem.to_string()),
        }
    }

    /// The total of the number column: of all rows for persons, of those with ○ for yen.
    pub fn number_total(&self, totals: &Totals) -> u64 {
        match self.required_amounts {
            Some(_) => totals.target_recipients,
            None => totals.recipients,
        }
    }

    /// The number a part of the form bears for this class of body.
    pub fn number_of(&self, section: Section, class: &RespondentClass) -> usize {
        let sections = self.sections(class);
        sections
            .iter()
            .position(|own| *own == section)
            .map_or(section as usize + 1, |position| position + 1)
    }

    /// The row of a scheme and its position (0-based).
    pub fn row(&self, scheme: &SchemeId) -> Option<(usize, &SchemeRow)> {
        self.rows
            .iter()
            .enumerate()
            .find(|(_, row)| &row.scheme == scheme)
    }

    /// The question with this id.
    pub fn question(&self, id: &QuestionId) -> Option<&ExtraQuestion> {
        self.questions.iter().find(|question| &question.id == id)
    }

    /// The questions a body of this class is asked, in their order.
    pub fn questions_for(&self, class: &RespondentClass) -> impl Iterator<Item = &ExtraQuestion> {
        let class = *class;
        self.questions
            .iter()
            .filter(move |question| question.is_asked_of(&class))
    }

    /// The parts of Form 1 that a body of this class fills in: the fourth only if it is asked something.
    pub fn sections(&self, class: &RespondentClass) -> &'static [Section] {
        let asked = self.questions_for(class).next().is_some();
        match (self.asks_intent(), asked) {
            (true, true) => &Section::ALL,
            (true, false) => &Section::OFFICIAL,
            (false, true) => &making::SECTIONS,
            (false, false) => &making::SECTIONS[..2],
        }
    }

    /// What the form calls a place, for lists of reasons and changes.
    pub fn place_label(&self, place: &Place) -> String {
        match place {
            Place::Section(section) => section.label().to_owned(),
            Place::Department => "担当部署の名称".to_owned(),
            Place::Email => "メールアドレス".to_owned(),
            Place::Phone => "電話番号".to_owned(),
            Place::IntentText => "「④ その他」の内容".to_owned(),
            Place::Scheme(id) => self
                .row(id)
                .map_or_else(String::new, |(_, row)| row.name.clone()),
            Place::Recipients(id) => {
                let name = self.row(id).map_or("", |(_, row)| row.name.as_str());
                format!("{name}の{}", self.words().number)
            }
            Place::OtherText => "その他の地方単独医療費助成の内容".to_owned(),
            Place::Question(id) => self
                .question(id)
                .map_or_else(String::new, |question| question.label.clone()),
        }
    }

    /// Full wording of an intent with its number, 「① 1次交付…」.
    pub fn intent_label(&self, intent: ApplicationIntent) -> String {
        let wording = self.intents.iter().find(|wording| wording.intent == intent);
        let label = wording.map_or("", |wording| wording.label.as_str());
        format!("{} {label}", intent.sign())
    }
}

/// The three dates of an edition, each inclusive to the end of that day in Japan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EditionDates {
    /// 提出期限, the one that is shown.
    pub deadline_on: Date,
    /// A first answer is taken until here, and marked 遅延 after the deadline.
    pub last_new_answer_on: Date,
    /// A return is answered until here.
    pub last_change_on: Date,
}

/// One round of the survey.
#[derive(Clone, Debug)]
pub struct SurveyEdition {
    pub id: i64,
    pub key: EditionKey,
    pub state: EditionState,
    pub dates: EditionDates,
    pub definition: Arc<EditionDefinition>,
    /// Grows with every change of the definition.
    pub definition_version: i32,
    /// 試行: the edition this one tries out. Its answers never count.
    pub trial_of: Option<EditionKey>,
}

impl SurveyEdition {
    /// 試行: nothing of it counts anywhere, fills in anything or stands for the newest edition.
    pub fn is_trial(&self) -> bool {
        self.trial_of.is_some()
    }

    /// 所要額調査: it asks what bodies of another edition need. Like a trial it is no survey of intents: it stands for
    /// no newest edition, fills nothing in and confirms nothing.
    pub fn is_follow_up(&self) -> bool {
        !self.definition.asks_intent()
    }

    /// A survey of intents that counts: neither a trial nor a follow-up.
    pub fn is_intent_survey(&self) -> bool {
        !self.is_trial() && !self.is_follow_up()
    }

    /// A trial that has ended or whose last day is over.
    pub fn is_trial_over(&self, now: UnixMillis) -> bool {
        let runs = self.state == EditionState::Open && is_in_time(now, self.dates.last_change_on);
        self.is_trial() && !runs
    }

    /// Whether a body may save or submit at this moment: a first answer until the last day for new
    /// ones, a body that has answered once until the last day for changes; one that was asked again by
    /// itself (再受付) until the day it was given, also in a closed edition.
    pub fn takes_answers(
        &self,
        answered_before: bool,
        reopened_until: Option<Date>,
        received: UnixMillis,
    ) -> bool {
        let last_day = if answered_before {
            self.dates.last_change_on
        } else {
            self.dates.last_new_answer_on
        };
        match self.state {
            EditionState::Preparing => false,
            EditionState::Open if is_in_time(received, last_day) => true,
            _ => reopened_until.is_some_and(|day| is_in_time(received, day)),
        }
    }

    /// A file name that says so if this is a trial: 「様式1（試行）.xlsx」.
    pub fn file_name(&self, name: String) -> String {
        if !self.is_trial() {
            return name;
        }
        match name.rsplit_once('.') {
            Some((stem, ending)) => format!("{stem}（試行）.{ending}"),
            None => format!("{name}（試行）"),
        }
    }
}

/// The edition that menus lead to: of `editions`, newest first, the first open one, else the first closed
/// one. A trial or a follow-up is never meant.
pub fn current(editions: &[SurveyEdition]) -> Option<&SurveyEdition> {
    let find = |wanted: EditionState| {
        editions
            .iter()
            .find(|edition| edition.state == wanted && edition.is_intent_survey())
    };
    find(EditionState::Open).or_else(|| find(EditionState::Closed))
}
