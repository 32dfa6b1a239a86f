//! 国から差戻し: what the ministry gave back, by what the prefecture has to do about it.

use crate::domain::response_status::ResponseStatus;
use crate::domain::review_request::{Addressee, Asker, RequestState};
use crate::store::boards::BoardRow;
use crate::store::request_boards::{RequestMark, RequestMarks};
use crate::web::view::Crumb;

/// Answers about which the prefecture has the same to do.
pub(super) struct SentBack {
    pub words: String,
    pub bodies: Vec<Crumb>,
}

/// What has to be done next about an answer that was given back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    PassOn,
    Answer,
    Accept,
}

impl Next {
    const ALL: [Self; 3] = [Self::PassOn, Self::Answer, Self::Accept];

    fn of(marks: &[RequestMark]) -> Self {
        let waits = |addressee| {
            marks.iter().any(|mark| {
                mark.asker == Asker::Ministry
                    && mark.state == RequestState::WithReviewer
                    && mark.addressee == addressee
            })
        };
        if waits(Addressee::Body) {
            Self::PassOn
        } else if waits(Addressee::Reviewer) {
            Self::Answer
        } else {
            Self::Accept
        }
    }

    /// The prefecture is told what to do, the ministry for whom it waits.
    fn words(self, is_own: bool, count: usize) -> String {
        let told = match (self, is_own) {
            (Self::PassOn, true) => {
                "国から、市区町村に確かめてほしいという依頼が届いています。団体を開いて、市区町村へ伝えるか、都道府県から国へ回答してください。市区町村には、まだ届いていません。"
            }
            (Self::PassOn, false) => {
                "市区町村への国の依頼は、都道府県の対応を待っています。市区町村には、まだ届いていません。"
            }
            (Self::Answer, true) => {
                "国から、都道府県に確かめてほしいという依頼が届いています。団体を開いて、都道府県から国へ回答してください。市区町村がすることはありません。"
            }
            (Self::Answer, false) => "国の依頼は、都道府県の回答を待っています。",
            (Self::Accept, true) => {
                "国の依頼への対応は済んでいます。団体を開いて内容を確かめ、もう一度「受け付ける」を押してください。"
            }
            (Self::Accept, false) => {
                "国の依頼への対応は済み、都道府県がもう一度受け付けるのを待っています。"
            }
        };
        format!("{told}（{count}件）")
    }
}

/// The answers the ministry gave back, grouped by what is next.
pub(super) fn sent_back(
    rows: &[&BoardRow],
    marks: &RequestMarks,
    is_own: bool,
    link: impl Fn(&BoardRow) -> Crumb,
) -> Vec<SentBack> {
    let next = |row: &BoardRow| Next::of(marks.get(&row.code).map_or(&[][..], Vec::as_slice));
    let groups = Next::ALL.into_iter().map(|wanted| {
        let of_group = rows
            .iter()
            .filter(|row| row.status == ResponseStatus::SentBack && next(row) == wanted);
        let bodies: Vec<_> = of_group.map(|row| link(row)).collect();
        SentBack {
            words: wanted.words(is_own, bodies.len()),
            bodies,
        }
    });
    groups.filter(|group| !group.bodies.is_empty()).collect()
}
