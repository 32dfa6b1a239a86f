//! 様式1 of many bodies in one ZIP, sent while it is written.
//!
//! ```text
//! one read: bodies + submitted forms as text ─ chunk by chunk: read, fill in, pack ─> the visitor
//! ```
//! The documents are kept as text and read one after the other, so a country takes a few megabytes.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::editions::prefill;
use super::follow_up::first_inputs;
use super::table_file::begun_edition;
use super::take_out::{FileStream, receipt_moment};
use super::{Desk, WorkflowError, WorkflowResult};
use crate::domain::access::{self, Action, ReadScope};
use crate::domain::account::Actor;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::response::Form1Input;
use crate::domain::survey_edition::{EditionKey, SurveyEdition};
use crate::spreadsheet::{
    Form1Zip, FormBody, FormContent, ReceiptLine, SpreadsheetError, form_file_name,
};
use crate::store::exports::FormSource;

/// What the forms of a ZIP hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormsChoice {
    /// The bodies that submitted, as they did.
    Submitted,
    /// Every body: what it submitted, else what it answered last, else nothing.
    All,
    /// Every body, nothing filled in.
    Blank,
}

impl FormsChoice {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Submitted, Self::All, Self::Blank];

    /// The word of an address and of the audit log.
    pub fn as_str(self) -> &'static str {
        ["submitted", "all", "blank"][self as usize]
    }

    /// The choice with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.as_str() == word)
    }

    fn title(self) -> &'static str {
        ["提出分", "全団体", "空欄"][self as usize]
    }
}

/// Bodies of the country and of 北海道, by which a ZIP on its way is weighed.
const COUNTRY: u32 = 1_788;
const LARGEST_PREFECTURE: u32 = 180;
/// As many bodies may be on their way at once; the documents of a country take some five megabytes.
const BODIES_AT_ONCE: usize = 3 * COUNTRY as usize;
const PATIENCE: Duration = Duration::from_secs(15);

fn turns() -> Arc<Semaphore> {
    static TURNS: std::sync::OnceLock<Arc<Semaphore>> = std::sync::OnceLock::new();
    let new = || Arc::new(Semaphore::new(BODIES_AT_ONCE));
    Arc::clone(TURNS.get_or_init(new))
}

/// The forms of every body of the scope, and who took them into the audit log. `None`: nobody has
/// submitted yet.
pub async fn forms_zip(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    scope: ReadScope,
    choice: FormsChoice,
) -> WorkflowResult<Option<FileStream>> {
    let edition = begun_edition(desk, key).await?;
    let now = desk.now();
    let weight = match scope {
        ReadScope::Country(_) => COUNTRY,
        ReadScope::Prefecture(_) => LARGEST_PREFECTURE,
    };
    let turn = tokio::time::timeout(PATIENCE, turns().acquire_many_owned(weight))
        .await
        .map_err(|_| WorkflowError::Busy)?
        .expect("the semaphore is never closed");
    let mut sources = desk.store.form_sources(edition.id, scope).await?;
    for source in &mut sources {
        let relation = access::relation(actor, source.code, source.kind, source.route);
        if !access::permits(relation, source.status, Action::ViewAnswer) {
            source.hide();
        }
    }
    if choice == FormsChoice::Submitted {
        sources.retain(FormSource::is_filed);
    }
    if sources.is_empty() {
        return Ok(None);
    }
    let earlier = match choice {
        FormsChoice::All => earlier_inputs(desk, &edition, scope).await?,
        _ => HashMap::new(),
    };
    let place = match scope {
        ReadScope::Country(_) => "全国",
        ReadScope::Prefecture(scope) => scope.prefecture().name(),
    };
    write_down_taken(desk, actor, key, scope, (choice.as_str(), sources.len())).await?;

    let definition = Arc::clone(&edition.definition);
    let moment = now.to_japan();
    let name = edition.file_name(format!(
        "{}_{}_{place}_{}_{}.zip",
        definition.words().form,
        definition.short_title,
        choice.title(),
        now.japan_date().strftime("%Y%m%d")
    ));
    let zip = Form1Zip::new(&definition, moment)
        .map_err(|error| WorkflowError::Workbook(error.to_string()))?;
    Ok(Some(FileStream {
        name,
        chunks: Box::new(Chunks {
            zip: Some(zip),
            edition,
            sources: sources.into_iter(),
            earlier,
            choice,
            _turn: turn,
        }),
    }))
}

