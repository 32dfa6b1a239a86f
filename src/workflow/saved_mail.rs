//! The notice's mail as a file: for bodies that must still send one beside the portal.
//!
//! The notice of January 2025 asks for the subject 【999999自治体名・意向等調査】 and workbooks under their official names.

use super::take_out::{FormVersion, Workbook, form1_workbook, form2_workbook};
use super::take_out_all::{failed, with_submitted, write_down_taken};
use super::{Desk, WorkflowError, WorkflowResult};
use crate::domain::access::{PrefectureScope, ReadScope};
use crate::domain::account::{Actor, Role};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::Route;
use crate::domain::survey_edition::{EditionKey, SurveyEdition};
use crate::mail::{Attachment, SavedMessage};
use crate::spreadsheet::{Form1Books, FormBody, form_file_name};
use crate::store::exports::FormSource;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The actor's own submitted Form 1, ready to be sent to whoever gathers it.
///
/// # Errors
/// [`WorkflowError::NotFound`] if nothing is submitted.
pub async fn own_message(desk: &Desk, actor: &Actor, key: &EditionKey) -> WorkflowResult<Workbook> {
    let code = actor.code().ok_or(WorkflowError::NotFound)?;
    let record = desk
        .store
        .response(key, code)
        .await?
        .ok_or(WorkflowError::NotFound)?;
    let form = form1_workbook(desk, actor, key, code, FormVersion::Submitted).await?;
    let to = match record.route {
        Route::ToMinistry => "厚生労働省の担当（宛先を入れてください）".to_owned(),
        Route::ThroughPrefecture => {
            format!("{}の担当（宛先を入れてください）", code.prefecture().name())
        }
    };
    let letter = Letter {
        code,
        name: &record.name,
        to,
        what: record.edition.definition.words().form.to_owned(),
    };
    message(desk, actor, &record.edition, &letter, vec![form]).await
}

/// A sheet of Form 2 that was sent, with the prefecture's own Form 1 and those of its municipalities as they stand.
///
/// # Errors
/// [`WorkflowError::NotFound`] for whoever is no prefecture, or has no sheet of this number.
pub async fn sheet_message(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    number: i32,
) -> WorkflowResult<Workbook> {
    let Role::Prefecture(prefecture) = actor.role else {
        return Err(WorkflowError::NotFound);
    };
    let scope = PrefectureScope::of(actor, prefecture).ok_or(WorkflowError::NotFound)?;
    let edition = desk
        .store
        .edition(key)
        .await?
        .ok_or(WorkflowError::NotFound)?;
    let sheet = form2_workbook(desk, key, scope, Some(number)).await?;
    let own = prefecture.organization_code();
    let scope = ReadScope::Prefecture(scope);
    let mut sources = desk.store.form_sources(edition.id, scope).await?;
    // The prefecture's own form may not be submitted yet.
    sources.retain(|source| {
        let is_gathered = source.route == Route::ThroughPrefecture && source.status.is_received();
        source.is_filed() && (source.code == own || is_gathered)
    });
    write_down_taken(desk, actor, key, scope, ("mail", sources.len())).await?;
    let definition = edition.clone();
    let forms = tokio::task::spawn_blocking(move || forms(&definition, &sources)).await;
    let mut files = vec![sheet];
    files.extend(forms.map_err(|error| WorkflowError::Workbook(error.to_string()))??);
    let letter = Letter {
        code: own,
        name: prefecture.name(),
        to: "厚生労働省の担当（宛先を入れてください）".to_owned(),
        what: format!("様式2（第{number}号）と様式1"),
    };
    message(desk, actor, &edition, &letter, files).await
}

/// The submitted forms, written with one pattern.
fn forms(edition: &SurveyEdition, sources: &[FormSource]) -> WorkflowResult<Vec<Workbook>> {
    let definition = &edition.definition;
    let mut books = Form1Books::new(definition).map_err(failed)?;
    let mut forms = Vec::with_capacity(sources.len());
    for source in sources {
        let (code, name) = (source.code, source.name.as_str());
        let body = FormBody { code, name };
        let written = with_submitted(source, |content| books.with(&body, content))?;
        forms.extend(written.map(|bytes| Workbook {
            name: edition.file_name(form_file_name(definition, code, name)),
            bytes,
        }));
    }
    Ok(forms)
}

/// What a message says of itself.
struct Letter<'a> {
    code: LocalGovernmentCode,
    name: &'a str,
    to: String,
    what: String,
}

async fn message(
    desk: &Desk,
    actor: &Actor,
    edition: &SurveyEdition,
    letter: &Letter<'_>,
    files: Vec<Workbook>,
) -> WorkflowResult<Workbook> {
    let unusable = |error: String| WorkflowError::Workbook(error);
    let survey = edition.definition.words().survey;
    let subject = format!("【{}{}・{survey}】", letter.code, letter.name);
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let body = format!(
        "ご担当者様\n\n{}の{}をお送りします。\n\n添付：\n{}\n\n{}\n{}\n",
        edition.definition.title,
        letter.what,
        names.join("\n"),
        letter.name,
        actor.display_name,
    );
    let saved = SavedMessage {
        from: (
            format!("{} {}", letter.name, actor.display_name),
            actor
                .email
                .parse()
                .map_err(|_| unusable("the account's mail address".to_owned()))?,
        ),
        to: letter.to.clone(),
        subject: subject.clone(),
        body,
        attachments: files
            .into_iter()
            .map(|file| Attachment {
                name: file.name,
                content_type: XLSX,
                bytes: file.bytes,
            })
            .collect(),
        at: desk.now(),
    };
    let bytes = tokio::task::spawn_blocking(move || saved.bytes()).await;
    let bytes = bytes.map_err(|error| unusable(error.to_string()))?;
    let bytes = bytes.map_err(|error| unusable(error.to_string()))?;
    Ok(Workbook {
        name: edition.file_name(format!("{subject}.eml")),
        bytes,
    })
}
