//! Labels in other words than the form's: shortened, with an addition, or with the answer in the same cell.
//!
//! Only cells that are no known label come here. What is recognised must be plain from the words; everything
//! else stays an answer or nothing.

use super::label_key::label_key;
use super::vocabulary::{Form1Vocabulary, Label, Tag};
use crate::domain::application_intent::ApplicationIntent;
use crate::domain::fiscal_year::FiscalYear;

fn tag(label: Label, tail: usize) -> Option<Tag> {
    Some(Tag {
        label,
        tail,
        year: None,
        near: true,
    })
}

impl Form1Vocabulary {
    /// What a text with this key is, if its words say so.
    pub(super) fn guess(&self, text: &str, key: &str) -> Option<Tag> {
        let length = key.chars().count();
        let intents = self.edition.asks_intent();
        note(text, key)
            .or_else(|| {
                (length <= 60 && intents)
                    .then(|| self.choice(text, key))
                    .flatten()
            })
            .or_else(|| column(key, length, intents))
            .or_else(|| year_of(key).and_then(|year| tag(Label::Edition(year), 0)))
            .or_else(|| self.field_with_answer(text))
            .or_else(|| {
                (length <= 40)
                    .then(|| self.label_with_addition(text, key))
                    .flatten()
            })
            .or_else(|| (length <= 80).then(|| self.row(text, key)).flatten())
    }

    /// A note with a long answer in the same cell.
    pub(super) fn note_with_answer(&self, text: &str) -> Option<Tag> {
        let head = text.split(['\n', '\r']).next()?;
        let head = if head.len() > 900 {
            head.split_inclusive('。').next()?
        } else {
            head
        };
        (head.len() <= 900)
            .then(|| note(text, &label_key(head)))
            .flatten()
    }

    /// ①1次交付（4月～5月）, レ① 1次交付に係る申請…, ④ その他（検討中）.
    fn choice(&self, text: &str, key: &str) -> Option<Tag> {
        use ApplicationIntent::{FirstRound, NoPlan, Other, SecondRound};
        if let Some(rest) = key.strip_prefix(['レ', 'v'])
            && let Some(known) = self.by_key(rest)
            && matches!(known.label, Label::Intent(_))
        {
            return Some(known);
        }
        let key = key.strip_prefix('第').unwrap_or(key);
        let intent = if key.starts_with("1次交付") || key.starts_with("一次交付") {
            FirstRound
        } else if key.starts_with("2次交付") || key.starts_with("二次交付") {
            SecondRound
        } else if key.starts_with("の申請を行う予定")
            || key.starts_with("申請を行う予定はない")
            || (text.trim_start().starts_with('③') && key.contains("ない"))
        {
            NoPlan
        } else if key.starts_with("その他") && text.contains('④') {
            let end = text.find("その他")? + "その他".len();
            let tail = if label_key(&text[end..]).is_empty() {
                0
            } else {
                end
            };
            return tag(Label::Intent(Other), tail);
        } else {
            return None;
        };
        Some(Tag {
            label: Label::Intent(intent),
            tail: 0,
            year: year_in(key),
            near: true,
        })
    }

    /// 電話番号：0138-00-0000.
    fn field_with_answer(&self, text: &str) -> Option<Tag> {
        let at = text.find(|c: char| matches!(c, ':' | '：') || c.is_whitespace())?;
        let (head, rest) = text.split_at(at);
        let known = self.by_key(&label_key(head))?;
        let is_field = matches!(
            known.label,
            Label::Code
                | Label::Name
                | Label::Prefecture
                | Label::Department
                | Label::Email
                | Label::Phone
        );
        if !is_field {
            return None;
        }
        let unsaid = |c: char| matches!(c, ':' | '：' | '_' | '＿') || c.is_whitespace();
        let said = rest.trim_start_matches(unsaid);
        let tail = if said.is_empty() {
            0
        } else {
            text.len() - said.len()
        };
        tag(known.label, tail)
    }

