//! 決裁 as the body's pages show it: where it stands, and what this person can do.

use super::sign_off_people::SignOffPeople;
use crate::domain::account::Actor;
use crate::domain::japan_time;
use crate::domain::response::Draft;
use crate::domain::sign_off::{SignOffEvent, SignOffState, may_sign, state_of};
use crate::store::responses::ResponseRecord;
use crate::web::error::WebResult;
use crate::web::state::AppState;
use crate::web::view::TextField;

/// Where the sign-off of a draft stands for one person.
pub struct SignOffView {
    /// 「決裁待ち」 and so on, with who and when.
    pub text: String,
    /// Words with which it was given back; empty if it was not.
    pub words: String,
    pub can_ask: bool,
    pub can_take_back: bool,
    /// 決裁して提出する, or give it back.
    pub can_sign: bool,
    /// The field of the words to give it back with.
    pub field: TextField,
    /// Who can sign; `None` where the page does not tell.
    pub people: Option<SignOffPeople>,
}

/// [`sign_off_view`] with the people of the body, for its liaison desk.
pub async fn with_people(
    state: &AppState,
    record: &ResponseRecord,
    actor: &Actor,
    typed: String,
    errors: Vec<String>,
) -> WebResult<Option<SignOffView>> {
    let Some(mut view) = sign_off_view(record, actor, typed, errors) else {
        return Ok(None);
    };
    if actor.department.is_empty() {
        let accounts = state.desk.store.accounts_of(actor.code()).await?;
        let people = SignOffPeople::of(record, actor, &accounts, state.desk.now());
        view.people = Some(people);
    }
    Ok(Some(view))
}

/// `None` where the body does not use 決裁, or its answer lies with the reviewer.
pub fn sign_off_view(
    record: &ResponseRecord,
    actor: &Actor,
    typed: String,
    errors: Vec<String>,
) -> Option<SignOffView> {
    if !record.duties.sign_off || !record.status.is_editable() {
        return None;
    }
    let draft = record.draft.clone().unwrap_or_default();
    let stands = state_of(&draft, record.revision_number);
    let asked = draft.sign_off.as_ref();
    let who = asked.map_or_else(String::new, |asked| {
        let at = japan_time::datetime_label(asked.asked_at);
        format!("{at}に{}が決裁に回しました。", asked.asked_by)
    });
    let given_back = asked
        .and_then(|asked| asked.given_back.as_ref())
        .filter(|_| stands == SignOffState::GivenBack);
    let text = match (stands, given_back) {
        (SignOffState::Asked, _) => format!("{who}決裁を待っています。まだ提出されていません。"),
        (SignOffState::Void, _) if !actor.department.is_empty() => format!(
            "{who}そのあとに内容が保存されたため、この依頼は無効になりました。もう一度決裁に回すよう、とりまとめの担当にお伝えください。"
        ),
        (SignOffState::Void, _) => format!(
            "{who}そのあとに内容が保存されたため、この依頼は無効になりました。もう一度、決裁に回してください。"
        ),
        (_, Some(back)) => format!(
            "{}に{}が戻しました。直してから、もう一度、決裁に回してください。",
            japan_time::datetime_label(back.at),
            back.by
        ),
        _ => "この団体は、決裁を使う設定です。入力した人とは別の担当が、内容を確かめて提出します。"
            .to_owned(),
    };
    let may = |event| stands.after(event).is_some() && actor.department.is_empty();
    let signs = may_sign(&draft, actor.account_id);
    Some(SignOffView {
        text,
        words: given_back.map_or_else(String::new, |back| back.words.clone()),
        can_ask: may(SignOffEvent::Ask),
        can_take_back: may(SignOffEvent::TakeBack) && !signs,
        can_sign: may(SignOffEvent::Submit) && signs,
        field: TextField {
            id: "words".to_owned(),
            name: "words".to_owned(),
            label: "戻す理由".to_owned(),
            hint: "入力した担当の画面に表示されます。".to_owned(),
            value: typed,
            errors,
            required: true,
            ..TextField::default()
        },
        people: None,
    })
}

/// What makes a request for 決裁 void, in the words of the form's pages.
pub const BY_SAVING: &str = "ここで保存すると（下書きを変えると）";
/// The same where a file becomes the draft: nothing is saved there.
pub const BY_DRAFTING: &str = "この内容を下書きにすると";

/// What whoever opens a part of the form is told while 決裁 is waited for; empty otherwise.
/// `draft`: the one that is stored, which a page may have taken out of its record;
/// `by`: what would make the request void.
pub fn waits_for_sign_off(
    record: &ResponseRecord,
    draft: Option<&Draft>,
    department: &str,
    by: &str,
) -> String {
    let asked = draft.filter(|draft| {
        record.duties.sign_off
            && record.status.is_editable()
            && state_of(draft, record.revision_number) == SignOffState::Asked
    });
    let Some(asked) = asked.and_then(|draft| draft.sign_off.as_ref()) else {
        return String::new();
    };
    let after = if department.is_empty() {
        "もう一度「決裁に回す」を押す必要があります。"
    } else {
        "もう一度決裁に回す必要があります。保存したときは、とりまとめの担当にお伝えください。"
    };
    format!(
        "{}に{}が決裁に回し、いま決裁を待っています。{by}、その依頼は無効になり、{after}",
        japan_time::datetime_label(asked.asked_at),
        asked.asked_by
    )
}

/// Why nothing was done, and what to do.
pub fn refusal(stands: SignOffState) -> &'static str {
    match stands {
        SignOffState::Asked => {
            "最後に入力した人と、決裁に回した人は、提出や差し戻しができません。だれが決裁できるか、いないときにどうするかは、この画面の「決裁」のところに書いてあります。"
        }
        SignOffState::Void => {
            "決裁に回したあとに内容が保存されたため、決裁の依頼は無効になりました。内容を確かめて、もう一度「決裁に回す」を押してください。"
        }
        SignOffState::GivenBack => {
            "決裁で戻されています。直してから、もう一度「決裁に回す」を押してください。"
        }
        SignOffState::Unasked => {
            "この団体は、決裁を使う設定です。先に「決裁に回す」を押してください。"
        }
    }
}
