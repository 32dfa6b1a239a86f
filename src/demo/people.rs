//! The demo's accounts: functions of offices, never persons. Nobody has a password.

use std::collections::HashMap;

use jiff::civil::date;

use super::prng::Prng;
use super::{MINISTRY_EMAIL, REVIEWER_EMAIL, account_email, second_account_email};
use crate::domain::account::{Actor, ActorBody, Role};
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::{LocalGovernmentCode, PrefectureCode};
use crate::domain::mail::Party;
use crate::domain::organization::{Organization, OrganizationKind};
use crate::store::Transaction;
use crate::store::accounts::NewAccount;
use crate::workflow::{WorkflowError, WorkflowResult};

/// Bodies in which two people work on one form.
const TWO_EDITORS: [&str; 4] = ["012025", "020001", "131032", "312011"];

const FUNCTIONS: [&str; 6] = [
    "医療助成担当",
    "福祉医療担当",
    "障害福祉課 医療助成係",
    "公費負担医療担当",
    "こども家庭課 医療費助成係",
    "保険年金課 福祉医療係",
];
const TOWN_FUNCTIONS: [&str; 4] = [
    "住民福祉課 福祉係",
    "健康福祉課 医療助成担当",
    "保健福祉課 福祉係",
    "福祉医療担当",
];

/// Everybody who acts in the demo's past.
pub(super) struct People {
    pub coordinator: Actor,
    pub reviewer: Actor,
    bodies: HashMap<LocalGovernmentCode, Actor>,
}

impl People {
    /// The first account of a body.
    pub fn of(&self, code: LocalGovernmentCode) -> WorkflowResult<&Actor> {
        self.bodies.get(&code).ok_or(WorkflowError::NotFound)
    }

    /// The first account of a prefecture.
    pub fn of_prefecture(&self, prefecture: PrefectureCode) -> WorkflowResult<&Actor> {
        self.of(prefecture.organization_code())
    }
}

/// The departments' addresses, to which the practice portal writes.
pub(super) async fn keep_addresses(
    transaction: &Transaction,
    bodies: &[Organization],
    at: UnixMillis,
) -> WorkflowResult<()> {
    let address = |text: &str| text.parse().map_err(|_| WorkflowError::NotFound);
    let mut kept = vec![(Party::Ministry, address(MINISTRY_EMAIL)?, "医療費助成担当")];
    for body in bodies {
        let to = Party::Body(body.code);
        kept.push((to, address(&account_email(body.code))?, function(body)));
    }
    Ok(transaction.insert_duty_addresses(&kept, at).await?)
}

/// Makes the accounts: two of the ministry, one or two of every body.
pub(super) async fn settle(
    transaction: &Transaction,
    bodies: &[Organization],
) -> WorkflowResult<People> {
    let mut actors = vec![
        ministry(MINISTRY_EMAIL, "意向等調査 総括担当", true),
        ministry(REVIEWER_EMAIL, "意向等調査 審査担当", false),
    ];
    for body in bodies {
        let function = function(body);
        actors.push(member(body, account_email(body.code), function, true));
        if TWO_EDITORS.contains(&body.code.as_str()) {
            let email = second_account_email(body.code);
            actors.push(member(body, email, "難病対策課 公費負担担当", false));
        }
    }
    let created_at = UnixMillis::from_japan(date(2025, 1, 14).at(9, 0, 0, 0));
    let accounts: Vec<_> = actors
        .iter()
        .map(|actor| NewAccount {
            email: actor.email.clone(),
            display_name: actor.display_name.clone(),
            body: actor.code(),
            is_admin: actor.is_admin,
            password_hash: None,
            created_at,
        })
        .collect();
    transaction.insert_accounts(&accounts).await?;
    let ids = transaction.account_ids().await?;
    for actor in &mut actors {
        actor.account_id = *ids.get(&actor.email).ok_or(WorkflowError::NotFound)?;
    }
    let mut actors = actors.into_iter();
    let coordinator = actors.next().ok_or(WorkflowError::NotFound)?;
    let reviewer = actors.next().ok_or(WorkflowError::NotFound)?;
    let mut first = HashMap::new();
    for actor in actors {
        if let Some(code) = actor.code() {
            first.entry(code).or_insert(actor);
        }
    }
    Ok(People {
        coordinator,
        reviewer,
        bodies: first,
    })
}

fn function(body: &Organization) -> &'static str {
    let mut rng = Prng::new(&[body.code.as_str(), "function"]);
    match body.kind {
        OrganizationKind::Town | OrganizationKind::Village => rng.pick(&TOWN_FUNCTIONS),
        _ => rng.pick(&FUNCTIONS),
    }
}

fn ministry(email: &str, display_name: &str, is_admin: bool) -> Actor {
    Actor {
        account_id: 0,
        display_name: display_name.to_owned(),
        email: email.to_owned(),
        is_admin,
        role: Role::Ministry,
        body: None,
        department: String::new(),
        request_id: String::new(),
    }
}

fn member(body: &Organization, email: String, display_name: &str, is_admin: bool) -> Actor {
    Actor {
        account_id: 0,
        display_name: display_name.to_owned(),
        email,
        is_admin,
        role: Role::of(Some((body.code, body.kind))),
        body: Some(ActorBody {
            code: body.code,
            name: body.name.clone(),
            kind: body.kind,
        }),
        department: String::new(),
        request_id: String::new(),
    }
}
