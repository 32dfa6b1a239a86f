//! GET `/editions/{key}/plan`: what the answers would mean for the subsidy and the connection work.

use actix_web::web;
use askama::Template;

use super::{Head, State, open};
use crate::domain::estimate::{
    Estimate, RUNNING_COST_YEN_PER_MONTH, STANDARD_AMOUNT_YEN, SUBSIDY_CEILING_YEN,
    SUPPLEMENTARY_BUDGET_YEN,
};
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::plan::{Amount, ByRound, GroupFigures, PlanFigures, Rounds};
use crate::domain::text::with_commas;
use crate::web::error::WebResult;
use crate::web::page::{self, html};
use crate::web::session::Session;
use crate::web::view::Page;

#[derive(Template)]
#[template(path = "ministry/plan.html")]
struct PlanPage {
    page: Page,
    head: Head,
    answered: String,
    total: AmountLine,
    others: AmountLine,
    rounds: Vec<AmountLine>,
    schemes: Vec<SchemeLine>,
    prefectures: Vec<AmountLine>,
    groups: Vec<GroupTable>,
    standard: String,
    ceiling: String,
    per_month: u64,
    budget: Budget,
}

/// An amount with what it would cost; yen with commas.
struct AmountLine {
    label: String,
    bodies: String,
    schemes: String,
    subsidy: String,
    recipients: String,
    unknown: String,
    running_cost: String,
}

/// A row of Form 1: marks by round, then together.
struct SchemeLine {
    rounds: Vec<String>,
    all: AmountLine,
}

struct GroupTable {
    question: String,
    lines: Vec<AmountLine>,
}

/// The ceiling against the budget.
struct Budget {
    amount: String,
    /// 35.0%.
    share: String,
    /// 予算額を1,234円下回っています.
    rest: String,
    is_exceeded: bool,
}

impl AmountLine {
    fn new(label: impl Into<String>, amount: &Amount) -> Self {
        let Estimate {
            subsidy_ceiling,
            running_cost,
        } = amount.estimate();
        Self {
            label: label.into(),
            bodies: with_commas(amount.bodies),
            schemes: with_commas(amount.schemes),
            subsidy: with_commas(subsidy_ceiling),
            recipients: with_commas(amount.recipients),
            unknown: with_commas(amount.unknown),
            running_cost: with_commas(running_cost),
        }
    }
}

fn budget(total: &Amount) -> Budget {
    let needed = total.estimate().subsidy_ceiling;
    let thousandths = needed * 1000 / SUPPLEMENTARY_BUDGET_YEN;
    let rest = with_commas(needed.abs_diff(SUPPLEMENTARY_BUDGET_YEN));
    let is_exceeded = needed > SUPPLEMENTARY_BUDGET_YEN;
    Budget {
        amount: with_commas(SUPPLEMENTARY_BUDGET_YEN),
        share: format!("{}.{}%", thousandths / 10, thousandths % 10),
        rest: if is_exceeded {
            format!("予算額を{rest}円超えています")
        } else {
            format!("予算額を{rest}円下回っています")
        },
        is_exceeded,
    }
}

fn group_table(group: &GroupFigures) -> GroupTable {
    let options = group.options.iter();
    let lines = options.map(|(label, amount)| AmountLine::new(label.as_str(), amount));
    let rest = AmountLine::new("回答なし（質問の対象外を含む）", &group.unanswered);
    GroupTable {
        question: group.question.clone(),
        lines: lines.chain([rest]).collect(),
    }
}

fn scheme_line(name: &str, of_row: &ByRound) -> SchemeLine {
    let rounds = Rounds::ALL.map(|rounds| with_commas(of_row.round(rounds).schemes));
    SchemeLine {
        rounds: rounds.into(),
        all: AmountLine::new(name, &of_row.total()),
    }
}

/// GET `/editions/{key}/plan`.
pub async fn plan(state: State, session: Session, key: web::Path<String>) -> WebResult {
    let opened = open(&state, &session, &key, "plan").await?;
    let store = &state.desk.store;
    let answers = store.plan_answers(opened.edition.id, opened.scope).await?;
    let definition = &opened.edition.definition;
    let figures = PlanFigures::tally(definition, &answers);
    let total = figures.rounds.total();
    let prefectures = PrefectureCode::all().map(|prefecture| {
        AmountLine::new(prefecture.name(), &figures.prefecture(prefecture).total())
    });
    html(&PlanPage {
        page: page::signed_in(
            &state,
            &session,
            "計画の目安",
            &[("集計・ダウンロード", "/downloads")],
        )
        .in_section("/downloads"),
        answered: with_commas(figures.answered),
        total: AmountLine::new("合計（①か②を選んだ団体）", &total),
        others: AmountLine::new("①も②も選ばずに○のある団体", &figures.others),
        rounds: Rounds::ALL
            .map(|rounds| AmountLine::new(rounds.label(), figures.rounds.round(rounds)))
            .into(),
        schemes: definition
            .rows
            .iter()
            .zip(&figures.schemes)
            .map(|(row, of_row)| scheme_line(&row.name, of_row))
            .collect(),
        prefectures: prefectures.collect(),
        groups: figures.groups.iter().map(group_table).collect(),
        standard: with_commas(STANDARD_AMOUNT_YEN),
        ceiling: with_commas(SUBSIDY_CEILING_YEN),
        per_month: RUNNING_COST_YEN_PER_MONTH,
        budget: budget(&total),
        head: opened.head,
    })
}
