//! What must not be in an `.xlsx`: told by the names of its parts and by what the package calls them.
//!
//! Parts that only decorate (pictures, comments, printer settings, themes, charts) are left alone: people's
//! files are full of them, and nobody looks inside.

use crate::spreadsheet::intake::memo::remembered;
use crate::spreadsheet::intake::package::Package;
use crate::spreadsheet::intake::why::Why;
use crate::spreadsheet::intake::xml::Token;

const TYPES: &str = "[content_types].xml";

/// Words in a part's name.
const NAMES: [(&str, Why); 8] = [
    ("vbaproject", Why::Macro),
    ("vbadata", Why::Macro),
    ("/macrosheets/", Why::Macro),
    ("/externallinks/", Why::Links),
    ("/embeddings/", Why::Embedded),
    ("/activex/", Why::Embedded),
    ("/olelinks/", Why::Links),
    // Queries that fetch from elsewhere.
    ("xl/connections.xml", Why::Links),
];

/// Words in a part's type, in small letters. The first that fits decides.
const KINDS: [(&str, Why); 9] = [
    ("sheet.binary", Why::Xlsb),
    ("macroenabled", Why::Macro),
    ("vbaproject", Why::Macro),
    ("macrosheet", Why::Macro),
    ("externallink", Why::Links),
    ("oleobject", Why::Embedded),
    ("activex", Why::Embedded),
    ("wordprocessingml.document", Why::Word),
    ("presentationml", Why::Slides),
];

/// Ends of the types that every workbook has; looked at first because there are many of them.
const HARMLESS: [&str; 8] = [
    "spreadsheetml.worksheet+xml",
    "spreadsheetml.styles+xml",
    "spreadsheetml.sharedstrings+xml",
    "officedocument.theme+xml",
    "officedocument.extended-properties+xml",
    "package.core-properties+xml",
    "package.relationships+xml",
    "application/xml",
];

/// Refuses what is no `.xlsx`, and what could do harm where somebody opens the original.
///
/// # Errors
/// Any kind but `Damaged` files of other programs, for which the kind of document is named.
pub(in crate::spreadsheet::intake) fn guard(package: &mut Package<'_>) -> Result<(), Why> {
    if !package.has(TYPES) {
        return Err(other_archive(package));
    }
    let part = package.part(TYPES)?;
    let kinds = remembered(TYPES, part, || kinds(package))?;
    if package.has("xl/workbook.bin") {
        return Err(Why::Xlsb);
    }
    let judged = |found: &str, words: &[(&str, Why)]| {
        let word = words.iter().find(|(word, _)| found.contains(word));
        word.map_or(Ok(()), |(_, why)| Err(*why))
    };
    // All at once: a word cannot reach across a line.
    let names: Vec<_> = package.names().collect();
    judged(&names.join("\n"), &NAMES)?;
    for (default, kind) in kinds.iter() {
        if HARMLESS.iter().any(|end| kind.ends_with(end)) {
            continue;
        }
        // What a package would call parts that it does not have does no harm.
        let used = default.as_deref().is_none_or(|end| {
            package
                .names()
                .any(|name| name.rsplit('.').next() == Some(end))
        });
        if used {
            judged(kind, &KINDS)?;
        }
    }
    Ok(())
}

type Kinds = Vec<(Option<String>, String)>;

/// What the package calls its parts: by the end of their names, or one by one.
fn kinds(package: &mut Package<'_>) -> Result<Kinds, Why> {
    let mut xml = package.xml(TYPES)?;
    let mut found = Vec::new();
    loop {
        match xml.next()? {
            Token::Open(tag) | Token::Empty(tag) if found.len() < 2_000 => {
                let end = match tag.local() {
                    "Default" => Some(tag.attribute("Extension")?.unwrap_or_default()),
                    "Override" => None,
                    _ => continue,
                };
                let kind = tag.attribute("ContentType")?.unwrap_or_default();
                found.push((
                    end.map(|end| end.to_ascii_lowercase()),
                    kind.to_ascii_lowercase(),
                ));
            }
            Token::Done => return Ok(found),
            _ => {}
        }
    }
}

/// An archive that is no office package.
fn other_archive(package: &Package<'_>) -> Why {
    let begins = |start: &str| package.names().any(|name| name.starts_with(start));
    if package.names().next().is_none() {
        Why::Empty
    } else if begins("xl/") {
        Why::Damaged
    } else if begins("word/") {
        Why::Word
    } else if begins("ppt/") {
        Why::Slides
    } else {
        Why::Archive
    }
}
