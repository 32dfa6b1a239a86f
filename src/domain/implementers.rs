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

/// What 実施主体 as printed and as ticked say differently of a scheme, a sentence each. Words that nobody can be read
/// from are left alone, and so are ticks beside them: a hint must be right where it is given.
pub fn contradictions(printed: &str, kinds: &[ImplementerKind], names: &BodyNames) -> Vec<String> {
    let folded = fold_width(printed);
    let words = folded
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '、' | '・' | '/'))
        .flat_map(|part| part.split("及び").flat_map(|part| part.split("または")))
        .map(|word| word.trim_end_matches("など").trim_end_matches('等'))
        .filter(|word| !word.is_empty());
    let read: Vec<(&str, Option<ImplementerKind>)> = words
        .map(|word| (word, printed_kind(word, kinds, names)))
        .collect();
    if read.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let said: Vec<&ImplementerKind> = read.iter().filter_map(|(_, kind)| kind.as_ref()).collect();
    let ticked: Vec<&ImplementerKind> = kinds.iter().collect();
    for (word, kind) in &read {
        if kind.as_ref().is_some_and(|kind| !covers(&ticked, kind)) {
            found.push(format!(
                "実施主体の書き方に「{word}」がありますが、実施主体として選ばれていません。"
            ));
        }
    }
    if said.len() == read.len() {
        for kind in kinds.iter().filter(|kind| !covers(&said, kind)) {
            found.push(format!(
                "実施主体として「{}」が選ばれていますが、実施主体の書き方にはありません。",
                label(kind, names)
            ));
        }
    }
    found
}

/// Who is meant by a word of the printed text.
fn printed_kind(
    word: &str,
    kinds: &[ImplementerKind],
    names: &BodyNames,
) -> Option<ImplementerKind> {
    use ImplementerKind as K;
    let group = match word {
        "都道府県" => K::Prefecture,
        "指定都市" | "政令指定都市" | "政令市" => K::DesignatedCity,
        "中核市" => K::CoreCity,
        "特別区" => K::SpecialWard,
        "市区町村" | "市町村" => K::Municipality,
        "保健所設置市" | "保健所を設置する市" => K::HealthCenterCity,
        "児相設置市" | "児童相談所設置市" => K::ChildGuidanceCity,
        // Several bodies bear some names: the one that is ticked is meant.
        _ => {
            let is_named = |kind: &&K| fold_width(&label(kind, names)) == word;
            let ticked = kinds.iter().find(is_named).cloned();
            return ticked.or_else(|| one(word, names)).or_else(|| {
                let office = |(_, name): &&(&str, &str)| {
                    (word.ends_with("基金") && name.ends_with(word)) || word.ends_with(name)
                };
                let (id, _) = OTHERS.iter().find(office)?;
                Some(K::Body((*id).to_owned()))
            });
        }
    };
    Some(group)
}

/// Whether a kind is among others, or one of them means it too.
fn covers(kinds: &[&ImplementerKind], kind: &ImplementerKind) -> bool {
    use ImplementerKind as K;
    let is_prefecture = |code: &LocalGovernmentCode| code.prefecture().organization_code() == *code;
    kinds.iter().any(|other| match (other, kind) {
        (other, kind) if *other == kind => true,
        (K::Prefecture, K::Code(code)) => is_prefecture(code),
        (K::Municipality, K::Code(code)) => !is_prefecture(code),
        (K::Municipality, kind) => !matches!(kind, K::Prefecture | K::Body(_)),
        _ => false,
    })
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
    fn printed_text_and_ticks_that_differ_are_told() {
        let told = |printed: &str, words: &str| {
            let kinds = ImplementerKind::parse_list(words).expect("kinds");
            contradictions(printed, &kinds, &names())
        };
        assert_eq!(
            told("都道府県、中核市", "prefecture designated_city"),
            [
                "実施主体の書き方に「中核市」がありますが、実施主体として選ばれていません。",
                "実施主体として「指定都市」が選ばれていますが、実施主体の書き方にはありません。",
            ]
        );
        assert_eq!(told("広島市", "code:422011").len(), 2);
        assert_eq!(told("都道府県", "").len(), 1);
        // One body of two with the name, several ways to write, and what one kind means of another.
        for (printed, words) in [
            ("府中市", "code:342084"),
            ("都道府県及び政令市", "prefecture designated_city"),
            ("市町村", "municipality core_city code:341002"),
            ("", "prefecture"),
            // Who knows what is meant.
            ("広域連合", "prefecture"),
        ] {
            assert_eq!(told(printed, words), [""; 0], "{printed}");
        }
        assert_eq!(told("広域連合、中核市", "prefecture").len(), 1);
    }

    #[test]
    fn the_catalogue_that_ships_contradicts_nowhere() {
        let shipped = shipped();
        let mut names = names();
        let more = [
            "430005 熊本県",
            "460001 鹿児島県",
            "150002 新潟県",
            "420000 長崎県",
        ];
        names.extend(more.iter().map(|line| {
            let (code, name) = line.split_once(' ').expect("two");
            (code.parse().expect("a code"), name.to_owned())
        }));
        for scheme in shipped.schemes() {
            let told = contradictions(&scheme.implementers, &scheme.implementer_kinds, &names);
            assert_eq!(told, [""; 0], "{}", scheme.id);
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
