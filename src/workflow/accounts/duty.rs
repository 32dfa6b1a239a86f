//! The addresses duty belongs to: whoever works for a body adds and ends them, and everybody concerned is told.

use super::{
    AccountError, AccountResult, Field, FieldProblem, body_subject, code, read_email, target,
};
use crate::domain::account::Actor;
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::mail::{MailFacts, MailKind, Party, Placeholder};
use crate::domain::text;
use crate::store::Transaction;
use crate::store::accounts::Home;
use crate::workflow::mail::{Announcement, by};
use crate::workflow::{Desk, WorkflowError};

/// Longest name of a department, in characters.
const LABEL_MAX: usize = 60;

/// The body whose duty this person may see and move: their own, and those whose accounts they administer.
pub async fn duty_home(
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
    if actor.code() == body || actor.may_invite(target(&home)) {
        Ok(home)
    } else {
        Err(WorkflowError::NotFound.into())
    }
}

/// An address with its department, read from what was typed.
pub(super) fn read_address(
    email: &str,
    label: &str,
) -> Result<(String, String), Vec<FieldProblem>> {
    let mut problems = Vec::new();
    let email = read_email(email).map_err(|problem| {
        problems.push(FieldProblem::new(Field::Address, problem.message));
    });
    let label = text::clean_line(label);
    let length = text::char_len(&label);
    let mut of_label = |message: String| {
        problems.push(FieldProblem::new(Field::Department, message));
    };
    if label.is_empty() {
        of_label("部署の名称を入力してください。例：障害福祉課 医療助成係".to_owned());
    } else if length > LABEL_MAX {
        of_label(format!(
            "部署の名称は{LABEL_MAX}文字以内で入力してください。いまは{length}文字です。"
        ));
    } else if let Some((position, _)) = text::first_private_use(&label) {
        of_label(format!(
            "部署の名称の{position}文字目に、ほかのパソコンでは表示できない文字（外字）があります。別の文字に置きかえてください。"
        ));
    }
    match email {
        Ok(email) if problems.is_empty() => Ok((email, label)),
        _ => Err(problems),
    }
}

/// Adds an address; mail for the body goes there too from now on.
pub async fn add_address(
    desk: &Desk,
    actor: &Actor,
    body: Option<LocalGovernmentCode>,
    email: &str,
    label: &str,
) -> AccountResult<()> {
    let home = duty_home(desk, actor, body).await?;
    let (email, label) = read_address(email, label).map_err(AccountError::Invalid)?;
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    add_in(&transaction, actor, body, (&email, &label), now).await?;
    let what = format!("宛先（{label}）を加えました");
    tell(&transaction, actor, &home, (&what, &[]), now).await?;
    Ok(transaction.commit().await?)
}

/// Adds an address in a transaction of the caller.
pub(super) async fn add_in(
    transaction: &Transaction,
    actor: &Actor,
    body: Option<LocalGovernmentCode>,
    (email, label): (&str, &str),
    now: UnixMillis,
) -> AccountResult<()> {
    let is_new = transaction
        .add_duty_address(body, email, label, now)
        .await?;
    if !is_new {
        return Err(AccountError::Invalid(vec![FieldProblem::new(
            Field::Address,
            "この宛先は、すでに登録されています。",
        )]));
    }
    let subject = body_subject(body);
    transaction
        .audit(actor, now, "add_duty_address", &subject, label)
        .await?;
    Ok(())
}

/// Ends an address; it stays in the list with its day.
pub async fn end_address(
    desk: &Desk,
    actor: &Actor,
    body: Option<LocalGovernmentCode>,
    id: i64,
    confirmed: bool,
) -> AccountResult<()> {
    let home = duty_home(desk, actor, body).await?;
    if !confirmed {
        return Err(AccountError::Invalid(vec![FieldProblem::new(
            Field::Confirmation,
            "宛先を使うのをやめるときは、確認の欄に印を付けてください。",
        )]));
    }
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    // The address that ends is told too.
    let before = transaction.addresses_of(party(body)).await?;
    end_in(&transaction, actor, body, id, now).await?;
    let what = "宛先を1つ使わないことにしました";
    tell(&transaction, actor, &home, (what, &before), now).await?;
    Ok(transaction.commit().await?)
}

/// Ends an address in a transaction of the caller.
pub(super) async fn end_in(
    transaction: &Transaction,
    actor: &Actor,
    body: Option<LocalGovernmentCode>,
    id: i64,
    now: UnixMillis,
) -> AccountResult<()> {
    if !transaction.end_duty_address(body, id, now).await? {
        return Err(WorkflowError::Stale.into());
    }
    let (subject, detail) = (body_subject(body), format!("address {id}"));
    transaction
        .audit(actor, now, "end_duty_address", &subject, &detail)
        .await?;
    Ok(())
}

pub(super) fn party(body: Option<LocalGovernmentCode>) -> Party {
    body.map_or(Party::Ministry, Party::Body)
}

/// Tells the addresses of a body, and some others, what happened to its duty. The ministry has no body to write about.
pub(super) async fn tell(
    transaction: &Transaction,
    actor: &Actor,
    home: &Home,
    (what, also): (&str, &[crate::domain::email_address::EmailAddress]),
    now: UnixMillis,
) -> AccountResult<()> {
    let Some((about, name, _)) = home else {
        return Ok(());
    };
    let to = party(code(home));
    let told = Announcement {
        kind: MailKind::HandedOver,
        to,
        about: (*about, name),
        edition: None,
        event: format!("{about}/{}/{}", actor.account_id, now.0),
        facts: MailFacts::default()
            .with(Placeholder::By, by(actor))
            .with(Placeholder::State, what)
            .with(Placeholder::Link, "/account/handover"),
    };
    let mut addresses = transaction.addresses_of(to).await?;
    addresses.extend(also.iter().cloned());
    addresses.sort_unstable();
    addresses.dedup();
    transaction.mail_all(&told.mails(&addresses), now).await?;
    Ok(())
}
