//! The schemes together: found by id and by every name they bear, and in the order in which tables print them.
//!
//! ```text
//! scheme rows ─> Catalogue ─ columns(year, part, …) ─> columns of a status table
//!                          └ SchemeNames::find(typed) ─> the scheme a cell means
//! ```

use std::collections::HashMap;

use super::fiscal_year::FiscalYear;
use super::organization::RespondentClass;
use super::scheme::{ImplementerKind, Scheme, SchemeGroup};
use super::scheme_history::SchemeHistory;
use super::search_key::search_key;
use super::year_set::YearSet;

/// All schemes, in the catalogue's order. Elsewhere a scheme goes by its position here.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    schemes: Vec<Scheme>,
}

impl Catalogue {
    /// Schemes in the catalogue's order.
    pub fn new(schemes: Vec<Scheme>) -> Self {
        Self { schemes }
    }

    /// The schemes, in the catalogue's order.
    pub fn schemes(&self) -> &[Scheme] {
        &self.schemes
    }

    /// The scheme at a position.
    pub fn get(&self, position: usize) -> Option<&Scheme> {
        self.schemes.get(position)
    }

    /// The position of an id.
    pub fn position(&self, id: &str) -> Option<usize> {
        let mut ids = self.schemes.iter().map(|scheme| scheme.id.as_str());
        ids.position(|known| known == id)
    }

    /// The ids of a mask of positions.
    pub fn ids(&self, mask: u64) -> Vec<&str> {
        let schemes = self.schemes.iter().enumerate().take(64);
        schemes
            .filter(|(at, _)| mask >> at & 1 == 1)
            .map(|(_, scheme)| scheme.id.as_str())
            .collect()
    }

    /// The positions in the order of Form 1 and of the status tables. What Form 1 of January 2025 did not have
    /// follows the last row of its law or, where the law is new too, of the law before.
    pub fn form_order(&self) -> Vec<usize> {
        let mut anchors: Vec<u8> = Vec::with_capacity(self.schemes.len());
        for scheme in &self.schemes {
            let of_law = self.schemes.iter().filter(|other| other.law == scheme.law);
            let last = of_law.filter_map(|other| other.form1_r6_order).max();
            let before = anchors.last().copied().unwrap_or(0);
            anchors.push(last.unwrap_or(before));
        }
        let mut order: Vec<usize> = (0..self.schemes.len()).collect();
        order.sort_by_key(|at| match self.schemes[*at].form1_r6_order {
            Some(row) => (row, 0),
            None => (anchors[*at], at + 1),
        });
        order
    }

    /// The columns of a status table: what the subsidy of the year covers and such bodies run, and whatever
    /// somebody takes part with (`in_use`, by position).
    ///
    /// The prefectures' table has only その他 of the local schemes, as the ministry prints it.
    pub fn columns(
        &self,
        year: FiscalYear,
        prefectures: bool,
        in_use: impl Fn(usize) -> bool,
    ) -> Vec<usize> {
        let mut order = self.form_order();
        order.retain(|at| {
            let scheme = &self.schemes[*at];
            let printed = !prefectures
                || scheme.group != SchemeGroup::Local
                || scheme.id.as_str() == "local_other";
            let covered = scheme.subsidy.contains(year);
            let valid = scheme.is_valid_in(year);
            let run = scheme.implementer_kinds.iter().any(|kind| match kind {
                ImplementerKind::Prefecture => prefectures,
                ImplementerKind::Code(code) => code.is_prefecture() == prefectures,
                ImplementerKind::Body(_) => false,
                _ => !prefectures,
            });
            in_use(*at) || (printed && covered && valid && run)
        });
        order
    }
}

/// The years that the two columns of the shipped catalogue stand for: fiscal 2025 and before, and since.
pub fn usual_subsidy(r7: bool, r8: bool) -> YearSet {
    let year = |western: u16| FiscalYear::try_from(western).ok();
    let mut ranges = Vec::new();
    if r7 {
        ranges.extend(year(2023).map(|from| (from, year(2025))));
    }
    if r8 {
        ranges.extend(year(2026).map(|from| (from, None)));
    }
    YearSet::new(ranges)
}

