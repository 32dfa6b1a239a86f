//! A request as it stands, and what follows from that.

use jiff::civil::Date;

use super::super::japan_time::{UnixMillis, date_label, days_left};
use super::super::organization::Route;
use super::super::place::Place;
use super::{Addressee, Asker, BodyReply, ReplyKind, RequestState, hindrance};

/// That a prefecture handed a request on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOn {
    pub at: UnixMillis,
    /// Function of the person.
    pub by: String,
    pub body: String,
    /// The prefecture's own words beside the untouched ones; may be empty.
    pub addition: String,
    /// The day by which the body's answer is wished.
    pub due_on: Option<Date>,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub at: UnixMillis,
    pub by: String,
    pub body: String,
    /// The submission that answers it; `None`: words only.
    pub revision: Option<i32>,
    /// What the body says about it; it need not.
    pub kind: Option<ReplyKind>,
    pub words: String,
}

/// What was answered by a submission that was withdrawn. It stays with the request, and whoever answers again starts
/// from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenBack {
    pub by: String,
    pub body: String,
    pub kind: Option<ReplyKind>,
    pub words: String,
}

/// A request as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewRequest {
    pub id: i64,
    /// 1, 2, … of the answer.
    pub number: i32,
    pub asker: Asker,
    pub addressee: Addressee,
    /// `None`: the answer as a whole.
    pub place: Option<Place>,
    pub words: String,
    /// The revision it is about.
    pub revision: i32,
    pub state: RequestState,
    pub asked_at: UnixMillis,
    /// Function of the person.
    pub asked_by: String,
    pub asked_by_body: String,
    /// The day by which the first hop's answer is wished.
    pub due_on: Option<Date>,
    pub passed_on: Option<PassedOn>,
    pub reply: Option<Reply>,
    /// The answer that was taken back; `None` once there is another.
    pub taken_back: Option<TakenBack>,
    /// When it was settled or withdrawn, and by whose function.
    pub closed: Option<(UnixMillis, String)>,
}

/// Why an answer cannot be accepted yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// Somebody still owes an answer.
    Open,
    /// Answered to the reviewer, who has not said that it is settled.
    Unsettled,
}

impl ReviewRequest {
    /// When the hop began on which it is, and the day wished for it. Of a request that is over: its last hop.
    pub fn clock(&self) -> (UnixMillis, Option<Date>) {
        match &self.passed_on {
            Some(passed) => (passed.at, passed.due_on),
            None => (self.asked_at, self.due_on),
        }
    }

    /// Whole days in Japan since the hop began: 0 on its day.
    pub fn days(&self, today: Date) -> i64 {
        days_left(self.clock().0.japan_date(), today).max(0)
    }

    /// The day wished for the hop on which it is has passed and nobody has answered.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.state.is_open() && self.clock().1.is_some_and(|due| due < today)
    }

    /// The day whoever asked first wishes has passed, on whichever hop it is.
    pub fn is_overdue_to_asker(&self, today: Date) -> bool {
        self.state.is_open() && self.due_on.is_some_and(|due| due < today)
    }

    /// Whether the body may know of it: what ministry and prefecture say to each other is theirs.
    pub fn is_for_body(&self, route: Route) -> bool {
        match self.asker {
            Asker::Body => true,
            _ if self.addressee == Addressee::Reviewer => false,
            asker => asker == Asker::reviewer(route) || self.passed_on.is_some(),
        }
    }

    /// What was answered with a submission that was withdrawn, as the next one begins with it; says nothing if there
    /// was none.
    pub fn kept_reply(&self) -> BodyReply {
        let kept = self.taken_back.as_ref();
        BodyReply {
            number: self.number,
            kind: kept.and_then(|kept| kept.kind),
            words: kept.map_or_else(String::new, |kept| kept.words.clone()),
        }
    }

    /// Whether a change at a place of the form answers to where this was asked; about the whole nothing is told.
    pub fn concerns(&self, changed: &Place) -> bool {
        match &self.place {
            None => false,
            Some(Place::Section(section)) => changed.section() == *section,
            Some(Place::Recipients(id)) => *changed == Place::Scheme(id.clone()),
            Some(place) => changed == place,
        }
    }

    /// What stands between the answer and its acceptance by the reviewer of this route. What the ministry asked of a
    /// prefecture and has an answer to is the ministry's to settle, and hinders no more.
    pub fn hindrance(&self, route: Route) -> Option<Hindrance> {
        hindrance(self.state, self.asker, route)
    }
}

/// What is wrong with the day a prefecture wishes when it hands these requests on: each hop has its own, and the
/// body's cannot lie after the ministry's. A day of the ministry's that is over binds nobody.
pub fn passing_on_problem<'a>(
    requests: impl IntoIterator<Item = &'a ReviewRequest>,
    due_on: Date,
    today: Date,
) -> Option<String> {
    let named = requests.into_iter().filter_map(|request| request.due_on);
    let first = named.filter(|day| *day >= today).min()?;
    (due_on > first).then(|| {
        format!(
            "国が回答をほしい日（{}）より後になっています。その日か、それより前の日付を入力してください。",
            date_label(first)
        )
    })
}
