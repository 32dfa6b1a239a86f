//! Which rows of a board are shown, in which order, and how: all in memory, since a prefecture has
//! at most 180.

use jiff::civil::Date;

use super::request_tags::{is_quiet, request_tags};
use crate::domain::access::{Action, Relation, permits};
use crate::domain::japan_time;
use crate::domain::local_government_code::{LocalGovernmentCode, read_code_generously};
use crate::domain::organization::Route;
use crate::domain::response_status::ResponseStatus;
use crate::domain::search_key::search_key;
use crate::domain::text::fold_width;
use crate::store::boards::BoardRow;
use crate::store::request_boards::RequestMark;
use crate::web::form::FormData;
use crate::web::page::status_tag;
use crate::web::view::StatusTag;

/// The five words of the board, in the order in which a reviewer cares; each stands for its group.
pub const GROUPS: [ResponseStatus; 5] = [
    ResponseStatus::Submitted,
    ResponseStatus::Returned,
    ResponseStatus::Draft,
    ResponseStatus::NotStarted,
    ResponseStatus::Accepted,
];

/// The group a status belongs to.
pub fn group_of(status: ResponseStatus) -> ResponseStatus {
    match status {
        ResponseStatus::UnderReview | ResponseStatus::SentBack => ResponseStatus::Submitted,
        other => other,
    }
}

/// What the table is ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Code,
    Name,
    Status,
    Changed,
    Late,
}

impl Sort {
    /// In the order in which the list of choices shows them.
    pub const ALL: [Self; 5] = [
        Self::Code,
        Self::Name,
        Self::Status,
        Self::Changed,
        Self::Late,
    ];

    /// Value in the address.
    pub fn key(self) -> &'static str {
        ["code", "name", "status", "changed", "late"][self as usize]
    }

    /// What the list of choices calls it.
    pub fn label(self) -> &'static str {
        [
            "コード順",
            "名前順（五十音）",
            "状態順",
            "最終更新順",
            "締切からの日数順",
        ][self as usize]
    }

    /// The direction of the first click: newest and latest come first.
    fn starts_descending(self) -> bool {
        matches!(self, Self::Changed | Self::Late)
    }
}

/// What the address asks of the board.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoardQuery {
    /// Groups to show; empty = all.
    pub groups: Vec<ResponseStatus>,
    pub late_only: bool,
    pub warned_only: bool,
    /// Name, kana or code as typed.
    pub text: String,
    pub sort: Sort,
    pub descending: bool,
}

impl BoardQuery {
    /// Reads an address; what it does not know is ignored.
    pub fn read(form: &FormData) -> Self {
        let asked: Vec<&str> = form.all("status").collect();
        let sort = Sort::ALL
            .into_iter()
            .find(|sort| sort.key() == form.text("sort"))
            .unwrap_or_default();
        Self {
            groups: GROUPS
                .into_iter()
                .filter(|group| asked.contains(&group.as_str()))
                .collect(),
            late_only: form.has("late"),
            warned_only: form.has("warned"),
            text: form.text("q").trim().chars().take(100).collect(),
            sort,
            descending: match form.text("dir") {
                "asc" => false,
                "desc" => true,
                _ => sort.starts_descending(),
            },
        }
    }

    /// The same as an address's query, without `?`; empty for the plain board.
    pub fn write(&self) -> String {
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        if !self.text.is_empty() {
            pairs.push(("q", &self.text));
        }
        pairs.extend(self.groups.iter().map(|group| ("status", group.as_str())));
        if self.late_only {
            pairs.push(("late", "1"));
        }
        if self.warned_only {
            pairs.push(("warned", "1"));
        }
        if self.sort != Sort::default() || self.descending {
            pairs.push(("sort", self.sort.key()));
            pairs.push(("dir", if self.descending { "desc" } else { "asc" }));
        }
        serde_urlencoded::to_string(pairs).unwrap_or_default()
    }

    /// The board ordered by `sort`; by the other direction if it already is.
    pub fn sorted_by(&self, sort: Sort) -> Self {
        Self {
            sort,
            descending: if self.sort == sort {
                !self.descending
            } else {
                sort.starts_descending()
            },
            ..self.clone()
        }
    }

    /// Something is left out.
    pub fn is_narrowed(&self) -> bool {
        !self.groups.is_empty() || self.late_only || self.warned_only || !self.text.is_empty()
    }

