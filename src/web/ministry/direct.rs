//! GET `/editions/{key}/direct`: the bodies that answer directly to the ministry.

use actix_web::web;
use askama::Template;
use jiff::civil::Date;

use super::country::bar;
use super::{Head, State, open, to_newest};
use crate::domain::access::{self, Action, Relation};
use crate::domain::japan_time;
use crate::domain::local_government_code::read_code_generously;
use crate::domain::organization::{OrganizationKind, Route};
use crate::domain::progress::{Progress, ProgressGroup};
use crate::domain::response_status::ResponseStatus;
use crate::domain::search_key::search_key;
use crate::store::responses::BoardRow;
use crate::web::error::WebResult;
use crate::web::page::{self, html, status_tag};
use crate::web::session::Session;
use crate::web::view::{Page, StackedBar, StatusTag};

/// The classes that answer directly.
const KINDS: [OrganizationKind; 3] = [
    OrganizationKind::Prefecture,
    OrganizationKind::DesignatedCity,
    OrganizationKind::CoreCity,
];

/// States to pick: the value in the address and its words.
const STATES: [(&str, &str); 9] = [
    ("not_started", "未着手"),
    ("draft", "入力中"),
    ("submitted", "提出済"),
    ("returned", "差戻し中"),
    ("accepted", "受付済"),
    ("owing", "未提出（未着手・入力中・差戻し中）"),
    ("overdue", "締切超過"),
    ("late", "遅延して提出"),
    ("warned", "確認事項あり"),
];

/// Orders to pick.
const ORDERS: [(&str, &str); 3] = [
    ("code", "団体コードの順"),
    ("changed", "更新が新しい順"),
    ("status", "状態の順"),
];

/// The filter as the address says it; what it does not know filters nothing.
#[derive(Default, serde::Deserialize)]
pub struct Filter {
    #[serde(default)]
    q: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    notice: Option<String>,
}

#[derive(Template)]
#[template(path = "ministry/direct.html")]
struct DirectPage {
    page: Page,
    head: Head,
    bar: StackedBar,
    q: String,
    kinds: Vec<Choice>,
    states: Vec<Choice>,
    orders: Vec<Choice>,
    is_filtered: bool,
    total: usize,
    rows: Vec<Row>,
}

struct Choice {
    value: &'static str,
    label: &'static str,
    selected: bool,
}

struct Row {
    code: String,
    name: String,
    /// Empty where there is no answer the ministry may see yet.
    href: String,
    kind: &'static str,
    tag: StatusTag,
    /// 「遅延」 or 「締切から3日」; empty if neither.
    late: String,
    warnings: u32,
    department: String,
    phone: String,
    email: String,
    submitted_at: String,
    changed_at: String,
}

/// GET `/direct`.
pub async fn newest(state: State, session: Session) -> WebResult {
    to_newest(&state, &session, "direct").await
}

/// GET `/editions/{key}/direct`.
pub async fn direct(
    state: State,
    session: Session,
    key: web::Path<String>,
    filter: web::Query<Filter>,
) -> WebResult {
    let opened = open(&state, &session, &key, "direct").await?;
    let today = state.desk.now().japan_date();
    let board = state
        .desk
        .store
        .direct_board(opened.edition.id, opened.scope)
        .await?;
    let groups: Vec<ProgressGroup> = board.iter().map(group).collect();
    let progress = Progress::tally(&groups, today);
    let answers = format!("/editions/{}/answers", opened.head.key);
    let total = board.len();
    html(&DirectPage {
        page: page::signed_in(&state, &session, "直接提出の団体", &[])
            .in_section("/direct")
            .with_notice(filter.notice.as_deref()),
        bar: bar("直接提出の団体の状況", progress.all()),
        kinds: choices(
            KINDS.map(|kind| (kind.as_str(), kind.label())),
            &filter.kind,
        ),
        states: choices(STATES, &filter.status),
        orders: choices(ORDERS, &filter.sort),
        is_filtered: !(filter.q.trim().is_empty()
            && filter.kind.is_empty()
            && filter.status.is_empty()),
        total,
        rows: filter
            .apply(board, today)
            .iter()
            .map(|row| line(row, today, &answers))
            .collect(),
        q: filter.q.clone(),
        head: opened.head,
    })
}

fn choices<const N: usize>(
    options: [(&'static str, &'static str); N],
    picked: &str,
) -> Vec<Choice> {
    let choice = |(value, label)| Choice {
        value,
        label,
        selected: value == picked,
    };
    options.into_iter().map(choice).collect()
}

fn group(row: &BoardRow) -> ProgressGroup {
    ProgressGroup {
        prefecture: row.code.prefecture(),
        kind: row.kind,
        route: row.route,
        status: row.status,
        is_late: row.is_late,
        deadline_on: row.deadline_on,
        count: 1,
    }
}

