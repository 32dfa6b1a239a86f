//! The demo's accounts: functions of offices, never persons. Nobody has a password.

use std::collections::HashMap;

use jiff::civil::date;

use super::prng::Prng;
use super::{MINISTRY_EMAIL, REVIEWER_EMAIL, account_email};
use crate::domain::account::{Actor, ActorBody, Role};
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::{LocalGovernmentCode, PrefectureCode};
use crate::domain::mail::Party;
use crate::domain::organization::{Organization, OrganizationKind};
use crate::store::Transaction;
use crate::store::accounts::NewAccount;
use crate::workflow::{WorkflowError, WorkflowResult};

/// Somebody beside the first account of a body.
#[derive(Clone, Copy, Debug)]
pub struct Colleague {
    pub code: &'static str,
    /// 2, 3, … within the body.
    pub number: u8,
    function: &'static str,
    /// The department inside the body; empty is the liaison desk.
    pub department: &'static str,
    /// On the sign-in page: who, and what there is to try.
    pub label: &'static str,
    pub hint: &'static str,
}

/// Where one writes, one signs, and a department fills in its rows; see [`super::inside`].
pub(super) const TEAM: &str = "131032";

const fn colleague(code: &'static str, number: u8, function: &'static str) -> Colleague {
    Colleague {
        code,
        number,
        function,
        department: "",
        label: "",
        hint: "",
    }
}

/// Bodies in which several people work on one form.
pub const COLLEAGUES: [Colleague; 5] = [
    Colleague {
        label: "港区　決裁する担当",
        hint: "決裁を待つ回答を確かめて、提出するか戻す",
        ..colleague(TEAM, 2, "福祉課 決裁担当")
    },
    Colleague {
        department: "障害",
        label: "港区　障害の部署",
        hint: "任された行だけを入力する",
        ..colleague(TEAM, 3, "障害者福祉課 医療費担当")
    },
    Colleague {
        label: "函館市　2人目の担当",
        hint: "同じ様式1を2人で入力する",
        ..colleague("012025", 2, "難病対策課 公費負担担当")
    },
    Colleague {
        label: "青森県　2人目の担当",
        hint: "とりまとめを2人で分担する",
        ..colleague("020001", 2, "難病対策課 公費負担担当")
    },
    Colleague {
        label: "鳥取市　2人目の担当",
        hint: "担当の引継ぎを受ける",
        ..colleague("312011", 2, "難病対策課 公費負担担当")
    },
];

impl Colleague {
    /// Sign-in name: `m131032-2@demo.example`.
    pub fn email(&self) -> String {
        format!("m{}-{}@demo.example", self.code, self.number)
    }
}

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
    /// All others, by sign-in name.
    colleagues: HashMap<String, Actor>,
}

impl People {
    /// Somebody beside the first account of a body.
    pub fn colleague(&self, code: &str, number: u8) -> WorkflowResult<&Actor> {
        let found = COLLEAGUES
            .iter()
            .find(|it| it.code == code && it.number == number);
        found
            .and_then(|it| self.colleagues.get(&it.email()))
            .ok_or(WorkflowError::NotFound)
    }

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
        let others = COLLEAGUES.iter().filter(|it| body.code.as_str() == it.code);
        actors.extend(others.map(|it| member(body, it.email(), it.function, false)));
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
    let mut colleagues = HashMap::new();
    for actor in actors {
        match actor.code() {
            Some(code) if !first.contains_key(&code) => {
                first.insert(code, actor);
            }
            _ => {
                colleagues.insert(actor.email.clone(), actor);
            }
        }
    }
    Ok(People {
        coordinator,
        reviewer,
        bodies: first,
        colleagues,
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
