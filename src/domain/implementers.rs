//! Who runs a scheme (実施主体), as pages show and read it: 「広島市（341002）」 for a single body, never a symbol alone.

use std::collections::HashMap;

use super::local_government_code::LocalGovernmentCode;
use super::scheme::ImplementerKind;
use super::text::fold_width;

/// Names of bodies by code.
pub type BodyNames = HashMap<LocalGovernmentCode, String>;

/// The bodies of the catalogue that are no local governments.
const OTHERS: [(&str, &str); 2] = [
    ("ssk", "社会保険診療報酬支払基金"),
    ("erca", "環境再生保全機構"),
];

/// 都道府県, 広島市, 社会保険診療報酬支払基金 …
pub fn label(kind: &ImplementerKind, names: &BodyNames) -> String {
    match kind {
        ImplementerKind::Code(code) => names.get(code).cloned().unwrap_or_else(|| kind.label()),
        ImplementerKind::Body(id) => other(id).map_or_else(
            || format!("{}（{id}）", kind.label()),
            |name| name.to_owned(),
        ),
        _ => kind.label(),
    }
}

/// All of them, 「、」 between.
pub fn labels(kinds: &[ImplementerKind], names: &BodyNames) -> String {
    let labels: Vec<_> = kinds.iter().map(|kind| label(kind, names)).collect();
    labels.join("、")
}

/// The labels of the words of a column. A word that is none stays as it is: it is what somebody typed.
pub fn labels_of_words(words: &str, names: &BodyNames) -> String {
    let words = words.split_whitespace().map(|word| match word.parse() {
        Ok(kind) => label(&kind, names),
        Err(_) => word.to_owned(),
    });
    words.collect::<Vec<_>>().join("、")
}

/// A single body for a field in which it is edited: its name, and the symbol by which [`read`] finds it again.
pub fn editable(kind: &ImplementerKind, names: &BodyNames) -> String {
    match kind {
        ImplementerKind::Code(code) => match names.get(code) {
            Some(name) => format!("{name}（{code}）"),
            None => code.to_string(),
        },
        ImplementerKind::Body(id) => {
            format!("{}（{id}）", other(id).unwrap_or("自治体以外の機関"))
        }
        _ => kind.label(),
    }
}

/// Reads single bodies by code, by a name that only one of `names` bears, or as [`editable`] writes them. What does
/// not read comes back as it was typed.
pub fn read(typed: &str, names: &BodyNames) -> Vec<Result<ImplementerKind, String>> {
    let folded = fold_width(typed);
    let words = folded.split(|c: char| c.is_whitespace() || matches!(c, ',' | '、'));
    words
        .filter(|word| !word.is_empty())
        .map(|word| one(word, names).ok_or_else(|| word.to_owned()))
        .collect()
}

fn one(word: &str, names: &BodyNames) -> Option<ImplementerKind> {
    let inner = word
        .strip_suffix(')')
        .and_then(|open| open.rsplit_once('('));
    let symbol = inner.map_or(word, |(_, symbol)| symbol);
    if let Ok(kind) = symbol.parse::<ImplementerKind>() {
        let is_single = matches!(kind, ImplementerKind::Code(_) | ImplementerKind::Body(_));
        return is_single.then_some(kind);
    }
    if let Ok(kind) = format!("code:{symbol}").parse() {
        return Some(kind);
    }
    if inner.is_some() || other(symbol).is_some() {
        return format!("body:{symbol}").parse().ok();
    }
    if let Some((id, _)) = OTHERS.iter().find(|(_, name)| *name == word) {
        return Some(ImplementerKind::Body((*id).to_owned()));
    }
    let mut bearers = names.iter().filter(|(_, name)| fold_width(name) == word);
    match (bearers.next(), bearers.next()) {
        (Some((code, _)), None) => Some(ImplementerKind::Code(*code)),
        _ => None,
    }
}

fn other(id: &str) -> Option<&'static str> {
    let mut known = OTHERS.iter().filter(|(known, _)| *known == id);
    known.next().map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::scheme_catalogue::tests::shipped;

    fn names() -> BodyNames {
        let names = [
            ("341002", "広島市"),
            ("422011", "長崎市"),
            ("134210", "府中市"),
            ("342084", "府中市"),
        ];
        let named = names.into_iter().filter_map(|(code, name)| {
            let code = code.parse().ok()?;
            Some((code, name.to_owned()))
        });
        named.collect()
    }

    #[test]
    fn nobody_is_shown_a_symbol() {
        let names = names();
        assert_eq!(
            labels_of_words("prefecture code:341002 body:ssk body:nhk", &names),
            "都道府県、広島市、社会保険診療報酬支払基金、自治体以外の機関（nhk）"
        );
        for scheme in shipped().schemes() {
            let shown = labels(&scheme.implementer_kinds, &names);
            assert!(!shown.contains(['_', ':']), "{shown}");
        }
    }

    #[test]
    fn what_a_field_shows_reads_back() {
        let names = names();
        for word in ["code:341002", "code:010006", "body:erca", "body:nhk"] {
            let kind: ImplementerKind = word.parse().expect(word);
            let shown = editable(&kind, &names);
            assert_eq!(read(&shown, &names), [Ok(kind)], "{shown}");
        }
    }

    #[test]
    fn bodies_are_read_by_code_and_by_a_name_of_their_own() {
        let names = names();
        let code = |text: &str| Ok(ImplementerKind::Code(text.parse().expect("a code")));
        assert_eq!(
            read("３４１００２、長崎市 body:ssk", &names),
            [
                code("341002"),
                code("422011"),
                Ok(ImplementerKind::Body("ssk".to_owned()))
            ]
        );
        // Two bear the name, and a kind is ticked elsewhere.
        for typed in ["府中市", "999999", "municipality", "town"] {
            assert_eq!(read(typed, &names), [Err(typed.to_owned())]);
        }
        assert_eq!(read("府中市（342084）", &names), [code("342084")]);
    }
}
