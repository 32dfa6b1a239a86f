//! What the sheet and the outside of the file say, piece by piece; what cannot be said is a problem at once.

use super::body_index::Named;
use super::envelope::{Outside, beside, existing, read_outside};
use super::{CODE, Evidence, Inquiry, Who};
use crate::domain::form1_sheet::FoundText;
use crate::domain::intake::Severity;
use crate::domain::local_government_code::{CodeProblem, LocalGovernmentCode};
use crate::domain::organization::Organization;
use crate::domain::text::fold_width;

const NAME: &str = "様式の名称";

impl Inquiry<'_> {
    pub(super) fn hear_code(&mut self) {
        let Some(at) = self.head.code.as_ref() else {
            return;
        };
        let codes = existing(self.index, &at.text);
        if !codes.is_empty() {
            self.testify(CODE, at, Who::Bodies(codes));
            return;
        }
        // 012025（函館市）, or 「未定」, which says nothing.
        if !fold_width(&at.text).contains(|c: char| c.is_ascii_digit()) {
            let named = self.index.named_wholly(&at.text);
            self.hear_named(CODE, at, &named);
            return;
        }
        let outside = read_outside(self.index, &at.text);
        if outside.codes.is_empty() {
            let message = self.why_no_code(&at.text);
            self.problem(Severity::Error, Some(at), message);
        } else {
            self.testify(CODE, at, Who::Bodies(outside.codes.clone()));
            self.hear_named(CODE, at, &outside.named);
        }
    }

    /// What is wrong with digits that mean no body.
    fn why_no_code(&self, text: &str) -> String {
        let folded: String = fold_width(text)
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect();
        match folded.parse::<LocalGovernmentCode>() {
            Ok(code) => match self.index.city_of_ward(code) {
                Some(city) => format!(
                    "「{code}」は{}の区のコードです。この調査には指定都市として回答しますので、「{}」（{}）と入力してください。",
                    city.name, city.code, city.name
                ),
                None => format!(
                    "「{code}」は、この調査の対象の自治体のコードではありません。自治体コード6桁をお確かめください。"
                ),
            },
            Err(CodeProblem::CheckDigit { expected }) => {
                let fitting = format!("{}{expected}", &folded[..5]);
                let hint = fitting
                    .parse()
                    .ok()
                    .and_then(|code| self.index.find(code))
                    .map_or_else(String::new, |body| {
                        format!("{}であれば「{fitting}」です。", body.full_name())
                    });
                format!(
                    "自治体コード「{folded}」の6桁目（検査数字）が合いません。{hint}もう一度お確かめください。"
                )
            }
            Err(_) => format!(
                "「{}」に当てはまる自治体がありません。自治体コードを、検査数字を含む6桁の数字で入力してください（例：012025）。",
                text.trim()
            ),
        }
    }

    pub(super) fn hear_name(&mut self) {
        let Some(at) = self.head.name.as_ref() else {
            if let Some(at) = self.head.prefecture.as_ref() {
                let named = self.index.named_wholly(&at.text);
                self.hear_named(NAME, at, &named);
            }
            return;
        };
        let mut named = self.index.named_wholly(&at.text);
        if let Some(prefecture) = self.head.prefecture.as_ref() {
            let both =
                self.index
                    .named_wholly(&format!("{}{}", prefecture.text.trim(), at.text.trim()));
            if !both.bodies.is_empty() {
                named = both;
            }
        }
        let at = at.clone();
        if !self.hear_named(NAME, &at, &named) {
            self.problem(
                Severity::Warning,
                Some(&at),
                format!(
                    "「{}」という名称の自治体は、この調査の対象の一覧に見つかりませんでした。正式な名称をお確かめください。",
                    at.text.trim()
                ),
            );
        }
    }

    /// Notes what a name in the sheet says; false if it says nothing.
    fn hear_named(&mut self, origin: &'static str, at: &FoundText, named: &Named) -> bool {
        if let Some(city) = named.ward_of.and_then(|city| self.index.get(city)) {
            let message = format!(
                "「{}」は{}の区です。この調査には指定都市として回答しますので、{}の回答にまとめてください。",
                at.text.trim(),
                city.name,
                city.name
            );
            self.problem(Severity::Error, Some(at), message);
            return true;
        }
        if named.elsewhere {
            let message = format!(
                "「{}」の都道府県と市区町村の組合せが合いません。名称をお確かめください。",
                at.text.trim()
            );
            self.problem(Severity::Error, Some(at), message);
            return true;
        }
        if !named.bodies.is_empty() {
            self.testify(origin, at, Who::Bodies(named.bodies.clone()));
        } else if let Some(prefecture) = named.prefectures.first() {
            self.testify(origin, at, Who::Within(*prefecture));
        } else {
            return false;
        }
        true
    }

    /// What the outside says. A prefecture there may only be who forwards the form.
    pub(super) fn hear_outside(&mut self, origin: &'static str, text: &str, whole: &str) {
        let outside = read_outside(self.index, text);
        let by_name = self.meant_by_name(&outside);
        let only_a_date = self.is_only_a_date(&outside);
        if only_a_date {
            let message = format!(
                "{origin}の「{}」は、日付として読み取りました。{}の団体コードと同じ数字のため、どの団体の回答か、お確かめください。",
                outside.digits,
                self.names(&outside.codes)
            );
            self.problem(Severity::Warning, None, message);
        }
        let by_code =
            (!outside.codes.is_empty() && !only_a_date).then(|| self.meant_outside(outside.codes));
        let mut heard: Vec<Who> = by_code.into_iter().chain(by_name).collect();
        if let Some(prefecture) = heard.iter().find_map(Who::prefecture) {
            let (codes, bodies) = beside(self.index, prefecture, text);
            let more = [codes, bodies].into_iter().filter(|who| !who.is_empty());
            heard.extend(more.map(Who::Bodies));
        }
        for who in heard {
            self.evidence.push(Evidence {
                origin,
                sheet: String::new(),
                cell: String::new(),
                found: whole.to_owned(),
                who,
            });
        }
        if let Some(digits) = outside.no_code {
            let message = format!(
                "{origin}の「{digits}」に当てはまる自治体がありません。自治体コードをお確かめください。"
            );
            self.problem(Severity::Warning, None, message);
        }
    }

    fn meant_by_name(&self, outside: &Outside) -> Option<Who> {
        let named = &outside.named;
        if named.bodies.is_empty() {
            let prefecture = named.prefectures.first().copied();
            return prefecture
                .filter(|_| outside.digits.is_empty())
                .map(Who::Within);
        }
        (!named.elsewhere).then(|| self.meant_outside(named.bodies.clone()))
    }

    /// Bodies as the outside means them: a prefecture gathers and forwards, so it is itself or a body within it,
    /// and beside such a body only the sender.
    pub(super) fn meant_outside(&self, mut bodies: Vec<usize>) -> Who {
        let lies_in = |position: usize| self.index.get(position).map(Organization::prefecture);
        let is_prefecture = |position: usize| {
            let body = self.index.get(position);
            body.is_some_and(|body| body.code.is_prefecture())
        };
        if let [one] = bodies[..]
            && is_prefecture(one)
            && let Some(prefecture) = lies_in(one)
        {
            return Who::Within(prefecture);
        }
        let served: Vec<_> = bodies
            .iter()
            .filter(|position| !is_prefecture(**position))
            .map(|position| lies_in(*position))
            .collect();
        bodies
            .retain(|position| !is_prefecture(*position) || !served.contains(&lies_in(*position)));
        Who::Bodies(bodies)
    }

    /// A date that happens to be somebody's code, outside of a sheet whose code and name agree on another.
    fn is_only_a_date(&self, outside: &Outside) -> bool {
        let mut pieces = self.evidence.iter().filter(|piece| !piece.cell.is_empty());
        let (Some(code), Some(name)) = (pieces.next(), pieces.next()) else {
            return false;
        };
        let in_sheet = self.narrow(&code.who, &name.who);
        let disagrees = |who: Who| {
            let codes = Who::Bodies(outside.codes.clone());
            self.narrow(&who, &codes).is_none()
        };
        outside.maybe_date && in_sheet.is_some_and(disagrees)
    }
}
