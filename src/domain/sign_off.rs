//! 決裁 inside a body: one writes, another submits. A request is tied to the text it was made for.
//!
//! ```text
//! 未依頼 ─ ask ─> 決裁待ち ─ submit by another ─> submitted
//!                    ├ give back (with words) ─> 差し戻し ─ ask ─> 決裁待ち
//!                    └ save ─> 無効 ─ ask ─> 決裁待ち
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::japan_time::UnixMillis;
use super::place::Section;
use super::response::Draft;

/// Longest words with which a draft is given back, in characters.
pub const WORDS_MAX: usize = 500;

/// A request for sign-off, kept with the draft it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOff {
    pub asked_at: UnixMillis,
    /// The account that asked; it does not submit.
    pub account: i64,
    /// Its function.
    pub asked_by: String,
    /// Versions of the parts it was asked for: a later save makes it void.
    pub versions: BTreeMap<Section, u32>,
    /// How often the answer had been submitted: a submission uses the request up.
    pub revision: i32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_back: Option<GivenBack>,
}

/// The draft was given back to whoever wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenBack {
    pub at: UnixMillis,
    pub by: String,
    pub words: String,
}

/// Where the sign-off of a draft stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignOffState {
    /// 未依頼
    Unasked,
    /// 決裁待ち
    Asked,
    /// 差し戻し: given back with words.
    GivenBack,
    /// 無効: saved since it was asked for.
    Void,
}

/// What happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignOffEvent {
    /// 決裁に回す
    Ask,
    /// 取り消す, by the body's writers.
    TakeBack,
    /// 戻す, with words.
    GiveBack,
    /// 決裁して提出する
    Submit,
    /// 一時保存
    Save,
}

impl SignOffState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Unasked, Self::Asked, Self::GivenBack, Self::Void];

    /// The state after `event`; `None` is a refusal.
    pub fn after(self, event: SignOffEvent) -> Option<Self> {
        use SignOffEvent as E;
        match (self, event) {
            (Self::Unasked | Self::GivenBack | Self::Void, E::Ask) => Some(Self::Asked),
            (Self::Asked, E::TakeBack | E::Submit) => Some(Self::Unasked),
            (Self::Asked, E::GiveBack) => Some(Self::GivenBack),
            (Self::Asked, E::Save) => Some(Self::Void),
            (other, E::Save) => Some(other),
            _ => None,
        }
    }
}

impl SignOffEvent {
    /// Every event.
    pub const ALL: [Self; 5] = [
        Self::Ask,
        Self::TakeBack,
        Self::GiveBack,
        Self::Submit,
        Self::Save,
    ];
}

fn versions(draft: &Draft) -> BTreeMap<Section, u32> {
    draft
        .saves
        .iter()
        .map(|(section, save)| (*section, save.version))
        .collect()
}

impl SignOff {
    /// A request for a draft as it stands.
    pub fn ask(draft: &Draft, revision: i32, account: i64, by: &str, at: UnixMillis) -> Self {
        Self {
            asked_at: at,
            account,
            asked_by: by.to_owned(),
            versions: versions(draft),
            revision,
            given_back: None,
        }
    }
}

/// Where the sign-off of a draft stands; `revision`: how often the answer was submitted.
pub fn state_of(draft: &Draft, revision: i32) -> SignOffState {
    match &draft.sign_off {
        None => SignOffState::Unasked,
        Some(asked) if asked.revision != revision => SignOffState::Unasked,
        Some(asked) if asked.given_back.is_some() => SignOffState::GivenBack,
        Some(asked) if asked.versions != versions(draft) => SignOffState::Void,
        Some(_) => SignOffState::Asked,
    }
}

/// Why an account does not sign a draft whose sign-off was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bar {
    Wrote,
    Asked,
    WroteAndAsked,
}

/// Why this account does not sign; `None` if it may: neither who asked nor who wrote last does.
pub fn bar(draft: &Draft, account: i64) -> Option<Bar> {
    let asked = draft.sign_off.as_ref().map(|asked| asked.account);
    match (draft.last_writer == Some(account), asked == Some(account)) {
        (true, true) => Some(Bar::WroteAndAsked),
        (true, false) => Some(Bar::Wrote),
        (false, true) => Some(Bar::Asked),
        (false, false) => None,
    }
}

