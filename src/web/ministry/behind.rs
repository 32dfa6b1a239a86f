//! A list of the bodies behind a figure: its head, its files, and what every line of it begins with.
//!
//! ```text
//! Opened + day ─ BehindList::of ─> heading, how many, of which moment ─ templates/ministry/behind.html
//! ```

use super::as_of::AsOf;
use super::{Head, Opened};
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::OrganizationKind;
use crate::domain::text::with_commas;
use crate::web::error::{WebError, WebResult};

/// Bodies a page lists; the file has all of them.
pub(super) const SHOWN_MAX: usize = 500;

/// What stands above the list.
pub(super) struct BehindList {
    /// What was counted.
    pub(super) heading: String,
    /// Which of these are listed: 「中核市」「北海道」.
    pub(super) narrowed: Vec<String>,
    pub(super) count: String,
    pub(super) is_empty: bool,
    /// Only the first are on the page.
    pub(super) is_cut: bool,
    pub(super) short_title: String,
    /// 「令和9年2月26日（金）23時59分の時点」, or 現在.
    pub(super) moment: String,
    /// What the files hold: 一覧, 回答一覧.
    pub(super) file: &'static str,
    pub(super) files: Files,
    /// The page of the figures and its address.
    pub(super) back: (&'static str, String),
}

impl BehindList {
    /// The head of a list of so many bodies.
    pub(super) fn of(
        heading: String,
        found: usize,
        (head, as_of): (&Head, &AsOf),
        files: Files,
        back: (&'static str, String),
    ) -> Self {
        Self {
            heading,
            narrowed: Vec::new(),
            count: with_commas(u64::try_from(found).unwrap_or(u64::MAX)),
            is_empty: found == 0,
            is_cut: found > SHOWN_MAX,
            short_title: head.short_title.clone(),
            moment: match as_of.day {
                Some(_) => as_of.moment.clone(),
                None => head.as_of.clone(),
            },
            file: "一覧",
            files,
            back,
        }
    }

    /// How many bodies a page lists.
    pub(super) fn shown(&self) -> usize {
        SHOWN_MAX
    }
}

/// One table as two files.
pub(super) struct Files {
    pub(super) xlsx: String,
    pub(super) csv: String,
}

impl Files {
    /// The files at a path, with a query that begins with its question mark.
    pub(super) fn new(as_of: &AsOf, path: &str, query: &str) -> Self {
        Self {
            xlsx: as_of.href(&format!("{path}.xlsx{query}")),
            csv: as_of.href(&format!("{path}.csv{query}")),
        }
    }
}

/// What a line says of the body itself.
pub(super) struct Body {
    pub(super) code: String,
    pub(super) prefecture: &'static str,
    pub(super) name: String,
    /// Its answer in the edition.
    pub(super) href: String,
    pub(super) kind: &'static str,
}

impl Body {
    /// A body of an edition by its key.
    pub(super) fn new(
        code: LocalGovernmentCode,
        name: &str,
        kind: OrganizationKind,
        key: &str,
    ) -> Self {
        Self {
            code: code.to_string(),
            prefecture: code.prefecture().name(),
            name: name.to_owned(),
            href: format!("/editions/{key}/answers/{code}"),
            kind: kind.label(),
        }
    }
}

/// The day of which a list is wanted. Its address comes from a page, so a day that cannot be read was not typed there.
pub(super) fn day_of_list(opened: &Opened, typed: &str, now: UnixMillis) -> WebResult<AsOf> {
    let as_of = AsOf::read(typed, now, opened.edition.dates.deadline_on);
    if as_of.problems.is_empty() {
        Ok(as_of)
    } else {
        Err(WebError::BadRequest)
    }
}

/// Nothing said is everything; an address that cannot be read is no list of ours.
pub(super) fn read<T: std::str::FromStr>(text: &str) -> WebResult<Option<T>> {
    match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| WebError::BadRequest),
    }
}
