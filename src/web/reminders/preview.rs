//! What a reminder by hand says, before it is sent.

use actix_web::HttpResponse;
use askama::Template;

use super::{frame, path_of};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::mail::MailKind;
use crate::domain::mail_text::MailText;
use crate::domain::survey_edition::SurveyEdition;
use crate::web::error::WebResult;
use crate::web::page::html;
use crate::web::session::Session;
use crate::web::state::AppState;
use crate::web::view::Page;
use crate::workflow::WorkflowError;
use crate::workflow::reminders::by_hand::prepare;

#[derive(Template)]
#[template(path = "reminders/preview.html")]
struct PreviewPage {
    page: Page,
    path: String,
    words: String,
    /// Bodies that get it: code, name, number of addresses.
    bodies: Vec<(String, String, usize)>,
    /// Bodies among them whose address nobody knows.
    without_address: usize,
    /// Chosen bodies that owe nothing any more.
    left_out: usize,
    /// The mail to the first of them.
    subject: String,
    text: String,
}

/// The preview, or what has to be mended in the sentence.
pub async fn show(
    state: &AppState,
    session: &Session,
    edition: &SurveyEdition,
    codes: &[LocalGovernmentCode],
    words: &str,
) -> WebResult<Result<HttpResponse, Vec<String>>> {
    let prepared = prepare(&state.desk, &session.actor, &edition.key, codes, words).await;
    let preparation = match prepared {
        Ok(preparation) => preparation,
        Err(WorkflowError::Invalid(problems)) => {
            return Ok(Err(problems.into_iter().map(|p| p.message).collect()));
        }
        Err(error) => return Err(error.into()),
    };
    let base = state.base_url.clone().unwrap_or_default();
    let kind = MailKind::ReminderByHand;
    let edited = state.desk.store.mail_text(kind).await?;
    let text = edited.map_or_else(|| MailText::shipped(kind), |(_, text)| text);
    let (subject, text) = preparation
        .prepared
        .first()
        .map(|first| text.fill(&first.facts, &base))
        .unwrap_or_default();
    let without_address = preparation.prepared.iter();
    let without_address = without_address.filter(|one| one.recipients == 0).count();
    html(&PreviewPage {
        page: frame(state, session, edition, "送る前の確認")?,
        path: path_of(edition),
        words: words.to_owned(),
        bodies: preparation
            .prepared
            .into_iter()
            .map(|one| (one.code.to_string(), one.name, one.recipients))
            .collect(),
        without_address,
        left_out: preparation.left_out,
        subject,
        text,
    })
    .map(Ok)
}