/// Who took how many forms out, and as what.
pub(super) async fn write_down_taken(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    scope: ReadScope,
    (what, count): (&str, usize),
) -> WorkflowResult<()> {
    let subject = match scope {
        ReadScope::Country(_) => format!("edition/{key}"),
        ReadScope::Prefecture(scope) => {
            format!("edition/{key}/prefecture/{}", scope.prefecture())
        }
    };
    let detail = format!("{what} {count}");
    let transaction = desk.store.begin().await?;
    transaction
        .audit(actor, desk.now(), "take_out_forms", &subject, &detail)
        .await?;
    Ok(transaction.commit().await?)
}

/// What bodies with a draft answered last, as a start for this edition.
async fn earlier_inputs(
    desk: &Desk,
    edition: &SurveyEdition,
    scope: ReadScope,
) -> WorkflowResult<HashMap<LocalGovernmentCode, Form1Input>> {
    if let Some(rule) = &edition.definition.required_amounts {
        return first_inputs(desk, edition, rule, scope).await;
    }
    let (forms, editions) = tokio::try_join!(
        desk.store.earlier_forms_of_drafts(edition, scope),
        desk.store.editions()
    )?;
    Ok(forms
        .into_iter()
        .filter_map(|(code, (id, form))| {
            let old = editions.iter().find(|old| old.id == id)?;
            Some((code, prefill(old, edition, form.to_input()).input))
        })
        .collect())
}

/// A chunk is handed over once it has about this many bytes: some twenty forms.
const CHUNK: usize = 256 * 1024;

/// The ZIP, piece by piece.
struct Chunks {
    /// `None` once it has ended.
    zip: Option<Form1Zip>,
    edition: SurveyEdition,
    sources: std::vec::IntoIter<FormSource>,
    earlier: HashMap<LocalGovernmentCode, Form1Input>,
    choice: FormsChoice,
    /// Held until the last chunk was taken or the visitor went away.
    _turn: OwnedSemaphorePermit,
}

impl Iterator for Chunks {
    type Item = WorkflowResult<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut zip = self.zip.take()?;
        while zip.waiting() < CHUNK {
            let Some(source) = self.sources.next() else {
                return Some(zip.finish().map_err(failed));
            };
            if let Err(error) = self.add(&mut zip, &source) {
                return Some(Err(error));
            }
        }
        let chunk = zip.take();
        self.zip = Some(zip);
        Some(Ok(chunk))
    }
}

impl Chunks {
    fn add(&self, zip: &mut Form1Zip, source: &FormSource) -> WorkflowResult<()> {
        let body = FormBody {
            code: source.code,
            name: &source.name,
        };
        // The code in the name makes it unique.
        let name = form_file_name(&self.edition.definition, source.code, &source.name);
        let name = self.edition.file_name(name);
        if self.choice == FormsChoice::Blank {
            return zip.add(&name, &body, FormContent::Blank).map_err(failed);
        }
        let add = |content: FormContent<'_>| zip.add(&name, &body, content);
        if with_submitted(source, add)?.is_some() {
            return Ok(());
        }
        let prefill = source.prefill()?.map(|draft| draft.input);
        match prefill.as_ref().or_else(|| self.earlier.get(&source.code)) {
            Some(input) => zip.add(&name, &body, FormContent::Prefilled(input)),
            None => zip.add(&name, &body, FormContent::Blank),
        }
        .map_err(failed)
    }
}

/// Writes what a body submitted, if it did.
pub(super) fn with_submitted<T>(
    source: &FormSource,
    write: impl FnOnce(FormContent<'_>) -> Result<T, SpreadsheetError>,
) -> WorkflowResult<Option<T>> {
    let Some(filed) = source.filed()? else {
        return Ok(None);
    };
    let answer = &filed.answer;
    let submitted_at = receipt_moment(answer.submitted_at, answer.by_proxy, answer.corrected_by);
    let receipt = ReceiptLine {
        number: &answer.receipt,
        submitted_at: &submitted_at,
        lateness: filed.lateness,
    };
    let content = FormContent::Submitted(&answer.form, receipt);
    write(content).map(Some).map_err(failed)
}

pub(super) fn failed(error: SpreadsheetError) -> WorkflowError {
    WorkflowError::Workbook(error.to_string())
}
