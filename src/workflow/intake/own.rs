//! A body sends its own form, looks at what was read, and decides: draft, submission, or nothing.

use std::collections::HashMap;

use super::reading::ReadingRoom;
use super::receive::{open_edition, within_own_quota, within_quota};
use super::settle::{Ready, Received, Rules, draft_of, settle, warnings_of};
use super::{IntakeError, IntakeResult, edition_of, is_of_office};
use crate::domain::access::{self, Action};
use crate::domain::account::Actor;
use crate::domain::identify::Scope;
use crate::domain::intake::{FileReading, Outcome, Severity};
use crate::domain::intake_batch::{BatchState, Door, FileRecord, FileState};
use crate::domain::place::{Place, Section};
use crate::domain::response::{self, Form1, Problem, Warning};
use crate::domain::response_diff::{Change, changes};
use crate::domain::response_status::{ResponseEvent, ResponseStatus};
use crate::domain::review_request::BodyReply;
use crate::domain::revision::receipt_number;
use crate::domain::sign_off::SignOffState;
use crate::domain::survey_edition::EditionKey;
use crate::spreadsheet::intake::unpack::{Bounds, Flow, Incoming, Source, unpack};
use crate::store::intake::{NewBatch, NewFile, Settled};
use crate::store::responses::ResponseRecord;
use crate::workflow::requests::read_replies;
use crate::workflow::{
    Desk, WorkflowError, WorkflowResult, load_for, must_be_liaison, must_be_open, must_be_version,
    next_status, relation_to,
};

/// What a body may do with what was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnDecision {
    /// 「この内容で下書きにする」: also with problems, to be mended on the page.
    Draft,
    /// 「提出する」
    Submit { warnings_confirmed: bool },
    /// 取り込まない
    Discard,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnOutcome {
    Draft,
    Submitted { receipt: String },
    Discarded,
}

/// What was read beside what is stored.
#[derive(Clone, Debug)]
pub struct OwnPreview {
    /// With its reading.
    pub file: FileRecord,
    pub record: ResponseRecord,
    /// The draft decision would be taken now.
    pub may_draft: bool,
    /// The submission would be taken now; warnings may be left to confirm.
    pub may_submit: bool,
    /// Why neither would; empty if one would.
    pub why_not: &'static str,
    /// What the file is compared with; `None` if nothing readable is stored or the file does not read.
    pub compared: Option<Compared>,
    pub warnings: Vec<Warning>,
}

/// The stored answer and how the file differs from it.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Number of the revision; `None` = the draft on the page.
    pub revision: Option<i32>,
    /// Before: stored; after: the file. Empty if they say the same.
    pub changes: Vec<Change>,
}

