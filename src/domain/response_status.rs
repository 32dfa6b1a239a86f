//! The life of one body's answer in one edition, as a state machine.
//!
//! An event is asked of the current status and gives the next one or a refusal; nothing else in the
//! program decides what may follow what. Who may cause an event is decided in [`super::access`].

use serde::{Deserialize, Serialize};

/// Where an answer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseStatus {
    /// 未着手: nothing saved yet.
    NotStarted,
    /// 入力中: a draft is kept, nothing is submitted.
    Draft,
    /// 提出済: submitted, the reviewer has not begun.
    Submitted,
    /// 提出済（確認中）: the reviewer has begun; the body can no longer withdraw.
    UnderReview,
    /// 差戻し中: the body is asked to answer a return.
    Returned,
    /// 受付済: the reviewer took it.
    Accepted,
    /// 提出済（国から差戻し）: the ministry gave an accepted answer back to the prefecture.
    SentBack,
}

/// What can happen to an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseEvent {
    /// 一時保存
    SaveDraft,
    /// 提出
    Submit,
    /// 取下げ
    Withdraw,
    /// 確認開始
    StartReview,
    /// 受付
    Accept,
    /// 差戻し
    Return,
    /// 国から都道府県への差戻し
    SendBack,
    /// 代理入力: somebody who gathers the answer submits a form the body sent by other ways.
    EnterByProxy,
    /// 再受付: the ministry asks one body again by itself, until a day of its own.
    Reopen,
    /// 意向変更: the ministry accepted a notice of the body; a revision more, the status stays.
    ChangeIntent,
    /// 訂正: the reviewer mended an obvious slip in the body's place; a revision more, and the review has begun.
    Correct,
    /// 再受付の終了: the day passed and nothing was sent again. Nobody can cause it; where the answer goes back to, its
    /// history says ([`super::reopening::status_before`]).
    EndReopening,
}

/// The event does not fit the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{event:?} does not fit {status:?}")]
pub struct Refused {
    pub status: ResponseStatus,
    pub event: ResponseEvent,
}

impl ResponseStatus {
    /// In the order in which an answer usually passes them.
    pub const ALL: [Self; 7] = [
        Self::NotStarted,
        Self::Draft,
        Self::Submitted,
        Self::UnderReview,
        Self::Returned,
        Self::Accepted,
        Self::SentBack,
    ];

    /// The status after `event`.
    pub fn after(self, event: ResponseEvent) -> Result<Self, Refused> {
        use ResponseEvent as E;
        use ResponseStatus as S;
        Ok(match (self, event) {
            (S::NotStarted | S::Draft, E::SaveDraft) => S::Draft,
            (S::Returned, E::SaveDraft) => S::Returned,
            (S::Draft | S::Returned, E::Submit) => S::Submitted,
            (S::Submitted, E::Withdraw) => S::Draft,
            (S::Submitted, E::StartReview) => S::UnderReview,
            (S::Submitted | S::UnderReview | S::SentBack, E::Accept) => S::Accepted,
            (S::Submitted | S::UnderReview | S::Accepted | S::SentBack, E::Return) => S::Returned,
            (S::Accepted, E::SendBack) => S::SentBack,
            // Something that was sent is mended; whoever sent nothing goes on.
            (status, E::Reopen) if status.is_received() => S::Returned,
            (status, E::Reopen) => status,
            // Whatever stood before is replaced; who may do so without asking is decided with the file.
            (_, E::EnterByProxy) => S::Submitted,
            (status, E::ChangeIntent) if status.is_received() => status,
            // What the reviewer has a hand in can no longer be withdrawn unseen.
            (S::Submitted, E::Correct) => S::UnderReview,
            (status, E::Correct) if status.is_received() => status,
            (status, event) => return Err(Refused { status, event }),
        })
    }

    /// Stable text for the database.
    pub fn as_str(self) -> &'static str {
        [
            "not_started",
            "draft",
            "submitted",
            "under_review",
            "returned",
            "accepted",
            "sent_back",
        ][self as usize]
    }

    /// The status with this stable text.
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// The five words of the board.
    pub fn label(self) -> &'static str {
        match self {
            Self::NotStarted => "未着手",
            Self::Draft => "入力中",
            Self::Submitted | Self::UnderReview | Self::SentBack => "提出済",
            Self::Returned => "差戻し中",
            Self::Accepted => "受付済",
        }
    }

    /// The label with what only the reviewer needs to know.
    pub fn detailed_label(self) -> &'static str {
        match self {
            Self::UnderReview => "提出済（確認中）",
            Self::SentBack => "提出済（国から差戻し）",
            other => other.label(),
        }
    }

    /// An answer lies with the reviewer or beyond: Form 2 prints ○.
    pub fn is_received(self) -> bool {
        matches!(
            self,
            Self::Submitted | Self::UnderReview | Self::Accepted | Self::SentBack
        )
    }

    /// The body owes something: a first answer, or the answer to a return.
    pub fn is_owing(self) -> bool {
        !self.is_received()
    }

    /// The body may type into its draft.
    pub fn is_editable(self) -> bool {
        self.after(ResponseEvent::SaveDraft).is_ok()
    }
}

