//! What the address of a board asks for: which rows, in which order. All in memory, since a prefecture has at most 180.

use super::board_rows::{Judged, days_late, is_late, warnings};
use crate::domain::local_government_code::{LocalGovernmentCode, read_code_generously};
use crate::domain::response_status::ResponseStatus;
use crate::domain::search_key::search_key;
use crate::domain::text::fold_width;
use crate::store::boards::BoardRow;
use crate::web::form::FormData;

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
    pub fn apply<'a>(&self, rows: &[&'a BoardRow], judged: Option<Judged>) -> Vec<&'a BoardRow> {
        let finder = Finder::new(&self.text);
        let mut found: Vec<&BoardRow> = rows
            .iter()
            .copied()
            .filter(|row| self.groups.is_empty() || self.groups.contains(&group_of(row.status)))
            .filter(|row| !self.late_only || is_late(row, judged))
            .filter(|row| !self.warned_only || warnings(row) > 0)
            .filter(|row| finder.finds(row))
            .collect();
        // Stable: equal rows stay in code order.
        match self.sort {
            Sort::Code => {}
            Sort::Name => found.sort_by(|a, b| a.kana.cmp(&b.kana)),
            Sort::Status => found.sort_by_key(|row| row.status),
            Sort::Changed => found.sort_by_key(|row| row.changed_at),
            Sort::Late => found.sort_by_key(|row| (days_late(row, judged), row.is_late)),
        }
        if self.descending {
            found.reverse();
        }
        found
    }
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

#[cfg(test)]
mod tests {
    use super::super::board_rows::tests::{judged, row};
    use super::*;
    use jiff::civil::date;

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
            .apply(
                &rows.iter().collect::<Vec<_>>(),
                Some(judged(date(2027, 2, 21))),
            )
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
}
