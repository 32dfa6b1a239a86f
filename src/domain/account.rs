//! Who signs in: a person's account at one body or at the ministry. Duty stays with the department.

use serde::{Deserialize, Serialize};

use super::local_government_code::{LocalGovernmentCode, PrefectureCode};
use super::organization::{OrganizationKind, Route};

/// What an account's home makes it. Derived from the body, never stored twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// 厚生労働省
    Ministry,
    /// A prefecture: answers for itself, gathers its general municipalities.
    Prefecture(PrefectureCode),
    /// Any other body: answers for itself.
    Municipality,
}

impl Role {
    /// The role of an account of this body; `None` is the ministry.
    pub fn of(body: Option<(LocalGovernmentCode, OrganizationKind)>) -> Self {
        match body {
            None => Self::Ministry,
            Some((code, OrganizationKind::Prefecture)) => Self::Prefecture(code.prefecture()),
            Some(_) => Self::Municipality,
        }
    }

    /// The word in the page's head.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ministry => "国（厚生労働省）",
            Self::Prefecture(_) => "都道府県",
            Self::Municipality => "市区町村",
        }
    }
}

/// The person behind a request, as every verb and view needs it.
#[derive(Clone, Debug)]
pub struct Actor {
    pub account_id: i64,
    /// A function, such as 医療助成担当.
    pub display_name: String,
    pub email: String,
    /// May invite and stop accounts.
    pub is_admin: bool,
    pub role: Role,
    /// The body; `None` is the ministry.
    pub body: Option<ActorBody>,
    /// The department inside the body, such as 難病; empty is the liaison desk.
    pub department: String,
    /// Id of the request or command, for the audit log.
    pub request_id: String,
}

/// The body an account belongs to.
#[derive(Clone, Debug)]
pub struct ActorBody {
    pub code: LocalGovernmentCode,
    pub name: String,
    pub kind: OrganizationKind,
}

impl Actor {
    /// The body's name, or the ministry's.
    pub fn body_name(&self) -> &str {
        self.body
            .as_ref()
            .map_or("厚生労働省", |body| body.name.as_str())
    }

    /// The code of the body; `None` for the ministry.
    pub fn code(&self) -> Option<LocalGovernmentCode> {
        self.body.as_ref().map(|body| body.code)
    }

    /// May invite, change and stop accounts of this body; see [`AccountScope`].
    pub fn may_invite(&self, target: Option<(LocalGovernmentCode, OrganizationKind)>) -> bool {
        AccountScope::of(self).is_some_and(|scope| scope.covers(target))
    }

    /// The operator at the command line. No account has the id 0, so no browser is ever this.
    pub fn operator(request_id: &str) -> Self {
        Self {
            account_id: OPERATOR_ID,
            display_name: "運用担当".to_owned(),
            email: String::new(),
            is_admin: true,
            role: Role::Ministry,
            body: None,
            department: String::new(),
            request_id: request_id.to_owned(),
        }
    }

    fn is_operator(&self) -> bool {
        self.account_id == OPERATOR_ID && self.is_admin && self.role == Role::Ministry
    }
}

/// The database counts accounts from 1.
const OPERATOR_ID: i64 = 0;

/// Whose accounts somebody administers. For a person only [`AccountScope::of`] makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountScope {
    /// Colleagues at one municipality.
    Body(LocalGovernmentCode),
    /// A prefecture and its general municipalities.
    Prefecture(PrefectureCode),
    /// The ministry, the prefectures, the designated and core cities.
    Direct,
    /// Every account: the operator.
    Everyone,
}

impl AccountScope {
    /// Administrators have one, by their role.
    pub fn of(actor: &Actor) -> Option<Self> {
        if !actor.is_admin {
            return None;
        }
        match actor.role {
            Role::Ministry if actor.is_operator() => Some(Self::Everyone),
            Role::Ministry => Some(Self::Direct),
            Role::Prefecture(prefecture) => Some(Self::Prefecture(prefecture)),
            Role::Municipality => actor.code().map(Self::Body),
        }
    }

    /// Whether accounts of this body are within; `None` is the ministry.
    pub fn covers(self, target: Option<(LocalGovernmentCode, OrganizationKind)>) -> bool {
        match (self, target) {
            (Self::Everyone, _) | (Self::Direct, None) => true,
            (Self::Direct, Some((_, kind))) => kind.route() == Route::ToMinistry,
            (_, None) => false,
            (Self::Body(own), Some((code, _))) => own == code,
            (Self::Prefecture(own), Some((code, kind))) => {
                code.prefecture() == own
                    && (kind == OrganizationKind::Prefecture || kind.is_general_municipality())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admin(body: Option<(&str, OrganizationKind)>) -> Actor {
        let body = body.map(|(code, kind)| ActorBody {
            code: code.parse().expect("a code"),
            name: "団体".to_owned(),
            kind,
        });
        Actor {
            account_id: 1,
            display_name: "医療助成担当".to_owned(),
            email: "m@demo.example".to_owned(),
            is_admin: true,
            role: Role::of(body.as_ref().map(|body| (body.code, body.kind))),
            body,
            department: String::new(),
            request_id: String::new(),
        }
    }

    #[test]
    fn everybody_administers_home_and_whom_they_gather() {
        use OrganizationKind as K;
        let target = |code: &str, kind| Some((code.parse().expect("a code"), kind));
        let bodies = [
            None,
            target("010006", K::Prefecture),
            target("020001", K::Prefecture),
            target("011002", K::DesignatedCity),
            target("012025", K::CoreCity),
            target("012033", K::City),
            target("012092", K::City),
            target("022021", K::City),
        ];
        let cases = [
            (admin(None), [1, 1, 1, 1, 1, 0, 0, 0]),
            (
                admin(Some(("010006", K::Prefecture))),
                [0, 1, 0, 0, 0, 1, 1, 0],
            ),
            (
                admin(Some(("020001", K::Prefecture))),
                [0, 0, 1, 0, 0, 0, 0, 1],
            ),
            (
                admin(Some(("012025", K::CoreCity))),
                [0, 0, 0, 0, 1, 0, 0, 0],
            ),
            (admin(Some(("012033", K::City))), [0, 0, 0, 0, 0, 1, 0, 0]),
            (Actor::operator("cli"), [1; 8]),
        ];
        for (mut actor, expected) in cases {
            let may = bodies.map(|body| u8::from(actor.may_invite(body)));
            assert_eq!(may, expected, "{}", actor.body_name());
            actor.is_admin = false;
            assert!(!bodies.into_iter().any(|body| actor.may_invite(body)));
        }
    }
}
