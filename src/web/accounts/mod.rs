//! Accounts in the browser: lists and links for administrators, one's own settings, and the pages
//! behind links.

use super::error::WebError;
use super::guard::own_host;
use super::state::AppState;
use super::view::{Problem, TextField};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::store::accounts::Home;
use crate::workflow::accounts::{AccountError, Field, FieldProblem, Link};

pub mod addresses;
pub mod digest;
pub mod duties;
pub mod edit;
pub mod handover;
pub mod invitation;
pub mod invite;
pub mod list;
pub mod own;

impl From<AccountError> for WebError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Workflow(error) => error.into(),
            AccountError::Busy => Self::Busy,
            AccountError::Gone => Self::NotFound,
            AccountError::Refused(_) | AccountError::Invalid(_) => Self::Conflict,
        }
    }
}

/// `?notice=` and `?kept=`.
#[derive(serde::Deserialize)]
pub struct Outcome {
    notice: Option<String>,
    kept: Option<String>,
}

/// The `id` and form key of a field.
fn key(field: Field) -> &'static str {
    match field {
        Field::Email => "email",
        Field::DisplayName => "display_name",
        Field::CurrentPassword => "password_current",
        Field::Password => "password",
        Field::PasswordAgain => "password_again",
        Field::Successor => "successor",
        Field::EndsOn => "ends_on",
        Field::Remark => "remark",
        Field::Address => "new_address",
        Field::Department => "new_label",
        Field::Confirmation => "confirmed",
    }
}

/// An empty field of these forms.
fn blank(field: Field) -> TextField {
    let (label, hint, input_type, autocomplete) = match field {
        Field::Email => (
            "メールアドレス",
            "ログインに使います。部署で共有しているアドレスでもかまいません。",
            "email",
            "email",
        ),
        Field::DisplayName => (
            "担当の名称",
            "個人の氏名ではなく、担当の名称を入力してください。画面や提出の記録に表示されます。例：医療助成担当",
            "text",
            "organization-title",
        ),
        Field::CurrentPassword => ("いまのパスワード", "", "password", "current-password"),
        Field::Password => (
            "新しいパスワード",
            "15文字以上。関係のない単語をいくつかつなげると、長くて覚えやすくなります。自治体名やコード、よく使われる言葉だけのものは使えません。文字の種類の決まりや、定期的な変更はありません。",
            "password",
            "new-password",
        ),
        Field::PasswordAgain => (
            "新しいパスワード（もう一度）",
            "",
            "password",
            "new-password",
        ),
        Field::Successor => ("後任の方", "", "text", "off"),
        Field::EndsOn => (
            "終える日",
            "この日の23時59分まで使えます。例：2027-03-31、令和9年3月31日",
            "text",
            "off",
        ),
        Field::Remark => (
            "後任の方への申し送り",
            "この団体の利用者と、管理する都道府県・国の担当に表示されます。個人の氏名や電話番号は入力しないでください。",
            "text",
            "off",
        ),
        Field::Address => (
            "新しい宛先（メールアドレス）",
            "部署で共有しているアドレスを入力してください。",
            "email",
            "off",
        ),
        Field::Department => ("部署の名称", "例：障害福祉課 医療助成係", "text", "off"),
        Field::Confirmation => ("確認", "", "text", "off"),
    };
    TextField {
        id: key(field).to_owned(),
        name: key(field).to_owned(),
        label: label.to_owned(),
        hint: hint.to_owned(),
        required: true,
        input_type,
        autocomplete,
        width: if field == Field::DisplayName {
            "m"
        } else {
            "l"
        },
        ..TextField::default()
    }
}

/// A field with what was typed and what is wrong with it.
fn filled(field: Field, value: &str, problems: &[FieldProblem]) -> TextField {
    TextField {
        value: value.to_owned(),
        errors: problems
            .iter()
            .filter(|problem| problem.field == field)
            .map(|problem| problem.message.clone())
            .collect(),
        ..blank(field)
    }
}

/// The lines of the error summary.
fn summary(problems: &[FieldProblem]) -> Vec<Problem> {
    problems
        .iter()
        .map(|problem| Problem {
            field_id: key(problem.field).to_owned(),
            message: problem.message.clone(),
        })
        .collect()
}

/// Splits what can be shown beside the form from what cannot.
fn problems_of(error: AccountError) -> Result<(Vec<Problem>, Vec<FieldProblem>), WebError> {
    match error {
        AccountError::Invalid(problems) => Ok((summary(&problems), problems)),
        AccountError::Refused(refusal) => Ok((
            vec![Problem {
                field_id: String::new(),
                message: refusal.to_string(),
            }],
            Vec::new(),
        )),
        other => Err(other.into()),
    }
}

/// A link as it is handed over. Without a public address in the settings it starts with the one the
/// browser uses, which the guard has compared with where the form came from.
fn full_link(state: &AppState, request: &actix_web::HttpRequest, link: &Link) -> String {
    let base = match &state.base_url {
        Some(base) => base.clone(),
        None => format!("http://{}", own_host(request)),
    };
    format!("{base}{}", link.path())
}

/// The body of a home; `None` is the ministry.
fn target_code(home: &Home) -> Option<LocalGovernmentCode> {
    home.as_ref().map(|(code, _, _)| *code)
}

/// The name of a home, as pages show it.
fn home_name(home: &Home) -> String {
    match home {
        Some((_, name, _)) => name.clone(),
        None => "厚生労働省".to_owned(),
    }
}

/// Code and name of a home, for headings.
fn home_label(home: &Home) -> String {
    match home {
        Some((code, name, _)) => format!("{name}（{code}）"),
        None => "厚生労働省".to_owned(),
    }
}

/// The hidden field that names a body: its code, or nothing for the ministry.
fn read_body(typed: &str) -> Result<Option<LocalGovernmentCode>, WebError> {
    if typed.is_empty() {
        return Ok(None);
    }
    typed.parse().map(Some).map_err(|_| WebError::NotFound)
}

/// Where a body's accounts are shown to this person.
fn body_path(own: Option<LocalGovernmentCode>, body: Option<LocalGovernmentCode>) -> String {
    match body {
        Some(code) if own != body => format!("/accounts/bodies/{code}"),
        _ => "/accounts".to_owned(),
    }
}
