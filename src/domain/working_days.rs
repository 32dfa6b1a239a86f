//! 営業日: days on which offices in Japan work, counted with the holidays of the years that are known.
//!
//! ```text
//! holidays by year ─ WorkingCalendar ─ before | after (a day, n) ─> Counted (day, certain?)
//! typed table (2027/1/1,元日) ─ read_table ─> days by year | what to write
//! ```
//! Offices rest on Saturdays, Sundays, national holidays and from 29 December to 3 January (行政機関の休日に関する
//! 法律). Holidays are announced each February for the year after. Of a year that is not known only the rest holds;
//! what was counted into it says so.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};

use super::japan_time::parse_date;
use super::text::{char_len, clean_line};

/// Holidays by their day.
pub type Holidays = BTreeMap<Date, String>;

/// The longest name of a holiday, in characters.
pub const NAME_MAX: usize = 40;

/// The years whose holidays are known.
#[derive(Clone, Debug, Default)]
pub struct WorkingCalendar {
    years: BTreeMap<i16, Holidays>,
}

/// A day that was counted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    pub day: Date,
    /// False if a year was counted through whose holidays are not known.
    pub certain: bool,
}

impl WorkingCalendar {
    /// The years that are known, with their holidays. A holiday of another year is left out.
    pub fn new(
        years: impl IntoIterator<Item = i16>,
        holidays: impl IntoIterator<Item = (Date, String)>,
    ) -> Self {
        let mut years: BTreeMap<i16, Holidays> = years
            .into_iter()
            .map(|year| (year, Holidays::new()))
            .collect();
        for (day, name) in holidays {
            if let Some(of_year) = years.get_mut(&day.year()) {
                of_year.insert(day, name);
            }
        }
        Self { years }
    }

    /// Whether the holidays of a year are known.
    pub fn knows(&self, year: i16) -> bool {
        self.years.contains_key(&year)
    }

    /// The years that are known and their holidays, in order.
    pub fn years(&self) -> impl DoubleEndedIterator<Item = (i16, &Holidays)> {
        self.years.iter().map(|(year, days)| (*year, days))
    }

    /// The years between two days that are not known.
    pub fn unknown_years(&self, from: Date, until: Date) -> Vec<i16> {
        (from.year()..=until.year())
            .filter(|year| !self.knows(*year))
            .collect()
    }

    /// Whether offices work on a day, as far as is known.
    pub fn is_working(&self, day: Date) -> bool {
        let rests = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
            || matches!((day.month(), day.day()), (12, 29..) | (1, ..=3));
        let of_year = self.years.get(&day.year());
        !rests && of_year.is_none_or(|holidays| !holidays.contains_key(&day))
    }

    /// The nth working day before a day, that day not counted; the day itself for 0.
    pub fn before(&self, day: Date, working_days: u16) -> Counted {
        self.count(day, working_days, |day| day.yesterday().ok())
    }

    /// The nth working day after a day, that day not counted; the day itself for 0.
    pub fn after(&self, day: Date, working_days: u16) -> Counted {
        self.count(day, working_days, |day| day.tomorrow().ok())
    }

    /// The working days between two days, neither of them included, at most `most` of the last ones.
    pub fn between(&self, from: Date, until: Date, most: usize) -> Vec<Date> {
        let mut days = Vec::new();
        let mut day = until;
        while let Ok(earlier) = day.yesterday() {
            day = earlier;
            if day <= from || days.len() == most {
                break;
            }
            if self.is_working(day) {
                days.push(day);
            }
        }
        days.reverse();
        days
    }

    fn count(&self, from: Date, working_days: u16, next: impl Fn(Date) -> Option<Date>) -> Counted {
        let mut counted = Counted {
            day: from,
            certain: true,
        };
        let mut left = working_days;
        while left > 0 {
            // Beyond the last day of the calendar nobody is reminded.
            let Some(day) = next(counted.day) else { break };
            counted.day = day;
            if self.is_working(day) {
                counted.certain &= self.knows(day.year());
                left -= 1;
            }
        }
        counted
    }
}

