//! 意向の変更の一覧: a notice as one row, for who plans the connection work.

use super::{ChangeState, ChangeSummary, Notice};
use crate::domain::japan_time::{UnixMillis, date_label, datetime_label};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::OrganizationKind;
use crate::domain::scheme::SchemeId;
use crate::domain::survey_edition::EditionDefinition;

/// The heads of the columns, in the order of [`ReportRow::cells`].
pub const COLUMNS: [&str; 21] = [
    "団体コード",
    "都道府県",
    "団体名",
    "区分",
    "調査回",
    "申請の意向（変更前）",
    "申請の意向（変更後）",
    "④の内容（変更前）",
    "④の内容（変更後）",
    "○が付いた医療費助成",
    "○がなくなった医療費助成",
    "受給者数の変更",
    "対象の受給者数の合計（変更前）",
    "対象の受給者数の合計（変更後）",
    "追加の質問への回答の変更",
    "変更の理由",
    "意向が変わった日",
    "届出の日時",
    "決定の日時",
    "決定",
    "決定の理由",
];

/// A cell: words, or a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Words(String),
    Figure(u64),
}

/// One notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportRow {
    pub code: LocalGovernmentCode,
    pub name: String,
    pub kind: OrganizationKind,
    /// 「令和9年度分」
    pub edition: String,
    pub summary: ChangeSummary,
    /// Names of the schemes that came and went, as the edition prints them.
    pub added: Vec<String>,
    pub dropped: Vec<String>,
    /// 「更生医療：1,200人→不明」
    pub recipients: Vec<String>,
    /// 「データの連携方法：#1 API→#4 RPA」
    pub answers: Vec<String>,
    pub reason: String,
    pub changed_on: String,
    pub filed_at: String,
    /// Empty while nobody has decided.
    pub settled_at: String,
    pub state: ChangeState,
    pub remark: String,
}

/// Whose notice it is.
#[derive(Clone, Copy, Debug)]
pub struct ReportBody<'a> {
    pub code: LocalGovernmentCode,
    pub name: &'a str,
    pub kind: OrganizationKind,
}

impl ReportRow {
    /// The row of a notice; `remark` are the words of whoever settled it.
    pub fn new(
        body: ReportBody<'_>,
        edition: &EditionDefinition,
        summary: ChangeSummary,
        notice: &Notice,
        (state, settled_at, remark): (ChangeState, Option<UnixMillis>, String),
    ) -> Self {
        let name = |id: &SchemeId| {
            let row = edition.row(id);
            row.map_or_else(|| id.to_string(), |(_, row)| row.name.clone())
        };
        let persons = |count: Option<u32>, target: bool| match count {
            Some(count) => {
                format!("{}人", crate::domain::text::with_commas(u64::from(count)))
            }
            // 不明 is a ○ whose number is not known.
            None if target => "不明".to_owned(),
            None => "対象外".to_owned(),
        };
        let (was, is) = (
            |id: &SchemeId| !summary.added.contains(id),
            |id: &SchemeId| !summary.dropped.contains(id),
        );
        Self {
            code: body.code,
            name: body.name.to_owned(),
            kind: body.kind,
            edition: edition.short_title.clone(),
            added: summary.added.iter().map(name).collect(),
            dropped: summary.dropped.iter().map(name).collect(),
            recipients: summary
                .recipients
                .iter()
                .map(|(id, before, after)| {
                    let (before, after) = (persons(*before, was(id)), persons(*after, is(id)));
                    format!("{}：{before}→{after}", name(id))
                })
                .collect(),
            answers: summary.answers.iter().map(ToString::to_string).collect(),
            summary,
            reason: notice.reason.clone(),
            changed_on: date_label(notice.changed_on),
            filed_at: datetime_label(notice.filed_at),
            settled_at: settled_at.map(datetime_label).unwrap_or_default(),
            state,
            remark,
        }
    }

    /// The cells under [`COLUMNS`].
    pub fn cells(&self) -> [Cell; COLUMNS.len()] {
        let words = |text: &str| Cell::Words(text.to_owned());
        let list = |texts: &[String]| Cell::Words(texts.join("、"));
        [
            words(self.code.as_str()),
            words(self.code.prefecture().name()),
            words(&self.name),
            words(self.kind.label()),
            words(&self.edition),
            words(&self.summary.intents.0),
            words(&self.summary.intents.1),
            words(&self.summary.words.0),
            words(&self.summary.words.1),
            list(&self.added),
            list(&self.dropped),
            list(&self.recipients),
            Cell::Figure(self.summary.totals.0),
            Cell::Figure(self.summary.totals.1),
            // An answer may be a text of several sentences.
            Cell::Words(self.answers.join("\n")),
            words(&self.reason),
            words(&self.changed_on),
            words(&self.filed_at),
            words(&self.settled_at),
            words(self.state.label()),
            words(&self.remark),
        ]
    }
}
