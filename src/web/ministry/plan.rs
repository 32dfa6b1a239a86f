//! GET `/editions/{key}/plan`: what the answers would mean for the subsidy and the connection work, now or as of a
//! day, and the same as a file. Every figure opens the bodies behind it (`plan_bodies`).

use actix_web::web;
use askama::Template;

use super::as_of::{AsOf, AsOfQuery, day_of_file};
use super::{Head, State, open};
use crate::domain::estimate::{Estimate, PlanBasis};
use crate::domain::extra_question::QuestionPurpose;
use crate::domain::plan::{GroupTable, Line, Measure, PlanFigure, PlanLine, PlanTables};
use crate::domain::text::with_commas;
use crate::web::download::attachment;
use crate::web::error::{WebError, WebResult};
use crate::web::municipality::edition_key;
use crate::web::page::{self, html_with};
use crate::web::session::Session;
use crate::web::view::Page;
use crate::workflow::plan_tables::{PlanTable, export_plan, plan_source};
use crate::workflow::table_file::TableFormat;

#[derive(Template)]
#[template(path = "ministry/plan.html")]
struct PlanPage {
    page: Page,
    head: Head,
    as_of: AsOf,
    path: String,
    xlsx: String,
    csv: String,
    /// Where what the figures were reckoned with is changed.
    basis_href: String,
    answered: Cell,
    total: AmountLine,
    others: AmountLine,
    rounds: Vec<AmountLine>,
    schemes: Vec<AmountLine>,
    schemes_total: AmountLine,
    prefectures: Vec<AmountLine>,
    groups: Vec<GroupView>,
    /// Groups that are planned, where no question asks which one suits.
    planned_groups: Vec<String>,
    formulas: [String; 2],
    running_from: String,
    budget: Option<BudgetView>,
}

/// A figure; without an address where no body is behind it.
struct Cell {
    label: &'static str,
    text: String,
    href: String,
}

/// A line of a table; yen with commas.
struct AmountLine {
    label: String,
    cells: Vec<Cell>,
}

struct GroupView {
    /// 連携作業のグループ, データの連携方法.
    what: &'static str,
    question: String,
    lines: Vec<AmountLine>,
}

/// The ceiling against the budget.
struct BudgetView {
    name: String,
    amount: String,
    note: String,
    /// 35.0%.
    share: String,
    /// 予算額を1,234円下回っています.
    rest: String,
    is_exceeded: bool,
}

/// Makes the lines of one page.
struct Lines<'a> {
    basis: &'a PlanBasis,
    as_of: &'a AsOf,
    path: &'a str,
}

const ROUNDS: [&str; 3] = ["①だけ", "②だけ", "①と②の両方"];

impl Lines<'_> {
    fn cell(&self, label: &'static str, figure: u64, line: &Line, measure: Measure) -> Cell {
        let line = line.clone();
        let address = format!(
            "{}/bodies?figure={}",
            self.path,
            PlanFigure { line, measure }
        );
        Cell {
            label,
            text: with_commas(figure),
            href: if figure == 0 {
                String::new()
            } else {
                self.as_of.href(&address)
            },
        }
    }

    fn line(&self, of: &PlanLine) -> AmountLine {
        let (amount, line) = (&of.amount, &of.line);
        let Estimate {
            subsidy_ceiling,
            running_cost,
        } = amount.estimate(self.basis);
        use Measure::{Bodies, Marks, Unknown};
        let figures = [
            ("団体", amount.bodies, Bodies),
            ("制度（○の数）", amount.schemes, Marks),
            ("補助の上限額（円・概算）", subsidy_ceiling, Marks),
            ("受給者数（人）", amount.recipients, Marks),
            ("受給者数が不明の○", amount.unknown, Unknown),
            ("運用費（円/年・概算）", running_cost, Marks),
        ];
        let cells = figures
            .into_iter()
            .map(|(label, figure, measure)| self.cell(label, figure, line, measure));
        AmountLine {
            label: of.label.clone(),
            cells: cells.collect(),
        }
    }

    fn lines<'l>(&self, lines: impl IntoIterator<Item = &'l PlanLine>) -> Vec<AmountLine> {
        lines.into_iter().map(|line| self.line(line)).collect()
    }

    /// Marks by round, then the line without its marks: a body has one mark a row.
    fn by_scheme<'l>(
        &self,
        label: &str,
        rounds: impl IntoIterator<Item = &'l PlanLine>,
        all: &PlanLine,
    ) -> AmountLine {
        let rounds = ROUNDS.into_iter().zip(rounds).map(|(label, of)| {
            let figure = of.amount.schemes;
            self.cell(label, figure, &of.line, Measure::Marks)
        });
        let marks = self.cell("○の数", all.amount.schemes, &all.line, Measure::Marks);
        let rest = self.line(all).cells.into_iter().skip(2);
        AmountLine {
            label: label.to_owned(),
            cells: rounds.chain([marks]).chain(rest).collect(),
        }
    }

    fn group(&self, group: &GroupTable) -> GroupView {
        GroupView {
            what: group.purpose.label(),
            question: group.question.clone(),
            lines: self.lines(&group.lines),
        }
    }

    fn budget(&self, tables: &PlanTables) -> Option<BudgetView> {
        let budget = self.basis.budget.as_ref()?;
        let needed = tables.total.amount.estimate(self.basis).subsidy_ceiling;
        let thousandths = u128::from(needed) * 1000 / u128::from(budget.yen.max(1));
        let rest = with_commas(needed.abs_diff(budget.yen));
        let is_exceeded = needed > budget.yen;
        Some(BudgetView {
            name: budget.name.clone(),
            amount: with_commas(budget.yen),
            note: budget.note.clone(),
            share: format!("{}.{}%", thousandths / 10, thousandths % 10),
            rest: if is_exceeded {
                format!("予算額を{rest}円超えています")
            } else {
                format!("予算額を{rest}円下回っています")
            },
            is_exceeded,
        })
    }
}

