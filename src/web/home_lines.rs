//! What waits or is to come, in a line each, at the top of a home page.

use super::error::WebResult;
use super::home_corrections;
use super::state::AppState;
use crate::domain::access::{CountryScope, NoticeScope, PrefectureScope};
use crate::domain::account::{Actor, Role};
use crate::domain::body_history::coming::{Coming, ComingChange};
use crate::domain::intent_change::ChangeState;
use crate::domain::japan_time::{date_label, datetime_label};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::survey_edition::EditionState;
use crate::store::intent_changes::ChangeFilter;
use crate::store::own_editions::OwnEdition;
use crate::store::own_waiting::OwnNotice;
use crate::workflow::accounts::INVITATION_HOURS;
use crate::workflow::mail_desk::may_run_outbox;

/// For how long a decision stays on the home page of whoever asked for it.
const DECIDED_DAYS: i64 = 30;
/// The same for a notice that was sent back: the body may file another one.
const SENT_BACK_DAYS: i64 = 90;
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1_000;
/// Bodies named in a line.
const NAMED: usize = 5;

/// A line with the page it leads to.
pub struct HomeLine {
    pub css: &'static str,
    pub kind: &'static str,
    pub text: String,
    /// Empty where there is nothing to open.
    pub href: String,
    pub link: &'static str,
}

impl HomeLine {
    pub(super) fn news(text: String, href: String, link: &'static str) -> Self {
        Self {
            css: "banner-info",
            kind: "お知らせ",
            text,
            href,
            link,
        }
    }

    pub(super) fn warning(text: String, href: String, link: &'static str) -> Self {
        Self {
            css: "banner-warning",
            kind: "注意",
            text,
            href,
            link,
        }
    }
}

/// The lines of a body's home page; a prefecture has those of whoever gathers too.
pub async fn of_body(
    state: &AppState,
    actor: &Actor,
    code: LocalGovernmentCode,
    editions: &[OwnEdition],
) -> WebResult<Vec<HomeLine>> {
    let store = &state.desk.store;
    let now = state.desk.now();
    let edition = |id: i64| editions.iter().find(|own| own.edition.id == id);
    let mut lines = Vec::new();
    lines.extend(handed_over(state, actor).await?);
    if let Role::Prefecture(prefecture) = actor.role
        && let Some(scope) = PrefectureScope::of(actor, prefecture)
    {
        lines.extend(changes(state, actor, ChangeState::WithPrefecture).await?);
        lines.extend(undelivered(state, actor, scope).await?);
        let objections = store.open_objections(scope).await?;
        lines.extend(home_corrections::to_answer(objections, "board"));
    }
    lines.extend(home_corrections::to_look_at(state, actor, code, editions).await?);
    for (edition_id, number) in store.answered_objections(code).await? {
        // Once nothing can be decided any more, nobody could confirm it either.
        let Some(own) = edition(edition_id).filter(|own| own.edition.state == EditionState::Open)
        else {
            continue;
        };
        let (key, title) = (&own.edition.key, &own.edition.definition.short_title);
        lines.push(HomeLine::news(
            format!("訂正が違うという申し出（{title}）に、回答がありました。"),
            format!("/editions/{key}/answers/{code}/requests/{number}"),
            "回答を見る",
        ));
    }
    for notice in store.own_notices(code).await? {
        let Some(own) = edition(notice.edition_id) else {
            continue;
        };
        let passed = notice.settled_at.map_or(0, |at| now.0 - at.0);
        let title = &own.edition.definition.short_title;
        lines.extend(notice_line(&notice, title, passed / DAY_MILLIS));
    }
    for change in store.coming_changes_of(code, now.japan_date()).await? {
        let text = coming_text(state, &change).await?;
        lines.push(HomeLine::news(text, String::new(), ""));
    }
    Ok(lines)
}