/// Receives a body's own form: a workbook, or a ZIP or mail that holds just one. Gives the id of the file,
/// read and waiting for the body's decision. One that does not read is kept too, with what to do.
pub async fn send_own(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    name: &str,
    mut source: impl Source + Send + 'static,
) -> IntakeResult<i64> {
    let code = actor.code().ok_or(WorkflowError::NotFound)?;
    let record = desk.store.response(key, code).await?;
    let record = record.ok_or(WorkflowError::NotFound)?;
    must_be_liaison(actor)?;
    // A body that was asked again by itself sends into a closed edition.
    let edition = match record.reopened {
        Some(_) => record.edition,
        None => open_edition(desk, key).await?,
    };
    within_own_quota(desk, code).await?;
    within_quota(desk, actor).await?;
    let _turn = desk
        .intake
        .turns
        .try_acquire()
        .map_err(|_| IntakeError::Busy)?;
    let name = name.to_owned();
    let (incoming, skipped) = tokio::task::spawn_blocking(move || only_one(&mut source, &name))
        .await
        .map_err(|error| WorkflowError::Workbook(error.to_string()))?;
    let incoming = incoming.map_err(IntakeError::NotOne)?;
    let room = ReadingRoom::open(desk, &edition, Scope::Own(code)).await?;
    let room = room.keeping(true);
    let read = room.read(incoming).await;
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let new = NewBatch {
        edition_id: edition.id,
        door: Door::Own,
        actor,
        replace: false,
        received_on: None,
        state: BatchState::Done,
        at: now,
    };
    let batch = transaction.insert_intake_batch(&new).await?;
    if let Some(original) = read.original {
        transaction.keep_originals(vec![original], now).await?;
    }
    let usable = is_usable(&read.reading, actor);
    let file = NewFile {
        position: 1,
        name: read.name,
        folder: read.folder,
        subject: read.subject,
        sha256: read.sha256,
        size: read.size,
        state: if usable {
            FileState::Previewed
        } else {
            FileState::Rejected
        },
        outcome: Some(read.reading.outcome()),
        code: read.reading.code,
        digest: read.digest,
    };
    let ids = transaction
        .insert_intake_files(batch, edition.id, &[file])
        .await?;
    let id = ids.first().copied().unwrap_or_default();
    transaction
        .insert_readings(vec![(id, read.document)])
        .await?;
    transaction.touch_intake_batch(batch, skipped, now).await?;
    let subject = crate::workflow::response_subject(key, code);
    let detail = format!("file {id}");
    transaction
        .audit(actor, now, "send_file", &subject, &detail)
        .await?;
    transaction.commit().await?;
    Ok(id)
}

/// Among so many files of one upload nobody looks for the form any more.
const MANY: usize = 100;

/// The one file of an upload, or how many there are. A PDF beside the one workbook is left out.
fn only_one(source: &mut impl Source, name: &str) -> (Result<Incoming, usize>, u64) {
    let mut found: Vec<Incoming> = Vec::new();
    let mut other = None;
    let mut count = 0;
    let mut skipped = unpack(source, "", name, Bounds::default(), &mut |incoming| {
        count += 1;
        if incoming.is_no_workbook() {
            other = Some(incoming);
        } else if found.len() < 2 {
            found.push(incoming);
        }
        if count < MANY {
            Flow::Continue
        } else {
            Flow::Stop
        }
    });
    let one = match (found.len(), count) {
        (_, MANY..) => None,
        (1, _) => found.pop(),
        (0, 1) => other,
        _ => None,
    };
    match one {
        Some(incoming) => {
            skipped += count as u64 - 1;
            (Ok(incoming), skipped)
        }
        None => (Err(count), skipped),
    }
}

/// There is a form of this very body in the file.
fn is_usable(reading: &FileReading, actor: &Actor) -> bool {
    reading.input.is_some() && reading.code.is_some() && reading.code == actor.code()
}

/// What was read, beside what is stored. Only the body that sent the file sees it.
pub async fn preview_own(desk: &Desk, actor: &Actor, file: i64) -> WorkflowResult<OwnPreview> {
    let file = own_file(desk, actor, file).await?;
    let edition = edition_of(desk, file.edition_id).await?;
    let code = actor.code().ok_or(WorkflowError::NotFound)?;
    let record = desk.store.response(&edition.key, code).await?;
    let record = record.ok_or(WorkflowError::NotFound)?;
    let reading = file.reading.as_ref().ok_or(WorkflowError::NotFound)?;
    let relation = relation_to(actor, &record);
    let editable = access::permits(relation, record.status, Action::EditDraft);
    let open = record.takes_answers(desk.now());
    let waiting = file.state == FileState::Previewed;
    let liaison = actor.department.is_empty();
    let may_draft = editable && open && waiting && liaison && is_usable(reading, actor);
    let why_not = match file.state {
        FileState::Taken => "このファイルの内容は、すでに取り込みました。",
        FileState::Left => {
            "このファイルは取り込まないことにしました。取り込むときは、もう一度送ってください。"
        }
        _ if !open => "この調査回の受付期間は終わりました。",
        _ if !editable => {
            "回答はすでに提出されています。直すときは、取り下げるか、差し戻してもらってから送ってください。"
        }
        _ if !liaison => {
            "Excelファイルからの回答は、部署に属さない担当（とりまとめ）が取り込みます。担当の行は、様式1の画面で入力してください。"
        }
        _ if may_draft && record.duties.sign_off => {
            "決裁を使う設定のため、ここから直接は提出できません。下書きにしてから、「確認して提出」の画面で決裁に回してください。"
        }
        _ if !may_draft => {
            "この内容のままでは取り込めません。ファイルを直してもう一度送るか、画面で入力してください。いまの回答は、何も変わっていません。"
        }
        _ => "",
    };
    let compared = compare(desk, &record, reading.form.as_ref()).await?;
    Ok(OwnPreview {
        may_draft,
        may_submit: may_draft && !record.duties.sign_off && reading.outcome() != Outcome::Rejected,
        why_not,
        compared,
        warnings: warnings_of(reading),
        record,
        file,
    })
}

