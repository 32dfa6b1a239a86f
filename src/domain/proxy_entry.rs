//! 代理入力 on a page: by which way an answer reached the office that enters it, and what its body says to it.
//!
//! ```text
//! proxy entry (revision) ─ 確認待ち ─ confirm ─> 確認済   ─ dispute ─> 相違の申出
//!                                   └ dispute ────────────────────────> 相違の申出 ─ confirm ─> 確認済
//! ```
//! A newer submission is another revision: what was said to the one before stays in the history.

use jiff::civil::Date;

use super::coordination_contact::check_text;
use super::japan_time::{self, UnixMillis};
use super::place::{Place, Section};
use super::response::Problem;
use super::response_status::ResponseStatus;
use super::text;

/// Longest note of an entry, and longest words of a body, in characters.
pub const WORDS_MAX: usize = 500;

/// An answer that reached an office longer ago than this was hardly meant for this survey.
const OLDEST_DAYS: i64 = 366;

/// By which way an answer reached the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxySource {
    Phone,
    Fax,
    Paper,
    Mail,
    Other,
}

impl ProxySource {
    /// In the order of the form.
    pub const ALL: [Self; 5] = [Self::Phone, Self::Fax, Self::Paper, Self::Mail, Self::Other];

    /// Stable text for the database and the form.
    pub fn as_str(self) -> &'static str {
        ["phone", "fax", "paper", "mail", "other"][self as usize]
    }

    /// The source with this stable text.
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == text)
    }

    /// The word on pages.
    pub fn label(self) -> &'static str {
        ["電話", "FAX", "紙（郵送・持参）", "メール", "その他"][self as usize]
    }
}

/// How, when and with what remark an answer reached the office that enters it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyOrigin {
    pub source: ProxySource,
    /// A day in Japan.
    pub received_on: Date,
    /// Empty if there is none; その他 says here what it was.
    pub note: String,
}

impl ProxyOrigin {
    /// Reads what was typed: the source's stable text, a day, a note. Problems stand at places of the page's own three
    /// fields: the intent is the source, the contact the day, the schemes the note.
    pub fn read(
        source: &str,
        received_on: &str,
        note: &str,
        now: UnixMillis,
    ) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut problem = |section, message: &str| {
            problems.push(Problem::new(Place::Section(section), message));
        };
        let today = now.japan_date();
        let source = ProxySource::from_stored(source);
        if source.is_none() {
            problem(
                Section::Intent,
                "回答をどの方法で受け取ったかを選んでください。",
            );
        }
        let day = japan_time::parse_date(received_on);
        match day {
            None if received_on.trim().is_empty() => {
                problem(Section::Contact, "回答を受け取った日を入力してください。");
            }
            None => problem(
                Section::Contact,
                "受け取った日は、2027-02-03、令和9年2月3日、R9.2.3 のように入力してください。",
            ),
            Some(day) if day > today => problem(
                Section::Contact,
                "受け取った日に、先の日付は入力できません。今日までの日付を入力してください。",
            ),
            Some(day) if -japan_time::days_left(today, day) > OLDEST_DAYS => problem(
                Section::Contact,
                "受け取った日が1年より前になっています。年を確かめてください。",
            ),
            Some(_) => {}
        }
        let note = text::clean_text(note);
        if source == Some(ProxySource::Other) && note.is_empty() {
            problem(
                Section::Schemes,
                "「その他」のときは、どのように受け取ったかを備考に入力してください。",
            );
        }
        let place = Place::Section(Section::Schemes);
        check_text(&note, WORDS_MAX, place, &mut problems);
        match (source, day) {
            (Some(source), Some(received_on)) if problems.is_empty() => Ok(Self {
                source,
                received_on,
                note,
            }),
            _ => Err(problems),
        }
    }

    /// 「電話（令和9年2月3日（水）に受け取り）」
    pub fn label(&self) -> String {
        format!(
            "{}（{}に受け取り）",
            self.source.label(),
            japan_time::date_label(self.received_on)
        )
    }
}

/// Where a proxy entry stands with its body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ProxyState {
    /// 確認待ち: the body has not said anything yet.
    #[default]
    Asked,
    /// 確認済
    Confirmed,
    /// 相違の申出: the body said in words what is wrong.
    Disputed,
}

/// What a body says to a proxy entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProxyEvent {
    Confirm,
    Dispute,
}

