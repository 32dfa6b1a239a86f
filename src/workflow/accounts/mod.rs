//! Accounts: inviting, accepting, changing, stopping. Who may do it to whom is decided by
//! [`Actor::may_invite`]; accounts out of reach do not exist for the person who asks.
//!
//! A link carries 256 random bits, the database their SHA-256. It works once and ends by itself:
//! an invitation after [`INVITATION_HOURS`], a link for a new password after [`RESET_HOURS`].

use super::passwords::PasswordError;
use super::{Desk, WorkflowError};
use crate::domain::account::Actor;
use crate::domain::email_address::EmailAddress;
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::OrganizationKind;
use crate::domain::text;
use crate::store::StoreError;
use crate::store::accounts::{AccountRecord, Home};

mod accept;
mod administer;
mod arrival;
mod duty;
mod handover;
mod invite;
mod own;
mod successor;
#[cfg(test)]
mod tests;

pub use accept::{Accepted, OpenLink, Typed, accept_invitation, open_link};
pub use administer::{account_for, change_account, restart_account, stop_account};
pub(in crate::workflow) use arrival::arrived;
pub use duty::{add_address, duty_home, end_address};
pub use handover::{
    Ends, HandOver, HandedOver, Successor, WAITING_DAYS, account_to_hand_over, hand_over,
};
pub use invite::{Invitation, cancel_invitation, invite, reset_link, set_up_link};
pub use own::{PasswordChange, change_own_name, change_own_password};

/// Hours an invitation or set-up link works: a day is the most for a secret that travels by mail or
/// paper; a new one is one click away.
pub const INVITATION_HOURS: i64 = 24;
/// Hours a link for a new password works.
pub const RESET_HOURS: i64 = 1;
/// Longest name of a function, in characters.
pub const DISPLAY_NAME_MAX: usize = 40;

/// Why an account or a link stayed as it was.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Every problem of what was typed.
    #[error("the input has problems")]
    Invalid(Vec<FieldProblem>),
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The link is used, over, replaced or was never given.
    #[error("the link does not work")]
    Gone,
    /// Too many people choose or enter passwords at once.
    #[error("the password queue is full")]
    Busy,
    #[error(transparent)]
    Workflow(#[from] WorkflowError),
}

/// Result of a verb about accounts.
pub type AccountResult<T> = Result<T, AccountError>;

impl From<StoreError> for AccountError {
    fn from(error: StoreError) -> Self {
        Self::Workflow(error.into())
    }
}

impl From<PasswordError> for AccountError {
    /// A hasher that fails has lost its threads; that too is answered by trying again later.
    fn from(_: PasswordError) -> Self {
        Self::Busy
    }
}

/// A rule that forbids it; the text says what to do instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("自分の利用は、自分では停止できません。ほかの管理者に頼んでください。")]
    StopSelf,
    #[error("自分の管理者の権限は、自分では外せません。ほかの管理者に頼んでください。")]
    DemoteSelf,
    #[error(
        "厚生労働省の最後の管理者のため、停止したり管理者から外したりできません。先に、ほかの人を管理者にしてください。"
    )]
    LastMinistryAdmin,
    #[error("自分のパスワードは、「自分の設定」から変更してください。")]
    ResetSelf,
    #[error("この利用者は停止中です。先に「利用を再開する」を押してから、リンクを作ってください。")]
    Stopped,
}

/// A field of the forms about accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Email,
    DisplayName,
    CurrentPassword,
    Password,
    PasswordAgain,
    /// Who takes over.
    Successor,
    /// The day on which the old account ends.
    EndsOn,
    /// What is passed on in words.
    Remark,
    /// An address that duty belongs to.
    Address,
    /// The department behind that address.
    Department,
    /// That an address is really not used any more.
    Confirmation,
}

/// What is wrong with a field, in words for the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    pub field: Field,
    pub message: String,
}

impl FieldProblem {
    fn new(field: Field, message: impl Into<String>) -> Self {
        Self {
            field,
            message: message.into(),
        }
    }
}

/// What pages call the field.
const DEPARTMENT_LABEL: &str = "部署の名称";