    /// The rows asked for, in the order asked for; rows are given in code order.
    pub fn apply<'a>(&self, rows: &[&'a BoardRow], today: Option<Date>) -> Vec<&'a BoardRow> {
        let finder = Finder::new(&self.text);
        let mut found: Vec<&BoardRow> = rows
            .iter()
            .copied()
            .filter(|row| self.groups.is_empty() || self.groups.contains(&group_of(row.status)))
            .filter(|row| !self.late_only || is_late(row, today))
            .filter(|row| !self.warned_only || warnings(row) > 0)
            .filter(|row| finder.finds(row))
            .collect();
        // Stable: equal rows stay in code order.
        match self.sort {
            Sort::Code => {}
            Sort::Name => found.sort_by(|a, b| a.kana.cmp(&b.kana)),
            Sort::Status => found.sort_by_key(|row| row.status),
            Sort::Changed => found.sort_by_key(|row| row.changed_at),
            Sort::Late => found.sort_by_key(|row| (days_late(row, today), row.is_late)),
        }
        if self.descending {
            found.reverse();
        }
        found
    }
}

/// The general municipalities of a prefecture's board.
pub fn general(board: &[BoardRow]) -> Vec<&BoardRow> {
    board
        .iter()
        .filter(|row| row.route == Route::ThroughPrefecture)
        .collect()
}

/// Its answer may be read; what a withdrawn one said is nobody's business any more.
fn is_readable(row: &BoardRow) -> bool {
    permits(Relation::Reviewer, row.status, Action::ViewAnswer)
}

/// Warnings of an answer that can be read.
pub fn warnings(row: &BoardRow) -> u32 {
    if is_readable(row) { row.warnings } else { 0 }
}

/// Days by which an owing body is late; 0 if it is not, or if the edition is closed (`today` absent).
pub fn days_late(row: &BoardRow, today: Option<Date>) -> i64 {
    match today {
        Some(today) if row.status.is_owing() => {
            (-japan_time::days_left(today, row.deadline_on)).max(0)
        }
        _ => 0,
    }
}

/// Owing and past its deadline, or submitted after it.
pub fn is_late(row: &BoardRow, today: Option<Date>) -> bool {
    days_late(row, today) > 0 || (row.is_late && is_readable(row))
}

/// An answer that waits for its reviewer.
pub fn waits(status: ResponseStatus) -> bool {
    matches!(
        status,
        ResponseStatus::Submitted | ResponseStatus::UnderReview
    )
}

/// Finds bodies by what somebody typed.
struct Finder {
    key: String,
    codes: Vec<LocalGovernmentCode>,
    /// Typed digits: the beginning of a code.
    digits: String,
}

impl Finder {
    fn new(typed: &str) -> Self {
        let folded = fold_width(typed.trim());
        let is_number = !folded.is_empty() && folded.bytes().all(|byte| byte.is_ascii_digit());
        Self {
            key: search_key(typed),
            codes: read_code_generously(typed),
            digits: if is_number { folded } else { String::new() },
        }
    }

    fn finds(&self, row: &BoardRow) -> bool {
        self.key.is_empty()
            || self.codes.contains(&row.code)
            || (!self.digits.is_empty() && row.code.as_str().starts_with(&self.digits))
            || search_key(&row.name).contains(&self.key)
            || search_key(&row.kana).contains(&self.key)
    }
}

/// One line of the table, ready to print.
pub struct Line {
    pub code: String,
    pub name: String,
    pub href: String,
    pub tag: StatusTag,
    /// Month and day.
    pub deadline: String,
    /// 0 = not late.
    pub days_late: i64,
    /// Submitted after the deadline.
    pub late_submission: bool,
    pub changed: String,
    /// Short labels; empty without an answer.
    pub intents: Vec<&'static str>,
    /// Rows with ○; empty without an answer.
    pub targets: String,
    pub warnings: u32,
    pub department: String,
    pub phone: String,
    pub email: String,
    /// May be accepted together with others.
    pub may_accept: bool,
    /// 代理入力, and what the body said to it; whoever makes the table knows.
    pub proxy: Option<StatusTag>,
    /// What is asked about it; whoever makes the table knows.
    pub requests: Vec<StatusTag>,
    /// It was given more time; whoever makes the table knows.
    pub extended: bool,
    /// When it was last reminded; whoever makes the table knows.
    pub reminded: String,
}

