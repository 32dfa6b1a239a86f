//! What becomes of a form that reads well, given what is stored for its body: the rules of ADR 009.
//!
//! ```text
//! Form1 of a file + Standing (what is stored) ─ judge ─> take | unchanged | ask first | refuse
//! ```
//! Nothing a person saved or submitted on a page is overwritten without being asked.

use serde::{Deserialize, Serialize};

use super::access::{Action, Relation, permits};
use super::response::{Draft, Form1};
use super::response_status::ResponseStatus;

/// What is stored for a body when a file of it comes in.
#[derive(Clone, Debug)]
pub struct Standing<'a> {
    /// How whoever sent the file stands to the answer.
    pub relation: Relation,
    pub status: ResponseStatus,
    /// The edition takes this body's answer on the day the file counts for.
    pub takes_answers: bool,
    /// What was saved in this edition.
    pub draft: Option<&'a Draft>,
    /// The draft, if it reads without a problem.
    pub draft_form: Option<&'a Form1>,
    /// The newest revision; `None` also if it was withdrawn.
    pub newest: Option<Newest<'a>>,
    /// Something was submitted and taken back.
    pub withdrawn: bool,
    /// The number of the revision this very file became before; `Some(0)` if it changed nothing then.
    pub taken_before: Option<i32>,
}

/// The newest revision.
#[derive(Clone, Copy, Debug)]
pub struct Newest<'a> {
    pub number: i32,
    pub form: &'a Form1,
    pub by_proxy: bool,
}

/// What to do with the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// Submit it.
    Take,
    /// The answer is there already; nothing changes.
    Unchanged,
    /// Somebody has to say that it may overwrite what is there.
    Ask(Reason),
    Refuse(Reason),
}

/// Why a file that reads well was not simply taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A draft was saved on the page and says something else.
    DraftOnPage,
    /// The body took its answer back.
    Withdrawn,
    /// The body submitted something else itself.
    SubmittedByBody,
    /// The answer was accepted, and the file says something else.
    Accepted,
    /// A return is being answered on the page.
    AnsweringReturn,
    /// The file says what was returned.
    SameAsReturned,
    /// The answer was entered for the body and returned; the file would answer what was asked, without words.
    AnswersRequests,
    /// Not a body whose answer this person may enter.
    NotYours,
    /// A designated or core city, which answers to the ministry.
    DirectCity,
    /// The sender's own answer lies with its reviewer.
    OwnSubmitted,
    /// The sender's own body submits by 決裁 only.
    NeedsSignOff,
    /// The day up to which answers are taken has passed.
    Closed,
    /// Another file of the same batch says something else for the same body.
    Contradicted,
    /// The answer became another one while the file waited to be asked about.
    ChangedSince,
    /// The answer changed while the file was being taken in.
    Overtaken,
    /// The import was stopped before the file was looked at.
    Stopped,
}

