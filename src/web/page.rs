//! The frame of a page: who is signed in, the menu, the way here, the outcome of the last action.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use askama::Template;

use super::error::WebResult;
use super::session::Session;
use super::state::AppState;
use super::view::{Crumb, NavItem, Notice, Page, PageUser, StatusTag};
use crate::domain::account::Role;
use crate::domain::response_status::ResponseStatus;
use crate::workflow::sessions::IDLE_MINUTES;

/// The frame of a page nobody needs to sign in for.
pub fn public(state: &AppState, title: &str) -> Page {
    Page {
        title: title.to_owned(),
        demo: state.demo,
        assets: state.assets.clone(),
        ..Page::default()
    }
}

/// The frame of a signed-in visitor's page. `way` is the breadcrumb without home and this page:
/// labels and addresses.
pub fn signed_in(state: &AppState, session: &Session, title: &str, way: &[(&str, &str)]) -> Page {
    let home = crate::workflow::sessions::home_path(session.actor.role);
    let crumb = |label: &str, href: &str| Crumb {
        label: label.to_owned(),
        href: href.to_owned(),
    };
    let mut breadcrumbs = vec![crumb("ホーム", home)];
    breadcrumbs.extend(way.iter().map(|(label, href)| crumb(label, href)));
    breadcrumbs.push(crumb(title, ""));
    Page {
        user: Some(PageUser {
            display_name: session.actor.display_name.clone(),
            body_name: session.actor.body_name().to_owned(),
            role_label: session.actor.role.label().to_owned(),
        }),
        csrf: session.csrf.clone(),
        breadcrumbs,
        navigation: navigation(session.actor.role, session.actor.is_admin),
        session_minutes: u32::try_from(IDLE_MINUTES).unwrap_or(60),
        ..public(state, title)
    }
}

/// The menu: a few links; the ministry's many stand in groups.
fn navigation(role: Role, is_admin: bool) -> Vec<NavItem> {
    let links = |entries: &[(&str, &str)]| -> Vec<NavItem> {
        let link = |(label, href): &(&str, &str)| NavItem::link(label, href);
        entries.iter().map(link).collect()
    };
    let group = |label: &str, entries: &[(&str, &str)]| NavItem {
        label: label.to_owned(),
        entries: links(entries),
        ..NavItem::default()
    };
    let accounts: &[(&str, &str)] = match (is_admin, role) {
        (true, Role::Ministry) => &[("利用者の管理", "/accounts"), ("メールの送信", "/mail")],
        (true, _) => &[("利用者の管理", "/accounts")],
        (false, _) => &[],
    };
    let mut items = match role {
        Role::Municipality => links(&[("ホーム", "/home"), ("質問・連絡", "/inquiries")]),
        Role::Prefecture(_) => links(&[
            ("ホーム", "/home"),
            ("とりまとめ", "/board"),
            ("様式2", "/form2"),
            ("指定都市・中核市", "/cities"),
            ("意向の変更", "/changes"),
            ("質問・連絡", "/inquiries"),
            ("Excelの取込み", "/intake"),
        ]),
        Role::Ministry => vec![
            NavItem::link("全国の状況", "/country"),
            group(
                "回答を集める",
                &[
                    ("直接提出の団体", "/direct"),
                    ("様式2", "/sheets"),
                    ("Excelの取込み", "/intake"),
                    ("意向の変更", "/changes"),
                    ("質問・連絡", "/inquiries"),
                ],
            ),
            group(
                "集計と参加",
                &[
                    ("集計・ダウンロード", "/downloads"),
                    ("状況表", "/status"),
                    ("参加の記録", "/participation"),
                ],
            ),
            group(
                "準備と管理",
                &[&[("調査回", "/editions"), ("自治体", "/bodies")], accounts].concat(),
            ),
        ],
    };
    if role != Role::Ministry {
        items.extend(links(accounts));
    }
    items.extend(links(&[("自分の設定", "/account"), ("使い方", "/help")]));
    items
}

impl Page {
    /// The home page stands at the start of the way itself.
    #[must_use]
    pub fn as_home(mut self) -> Self {
        self.breadcrumbs.clear();
        self
    }

