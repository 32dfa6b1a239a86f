//! 自治体: what bodies there are on which day, what changes, and how the ministry enters it.

use actix_web::web;

use super::state::AppState;
use super::view::DiffRow;
use crate::domain::body_history::{BodyStanding, BodyState};
use crate::domain::body_table::Difference;
use crate::domain::japan_time::date_label;

pub mod change;
mod entry_form;
pub mod list;
pub mod one;
pub mod table;

/// The menu entry of these pages.
const MENU: &str = "/bodies";

/// Shared state of handlers.
type State = web::Data<AppState>;

/// One body on one day: what becomes of it.
struct DifferenceView {
    code: String,
    name: String,
    href: String,
    day: String,
    kinds: Vec<&'static str>,
    items: Vec<DiffRow>,
    /// Where a file says so.
    place: String,
}

impl DifferenceView {
    fn new(difference: &Difference) -> Self {
        let kinds = difference.kinds();
        Self {
            code: difference.code.to_string(),
            name: difference.name().to_owned(),
            href: body_path(difference.code.as_str()),
            day: date_label(difference.effective_on),
            kinds: kinds.into_iter().map(|kind| kind.label()).collect(),
            items: difference
                .items()
                .into_iter()
                .map(|(label, before, after)| DiffRow {
                    label: label.to_owned(),
                    before,
                    after,
                })
                .collect(),
            place: difference
                .place
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
        }
    }
}

fn body_path(code: &str) -> String {
    format!("/bodies/{code}")
}

/// How a body stands, where it is not simply there; else empty.
fn standing_label(state: &BodyState) -> String {
    match state.standing {
        BodyStanding::InForce => String::new(),
        BodyStanding::Abolished { .. } => format!("{}に廃止", date_label(state.since)),
        BodyStanding::Coming => format!("{}に新設の予定", date_label(state.since)),
    }
}