/// The lines of the ministry's first page.
pub async fn of_ministry(state: &AppState, actor: &Actor) -> WebResult<Vec<HomeLine>> {
    let mut lines = Vec::new();
    lines.extend(handed_over(state, actor).await?);
    lines.extend(changes(state, actor, ChangeState::WithMinistry).await?);
    if let Some(scope) = CountryScope::of(actor) {
        let objections = state.desk.store.open_direct_objections(scope).await?;
        lines.extend(home_corrections::to_answer(objections, "direct"));
    }
    if may_run_outbox(actor) {
        let failed = state.desk.store.failed_mail_count().await?;
        if failed > 0 {
            lines.push(HomeLine::warning(
                format!("送信できなかったメールが{failed}通あります。"),
                "/mail?state=failed".to_owned(),
                "送信できなかったメールを見る",
            ));
        }
    }
    Ok(lines)
}

/// The visitor handed the duty over and can still work: what they wait for, and what to do if it does not come.
async fn handed_over(state: &AppState, actor: &Actor) -> WebResult<Option<HomeLine>> {
    let store = &state.desk.store;
    let now = state.desk.now();
    let Some(record) = store.pending_handover(actor.account_id, now).await? else {
        return Ok(None);
    };
    let successor = match record.to_account {
        Some(id) => store.account(id).await?,
        None => None,
    };
    let is_here = successor.is_some_and(|it| {
        it.password_hash.is_some() || it.signed_in_at.is_some_and(|at| at >= record.at)
    });
    let (to, ends) = (&record.to_email, datetime_label(record.ends_at));
    let expires = record.at.plus_millis(INVITATION_HOURS * 3_600_000);
    let until = datetime_label(expires);
    let ending = if record.ends_on_arrival {
        format!("後任の方が使い始めると、あなたの利用は終わります（遅くとも{ends}）。")
    } else {
        format!("あなたの利用は、{ends}に終わります。")
    };
    let href = "/account/handover".to_owned();
    Ok(Some(if is_here {
        HomeLine::news(
            format!(
                "担当を{to}の方へ引き継ぎました。{ending}終える日を変えるときは、もう一度引継ぎの手続きをしてください。"
            ),
            href,
            "引継ぎの画面へ",
        )
    } else if now < expires {
        HomeLine::news(
            format!(
                "担当の引継ぎの途中です。{to}の方が使い始めるのを待っています（リンクは{until}まで）。{ending}リンクが届いていないときは、もう一度引継ぎの手続きをすると、新しいリンクができます。"
            ),
            href,
            "引継ぎの画面へ",
        )
    } else {
        HomeLine::warning(
            format!(
                "担当の引継ぎが終わっていません。{to}の方へお送りしたリンクは、使われないまま期限（{until}）が過ぎました。管理者がそのあとに新しいリンクを作っているときは、そのリンクをお使いください。ないときは、もう一度引継ぎの手続きをして、新しいリンクを送ってください。{ending}"
            ),
            href,
            "引継ぎをもう一度行う",
        )
    }))
}

/// Notices of a change of intent that wait for the visitor.
async fn changes(
    state: &AppState,
    actor: &Actor,
    waiting: ChangeState,
) -> WebResult<Option<HomeLine>> {
    let Some(scope) = NoticeScope::of(actor) else {
        return Ok(None);
    };
    let (states, words): (&'static [ChangeState], _) = match waiting {
        ChangeState::WithPrefecture => (&[ChangeState::WithPrefecture], "確認"),
        _ => (&[ChangeState::WithMinistry], "国の判断"),
    };
    let filter = ChangeFilter {
        states: Some(states),
        ..ChangeFilter::default()
    };
    let count = state
        .desk
        .store
        .count_intent_changes(&filter, scope)
        .await?;
    Ok((count > 0).then(|| {
        HomeLine::warning(
            format!("{words}を待っている意向の変更の届出が{count}件あります。"),
            format!("/changes?state={}", waiting.as_str()),
            "届出を見る",
        )
    }))
}