async fn compare(
    desk: &Desk,
    record: &ResponseRecord,
    form: Option<&Form1>,
) -> WorkflowResult<Option<Compared>> {
    let Some(form) = form else {
        return Ok(None);
    };
    let definition = &record.edition.definition;
    let is_live = !matches!(
        record.status,
        ResponseStatus::NotStarted | ResponseStatus::Draft
    );
    let (revision, stored) = match &record.draft {
        Some(draft) if record.status.is_editable() => {
            let reading = response::read(definition, &record.class, &draft.input);
            (None, reading.form)
        }
        _ if is_live => {
            let number = record.revision_number;
            let revision = desk.store.revision(record.id, number).await?;
            (Some(number), revision.map(|revision| revision.form))
        }
        _ => (None, None),
    };
    Ok(stored.map(|stored| Compared {
        revision,
        changes: changes(definition, &stored.plain(), &form.plain()),
    }))
}

/// A file that came by the body's own door, for this body.
async fn own_file(desk: &Desk, actor: &Actor, id: i64) -> WorkflowResult<FileRecord> {
    let file = desk.store.intake_file(id).await?;
    let file = file.ok_or(WorkflowError::NotFound)?;
    let batch = desk.store.intake_batch(file.batch_id).await?;
    let is_own = |batch: &crate::domain::intake_batch::Batch| {
        batch.door == Door::Own && batch.actor_code.is_some() && is_of_office(batch, actor)
    };
    match batch {
        Some(batch) if is_own(&batch) => Ok(file),
        _ => Err(WorkflowError::NotFound),
    }
}

/// Does with the file what the body decided. `version`: of the answer as the preview showed it; if the
/// answer changed since, [`WorkflowError::Stale`] and nothing is done. The same decision sent twice gives
/// the same outcome.
pub async fn decide_own(
    desk: &Desk,
    actor: &Actor,
    file: i64,
    version: i32,
    decision: OwnDecision,
) -> WorkflowResult<OwnOutcome> {
    decide_with_replies(desk, actor, file, version, decision, &[]).await
}

