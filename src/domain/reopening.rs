//! 再受付の終了: what becomes of an answer whose day has passed before anything was sent again.

use super::response_status::{ResponseEvent, ResponseStatus};
use super::revision::HistoryEntry;

/// Where an answer goes back to that a reopening set to 差戻し中 and nobody mended: where it stood before. `None` where
/// there is nothing to go back to: it was sent again, returned by its reviewer, or was no received answer before.
///
/// `history`: everything that happened to the answer, oldest first. Moving the day is one more reopening of the same.
pub fn status_before(history: &[HistoryEntry]) -> Option<ResponseStatus> {
    let others = |entry: &&HistoryEntry| entry.event != ResponseEvent::Reopen;
    history
        .last()
        .filter(|last| last.event == ResponseEvent::Reopen)?;
    let before = history.iter().rev().find(others)?;
    Some(before.status_after).filter(|status| status.is_received())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::japan_time::UnixMillis;
    use ResponseEvent as E;
    use ResponseStatus as S;

    fn history(events: &[(E, S)]) -> Vec<HistoryEntry> {
        let entry = |(event, status_after): &(E, S)| HistoryEntry {
            event: *event,
            status_after: *status_after,
            revision_number: Some(1),
            at: UnixMillis(0),
            actor_name: String::new(),
            actor_body: String::new(),
            reasons: Vec::new(),
            intake_file: None,
        };
        events.iter().map(entry).collect()
    }

    #[test]
    fn an_answer_nobody_mended_goes_back_to_where_it_stood() {
        let sent = (E::Submit, S::Submitted);
        let reopened = (E::Reopen, S::Returned);
        for before in [
            sent,
            (E::StartReview, S::UnderReview),
            (E::Accept, S::Accepted),
            (E::SendBack, S::SentBack),
            (E::EndReopening, S::Accepted),
        ] {
            for again in [&[reopened][..], &[reopened, reopened]] {
                let events = [&[sent, before][..], again].concat();
                assert_eq!(status_before(&history(&events)), Some(before.1));
            }
        }
    }

    #[test]
    fn what_was_not_counted_or_was_sent_again_stays() {
        let sent = (E::Submit, S::Submitted);
        let returned = (E::Return, S::Returned);
        for events in [
            &[][..],
            &[(E::Reopen, S::NotStarted)],
            &[sent, (E::Withdraw, S::Draft), (E::Reopen, S::Draft)],
            &[sent, returned, (E::Reopen, S::Returned)],
            &[sent, (E::Reopen, S::Returned), sent],
            &[sent, (E::Reopen, S::Returned), sent, returned],
            &[sent, (E::Accept, S::Accepted)],
        ] {
            assert_eq!(status_before(&history(events)), None, "{events:?}");
        }
    }
}