    /// Marks the menu entry this page belongs to.
    #[must_use]
    pub fn in_section(mut self, href: &str) -> Self {
        for item in &mut self.navigation {
            for entry in &mut item.entries {
                entry.current = entry.href == href;
            }
            item.current = item.href == href || item.here().is_some();
        }
        self
    }

    /// Shows the outcome of the last action, named by `?notice=` in the address.
    #[must_use]
    pub fn with_notice(mut self, key: Option<&str>) -> Self {
        self.notice = key.and_then(notice);
        self
    }
}

/// Texts of outcomes. An address can only name one of these, never bring a text of its own.
fn notice(key: &str) -> Option<Notice> {
    let (tone, text) = match key {
        "saved" => ("success", "保存しました。まだ提出はしていません。"),
        "withdrawn" => (
            "success",
            "提出を取り下げました。直したあと、もう一度提出してください。",
        ),
        "file-drafted" => (
            "success",
            "ファイルの内容を下書きにしました。まだ提出はしていません。",
        ),
        "file-discarded" => (
            "success",
            "送ったファイルは使わないことにしました。いまの回答は、そのまま残っています。",
        ),
        "intake-overwritten" => (
            "success",
            "ファイルの内容で置きかえました。代理入力として、団体の画面に表示されます。",
        ),
        "intake-left" => (
            "success",
            "いまの回答を残しました。ファイルは取り込んでいません。",
        ),
        "intake-some" => (
            "warning",
            "決めたとおりにできなかったファイルがあります。団体の回答が変わったか、ほかの人が先に決めました。表の結果を確かめてください。",
        ),
        "accepted" => ("success", "受け付けました。"),
        "returned" => (
            "success",
            "差し戻しました。自治体の画面に理由が表示されます。",
        ),
        "review-started" => (
            "success",
            "確認を始めました。自治体はもう取り下げられません。",
        ),
        "proxy-submitted" => (
            "success",
            "代理入力として提出しました。団体の画面に受け取り方が表示され、内容の確認をお願いします。",
        ),
        "proxy-saved" => ("success", "保存しました。まだ提出はしていません。"),
        "proxy-given-up" => (
            "success",
            "代理入力をやめました。団体の回答は変わっていません。",
        ),
        "proxy-confirmed" => (
            "success",
            "内容を確認したことを、代わりに入力した担当へ伝えました。",
        ),
        "proxy-disputed" => (
            "success",
            "違っているところを、代わりに入力した担当へ伝えました。",
        ),
        "sent-back" => ("success", "都道府県へ差し戻しました。"),
        "asked" => ("success", "依頼しました。都道府県の画面に表示されます。"),
        "passed-on" => (
            "success",
            "市区町村へ伝えました。市区町村の画面に、国の依頼がそのまま表示されます。",
        ),
        "corrected" => (
            "success",
            "訂正しました。団体の画面に、前と後の内容と理由が表示されます。",
        ),
        "corrected-review" => (
            "success",
            "訂正しました。あわせて確認を始めたので、状態は「提出済（確認中）」になり、団体はもう取り下げられません。団体の画面に、前と後の内容と理由が表示されます。",
        ),
        "correction-seen" => (
            "success",
            "訂正の内容を確認したことを記録しました。訂正した担当の画面にも表示されます。",
        ),
        "objected" => (
            "success",
            "訂正が違うことを申し出ました。回答がこの画面に表示されます。",
        ),
        "checks-kept" => (
            "success",
            "確認票を保存しました。国の画面にも表示されます。",
        ),
        "request-replied" => (
            "success",
            "依頼に回答しました。依頼した側の画面に表示されます。",
        ),
        "request-settled" => ("success", "依頼を確認済みにしました。"),
        "request-withdrawn" => ("success", "依頼を取り消しました。"),
        "deadline-set" => ("success", "県内締切を変更しました。"),
        "dates-set" => ("success", "日付を変更しました。"),
        "opened" => ("success", "調査回を開始しました。"),
        "closed" => ("success", "調査回を終了しました。"),
        "edition-made" => (
            "success",
            "調査回を作りました。国の利用者だけに見えています。内容を確かめてください。",
        ),
        "edition-discarded" => ("success", "準備中の調査回を破棄しました。"),
        "edition-saved" => ("success", "保存しました。"),
        "opening-planned" => ("success", "開始の予約をしました。"),
        "opening-cancelled" => ("success", "開始の予約を取り消しました。"),
        "trial-started" => (
            "success",
            "試行を始めました。選んだ団体の画面に【試行】と表示されます。",
        ),
        "scheme-saved" => ("success", "制度一覧を変更しました。"),
        "bodies-imported" => ("success", "表の内容を団体の一覧に登録しました。"),
        "body-changed" => ("success", "登録しました。"),
        "body-known" => (
            "info",
            "すでに登録されている内容でした。何も変わっていません。",
        ),
        "table-gone" => (
            "warning",
            "取り込むファイルが見つかりませんでした。何も変わっていません。もう一度ファイルを選んでください。",
        ),
        "participation-entered" => (
            "success",
            "登録しました。いちばん上が、いま登録した記録です。",
        ),
        "participation-taken-back" => (
            "success",
            "確定を取り消しました。下の内容を書き足しました。前の記録は、そのまま残っています。",
        ),
        "change-filed" => (
            "success",
            "意向の変更を届け出ました。承認されるまで、いまの回答がそのまま有効です。",
        ),
        "change-taken-back" => ("success", "届出を取り下げました。回答は変わっていません。"),
        "change-forwarded" => ("success", "国へ送りました。"),
        "change-sent-back" => (
            "success",
            "団体へ差し戻しました。団体の画面に理由が表示されます。",
        ),
        "change-accepted" => (
            "success",
            "承認しました。団体の回答が、新しい内容に変わりました。",
        ),
        "change-declined" => (
            "success",
            "不承認としました。団体の回答は変わっていません。",
        ),
        "inquiry-sent" => (
            "success",
            "送りました。動きがあると、この画面に表示されます。",
        ),
        "inquiry-answered" => (
            "success",
            "回答しました。団体の画面に表示され、メールでも知らせます。",
        ),
        "inquiry-passed-on" => ("success", "国へ引き継ぎました。"),
        "inquiry-noted" => ("success", "記録しました。"),
        "inquiry-closed" => (
            "success",
            "終了しました。これまでのやりとりは残っています。",
        ),
        "inquiry-reopened" => ("success", "再開しました。"),
        "answer-published" => ("success", "公開しました。"),
        "answer-edited" => ("success", "保存しました。前の文も記録に残っています。"),
        "answer-withdrawn" => ("success", "公開を取り下げました。"),
        "follow-up-made" => (
            "success",
            "所要額調査を作りました。日付を決めて、点検してから開始してください。",
        ),
        "respondents-added" => (
            "success",
            "対象に加えました。団体にメールでお知らせします。",
        ),
        "no-amount-forms" => (
            "warning",
            "提出された所要額調査票は、まだありません。未提出の団体も含めるときは「全団体」を選んでください。",
        ),
        "no-forms" => (
            "warning",
            "提出された様式1は、まだありません。未提出の団体も含めるときは「全団体」を選んでください。",
        ),
        "reopened" => (
            "success",
            "この団体の再受付を始めました。団体の画面に期限と理由が表示されます。",
        ),
        "extended" => (
            "success",
            "この団体の期限を延長しました。団体の画面に新しい期限と理由が表示されます。",
        ),
        "reminder-plan-set" => ("success", "督促の予定を保存しました。"),
        "reminders-paused" => ("success", "予定のお知らせを止めました。"),
        "reminders-resumed" => ("success", "予定のお知らせを再開しました。"),
        "holidays-changed" => ("success", "祝日の登録を変更しました。"),
        "digest-chosen" => ("success", "1日のまとめの受け取り方を保存しました。"),
        "sent" => ("success", "様式2を国へ送付しました。"),
        "mail-resent" => (
            "success",
            "送信待ちに戻しました。まもなく、もう一度送られます。",
        ),
        "mail-stopped" => (
            "success",
            "送信を取りやめました。このメールは記録として残ります。",
        ),
        "mail-moved-on" => (
            "info",
            "メールの状態が先に変わっていました。いまの状態を表示しています。",
        ),
        "mail-text-saved" => (
            "success",
            "文面を保存しました。これから初めて送るメールに使われます。",
        ),
        "password-changed" => (
            "success",
            "パスワードを変更しました。ほかの端末ではログアウトしました。",
        ),
        "password-set" => (
            "success",
            "新しいパスワードを決め、ログインしました。これまでのログインはすべて終わらせました。",
        ),
        "welcome" => (
            "success",
            "利用者の登録が終わり、ログインしました。次からは、メールアドレスとパスワードでログインしてください。",
        ),
        "name-changed" => ("success", "担当の名称を変更しました。"),
        "invitation-cancelled" => (
            "success",
            "招待を取り消しました。渡したリンクは、もう使えません。",
        ),
        "account-stopped" => (
            "success",
            "利用を停止しました。ログイン中の画面も使えなくなりました。これまでの回答と記録は残っています。",
        ),
        "account-restarted" => (
            "success",
            "利用を再開しました。以前のパスワードでログインできます。",
        ),
        "account-changed" => ("success", "利用者の設定を変更しました。"),
        "sign-off-asked" => (
            "success",
            "決裁に回しました。まだ提出はしていません。ほかの担当が、内容を確かめて提出します。",
        ),
        "sign-off-taken-back" => (
            "success",
            "決裁の依頼を取り消しました。まだ提出はしていません。",
        ),
        "sign-off-given-back" => (
            "success",
            "入力した担当へ戻しました。まだ提出はしていません。",
        ),
        "part-done" => (
            "success",
            "「入力しました」と、とりまとめの担当に伝えました。提出は、とりまとめの担当が行います。",
        ),
        "department-rows" => (
            "info",
            "部署の担当は、「3. 対象とする医療費助成」の自分の行を入力します。ほかの項目は、とりまとめの担当が入力します。",
        ),
        "duties-set" => ("success", "団体の設定を変更しました。"),
        "department-set" => ("success", "利用者の部署を変更しました。"),
        "address-added" => (
            "success",
            "宛先を加えました。これからのお知らせは、この宛先にも届きます。",
        ),
        "address-ended" => (
            "success",
            "宛先を使わないことにしました。記録は残っています。",
        ),
        "sessions-ended" => ("success", "ほかの端末からログアウトしました。"),
        "signed-out" => ("success", "ログアウトしました。"),
        "kept" => (
            "warning",
            "ログインし直す前に入力した内容を表示しています。まだ保存していません。確かめて保存してください。",
        ),
        _ => return None,
    };
    Some(Notice {
        tone,
        text: text.to_owned(),
    })
}

