//! How a body divides its work: 決裁, rows for departments, accounts in departments. Whoever administers the body's
//! accounts decides.

use std::collections::BTreeMap;

use super::accounts::{AccountResult, account_for, department_problem, target};
use super::part_mail::{self, Divided};
use super::{Desk, WorkflowError, WorkflowResult};
use crate::domain::account::Actor;
use crate::domain::duties::{Duties, read_department};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::place::{Place, Section};
use crate::domain::response::Problem;
use crate::domain::scheme::SchemeId;

/// Changes how a body divides its work. `rows` are departments as typed. At least two people must be there for 決裁:
/// otherwise nobody could submit. Problems stand at the rows, or at the whole form for 決裁.
pub async fn set_duties(
    desk: &Desk,
    actor: &Actor,
    body: LocalGovernmentCode,
    version: i32,
    sign_off: bool,
    rows: &[(SchemeId, String)],
) -> WorkflowResult<()> {
    let home = desk.store.organization(body).await?;
    let home = home.ok_or(WorkflowError::NotFound)?;
    if !actor.may_invite(Some((home.code, home.kind))) {
        return Err(WorkflowError::NotFound);
    }
    let mut problems = Vec::new();
    let mut departments = BTreeMap::new();
    for (scheme, typed) in rows {
        match read_department(typed) {
            Ok(label) if label.is_empty() => {}
            Ok(label) => {
                departments.insert(scheme.clone(), label);
            }
            Err(message) => {
                problems.push(Problem::new(Place::Scheme(scheme.clone()), message));
            }
        }
    }
    let now = desk.now();
    let people = desk.store.accounts_of(Some(body)).await?;
    let able = people
        .iter()
        .filter(|account| !account.is_over(now) && account.department.is_empty());
    if sign_off && able.count() < 2 {
        problems.push(Problem::new(
            Place::Section(Section::Contact),
            "決裁を使うには、部署に属さない利用者が2人以上必要です。先に利用者を招待してください。",
        ));
    }
    if !problems.is_empty() {
        return Err(WorkflowError::Invalid(problems));
    }
    let editions = desk.store.own_editions(body).await?;
    let transaction = desk.store.begin().await?;
    let stored = transaction.body_duties(body).await?;
    let duties = Duties {
        sign_off,
        rows: departments,
    };
    if stored.duties == duties {
        return Ok(());
    }
    transaction
        .set_body_duties(body, version, &duties, now, &actor.display_name)
        .await?;
    let mut handed = duties.clone();
    handed
        .rows
        .retain(|scheme, label| stored.duties.rows.get(scheme) != Some(label));
    let asked = Divided {
        code: body,
        name: &home.name,
        rows: &handed,
        addresses: &transaction.department_addresses(body).await?,
    };
    let event = format!("v{}", version + 1);
    part_mail::tell(&transaction, actor, &asked, &editions, &event, now).await?;
    let detail = format!(
        "sign-off {}, {} rows handed out",
        if sign_off { "on" } else { "off" },
        duties.rows.len()
    );
    let subject = format!("duties/{body}");
    transaction
        .audit(actor, now, "set_duties", &subject, &detail)
        .await?;
    Ok(transaction.commit().await?)
}

/// Puts an account into a department, or (empty) back to the liaison desk.
pub async fn set_department(
    desk: &Desk,
    actor: &Actor,
    account: i64,
    typed: &str,
) -> AccountResult<()> {
    let label = read_department(typed).map_err(|message| department_problem(&message))?;
    let of = desk.store.account(account).await?;
    let editions = match of.and_then(|of| of.home) {
        Some((code, ..)) if !label.is_empty() => desk.store.own_editions(code).await?,
        _ => Vec::new(),
    };
    let transaction = desk.store.begin().await?;
    let account = account_for(&transaction, actor, account).await?;
    if target(&account.home).is_none() {
        return Err(WorkflowError::NotFound.into());
    }
    if account.department == label {
        return Ok(());
    }
    // Where one writes and another submits, two must be left who may.
    let body = target(&account.home).map(|(code, _)| code);
    let signs = match body {
        Some(code) => transaction.body_duties(code).await?.duties.sign_off,
        None => false,
    };
    if signs && !label.is_empty() && account.department.is_empty() {
        let people = desk.store.accounts_of(body).await?;
        let others = people.iter().filter(|other| {
            other.id != account.id && !other.is_over(desk.now()) && other.department.is_empty()
        });
        if others.count() < 2 {
            return Err(department_problem(
                "決裁を使っているため、部署に属さない利用者が2人以上必要です。先に利用者を招待するか、決裁を使わない設定にしてください。",
            ));
        }
    }
    let department = Some(label.as_str()).filter(|label| !label.is_empty());
    transaction.set_department(account.id, department).await?;
    if let (Some((code, name, _)), Some(label)) = (&account.home, department) {
        let mut rows = transaction.body_duties(*code).await?.duties;
        rows.rows.retain(|_, of| of == label);
        let mut addresses = transaction.department_addresses(*code).await?;
        // The others of the department know.
        addresses.retain(|(_, address)| address.as_str() == account.email);
        let asked = Divided {
            code: *code,
            name,
            rows: &rows,
            addresses: &addresses,
        };
        let now = desk.now();
        let event = format!("account-{}-{}", account.id, now.0);
        part_mail::tell(&transaction, actor, &asked, &editions, &event, now).await?;
    }
    let subject = format!("account/{}", account.id);
    transaction
        .audit(actor, desk.now(), "set_department", &subject, &label)
        .await?;
    transaction.commit().await?;
    Ok(())
}
