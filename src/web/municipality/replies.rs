//! On the check page: what the body says to each thing it was asked. It need not say anything.

use crate::domain::review_request::{ReplyKind, RequestState, ReviewRequest, words_problems};
use crate::store::responses::ResponseRecord;
use crate::web::error::WebResult;
use crate::web::form::FormData;
use crate::web::state::AppState;
use crate::web::view::{Problem, TextField};
use crate::workflow::requests::BodyReply;

/// The fields under one request.
pub struct ReplyFields {
    pub place: String,
    pub words: String,
    /// Whose words stand beside them, and the words.
    pub addition: Option<(String, String)>,
    pub asked_by: String,
    pub kinds: Vec<KindChoice>,
    pub text: TextField,
}

/// One answer that can be chosen.
pub struct KindChoice {
    pub name: String,
    pub value: &'static str,
    pub label: &'static str,
    pub checked: bool,
}

/// What lies with the body. A body to which nothing was returned costs no read.
pub async fn waiting(state: &AppState, record: &ResponseRecord) -> WebResult<Vec<ReviewRequest>> {
    if record.open_return.is_none() {
        return Ok(Vec::new());
    }
    let mut requests = state.desk.store.requests(record.id).await?;
    requests.retain(|request| request.state == RequestState::WithBody);
    Ok(requests)
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

/// The fields, with what was typed.
pub fn fields(
    record: &ResponseRecord,
    requests: &[ReviewRequest],
    typed: &[BodyReply],
) -> Vec<ReplyFields> {
    let definition = &record.edition.definition;
    let fields = requests.iter().map(|request| {
        let number = request.number;
        let typed = typed.iter().find(|reply| reply.number == number);
        let typed = typed.cloned().unwrap_or_else(|| kept(request));
        let errors = words_problems(&typed.words);
        ReplyFields {
            place: match &request.place {
                Some(place) => definition.place_label(place),
                None => "回答の全体".to_owned(),
            },
            words: request.words.clone(),
            addition: request
                .passed_on
                .as_ref()
                .filter(|passed| !passed.addition.is_empty())
                .map(|passed| (passed.body.clone(), passed.addition.clone())),
            asked_by: request.asked_by_body.clone(),
            kinds: ReplyKind::ALL
                .into_iter()
                .map(|kind| KindChoice {
                    name: format!("reply-kind.{number}"),
                    value: kind.as_str(),
                    label: kind.label(),
                    checked: typed.kind == Some(kind),
                })
                .collect(),
            text: TextField {
                id: format!("reply-{number}"),
                name: format!("reply.{number}"),
                label: "ひとこと".to_owned(),
                value: typed.words,
                errors,
                ..TextField::default()
            },
        }
    });
    fields.collect()
}

/// What was answered with a submission that was withdrawn: whoever submits again goes on from there.
fn kept(request: &ReviewRequest) -> BodyReply {
    let kept = request.taken_back.as_ref();
    BodyReply {
        number: request.number,
        kind: kept.and_then(|kept| kept.kind),
        words: kept.map_or_else(String::new, |kept| kept.words.clone()),
    }
}

/// What is wrong with the replies.
pub fn problems(fields: &[ReplyFields]) -> Vec<Problem> {
    let of_fields = fields.iter().flat_map(|fields| {
        let id = &fields.text.id;
        let message = |message: &String| Problem {
            field_id: id.clone(),
            message: format!("依頼への回答：{message}"),
        };
        fields.text.errors.iter().map(message)
    });
    of_fields.collect()
}
