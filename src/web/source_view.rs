//! Where a submission came from, as receipts, reviews and histories say it: the page, a file of the body's
//! own, or a file that somebody who gathers answers entered (代理入力).

use std::collections::HashMap;

use crate::domain::revision::Revision;
use crate::store::intake::FileSource;

/// The file of a submission, ready to print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceView {
    /// 代理入力
    pub by_proxy: bool,
    /// 「北海道　医療助成担当」
    pub sender: String,
    /// Official name of the sender's office.
    pub sender_body: String,
    pub file_name: String,
    /// The original.
    pub href: String,
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
        }
    }

    /// The source of a revision; `None` if it was typed on the page.
    pub fn of(revision: &Revision, files: &HashMap<i64, FileSource>) -> Option<Self> {
        let file = files.get(&revision.intake_file?)?;
        Some(Self::new(file, revision.by_proxy))
    }
}