/// Reads a table of holidays as it is pasted from the Cabinet Office's list or a sheet: a day and a name a line,
/// parted by a comma or a tab; a head line is read over. Each year in it is whole.
///
/// # Errors
/// What to mend, with the line.
pub fn read_table(typed: &str) -> Result<BTreeMap<i16, Holidays>, Vec<String>> {
    let mut years: BTreeMap<i16, Holidays> = BTreeMap::new();
    let mut problems = Vec::new();
    for (number, line) in (1..).zip(typed.lines()) {
        let line = line.trim().trim_matches('\u{feff}');
        if line.is_empty() {
            continue;
        }
        let (day, name) = line
            .split_once([',', '\t', '、', '，'])
            .unwrap_or((line, ""));
        match (parse_date(day.trim_matches('"')), read_name(name)) {
            (Some(day), Ok(name)) => {
                years.entry(day.year()).or_default().insert(day, name);
            }
            (None, _) if number == 1 && line.contains("祝日") => {}
            (None, _) => problems.push(format!(
                "{number}行目の日付を読み取れませんでした。「2028/1/1,元日」のように入力してください。"
            )),
            (_, Err(problem)) => problems.push(format!("{number}行目：{problem}")),
        }
    }
    if years.is_empty() && problems.is_empty() {
        problems.push("祝日を、1行に1つずつ入力してください。".to_owned());
    }
    for (year, holidays) in &years {
        // A part of a year would pass for the whole of it.
        if holidays.len() < FEWEST || !holidays.contains_key(&Date::constant(*year, 1, 1)) {
            problems.push(format!(
                "{year}年の祝日が足りないようです（{}日）。元日から勤労感謝の日まで、1年分をまとめて入力してください。",
                holidays.len()
            ));
        }
    }
    if problems.is_empty() {
        Ok(years)
    } else {
        Err(problems)
    }
}

/// The law names sixteen days.
const FEWEST: usize = 16;