impl ProxyState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Asked, Self::Confirmed, Self::Disputed];

    /// The state after `event`; `None` is a refusal.
    pub fn after(self, event: ProxyEvent) -> Option<Self> {
        match (self, event) {
            (Self::Asked | Self::Disputed, ProxyEvent::Confirm) => Some(Self::Confirmed),
            (Self::Asked | Self::Confirmed, ProxyEvent::Dispute) => Some(Self::Disputed),
            _ => None,
        }
    }

    /// The state after everything that was said, in its order.
    pub fn after_all(events: impl IntoIterator<Item = ProxyEvent>) -> Self {
        events.into_iter().fold(Self::default(), |state, event| {
            state.after(event).unwrap_or(state)
        })
    }

    /// The word on pages and boards.
    pub fn label(self) -> &'static str {
        ["確認待ち", "確認済", "相違の申出あり"][self as usize]
    }
}

impl ProxyEvent {
    /// Every event.
    pub const ALL: [Self; 2] = [Self::Confirm, Self::Dispute];

    /// Stable text for the database and the form.
    pub fn as_str(self) -> &'static str {
        ["confirm", "dispute"][self as usize]
    }

    /// The event with this stable text.
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == text)
    }

    /// The event as a history prints it.
    pub fn label(self) -> &'static str {
        ["代理入力の内容を確認", "代理入力の内容に相違の申出"][self as usize]
    }
}

/// Whether its body can still say something to a proxy entry that is the newest revision: a withdrawn or returned
/// answer is mended and submitted instead.
pub fn takes_replies(status: ResponseStatus) -> bool {
    status.is_received()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// Every state × event pair; `docs/states.md` shows the same table.
    #[test]
    fn every_pair_of_state_and_event_is_decided() {
        use ProxyState as S;
        let table = [
            // state         confirm             dispute
            (S::Asked, [Some(S::Confirmed), Some(S::Disputed)]),
            (S::Confirmed, [None, Some(S::Disputed)]),
            (S::Disputed, [Some(S::Confirmed), None]),
        ];
        assert_eq!(table.map(|(state, _)| state), S::ALL);
        for (state, expected) in table {
            for (event, expected) in ProxyEvent::ALL.into_iter().zip(expected) {
                assert_eq!(state.after(event), expected, "{state:?} × {event:?}");
            }
        }
        use ProxyEvent::{Confirm, Dispute};
        assert_eq!(S::after_all([]), S::Asked);
        assert_eq!(S::after_all([Dispute, Confirm]), S::Confirmed);
        assert_eq!(S::after_all([Confirm, Confirm, Dispute]), S::Disputed);
    }

    #[test]
    fn an_origin_has_a_source_a_day_and_where_needed_a_note() {
        let now = UnixMillis::from_japan(date(2027, 2, 3).at(0, 0, 0, 0));
        let read = |source, day, note| ProxyOrigin::read(source, day, note, now);
        let found = read("phone", "Ｒ９.2.3", " 担当から ").expect("reads");
        assert_eq!(found.received_on, date(2027, 2, 3));
        assert_eq!(found.note, "担当から");
        assert!(found.label().starts_with("電話（令和9年2月3日"));
        let places = |result: Result<ProxyOrigin, Vec<Problem>>| {
            let problems = result.expect_err("is refused");
            problems
                .iter()
                .map(|problem| problem.place.section())
                .collect::<Vec<_>>()
        };
        use Section::{Contact, Intent, Schemes};
        assert_eq!(places(read("", "", "")), [Intent, Contact]);
        // Tomorrow, long ago, and no day at all.
        for day in ["2027-02-04", "2025-02-03", "先週"] {
            assert_eq!(places(read("fax", day, "")), [Contact], "{day}");
        }
        assert_eq!(places(read("other", "2027-02-03", "　")), [Schemes]);
        let long = "あ".repeat(WORDS_MAX + 1);
        assert_eq!(places(read("mail", "2027-02-03", &long)), [Schemes]);
    }

    #[test]
    fn stored_texts_come_back() {
        for source in ProxySource::ALL {
            assert_eq!(ProxySource::from_stored(source.as_str()), Some(source));
        }
        for event in ProxyEvent::ALL {
            assert_eq!(ProxyEvent::from_stored(event.as_str()), Some(event));
        }
    }
}