/// What is wrong with the name of a department; the message names the field, for it stands among those of other forms.
pub(super) fn department_problem(message: &str) -> AccountError {
    let named = match message.starts_with(DEPARTMENT_LABEL) {
        true => message.to_owned(),
        false => format!("{DEPARTMENT_LABEL}：{message}"),
    };
    AccountError::Invalid(vec![FieldProblem::new(Field::Department, named)])
}

/// A link to hand over. The token exists only here; the database cannot give it again.
#[derive(Clone, Debug)]
pub struct Link {
    pub token: String,
    pub expires_at: UnixMillis,
}

impl Link {
    /// The path of the link, to be put behind the portal's address.
    pub fn path(&self) -> String {
        format!("/invitation/{}", self.token)
    }
}

/// A home as [`Actor::may_invite`] asks for it.
pub fn target(home: &Home) -> Option<(LocalGovernmentCode, OrganizationKind)> {
    home.as_ref().map(|(code, _, kind)| (*code, *kind))
}

fn code(home: &Home) -> Option<LocalGovernmentCode> {
    home.as_ref().map(|(code, _, _)| *code)
}

/// The body an account is to belong to, if this person may invite there.
async fn home_for(
    desk: &Desk,
    actor: &Actor,
    body: Option<LocalGovernmentCode>,
) -> AccountResult<Home> {
    let home = match body {
        None => None,
        Some(code) => {
            let body = desk.store.organization(code).await?;
            let body = body.ok_or(WorkflowError::NotFound)?;
            Some((body.code, body.name, body.kind))
        }
    };
    if !actor.may_invite(target(&home)) {
        return Err(WorkflowError::NotFound.into());
    }
    Ok(home)
}

/// The sign-in name of a typed address: folded to lower case.
fn read_email(typed: &str) -> Result<String, FieldProblem> {
    EmailAddress::parse(typed)
        .map(|email| email.as_str().to_lowercase())
        .map_err(|problem| FieldProblem::new(Field::Email, problem.to_string()))
}

fn read_display_name(typed: &str) -> Result<String, FieldProblem> {
    let problem = |message: String| Err(FieldProblem::new(Field::DisplayName, message));
    let name = text::clean_line(typed);
    let length = text::char_len(&name);
    if name.is_empty() {
        return problem("担当の名称を入力してください。例：医療助成担当".to_owned());
    }
    if length > DISPLAY_NAME_MAX {
        return problem(format!(
            "担当の名称は{DISPLAY_NAME_MAX}文字以内で入力してください。いまは{length}文字です。"
        ));
    }
    if let Some((position, _)) = text::first_private_use(&name) {
        return problem(format!(
            "担当の名称の{position}文字目に、ほかのパソコンでは表示できない文字（外字）があります。別の文字に置きかえてください。"
        ));
    }
    Ok(name)
}

/// The rules for a new password, typed twice; `known` is what others know of the person.
fn check_new_password(password: &str, again: &str, known: &[&str]) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    if let Err(problem) = crate::domain::password::check(password, known) {
        problems.push(FieldProblem::new(Field::Password, problem.to_string()));
    }
    if again != password {
        problems.push(FieldProblem::new(
            Field::PasswordAgain,
            "2つの欄のパスワードが違います。同じパスワードをもう一度入力してください。",
        ));
    }
    problems
}

/// What others know of a body: its name, prefecture, reading and code.
async fn known_of(desk: &Desk, body: Option<LocalGovernmentCode>) -> AccountResult<Vec<String>> {
    let Some(code) = body else {
        return Ok(vec!["厚生労働省".to_owned(), "厚労省".to_owned()]);
    };
    let mut known = vec![code.to_string(), code.prefecture().name().to_owned()];
    if let Some(body) = desk.store.organization(code).await? {
        known.extend([body.name, body.kana]);
    }
    Ok(known)
}

/// The subject of audit rows about an account.
fn subject(account: &AccountRecord) -> String {
    format!("account/{}", account.id)
}

/// The subject of audit rows about a body's invitations.
fn body_subject(body: Option<LocalGovernmentCode>) -> String {
    match body {
        Some(code) => format!("accounts/{code}"),
        None => "accounts/ministry".to_owned(),
    }
}
