//! A red text among the formats of a workbook.

use super::super::super::sheet_xml::attribute;

const FONT: &str = "<font><b/><sz val=\"10\"/><color rgb=\"FFC00000\"/><name val=\"ＭＳ Ｐゴシック\"/><family val=\"3\"/><charset val=\"128\"/></font>";

/// The list of formats with a red one at its end, and that one's number. `None` where the list is not
/// written as usual: the notes are then plain.
pub(super) fn with_red(xml: &str) -> Option<(String, u32)> {
    let (xml, font) = appended(xml, "fonts", "font", FONT)?;
    let format = format!(
        "<xf numFmtId=\"49\" fontId=\"{font}\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\" applyAlignment=\"1\" applyProtection=\"1\"><alignment horizontal=\"left\" vertical=\"center\" indent=\"1\"/><protection locked=\"0\"/></xf>"
    );
    appended(&xml, "cellXfs", "xf", &format)
}

/// Puts an item at the end of a list and counts it; gives the item's number.
fn appended(xml: &str, list: &str, item: &str, new: &str) -> Option<(String, u32)> {
    let opening = format!("<{list} ");
    let start = xml.find(&opening)?;
    let tag_end = start + xml[start..].find('>')? + 1;
    let end = tag_end + xml[tag_end..].find(&format!("</{list}>"))?;
    let tag = &xml[start..tag_end];
    let count: u32 = attribute(tag, "count")?.parse().ok()?;
    // Believed only if the items are there.
    let items = &xml[tag_end..end];
    let [plain, empty, filled] = ["", "/", " "].map(|after| {
        let after = if after.is_empty() { ">" } else { after };
        items.matches(&format!("<{item}{after}")).count()
    });
    if u32::try_from(plain + empty + filled) != Ok(count) || tag.ends_with("/>") {
        return None;
    }
    let tag = tag.replace(
        &format!(" count=\"{count}\""),
        &format!(" count=\"{}\"", count + 1),
    );
    let xml = format!("{}{tag}{items}{new}{}", &xml[..start], &xml[end..]);
    Some((xml, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_font_and_one_format_are_added() {
        let xml = "<styleSheet><fonts count=\"2\" x14ac:knownFonts=\"1\"><font/><font><b/></font></fonts><cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"2\"><xf a=\"1\"/><xf><alignment/></xf></cellXfs></styleSheet>";
        let (with, number) = with_red(xml).expect("as usual");
        assert_eq!(number, 2);
        assert!(with.contains("<fonts count=\"3\" x14ac"));
        assert!(with.contains("<cellXfs count=\"3\">"));
        assert!(with.contains("<alignment/></xf><xf numFmtId=\"49\" fontId=\"2\""));
        for odd in [
            "<styleSheet/>",
            "<x:fonts count=\"0\"></x:fonts>",
            "<fonts count=\"9\"><font/></fonts><cellXfs count=\"0\"></cellXfs>",
            "<fonts count='1'><font/></fonts>",
        ] {
            assert_eq!(with_red(odd), None, "{odd}");
        }
    }
}
