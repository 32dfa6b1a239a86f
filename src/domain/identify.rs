//! Which body a file is from.
//!
//! ```text
//! code and name in the sheet ─┐
//! file name, subject          ─┼─ evidence ─ all must agree ─> one body | problems that name both sides
//! folder, who may send        ─┘  (these only decide between what is left)
//! ```
//! Every piece of evidence is a set of bodies it can mean. The sets are intersected; an empty intersection is a
//! contradiction and is shown, never resolved. On the outside a prefecture means itself or a body within it:
//! the notice lets prefectures gather and forward. What was understood in another form than it was written is a
//! change.

mod body_index;
mod envelope;
mod hearing;

pub use body_index::{BodyIndex, Named};

use super::form1_sheet::{FoundText, SheetHead};
use super::intake::{Change, FileProblem, Severity};
use super::local_government_code::{LocalGovernmentCode, PrefectureCode};
use super::organization::{Organization, OrganizationKind};
use envelope::{Outside, read_outside, stem};

/// What is written on the outside of a file.
#[derive(Clone, Copy, Debug, Default)]
pub struct Envelope<'a> {
    /// With or without folders and extension.
    pub file_name: &'a str,
    /// Subject of the mail it came with.
    pub subject: Option<&'a str>,
    /// Name of the folder or ZIP folder it lay in. Decides only where everything else leaves two bodies.
    pub folder: Option<&'a str>,
}

/// Whose files may come through this door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A body sends its own.
    Own(LocalGovernmentCode),
    /// A prefecture: itself and the general municipalities it gathers.
    Prefecture(PrefectureCode),
    /// The ministry.
    Country,
}

/// Whose file it is.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// The one body that fits; `None` if none does, several do, or something contradicts.
    pub code: Option<LocalGovernmentCode>,
    pub changes: Vec<Change>,
    pub problems: Vec<FileProblem>,
}

/// A piece of evidence.
struct Evidence {
    /// 様式の自治体コード, ファイル名 …
    origin: &'static str,
    sheet: String,
    cell: String,
    found: String,
    who: Who,
}

/// Whom a piece of evidence can mean.
#[derive(Clone, PartialEq)]
enum Who {
    Bodies(Vec<usize>),
    /// A prefecture is named and no body: itself or one of its bodies.
    Within(PrefectureCode),
}

impl Who {
    /// The prefecture, where none of its bodies is meant more than another.
    fn prefecture(&self) -> Option<PrefectureCode> {
        match self {
            Who::Within(prefecture) => Some(*prefecture),
            Who::Bodies(_) => None,
        }
    }
}

/// Finds the body. Never guesses: what leaves two bodies or contradicts gives a problem and no code.
pub fn identify(
    index: &BodyIndex,
    scope: Scope,
    head: &SheetHead,
    envelope: &Envelope<'_>,
) -> Identity {
    let mut inquiry = Inquiry {
        index,
        head,
        evidence: Vec::new(),
        problems: Vec::new(),
    };
    inquiry.hear_code();
    inquiry.hear_name();
    inquiry.hear_outside("ファイル名", stem(envelope.file_name), envelope.file_name);
    if let Some(subject) = envelope.subject {
        inquiry.hear_outside("メールの件名", subject, subject);
    }
    inquiry.conclude(scope, envelope.folder)
}

struct Inquiry<'a> {
    index: &'a BodyIndex,
    head: &'a SheetHead,
    evidence: Vec<Evidence>,
    problems: Vec<FileProblem>,
}

const CODE: &str = "様式の自治体コード";

