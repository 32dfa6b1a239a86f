//! The verbs once more, in memory: an answer grows as the real verbs would have left it.
//!
//! The real ones load, judge, write and commit one by one, too slowly for a country's past at a first
//! start. Each verb here asks the same state machine and the same reading of the form; a test runs one
//! life through both and compares the rows.

use crate::domain::account::Actor;
use crate::domain::japan_time::UnixMillis;
use crate::domain::lateness::Lateness;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::place::Section;
use crate::domain::response::{self, Draft, Form1, SectionSave, Warning};
use crate::domain::response_status::{ResponseEvent, ResponseStatus};
use crate::domain::return_request::{ReturnItem, ReturnRequest};
use crate::domain::survey_edition::SurveyEdition;
use crate::store::boards::BoardContact;
use crate::store::respondents::{NewRespondent, PastResponse};
use crate::workflow::save_draft::SectionInput;
use crate::workflow::{WorkflowError, WorkflowResult};

/// A submission that happened.
pub(super) struct PastRevision<'a> {
    pub number: i32,
    /// The version of the answer's row that was submitted: part of the submission key.
    pub version: i32,
    pub form: Form1,
    pub warnings: Vec<Warning>,
    pub lateness: Lateness,
    pub at: UnixMillis,
    pub actor: &'a Actor,
}

/// Something that happened.
pub(super) struct PastStep<'a> {
    pub event: ResponseEvent,
    pub status_after: ResponseStatus,
    pub revision_number: i32,
    pub at: UnixMillis,
    pub actor: &'a Actor,
    pub reasons: Vec<ReturnItem>,
}

/// One body's answer in one edition, and how it came about.
pub(super) struct Life<'a> {
    edition: &'a SurveyEdition,
    pub row: PastResponse,
    pub revisions: Vec<PastRevision<'a>>,
    pub steps: Vec<PastStep<'a>>,
}

impl<'a> Life<'a> {
    /// Not started yet.
    pub fn new(edition: &'a SurveyEdition, respondent: NewRespondent) -> Self {
        let row = PastResponse {
            respondent,
            status: ResponseStatus::NotStarted,
            version: 0,
            draft: None,
            open_return: None,
            contact: None,
            revision_number: 0,
            intents: Default::default(),
            targets_mask: 0,
            recipients: 0,
            warnings: 0,
            lateness: Lateness::default(),
            first_submitted_at: None,
            submitted_at: None,
            changed_at: None,
        };
        Self {
            edition,
            row,
            revisions: Vec::new(),
            steps: Vec::new(),
        }
    }

    /// The body.
    pub fn code(&self) -> LocalGovernmentCode {
        self.row.respondent.class.code
    }