/// GET `/editions/{key}/plan`.
pub async fn plan(
    state: State,
    session: Session,
    key: web::Path<String>,
    query: web::Query<AsOfQuery>,
) -> WebResult {
    let opened = open(&state, &session, &key, "plan").await?;
    let edition = &opened.edition;
    let as_of = AsOf::read(&query.as_of, state.desk.now(), edition.dates.deadline_on);
    let source = plan_source(&state.desk, edition, opened.scope, as_of.day).await?;
    let tables = source.tables(edition);
    let basis = &source.basis;
    let path = format!("/editions/{}/plan", opened.head.key);
    let lines = Lines {
        basis,
        as_of: &as_of,
        path: &path,
    };
    let way = [("集計・ダウンロード", "/downloads")];
    let mut page = page::signed_in(&state, &session, "計画の目安", &way)
        .in_section("/downloads")
        .with_notice(query.notice.as_deref());
    page.has_errors = !as_of.problems.is_empty();
    let mut groups = tables.groups.iter();
    let asks_group = groups.any(|it| it.purpose == QuestionPurpose::ConnectionGroup);
    let planned = basis.groups.iter().map(|group| group.label.clone());
    let schemes = tables.schemes.iter().map(|row| {
        let label = row.all.label.as_str();
        lines.by_scheme(label, &row.rounds, &row.all)
    });
    let template = PlanPage {
        page,
        xlsx: as_of.href(&format!("{path}.xlsx")),
        csv: as_of.href(&format!("{path}.csv")),
        basis_href: format!("/editions/{}/making/plan", opened.head.key),
        answered: lines.cell("団体", tables.answered, &Line::Answered, Measure::Bodies),
        total: lines.line(&tables.total),
        others: lines.line(&tables.others),
        rounds: lines.lines(&tables.rounds),
        schemes: schemes.collect(),
        schemes_total: lines.by_scheme("合計（○の数）", &tables.rounds, &tables.total),
        prefectures: lines.lines(&tables.prefectures),
        planned_groups: planned.filter(|_| !asks_group).collect(),
        groups: tables.groups.iter().map(|it| lines.group(it)).collect(),
        formulas: basis.formulas(),
        running_from: basis.running_from.label(),
        budget: lines.budget(&tables),
        head: opened.head,
        path,
        as_of,
    };
    html_with(template.as_of.status(), &template)
}

/// The format that the end of an address means.
pub(super) fn format_of(ending: &str) -> WebResult<TableFormat> {
    match ending {
        "xlsx" => Ok(TableFormat::Workbook),
        "csv" => Ok(TableFormat::Csv),
        _ => Err(WebError::NotFound),
    }
}

/// GET `/editions/{key}/plan.xlsx` and `.csv`.
pub async fn take_out_plan(
    state: State,
    session: Session,
    path: web::Path<(String, String)>,
    query: web::Query<AsOfQuery>,
) -> WebResult {
    session.must_be_ministry()?;
    let format = format_of(&path.1)?;
    let key = edition_key(&path.0)?;
    let as_of = day_of_file(&query.as_of, state.desk.now())?;
    let (desk, actor) = (&state.desk, &session.actor);
    let file = export_plan(desk, actor, &key, PlanTable::Tables, format, as_of).await?;
    Ok(attachment(file.bytes, &file.name))
}
