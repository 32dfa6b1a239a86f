//! GET `/editions/{key}/country`: the country at a glance.

use actix_web::web;
use askama::Template;

use super::{Head, State, open, to_newest};
use crate::domain::access::{self, Action, Relation};
use crate::domain::japan_time;
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::organization::{OrganizationKind, Route};
use crate::domain::progress::{Progress, Tally};
use crate::domain::response_status::{ResponseEvent, ResponseStatus};
use crate::domain::text::with_commas;
use crate::store::events::NewsItem;
use crate::store::summary_sheets::SentSheetHead;
use crate::web::error::WebResult;
use crate::web::home_lines::{self, HomeLine};
use crate::web::page::{self, html};
use crate::web::session::Session;
use crate::web::view::{Page, StackedBar, Tile, shade_of};

/// Newest events shown.
const NEWS: u64 = 20;

#[derive(Template)]
#[template(path = "ministry/country.html")]
struct CountryPage {
    page: Page,
    head: Head,
    /// Questions that wait for the ministry.
    inquiries_waiting: u64,
    home_lines: Vec<HomeLine>,
    all: Line,
    bar: StackedBar,
    tiles: Vec<Tile>,
    prefectures: Vec<PrefectureLine>,
    kinds: Vec<Line>,
    /// 「31 / 47」 prefectures sent Form 2.
    sheets_sent: usize,
    sheets_due: usize,
    news: Vec<News>,
}

/// One line of a table of counts.
struct Line {
    name: &'static str,
    bodies: String,
    received: String,
    percent: u64,
    on_time: String,
    late: String,
    owing: String,
    overdue: String,
}

struct PrefectureLine {
    code: String,
    href: String,
    line: Line,
    sheet_href: String,
    /// 「第2号 11/21 13:05」; empty if none was sent.
    sheet: String,
}

struct News {
    at: String,
    event: &'static str,
    code: String,
    name: String,
    prefecture: &'static str,
    /// Empty where there is no answer the ministry may see now.
    href: String,
    by: String,
}

impl Line {
    fn new(name: &'static str, tally: &Tally) -> Self {
        Self {
            name,
            bodies: with_commas(tally.bodies()),
            received: with_commas(tally.received()),
            percent: tally.percent(),
            on_time: with_commas(tally.on_time()),
            late: with_commas(tally.late()),
            owing: with_commas(tally.owing()),
            overdue: with_commas(tally.overdue()),
        }
    }
}

/// GET `/country`.
pub async fn newest(state: State, session: Session) -> WebResult {
    to_newest(&state, &session, "country").await
}

/// GET `/editions/{key}/country`.
pub async fn country(state: State, session: Session, key: web::Path<String>) -> WebResult {
    let opened = open(&state, &session, &key, "country").await?;
    let (id, scope) = (opened.edition.id, opened.scope);
    let store = &state.desk.store;
    let (groups, sheets, news) = tokio::try_join!(
        store.progress(&opened.edition, scope),
        store.newest_sheets(id, scope),
        store.country_news(id, scope, NEWS),
    )?;
    let today = state.desk.now().japan_date();
    let progress = Progress::tally(&groups, today);
    // Form 2 comes from prefectures that gather answers.
    let gathered = groups
        .iter()
        .filter(|group| group.route == Route::ThroughPrefecture);
    let sheets_due: Vec<_> = Progress::tally(gathered, today).with_bodies().collect();
    let edition_path = format!("/editions/{}", opened.head.key);
    html(&CountryPage {
        inquiries_waiting: crate::web::inquiries::waiting(&state, &session.actor).await?,
        home_lines: home_lines::of_ministry(&state, &session.actor).await?,
        page: page::signed_in(&state, &session, "全国の状況", &[])
            .as_home()
            .in_section("/country"),
        all: Line::new("全国", progress.all()),
        bar: bar("全国の提出状況", progress.all()),
        tiles: progress
            .with_bodies()
            .map(|prefecture| tile(prefecture, progress.prefecture(prefecture), &edition_path))
            .collect(),
        prefectures: progress
            .with_bodies()
            .map(|prefecture| {
                let sheet = sheets.iter().find(|sheet| sheet.prefecture == prefecture);
                let tally = progress.prefecture(prefecture);
                prefecture_line(prefecture, tally, sheet, &edition_path)
            })
            .collect(),
        kinds: OrganizationKind::ALL
            .into_iter()
            .map(|kind| Line::new(kind.label(), progress.kind(kind)))
            .collect(),
        sheets_sent: sheets
            .iter()
            .filter(|sheet| sheets_due.contains(&sheet.prefecture))
            .count(),
        sheets_due: sheets_due.len(),
        news: news
            .into_iter()
            .map(|item| news_line(item, &edition_path))
            .collect(),
        head: opened.head,
    })
}

