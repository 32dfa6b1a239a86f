//! What the portal writes by mail: kinds, and one mail before it has a text.
//!
//! ```text
//! verb ─ NewMail (kind, key, recipient, facts) ─> outbox row, in the verb's transaction
//! worker ─ MailText of the kind + facts ─> subject and body, fixed at the first attempt ─> SMTP
//! ```
//! A mail says that something waits and where; it carries no answer and no secret (security line 52).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::email_address::EmailAddress;
use super::form_words::INTENT;
use super::local_government_code::LocalGovernmentCode;
use super::survey_edition::EditionDefinition;

/// Why a mail is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MailKind {
    /// To the body: its answer arrived.
    Submitted,
    /// To the body: the reviewer asks it to look again.
    Returned,
    /// To the body: its answer was accepted.
    Accepted,
    /// To the prefecture: the ministry gave an answer back.
    SentBack,
    /// To the ministry: the prefecture answered a request, or passed it on.
    PassedOn,
    /// To the body: the reviewer corrected an obvious slip.
    Corrected,
    /// To the reviewer: the body objects to a correction or to an entry made for it.
    Objected,
    /// To the body: the reviewer answered its objection.
    ObjectionAnswered,
    /// To whoever acts next: a notice of a change of intent lies there.
    ChangeFiled,
    /// To whoever waits: what became of a notice of a change of intent.
    ChangeMoved,
    /// To the body: somebody entered its answer for it.
    ProxyEntered,
    /// Inside a body: an answer waits for sign-off.
    SignOffAsked,
    /// Inside a body: what became of it.
    SignOffDone,
    /// Inside a body: rows of the form wait for a department.
    PartAsked,
    /// To whoever answers questions.
    QuestionAsked,
    /// To whoever asked.
    QuestionAnswered,
    /// To the ministry: a question the prefecture passed on.
    QuestionPassedOn,
    /// To the body: a reviewer wrote a comment that is for its eyes too.
    Commented,
    /// By plan, to who owes.
    Reminder,
    /// By hand, with a sentence of the prefecture.
    ReminderByHand,
    /// Once a day, to prefectures and the ministry.
    Digest,
    /// To a body: an edition opened.
    EditionOpened,
    /// To a body: it has more time.
    Extended,
    /// To a body that owes: its deadline moved, its prefecture's own or the edition's.
    DeadlineMoved,
    /// To a body: its answer is taken again.
    Reopened,
    /// To the ministry: a prefecture sent Form 2.
    SummarySent,
    /// To a body: the survey of required amounts opened.
    FollowUpOpened,
    /// To both: duty was handed over.
    HandedOver,
    /// To a successor who cannot sign in yet: the link to choose a password.
    AccountLink,
}

impl MailKind {
    /// Every kind, in the order of the page of texts.
    pub const ALL: [Self; 29] = [
        Self::EditionOpened,
        Self::Reminder,
        Self::ReminderByHand,
        Self::Submitted,
        Self::Returned,
        Self::Accepted,
        Self::SentBack,
        Self::PassedOn,
        Self::Corrected,
        Self::Objected,
        Self::ObjectionAnswered,
        Self::ChangeFiled,
        Self::ChangeMoved,
        Self::ProxyEntered,
        Self::SignOffAsked,
        Self::SignOffDone,
        Self::PartAsked,
        Self::QuestionAsked,
        Self::QuestionAnswered,
        Self::QuestionPassedOn,
        Self::Commented,
        Self::Digest,
        Self::DeadlineMoved,
        Self::Extended,
        Self::Reopened,
        Self::SummarySent,
        Self::FollowUpOpened,
        Self::HandedOver,
        Self::AccountLink,
    ];