impl Filter {
    fn apply(&self, mut rows: Vec<BoardRow>, today: Date) -> Vec<BoardRow> {
        let key = search_key(&self.q);
        let codes = read_code_generously(&self.q);
        rows.retain(|row| {
            let is_found = key.is_empty()
                || codes.contains(&row.code)
                || row.code.as_str().starts_with(&key)
                || search_key(&row.name).contains(&key)
                || search_key(&row.kana).contains(&key);
            is_found
                && (self.kind.is_empty() || row.kind.as_str() == self.kind)
                && self.is_in_state(row, today)
        });
        match self.sort.as_str() {
            "changed" => rows.sort_by_key(|row| std::cmp::Reverse(row.changed_at)),
            "status" => rows.sort_by_key(|row| row.status),
            // The store gives code order.
            _ => {}
        }
        rows
    }

    fn is_in_state(&self, row: &BoardRow, today: Date) -> bool {
        use ResponseStatus as S;
        match self.status.as_str() {
            "not_started" => row.status == S::NotStarted,
            "draft" => row.status == S::Draft,
            "submitted" => row.status.label() == S::Submitted.label(),
            "returned" => row.status == S::Returned,
            "accepted" => row.status == S::Accepted,
            "owing" => row.status.is_owing(),
            "overdue" => row.status.is_owing() && row.deadline_on < today,
            "late" => row.status.is_received() && row.is_late,
            "warned" => has_answer(row) && row.warnings > 0,
            _ => true,
        }
    }
}

fn has_answer(row: &BoardRow) -> bool {
    let relation = match row.route {
        Route::ToMinistry => Relation::Reviewer,
        Route::ThroughPrefecture => Relation::Overseer,
    };
    access::permits(relation, row.status, Action::ViewAnswer)
}

fn line(row: &BoardRow, today: Date, answers: &str) -> Row {
    let contact = row.contact.clone().unwrap_or_default();
    let days_over = -japan_time::days_left(today, row.deadline_on);
    let is_visible = has_answer(row);
    let moment = |at: Option<_>| at.map(japan_time::short_label).unwrap_or_default();
    Row {
        code: row.code.to_string(),
        name: row.name.clone(),
        href: if is_visible {
            format!("{answers}/{}", row.code)
        } else {
            String::new()
        },
        kind: row.kind.label(),
        tag: status_tag(row.status),
        late: if row.status.is_received() && row.is_late {
            "遅延".to_owned()
        } else if row.status.is_owing() && days_over > 0 {
            format!("締切から{days_over}日")
        } else {
            String::new()
        },
        warnings: if is_visible { row.warnings } else { 0 },
        department: contact.department,
        phone: contact.phone,
        email: contact.email,
        submitted_at: if is_visible {
            moment(row.submitted_at)
        } else {
            String::new()
        },
        changed_at: moment(row.changed_at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn row(code: &str, name: &str, kana: &str, status: ResponseStatus) -> BoardRow {
        let code: crate::domain::local_government_code::LocalGovernmentCode =
            code.parse().expect("a valid code");
        BoardRow {
            id: 1,
            code,
            name: name.to_owned(),
            kana: kana.to_owned(),
            kind: if code.is_prefecture() {
                OrganizationKind::Prefecture
            } else {
                OrganizationKind::CoreCity
            },
            route: Route::ToMinistry,
            deadline_on: date(2027, 2, 26),
            status,
            contact: None,
            revision_number: 1,
            intents: Default::default(),
            targets_mask: 0,
            recipients: 0,
            warnings: 1,
            is_late: false,
            submitted_at: None,
            changed_at: None,
        }
    }

    fn found(q: &str, kind: &str, status: &str) -> Vec<String> {
        let filter = Filter {
            q: q.to_owned(),
            kind: kind.to_owned(),
            status: status.to_owned(),
            ..Filter::default()
        };
        let rows = vec![
            row("010006", "北海道", "ほっかいどう", ResponseStatus::Accepted),
            row("012025", "函館市", "はこだてし", ResponseStatus::Draft),
            row("022012", "青森市", "あおもりし", ResponseStatus::SentBack),
        ];
        let rows = filter.apply(rows, date(2027, 2, 27));
        rows.into_iter().map(|row| row.name).collect()
    }

    #[test]
    fn a_body_is_found_by_name_kana_and_code() {
        assert_eq!(found("函館", "", ""), ["函館市"]);
        assert_eq!(found("ハコダテ", "", ""), ["函館市"]);
        assert_eq!(found(" ０１２０２５ ", "", ""), ["函館市"]);
        assert_eq!(found("12025", "", ""), ["函館市"], "the lost leading zero");
        assert_eq!(found("01", "", ""), ["北海道", "函館市"]);
        assert_eq!(found("", "", "").len(), 3);
        assert!(found("那覇", "", "").is_empty());
    }

    #[test]
    fn states_are_picked_by_the_words_of_the_page() {
        assert_eq!(found("", "prefecture", ""), ["北海道"]);
        assert_eq!(found("", "", "submitted"), ["青森市"]);
        assert_eq!(found("", "", "overdue"), ["函館市"]);
        // A draft's old warnings are nobody's business yet.
        assert_eq!(found("", "", "warned"), ["北海道", "青森市"]);
        assert_eq!(found("", "", "nonsense").len(), 3);
        for (value, _) in STATES {
            assert!(found("", "", value).len() < 3, "{value} filters");
        }
    }
}
