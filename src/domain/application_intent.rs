//! 申請の意向, section 2 of Form 1: four choices, numbered as the notice numbers them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// One of the four choices of Form 1, section 2. Stored as its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum ApplicationIntent {
    /// ① applies in the first round (1次交付).
    FirstRound,
    /// ② applies in the second round (2次交付).
    SecondRound,
    /// ③ has no plan.
    NoPlan,
    /// ④ something else, in words.
    Other,
}

/// The choices ticked. Usually one; the notice does not forbid two.
pub type Intents = BTreeSet<ApplicationIntent>;

impl ApplicationIntent {
    /// In the order of the form.
    pub const ALL: [Self; 4] = [
        Self::FirstRound,
        Self::SecondRound,
        Self::NoPlan,
        Self::Other,
    ];

    /// 1 to 4.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    /// The circled number the form prints.
    pub fn sign(self) -> &'static str {
        ["①", "②", "③", "④"][self as usize]
    }

    /// A short label for tables, where the full wording does not fit.
    pub fn short_label(self) -> &'static str {
        ["①1次交付", "②2次交付", "③予定なし", "④その他"][self as usize]
    }

    /// The bit of this choice in a mask kept beside an answer.
    pub fn bit(self) -> i32 {
        1 << (self as i32)
    }
}

impl From<ApplicationIntent> for u8 {
    fn from(intent: ApplicationIntent) -> u8 {
        intent.number()
    }
}

/// A number that is none of 1 to 4.
#[derive(Debug, thiserror::Error)]
#[error("no intent has the number {0}")]
pub struct UnknownIntent(u8);

impl TryFrom<u8> for ApplicationIntent {
    type Error = UnknownIntent;

    fn try_from(number: u8) -> Result<Self, UnknownIntent> {
        Self::ALL
            .into_iter()
            .find(|intent| intent.number() == number)
            .ok_or(UnknownIntent(number))
    }
}

/// The bit mask of a set of intents (bit 0 = ①).
pub fn mask(intents: &Intents) -> i32 {
    intents.iter().fold(0, |mask, intent| mask | intent.bit())
}

/// The set a mask stands for.
pub fn from_mask(mask: i32) -> Intents {
    ApplicationIntent::ALL
        .into_iter()
        .filter(|intent| mask & intent.bit() != 0)
        .collect()
}

/// 「①1次交付、②2次交付」, or 「未回答」 for none.
pub fn labels(intents: &Intents) -> String {
    if intents.is_empty() {
        return "未回答".to_owned();
    }
    intents
        .iter()
        .map(|intent| intent.short_label())
        .collect::<Vec<_>>()
        .join("、")
}