/// Why a body cannot take part with a scheme in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CatalogueConflict {
    /// The catalogue has the scheme from this year on.
    NotYet(FiscalYear),
    /// The catalogue has it until this year.
    NoLonger(FiscalYear),
    /// Such bodies do not run it.
    NotRun,
}

/// Whether a body of this class takes part with a scheme in a year without contradicting the catalogue.
pub fn conflict(
    scheme: &Scheme,
    class: &RespondentClass,
    year: FiscalYear,
) -> Option<CatalogueConflict> {
    match (scheme.valid_from, scheme.valid_until) {
        (Some(first), _) if year < first => Some(CatalogueConflict::NotYet(first)),
        (_, Some(last)) if last < year => Some(CatalogueConflict::NoLonger(last)),
        _ if !scheme.usually_run_by(class) => Some(CatalogueConflict::NotRun),
        _ => None,
    }
}

/// Schemes by every name they bear or bore.
#[derive(Debug)]
pub struct SchemeNames(HashMap<String, Vec<usize>>);

impl SchemeNames {
    /// Ids, and the names of the catalogue, Form 1 and the status tables, each also behind its law; and those of
    /// `history`: lists of earlier years have the names of then. A name that one scheme bears and another bore means
    /// either.
    pub fn new(catalogue: &Catalogue, history: &SchemeHistory) -> Self {
        let mut names = Self(HashMap::new());
        for (at, scheme) in catalogue.schemes().iter().enumerate() {
            let law = scheme.law.as_deref().unwrap_or_default();
            names.add(scheme.id.as_str(), at);
            for name in scheme.names() {
                names.add_with_law(law, name, at);
            }
        }
        for (id, law, name) in history.names() {
            if let Some(at) = catalogue.position(id.as_str()) {
                names.add_with_law(&law, &name, at);
            }
        }
        names
    }

    fn add_with_law(&mut self, law: &str, name: &str, at: usize) {
        self.add(name, at);
        self.add(&format!("{law}{name}"), at);
    }

    fn add(&mut self, name: &str, at: usize) {
        let found = self.0.entry(search_key(name)).or_default();
        if !found.contains(&at) {
            found.push(at);
        }
    }

