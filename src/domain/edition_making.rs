//! An edition made from an earlier one: the wording carried forward, years and dates moved on by one.
//!
//! ```text
//! EditionDefinition of fy2027 ─ carry_forward ─> definition of fy2028, to be looked through
//! EditionDates ─ a_year_later ─> the same days, the end of a month staying its end
//! definition ─ as_trial ─> the same, marked 【試行】 wherever it is printed
//! ```

use jiff::ToSpan;
use jiff::civil::Date;

use super::fiscal_year::FiscalYear;
use super::survey_edition::{
    EditionDates, EditionDefinition, EditionKey, IntentWording, RoundMonths,
};
use super::text::fold_width;

/// What stands before every title of a trial.
pub const TRIAL_MARK: &str = "【試行】";

/// The definition a year later: every 令和N年 and N年度 of the edition's own year and the one after moves on,
/// other years are history and stay. Rows, questions and help stay otherwise as they are.
pub fn carry_forward(old: &EditionDefinition) -> EditionDefinition {
    let year = old.fiscal_year;
    let moved = |text: &str| move_years(text, year);
    let mut new = old.clone();
    new.fiscal_year = year.next();
    for text in [
        &mut new.short_title,
        &mut new.title,
        &mut new.form1_title,
        &mut new.form2_title,
        &mut new.help.contact,
        &mut new.help.intent,
        &mut new.help.schemes,
        &mut new.help.questions,
    ] {
        *text = moved(text);
    }
    for wording in &mut new.intents {
        wording.round = months_of(wording).map(|round| RoundMonths {
            from: round.from.plus_years(1),
            until: round.until.plus_years(1),
            ..round
        });
        wording.label = moved(&wording.label);
    }
    for row in &mut new.rows {
        row.help = moved(&row.help);
    }
    for question in &mut new.questions {
        question.label = moved(&question.label);
        question.help = moved(&question.help);
    }
    new
}

/// The months of an intent: as they are kept, else as its wording says them (令和9年4月～5月). The round is that
/// of the intent: ① the first, ② the second.
pub fn months_of(wording: &IntentWording) -> Option<RoundMonths> {
    if wording.round.is_some() {
        return wording.round;
    }
    let number = wording.intent.number();
    if number > 2 {
        return None;
    }
    let folded = fold_width(&wording.label);
    let (before, rest) = folded
        .split_once("月~")
        .or_else(|| folded.split_once("月〜"))?;
    let from_at = before.rfind("令和")?;
    let from = format!("{}月", &before[from_at..]);
    let (year, _) = from.split_once('年')?;
    let (until, _) = rest.split_once('月')?;
    let until = if until.contains('年') {
        format!("{until}月")
    } else {
        format!("{year}年{until}月")
    };
    Some(RoundMonths {
        number,
        from: from.parse().ok()?,
        until: until.parse().ok()?,
    })
}

/// Every date a year later. The last day of a month stays the last day.
pub fn a_year_later(dates: EditionDates) -> EditionDates {
    let later = |day: Date| {
        let moved = day.saturating_add(1.year());
        if day == day.last_of_month() {
            moved.last_of_month()
        } else {
            moved
        }
    };
    EditionDates {
        deadline_on: later(dates.deadline_on),
        last_new_answer_on: later(dates.last_new_answer_on),
        last_change_on: later(dates.last_change_on),
    }
}

/// The definition of a trial: the same questions, every title marked.
pub fn as_trial(definition: &EditionDefinition) -> EditionDefinition {
    let mut trial = definition.clone();
    for title in [
        &mut trial.short_title,
        &mut trial.title,
        &mut trial.form1_title,
        &mut trial.form2_title,
    ] {
        *title = format!("{TRIAL_MARK}{title}");
    }
    trial
}

/// `fy2028-trial`, or `fy2028-trial-2` for the second: also the middle of its receipt numbers.
pub fn trial_key(of: &EditionKey, earlier: usize) -> Option<EditionKey> {
    let number = if earlier == 0 {
        String::new()
    } else {
        format!("-{}", earlier + 1)
    };
    format!("{of}-trial{number}").parse().ok()
}

