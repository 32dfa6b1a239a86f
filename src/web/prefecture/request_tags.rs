//! What is still open about an answer, as chips on its line of a board.

use jiff::civil::Date;

use crate::domain::japan_time::days_left;
use crate::domain::organization::Route;
use crate::domain::response_status::ResponseStatus;
use crate::domain::review_request::{Asker, RequestState, hindrance};
use crate::store::request_boards::RequestMark;
use crate::store::review_checks::CheckMark;
use crate::web::view::StatusTag;

/// The chips: what the ministry asks, what the body objects to, what lies with the body, what was answered, what is
/// past its day.
pub(in crate::web) fn request_tags(
    marks: &[RequestMark],
    (status, route): (ResponseStatus, Route),
    today: Date,
) -> Vec<StatusTag> {
    use RequestState::{Answered, WithBody, WithReviewer};
    let mut tags = Vec::new();
    let mut chip = |word: &str, css, is_one: &dyn Fn(&RequestMark) -> bool| {
        let found: Vec<_> = marks.iter().filter(|mark| is_one(mark)).collect();
        let since = found.iter().map(|mark| mark.since.japan_date()).min();
        let Some(since) = since else { return };
        let days = days_left(since, today).max(0);
        tags.push(StatusTag {
            label: format!("{word} {}件（{days}日）", found.len()),
            css,
        });
    };
    let reviewer = Asker::reviewer(route);
    // Who has to act comes first: over two hops that is easily mistaken.
    chip(
        "都道府県の対応待ち：国からの依頼",
        "warning",
        &|mark| mark.state == WithReviewer && mark.asker == Asker::Ministry,
    );
    chip("団体の異議", "warning", &|mark| {
        mark.state == WithReviewer && mark.asker == Asker::Body
    });
    chip("団体の回答待ち", "neutral", &|mark| {
        mark.state == WithBody
    });
    chip("回答あり", "todo", &|mark| {
        mark.state == Answered && mark.asker == reviewer
    });
    // The ministry looks once the answer is accepted again, which is the prefecture's.
    let (word, css) = match status {
        ResponseStatus::Accepted => ("国の確認待ち：国の依頼に回答済み", "neutral"),
        _ => ("都道府県の受付待ち：国の依頼に回答済み", "todo"),
    };
    chip(word, css, &|mark| {
        mark.state == Answered && mark.asker == Asker::Ministry && mark.asker != reviewer
    });
    let overdue = |mark: &&RequestMark| {
        mark.state.is_open() && mark.due_on.is_some_and(|due_on| due_on < today)
    };
    if marks.iter().any(|mark| overdue(&mark)) {
        tags.push(StatusTag {
            label: "希望日超過".to_owned(),
            css: "late",
        });
    }
    tags
}

/// How far the answer was looked at.
pub(in crate::web) fn check_tag(mark: &CheckMark) -> StatusTag {
    let old = if mark.is_current { "" } else { "・前の版" };
    StatusTag {
        label: format!("確認票 {}項目{old}", mark.looked_at),
        css: if mark.is_current { "done" } else { "neutral" },
    }
}

/// That mails to the body came back.
pub(in crate::web) fn undelivered_tag(mails: usize) -> StatusTag {
    StatusTag {
        label: format!("メール不達 {mails}通"),
        css: "warning",
    }
}

/// Nothing that was asked stands in the way of acceptance.
pub(in crate::web) fn is_quiet(marks: &[RequestMark], route: Route) -> bool {
    marks
        .iter()
        .all(|mark| hindrance(mark.state, mark.asker, route).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::japan_time::UnixMillis;
    use crate::domain::review_request::Addressee;
    use jiff::civil::date;

    #[test]
    fn chips_count_by_who_has_to_act_and_since_when() {
        let mark = |asker, state, day: i8| RequestMark {
            asker,
            addressee: Addressee::Body,
            state,
            since: UnixMillis::from_japan(date(2027, 1, day).at(9, 0, 0, 0)),
            due_on: (day == 12).then(|| date(2027, 1, 20)),
        };
        let marks = [
            mark(Asker::Ministry, RequestState::WithReviewer, 12),
            mark(Asker::Ministry, RequestState::WithReviewer, 15),
            mark(Asker::Prefecture, RequestState::WithBody, 20),
            mark(Asker::Prefecture, RequestState::Answered, 21),
            mark(Asker::Ministry, RequestState::Answered, 21),
        ];
        let route = Route::ThroughPrefecture;
        let told = |marks: &[RequestMark], status, today| {
            let tags = request_tags(marks, (status, route), today);
            tags.into_iter().map(|tag| tag.label).collect::<Vec<_>>()
        };
        let labels = |marks: &[RequestMark], today| told(marks, ResponseStatus::SentBack, today);
        assert_eq!(
            labels(&marks, date(2027, 1, 22)),
            [
                "都道府県の対応待ち：国からの依頼 2件（10日）",
                "団体の回答待ち 1件（2日）",
                "回答あり 1件（1日）",
                "都道府県の受付待ち：国の依頼に回答済み 1件（1日）",
                "希望日超過",
            ]
        );
        assert_eq!(
            told(&marks[4..], ResponseStatus::Accepted, date(2027, 1, 22)),
            ["国の確認待ち：国の依頼に回答済み 1件（1日）"]
        );
        assert!(labels(&[], date(2027, 1, 22)).is_empty());
        assert!(!is_quiet(&marks, route));
        assert!(is_quiet(&marks[4..], route), "the ministry's to settle");
    }
}
