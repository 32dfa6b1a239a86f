//! What must not be in an `.ods`: a password, macros, embedded documents.

use crate::spreadsheet::intake::bounds::ENTRIES;
use crate::spreadsheet::intake::package::Package;
use crate::spreadsheet::intake::why::Why;
use crate::spreadsheet::intake::xml::Token;

const MANIFEST: &str = "meta-inf/manifest.xml";
const TYPE: &[u8] = b"application/vnd.oasis.opendocument.";

/// Whether a package says that it is an OpenDocument of any kind.
pub(in crate::spreadsheet::intake) fn is_open_document(package: &mut Package<'_>) -> bool {
    package.has("mimetype")
        && package
            .beginning("mimetype")
            .is_ok_and(|kind| kind.starts_with(TYPE))
}

/// Refuses what is no `.ods`, and what could do harm where somebody opens the original.
///
/// # Errors
/// `OtherDocument`, `Encrypted`, `Macro`, `Embedded`, or what the parts say.
pub(in crate::spreadsheet::intake) fn guard(package: &mut Package<'_>) -> Result<(), Why> {
    let kind = package.beginning("mimetype")?;
    let rest = kind.strip_prefix(TYPE).unwrap_or_default();
    if !rest.starts_with(b"spreadsheet") {
        return Err(Why::OtherDocument);
    }
    let diagrams = if package.has(MANIFEST) {
        manifest(package)?
    } else {
        Vec::new()
    };
    for name in package.names() {
        if name.starts_with("basic/") || name.starts_with("scripts/") {
            return Err(Why::Macro);
        }
        // A document of another program, as its own bytes.
        if name.starts_with("object ") && !name.contains('/') {
            return Err(Why::Embedded);
        }
        // A document inside the table that the list does not call a diagram.
        if let Some(folder) = name.strip_suffix("content.xml")
            && !folder.is_empty()
            && !diagrams.iter().any(|diagram| diagram == folder)
        {
            return Err(Why::Embedded);
        }
    }
    Ok(())
}

/// Refuses what the list of parts tells of; gives the folders of diagrams and formulas, in small letters.
fn manifest(package: &mut Package<'_>) -> Result<Vec<String>, Why> {
    let mut xml = package.xml(MANIFEST)?;
    let mut diagrams = Vec::new();
    loop {
        match xml.next()? {
            Token::Open(tag) | Token::Empty(tag) => match tag.local() {
                "encryption-data" => return Err(Why::Encrypted),
                "file-entry" => {
                    let path = tag.attribute("manifest:full-path")?.unwrap_or_default();
                    let kind = tag.attribute("manifest:media-type")?.unwrap_or_default();
                    // A diagram is a document of its own inside the table, and harmless.
                    let inner = path != "/" && path.ends_with('/') && !kind.is_empty();
                    let document = kind.as_bytes().starts_with(TYPE)
                        && !kind.ends_with("chart")
                        && !kind.ends_with("image");
                    if inner && document {
                        return Err(Why::Embedded);
                    }
                    if inner && diagrams.len() < ENTRIES {
                        diagrams.push(path.to_ascii_lowercase());
                    }
                }
                _ => {}
            },
            Token::Done => return Ok(diagrams),
            _ => {}
        }
    }
}
