//! Which part holds which sheet, and which shared texts are the head of our column.

use std::collections::BTreeSet;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::super::super::package::Package;
use super::{AnnotateError, HEADING, PART_BYTES};

pub(super) const STYLES: &str = "xl/styles.xml";

/// A sheet of the workbook.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SheetPart {
    pub(super) name: String,
    pub(super) hidden: bool,
    /// Name of the part.
    pub(super) part: String,
}

/// An attribute by its name without prefix, references resolved.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag
        .attributes()
        .with_checks(false)
        .filter_map(Result::ok)
        .find(|found| found.key.local_name().into_inner() == name)?;
    let value = found.normalized_value(quick_xml::XmlVersion::Implicit1_0);
    value.ok().map(std::borrow::Cow::into_owned)
}

/// Calls `with` for each tag that opens, or stands empty, with its local name.
fn each_tag(xml: &str, mut with: impl FnMut(&str, &BytesStart<'_>)) -> Result<(), AnnotateError> {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => {
                with(tag.local_name().into_inner(), &tag);
            }
            Ok(Event::Eof) => return Ok(()),
            Ok(Event::DocType(_)) | Err(_) => return Err(AnnotateError::Odd("damaged XML")),
            Ok(_) => {}
        }
    }
}

/// Id and target of each relation of the kind (`worksheet`).
fn relations(
    package: &Package,
    part: &str,
    kind: &str,
) -> Result<Vec<(String, String)>, AnnotateError> {
    let xml = package
        .bounded_text(part, PART_BYTES)
        .map_err(|_| AnnotateError::Odd("no relations"))?;
    let mut found = Vec::new();
    each_tag(&xml, |name, tag| {
        let is_kind = attribute(tag, "Type")
            .is_some_and(|of| of.rsplit_once('/').is_some_and(|(_, last)| last == kind));
        if name == "Relationship"
            && is_kind
            && let (Some(id), Some(target)) = (attribute(tag, "Id"), attribute(tag, "Target"))
        {
            found.push((id, target));
        }
    })?;
    Ok(found)
}

/// A relation's target as the name of a part.
fn part_name(folder: &str, target: &str) -> String {
    let path = match target.strip_prefix('/') {
        Some(path) => path.to_owned(),
        None => format!("{folder}/{target}"),
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The sheets in their order.
pub(super) fn sheets(package: &Package) -> Result<Vec<SheetPart>, AnnotateError> {
    let odd = AnnotateError::Odd;
    let workbook = relations(package, "_rels/.rels", "officeDocument")?;
    let (_, workbook) = workbook.first().ok_or(odd("no workbook"))?;
    let workbook = part_name("", workbook);
    let (folder, file) = workbook.rsplit_once('/').unwrap_or(("", &workbook));
    let parts = relations(
        package,
        &part_name(folder, &format!("_rels/{file}.rels")),
        "worksheet",
    )?;
    let xml = package
        .bounded_text(&workbook, PART_BYTES)
        .map_err(|_| odd("no workbook"))?;
    let mut sheets = Vec::new();
    each_tag(&xml, |name, tag| {
        if name != "sheet" {
            return;
        }
        let id = attribute(tag, "id").unwrap_or_default();
        // Charts and dialogs have no cells.
        if let Some((_, target)) = parts.iter().find(|(known, _)| *known == id) {
            sheets.push(SheetPart {
                name: attribute(tag, "name").unwrap_or_default(),
                hidden: attribute(tag, "state").is_some_and(|state| state != "visible"),
                part: part_name(folder, target),
            });
        }
    })?;
    if sheets.is_empty() {
        return Err(odd("no sheets"));
    }
    Ok(sheets)
}

/// The numbers of the shared texts that are the head of our column: whoever saved the workbook again
/// has moved it there.
pub(super) fn heading_strings(package: &Package) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    let Ok(xml) = package.bounded_text("xl/sharedStrings.xml", PART_BYTES) else {
        return found;
    };
    let mut reader = Reader::from_str(&xml);
    let (mut number, mut text, mut is_text) = (0_u32, String::new(), false);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => match tag.local_name().into_inner() {
                "si" => text.clear(),
                "t" => is_text = true,
                _ => {}
            },
            Ok(Event::Empty(tag)) if tag.local_name().into_inner() == "si" => number += 1,
            Ok(Event::Text(words)) if is_text && text.len() <= HEADING.len() => {
                text.push_str(&words);
            }
            Ok(Event::End(tag)) => match tag.local_name().into_inner() {
                "si" => {
                    if text == HEADING {
                        found.insert(number);
                    }
                    number += 1;
                }
                "t" => is_text = false,
                _ => {}
            },
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_relative_or_absolute() {
        for (folder, target, part) in [
            ("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            (
                "xl",
                "/xl/worksheets/sheet1.xml",
                "xl/worksheets/sheet1.xml",
            ),
            ("xl", "../customXml/a.xml", "customXml/a.xml"),
            ("", "xl/workbook.xml", "xl/workbook.xml"),
            ("xl", "./a//b.xml", "xl/a/b.xml"),
        ] {
            assert_eq!(part_name(folder, target), part);
        }
    }
}