/// A row as the table prints it. `may_accept`: bulk acceptance is offered at all.
pub fn line(row: &BoardRow, today: Option<Date>, href: String, may_accept: bool) -> Line {
    let is_readable = is_readable(row);
    let warnings = warnings(row);
    let contact = row.contact.clone().unwrap_or_default();
    Line {
        code: row.code.to_string(),
        name: row.name.clone(),
        href,
        tag: status_tag(row.status),
        deadline: format!("{}/{}", row.deadline_on.month(), row.deadline_on.day()),
        days_late: days_late(row, today),
        late_submission: row.is_late && is_readable,
        changed: row
            .changed_at
            .map(japan_time::short_label)
            .unwrap_or_default(),
        intents: row
            .intents
            .iter()
            .filter(|_| is_readable)
            .map(|intent| intent.short_label())
            .collect(),
        targets: if is_readable {
            row.targets_mask.count_ones().to_string()
        } else {
            String::new()
        },
        warnings,
        department: match row.status {
            // Not begun: the contact is the one of the last answer.
            ResponseStatus::NotStarted if !contact.department.is_empty() => {
                format!("前回：{}", contact.department)
            }
            _ => contact.department,
        },
        phone: contact.phone,
        email: contact.email,
        may_accept: may_accept && warnings == 0 && waits(row.status),
        proxy: None,
        extended: false,
        reminded: String::new(),
        requests: Vec::new(),
    }
}

impl Line {
    /// The line with what is asked about its answer, which is not accepted together with others before that is
    /// settled.
    #[must_use]
    pub fn with_requests(mut self, marks: &[RequestMark], route: Route, today: Date) -> Self {
        self.requests = request_tags(marks, route, today);
        self.may_accept &= is_quiet(marks, route);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::japan_time::UnixMillis;
    use crate::domain::organization::OrganizationKind;
    use jiff::civil::date;

    fn row(code: &str, name: &str, kana: &str, status: ResponseStatus) -> BoardRow {
        BoardRow {
            id: 1,
            code: code.parse().expect("a real code"),
            name: name.to_owned(),
            kana: kana.to_owned(),
            kind: OrganizationKind::City,
            route: Route::ThroughPrefecture,
            deadline_on: date(2027, 2, 19),
            status,
            contact: None,
            revision_number: 1,
            intents: Default::default(),
            targets_mask: 0b101,
            recipients: 10,
            warnings: 2,
            is_late: false,
            submitted_at: None,
            changed_at: Some(UnixMillis(0)),
        }
    }

    fn rows() -> Vec<BoardRow> {
        use ResponseStatus as S;
        vec![
            row("022039", "八戸市", "ハチノヘシ", S::UnderReview),
            row("022047", "黒石市", "クロイシシ", S::Draft),
            row("022055", "五所川原市", "ゴショガワラシ", S::Accepted),
            row("022098", "つがる市", "ツガルシ", S::NotStarted),
        ]
    }

    fn names(query: &str) -> Vec<String> {
        let rows = rows();
        let query = BoardQuery::read(&FormData::parse(query).expect("a query"));
        let again = FormData::parse(&query.write()).expect("a query");
        assert_eq!(BoardQuery::read(&again), query);
        query
            .apply(&rows.iter().collect::<Vec<_>>(), Some(date(2027, 2, 21)))
            .into_iter()
            .map(|row| row.name.clone())
            .collect()
    }

    #[test]
    fn a_board_is_narrowed_and_ordered() {
        assert_eq!(names("").len(), 4);
        assert_eq!(names("status=submitted"), ["八戸市"]);
        assert_eq!(
            names("status=draft&status=accepted"),
            ["黒石市", "五所川原市"]
        );
        assert_eq!(names("late=1"), ["黒石市", "つがる市"]);
        // A draft's warnings are not the prefecture's to see.
        assert_eq!(names("warned=1"), ["八戸市", "五所川原市"]);
        assert_eq!(
            names("sort=name"),
            ["黒石市", "五所川原市", "つがる市", "八戸市"]
        );
        assert_eq!(names("sort=code&dir=desc")[0], "つがる市");
        assert_eq!(names("sort=late")[0], "つがる市");
        assert_eq!(names("sort=nonsense&status=nonsense").len(), 4);
    }

    #[test]
    fn bodies_are_found_by_name_kana_and_code() {
        for typed in [
            "八戸",
            "はちのへ",
            "ﾊﾁﾉﾍ",
            "022039",
            "22039",
            "２２０３９",
            "02203",
        ] {
            let query = serde_urlencoded::to_string([("q", typed)]).expect("text");
            assert_eq!(names(&query), ["八戸市"], "{typed}");
        }
        assert_eq!(names("q=%E5%BC%98%E5%89%8D"), Vec::<String>::new());
    }

    #[test]
    fn only_quiet_waiting_answers_are_accepted_together() {
        let mut row = row("022039", "八戸市", "ハチノヘシ", ResponseStatus::Submitted);
        assert!(!line(&row, None, String::new(), true).may_accept);
        row.warnings = 0;
        assert!(line(&row, None, String::new(), true).may_accept);
        assert!(!line(&row, None, String::new(), false).may_accept);
        row.status = ResponseStatus::SentBack;
        assert!(!line(&row, None, String::new(), true).may_accept);
    }
}
