//! The bodies of an edition, found by code and by any usual spelling of their name. Built once, read often.
//!
//! ```text
//! text ─ search_key ─ scan for the longest names ─> Named { bodies, prefectures, ward }
//! ```

use std::collections::HashMap;

use crate::domain::local_government_code::{LocalGovernmentCode, PrefectureCode};
use crate::domain::organization::{Organization, OrganizationKind};
use crate::domain::search_key::search_key;

/// The bodies that answer an edition, for finding out whose a file is.
#[derive(Clone, Debug, Default)]
pub struct BodyIndex {
    bodies: Vec<Organization>,
    by_code: HashMap<LocalGovernmentCode, usize>,
    by_name: HashMap<String, Vec<usize>>,
    by_kana: HashMap<String, Vec<usize>>,
    /// The name without 市, 町, 村, 区, 都, 府 or 県.
    by_stem: HashMap<String, Vec<usize>>,
    prefecture_stems: HashMap<String, PrefectureCode>,
    /// The longest name, in characters.
    longest: usize,
}

/// Whom a text names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Every body the names fit, each once.
    pub bodies: Vec<usize>,
    /// Prefectures named, as such or before a body.
    pub prefectures: Vec<PrefectureCode>,
    /// The designated city of which a ward is named.
    pub ward_of: Option<usize>,
    /// A prefecture and a body are named, and the body does not lie there.
    pub elsewhere: bool,
}

/// What a body's name ends with.
const SUFFIXES: [char; 8] = ['都', '道', '府', '県', '市', '区', '町', '村'];
/// After these kanji a name may begin; after another kanji it would be the end of a longer word.
const BEFORE_A_NAME: &str = "査答出付紙添終版済分度課係郡式票用都道府県市区町村";

impl BodyIndex {
    /// An index over these bodies; their kinds are those the edition goes by.
    pub fn new(bodies: impl IntoIterator<Item = Organization>) -> Self {
        let mut index = Self {
            bodies: bodies.into_iter().collect(),
            ..Self::default()
        };
        for (position, body) in index.bodies.iter().enumerate() {
            let key = search_key(&body.name);
            index.longest = index.longest.max(key.chars().count());
            index.by_code.insert(body.code, position);
            let kana = index.by_kana.entry(search_key(&body.kana)).or_default();
            kana.push(position);
            if let Some(stem) = key.strip_suffix(SUFFIXES)
                && stem.chars().count() > 1
                && key != "北海道"
            {
                let stems = index.by_stem.entry(stem.to_owned()).or_default();
                stems.push(position);
            }
            index.by_name.entry(key).or_default().push(position);
        }
        index.prefecture_stems = PrefectureCode::all()
            .map(|prefecture| (search_key(prefecture.short_name()), prefecture))
            .collect();
        index
    }

    /// The body at a position.
    pub fn get(&self, position: usize) -> Option<&Organization> {
        self.bodies.get(position)
    }

    /// The body with a code.
    pub fn find(&self, code: LocalGovernmentCode) -> Option<&Organization> {
        self.get(self.position(code)?)
    }

    /// The position of a code.
    pub fn position(&self, code: LocalGovernmentCode) -> Option<usize> {
        self.by_code.get(&code).copied()
    }

    /// The designated city whose ward a code outside the list stands for (札幌市中央区 011011).
    pub fn city_of_ward(&self, code: LocalGovernmentCode) -> Option<&Organization> {
        let is_ward = code.as_str().as_bytes()[2] == b'1' && !self.by_code.contains_key(&code);
        let mut cities: Vec<&Organization> = self
            .bodies
            .iter()
            .filter(|body| body.kind == OrganizationKind::DesignatedCity)
            .filter(|body| body.prefecture() == code.prefecture() && body.code < code)
            .collect();
        cities.sort_by_key(|body| body.code);
        cities.pop().filter(|_| is_ward)
    }