    /// The positions of the schemes a typed name can mean; none if nobody bears it. 【R7～】 behind it is read over.
    pub fn find(&self, typed: &str) -> &[usize] {
        let typed = typed.split('【').next().unwrap_or_default();
        self.0.get(&search_key(typed)).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    const SCHEMES: &str = include_str!("../../migrations/data/schemes.csv");

    /// The catalogue that ships.
    pub(crate) fn shipped() -> Catalogue {
        let text = |cell: &str| (!cell.is_empty()).then(|| cell.to_owned());
        let schemes = SCHEMES.lines().skip(1).map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            Scheme {
                id: cells[0].parse().expect("an id"),
                law: text(cells[1]),
                name_catalogue: cells[2].to_owned(),
                name_form1: text(cells[3]),
                name_status_table: text(cells[4]),
                implementers: cells[5].to_owned(),
                implementer_kinds: ImplementerKind::parse_list(cells[6]).expect("kinds"),
                subsidy: usual_subsidy(cells[7] == "1", cells[8] == "1"),
                valid_from: cells[9].parse().ok(),
                valid_until: None,
                first_year: cells[9].parse().ok(),
                group: cells[10].parse().expect("a group"),
                form1_r6_order: cells[11].parse().ok(),
                note: String::new(),
                version: 1,
            }
        });
        Catalogue::new(schemes.collect())
    }

    fn ids(catalogue: &Catalogue, positions: &[usize]) -> Vec<String> {
        let id = |at: &usize| catalogue.schemes()[*at].id.to_string();
        positions.iter().map(id).collect()
    }

    fn year(text: &str) -> FiscalYear {
        text.parse().expect("a year")
    }

    #[test]
    fn the_form_order_is_that_of_the_editions() {
        let catalogue = shipped();
        let order = ids(&catalogue, &catalogue.form_order());
        let text = include_str!("../../migrations/data/editions/fy2026.toml");
        let rows: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("scheme = \"")?.strip_suffix('"'))
            .collect();
        assert_eq!(rows.len(), 24);
        let shown: Vec<&str> = order
            .iter()
            .map(String::as_str)
            .filter(|id| rows.contains(id))
            .collect();
        assert_eq!(shown, rows);
        assert_eq!(order.len(), 29);
    }

    /// The columns of the briefing of October 2025, as printed.
    #[test]
    fn columns_are_those_of_the_ministrys_tables() {
        let catalogue = shipped();
        let names = |prefectures, fiscal_year| -> Vec<String> {
            let columns = catalogue.columns(year(fiscal_year), prefectures, |_| false);
            let name = |at: &usize| catalogue.schemes()[*at].table_name().to_owned();
            columns.iter().map(name).collect()
        };
        assert_eq!(
            names(true, "R7"),
            [
                "精神通院",
                "難病",
                "小児慢性",
                "障害児入所",
                "結核",
                "新型インフル",
                "新感染症",
                "肝炎",
                "肝がん・重度肝硬変",
                "特定疾患",
                "その他"
            ]
        );
        assert_eq!(
            names(false, "R7"),
            [
                "精神通院",
                "更生医療",
                "育成医療",
                "療養介護医療",
                "難病",
                "小児慢性",
                "肢体不自由児通所",
                "障害児入所",
                "未熟児養育医療",
                "結核",
                "新型インフル",
                "新感染症",
                "こども",
                "障害者",
                "ひとり親家庭",
                "その他"
            ]
        );
        // What the R7 subsidy added has no column before it.
        assert_eq!(names(true, "R6").len(), 5);
        let r8 = names(true, "R8");
        assert_eq!(r8.len(), 16);
        assert!(r8.contains(&"児童保護医療費".to_owned()));
        let used = catalogue.columns(year("R7"), true, |at| {
            catalogue.schemes()[at].id.as_str() == "local_child"
        });
        assert_eq!(used.len(), 12);
    }

    #[test]
    fn a_scheme_is_found_by_each_of_its_names() {
        let catalogue = shipped();
        let names = SchemeNames::new(&catalogue, &SchemeHistory::default());
        let found = |typed: &str| ids(&catalogue, names.find(typed));
        for (typed, id) in [
            ("rehabilitation", "rehabilitation"),
            ("更生医療", "rehabilitation"),
            ("更生医療に係る自立支援医療費", "rehabilitation"),
            ("難病", "intractable_disease"),
            ("難病法　特定医療費", "intractable_disease"),
            ("障害児入所【R7～】", "disabled_child_facility"),
            ("ｺﾄﾞﾓ", "local_child"),
            ("その他", "local_other"),
            ("石綿健康被害救済法 医療費", "asbestos"),
            (" Local_Other ", "local_other"),
        ] {
            assert_eq!(found(typed), [id], "{typed}");
        }
        assert!(found("").is_empty() && found("歯科").is_empty());
    }

    #[test]
    fn a_contradiction_says_which() {
        let catalogue = shipped();
        let scheme = |id: &str| &catalogue.schemes()[catalogue.position(id).expect(id)];
        let class = RespondentClass {
            code: "012033".parse().expect("a code"),
            kind: crate::domain::organization::OrganizationKind::City,
            health_center_city: true,
            child_guidance_city: false,
        };
        let of = |id: &str, y: &str| conflict(scheme(id), &class, year(y));
        assert_eq!(of("rehabilitation", "R5"), None);
        assert_eq!(
            of("nursing_care", "R6"),
            Some(CatalogueConflict::NotYet(year("R7")))
        );
        assert_eq!(of("nursing_care", "R7"), None);
        assert_eq!(
            of("psychiatric_outpatient", "R7"),
            Some(CatalogueConflict::NotRun)
        );
    }
}
