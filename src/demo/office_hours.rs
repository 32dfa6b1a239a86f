//! The hours in which town halls work, as one line of seconds without nights and weekends.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::domain::japan_time::UnixMillis;

/// The office seconds from one instant to another. Second 0 is the first that is worked.
pub(super) struct OfficeHours {
    /// Begin of a working day, and how many seconds were worked before it.
    days: Vec<(UnixMillis, i64)>,
    length: i64,
}

/// Weekends are no working days.
fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// The day itself, or the Friday before its weekend.
pub(super) fn working_day(mut day: Date) -> Date {
    while is_weekend(day) {
        day = day.saturating_sub(1.day());
    }
    day
}

/// The day so many working days before another.
pub(super) fn working_days_before(mut day: Date, days: u64) -> Date {
    for _ in 0..days {
        day = working_day(day.saturating_sub(1.day()));
    }
    day
}

impl OfficeHours {
    /// 8:40 to 17:30 in Japan on every working day but those named.
    pub fn between(from: UnixMillis, until: UnixMillis, holidays: &[Date]) -> Self {
        let (mut days, mut length) = (Vec::new(), 0);
        let mut day = from.japan_date();
        while day <= until.japan_date() {
            let begin = UnixMillis::from_japan(day.at(8, 40, 0, 0)).max(from);
            let end = UnixMillis::from_japan(day.at(17, 30, 0, 0)).min(until);
            let seconds = (end.0 - begin.0) / 1000;
            if seconds > 0 && !is_weekend(day) && !holidays.contains(&day) {
                days.push((begin, length));
                length += seconds;
            }
            day = day.saturating_add(1.day());
        }
        if days.is_empty() {
            days.push((from, 0));
        }
        Self { days, length }
    }

    /// Office seconds in all.
    pub fn length(&self) -> i64 {
        self.length
    }

    /// The instant of an office second; beyond the ends the nearest one.
    pub fn at(&self, second: i64) -> UnixMillis {
        let second = second.clamp(0, self.length);
        let next = self
            .days
            .partition_point(|(_, before)| *before <= second)
            .max(1);
        let (begin, before) = self.days[next - 1];
        begin.plus_millis((second - before) * 1000)
    }

    /// The office seconds worked until an instant.
    pub fn until(&self, instant: UnixMillis) -> i64 {
        let next = self.days.partition_point(|(begin, _)| *begin <= instant);
        let end_of_day = self
            .days
            .get(next)
            .map_or(self.length, |(_, before)| *before);
        match next.checked_sub(1) {
            None => 0,
            Some(day) => {
                let (begin, before) = self.days[day];
                (before + (instant.0 - begin.0) / 1000).min(end_of_day)
            }
        }
    }
}
