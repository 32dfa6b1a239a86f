//! Which answers the page of confirmation shows: what the address asks, and which bodies fit.

use crate::domain::application_intent::ApplicationIntent;
use crate::domain::local_government_code::{PrefectureCode, read_code_generously};
use crate::domain::organization::OrganizationKind;
use crate::domain::participation::confirm::Standing;
use crate::domain::response_status::ResponseStatus;
use crate::domain::search_key::search_key;
use crate::web::form::FormData;
use crate::workflow::participation::confirm::Candidate;

/// Standings that can be asked for: value, label.
pub(super) const STANDINGS: [(&str, &str, Standing); 3] = [
    ("open", "未確定", Standing::Open),
    ("changed", "確定後に回答が変わった", Standing::Changed),
    ("settled", "確定済", Standing::Settled),
];

/// What the address asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ConfirmQuery {
    /// Name, kana or code as typed.
    pub text: String,
    /// An answer with one of these; empty = any.
    pub intents: Vec<ApplicationIntent>,
    pub accepted_only: bool,
    pub prefecture: Option<PrefectureCode>,
    pub kind: Option<OrganizationKind>,
    pub standing: Option<Standing>,
}

impl ConfirmQuery {
    /// Reads an address. One without filters asks for what is usually confirmed: ① or ②, accepted.
    pub(super) fn read(form: &FormData) -> Self {
        let asked = form.has("f");
        let numbers: Vec<&str> = form.all("intent").collect();
        let intents = ApplicationIntent::ALL.into_iter().filter(|intent| {
            if asked {
                numbers.contains(&intent.number().to_string().as_str())
            } else {
                matches!(
                    intent,
                    ApplicationIntent::FirstRound | ApplicationIntent::SecondRound
                )
            }
        });
        let standing = form.text("standing");
        Self {
            text: form.text("q").trim().chars().take(100).collect(),
            intents: intents.collect(),
            accepted_only: !asked || form.has("accepted"),
            prefecture: form.text("prefecture").parse().ok(),
            kind: form.text("kind").parse().ok(),
            standing: STANDINGS
                .into_iter()
                .find(|(value, ..)| *value == standing)
                .map(|(.., standing)| standing),
        }
    }

    /// The same as an address's query, without `?`.
    pub(super) fn write(&self) -> String {
        let mut pairs: Vec<(&str, String)> = vec![("f", "1".to_owned())];
        if !self.text.is_empty() {
            pairs.push(("q", self.text.clone()));
        }
        let intents = self.intents.iter();
        pairs.extend(intents.map(|intent| ("intent", intent.number().to_string())));
        if self.accepted_only {
            pairs.push(("accepted", "1".to_owned()));
        }
        pairs.extend(self.prefecture.map(|it| ("prefecture", it.to_string())));
        pairs.extend(self.kind.map(|kind| ("kind", kind.as_str().to_owned())));
        let standing = STANDINGS.into_iter();
        let standing = standing.filter(|(.., standing)| Some(*standing) == self.standing);
        pairs.extend(standing.map(|(value, ..)| ("standing", value.to_owned())));
        serde_urlencoded::to_string(pairs).unwrap_or_default()
    }

    /// Whether a body is shown. One without an answer never is.
    pub(super) fn fits(&self, candidate: &Candidate) -> bool {
        let line = &candidate.line;
        let code = line.class.code;
        let of_text = || {
            let key = search_key(&self.text);
            self.text.is_empty()
                || read_code_generously(&self.text).contains(&code)
                || search_key(&line.name).contains(&key)
                || search_key(&line.kana).contains(&key)
        };
        candidate.answer.is_some()
            && (self.intents.is_empty() || self.intents.iter().any(|it| line.intents.contains(it)))
            && (!self.accepted_only || line.status == ResponseStatus::Accepted)
            && self.prefecture.is_none_or(|it| code.prefecture() == it)
            && self.kind.is_none_or(|kind| line.class.kind == kind)
            && self.standing.is_none_or(|it| candidate.standing == it)
            && of_text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_comes_back_and_none_asks_for_the_usual() {
        let read = |text: &str| ConfirmQuery::read(&FormData::parse(text).expect("a query"));
        let usual = read("");
        assert_eq!(usual.write(), "f=1&intent=1&intent=2&accepted=1");
        assert_eq!(read(&usual.write()), usual);
        let any = read("f=1");
        assert!(any.intents.is_empty() && !any.accepted_only);
        let query = "f=1&q=%E5%87%BD&intent=4&prefecture=01&kind=core_city&standing=changed";
        assert_eq!(read(query).write(), query);
        assert_eq!(read("f=1&prefecture=99&kind=x&standing=x").write(), "f=1");
    }
}
