//! Instants in UTC, judged and printed in Japan time (UTC+9, without summer time since 1951).
//!
//! ```text
//! Clock ─ now ─> UnixMillis (stored) ─ to_japan ─> civil date and time ─> labels
//! deadline (civil date) + received (UnixMillis) ─ is_in_time ─> yes through 23:59:59.999 of that day in Japan
//! ```

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

use super::fiscal_year::Wareki;
use super::text::{first_note_mark, fold_width, is_hyphen_like};

const JAPAN: Offset = Offset::constant(9);

/// An instant: milliseconds since 1970-01-01T00:00:00Z. Any number is valid; outside jiff's years (−9999 to
/// 9999) it is shown as the nearest one.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct UnixMillis(pub i64);

impl UnixMillis {
    /// The civil date and time in Japan.
    pub fn to_japan(self) -> DateTime {
        let nearest = if self.0 < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        };
        JAPAN.to_datetime(Timestamp::from_millisecond(self.0).unwrap_or(nearest))
    }

    /// The civil date in Japan.
    pub fn japan_date(self) -> Date {
        self.to_japan().date()
    }

    /// The instant of a civil date and time in Japan.
    pub fn from_japan(at: DateTime) -> Self {
        let nearest = if at.year() < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        };
        Self(JAPAN.to_timestamp(at).unwrap_or(nearest).as_millisecond())
    }

    /// This instant moved by a number of milliseconds, stopping at the ends of the range.
    pub fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }
}

/// 00:00 of a day in Japan.
pub fn start_of_day(day: Date) -> UnixMillis {
    UnixMillis::from_japan(day.at(0, 0, 0, 0))
}

/// The last instant of a day in Japan, 23:59:59.999: still in time for a deadline on that day.
pub fn end_of_day(day: Date) -> UnixMillis {
    UnixMillis::from_japan(day.at(23, 59, 59, 999_000_000))
}

/// Whether something received then meets a deadline on that day, the whole day in Japan included.
pub fn is_in_time(received: UnixMillis, deadline: Date) -> bool {
    received <= end_of_day(deadline)
}

/// Days from one civil date to a deadline: 0 on the day itself, negative after it.
pub fn days_left(today: Date, deadline: Date) -> i64 {
    today.duration_until(deadline).as_hours() / 24
}

/// あと3日, 本日まで, 2日過ぎています.
pub fn days_left_label(today: Date, deadline: Date) -> String {
    match days_left(today, deadline) {
        0 => "本日まで".to_owned(),
        days if days > 0 => format!("あと{days}日"),
        days => format!("{}日過ぎています", -days),
    }
}

/// 令和9年2月26日（金）.
pub fn date_label(day: Date) -> String {
    let year = Wareki::of(day).map_or_else(|| day.year().to_string(), |year| year.to_string());
    format!(
        "{year}年{}月{}日（{}）",
        day.month(),
        day.day(),
        weekday(day)
    )
}

/// 令和9年2月26日（金）23時59分: the minute up to which one may submit.
pub fn deadline_label(deadline: Date) -> String {
    format!("{}23時59分", date_label(deadline))
}

/// 令和8年11月21日（土）13時05分.
pub fn datetime_label(at: UnixMillis) -> String {
    let at = at.to_japan();
    format!(
        "{}{}時{:02}分",
        date_label(at.date()),
        at.hour(),
        at.minute()
    )
}

/// 11/21 13:05, for tables whose year is plain.
pub fn short_label(at: UnixMillis) -> String {
    let at = at.to_japan();
    format!(
        "{}/{} {:02}:{:02}",
        at.month(),
        at.day(),
        at.hour(),
        at.minute()
    )
}

/// Reads a typed date: 2027-02-26 (also what a date field of a browser sends), 2027/2/26, R9.2.26,
/// 令和９年２月２６日, 令和元年5月1日; a weekday in brackets behind it is read over. None if it is no day.
pub fn parse_date(typed: &str) -> Option<Date> {
    // 2027/2/2① is not the 21st.
    if first_note_mark(typed).is_some() {
        return None;
    }
    let text: String = fold_width(typed)
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let text = text.split('(').next().unwrap_or_default();
    let text = text.strip_suffix('日').unwrap_or(text);
    let mut parts = text.split(|c: char| is_hyphen_like(c) || matches!(c, '/' | '.' | '年' | '月'));
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let number = |digits: &str| {
        let plain = (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        if plain {
            digits.parse::<i16>().ok()
        } else {
            None
        }
    };
    if parts.next().is_some() {
        return None;
    }
    let (era, year_of_era) = match year
        .char_indices()
        .find(|(_, c)| c.is_ascii_digit() || *c == '元')
    {
        Some((0, _)) => (None, number(year).filter(|year| *year >= 1868)?),
        Some((at, _)) => (
            Some(&year[..at]),
            if &year[at..] == "元" {
                1
            } else {
                number(&year[at..])?
            },
        ),
        None => return None,
    };
    let first = match era {
        None => 1,
        Some("令和" | "R" | "r") => 2019,
        Some("平成" | "H" | "h") => 1989,
        Some("昭和" | "S" | "s") => 1926,
        Some(_) => return None,
    };
    let year = first + year_of_era - 1;
    Date::new(
        year,
        i8::try_from(number(month)?).ok()?,
        i8::try_from(number(day)?).ok()?,
    )
    .ok()
}

fn weekday(day: Date) -> char {
    match day.weekday() {
        Weekday::Monday => '月',
        Weekday::Tuesday => '火',
        Weekday::Wednesday => '水',
        Weekday::Thursday => '木',
        Weekday::Friday => '金',
        Weekday::Saturday => '土',
        Weekday::Sunday => '日',
    }
}

/// Where the time comes from; passed in, so that tests and demo data decide it.
pub trait Clock: Send + Sync {
    /// This instant.
    fn now(&self) -> UnixMillis;
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> UnixMillis {
        let millis = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX),
        };
        UnixMillis(millis)
    }
}