/// The chip of a status, in the words of the board.
pub fn status_tag(status: ResponseStatus) -> StatusTag {
    let css = match status {
        ResponseStatus::NotStarted => "not-started",
        ResponseStatus::Draft => "drafting",
        ResponseStatus::Submitted => "submitted",
        ResponseStatus::UnderReview | ResponseStatus::SentBack => "reviewing",
        ResponseStatus::Returned => "returned",
        ResponseStatus::Accepted => "accepted",
    };
    StatusTag {
        label: status.detailed_label().to_owned(),
        css,
    }
}

/// The chip on a body's own pages: words between ministry and prefecture are not for it.
pub fn own_status_tag(status: ResponseStatus) -> StatusTag {
    match status {
        ResponseStatus::SentBack => status_tag(ResponseStatus::UnderReview),
        other => status_tag(other),
    }
}

/// A page, 200.
pub fn html(template: &impl Template) -> WebResult {
    html_with(StatusCode::OK, template)
}

/// A page with another status, such as 422 for a form with problems.
pub fn html_with(status: StatusCode, template: &impl Template) -> WebResult {
    // Room for a long page at once: growing step by step copies it several times.
    let mut body = String::with_capacity(32 * 1024);
    template.render_into(&mut body)?;
    Ok(HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .body(body))
}

/// After a POST: the browser gets the next page by GET, so that a reload repeats nothing.
pub fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, location))
        .finish()
}
