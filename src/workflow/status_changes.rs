//! 2つの時点の比較: who entered, left or changed schemes between two reports, each as it was known on a day of its own.
//!
//! ```text
//! ChangesWish (two Wanted) ─ read ─> BothSides (one catalogue, two sets of batches) ─ compared ─> page · CSV, workbook
//! ```

use super::participation::{snapshot, standing_problem};
use super::status_tables::{ListFormat, Wanted, write_down};
use super::take_out::{Workbook, on_a_blocking_thread};
use super::{Desk, WorkflowResult};
use crate::domain::account::Actor;
use crate::domain::japan_time::{UnixMillis, date_label, datetime_label};
use crate::domain::scheme_catalogue::Catalogue;
use crate::domain::status_report::{Change, Changes, Snapshot, Standing};
use crate::spreadsheet::{self, ChangeRow};

/// Which two reports are compared.
#[derive(Clone, Copy, Debug)]
pub struct ChangesWish {
    pub before: Wanted,
    pub after: Wanted,
}

/// What both sides are told from.
pub struct BothSides {
    before: Snapshot,
    after: Snapshot,
}

/// The comparison.
pub struct Compared<'a> {
    pub changes: Changes<'a>,
    /// Bodies that take part on each side, before and after.
    pub participants: [u64; 2],
}

impl BothSides {
    /// Reads what each side needs beside `all`, which holds everything that is known. Bodies and catalogue are
    /// those of `all` on both sides, so that only the ledger makes a difference.
    pub async fn read(
        desk: &Desk,
        actor: &Actor,
        wish: &ChangesWish,
        all: Snapshot,
    ) -> WorkflowResult<Self> {
        let before = as_known(desk, actor, &wish.before, &all).await?;
        let after = as_known(desk, actor, &wish.after, &all).await?;
        Ok(Self { before, after })
    }

    /// The catalogue by which schemes are numbered.
    pub fn catalogue(&self) -> &Catalogue {
        &self.after.catalogue
    }

    /// What changed from one side to the other.
    pub fn compared(&self, wish: &ChangesWish) -> WorkflowResult<Compared<'_>> {
        let standing = |snapshot, side: &Wanted| {
            Standing::build(snapshot, side.fiscal_year, side.as_of).map_err(standing_problem)
        };
        let before = standing(&self.before, &wish.before)?;
        let after = standing(&self.after, &wish.after)?;
        Ok(Compared {
            changes: Changes::between(&before, &after),
            participants: [&before, &after].map(|side| {
                let takes_part = |masks: &[u64]| masks.iter().any(|mask| *mask != 0);
                side.bodies().filter(|(_, masks)| takes_part(masks)).count() as u64
            }),
        })
    }
}

async fn as_known(
    desk: &Desk,
    actor: &Actor,
    side: &Wanted,
    all: &Snapshot,
) -> WorkflowResult<Snapshot> {
    let batches = match side.known_at() {
        None => all.batches.clone(),
        known_at => snapshot(desk, actor, None, known_at).await?.batches,
    };
    Ok(Snapshot {
        bodies: all.bodies.clone(),
        catalogue: all.catalogue.clone(),
        batches,
    })
}

/// 令和6年度までの参加（令和7年3月31日（月）時点）, with the day up to which records count if there is one.
pub fn side_label(side: &Wanted) -> String {
    let known = side
        .known_on
        .map(|day| format!("、{}までに登録された記録による", date_label(day)));
    format!(
        "{}までの参加（{}時点{}）",
        side.fiscal_year,
        date_label(side.as_of),
        known.unwrap_or_default()
    )
}

/// Names of the schemes of a mask, separated by 、.
pub fn scheme_names(catalogue: &Catalogue, mask: u64) -> String {
    let names = (0..64).filter(|at| mask >> at & 1 == 1).map(|at| {
        let scheme = catalogue.get(at);
        scheme.map_or("制度一覧に無い制度", |scheme| scheme.table_name())
    });
    names.collect::<Vec<_>>().join("、")
}

/// Kinds of changes in the order of pages and files.
pub const CHANGES: [Change; 3] = [Change::Entered, Change::Left, Change::Changed];

fn rows(changes: &Changes<'_>, catalogue: &Catalogue) -> Vec<ChangeRow> {
    let mut ordered: Vec<_> = changes.0.iter().collect();
    // Stable, so bodies stay in code order within a kind.
    ordered.sort_by_key(|one| CHANGES.iter().position(|kind| *kind == one.change));
    let row = |one: &crate::domain::status_report::BodyChange<'_>| ChangeRow {
        code: one.body.code.to_string(),
        prefecture: one.body.code.prefecture().name(),
        name: one.body.name.to_owned(),
        class: one.body.kind.map_or("一覧に無い団体", |kind| kind.label()),
        change: one.change.label(),
        added: scheme_names(catalogue, one.added),
        dropped: scheme_names(catalogue, one.dropped),
        added_ids: catalogue.ids(one.added).join(" "),
        dropped_ids: catalogue.ids(one.dropped).join(" "),
    };
    ordered.into_iter().map(row).collect()
}

/// The comparison as the bytes of a file.
pub async fn write_changes(
    desk: &Desk,
    actor: &Actor,
    wish: &ChangesWish,
    format: ListFormat,
) -> WorkflowResult<Vec<u8>> {
    let all = snapshot(desk, actor, None, None).await?;
    let made_at = desk.now();
    let sides = BothSides::read(desk, actor, wish, all).await?;
    let compared = sides.compared(wish)?;
    let catalogue = sides.catalogue();
    match format {
        ListFormat::Csv => Ok(spreadsheet::write_changes_csv(&compared.changes, catalogue)),
        ListFormat::Workbook => {
            let rows = rows(&compared.changes, catalogue);
            let notes = notes(wish, &compared, made_at);
            on_a_blocking_thread(move || spreadsheet::write_changes_book(&notes, &rows)).await
        }
    }
}

fn notes(wish: &ChangesWish, compared: &Compared<'_>, made_at: UnixMillis) -> Vec<String> {
    let [before, after] = compared.participants;
    let counts = CHANGES.map(|kind| {
        let count = compared.changes.count(kind);
        format!("{}{count}団体", kind.label())
    });
    vec![
        format!("前：{}　{before}団体", side_label(&wish.before)),
        format!("後：{}　{after}団体", side_label(&wish.after)),
        counts.join("、"),
        format!("作成：{}", datetime_label(made_at)),
    ]
}

/// The comparison as a file; who took it is written down.
pub async fn take_out_changes(
    desk: &Desk,
    actor: &Actor,
    wish: &ChangesWish,
    format: ListFormat,
) -> WorkflowResult<Workbook> {
    let bytes = write_changes(desk, actor, wish, format).await?;
    let ending = match format {
        ListFormat::Csv => "csv",
        ListFormat::Workbook => "xlsx",
    };
    let side = |side: &Wanted, known: &str| {
        let day = |day: jiff::civil::Date| day.strftime("%Y%m%d").to_string();
        let known_on = side.known_on.map(|on| format!("{known}{}", day(on)));
        let (year, as_of) = (side.fiscal_year.short(), day(side.as_of));
        format!("{year}_{as_of}{}", known_on.unwrap_or_default())
    };
    let both = |known| (side(&wish.before, known), side(&wish.after, known));
    let (before, after) = both(" known_on ");
    let detail = format!("changes {ending} {before} to {after}");
    write_down(desk, actor, wish.after.fiscal_year, &detail).await?;
    let (before, after) = both("_登録");
    Ok(Workbook {
        name: format!("状況表の変更_{before}から{after}.{ending}"),
        bytes,
    })
}
