//! Files that are another as a whole: a bomb, and forms with a picture.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::kinds::{alone, write};

/// A package of 1 MB with 1 GiB in its sheet.
pub fn bomb() -> Vec<u8> {
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    let types = "<Types><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>";
    write(&mut to, "[Content_Types].xml", types.as_bytes());
    write(&mut to, "xl/workbook.xml", SHEET1.as_bytes());
    write(&mut to, "xl/_rels/workbook.xml.rels", RELATION1.as_bytes());
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let part = "xl/worksheets/sheet1.xml";
    to.start_file(part, options).expect("memory");
    to.write_all(b"<worksheet><sheetData>").expect("memory");
    let spaces = vec![b' '; 1 << 20];
    for _ in 0..1 << 10 {
        to.write_all(&spaces).expect("memory");
    }
    to.finish().expect("memory").into_inner()
}

const SHEET1: &str = "<workbook xmlns:r=\"r\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>";
const RELATION1: &str = "<Relationships><Relationship Id=\"r1\" Type=\"x/worksheet\" \
                         Target=\"worksheets/sheet1.xml\"/></Relationships>";

/// A package with one more part, which makes it another file.
pub fn with_remark(package: &[u8], remark: &str) -> Vec<u8> {
    let mut to = ZipWriter::new_append(Cursor::new(package.to_vec())).expect("an archive");
    write(
        &mut to,
        "docProps/remark.xml",
        format!("<a>{remark}</a>").as_bytes(),
    );
    to.finish().expect("memory").into_inner()
}

/// A form that somebody pasted a picture into: bytes that cannot be packed again.
pub fn with_photo(form: &[u8], remark: &str, bytes: usize) -> Vec<u8> {
    let mut state = remark.bytes().fold(1_u64, |state, byte| {
        state.wrapping_mul(31).wrapping_add(byte.into())
    });
    let photo: Vec<u8> = std::iter::repeat_with(|| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 56) as u8
    })
    .take(bytes)
    .collect();
    let mut to = ZipWriter::new_append(Cursor::new(alone(form, remark))).expect("an archive");
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    to.start_file("xl/media/image1.jpeg", stored)
        .expect("memory");
    to.write_all(&photo).expect("memory");
    to.finish().expect("memory").into_inner()
}
