//! What becomes of files that are read: many in one transaction, each judged for itself.

use std::collections::HashMap;

use crate::domain::access;
use crate::domain::account::Actor;
use crate::domain::intake::{FileReading, Outcome, Severity};
use crate::domain::intake_batch::{Contradiction, FileState};
use crate::domain::japan_time::UnixMillis;
use crate::domain::lateness::Lateness;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::place::{Place, Section};
use crate::domain::response::{self, Draft, Form1, SectionSave, Warning};
use crate::domain::response_status::{ResponseEvent, ResponseStatus};
use crate::domain::review_request::BodyReply;
use crate::domain::revision::receipt_number;
use crate::domain::settling::{Judgement, Newest, Reason, Standing, judge};
use crate::domain::survey_edition::{EditionState, SurveyEdition};
use crate::store::Transaction;
use crate::store::intake::{AnswerRow, NewSubmission, Settled};
use crate::workflow::{WorkflowResult, response_subject};

/// On whose behalf and by which rules files are settled.
pub(super) struct Rules<'a> {
    pub edition: &'a SurveyEdition,
    pub actor: &'a Actor,
    /// Overwrite without asking.
    pub replace: bool,
    pub received: Received,
    pub now: UnixMillis,
    /// What the body of the one file says to what it was asked; in bulk nobody says anything.
    pub replies: &'a [BodyReply],
    /// Where somebody was asked first: what they were shown. Nothing else is overwritten.
    pub shown: Option<&'a Shown>,
}

/// Versions of answers that a page showed, by file.
pub(super) type Shown = HashMap<i64, i32>;

/// When the answers count as received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Received {
    /// When they reached this server, by the edition's dates.
    Now,
    /// On a day an operator named.
    On(UnixMillis),
    /// Long ago, in an edition that is over; nobody says when.
    LongAgo,
}

impl Rules<'_> {
    /// The moment that deadlines are judged by and receipts show.
    fn received(&self) -> UnixMillis {
        match self.received {
            Received::On(at) => at,
            Received::Now | Received::LongAgo => self.now,
        }
    }

    /// A past edition is filled whatever its dates were.
    fn takes_answers(&self, row: &AnswerRow) -> bool {
        let answered = row.revision_number > 0;
        self.edition.state != EditionState::Open
            || self
                .edition
                .takes_answers(answered, row.reopened_until, self.received())
    }

    /// Whoever said that the file may overwrite the answer saw another one.
    fn was_not_shown(&self, file: &Ready, row: &AnswerRow) -> bool {
        let shown = self.shown.map(|shown| shown.get(&file.id));
        shown.is_some_and(|version| version != Some(&row.version))
    }

    /// When the answer was first submitted, and how late that was; nobody knows of what was long ago.
    fn judged(&self, row: &AnswerRow) -> (UnixMillis, Lateness) {
        let received = self.received();
        match (row.first_submitted_at, self.received) {
            (None, Received::LongAgo) => (received, Lateness::default()),
            (first, _) => Lateness::of_submission(row.lateness, first, received, row.deadline_on),
        }
    }
}

/// A file that is read and was not settled yet.
#[derive(Debug)]
pub(super) struct Ready {
    pub id: i64,
    pub path: String,
    pub sha256: Option<String>,
    pub outcome: Outcome,
    pub reading: FileReading,
}

/// Files of one batch that say different things for a body, by body.
pub(super) type Contradictions = HashMap<LocalGovernmentCode, Contradiction>;

