//! 遅延: judged once, by an answer's first submission against the deadline that held in that moment.

use jiff::civil::Date;

use super::japan_time::{UnixMillis, date_label, is_in_time};

/// Whether an answer came late, and by which deadline that was judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lateness {
    pub is_late: bool,
    /// `None`: nothing was judged, or it was before this was kept.
    pub judged_on: Option<Date>,
}

impl Lateness {
    /// What a submission says: with the first one it is judged, and stands from then on, whatever becomes of the
    /// deadline. `first`: when the answer was first submitted; gives the same for afterwards.
    pub fn of_submission(
        before: Self,
        first: Option<UnixMillis>,
        at: UnixMillis,
        deadline_on: Date,
    ) -> (UnixMillis, Self) {
        match first {
            Some(first) => (first, before),
            None => {
                let judged = Self {
                    is_late: !is_in_time(at, deadline_on),
                    judged_on: Some(deadline_on),
                };
                (at, judged)
            }
        }
    }

    /// 「遅延（締切 令和9年2月19日（金））」; empty if it is not late.
    pub fn label(self) -> String {
        match (self.is_late, self.judged_on) {
            (false, _) => String::new(),
            (true, Some(day)) => format!("遅延（締切 {}）", date_label(day)),
            (true, None) => "遅延".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn it_is_judged_once() {
        let at = |day: i8| UnixMillis::from_japan(date(2027, 2, day).at(9, 0, 0, 0));
        let none = Lateness::default();
        let (first, late) = Lateness::of_submission(none, None, at(20), date(2027, 2, 19));
        assert_eq!(first, at(20));
        assert_eq!(late.label(), "遅延（締切 令和9年2月19日（金））");
        // The deadline moved, and the answer came again after a return.
        let again = Lateness::of_submission(late, Some(first), at(22), date(2027, 2, 26));
        assert_eq!(again, (first, late));
        let (_, in_time) = Lateness::of_submission(none, None, at(19), date(2027, 2, 19));
        assert_eq!(in_time.label(), "");
        let later = Lateness::of_submission(in_time, Some(at(19)), at(22), date(2027, 2, 10));
        assert!(!later.1.is_late);
        let unknown = Lateness {
            is_late: true,
            judged_on: None,
        };
        assert_eq!(unknown.label(), "遅延");
    }
}