impl Reason {
    /// What happened and what to do, for lists and reports.
    pub fn message(self) -> &'static str {
        match self {
            Self::DraftOnPage => {
                "この団体には、画面で入力中の内容があり、ファイルの内容と異なります。上書きしてよいか確認してください。"
            }
            Self::Withdrawn => {
                "この団体は、提出した回答を取り下げています。このファイルで提出してよいか確認してください。"
            }
            Self::SubmittedByBody => {
                "この団体は、すでに自分で回答を提出しており、ファイルの内容と異なります。上書きしてよいか確認してください。"
            }
            Self::Accepted => {
                "この団体の回答は受付済みで、ファイルの内容と異なります。上書きしてよいか確認してください。"
            }
            Self::SameAsReturned => {
                "差し戻した回答と同じ内容です。このまま提出したことにしてよいか確認してください。差戻しの依頼には、返事のことばなしで答えたことになります。"
            }
            Self::AnsweringReturn => {
                "この団体は、差戻しを受けて画面で直しているところです。上書きしてよいか確認してください。差戻しの依頼には、返事のことばなしで答えたことになります。"
            }
            Self::AnswersRequests => {
                "この団体の回答（代理入力）は差し戻されています。このファイルで答えてよいか確認してください。差戻しの依頼には、返事のことばなしで答えたことになります。"
            }
            Self::NotYours => {
                "この団体の回答を取り込むことはできません。都道府県は、自団体と、とりまとめる市区町村の回答を取り込めます。"
            }
            Self::DirectCity => {
                "指定都市と中核市は、国に直接回答します。このファイルは、市から国に提出するよう伝えてください。"
            }
            Self::OwnSubmitted => {
                "自団体の回答は、すでに提出されています。直すときは、取り下げるか、差し戻してもらってから取り込んでください。"
            }
            Self::NeedsSignOff => {
                "自団体は決裁を使う設定のため、ファイルから直接は提出できません。「ホーム」の調査を開き、ファイルを送って下書きにしてから、決裁に回してください。"
            }
            Self::Closed => "この調査回の受付期間が終わっているため、取り込めませんでした。",
            Self::Contradicted => {
                "同じ団体のファイルが2つ以上あり、内容が異なります。正しいファイルだけを取り込んでください。"
            }
            Self::ChangedSince => {
                "この団体の回答は、確認待ちになったあとに変わりました。いまの回答を見て、置きかえてよいか確認してください。"
            }
            Self::Overtaken => {
                "取り込んでいる間に、この団体の回答が変わりました。もう一度取り込んでください。"
            }
            Self::Stopped => "途中で止まったため、取り込んでいません。もう一度取り込んでください。",
        }
    }
}

/// Judges a form that reads without a problem. `replace`: overwrite without asking.
pub fn judge(standing: &Standing<'_>, form: &Form1, replace: bool) -> Judgement {
    use ResponseStatus as S;
    let Standing {
        relation, status, ..
    } = *standing;
    let own = relation == Relation::Own;
    if !own && !permits(relation, status, Action::EnterByProxy) {
        return Judgement::Refuse(match relation {
            Relation::Reader => Reason::DirectCity,
            _ => Reason::NotYours,
        });
    }
    // The same file again: even if something newer stands there now, it was looked at once.
    let is_newest = |number| {
        number == 0
            || standing
                .newest
                .is_some_and(|newest| newest.number == number)
    };
    let again = standing
        .taken_before
        .is_some_and(|number| !standing.withdrawn && (!replace || is_newest(number)));
    let same = standing
        .newest
        .is_some_and(|newest| newest.form.plain() == form.plain());
    // A returned answer sent again as it is answers the return, if who sends it means that.
    let returned_same = status == S::Returned && same && !standing.withdrawn;
    if (again || same) && !returned_same {
        return Judgement::Unchanged;
    }
    if own && !permits(relation, status, Action::EditDraft) {
        return Judgement::Refuse(Reason::OwnSubmitted);
    }
    if !standing.takes_answers {
        return Judgement::Refuse(Reason::Closed);
    }
    if returned_same {
        return if replace {
            Judgement::Take
        } else {
            Judgement::Ask(Reason::SameAsReturned)
        };
    }
    let is_on_page = standing.draft.is_some_and(|draft| {
        draft.from_file.is_none()
            && standing
                .draft_form
                .is_none_or(|draft| draft.plain() != form.plain())
    });
    let by_body = standing.newest.is_some_and(|newest| !newest.by_proxy);
    let reason = match status {
        _ if standing.withdrawn => Some(Reason::Withdrawn),
        S::NotStarted => None,
        S::Draft => is_on_page.then_some(Reason::DraftOnPage),
        S::Returned => {
            // A return puts the revision's text into the draft; anything else was typed since.
            let untouched = standing.draft.is_none_or(|draft| {
                standing
                    .newest
                    .is_some_and(|newest| draft.input == newest.form.to_input())
            });
            if is_on_page && !untouched {
                Some(Reason::AnsweringReturn)
            } else if by_body {
                Some(Reason::SubmittedByBody)
            } else {
                Some(Reason::AnswersRequests)
            }
        }
        S::Accepted => Some(Reason::Accepted),
        S::Submitted | S::UnderReview | S::SentBack => by_body.then_some(Reason::SubmittedByBody),
    };
    match reason {
        Some(reason) if !replace => Judgement::Ask(reason),
        _ => Judgement::Take,
    }
}

#[cfg(test)]
mod tests;