/// Settles files in this transaction. The caller holds the edition and, on other nodes, the files.
pub(super) async fn settle(
    transaction: &Transaction,
    rules: &Rules<'_>,
    contradictions: &Contradictions,
    from: FileState,
    files: &[Ready],
) -> WorkflowResult<Vec<Settled>> {
    let mut codes: Vec<_> = files.iter().filter_map(|file| file.reading.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let edition_id = rules.edition.id;
    let rows = transaction.hold_answers(edition_id, &codes).await?;
    let before = transaction.taken_before(edition_id, &codes).await?;
    let own = rules.actor.code().filter(|code| codes.contains(code));
    let own_signs = match own {
        Some(code) => transaction.body_duties(code).await?.duties.sign_off,
        None => false,
    };
    let (settled, takes) = decide(rules, &rows, &before, contradictions, (files, own_signs));
    let submissions: Vec<_> = takes.iter().map(|take| take.submission(rules)).collect();
    let key = &rules.edition.key;
    transaction
        .submit_many(
            edition_id,
            rules.actor,
            rules.now,
            |code| response_subject(key, code),
            &submissions,
        )
        .await?;
    transaction
        .settle_intake_files(from, &settled, &rules.actor.display_name, rules.now)
        .await?;
    Ok(settled)
}

/// Refuses files of an edition that takes nothing any more.
pub(super) async fn refuse_closed(
    transaction: &Transaction,
    rules: &Rules<'_>,
    from: FileState,
    files: &[Ready],
) -> WorkflowResult<Vec<Settled>> {
    let refused: Vec<Settled> = files
        .iter()
        .map(|file| Settled {
            id: file.id,
            state: FileState::Rejected,
            note: Some(Reason::Closed.into()),
            response_id: None,
            revision_number: None,
            unchanged: false,
        })
        .collect();
    transaction
        .settle_intake_files(from, &refused, &rules.actor.display_name, rules.now)
        .await?;
    Ok(refused)
}

/// What is stored for bodies.
pub(super) type Answers = HashMap<LocalGovernmentCode, AnswerRow>;

/// Which originals became which revisions before.
pub(super) type Before = HashMap<(LocalGovernmentCode, String), i32>;

/// Judges each file by what is stored; writes nothing. `own_signs`: the sender's own body submits by 決裁 only.
pub(super) fn decide<'a>(
    rules: &Rules<'_>,
    rows: &'a Answers,
    before: &Before,
    contradictions: &Contradictions,
    (files, own_signs): (&'a [Ready], bool),
) -> (Vec<Settled>, Vec<Take<'a>>) {
    let drafts: HashMap<_, _> = rows
        .values()
        .filter_map(|row| {
            let draft = row.draft.as_ref()?;
            let definition = &rules.edition.definition;
            let reading = response::read(definition, &row.class, &draft.input);
            Some((row.class.code, reading.form))
        })
        .collect();

    let mut settled = Vec::with_capacity(files.len());
    let mut takes: Vec<Take<'_>> = Vec::new();
    let mut taken: HashMap<LocalGovernmentCode, i32> = HashMap::new();
    for file in files {
        let (code, form) = match (&file.reading.code, &file.reading.form) {
            (Some(code), Some(form)) if file.outcome != Outcome::Rejected => (*code, form),
            _ => {
                settled.push(put(file, FileState::Rejected));
                continue;
            }
        };
        if let Some(contradiction) = contradictions.get(&code) {
            settled.push(Settled {
                note: Some(contradiction.note(&file.path)),
                ..put(file, FileState::Rejected)
            });
            continue;
        }
        let Some(row) = rows.get(&code) else {
            settled.push(noted(file, FileState::Rejected, Reason::NotYours));
            continue;
        };
        // The same content a second time in this chunk.
        if let Some(number) = taken.get(&code) {
            settled.push(unchanged(file, row, *number));
            continue;
        }
        let relation = access::relation(rules.actor, code, row.class.kind, row.route);
        if own_signs && relation == access::Relation::Own {
            settled.push(noted(file, FileState::Rejected, Reason::NeedsSignOff));
            continue;
        }
        let is_live = !matches!(
            row.status,
            ResponseStatus::NotStarted | ResponseStatus::Draft
        );
        let standing = Standing {
            relation,
            status: row.status,
            takes_answers: rules.takes_answers(row),
            draft: row.draft.as_ref(),
            draft_form: drafts.get(&code).and_then(Option::as_ref),
            newest: row
                .newest
                .as_ref()
                .filter(|_| is_live)
                .map(|newest| Newest {
                    number: row.revision_number,
                    form: &newest.form,
                    by_proxy: newest.by_proxy,
                }),
            withdrawn: !is_live && row.revision_number > 0,
            taken_before: file
                .sha256
                .as_ref()
                .and_then(|sha256| before.get(&(code, sha256.clone())))
                .copied(),
        };
        match judge(&standing, form, rules.replace) {
            Judgement::Unchanged => settled.push(unchanged(file, row, row.revision_number)),
            Judgement::Ask(reason) => settled.push(noted(file, FileState::Asking, reason)),
            Judgement::Refuse(reason) => settled.push(noted(file, FileState::Rejected, reason)),
            Judgement::Take if rules.was_not_shown(file, row) => {
                let reason = match judge(&standing, form, false) {
                    Judgement::Ask(reason) => reason,
                    _ => Reason::ChangedSince,
                };
                settled.push(noted(file, FileState::Asking, reason));
            }
            Judgement::Take => {
                let event = match relation {
                    access::Relation::Own => ResponseEvent::Submit,
                    _ => ResponseEvent::EnterByProxy,
                };
                taken.insert(code, row.revision_number + 1);
                takes.push(Take::new(rules, file, form, row, event));
                settled.push(Settled {
                    response_id: Some(row.id),
                    revision_number: Some(row.revision_number + 1),
                    ..put(file, FileState::Taken)
                });
            }
        }
    }
    (settled, takes)
}

fn put(file: &Ready, state: FileState) -> Settled {
    Settled {
        id: file.id,
        state,
        note: None,
        response_id: None,
        revision_number: None,
        unchanged: false,
    }
}

fn noted(file: &Ready, state: FileState, reason: Reason) -> Settled {
    Settled {
        note: Some(reason.into()),
        ..put(file, state)
    }
}

fn unchanged(file: &Ready, row: &AnswerRow, number: i32) -> Settled {
    Settled {
        response_id: Some(row.id),
        revision_number: Some(number),
        unchanged: true,
        ..put(file, FileState::Taken)
    }
}

/// A submission in the making.
pub(super) struct Take<'a> {
    file: &'a Ready,
    form: &'a Form1,
    row: &'a AnswerRow,
    event: ResponseEvent,
    draft: Draft,
    warnings: Vec<Warning>,
}

