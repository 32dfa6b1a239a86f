//! What a change makes different, seen from the body: before, after, and in which way.

use jiff::civil::Date;

use super::TablePlace;
use crate::domain::body_history::{BodyChange, BodyHistory, BodyStanding, BodyState, Fate, Said};
use crate::domain::local_government_code::LocalGovernmentCode;

/// In which way something is different.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DifferenceKind {
    New,
    Gone,
    /// Was abolished, is there again.
    Back,
    Renamed,
    ClassChanged,
    KanaOnly,
    /// The same name or reading in another spelling, which is not taken over.
    Spelling,
}

impl DifferenceKind {
    /// All, in the order of lists.
    pub const ALL: [Self; 7] = [
        Self::New,
        Self::Gone,
        Self::Back,
        Self::Renamed,
        Self::ClassChanged,
        Self::KanaOnly,
        Self::Spelling,
    ];

    /// 新設, 廃止 …
    pub fn label(self) -> &'static str {
        match self {
            Self::New => "新設",
            Self::Gone => "廃止",
            Self::Back => "廃止の取消し",
            Self::Renamed => "名称の変更",
            Self::ClassChanged => "区分の変更",
            Self::KanaOnly => "カナだけの変更",
            Self::Spelling => "表記の違い（反映しません）",
        }
    }
}

/// One body, one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub code: LocalGovernmentCode,
    pub effective_on: Date,
    /// As it stood on the day without the change. None if nothing was known of it.
    pub before: Option<BodyState>,
    /// As it stands with it.
    pub after: Option<BodyState>,
    /// Name of the body that carries on; empty if none does, or nothing is known of it.
    pub successor: String,
    /// What the change says; empty where only a spelling differs.
    pub said: Said,
    /// Name or reading in another spelling.
    pub spelling: Said,
    /// Where a file says so.
    pub place: Option<TablePlace>,
}

impl Difference {
    /// Whether something is recorded.
    pub fn is_applied(&self) -> bool {
        !self.said.is_empty()
    }

    /// What is recorded.
    pub fn change(&self) -> BodyChange {
        BodyChange {
            code: self.code,
            effective_on: self.effective_on,
            said: self.said.clone(),
        }
    }

    /// The name of the body: as it was before, or as it will be first.
    pub fn name(&self) -> &str {
        let state = self.before.as_ref().or(self.after.as_ref());
        state.map_or("", |state| &state.body.name)
    }

    /// The ways in which it differs, in the order of lists.
    pub fn kinds(&self) -> Vec<DifferenceKind> {
        use DifferenceKind as D;
        let mut kinds = Vec::new();
        let was = self.before.as_ref().map(|state| state.standing);
        match self.said.fate {
            Some(Fate::Abolished { .. }) => kinds.push(D::Gone),
            Some(Fate::InForce) if matches!(was, Some(BodyStanding::Abolished { .. })) => {
                kinds.push(D::Back);
            }
            Some(Fate::InForce) => kinds.push(D::New),
            None => {
                let said = &self.said;
                if said.name.is_some() {
                    kinds.push(D::Renamed);
                }
                if said.kind.is_some()
                    || said.health_center_city.is_some()
                    || said.child_guidance_city.is_some()
                {
                    kinds.push(D::ClassChanged);
                }
                if said.kana.is_some() && kinds.is_empty() {
                    kinds.push(D::KanaOnly);
                }
            }
        }
        if !self.spelling.is_empty() {
            kinds.push(D::Spelling);
        }
        kinds
    }

    /// What changes, as item, before and after, in words.
    pub fn items(&self) -> Vec<(&'static str, String, String)> {
        let before = self.before.as_ref();
        let had = |of: fn(&BodyState) -> String| before.map_or_else(String::new, of);
        let yes_no = |is: bool| if is { "該当" } else { "非該当" }.to_owned();
        let mut items = Vec::new();
        let mut push = |what, was: String, is: Option<String>| {
            if let Some(is) = is.filter(|is| *is != was) {
                items.push((what, was, is));
            }
        };
        if let Some(Fate::Abolished { into }) = self.said.fate {
            let is = into.map_or_else(
                || "廃止".to_owned(),
                |into| match self.successor.as_str() {
                    "" => format!("廃止（コード{into}の団体が引き継ぎます）"),
                    name => format!("廃止（{name}（{into}）が引き継ぎます）"),
                },
            );
            push(
                "団体",
                had(|state| state.standing.label().to_owned()),
                Some(is),
            );
        }
        let (said, spelled) = (&self.said, &self.spelling);
        let name = said.name.clone().or_else(|| spelled.name.clone());
        push("名称", had(|state| state.body.name.clone()), name);
        let kana = said.kana.clone().or_else(|| spelled.kana.clone());
        push("カナ", had(|state| state.body.kana.clone()), kana);
        let kind = said.kind.map(|kind| kind.label().to_owned());
        push(
            "区分",
            had(|state| state.body.kind.label().to_owned()),
            kind,
        );
        for (what, was, is) in [
            (
                "保健所設置市",
                before.map(|state| state.body.health_center_city),
                said.health_center_city,
            ),
            (
                "児相設置市",
                before.map(|state| state.body.child_guidance_city),
                said.child_guidance_city,
            ),
        ] {
            // Of a new body only what it is is worth a line.
            let was = yes_no(was.unwrap_or(false));
            push(what, was, is.map(yes_no));
        }
        items
    }
}

/// The name that whoever carries on bears on the day.
pub(super) fn successor(history: &BodyHistory, said: &Said, day: Date) -> String {
    let Some(Fate::Abolished { into: Some(into) }) = said.fate else {
        return String::new();
    };
    let state = history.state(into, day);
    state.map_or_else(String::new, |state| state.body.name)
}

/// What the changes of one day made different for a body: the state of the day before, and of the day.
pub fn step(history: &BodyHistory, code: LocalGovernmentCode, day: Date) -> Difference {
    let of_day = history.changes_of(code).iter();
    let mut said = Said::default();
    for change in of_day.filter(|change| change.effective_on == day) {
        said.fold(&change.said);
    }
    let before = day.yesterday().ok();
    let before = before.and_then(|before| history.state(code, before));
    Difference {
        code,
        effective_on: day,
        // Before its first day nothing was.
        before: before.filter(|state| state.standing != BodyStanding::Coming),
        after: history.state(code, day),
        successor: successor(history, &said, day),
        said,
        spelling: Said::default(),
        place: None,
    }
}

/// What changes make different, in code order and by day; those that change nothing are left out.
pub fn differences(history: &BodyHistory, changes: &[BodyChange]) -> Vec<Difference> {
    let after = history.with(changes);
    let mut differences: Vec<Difference> = changes
        .iter()
        .map(|change| Difference {
            code: change.code,
            effective_on: change.effective_on,
            before: history.state(change.code, change.effective_on),
            after: after.state(change.code, change.effective_on),
            successor: successor(&after, &change.said, change.effective_on),
            said: change.said.clone(),
            spelling: Said::default(),
            place: None,
        })
        .filter(|one| one.before != one.after)
        .collect();
    differences.sort_by_key(|one| (one.code, one.effective_on));
    differences
}