    /// Stable text for the database and for addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Returned => "returned",
            Self::Accepted => "accepted",
            Self::SentBack => "sent_back",
            Self::PassedOn => "passed_on",
            Self::Corrected => "corrected",
            Self::Objected => "objected",
            Self::ObjectionAnswered => "objection_answered",
            Self::ChangeFiled => "change_filed",
            Self::ChangeMoved => "change_moved",
            Self::ProxyEntered => "proxy_entered",
            Self::SignOffAsked => "sign_off_asked",
            Self::SignOffDone => "sign_off_done",
            Self::PartAsked => "part_asked",
            Self::QuestionAsked => "question_asked",
            Self::QuestionAnswered => "question_answered",
            Self::QuestionPassedOn => "question_passed_on",
            Self::Commented => "commented",
            Self::Reminder => "reminder",
            Self::ReminderByHand => "reminder_by_hand",
            Self::Digest => "digest",
            Self::EditionOpened => "edition_opened",
            Self::Extended => "extended",
            Self::DeadlineMoved => "deadline_moved",
            Self::Reopened => "reopened",
            Self::SummarySent => "summary_sent",
            Self::FollowUpOpened => "follow_up_opened",
            Self::HandedOver => "handed_over",
            Self::AccountLink => "account_link",
        }
    }

    /// The kind with this stable text.
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The kind in the words of the operators' page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Submitted => "提出の控え",
            Self::Returned => "差戻しのお知らせ",
            Self::Accepted => "受付のお知らせ",
            Self::SentBack => "国からの差戻しのお知らせ",
            Self::PassedOn => "国からの依頼への回答のお知らせ",
            Self::Corrected => "訂正のお知らせ",
            Self::Objected => "訂正・代理入力への申し出のお知らせ",
            Self::ObjectionAnswered => "訂正への申し出への回答のお知らせ",
            Self::ChangeFiled => "意向の変更の届出のお知らせ",
            Self::ChangeMoved => "意向の変更の届出の結果のお知らせ",
            Self::ProxyEntered => "代理入力のお知らせ",
            Self::SignOffAsked => "決裁のお願い",
            Self::SignOffDone => "決裁の結果のお知らせ",
            Self::PartAsked => "担当する行の入力のお願い",
            Self::QuestionAsked => "質問が届いたお知らせ",
            Self::QuestionAnswered => "質問への回答のお知らせ",
            Self::QuestionPassedOn => "国へ引き継がれた質問のお知らせ",
            Self::Commented => "コメントのお知らせ",
            Self::Reminder => "期限前後のお知らせ（自動）",
            Self::ReminderByHand => "都道府県・国からのお知らせ（手動）",
            Self::Digest => "1日のまとめ",
            Self::EditionOpened => "調査開始のお知らせ",
            Self::Extended => "期限延長のお知らせ",
            Self::DeadlineMoved => "締切の変更のお知らせ",
            Self::Reopened => "再受付のお知らせ",
            Self::SummarySent => "様式2の送付のお知らせ",
            Self::FollowUpOpened => "所要額調査開始のお知らせ",
            Self::HandedOver => "担当引継ぎのお知らせ",
            Self::AccountLink => "後任の方の利用開始のご案内",
        }
    }

    /// Its link lets somebody in: it is shown to nobody, and forgotten once the mail was sent.
    pub fn has_secret_link(self) -> bool {
        matches!(self, Self::AccountLink)
    }
}

/// A place in a text that a value fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Placeholder {
    /// The body it is about.
    Body,
    Code,
    /// The edition's title.
    Edition,
    /// Its kind: 意向等調査.
    Survey,
    /// The day up to which the body may answer.
    Deadline,
    /// A path of the portal; the worker puts its public address before it.
    Link,
    /// Who did it.
    By,
    Receipt,
    /// Which parts of the form, never what was answered there.
    Places,
    Count,
    /// A sentence somebody wrote for this mail.
    Words,
    /// Lines of a list.
    List,
    Day,
    /// How things stand.
    State,
    /// How long is left.
    Left,
}

impl Placeholder {
    /// Every placeholder.
    pub const ALL: [Self; 15] = [
        Self::Body,
        Self::Code,
        Self::Edition,
        Self::Survey,
        Self::Deadline,
        Self::Link,
        Self::By,
        Self::Receipt,
        Self::Places,
        Self::Count,
        Self::Words,
        Self::List,
        Self::Day,
        Self::State,
        Self::Left,
    ];

