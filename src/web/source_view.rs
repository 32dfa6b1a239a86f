//! Where a submission came from, as receipts, reviews and histories say it: the page, a file of the body's
//! own, or somebody who gathers answers entered it for the body (代理入力), from a file or by hand.

use std::collections::HashMap;

use super::error::WebResult;
use super::state::AppState;
use super::view::StatusTag;
use crate::domain::proxy_entry::ProxyState;
use crate::domain::revision::{HistoryEntry, Revision};
use crate::store::intake::FileSource;
use crate::store::proxy_entries::{ProxyEntry, ProxyReply};

/// Everything the revisions of one answer came from, and what its body said to proxy entries.
#[derive(Debug, Default)]
pub struct Sources {
    pub files: HashMap<i64, FileSource>,
    pub entries: Vec<ProxyEntry>,
    pub replies: Vec<ProxyReply>,
}

impl Sources {
    /// Reads them; what no revision needs is not asked for.
    pub async fn of(
        state: &AppState,
        response_id: i64,
        revisions: &[Revision],
        events: &[HistoryEntry],
    ) -> WebResult<Self> {
        let store = &state.desk.store;
        let of_revisions = revisions.iter().filter_map(|revision| revision.intake_file);
        let of_events = events.iter().filter_map(|entry| entry.intake_file);
        let files = store.file_sources(of_revisions.chain(of_events)).await?;
        let by_proxy = || revisions.iter().filter(|revision| revision.by_proxy);
        let entries = if by_proxy().any(|revision| revision.intake_file.is_none()) {
            store.proxy_entries_of(&[response_id]).await?
        } else {
            Vec::new()
        };
        let replies = if by_proxy().next().is_some() {
            store.proxy_replies(response_id).await?
        } else {
            Vec::new()
        };
        Ok(Self {
            files,
            entries,
            replies,
        })
    }
}

/// The file or the hand entry of a submission, ready to print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceView {
    /// 代理入力
    pub by_proxy: bool,
    /// 「北海道　医療助成担当」
    pub sender: String,
    /// Official name of the sender's office.
    pub sender_body: String,
    /// Empty if it was entered by hand.
    pub file_name: String,
    /// The original; empty if there is none.
    pub href: String,
    /// 「電話（令和9年2月3日（水）に受け取り）」; empty for a file.
    pub how: String,
    /// What the office noted; empty for a file.
    pub note: String,
}

impl SourceView {
    /// The view of a file.
    pub fn new(file: &FileSource, by_proxy: bool) -> Self {
        Self {
            by_proxy,
            sender: format!("{}　{}", file.sender_body, file.sender_name),
            sender_body: file.sender_body.clone(),
            file_name: file.name.clone(),
            href: format!("/files/{}", file.id),
            how: String::new(),
            note: String::new(),
        }
    }

    /// The view of an entry by hand.
    pub fn entered(entry: &ProxyEntry) -> Self {
        Self {
            by_proxy: true,
            sender: format!("{}　{}", entry.actor_body, entry.actor_name),
            sender_body: entry.actor_body.clone(),
            file_name: String::new(),
            href: String::new(),
            how: entry.origin.label(),
            note: entry.origin.note.clone(),
        }
    }

    /// The source of one revision, by its file and whether it is a proxy entry; `None` if its body typed it.
    pub async fn find(
        state: &AppState,
        (response_id, number): (i64, i32),
        (file, by_proxy): (Option<i64>, bool),
    ) -> WebResult<Option<Self>> {
        let store = &state.desk.store;
        if file.is_some() {
            let file = store.file_source(file).await?;
            return Ok(file.map(|file| Self::new(&file, by_proxy)));
        }
        if !by_proxy {
            return Ok(None);
        }
        let entries = store.proxy_entries_of(&[response_id]).await?;
        let mut entries = entries.iter();
        let entry = entries.find(|entry| entry.revision == Some(number));
        Ok(entry.map(Self::entered))
    }

    /// The source of a revision; `None` if its body typed it on the page.
    pub fn of(revision: &Revision, sources: &Sources) -> Option<Self> {
        match revision.intake_file {
            Some(id) => {
                let file = sources.files.get(&id)?;
                Some(Self::new(file, revision.by_proxy))
            }
            None if revision.by_proxy => {
                let mut entries = sources.entries.iter();
                let entry = entries.find(|entry| entry.revision == Some(revision.number))?;
                Some(Self::entered(entry))
            }
            None => None,
        }
    }

    /// What the body is told of a proxy entry.
    pub fn announcement(&self) -> String {
        let body = &self.sender_body;
        if self.how.is_empty() {
            format!("{body}がファイルから代理で入力しました。内容をご確認ください。")
        } else {
            let how = &self.how;
            format!("{body}が代わりに入力しました（{how}）。内容をご確認ください。")
        }
    }
}

/// The chip of a proxy entry with what its body said.
pub fn proxy_tag(state: ProxyState) -> StatusTag {
    StatusTag {
        label: format!("代理入力（{}）", state.label()),
        css: match state {
            ProxyState::Confirmed => "neutral",
            ProxyState::Asked | ProxyState::Disputed => "warning",
        },
    }
}
