//! What stands around the rows of a board: the bar of where answers stand, the filters, the heads of the columns.

use super::board_query::{BoardQuery, GROUPS, Sort, group_of};
use super::board_rows::{Judged, is_late, warnings};
use crate::domain::response_status::ResponseStatus;
use crate::store::boards::BoardRow;
use crate::web::page::status_tag;
use crate::web::view::StackedBar;

/// Head of the column of intents.
const INTENT: &str = "申請の意向";

/// The filter bar as it was used.
pub(in crate::web) struct Filters {
    pub text: String,
    pub statuses: Vec<Check>,
    pub late: Check,
    pub warned: Check,
    pub sorts: Vec<SortChoice>,
    pub is_narrowed: bool,
}

/// One choice of the filter bar, and how many bodies it stands for.
pub(in crate::web) struct Check {
    pub value: &'static str,
    pub label: String,
    pub count: usize,
    pub checked: bool,
}

/// One order of the table.
pub(in crate::web) struct SortChoice {
    pub key: &'static str,
    pub label: &'static str,
    pub selected: bool,
}

/// A column's head; `href` empty if the table cannot be ordered by it.
pub(in crate::web) struct Header {
    pub label: &'static str,
    pub href: String,
    /// `ascending`, `descending`, or empty.
    pub aria_sort: &'static str,
    pub is_num: bool,
}

/// The bar of where answers stand.
pub(in crate::web) fn bar(label: &str, rows: &[&BoardRow]) -> StackedBar {
    let order = [
        ResponseStatus::Accepted,
        ResponseStatus::Submitted,
        ResponseStatus::Returned,
        ResponseStatus::Draft,
        ResponseStatus::NotStarted,
    ];
    let parts = order
        .into_iter()
        .map(|group| {
            let count = rows
                .iter()
                .filter(|row| group_of(row.status) == group)
                .count();
            (
                group.label().to_owned(),
                status_tag(group).css,
                u64::try_from(count).unwrap_or(u64::MAX),
            )
        })
        .collect();
    StackedBar::new(label, parts)
}

/// The filter bar over these bodies.
pub(in crate::web) fn filters(
    rows: &[&BoardRow],
    query: &BoardQuery,
    judged: Option<Judged>,
) -> Filters {
    let count = |test: &dyn Fn(&BoardRow) -> bool| rows.iter().filter(|row| test(row)).count();
    Filters {
        text: query.text.clone(),
        statuses: GROUPS
            .into_iter()
            .map(|group| Check {
                value: group.as_str(),
                label: group.label().to_owned(),
                count: count(&|row| group_of(row.status) == group),
                checked: query.groups.contains(&group),
            })
            .collect(),
        late: Check {
            value: "1",
            label: "締切に遅れたもの".to_owned(),
            count: count(&|row| is_late(row, judged)),
            checked: query.late_only,
        },
        warned: Check {
            value: "1",
            label: "要確認があるもの".to_owned(),
            count: count(&|row| warnings(row) > 0),
            checked: query.warned_only,
        },
        sorts: Sort::ALL
            .into_iter()
            .map(|sort| SortChoice {
                key: sort.key(),
                label: sort.label(),
                selected: sort == query.sort,
            })
            .collect(),
        is_narrowed: query.is_narrowed(),
    }
}

/// The heads of the table's columns, with links that order it; without the intent where none is asked.
pub(in crate::web) fn headers(query: &BoardQuery, path: &str, shows_intent: bool) -> Vec<Header> {
    let columns: [(&'static str, Option<Sort>, bool); 10] = [
        ("コード", Some(Sort::Code), false),
        ("団体名", Some(Sort::Name), false),
        ("状態", Some(Sort::Status), false),
        ("締切", Some(Sort::Late), false),
        ("最終更新", Some(Sort::Changed), false),
        (INTENT, None, false),
        ("○の数", None, true),
        ("要確認", None, true),
        ("連絡先", None, false),
        ("最後のお知らせ", None, false),
    ];
    columns
        .into_iter()
        .filter(|(label, ..)| shows_intent || *label != INTENT)
        .map(|(label, sort, is_num)| Header {
            label,
            href: sort.map_or_else(String::new, |sort| {
                format!("{path}?{}", query.sorted_by(sort).write())
            }),
            aria_sort: match sort {
                Some(sort) if sort == query.sort && query.descending => "descending",
                Some(sort) if sort == query.sort => "ascending",
                _ => "",
            },
            is_num,
        })
        .collect()
}
