//! Bodies that a table leaves out: abolished if that was asked for, a problem where the table claims to be whole.

use std::collections::HashSet;

use super::compare::whole;
use super::difference::Difference;
use super::{Plan, TableProblem, TableWish};
use crate::domain::body_history::{BodyHistory, Fate, Said};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::Organization;

/// Of a hundred bodies a list must name so many before those it leaves out are abolished.
const NEARLY_ALL: usize = 90;
/// So many names are told where there are more.
const TOLD: usize = 10;

/// Adds what becomes of the bodies that no row names to the plan, or a problem.
pub(super) fn left_out(
    history: &BodyHistory,
    named: &HashSet<LocalGovernmentCode>,
    is_whole_table: bool,
    wish: TableWish,
    plan: &mut Plan,
    problems: &mut Vec<TableProblem>,
) {
    let there = history.on(wish.effective_on);
    let all = there.len();
    let missing: Vec<Organization> = there
        .into_iter()
        .filter(|body| !named.contains(&body.code))
        .collect();
    if missing.is_empty() || (!is_whole_table && !wish.abolish_missing) {
        plan.left_out = missing;
        return;
    }
    let told: Vec<String> = missing
        .iter()
        .take(TOLD)
        .map(|body| format!("{}（{}）", body.full_name(), body.code))
        .collect();
    let more = if missing.len() > TOLD { "など" } else { "" };
    let told = format!("{}{more}、{}団体", told.join("、"), missing.len());
    if !wish.abolish_missing {
        problems.push(whole(format!(
            "表に{told}がありません。合併などで無くなったときは、引き継ぐ団体を書いた一覧を一緒に取り込むか、「表にない団体を廃止する」を選んでください。"
        )));
        return;
    }
    if (all - missing.len()) * 100 < all * NEARLY_ALL {
        problems.push(whole(format!(
            "表に{told}がありません。表の一部だけのようなので、廃止できません。全国の団体がそろった表を使ってください。"
        )));
        return;
    }
    for body in missing {
        let before = history.state(body.code, wish.effective_on);
        plan.differences.push(Difference {
            code: body.code,
            effective_on: wish.effective_on,
            before,
            after: None,
            successor: String::new(),
            said: Said {
                fate: Some(Fate::Abolished { into: None }),
                ..Said::default()
            },
            spelling: Said::default(),
            place: None,
        });
    }
}