impl Inquiry<'_> {
    fn problem(&mut self, severity: Severity, at: Option<&FoundText>, message: String) {
        let sheet = at.map_or_else(String::new, |_| self.head.sheet.clone());
        self.problems.push(FileProblem {
            severity,
            sheet,
            cell: at.map_or_else(String::new, |found| found.at.to_string()),
            found: at.map_or_else(String::new, |found| found.text.clone()),
            message,
            place: None,
        });
    }

    fn testify(&mut self, origin: &'static str, at: &FoundText, who: Who) {
        self.evidence.push(Evidence {
            origin,
            sheet: self.head.sheet.clone(),
            cell: at.at.to_string(),
            found: at.text.clone(),
            who,
        });
    }

    fn holds(&self, who: &Who, position: usize) -> bool {
        match who {
            Who::Bodies(bodies) => bodies.contains(&position),
            Who::Within(prefecture) => self
                .index
                .get(position)
                .is_some_and(|body| body.prefecture() == *prefecture),
        }
    }

    /// What is left of `who` after more evidence; `None` if nothing is.
    fn narrow(&self, who: &Who, more: &Who) -> Option<Who> {
        match (who, more) {
            (Who::Within(one), Who::Within(other)) => (one == other).then(|| who.clone()),
            (Who::Bodies(bodies), other) | (other, Who::Bodies(bodies)) => {
                let left: Vec<usize> = bodies
                    .iter()
                    .filter(|position| self.holds(other, **position))
                    .copied()
                    .collect();
                (!left.is_empty()).then_some(Who::Bodies(left))
            }
        }
    }

    fn conclude(mut self, scope: Scope, folder: Option<&str>) -> Identity {
        let mut left: Option<Who> = None;
        let mut evidence = std::mem::take(&mut self.evidence);
        for (position, piece) in evidence.iter().enumerate() {
            let narrowed = match &left {
                None => Some(piece.who.clone()),
                Some(who) => self.narrow(who, &piece.who),
            };
            match narrowed {
                Some(who) => left = Some(who),
                // Code and name of one file name would say the same twice.
                None if self.is_told(piece) => {}
                None => {
                    let message = self.contradiction(&evidence[..position], piece);
                    self.problems.push(FileProblem {
                        severity: Severity::Error,
                        sheet: piece.sheet.clone(),
                        cell: piece.cell.clone(),
                        found: piece.found.clone(),
                        message,
                        place: None,
                    });
                }
            }
        }
        let contradicted = self
            .problems
            .iter()
            .any(|problem| problem.severity == Severity::Error);
        if contradicted {
            return self.without_code();
        }
        if left.is_none()
            && let Some(hint) = folder.and_then(|folder| self.hint_of_folder(folder))
        {
            left = Some(hint.who.clone());
            evidence.push(hint);
        }
        let positions = self.settle(left, scope, folder);
        let body = match positions[..] {
            [one] => self.index.get(one),
            [] => {
                self.problem(
                    Severity::Error,
                    None,
                    "どの自治体の回答か分かりませんでした。様式1の「全国地方公共団体コード」に6桁のコードを、その下に自治体の名称を入力してください。".to_owned(),
                );
                None
            }
            _ => {
                let message = self.undecided(&positions);
                let at = self.head.name.clone().or_else(|| self.head.code.clone());
                self.problem(Severity::Error, at.as_ref(), message);
                None
            }
        };
        let Some(body) = body else {
            return self.without_code();
        };
        if let Some(message) = out_of_scope(body, scope, self.index) {
            let at = self.head.code.clone().or_else(|| self.head.name.clone());
            self.problem(Severity::Error, at.as_ref(), message);
        }
        let changes = self.changes(body, evidence.first());
        if evidence.is_empty() {
            self.problem(
                Severity::Warning,
                None,
                format!(
                    "様式1に自治体コードと名称がありません。お使いの自治体（{}）の回答として読み取りました。",
                    body.full_name()
                ),
            );
        }
        Identity {
            code: Some(body.code),
            changes,
            problems: self.problems,
        }
    }

    fn is_told(&self, piece: &Evidence) -> bool {
        self.problems.iter().any(|problem| {
            problem.severity == Severity::Error
                && problem.cell == piece.cell
                && problem.found == piece.found
        })
    }

    fn without_code(self) -> Identity {
        Identity {
            code: None,
            changes: Vec::new(),
            problems: self.problems,
        }
    }

    /// The bodies that are left once folder and sender had their say where more than one was.
    fn settle(&self, left: Option<Who>, scope: Scope, folder: Option<&str>) -> Vec<usize> {
        let within = |prefecture: PrefectureCode| {
            let own = self.index.position(prefecture.organization_code());
            own.into_iter().collect::<Vec<_>>()
        };
        let mut bodies = match left {
            Some(Who::Bodies(bodies)) => bodies,
            Some(Who::Within(prefecture)) => within(prefecture),
            None => Vec::new(),
        };
        if bodies.len() > 1
            && let Some(folder) = folder
        {
            let outside = read_outside(self.index, folder);
            let mut hints = vec![
                self.meant_outside(outside.codes),
                self.meant_outside(outside.named.bodies),
            ];
            hints.extend(outside.named.prefectures.first().copied().map(Who::Within));
            for hint in hints {
                if hint == Who::Bodies(Vec::new()) {
                    continue;
                }
                if let Some(Who::Bodies(fewer)) = self.narrow(&Who::Bodies(bodies.clone()), &hint) {
                    bodies = fewer;
                }
            }
        }
        match scope {
            Scope::Own(code) if bodies.is_empty() => {
                bodies.extend(self.index.position(code));
            }
            _ if bodies.len() > 1 => {
                let allowed: Vec<usize> = bodies
                    .iter()
                    .filter(|position| {
                        self.index
                            .get(**position)
                            .is_some_and(|body| out_of_scope(body, scope, self.index).is_none())
                    })
                    .copied()
                    .collect();
                if !allowed.is_empty() {
                    bodies = allowed;
                }
            }
            _ => {}
        }
        bodies
    }

    /// The body or prefecture a folder is named after.
    fn hint_of_folder(&self, folder: &str) -> Option<Evidence> {
        let Outside { codes, named, .. } = read_outside(self.index, folder);
        let prefecture = named.prefectures.first().copied();
        let who = [codes, named.bodies]
            .into_iter()
            .find(|bodies| !bodies.is_empty())
            .map(Who::Bodies)
            .or_else(|| prefecture.map(Who::Within))?;
        Some(Evidence {
            origin: "フォルダー名",
            sheet: String::new(),
            cell: String::new(),
            found: folder.to_owned(),
            who,
        })
    }

    fn describe(&self, piece: &Evidence) -> String {
        let whom = match &piece.who {
            Who::Bodies(bodies) => self.names(bodies),
            Who::Within(prefecture) => prefecture.name().to_owned(),
        };
        format!("{}「{}」（{whom}）", piece.origin, piece.found.trim())
    }

    fn names(&self, bodies: &[usize]) -> String {
        let name = |position: &usize| {
            let body = self.index.get(*position)?;
            Some(format!("{} {}", body.code, body.full_name()))
        };
        let names: Vec<String> = bodies.iter().filter_map(name).collect();
        names.join("、")
    }

    fn contradiction(&self, before: &[Evidence], piece: &Evidence) -> String {
        // The one piece it cannot live with, or all of them together.
        let against = before
            .iter()
            .find(|other| self.narrow(&other.who, &piece.who).is_none())
            .or_else(|| before.first());
        let against = against.map_or_else(String::new, |other| self.describe(other));
        format!(
            "{against}と{}が合いません。どちらの自治体の回答か、お確かめください。",
            self.describe(piece)
        )
    }

    fn undecided(&self, positions: &[usize]) -> String {
        let shown = self.names(&positions[..positions.len().min(5)]);
        format!(
            "{shown}のどれの回答か分かりませんでした。自治体コード6桁と、都道府県名を付けた名称を入力してください。"
        )
    }

    /// What was written in another form than the code of the body.
    fn changes(&self, body: &Organization, first: Option<&Evidence>) -> Vec<Change> {
        let Some(first) = first else {
            return Vec::new();
        };
        if first.origin == CODE && first.found == body.code.as_str() {
            return Vec::new();
        }
        let read_as = if first.origin == CODE {
            body.code.to_string()
        } else {
            format!("{}（{}）", body.code, body.full_name())
        };
        vec![Change {
            sheet: first.sheet.clone(),
            cell: first.cell.clone(),
            found: first.found.clone(),
            read_as,
            place: None,
        }]
    }
}

/// Why a body's file does not belong here; `None` if it does.
fn out_of_scope(body: &Organization, scope: Scope, index: &BodyIndex) -> Option<String> {
    let whose = format!("{}（{}）", body.full_name(), body.code);
    match scope {
        Scope::Country => None,
        Scope::Own(code) if code == body.code => None,
        Scope::Own(code) => {
            let own = index.find(code).map_or("", |own| own.name.as_str());
            Some(format!(
                "これは{whose}の様式です。ここで提出できるのは{own}（{code}）の様式だけです。"
            ))
        }
        Scope::Prefecture(prefecture) => {
            if body.prefecture() != prefecture {
                Some(format!(
                    "これは{}の自治体、{whose}の様式です。ここで取り込めるのは{}内の様式です。",
                    body.prefecture().name(),
                    prefecture.name()
                ))
            } else if body.kind.is_general_municipality()
                || body.kind == OrganizationKind::Prefecture
            {
                None
            } else {
                Some(format!(
                    "{whose}は{}のため、国へ直接提出します。都道府県では取り込めません。",
                    body.kind.label()
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests;