    /// Whom a text names that should be nothing but a name: a cell, or what stands in 【】.
    pub fn named_wholly(&self, text: &str) -> Named {
        let key = search_key(text);
        let exact = [&self.by_name, &self.by_kana]
            .into_iter()
            .find_map(|map| map.get(key.as_str()));
        if let Some(bodies) = exact {
            return Named {
                bodies: bodies.clone(),
                ..Named::default()
            };
        }
        let named = self.scan(&key);
        if named == Named::default()
            && let Some(bodies) = self.by_stem.get(key.as_str())
        {
            return Named {
                bodies: bodies.clone(),
                ..Named::default()
            };
        }
        named
    }

    /// Whom a text names somewhere: a file name, a subject, a folder.
    pub fn named_within(&self, text: &str) -> Named {
        self.scan(&search_key(text))
    }

    fn scan(&self, key: &str) -> Named {
        let mut named = Named::default();
        let mut groups: Vec<&[usize]> = Vec::new();
        let mut rest = key;
        let mut before: Option<char> = None;
        while let Some(first) = rest.chars().next() {
            let may_begin = before.is_none_or(|c| !is_kanji(c) || BEFORE_A_NAME.contains(c))
                && !first.is_ascii();
            let hit = may_begin.then(|| self.longest_name(rest)).flatten();
            let stem = if hit.is_none() && may_begin {
                self.prefecture_stem(rest)
            } else {
                None
            };
            let length = match (hit, stem) {
                (Some((length, group)), _) => {
                    self.note(group, &rest[length..], &mut named, &mut groups);
                    length
                }
                (None, Some((length, prefecture))) => {
                    named.prefectures.push(prefecture);
                    length
                }
                (None, None) => first.len_utf8(),
            };
            before = rest[..length]
                .chars()
                .next_back()
                .filter(|_| stem.is_none());
            rest = &rest[length..];
        }
        for group in groups {
            let inside = |position: &&usize| {
                let lies_in = self.bodies[**position].prefecture();
                named.prefectures.is_empty() || named.prefectures.contains(&lies_in)
            };
            let mut fitting: Vec<usize> = group.iter().filter(inside).copied().collect();
            if fitting.is_empty() {
                named.elsewhere = true;
                fitting = group.to_vec();
            }
            named.bodies.extend(fitting);
        }
        named.bodies.sort_unstable();
        named.bodies.dedup();
        named
    }

    fn note<'a>(
        &self,
        group: &'a [usize],
        after: &str,
        named: &mut Named,
        groups: &mut Vec<&'a [usize]>,
    ) {
        let first = &self.bodies[group[0]];
        match first.kind {
            OrganizationKind::Prefecture => named.prefectures.push(first.prefecture()),
            OrganizationKind::DesignatedCity if begins_with_ward(after) => {
                named.ward_of = Some(group[0]);
            }
            _ => groups.push(group),
        }
    }

    /// 神奈川 before 茅ヶ崎市: a prefecture without its last letter, where a name follows at once.
    fn prefecture_stem(&self, rest: &str) -> Option<(usize, PrefectureCode)> {
        rest.char_indices().skip(2).take(2).find_map(|(end, _)| {
            let prefecture = self.prefecture_stems.get(&rest[..end])?;
            self.longest_name(&rest[end..])?;
            Some((end, *prefecture))
        })
    }

    /// The longest name a text begins with: its length in bytes and the bodies that bear it.
    fn longest_name(&self, rest: &str) -> Option<(usize, &[usize])> {
        let mut ends = [0_usize; 16];
        let mut count = 0;
        for (start, c) in rest.char_indices().take(self.longest) {
            if SUFFIXES.contains(&c) && start > 0 && count < ends.len() {
                ends[count] = start + c.len_utf8();
                count += 1;
            }
        }
        ends[..count].iter().rev().find_map(|end| {
            let group = self.by_name.get(&rest[..*end])?;
            Some((*end, group.as_slice()))
        })
    }
}

/// 中央区 right after the name of a designated city.
fn begins_with_ward(after: &str) -> bool {
    after
        .chars()
        .take(7)
        .position(|c| c == '区')
        .is_some_and(|at| at > 0 && after.chars().take(at).all(|c| c.is_alphabetic()))
}

fn is_kanji(c: char) -> bool {
    matches!(c, '々' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}
