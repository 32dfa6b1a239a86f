//! `.xlsx`: a workbook of parts.
//!
//! ```text
//! _rels ─> workbook (sheets, names) ─ its relations ─> shared strings, styles ─> each sheet, in one pass
//! ```
//! Elements are known by their names without prefix, so that any writer's choice of prefixes will do.

mod guard;
mod runs;
mod shapes;
mod sheet;
mod strings;
mod styles;

use std::rc::Rc;

use super::bounds::{NAME_CHARS, NAMES, SHEETS};
use super::collect::{Budget, Collector};
use super::grid::{DefinedName, Grid};
use super::inflate::{Lent, PartReader};
use super::memo::{remembered, remembered_long};
use super::package::Package;
use super::text::target;
use super::why::Why;
use super::xml::{Token, Xml};

pub(super) use guard::guard;

/// A part another one points at.
struct Relation {
    id: String,
    /// The last word of its type: `worksheet`, `sharedStrings`.
    kind: String,
    part: String,
}

/// What `workbook.xml` says.
#[derive(Default)]
struct Workbook {
    /// Name, hidden, relation.
    sheets: Vec<(String, bool, String)>,
    names: Vec<DefinedName>,
    epoch_1904: bool,
    more_sheets: bool,
}

/// Reads a workbook from a package that was guarded.
pub(super) fn read(package: &mut Package<'_>) -> Result<Grid, Why> {
    let main = relations(package, "")?
        .iter()
        .find(|relation| relation.kind == "officeDocument")
        .map_or_else(
            || "xl/workbook.xml".to_owned(),
            |relation| relation.part.clone(),
        );
    let part = package.part(&main)?;
    let workbook = remembered(&main, part, || workbook(package, &main))?;
    if workbook.more_sheets {
        return Err(Why::TooMuch);
    }
    let relations = relations(package, &main)?;
    let part = |kind: &str| relations.iter().find(|relation| relation.kind == kind);
    let mut beside = Lent::new();
    let strings = match part("sharedStrings") {
        Some(relation) => {
            let part = package.part(&relation.part)?;
            Some(Xml::new(PartReader::new(beside.get(), part))?)
        }
        None => None,
    };
    let styles = match part("styles") {
        Some(relation) => {
            let part = package.part(&relation.part)?;
            remembered_long(&relation.part, part, || {
                styles::read(package, &relation.part)
            })?
        }
        None => Rc::default(),
    };
    let mut context = sheet::Context {
        strings: strings::Strings::new(strings)?,
        styles: &styles,
        epoch_1904: workbook.epoch_1904,
    };
    let mut grid = Grid::default();
    let mut budget = Budget::new();
    for (name, hidden, id) in &workbook.sheets {
        let relation = relations.iter().find(|relation| relation.id == *id);
        let relation = relation.ok_or(Why::Damaged)?;
        if relation.kind == "worksheet" {
            let cells = Collector::new(name, *hidden, &mut budget);
            let mut cells = sheet::read(package, &relation.part, cells, &mut context)?;
            for drawing in self::relations(package, &relation.part)?.iter() {
                if drawing.kind == "drawing" && package.has(&drawing.part) {
                    // A picture that lies elsewhere; a damaged list does no harm.
                    if let Err(Why::Links) = self::relations(package, &drawing.part) {
                        return Err(Why::Links);
                    }
                    shapes::read(package, &drawing.part, &mut cells)?;
                }
            }
            grid.sheets.push(cells.finish()?);
        }
    }
    if grid.sheets.is_empty() {
        return Err(Why::Damaged);
    }
    grid.names = workbook.names.clone();
    Ok(grid)
}

/// Where a part's relations stand: `xl/_rels/workbook.xml.rels`.
fn relations_of(part: &str) -> String {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let slash = if folder.is_empty() { "" } else { "/" };
    format!("{folder}{slash}_rels/{file}.rels")
}