/// A clock that stands still until it is moved. Clones share the time.
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// A clock showing this instant.
    pub fn new(now: UnixMillis) -> Self {
        Self(Arc::new(AtomicI64::new(now.0)))
    }

    /// Moves to an instant, forward or back.
    pub fn set(&self, now: UnixMillis) {
        self.0.store(now.0, Ordering::SeqCst);
    }

    /// Moves on by a number of milliseconds.
    pub fn advance(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn a_deadline_lasts_through_its_day_in_japan() {
        let deadline = date(2027, 2, 26);
        let last = UnixMillis(1_803_653_999_999); // 2027-02-26T14:59:59.999Z
        assert_eq!(end_of_day(deadline), last);
        assert!(is_in_time(last, deadline));
        assert!(!is_in_time(last.plus_millis(1), deadline));
        assert_eq!(last.japan_date(), deadline);
        assert_eq!(last.plus_millis(1), start_of_day(date(2027, 2, 27)));
    }

    #[test]
    fn labels() {
        let day = date(2027, 2, 26);
        assert_eq!(date_label(day), "令和9年2月26日（金）");
        assert_eq!(deadline_label(day), "令和9年2月26日（金）23時59分");
        assert_eq!(date_label(date(2019, 5, 1)), "令和元年5月1日（水）");
        assert_eq!(date_label(date(1800, 1, 1)), "1800年1月1日（水）");
        let at = UnixMillis::from_japan(date(2026, 11, 21).at(13, 5, 59, 0));
        assert_eq!(
            (datetime_label(at), short_label(at)),
            ("令和8年11月21日（土）13時05分".into(), "11/21 13:05".into())
        );
        assert_eq!(short_label(UnixMillis(0)), "1/1 09:00");
        for (today, label) in [
            (date(2027, 2, 23), "あと3日"),
            (day, "本日まで"),
            (date(2027, 2, 28), "2日過ぎています"),
            (date(2026, 2, 26), "あと365日"),
        ] {
            assert_eq!(days_left_label(today, day), label);
        }
    }

    #[test]
    fn typed_dates() {
        let day = Some(date(2027, 2, 26));
        for typed in [
            "2027-02-26",
            "2027/2/26",
            "２０２７年２月２６日",
            "R9.2.26",
            "令和９年２月２６日",
            "令和9年2月26日（金）",
            "2027ー2ー26",
        ] {
            assert_eq!(parse_date(typed), day, "{typed}");
        }
        assert_eq!(parse_date("令和元年5月1日"), Some(date(2019, 5, 1)));
        for typed in [
            "",
            "2027-02-30",
            "2027-2",
            "27-2-26",
            "2月26日",
            "X9.2.26",
            "2027-02-26-1",
            "+2027-2-6",
            "元.1.1",
        ] {
            assert_eq!(parse_date(typed), None, "{typed}");
        }
    }

    #[test]
    fn clocks() {
        let clock = ManualClock::new(UnixMillis(5));
        let same = clock.clone();
        same.advance(10);
        assert_eq!(clock.now(), UnixMillis(15));
        same.set(UnixMillis(1));
        assert_eq!(clock.now(), UnixMillis(1));
        assert!(SystemClock.now() > UnixMillis(1_700_000_000_000));
    }

    proptest! {
        #[test]
        fn any_instant_has_a_label(millis: i64, typed in any::<String>(), near in "[RH令和元0-9年月日/.-]{0,12}") {
            datetime_label(UnixMillis(millis));
            parse_date(&typed);
            parse_date(&near);
        }

        #[test]
        fn japan_time_goes_there_and_back(millis in -60_000_000_000_000i64..200_000_000_000_000) {
            let at = UnixMillis(millis);
            prop_assert_eq!(UnixMillis::from_japan(at.to_japan()), at);
            prop_assert!(is_in_time(at, at.japan_date()));
            prop_assert!(start_of_day(at.japan_date()) <= at);
        }

        #[test]
        fn extreme_dates_do_not_panic(year in -9999i16..=9999) {
            let day = Date::new(year, 1, 1).expect("a day");
            prop_assert!(start_of_day(day) <= end_of_day(day));
            prop_assert_eq!(days_left(day, day), 0);
            days_left_label(Date::MIN, day);
        }
    }
}