/// The bar of where answers stand.
fn bar(label: &str, tally: &Tally) -> StackedBar {
    use ResponseStatus as S;
    let submitted = tally.status(S::Submitted) + tally.status(S::UnderReview);
    let part = |label: &str, css, count| (label.to_owned(), css, count);
    StackedBar::new(
        label,
        vec![
            part("受付済", "accepted", tally.status(S::Accepted)),
            part("提出済", "submitted", submitted + tally.status(S::SentBack)),
            part("差戻し中", "returned", tally.status(S::Returned)),
            part("入力中", "drafting", tally.status(S::Draft)),
            part("未着手", "not-started", tally.status(S::NotStarted)),
        ],
    )
}

fn tile(prefecture: PrefectureCode, tally: &Tally, edition_path: &str) -> Tile {
    Tile {
        code: prefecture.to_string(),
        name: prefecture.short_name().to_owned(),
        figure: format!("{}%", tally.percent()),
        detail: format!("{}件中{}件が提出あり", tally.bodies(), tally.received()),
        shade: shade_of(tally.received(), tally.bodies()),
        href: format!("{edition_path}/prefectures/{prefecture}"),
    }
}

fn prefecture_line(
    prefecture: PrefectureCode,
    tally: &Tally,
    sheet: Option<&SentSheetHead>,
    edition_path: &str,
) -> PrefectureLine {
    let href = format!("{edition_path}/prefectures/{prefecture}");
    PrefectureLine {
        code: prefecture.to_string(),
        line: Line::new(prefecture.name(), tally),
        sheet_href: format!("{href}/form2"),
        sheet: sheet
            .map(|sheet| {
                let at = japan_time::short_label(sheet.sent_at);
                format!("第{}号 {at}", sheet.number)
            })
            .unwrap_or_default(),
        href,
    }
}

fn news_line(item: NewsItem, edition_path: &str) -> News {
    let is_visible = access::permits(Relation::Overseer, item.status, Action::ViewAnswer);
    News {
        at: japan_time::short_label(item.at),
        event: match item.event {
            ResponseEvent::SaveDraft => "一時保存しました",
            ResponseEvent::Submit => "提出しました",
            ResponseEvent::Withdraw => "提出を取り下げました",
            ResponseEvent::StartReview => "確認を始めました",
            ResponseEvent::Accept => "受け付けました",
            ResponseEvent::Return => "差し戻しました",
            ResponseEvent::SendBack => "都道府県へ差し戻しました",
            ResponseEvent::EnterByProxy => "代理入力で提出しました",
            ResponseEvent::Reopen => "再受付を始めました",
            ResponseEvent::ChangeIntent => "意向の変更を承認しました",
            ResponseEvent::Correct => "回答を訂正しました",
            ResponseEvent::EndReopening => "再受付が提出なしで終わりました",
        },
        href: if is_visible {
            format!("{edition_path}/answers/{}", item.code)
        } else {
            String::new()
        },
        code: item.code.to_string(),
        prefecture: if item.code.is_prefecture() {
            ""
        } else {
            item.code.prefecture().name()
        },
        name: item.name,
        by: item.actor_body,
    }
}
