//! An answer to a 追加の質問: what was typed, and what it is understood as.
//!
//! ```text
//! typed ─ read ─> ExtraReading { answer, typed } | problems (each says what to write)
//! ExtraAnswer ─ typed_form ─> typed again, which reads as the same answer
//!             └ describe ──> as pages and sheets print it
//! ```
//! As with a count of persons: what people plainly mean is read, the typed text is kept beside it where it
//! differs, and where two readings are possible the body is asked instead of guessed for.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::coordination_contact::check_text;
use super::extra_question::{ExtraAnswer, ExtraQuestion, QuestionId, QuestionKind};
use super::japan_time::{date_label, parse_date};
use super::place::Place;
use super::recipient_count::{Amount, CountProblem, Limits, parse_amount, says_unknown};
use super::response::{FREE_TEXT_MAX, Problem};
use super::text::{char_len, clean_line, clean_text, fold_width, with_commas};

mod choice;

/// The largest number a question takes; a larger one is a slip of the keyboard.
pub const NUMBER_MAX: u64 = 999_999_999_999;

/// The answers to the questions of an edition as typed: the value of an option, or any other text.
pub type ExtraInput = BTreeMap<QuestionId, String>;

/// What a typed text was understood as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExtraReading {
    /// `None`: nothing was typed, or that nothing is known yet (不明, 未定).
    pub answer: Option<ExtraAnswer>,
    /// What was typed, where it is not the plain form of the answer.
    pub typed: Option<String>,
}

/// Reads the answer to a question; every problem at once, each at the question.
pub fn read(question: &ExtraQuestion, typed: &str) -> Result<ExtraReading, Vec<Problem>> {
    let words = match question.kind {
        QuestionKind::Text => clean_text(typed),
        _ => clean_line(typed),
    };
    let place = || Place::Question(question.id.clone());
    let refused = |message: String| Err(vec![Problem::new(place(), message)]);
    if words.is_empty() {
        return if question.required {
            refused(missing(&question.kind))
        } else {
            Ok(ExtraReading::default())
        };
    }
    if question.kind == QuestionKind::Text {
        let mut problems = Vec::new();
        check_text(&words, FREE_TEXT_MAX, place(), &mut problems);
        return if problems.is_empty() {
            Ok(ExtraReading {
                answer: Some(ExtraAnswer::Text(words)),
                typed: None,
            })
        } else {
            Err(problems)
        };
    }
    // Nobody's figure or date is that long; the page would repeat all of it.
    if char_len(&words) > FREE_TEXT_MAX {
        return refused(format!("{FREE_TEXT_MAX}文字以内で入力してください。"));
    }
    match understood(&question.kind, &words) {
        Ok(None) if question.required => refused(missing(&question.kind)),
        Ok(None) => Ok(ExtraReading {
            answer: None,
            typed: Some(words),
        }),
        Ok(Some(answer)) => {
            let plain = is_plain(question, &answer, &words);
            Ok(ExtraReading {
                answer: Some(answer),
                typed: (!plain).then_some(words),
            })
        }
        Err(message) => refused(message),
    }
}

/// The answer a text stands for; `None` where it says that nothing is known yet.
fn understood(kind: &QuestionKind, words: &str) -> Result<Option<ExtraAnswer>, String> {
    match kind {
        QuestionKind::Text => Ok(Some(ExtraAnswer::Text(words.to_owned()))),
        QuestionKind::Choice { options } => match choice::find(options, words) {
            Some(option) => Ok(Some(ExtraAnswer::Choice(option.value.clone()))),
            None if says_unknown(words) => Ok(None),
            None => {
                let labels: Vec<_> = options.iter().map(|option| option.label.as_str()).collect();
                Err(format!(
                    "どの選択肢か読み取れませんでした。次の中から1つ選んでください：{}",
                    labels.join("、")
                ))
            }
        },
        QuestionKind::Number { unit } => {
            let unit = fold_width(unit).to_lowercase();
            let units: &[&str] = match unit.as_str() {
                "" => &[],
                "人" | "名" => &["人", "名"],
                unit => &[unit],
            };
            let limits = Limits {
                max: NUMBER_MAX,
                units,
            };
            match parse_amount(words, limits) {
                Ok(Amount::Known(number)) => Ok(Some(ExtraAnswer::Number(number))),
                Ok(Amount::Unknown) => Ok(None),
                Err(problem) => Err(number_message(problem).to_owned()),
            }
        }
        QuestionKind::Date => match day(words) {
            Some(day) => Ok(Some(ExtraAnswer::Date(day))),
            None if says_unknown(words) => Ok(None),
            None => Err(
                "日付を読み取れませんでした。年・月・日を入力してください（例：令和9年2月28日、R9.2.28、2027/2/28）。"
                    .to_owned(),
            ),
        },
    }
}

/// What to do where an answer is required and none stands.
fn missing(kind: &QuestionKind) -> String {
    match kind {
        QuestionKind::Choice { .. } => "1つ選んでください。検討中のときは、いまの見込みで結構です。",
        QuestionKind::Number { .. } => {
            "0以上の整数を入力してください（例：1200）。分からないときは、見込みの数で結構です。"
        }
        QuestionKind::Text => "回答を入力してください。検討中のときは、いまの見込みで結構です。",
        QuestionKind::Date => {
            "日付を入力してください（例：令和9年2月28日）。決まっていないときは、見込みの日で結構です。"
        }
    }
    .to_owned()
}