/// Whether this account may submit a draft whose sign-off was asked for.
pub fn may_sign(draft: &Draft, account: i64) -> bool {
    bar(draft, account).is_none()
}

/// Who of these accounts could sign if `asker` asked for it.
pub fn signers(draft: &Draft, asker: i64, people: &[i64]) -> Vec<i64> {
    let may = |account: &i64| *account != asker && draft.last_writer != Some(*account);
    people.iter().copied().filter(may).collect()
}

/// Where nobody could sign if `asker` asked: who should ask instead, so that somebody can. That is whoever wrote last;
/// everybody else may sign then.
pub fn better_asker(draft: &Draft, asker: i64, people: &[i64]) -> Option<i64> {
    let writer = draft.last_writer.filter(|writer| people.contains(writer))?;
    let helps = writer != asker
        && signers(draft, asker, people).is_empty()
        && !signers(draft, writer, people).is_empty();
    helps.then_some(writer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::response::SectionSave;

    /// Every state × event pair; `docs/states.md` shows the same table.
    #[test]
    fn every_pair_of_state_and_event_is_decided() {
        use SignOffState as S;
        #[rustfmt::skip]
        let table = [
            // state         ask             take back         give back           submit            save
            (S::Unasked,   [Some(S::Asked), None,             None,               None,             Some(S::Unasked)]),
            (S::Asked,     [None,           Some(S::Unasked), Some(S::GivenBack), Some(S::Unasked), Some(S::Void)]),
            (S::GivenBack, [Some(S::Asked), None,             None,               None,             Some(S::GivenBack)]),
            (S::Void,      [Some(S::Asked), None,             None,               None,             Some(S::Void)]),
        ];
        assert_eq!(table.map(|(state, _)| state), S::ALL);
        for (state, expected) in table {
            for (event, expected) in SignOffEvent::ALL.into_iter().zip(expected) {
                assert_eq!(state.after(event), expected, "{state:?} × {event:?}");
            }
        }
    }

    #[test]
    fn who_asks_decides_who_can_sign() {
        let draft = Draft {
            last_writer: Some(7),
            ..Draft::default()
        };
        // Two people: whoever did not write must not ask, or they block each other.
        assert!(signers(&draft, 8, &[7, 8]).is_empty());
        assert_eq!(better_asker(&draft, 8, &[7, 8]), Some(7));
        assert_eq!(signers(&draft, 7, &[7, 8]), [8]);
        assert_eq!(better_asker(&draft, 7, &[7, 8]), None);
        // A third one, one alone, a writer who is gone.
        assert_eq!(signers(&draft, 8, &[7, 8, 9]), [9]);
        assert_eq!(better_asker(&draft, 8, &[7, 8, 9]), None);
        assert_eq!(better_asker(&draft, 7, &[7]), None);
        assert_eq!(better_asker(&draft, 8, &[8]), None);
    }

    #[test]
    fn a_request_holds_for_the_text_it_was_made_for() {
        let mut draft = Draft::default();
        let save = |version| SectionSave {
            version,
            ..SectionSave::default()
        };
        draft.saves.insert(Section::Contact, save(1));
        draft.last_writer = Some(7);
        assert_eq!(state_of(&draft, 0), SignOffState::Unasked);
        let at = UnixMillis(5);
        draft.sign_off = Some(SignOff::ask(&draft, 0, 8, "障害担当", at));
        assert_eq!(state_of(&draft, 0), SignOffState::Asked);
        // Who asked, who wrote, somebody else.
        let may = [8, 7, 9].map(|account| may_sign(&draft, account));
        assert_eq!(may, [false, false, true]);
        assert_eq!(bar(&draft, 7), Some(Bar::Wrote));
        assert_eq!(bar(&draft, 8), Some(Bar::Asked));
        // Submitted: the request is used up.
        assert_eq!(state_of(&draft, 1), SignOffState::Unasked);
        draft.saves.insert(Section::Contact, save(2));
        assert_eq!(state_of(&draft, 0), SignOffState::Void);
        if let Some(asked) = &mut draft.sign_off {
            asked.given_back = Some(GivenBack {
                at,
                by: "課長".to_owned(),
                words: "受給者数を確かめてください。".to_owned(),
            });
        }
        assert_eq!(state_of(&draft, 0), SignOffState::GivenBack);
    }
}