/// The name of a holiday as somebody typed it.
///
/// # Errors
/// What to write.
pub fn read_name(typed: &str) -> Result<String, String> {
    let name = clean_line(typed.trim().trim_matches('"'));
    if name.is_empty() {
        return Err("祝日の名前を入力してください。".to_owned());
    }
    if char_len(&name) > NAME_MAX {
        return Err(format!("祝日の名前は{NAME_MAX}文字までにしてください。"));
    }
    Ok(name)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    /// What ships.
    pub(crate) fn shipped() -> WorkingCalendar {
        let text = include_str!("../../migrations/data/holidays.csv");
        let days: Vec<(Date, String)> = text
            .lines()
            .skip(1)
            .map(|line| {
                let (day, name) = line.split_once(',').expect("a day and a name");
                (day.parse().expect("a day"), name.to_owned())
            })
            .collect();
        let years: Vec<i16> = days.iter().map(|(day, _)| day.year()).collect();
        WorkingCalendar::new(years, days)
    }

    #[test]
    fn what_ships_follows_from_the_law() {
        let calendar = shipped();
        for (year, holidays) in calendar.years() {
            assert!(holidays.len() >= FEWEST, "{year}");
            for (day, name) in holidays {
                // 振替休日: a national holiday on a Sunday makes the next day that is none a holiday.
                if day.weekday() == Weekday::Sunday && name != "休日" {
                    let mut next = day.tomorrow().expect("a day");
                    while holidays.get(&next).is_some_and(|name| name != "休日") {
                        next = next.tomorrow().expect("a day");
                    }
                    assert!(holidays.contains_key(&next), "{day}");
                }
                // 国民の休日: a day between two national holidays is one.
                let after = day.tomorrow().and_then(|day| day.tomorrow());
                let after = after.expect("a day");
                if holidays.contains_key(&after) {
                    let between = day.tomorrow().expect("a day");
                    assert!(holidays.contains_key(&between), "{between}");
                }
            }
        }
    }

    #[test]
    fn days_are_counted_over_holidays_and_the_turn_of_the_year() {
        let calendar = shipped();
        let deadline = date(2027, 2, 26);
        let before = |days| calendar.before(deadline, days).day;
        assert_eq!(before(1), date(2027, 2, 25));
        // 23 February is a holiday.
        assert_eq!(before(3), date(2027, 2, 22));
        // And 11 February.
        assert_eq!(before(10), date(2027, 2, 10));
        assert_eq!(calendar.after(deadline, 1).day, date(2027, 3, 1));
        assert_eq!(calendar.after(date(2026, 12, 28), 1).day, date(2027, 1, 4));
        // Silver week of 2026: 敬老の日, 国民の休日, 秋分の日.
        assert_eq!(calendar.after(date(2026, 9, 18), 1).day, date(2026, 9, 24));
        assert!(calendar.after(deadline, 3).certain);
        let counted = calendar.before(date(2028, 1, 31), 3);
        assert_eq!((counted.day, counted.certain), (date(2028, 1, 26), false));
        assert_eq!(
            calendar.unknown_years(date(2027, 12, 1), date(2028, 2, 1)),
            [2028]
        );
    }

    #[test]
    fn a_year_is_read_as_it_is_pasted() {
        let mut text = "国民の祝日・休日月日,国民の祝日・休日名称\r\n".to_owned();
        for (day, name) in &shipped().years[&2027] {
            text.push_str(&format!(
                "{}/{}/{},{name}\r\n",
                day.year(),
                day.month(),
                day.day()
            ));
        }
        let read = read_table(&text).expect("reads");
        assert_eq!(read[&2027], shipped().years[&2027]);
        let tabs = text.replace(',', "\t");
        assert_eq!(read_table(&tabs), Ok(read));

        assert!(read_table(" \n").is_err());
        let half = read_table("2028/1/1,元日\n2028/1/10,成人の日").unwrap_err();
        assert!(half[0].contains("1年分"), "{half:?}");
        let broken = read_table("2028/1/1,元日\n2月30日,何かの日\n2028/3/3,").unwrap_err();
        assert!(broken[0].starts_with("2行目") && broken[1].starts_with("3行目"));
    }

    prop_compose! {
        fn any_day()(offset in 0_i32..1_400) -> Date {
            date(2024, 1, 10).saturating_add(jiff::Span::new().days(offset))
        }
    }

    proptest! {
        #[test]
        fn whatever_is_counted_to_is_a_working_day(day in any_day(), n in 1_u16..40) {
            let calendar = shipped();
            let (before, after) = (calendar.before(day, n), calendar.after(day, n));
            prop_assert!(calendar.is_working(before.day) && calendar.is_working(after.day));
            prop_assert!(before.day < day && day < after.day);
        }

        #[test]
        fn counting_back_undoes_counting_on(day in any_day(), n in 0_u16..40) {
            let calendar = shipped();
            let start = calendar.after(day, 1).day;
            prop_assert_eq!(calendar.before(calendar.after(start, n).day, n).day, start);
            prop_assert_eq!(calendar.after(calendar.before(start, n).day, n).day, start);
        }

        #[test]
        fn more_days_and_later_days_never_lead_back(day in any_day(), further in 0_i32..60, n in 1_u16..40) {
            let calendar = shipped();
            prop_assert!(calendar.before(day, n + 1).day < calendar.before(day, n).day);
            prop_assert!(calendar.after(day, n).day < calendar.after(day, n + 1).day);
            let later = day.saturating_add(jiff::Span::new().days(further));
            prop_assert!(calendar.before(day, n).day <= calendar.before(later, n).day);
            prop_assert!(calendar.after(day, n).day <= calendar.after(later, n).day);
        }

        #[test]
        fn the_days_between_are_those_counted_over(day in any_day(), n in 1_u16..30) {
            let calendar = shipped();
            let end = calendar.after(day, n).day;
            let between = calendar.between(day, end, 100);
            prop_assert_eq!(between.len(), usize::from(n) - 1);
        }
    }
}