    /// What stands between the braces.
    pub fn name(self) -> &'static str {
        match self {
            Self::Body => "自治体名",
            Self::Code => "自治体コード",
            Self::Edition => "調査名",
            Self::Survey => "調査の種類",
            Self::Deadline => "締切",
            Self::Link => "リンク",
            Self::By => "差出人",
            Self::Receipt => "受付番号",
            Self::Places => "項目",
            Self::Count => "件数",
            Self::Words => "ひとこと",
            Self::List => "一覧",
            Self::Day => "日付",
            Self::State => "状況",
            Self::Left => "残り日数",
        }
    }

    /// The placeholder of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|place| place.name() == name)
    }

    /// A value for the preview of a text.
    pub fn example(self) -> &'static str {
        match self {
            Self::Body => "見本市",
            Self::Code => "999999",
            Self::Edition => "令和9年度 意向等調査",
            Self::Survey => INTENT.survey,
            Self::Deadline => "令和9年2月26日（金）23時59分",
            Self::Link => "/home",
            Self::By => "医療助成担当（見本県）",
            Self::Receipt => "R9-999999-01",
            Self::Places => "3 対象とする医療費助成",
            Self::Count => "3",
            Self::Words => "お忙しいところ恐れ入りますが、よろしくお願いいたします。",
            Self::List => "・新しく届いた回答：2件\n・期限を過ぎた自治体：1件",
            Self::Day => "令和9年2月15日（月）",
            Self::State => "入力中（まだ提出されていません）",
            Self::Left => "あと3日",
        }
    }
}

/// What a text is filled with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MailFacts(BTreeMap<Placeholder, String>);

impl MailFacts {
    /// The facts and one more.
    #[must_use]
    pub fn with(mut self, place: Placeholder, value: impl Into<String>) -> Self {
        self.0.insert(place, value.into());
        self
    }

    /// The facts and which survey it is about.
    #[must_use]
    pub fn of_survey(self, definition: &EditionDefinition) -> Self {
        self.with(Placeholder::Edition, definition.title.clone())
            .with(Placeholder::Survey, definition.words().survey)
    }

    /// The value, empty if there is none.
    pub fn get(&self, place: Placeholder) -> &str {
        self.0.get(&place).map_or("", String::as_str)
    }

    /// A value for every placeholder, for previews.
    pub fn examples() -> Self {
        Placeholder::ALL
            .into_iter()
            .fold(Self::default(), |facts, place| {
                facts.with(place, place.example())
            })
    }
}

/// Who is written to: the addresses its duty belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// A body; a prefecture is one too.
    Body(LocalGovernmentCode),
    Ministry,
}

/// One mail to one address, before it has a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMail {
    /// The event and the address, such as `submitted/R9-012025-01/iryo@city.example`: written twice, it is one mail.
    pub key: String,
    pub kind: MailKind,
    pub edition_id: Option<i64>,
    /// The body it is about.
    pub about: Option<LocalGovernmentCode>,
    pub to: EmailAddress,
    pub facts: MailFacts,
}

/// Where a mail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MailState {
    /// To be sent, or to be tried again.
    Waiting,
    /// The mail server took it.
    Sent,
    /// The mail server refused it for good, or every attempt failed: a human looks.
    Failed,
    /// Somebody decided that it is not sent any more.
    Stopped,
}

impl MailState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Failed, Self::Sent, Self::Stopped];

    /// Stable text for the database and for addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }

    /// The state with this stable text.
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// The state in the words of the operators' page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Waiting => "送信待ち",
            Self::Sent => "送信済",
            Self::Failed => "送信できませんでした",
            Self::Stopped => "送信を取りやめました",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_texts_lead_back() {
        for kind in MailKind::ALL {
            assert_eq!(MailKind::from_stored(kind.as_str()), Some(kind));
        }
        for state in MailState::ALL {
            assert_eq!(MailState::from_stored(state.as_str()), Some(state));
        }
        for place in Placeholder::ALL {
            assert_eq!(Placeholder::named(place.name()), Some(place));
        }
        let distinct: std::collections::BTreeSet<_> = MailKind::ALL.into_iter().collect();
        assert_eq!(distinct.len(), MailKind::ALL.len());
    }
}
