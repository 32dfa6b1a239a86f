//! The newest revision of an answer beside the one before and the last edition's.

use crate::domain::japan_time;
use crate::domain::place::Place;
use crate::domain::proxy_entry::ProxyState;
use crate::domain::response_diff::changes;
use crate::domain::response_status::ResponseStatus;
use crate::domain::revision::{HistoryEntry, Revision, compared_with, correction_label};
use crate::domain::survey_edition::EditionDefinition;
use crate::store::proxy_entries::state_of;
use crate::web::error::WebResult;
use crate::web::municipality::history::diff_rows;
use crate::web::source_view::{SourceView, Sources, proxy_tag};
use crate::web::state::AppState;
use crate::web::view::{DiffRow, StatusTag};
use crate::workflow::object::objection_to;
use crate::workflow::view_answer::Seen;

/// The newest revision and what it is compared with.
pub(super) struct Shown {
    pub(super) number: i32,
    pub(super) receipt: String,
    pub(super) submitted_at: String,
    pub(super) submitted_by: String,
    /// The file or entry it came from; `None` if the body typed it on the page.
    pub(super) source: Option<SourceView>,
    pub(super) by_proxy: bool,
    /// What the body said to the proxy entry that this is, and its newest words; `None` if it is none.
    pub(super) proxy: Option<(StatusTag, String)>,
    /// 「遅延」 with the deadline it was judged by; empty if it came in time.
    pub(super) late: String,
    /// What it is called and why, if a reviewer made it in the body's place.
    pub(super) correction: Option<(&'static str, String)>,
    /// Whether the body said that it has looked at that correction; empty if the revision is none.
    pub(super) correction_seen: &'static str,
    /// The notice of a change of intent it came from; empty for a submission.
    pub(super) notice_href: String,
    pub(super) warnings: Vec<String>,
    /// Number of the revision it is compared with; 0 = there is none.
    pub(super) previous: i32,
    /// Revisions between them that were withdrawn: 「第2版」; empty if there are none.
    pub(super) withdrawn: String,
    pub(super) since_previous: Vec<DiffRow>,
    /// 「令和7年度分」; empty if the body gave no earlier answer.
    pub(super) last_edition: String,
    pub(super) since_last: Vec<DiffRow>,
}

/// What the body said to a proxy entry, and in which words at last.
fn proxy_words(sources: &Sources, revision: i32) -> (StatusTag, String) {
    let state = state_of(&sources.replies, revision);
    let mut said = sources.replies.iter().rev();
    let words = said
        .find(|reply| reply.revision == revision && state == ProxyState::Disputed)
        .map(|reply| reply.words.clone());
    (proxy_tag(state), words.unwrap_or_default())
}

/// What the body said to a correction, in words.
async fn correction_seen(
    state: &AppState,
    seen: &Seen,
    correction: i32,
) -> WebResult<&'static str> {
    let (store, id) = (&state.desk.store, seen.record.id);
    if objection_to(&store.requests(id).await?, correction).is_some() {
        return Ok("団体は、この訂正について意見を申し出ています。");
    }
    Ok(match store.correction_seen(id).await? {
        Some(number) if number == correction => "団体は、訂正の内容を確認しました。",
        _ => "団体は、まだ確認していません。",
    })
}

/// An extra question that the earlier edition did not have was not left empty.
fn was_asked(earlier: &EditionDefinition, place: &Place) -> bool {
    match place {
        Place::Question(id) => earlier.questions.iter().any(|it| it.id == *id),
        _ => true,
    }
}

/// The revisions that are passed over, for they were withdrawn.
fn withdrawn_between(previous: i32, newest: i32) -> String {
    let between = (previous + 1..newest).map(|number| format!("第{number}版"));
    between.collect::<Vec<_>>().join("、")
}

/// The newest revision with what it is compared with.
pub(super) async fn shown(
    state: &AppState,
    seen: &Seen,
    revisions: &[Revision],
    newest: &Revision,
    (entries, sources): (&[HistoryEntry], &Sources),
) -> WebResult<Shown> {
    let definition = &seen.record.edition.definition;
    let number = compared_with(entries, newest.number);
    let previous = revisions.iter().find(|it| Some(it.number) == number);
    // What was intended is no amount to compare with.
    let last = if seen.record.edition.is_follow_up() {
        None
    } else {
        let store = &state.desk.store;
        let code = seen.record.code();
        store.earlier_answer(&seen.record.edition, code).await?
    };
    Ok(Shown {
        number: newest.number,
        receipt: newest.receipt.clone(),
        submitted_at: japan_time::datetime_label(newest.submitted_at),
        submitted_by: newest.submitted_by_label(),
        by_proxy: newest.by_proxy,
        proxy: newest.by_proxy.then(|| proxy_words(sources, newest.number)),
        source: SourceView::of(newest, sources),
        correction: newest
            .correction
            .as_ref()
            .map(|it| (correction_label(it.by), it.reason.clone())),
        correction_seen: match &newest.correction {
            Some(_) => correction_seen(state, seen, newest.number).await?,
            None => "",
        },
        late: newest.lateness().label(),
        notice_href: newest
            .intent_change
            .map(|id| format!("/changes/{id}"))
            .unwrap_or_default(),
        warnings: newest
            .confirmed_warnings
            .iter()
            .map(|warning| warning.message.clone())
            .collect(),
        previous: previous.map_or(0, |revision| revision.number),
        withdrawn: withdrawn_between(previous.map_or(0, |it| it.number), newest.number),
        since_previous: previous
            .map_or_else(Vec::new, |previous| diff_rows(definition, previous, newest)),
        since_last: last.as_ref().map_or_else(Vec::new, |(earlier, form)| {
            changes(definition, form, &newest.form)
                .into_iter()
                .map(|change| DiffRow {
                    before: if was_asked(&earlier.definition, &change.place) {
                        change.before
                    } else {
                        "（この質問はありませんでした）".to_owned()
                    },
                    label: change.label,
                    after: change.after,
                })
                .collect()
        }),
        last_edition: last
            .map(|(edition, _)| edition.definition.short_title.clone())
            .unwrap_or_default(),
    })
}

/// Why there is nothing to read; empty if there is.
pub(super) fn not_readable(seen: &Seen) -> &'static str {
    match seen.record.status {
        _ if seen.may_read => "",
        ResponseStatus::NotStarted => "まだ回答が始まっていません。",
        ResponseStatus::Draft if seen.record.open_return.is_some() => {
            "この団体は、差戻しに答えた提出を取り下げて、いま直しています。もう一度提出されると、回答の内容を見られます。これまでの依頼と返事、できごとは、この画面に残っています。"
        }
        ResponseStatus::Draft if seen.record.revision_number > 0 => {
            "提出が取り下げられ、いまは未提出です。もう一度提出されると、内容を見られます。"
        }
        _ => "入力中で、まだ提出されていません。提出されると、内容を見られます。",
    }
}
