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

    /// May invite accounts of this body: the ministry invites prefectures and direct cities, a
    /// prefecture its general municipalities, everybody colleagues at home.
    pub fn may_invite(&self, target: Option<(LocalGovernmentCode, OrganizationKind)>) -> bool {
        if !self.is_admin {
            return false;
        }
        match (self.role, target) {
            (Role::Ministry, None) => true,
            (Role::Ministry, Some((_, kind))) => kind.route() == Route::ToMinistry,
            (_, None) => false,
            (_, Some((code, _))) if self.code() == Some(code) => true,
            (Role::Prefecture(prefecture), Some((code, kind))) => {
                code.prefecture() == prefecture && kind.route() == Route::ThroughPrefecture
            }
            (Role::Municipality, Some(_)) => false,
        }
    }
}
