//! The invented country of the demo.

use crate::domain::local_government_code::LocalGovernmentCode;
use crate::workflow::{Desk, WorkflowResult};

/// Sign-in name of the ministry's demo account.
pub const MINISTRY_EMAIL: &str = "ministry@demo.example";

/// Sign-in name of a body's demo account.
pub fn account_email(code: LocalGovernmentCode) -> String {
    format!("m{code}@demo.example")
}

/// Fills an empty database.
pub async fn fill(_desk: &Desk) -> WorkflowResult<()> {
    Ok(())
}