/// Bodies whose mail came back; the prefecture may telephone, and see to the address.
async fn undelivered(
    state: &AppState,
    actor: &Actor,
    scope: PrefectureScope,
) -> WebResult<Option<HomeLine>> {
    let store = &state.desk.store;
    let mut codes: Vec<_> = store.undelivered(scope).await?.into_keys().collect();
    codes.sort_unstable();
    let Some(first) = codes.first().copied() else {
        return Ok(None);
    };
    let mut names = Vec::new();
    let mut may_mend = false;
    for code in codes.iter().take(NAMED) {
        if let Some(body) = store.organization(*code).await? {
            may_mend |= actor.may_invite(Some((body.code, body.kind)));
            names.push(body.name);
        }
    }
    let more = match codes.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!("ほか{more}団体"),
    };
    let (href, link) = match (may_mend, codes.len()) {
        (false, _) => (String::new(), ""),
        (true, 1) => (format!("/account/addresses?code={first}"), "宛先を確かめる"),
        (true, _) => ("/accounts".to_owned(), "利用者の管理で宛先を確かめる"),
    };
    Ok(Some(HomeLine::warning(
        format!(
            "次の団体へのメールを届けられませんでした：{}{more}。電話などで伝え、宛先が正しいか確かめてください。",
            names.join("、")
        ),
        href,
        link,
    )))
}

fn notice_line(notice: &OwnNotice, title: &str, days: i64) -> Option<HomeLine> {
    let text = |how: &str| {
        format!(
            "意向の変更の届出（{title}、第{}号）は、{how}",
            notice.number
        )
    };
    let href = format!("/changes/{}", notice.id);
    let news = |how| HomeLine::news(text(how), href.clone(), "届出を見る");
    match notice.state {
        ChangeState::WithPrefecture => Some(news("都道府県の確認待ちです。")),
        ChangeState::WithMinistry => Some(news("国の判断待ちです。")),
        ChangeState::SentBack if days < SENT_BACK_DAYS => Some(HomeLine::warning(
            text(
                "都道府県から差し戻されました。理由を見て、必要なときは、もう一度届け出てください。",
            ),
            href,
            "差戻しの理由を見る",
        )),
        ChangeState::Accepted if days < DECIDED_DAYS => {
            Some(news("国が承認しました。回答は、届出の内容に変わりました。"))
        }
        ChangeState::Declined if days < DECIDED_DAYS => {
            Some(news("国が承認しませんでした。回答は、もとのままです。"))
        }
        _ => None,
    }
}

/// What a body will be, in sentences: for itself, and for the ministry.
pub async fn coming_text(state: &AppState, change: &ComingChange) -> WebResult<String> {
    let day = date_label(change.on);
    Ok(match &change.what {
        Coming::Class { after, route } => {
            let class = after.class_label();
            let route = route.map_or_else(String::new, |route| {
                format!(
                    "その日からあとの区分で始まる調査では、提出先が「{}」になります。",
                    route.label()
                )
            });
            format!(
                "{day}から、区分が「{class}」に変わります。{route}いま受付中の調査の提出先は変わりません。"
            )
        }
        Coming::Ends { into: Some(into) } => {
            let into = state.desk.store.organization(*into).await?;
            let name = into.map_or_else(|| "別の団体".to_owned(), |into| into.name);
            format!("{day}に、{name}へ引き継がれます。いま受付中の調査には、そのまま回答できます。")
        }
        Coming::Ends { into: None } => {
            format!("{day}に、廃止されます。いま受付中の調査には、そのまま回答できます。")
        }
    })
}

/// The same on a line of a board.
pub fn coming_tag(change: &ComingChange) -> super::view::StatusTag {
    let day = date_label(change.on);
    super::view::StatusTag {
        label: match &change.what {
            Coming::Class { after, .. } => format!("{day}から{}", after.class_label()),
            Coming::Ends { into: Some(_) } => format!("{day}に合併"),
            Coming::Ends { into: None } => format!("{day}に廃止"),
        },
        css: "neutral",
    }
}