/// Moves 令和N年 and 20NN年 of a fiscal year and of the next one on by a year; digits keep their width.
fn move_years(text: &str, year: FiscalYear) -> String {
    const REIWA: &str = "令和";
    let mut out = String::with_capacity(text.len() + 4);
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c == '令' || c.is_numeric()) {
        let (before, found) = rest.split_at(at);
        out.push_str(before);
        let era = found.starts_with(REIWA);
        let (head, tail) = if era {
            found.split_at(REIWA.len())
        } else {
            ("", found)
        };
        let digits: usize = tail
            .chars()
            .take_while(|c| c.is_ascii_digit() || ('０'..='９').contains(c))
            .map(char::len_utf8)
            .sum();
        let (number, after) = tail.split_at(digits);
        out.push_str(head);
        if number.is_empty() {
            // 「令」 of another word, or a numeral that is no digit.
            let next = after.chars().next().map_or(0, char::len_utf8);
            let next = if era { 0 } else { next };
            out.push_str(&after[..next]);
            rest = &after[next..];
            continue;
        }
        let western = fold_width(number).parse::<u16>().ok().and_then(|number| {
            let western = if era {
                number.checked_add(2018)?
            } else {
                number
            };
            let own = western == year.western() || western == year.next().western();
            (own && after.starts_with('年') && (era || number >= 2019)).then_some(number)
        });
        match western {
            Some(value) if number.starts_with(|c: char| c.is_ascii_digit()) => {
                out.push_str(&(value + 1).to_string());
            }
            Some(value) => out.extend(wide(value + 1)),
            None => out.push_str(number),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The number in full-width digits.
fn wide(number: u16) -> Vec<char> {
    number
        .to_string()
        .chars()
        .map(|digit| match digit.to_digit(10) {
            Some(value) => char::from_u32('０' as u32 + value).unwrap_or(digit),
            None => digit,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn shipped(text: &str) -> EditionDefinition {
        toml::from_str(text).expect("reads")
    }

    /// What ships for fiscal 2027 is what carrying fiscal 2026 forward gives.
    #[test]
    fn the_shipped_editions_follow_from_each_other() {
        let old = shipped(include_str!("../../migrations/data/editions/fy2026.toml"));
        let mut carried = carry_forward(&old);
        let months: Vec<_> = carried
            .intents
            .iter()
            .map(|wording| wording.round.map(|round| round.label()))
            .collect();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            months,
            [text("令和9年4月～5月"), text("令和9年7月～8月"), None, None]
        );
        for wording in &mut carried.intents {
            wording.round = None;
        }
        let new = shipped(include_str!("../../migrations/data/editions/fy2027.toml"));
        assert_eq!(carried.short_title, new.short_title);
        assert_eq!(carried.title, new.title);
        assert_eq!(carried.intents, new.intents);
        assert_eq!(carried.fiscal_year, new.fiscal_year);
    }

    #[test]
    fn years_of_the_edition_move_on_and_history_stays() {
        let year = "R9".parse().expect("a year");
        for (text, moved) in [
            ("令和9年4月～5月", "令和10年4月～5月"),
            ("令和９年度分", "令和１０年度分"),
            ("令和10年3月まで", "令和11年3月まで"),
            ("令和5年4月に始まった", "令和5年4月に始まった"),
            ("2027年4月と2019年", "2028年4月と2019年"),
            ("2027件、9年、令和、命令", "2027件、9年、令和、命令"),
            ("①・②の申請", "①・②の申請"),
            ("", ""),
        ] {
            assert_eq!(move_years(text, year), moved, "{text}");
        }
    }

    #[test]
    fn the_end_of_a_month_stays_the_end() {
        let dates = |deadline_on, last| EditionDates {
            deadline_on,
            last_new_answer_on: last,
            last_change_on: last,
        };
        assert_eq!(
            a_year_later(dates(date(2027, 2, 28), date(2027, 3, 12))),
            dates(date(2028, 2, 29), date(2028, 3, 12))
        );
        assert_eq!(
            a_year_later(dates(date(2028, 2, 29), date(2028, 3, 31))),
            dates(date(2029, 2, 28), date(2029, 3, 31))
        );
    }

    #[test]
    fn a_trial_is_marked_and_has_a_key_of_its_own() {
        let old = shipped(include_str!("../../migrations/data/editions/fy2027.toml"));
        let trial = as_trial(&old);
        assert_eq!(trial.short_title, "【試行】令和9年度分");
        assert!(trial.form1_title.starts_with(TRIAL_MARK));
        assert_eq!(trial.rows, old.rows);
        let key = "fy2028".parse().expect("a key");
        let name = |earlier| trial_key(&key, earlier).map(String::from);
        assert_eq!(name(0).as_deref(), Some("fy2028-trial"));
        assert_eq!(name(1).as_deref(), Some("fy2028-trial-2"));
    }

    proptest! {
        #[test]
        fn moving_years_loses_no_other_text(text in "[令和0-9０-９年度月①a ]{0,24}") {
            let year = "R9".parse().expect("a year");
            let plain = |text: &str| -> String { text.chars().filter(|c| !c.is_ascii_digit() && !('０'..='９').contains(c)).collect() };
            prop_assert_eq!(plain(&move_years(&text, year)), plain(&text));
        }
    }
}
