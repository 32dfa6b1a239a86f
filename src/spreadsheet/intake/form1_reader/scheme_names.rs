//! The names a scheme goes by beside the one an edition prints: those of the ministry's catalogue, of the
//! status tables and of 様式1 of January 2025 (`migrations/data/schemes.csv`; a test holds them together).

use std::collections::HashMap;

use super::label_key::label_key;
use super::vocabulary::Label;
use crate::domain::scheme::SchemeId;
use crate::domain::scheme_history::SchemeHistory;

/// Id, then every other name. One that fits two rows is left out when the rows are collected.
const NAMES: &[(&str, &[&str])] = &[
    ("psychiatric_outpatient", &["精神通院医療", "精神通院"]),
    ("rehabilitation", &["更生医療"]),
    ("developmental", &["育成医療"]),
    ("nursing_care", &["療養介護医療", "療養介護"]),
    ("intractable_disease", &["難病"]),
    ("child_chronic_disease", &["小児慢性"]),
    ("disabled_child_facility", &["障害児入所医療", "障害児入所"]),
    (
        "disabled_child_outpatient",
        &["肢体不自由児通所医療", "肢体不自由児通所"],
    ),
    ("child_protection", &["児童保護医療費"]),
    ("premature_infant", &["未熟児養育医療"]),
    ("tuberculosis", &["結核"]),
    ("novel_influenza_home_care", &["新型インフル"]),
    ("new_infection_home_care", &["新感染症"]),
    ("atomic_bomb_certified_disease", &["認定疾病医療"]),
    ("atomic_bomb_general_disease", &["一般疾病医療費"]),
    ("hemophilia", &["先天性血液凝固因子障害等治療研究事業"]),
    (
        "specified_disease_research",
        &[
            "特定疾患治療研究事業",
            "特定疾患治療研究事業による医療費助成(2次交付で追加予定)",
            "特定疾患",
        ],
    ),
    ("hepatitis_treatment", &["肝炎治療特別促進事業", "肝炎"]),
    (
        "liver_cancer_research",
        &["肝がん・重度肝硬変治療研究促進事業", "肝がん・重度肝硬変"],
    ),
    (
        "atomic_bomb_second_health_area",
        &["第二種健康診断特例区域治療支援事業"],
    ),
    (
        "local_child",
        &[
            "こども",
            "こども医療費助成",
            "こども医療費助成制度",
            "乳幼児等医療費助成",
        ],
    ),
    (
        "local_disability",
        &["障害者", "障害者医療費助成", "重度心身障害者医療費助成"],
    ),
    (
        "local_single_parent",
        &[
            "ひとり親家庭",
            "ひとり親",
            "ひとり親家庭医療費助成",
            "ひとり親家庭等医療費助成",
        ],
    ),
];

/// The names that the catalogue has and had for schemes: the ministry renames them while old forms are still filled
/// in. One that two rows of a form claim is nobody's: the row is told as unknown, and a person looks.
#[derive(Clone, Debug, Default)]
pub struct EarlierNames(HashMap<SchemeId, Vec<String>>);

impl EarlierNames {
    /// All names of all versions.
    pub fn new(history: &SchemeHistory) -> Self {
        let mut names: HashMap<SchemeId, Vec<String>> = HashMap::new();
        for (id, law, name) in history.names() {
            let of = names.entry(id).or_default();
            for name in [name.clone(), format!("{law}{name}")] {
                if !of.contains(&name) {
                    of.push(name);
                }
            }
        }
        Self(names)
    }

    fn of(&self, scheme: &SchemeId) -> impl Iterator<Item = &str> {
        let names = self.0.get(scheme).into_iter().flatten();
        names.map(String::as_str)
    }
}

/// Adds the keys of a row: each name alone, after its law and before it. A key two rows claim is `None`.
pub(super) fn collect(
    scheme: &SchemeId,
    printed: &str,
    laws: &[&str],
    earlier: &EarlierNames,
    label: Label,
    keys: &mut HashMap<String, Option<Label>>,
) {
    let listed = NAMES
        .iter()
        .find(|(id, _)| *id == scheme.as_str())
        .map_or(&[][..], |(_, names)| names);
    // 「…による医療費助成」 is left off as often as not.
    let short = printed.strip_suffix("による医療費助成");
    let names = std::iter::once(printed)
        .chain(short)
        .chain(listed.iter().copied())
        .chain(earlier.of(scheme));
    for name in names {
        let mut claim = |text: &str| {
            let slot = keys.entry(label_key(text)).or_insert(Some(label));
            if *slot != Some(label) {
                *slot = None;
            }
        };
        claim(name);
        for law in laws.iter().filter(|law| !law.is_empty()) {
            claim(&format!("{law}{name}"));
            claim(&format!("{name}{law}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMES: &str = include_str!("../../../../migrations/data/schemes.csv");

    #[test]
    fn every_name_of_the_catalogue_and_the_status_tables_is_listed() {
        for line in SCHEMES.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let (id, catalogue, form1, status) = (cells[0], cells[2], cells[3], cells[4]);
            let asked = form1.len() + status.len() > 0 || cells[8] == "1";
            if !asked || id == "local_other" {
                continue;
            }
            let (_, names) = NAMES
                .iter()
                .find(|(listed, _)| *listed == id)
                .unwrap_or_else(|| panic!("{id}"));
            for name in [catalogue, status]
                .into_iter()
                .filter(|name| !name.is_empty())
            {
                assert!(names.contains(&name) || name == form1, "{id}: {name}");
            }
        }
    }
}