impl ResponseEvent {
    /// Every event.
    pub const ALL: [Self; 12] = [
        Self::SaveDraft,
        Self::Submit,
        Self::Withdraw,
        Self::StartReview,
        Self::Accept,
        Self::Return,
        Self::SendBack,
        Self::EnterByProxy,
        Self::Reopen,
        Self::ChangeIntent,
        Self::Correct,
        Self::EndReopening,
    ];

    /// Stable text for the database.
    pub fn as_str(self) -> &'static str {
        [
            "save_draft",
            "submit",
            "withdraw",
            "start_review",
            "accept",
            "return",
            "send_back",
            "enter_by_proxy",
            "reopen",
            "change_intent",
            "correct",
            "end_reopening",
        ][self as usize]
    }

    /// The event with this stable text.
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == text)
    }

    /// The event as a history prints it.
    pub fn label(self) -> &'static str {
        match self {
            Self::SaveDraft => "一時保存",
            Self::Submit => "提出",
            Self::Withdraw => "取下げ",
            Self::StartReview => "確認開始",
            Self::Accept => "受付",
            Self::Return => "差戻し",
            Self::SendBack => "国から都道府県へ差戻し",
            Self::EnterByProxy => "提出（代理入力）",
            Self::Reopen => "再受付（この団体だけ）",
            Self::ChangeIntent => "意向変更",
            Self::Correct => "訂正",
            Self::EndReopening => "再受付の終了（提出なし）",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ResponseEvent as E;
    use ResponseStatus as S;

    /// Every status × event pair: `None` is a refusal. `docs/states.md` shows the same table.
    #[test]
    fn every_pair_of_status_and_event_is_decided() {
        #[rustfmt::skip]
        let table: [(S, [Option<S>; 12]); 7] = [
            // status          SaveDraft          Submit              Withdraw        StartReview            Accept             Return             SendBack           EnterByProxy        Reopen            ChangeIntent  Correct  EndReopening
            (S::NotStarted,  [Some(S::Draft),    None,               None,           None,                  None,              None,              None, Some(S::Submitted), Some(S::NotStarted), None, None, None]),
            (S::Draft,       [Some(S::Draft),    Some(S::Submitted), None,           None,                  None,              None,              None, Some(S::Submitted), Some(S::Draft), None, None, None]),
            (S::Submitted,   [None,              None,               Some(S::Draft), Some(S::UnderReview),  Some(S::Accepted), Some(S::Returned), None, Some(S::Submitted), Some(S::Returned), Some(S::Submitted), Some(S::UnderReview), None]),
            (S::UnderReview, [None,              None,               None,           None,                  Some(S::Accepted), Some(S::Returned), None, Some(S::Submitted), Some(S::Returned), Some(S::UnderReview), Some(S::UnderReview), None]),
            (S::Returned,    [Some(S::Returned), Some(S::Submitted), None,           None,                  None,              None,              None, Some(S::Submitted), Some(S::Returned), None, None, None]),
            (S::Accepted,    [None,              None,               None,           None,                  None,              Some(S::Returned), Some(S::SentBack), Some(S::Submitted), Some(S::Returned), Some(S::Accepted), Some(S::Accepted), None]),
            (S::SentBack,    [None,              None,               None,           None,                  Some(S::Accepted), Some(S::Returned), None, Some(S::Submitted), Some(S::Returned), Some(S::SentBack), Some(S::SentBack), None]),
        ];
        for (status, expected) in table {
            for (event, expected) in E::ALL.into_iter().zip(expected) {
                assert_eq!(status.after(event).ok(), expected, "{status:?} × {event:?}");
            }
        }
    }

    #[test]
    fn stored_texts_come_back() {
        for status in S::ALL {
            assert_eq!(S::from_stored(status.as_str()), Some(status));
        }
        for event in E::ALL {
            assert_eq!(E::from_stored(event.as_str()), Some(event));
        }
    }
}