/// The parts a part points at; none if it has no list. An address somebody may click is left out; anything else
/// outside of the package would be fetched by whoever opens the original, and is refused.
fn relations(package: &mut Package<'_>, of: &str) -> Result<Rc<Vec<Relation>>, Why> {
    let list = relations_of(of);
    if !package.has(&list) {
        return Ok(Rc::default());
    }
    let folder = of.rsplit_once('/').map_or("", |(folder, _)| folder);
    let part = package.part(&list)?;
    remembered(&list, part, || read_relations(package, &list, folder))
}

fn read_relations(
    package: &mut Package<'_>,
    list: &str,
    folder: &str,
) -> Result<Vec<Relation>, Why> {
    let mut found = Vec::new();
    let mut xml = package.xml(list)?;
    loop {
        match xml.next()? {
            Token::Open(tag) | Token::Empty(tag) if tag.local() == "Relationship" => {
                let outside = tag.attribute("TargetMode")?;
                let kind = tag.attribute("Type")?.unwrap_or_default();
                let target = tag.attribute("Target")?.unwrap_or_default();
                let kind = kind.rsplit('/').next().unwrap_or_default();
                let is_outside = outside.as_deref() == Some("External");
                if is_outside && kind != "hyperlink" {
                    return Err(Why::Links);
                }
                if !is_outside && found.len() < 1_000 {
                    found.push(Relation {
                        id: tag.attribute("Id")?.unwrap_or_default().into_owned(),
                        kind: kind.to_owned(),
                        part: resolve(folder, &target),
                    });
                }
            }
            Token::Done => return Ok(found),
            _ => {}
        }
    }
}

/// A target as a part's name, in small letters.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut steps: Vec<&str> = Vec::new();
    let start = if target.starts_with('/') { "" } else { folder };
    for step in start.split('/').chain(target.split('/')) {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/").to_ascii_lowercase()
}

fn is_true(value: &str) -> bool {
    matches!(value, "1" | "true" | "on")
}

fn workbook(package: &mut Package<'_>, part: &str) -> Result<Workbook, Why> {
    let mut found = Workbook::default();
    let mut xml = package.xml(part)?;
    let mut name = None;
    let mut text = String::new();
    loop {
        match xml.next()? {
            Token::Open(tag) | Token::Empty(tag) => match tag.local() {
                "sheet" if found.sheets.len() >= SHEETS => found.more_sheets = true,
                "sheet" => {
                    let state = tag.attribute("state")?;
                    let id = tag.prefixed_attribute("id")?;
                    found.sheets.push((
                        tag.attribute("name")?.unwrap_or_default().into_owned(),
                        state.is_some_and(|state| state != "visible"),
                        id.unwrap_or_default().into_owned(),
                    ));
                }
                "workbookPr" => {
                    let date = tag.attribute("date1904")?;
                    found.epoch_1904 = date.is_some_and(|value| is_true(&value));
                }
                "definedName" => {
                    name = tag.attribute("name")?.map(|name| name.into_owned());
                    text.clear();
                }
                _ => {}
            },
            Token::Text(more) if name.is_some() && text.len() < 1_024 => text.push_str(&more),
            Token::Close(tag) if tag.local() == "definedName" => {
                if let Some(name) = name.take()
                    && found.names.len() < NAMES
                    && name.chars().count() <= NAME_CHARS
                    && let Some((sheet, at)) = target(&text, '!')
                {
                    found.names.push(DefinedName { name, sheet, at });
                }
            }
            Token::Done => return Ok(found),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_found_from_the_folder_they_stand_in() {
        for (folder, target, part) in [
            ("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "/xl/Styles.xml", "xl/styles.xml"),
            ("xl", "../docProps/app.xml", "docprops/app.xml"),
            ("", "xl/workbook.xml", "xl/workbook.xml"),
            ("xl", "../../../a.xml", "a.xml"),
            ("xl", ".\\worksheets\\a.xml", "xl/worksheets/a.xml"),
        ] {
            assert_eq!(resolve(folder, target), part);
        }
        assert_eq!(relations_of(""), "_rels/.rels");
        assert_eq!(
            relations_of("xl/workbook.xml"),
            "xl/_rels/workbook.xml.rels"
        );
    }
}