/// Why a number was not read, without the words about recipients.
fn number_message(problem: CountProblem) -> &'static str {
    match problem {
        CountProblem::Negative => {
            "マイナスの数は入力できません。0以上の整数で入力してください（例：1200）。"
        }
        CountProblem::Fraction => {
            "小数は入力できません。整数で入力してください（例：1200）。概数でも構いません。"
        }
        CountProblem::Range => {
            "範囲は入力できません。見込みで構いませんので、1つの数で入力してください（例：150）。"
        }
        CountProblem::TooLarge => "数が大きすぎます。桁をお確かめのうえ入力してください。",
        CountProblem::SeveralNumbers => {
            "数が2つ以上あるか、カンマの位置がずれているようです。数を1つだけ入力してください（例：1200）。"
        }
        CountProblem::NoteMark => {
            "数の横に、①や※1のような印が付いているようです。印を除き、数だけを入力してください（例：1200）。"
        }
        CountProblem::WordsBeside => {
            "数の横に、説明の言葉が書かれているようです。言葉を除き、数だけを入力してください（例：1200）。"
        }
        CountProblem::NotANumber => {
            "数を読み取れませんでした。数字で入力してください（例：1200）。"
        }
    }
}

/// A date; also 20270228, and with 頃 or 予定 behind it.
fn day(words: &str) -> Option<Date> {
    let words = ["予定", "頃", "ごろ", "ころ"]
        .iter()
        .fold(words.trim(), |rest, word| {
            rest.strip_suffix(word).unwrap_or(rest).trim_end()
        });
    parse_date(words).or_else(|| {
        let digits = fold_width(words);
        let plain = digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_digit());
        let dashed = plain.then(|| format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]));
        dashed.and_then(|dashed| parse_date(&dashed))
    })
}

/// Whether the words are how the answer is usually written, so that nothing is lost without them.
fn is_plain(question: &ExtraQuestion, answer: &ExtraAnswer, words: &str) -> bool {
    match answer {
        ExtraAnswer::Choice(value) => {
            words == value.as_str() || words == describe(question, answer)
        }
        ExtraAnswer::Number(number) => words == number.to_string(),
        ExtraAnswer::Text(_) => true,
        ExtraAnswer::Date(day) => {
            words == day.to_string()
                || words == format!("{}/{}/{}", day.year(), day.month(), day.day())
        }
    }
}

/// An answer as somebody would type it; reading it gives the same answer.
pub fn typed_form(answer: &ExtraAnswer) -> String {
    match answer {
        ExtraAnswer::Choice(value) => value.to_string(),
        ExtraAnswer::Number(number) => number.to_string(),
        ExtraAnswer::Text(text) => text.clone(),
        ExtraAnswer::Date(day) => day.to_string(),
    }
}

/// An answer as it is printed: the option's label, 「1,200台」, the text, 「令和9年2月28日（日）」.
pub fn describe(question: &ExtraQuestion, answer: &ExtraAnswer) -> String {
    match (answer, &question.kind) {
        (ExtraAnswer::Choice(value), QuestionKind::Choice { options }) => options
            .iter()
            .find(|option| &option.value == value)
            .map_or_else(|| value.to_string(), |option| option.label.clone()),
        (ExtraAnswer::Choice(value), _) => value.to_string(),
        (ExtraAnswer::Number(number), QuestionKind::Number { unit }) => {
            format!("{}{unit}", with_commas(*number))
        }
        (ExtraAnswer::Number(number), _) => with_commas(*number),
        (ExtraAnswer::Text(text), _) => text.clone(),
        (ExtraAnswer::Date(day), _) => date_label(*day),
    }
}

/// The answer to a question among those of a form, as it is printed; empty without one.
pub fn said(question: &ExtraQuestion, answers: &BTreeMap<QuestionId, ExtraAnswer>) -> String {
    let answer = answers.get(&question.id);
    answer.map_or_else(String::new, |answer| describe(question, answer))
}

/// A typed text as it is understood, or as it was typed where it is not: for lists of differences.
pub fn shown(question: &ExtraQuestion, typed: &str) -> String {
    let read = understood(&question.kind, &clean_line(typed));
    match (&question.kind, read) {
        (QuestionKind::Text, _) => clean_text(typed),
        (_, Ok(Some(answer))) if !clean_line(typed).is_empty() => describe(question, &answer),
        _ => clean_line(typed),
    }
}

/// The typed answers an edition can begin with: those to questions it has, too, of the same kind. An option
/// it does not have is left out.
pub fn carried_over(
    before: &[ExtraQuestion],
    now: &[ExtraQuestion],
    input: ExtraInput,
) -> ExtraInput {
    let find = |questions: &'_ [ExtraQuestion], id: &QuestionId| {
        let mut questions = questions.iter();
        questions
            .find(|question| &question.id == id)
            .map(|question| question.kind.clone())
    };
    let carried = input.into_iter().filter_map(|(id, typed)| {
        let typed = match (find(before, &id)?, find(now, &id)?) {
            (old @ QuestionKind::Choice { .. }, QuestionKind::Choice { options }) => {
                // The value is what stays; a sign may mean another option now.
                let answer = understood(&old, &clean_line(&typed)).ok().flatten()?;
                let value = typed_form(&answer);
                options
                    .iter()
                    .any(|option| option.value.as_str() == value)
                    .then_some(value)?
            }
            (QuestionKind::Number { unit: was }, QuestionKind::Number { unit: is }) => {
                (was == is).then_some(typed)?
            }
            (QuestionKind::Text, QuestionKind::Text) | (QuestionKind::Date, QuestionKind::Date) => {
                typed
            }
            _ => return None,
        };
        Some((id, typed))
    });
    carried.collect()
}

#[cfg(test)]
mod tests;