/// The same; a submission brings what the body says to what it was asked.
pub async fn decide_with_replies(
    desk: &Desk,
    actor: &Actor,
    file: i64,
    version: i32,
    decision: OwnDecision,
    replies: &[BodyReply],
) -> WorkflowResult<OwnOutcome> {
    let mut file = own_file(desk, actor, file).await?;
    let edition = edition_of(desk, file.edition_id).await?;
    let (key, code) = (&edition.key, actor.code().ok_or(WorkflowError::NotFound)?);
    let reading = file.reading.take().ok_or(WorkflowError::NotFound)?;
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let held = transaction.hold_intake_file(file.id).await?;
    let held = held.ok_or(WorkflowError::NotFound)?;
    if held.state != FileState::Previewed {
        return match (decision, held.state, held.revision_number) {
            (OwnDecision::Submit { .. }, FileState::Taken, Some(number)) => {
                let receipt = receipt_number(&edition, code, number);
                Ok(OwnOutcome::Submitted { receipt })
            }
            (OwnDecision::Draft, FileState::Taken, None) => Ok(OwnOutcome::Draft),
            (OwnDecision::Discard, FileState::Left, _) => Ok(OwnOutcome::Discarded),
            _ => Err(WorkflowError::Stale),
        };
    }
    if decision == OwnDecision::Discard {
        let left = put(file.id, FileState::Left, None);
        transaction
            .settle_intake_files(FileState::Previewed, &[left], &actor.display_name, now)
            .await?;
        transaction.commit().await?;
        return Ok(OwnOutcome::Discarded);
    }
    must_be_liaison(actor)?;
    let event = ResponseEvent::SaveDraft;
    let record = load_for(&transaction, actor, key, code, Action::EditDraft, event).await?;
    must_be_version(&record, version)?;
    must_be_open(&record, now)?;
    if !is_usable(&reading, actor) {
        return Err(WorkflowError::Invalid(errors_of(&reading)));
    }
    let subject = crate::workflow::response_subject(key, code);
    let detail = format!("file {}", file.id);
    if decision == OwnDecision::Draft {
        let status = next_status(&record, event)?;
        let sections = record.edition.definition.sections(&record.class);
        let stored = record.draft.as_ref();
        let mut draft = draft_of(&reading, file.id, stored, sections, actor, now);
        draft.last_writer = Some(actor.account_id);
        transaction.save_draft(&record, &draft, status, now).await?;
        let taken = put(file.id, FileState::Taken, Some(record.id));
        transaction
            .settle_intake_files(FileState::Previewed, &[taken], &actor.display_name, now)
            .await?;
        transaction
            .audit(actor, now, "save_draft", &subject, &detail)
            .await?;
        transaction.commit().await?;
        return Ok(OwnOutcome::Draft);
    }
    if record.duties.sign_off {
        return Err(WorkflowError::NeedsSignOff(SignOffState::Unasked));
    }
    if reading.outcome() == Outcome::Rejected {
        return Err(WorkflowError::Invalid(errors_of(&reading)));
    }
    let requests = match &record.open_return {
        Some(_) => transaction.requests(record.id).await?,
        None => Vec::new(),
    };
    let replies = read_replies(&requests, replies)?;
    let replies: Vec<_> = replies.into_iter().map(|(_, reply)| reply).collect();
    let warnings = warnings_of(&reading);
    let confirmed = decision
        == OwnDecision::Submit {
            warnings_confirmed: true,
        };
    if !warnings.is_empty() && !confirmed {
        return Err(WorkflowError::Unconfirmed(warnings));
    }
    if record.reopened.is_none() && !transaction.hold_open(edition.id).await? {
        return Err(WorkflowError::Closed);
    }
    let rules = Rules {
        edition: &edition,
        actor,
        // The preview showed what is there.
        replace: true,
        received: Received::Now,
        now,
        replies: &replies,
        shown: None,
    };
    let ready = [Ready {
        id: file.id,
        path: file.path(),
        sha256: file.sha256,
        outcome: reading.outcome(),
        reading,
    }];
    let from = FileState::Previewed;
    let settled = settle(&transaction, &rules, &HashMap::new(), from, &ready).await?;
    let number = settled
        .first()
        .filter(|settled| settled.state == FileState::Taken)
        .and_then(|settled| settled.revision_number)
        .ok_or(WorkflowError::Stale)?;
    transaction.commit().await?;
    let receipt = receipt_number(&edition, code, number);
    Ok(OwnOutcome::Submitted { receipt })
}

fn put(id: i64, state: FileState, response_id: Option<i64>) -> Settled {
    Settled {
        id,
        state,
        note: None,
        response_id,
        revision_number: None,
        unchanged: false,
    }
}

/// What must be mended; what stands at no place of the form is shown with the table.
fn errors_of(reading: &FileReading) -> Vec<Problem> {
    let errors = reading
        .problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error);
    errors
        .map(|problem| {
            let place = problem.place.clone();
            let place = place.unwrap_or(Place::Section(Section::Schemes));
            Problem::new(place, problem.message.clone())
        })
        .collect()
}