    /// 電話番号（代表）, 合計（人）, 担当部署の名称及び担当者名.
    fn label_with_addition(&self, text: &str, key: &str) -> Option<Tag> {
        let named = ["及び担当者名", "及び担当者", "担当者名", "担当者氏名"]
            .iter()
            .find_map(|end| self.by_key(key.strip_suffix(end)?))
            .filter(|known| known.label == Label::Department);
        let in_brackets = || {
            let (head, inside) = text.trim_end().split_once(['（', '('])?;
            let is_one = inside.find(['）', ')'])
                == inside.trim_end().char_indices().last().map(|(at, _)| at);
            let known = is_one.then(|| self.by_key(&label_key(head))).flatten()?;
            let takes = matches!(
                known.label,
                Label::Code
                    | Label::Name
                    | Label::Department
                    | Label::Email
                    | Label::Phone
                    | Label::Total
            );
            takes.then_some(known)
        };
        named
            .or_else(in_brackets)
            .and_then(|known| tag(known.label, 0))
    }

    /// A row's name with an addition in brackets, or after its law and paragraph.
    fn row(&self, text: &str, key: &str) -> Option<Tag> {
        let is_row = |tag: &Tag| matches!(tag.label, Label::Row(_) | Label::Stranger(_));
        let long_enough = |part: &str| part.chars().count() >= 5;
        let added = text.contains(['(', '（', '※', '【', '[', '\n', '〔']);
        if !added && !key.contains('法') && !key.contains("事業") {
            return None;
        }
        let ends: Vec<usize> = key.char_indices().map(|(at, _)| at).skip(1).collect();
        if let Some((head, inside)) = text.split_once(['（', '(']) {
            // More behind the bracket is a sentence about the row.
            let (inside, behind) = inside.split_once(['）', ')']).unwrap_or((inside, "）"));
            let head = if label_key(behind).is_empty() {
                head
            } else {
                ""
            };
            let inside = if head.is_empty() { "" } else { inside };
            let [head, inside] = [head, inside].map(|part| self.by_key(&label_key(part)));
            // 更生医療（18歳以上）; 自立支援医療（更生医療）, where the first is no name of anything.
            let known = head
                .filter(is_row)
                .or(inside.filter(|_| head.is_none()).filter(is_row));
            if known.is_some() {
                return known;
            }
        }
        if added {
            let before = ends.iter().rev().map(|end| &key[..*end]);
            let known = before
                .filter(|part| long_enough(part))
                .find_map(|part| self.by_key(part).filter(is_row));
            if known.is_some() {
                return known;
            }
        }
        let after = ends.iter().map(|start| (&key[..*start], &key[*start..]));
        after
            .filter(|(law, part)| long_enough(part) && (law.contains('法') || law.contains("事業")))
            .find_map(|(_, part)| self.by_key(part).filter(is_row))
    }
}

/// ※④その他を選択した場合は…, with or without the answer behind it.
fn note(text: &str, key: &str) -> Option<Tag> {
    let label = if !key.contains("場合は") && !key.contains("を選択した場合") {
        return None;
    } else if key.contains("具体的な医療費助成") || key.starts_with("その他の地方単独")
    {
        Label::OtherNote
    } else if key.contains("具体的な回答") || key.starts_with("その他") {
        Label::IntentNote
    } else {
        return None;
    };
    let end = [
        "記載してください。",
        "記入してください。",
        "ください。",
        "\n",
    ]
    .iter()
    .find_map(|end| text.find(end).map(|at| at + end.len()));
    let tail = end.filter(|end| !label_key(&text[*end..]).is_empty());
    tag(label, tail.unwrap_or(0))
}

/// `intents`: the number is one of persons, else yen. A head of the other kind makes the form the other's.
fn column(key: &str, length: usize, intents: bool) -> Option<Tag> {
    if length <= 30 && key.starts_with("受給者数") {
        let own = Label::RecipientsColumn;
        tag(if intents { own } else { Label::OtherKind }, 0)
    } else if length <= 30 && !intents && key.starts_with("事業費") {
        tag(Label::RecipientsColumn, 0)
    } else if length <= 24 && key.contains("改修") && key.contains("対象") {
        tag(Label::TargetColumn, 0)
    } else {
        None
    }
}

/// 令和7年度分, alone or in the title of the survey.
fn year_of(key: &str) -> Option<FiscalYear> {
    let is_title = key.contains("意向等調査") || key.contains("意向調査");
    if key.chars().count() > 12 && !is_title {
        return None;
    }
    let (before, _) = key.split_once("年度分")?;
    let at = before.rfind("令和").or_else(|| before.rfind('r'))?;
    before[at..].parse().ok()
}

/// 令和7 of 「…（令和7年4月～5月予定）…」.
fn year_in(key: &str) -> Option<FiscalYear> {
    let (_, after) = key.split_once("令和")?;
    let (year, _) = after.split_once('年')?;
    format!("令和{year}").parse().ok()
}
