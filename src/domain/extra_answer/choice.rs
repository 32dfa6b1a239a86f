//! Which option a text means: its value, its label, its sign (#1, ①) or the beginning of its words.

use crate::domain::extra_question::QuestionOption;
use crate::domain::text::fold_width;

/// The option meant; `None` where none or more than one could be.
pub(super) fn find<'o>(options: &'o [QuestionOption], words: &str) -> Option<&'o QuestionOption> {
    let exact = options
        .iter()
        .find(|option| option.value.as_str() == words)
        .or_else(|| options.iter().find(|option| option.label == words));
    if exact.is_some() {
        return exact;
    }
    let whole = key(words);
    if whole.is_empty() {
        return None;
    }
    let said = Signed::of(words);
    let labels = || {
        options
            .iter()
            .map(|option| (option, Signed::of(&option.label)))
    };
    let same = labels().filter(|(option, label)| {
        let contradicts = label.sign.is_some() && said.sign.is_some() && label.sign != said.sign;
        key(&option.label) == whole && !contradicts
    });
    if let found @ Some(_) = only(same) {
        return found;
    }
    let rest = key(&said.rest);
    let fits = |label: &Signed| {
        let label = key(&label.rest);
        label == rest || begins(&label, &rest)
    };
    let Some(sign) = said.sign else {
        return only(labels().filter(|(_, label)| fits(label)));
    };
    // A sign of one option with the words of another means neither.
    let fits = |label: &Signed| rest.is_empty() || fits(label);
    if labels().any(|(_, label)| label.sign.is_some()) {
        only(labels().filter(|(_, label)| label.sign == Some(sign)))
            .filter(|option| fits(&Signed::of(&option.label)))
    } else {
        // Options without numbers are counted; a bare 1 may mean anything.
        let counted = options.get(sign.checked_sub(1)?);
        counted.filter(|option| said.marked && fits(&Signed::of(&option.label)))
    }
}

fn only<'o, L>(
    mut found: impl Iterator<Item = (&'o QuestionOption, L)>,
) -> Option<&'o QuestionOption> {
    let (first, _) = found.next()?;
    found.next().is_none().then_some(first)
}

/// Words that turn a beginning into its opposite: 「希望」 is not 「希望しない」.
const NEGATIONS: [&str; 8] = ["ない", "無い", "なし", "無し", "不", "未", "非", "除"];

/// Whether a label begins with what was typed, at least two letters, and goes on without a negation.
fn begins(label: &str, typed: &str) -> bool {
    let rest = label.strip_prefix(typed);
    typed.chars().count() >= 2
        && rest.is_some_and(|rest| !NEGATIONS.iter().any(|negation| rest.contains(negation)))
}

/// What two spellings of an option have in common: letters and digits, whatever their width and case.
fn key(text: &str) -> String {
    fold_width(text)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// A text and the number it begins with: #1, ①, (1), 1., No.1, 第1, and 1 or 1番 where nothing follows.
struct Signed {
    sign: Option<usize>,
    /// The number has a sign that says it counts options.
    marked: bool,
    /// The words behind the sign.
    rest: String,
}

impl Signed {
    fn of(text: &str) -> Self {
        let text = text.trim();
        let plain = || Self {
            sign: None,
            marked: false,
            rest: text.to_owned(),
        };
        if let Some(first) = text.chars().next()
            && let Some(number) = circled(first)
        {
            return Self {
                sign: Some(number),
                marked: true,
                rest: text[first.len_utf8()..].to_owned(),
            };
        }
        let folded = fold_width(text).to_lowercase();
        let folded = folded.trim();
        let (before, digits) = ["#", "no.", "no", "(", "第"]
            .iter()
            .find_map(|mark| folded.strip_prefix(mark))
            .map_or((false, folded), |rest| (true, rest.trim_start()));
        let end = digits
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(digits.len());
        let Ok(number) = digits[..end].parse::<usize>() else {
            return plain();
        };
        let rest = &digits[end..];
        let behind = rest == "番";
        let parted = rest.is_empty()
            || rest.starts_with(['.', ')', '、', ':', ','])
            || rest.starts_with(char::is_whitespace);
        if !(before || behind || parted) {
            return plain();
        }
        Self {
            sign: Some(number),
            marked: before || behind,
            rest: if behind {
                String::new()
            } else {
                rest.to_owned()
            },
        }
    }
}

/// ① to ⑳ and ❶ to ❿.
fn circled(c: char) -> Option<usize> {
    let code = c as usize;
    match code {
        0x2460..=0x2473 => Some(code - 0x2460 + 1),
        0x2776..=0x277F => Some(code - 0x2776 + 1),
        _ => None,
    }
}