impl<'a> Take<'a> {
    fn new(
        rules: &Rules<'_>,
        file: &'a Ready,
        form: &'a Form1,
        row: &'a AnswerRow,
        event: ResponseEvent,
    ) -> Self {
        Self {
            file,
            form,
            row,
            event,
            draft: draft_of(
                &file.reading,
                file.id,
                row.draft.as_ref(),
                rules.edition.definition.sections(&row.class),
                rules.actor,
                rules.now,
            ),
            warnings: warnings_of(&file.reading),
        }
    }

    fn submission<'b>(&'b self, rules: &Rules<'b>) -> NewSubmission<'b> {
        let received = rules.received();
        let (first, lateness) = rules.judged(self.row);
        let number = self.row.revision_number + 1;
        NewSubmission {
            answer: self.row,
            file_id: self.file.id,
            event: self.event,
            status: ResponseStatus::Submitted,
            receipt: receipt_number(rules.edition, self.row.class.code, number),
            form: self.form,
            targets_mask: self.form.target_mask(&rules.edition.definition),
            draft: &self.draft,
            warnings: &self.warnings,
            lateness,
            first_submitted_at: first,
            submitted_at: received,
            replies: rules.replies,
        }
    }
}

/// What was read as a draft: every section is as the file says.
pub(super) fn draft_of(
    reading: &FileReading,
    file_id: i64,
    stored: Option<&Draft>,
    sections: &[Section],
    actor: &Actor,
    now: UnixMillis,
) -> Draft {
    let mut draft = Draft {
        input: reading.input.clone().unwrap_or_default(),
        from_file: Some(file_id),
        ..Draft::default()
    };
    for section in sections.iter().copied() {
        let save = SectionSave {
            version: stored.map_or(0, |stored| stored.version(section)) + 1,
            at: now,
            by: actor.display_name.clone(),
        };
        draft.saves.insert(section, save);
    }
    draft
}

/// What looked odd, for whoever reviews.
pub(super) fn warnings_of(reading: &FileReading) -> Vec<Warning> {
    let warnings = reading
        .problems
        .iter()
        .filter(|problem| problem.severity == Severity::Warning);
    warnings
        .map(|problem| {
            // What concerns the sheet or the file stands with the table, as on the page.
            let place = problem.place.clone();
            Warning {
                place: place.unwrap_or(Place::Section(Section::Schemes)),
                message: problem.message.clone(),
            }
        })
        .collect()
}
