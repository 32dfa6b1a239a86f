//! What the body says to each thing it was asked, on the page from which its answer is submitted: its own check page,
//! the preview of its file, the check page of an entry made for it. Each is decided before the submission.

use crate::domain::response::Form1;
use crate::domain::response_diff::changes;
use crate::domain::review_request::{
    BodyReply, ReplyKind, RequestState, ReviewRequest, UNDECIDED, words_problems,
};
use crate::domain::revision::Revision;
use crate::store::responses::ResponseRecord;
use crate::web::error::WebResult;
use crate::web::form::FormData;
use crate::web::state::AppState;
use crate::web::view::{Problem, TextField};

/// What lies with the body.
#[derive(Default)]
pub struct Waiting {
    requests: Vec<ReviewRequest>,
    /// Numbers of those whose place says something else now than when the answer was returned.
    mended: Vec<i32>,
    /// There is a whole form to compare with.
    is_compared: bool,
}

/// The fields under one request.
pub struct ReplyFields {
    pub place: String,
    /// Where it stands in the form; empty where there is no way there.
    pub href: String,
    pub words: String,
    /// Whose words stand beside them, and the words.
    pub addition: Option<(String, String)>,
    pub asked_by: String,
    /// The place says something else now.
    pub is_mended: bool,
    /// The same in words; empty where nobody can tell.
    pub compared: &'static str,
    pub kinds: Vec<KindChoice>,
    pub text: TextField,
    /// What was pressed did not go through for this request; the id is that of its first choice.
    pub undecided: &'static str,
    pub id: String,
}

/// One answer that can be chosen.
pub struct KindChoice {
    pub id: String,
    pub name: String,
    pub value: &'static str,
    pub label: &'static str,
    pub checked: bool,
}

/// What lies with the body, beside the form that would be submitted. A body to which nothing was returned costs no
/// read.
pub async fn waiting(
    state: &AppState,
    record: &ResponseRecord,
    form: Option<&Form1>,
) -> WebResult<Waiting> {
    if record.open_return.is_none() {
        return Ok(Waiting::default());
    }
    let store = &state.desk.store;
    let mut requests = store.requests(record.id).await?;
    requests.retain(|request| request.state == RequestState::WithBody);
    let before = match form {
        Some(_) if !requests.is_empty() => returned_revision(state, record).await?,
        _ => None,
    };
    let Some((form, before)) = form.zip(before) else {
        return Ok(Waiting {
            requests,
            ..Waiting::default()
        });
    };
    let changed = changes(&record.edition.definition, &before.form, form);
    let answered = requests
        .iter()
        .filter(|it| changed.iter().any(|change| it.concerns(&change.place)));
    let mended = answered.map(|request| request.number).collect();
    Ok(Waiting {
        requests,
        mended,
        is_compared: true,
    })
}

/// The revision that stood when the answer was returned: what a reviewer corrected after asking is not the body's doing.
async fn returned_revision(
    state: &AppState,
    record: &ResponseRecord,
) -> WebResult<Option<Revision>> {
    let Some(returned) = &record.open_return else {
        return Ok(None);
    };
    for number in (1..=record.revision_number).rev() {
        let revision = state.desk.store.revision(record.id, number).await?;
        if revision
            .as_ref()
            .is_some_and(|it| it.submitted_at <= returned.at)
        {
            return Ok(revision);
        }
    }
    Ok(None)
}

/// What was typed to each.
pub fn read(form: &FormData) -> Vec<BodyReply> {
    let mut replies: Vec<BodyReply> = Vec::new();
    for (number, words) in form.with_prefix("reply.") {
        let Ok(number) = number.parse() else { continue };
        replies.push(BodyReply {
            number,
            kind: ReplyKind::from_stored(form.text(&format!("reply-kind.{number}"))),
            words: words.to_owned(),
        });
    }
    replies
}

impl Waiting {
    /// The fields, with what was typed; `base`: the address under which the parts of the form stand, empty for none;
    /// `sent`: somebody pressed the button, so what is missing is told.
    pub fn fields(
        &self,
        record: &ResponseRecord,
        typed: &[BodyReply],
        base: &str,
        sent: bool,
    ) -> Vec<ReplyFields> {
        let definition = &record.edition.definition;
        let fields = self.requests.iter().map(|request| {
            let number = request.number;
            let is_mended = self.mended.contains(&number);
            let reply = typed.iter().find(|reply| reply.number == number).cloned();
            let reply = reply.unwrap_or_else(|| begun(request, is_mended));
            let errors = words_problems(&reply.words);
            let is_undecided = sent && !reply.is_decided();
            let place = request.place.as_ref();
            ReplyFields {
                place: place.map_or_else(
                    || "回答の全体".to_owned(),
                    |place| definition.place_label(place),
                ),
                href: match place {
                    Some(place) if !base.is_empty() => {
                        let section = place.section().key();
                        format!("{base}/{section}?back=check#{}", place.html_id())
                    }
                    _ => String::new(),
                },
                words: request.words.clone(),
                addition: request
                    .passed_on
                    .as_ref()
                    .filter(|passed| !passed.addition.is_empty())
                    .map(|passed| (passed.body.clone(), passed.addition.clone())),
                asked_by: request.asked_by_body.clone(),
                is_mended,
                compared: match place {
                    None => "",
                    Some(_) if !self.is_compared => "",
                    Some(_) if is_mended => "この項目は、差戻しのあとに変わっています。",
                    Some(_) => "この項目は、差戻しのあとに変わっていません。",
                },
                kinds: ReplyKind::ALL
                    .into_iter()
                    .map(|kind| KindChoice {
                        id: choice_id(number, kind),
                        name: format!("reply-kind.{number}"),
                        value: kind.as_str(),
                        label: kind.label(),
                        checked: reply.kind == Some(kind),
                    })
                    .collect(),
                text: TextField {
                    id: format!("reply-{number}"),
                    name: format!("reply.{number}"),
                    label: "ひとこと".to_owned(),
                    value: reply.words,
                    errors,
                    ..TextField::default()
                },
                undecided: if is_undecided { UNDECIDED } else { "" },
                id: choice_id(number, ReplyKind::Mended),
            }
        });
        fields.collect()
    }
}

fn choice_id(number: i32, kind: ReplyKind) -> String {
    format!("reply-kind-{number}-{}", kind.as_str())
}

/// What the fields begin with: what was answered with a submission that was withdrawn; else 「直しました」 where the
/// place was changed.
fn begun(request: &ReviewRequest, is_mended: bool) -> BodyReply {
    let kept = request.kept_reply();
    if kept.is_decided() || !is_mended {
        return kept;
    }
    BodyReply {
        kind: Some(ReplyKind::Mended),
        ..kept
    }
}

/// What is to be mended in the replies.
pub fn problems(fields: &[ReplyFields]) -> Vec<Problem> {
    let of_fields = fields.iter().flat_map(|fields| {
        let place = &fields.place;
        let message = |text: &str| format!("依頼への回答（{place}）：{text}");
        let undecided = Some(fields.undecided).filter(|text| !text.is_empty());
        let undecided = undecided.map(|text| Problem {
            field_id: fields.id.clone(),
            message: message(text),
        });
        let of_words = fields.text.errors.iter().map(|error| Problem {
            field_id: fields.text.id.clone(),
            message: message(error),
        });
        undecided.into_iter().chain(of_words).collect::<Vec<_>>()
    });
    of_fields.collect()
}