    /// The edition it is about.
    pub fn edition(&self) -> &'a SurveyEdition {
        self.edition
    }

    /// The draft as the form shows it.
    pub fn draft(&self) -> Draft {
        let row = &self.row;
        row.draft
            .clone()
            .or_else(|| row.respondent.prefill.clone())
            .unwrap_or_default()
    }

    fn touch(&mut self, status: ResponseStatus, at: UnixMillis) {
        self.row.status = status;
        self.row.version += 1;
        self.row.changed_at = Some(at);
    }

    /// 一時保存 of some sections at once.
    pub fn save(
        &mut self,
        actor: &Actor,
        at: UnixMillis,
        sections: Vec<SectionInput>,
    ) -> WorkflowResult<()> {
        let status = self.row.status.after(ResponseEvent::SaveDraft)?;
        let mut draft = self.draft();
        for input in sections {
            let section = input.section();
            input.put_into(&mut draft.input);
            let save = SectionSave {
                version: draft.version(section) + 1,
                at,
                by: actor.display_name.clone(),
            };
            draft.saves.insert(section, save);
        }
        draft.last_writer = Some(actor.account_id);
        let contact = &draft.input.contact;
        self.row.contact = Some(BoardContact {
            department: contact.department.clone(),
            phone: contact.phone.clone(),
            email: contact.email.clone(),
        });
        self.row.draft = Some(draft);
        self.touch(status, at);
        Ok(())
    }

    /// 提出, every warning confirmed.
    pub fn submit(&mut self, actor: &'a Actor, at: UnixMillis) -> WorkflowResult<()> {
        let status = self.row.status.after(ResponseEvent::Submit)?;
        let draft = self.draft();
        let class = &self.row.respondent.class;
        let reading = response::read(&self.edition.definition, class, &draft.input);
        let Some(form) = reading.form else {
            return Err(WorkflowError::Invalid(reading.problems));
        };
        let number = self.row.revision_number + 1;
        let row = &mut self.row;
        let (first, deadline_on) = (row.first_submitted_at, row.respondent.deadline_on);
        let (first_submitted_at, lateness) =
            Lateness::of_submission(row.lateness, first, at, deadline_on);
        row.contact = Some(BoardContact {
            department: form.contact.department.clone(),
            phone: form.contact.phone.to_string(),
            email: form.contact.email.to_string(),
        });
        row.revision_number = number;
        row.intents = form.intents.clone();
        row.targets_mask = form.target_mask(&self.edition.definition);
        row.recipients = reading.totals.recipients;
        row.warnings = reading.warnings.len();
        row.lateness = lateness;
        row.first_submitted_at = Some(first_submitted_at);
        row.submitted_at = Some(at);
        self.revisions.push(PastRevision {
            number,
            version: self.row.version,
            form,
            warnings: reading.warnings,
            lateness,
            at,
            actor,
        });
        self.step(ResponseEvent::Submit, status, actor, at, Vec::new());
        Ok(())
    }

    fn step(
        &mut self,
        event: ResponseEvent,
        status_after: ResponseStatus,
        actor: &'a Actor,
        at: UnixMillis,
        reasons: Vec<ReturnItem>,
    ) {
        self.touch(status_after, at);
        self.steps.push(PastStep {
            event,
            status_after,
            revision_number: self.row.revision_number,
            at,
            actor,
            reasons,
        });
    }

    /// 取下げ.
    pub fn withdraw(&mut self, actor: &'a Actor, at: UnixMillis) -> WorkflowResult<()> {
        let status = self.row.status.after(ResponseEvent::Withdraw)?;
        if self.row.open_return.is_none() {
            self.row.first_submitted_at = None;
        }
        self.step(ResponseEvent::Withdraw, status, actor, at, Vec::new());
        Ok(())
    }

    /// 確認開始.
    pub fn start_review(&mut self, actor: &'a Actor, at: UnixMillis) -> WorkflowResult<()> {
        let status = self.row.status.after(ResponseEvent::StartReview)?;
        self.step(ResponseEvent::StartReview, status, actor, at, Vec::new());
        Ok(())
    }

    /// 受付.
    pub fn accept(&mut self, actor: &'a Actor, at: UnixMillis) -> WorkflowResult<()> {
        let status = self.row.status.after(ResponseEvent::Accept)?;
        self.row.open_return = None;
        self.step(ResponseEvent::Accept, status, actor, at, Vec::new());
        Ok(())
    }

    /// 差戻し.
    pub fn give_back(
        &mut self,
        actor: &'a Actor,
        at: UnixMillis,
        items: Vec<ReturnItem>,
    ) -> WorkflowResult<()> {
        let status = self.row.status.after(ResponseEvent::Return)?;
        let revision = self.revisions.last().ok_or(WorkflowError::NotFound)?;
        let mut draft = Draft {
            input: revision.form.to_input(),
            ..self.draft()
        };
        for section in Section::OFFICIAL {
            let save = SectionSave {
                version: draft.version(section) + 1,
                at: revision.at,
                by: revision.actor.display_name.clone(),
            };
            draft.saves.insert(section, save);
        }
        self.row.draft = Some(draft);
        self.row.open_return = Some(ReturnRequest {
            items: items.clone(),
            at,
            by: actor.display_name.clone(),
            body: actor.body_name().to_owned(),
        });
        self.step(ResponseEvent::Return, status, actor, at, items);
        Ok(())
    }

    /// 国から都道府県への差戻し.
    pub fn send_back(
        &mut self,
        ministry: &'a Actor,
        at: UnixMillis,
        reason: &str,
    ) -> WorkflowResult<()> {
        let status = self.row.status.after(ResponseEvent::SendBack)?;
        let items = vec![ReturnItem {
            place: crate::domain::place::Place::Section(Section::Schemes),
            reason: reason.to_owned(),
        }];
        self.step(ResponseEvent::SendBack, status, ministry, at, items);
        Ok(())
    }
}
