//! Files of another kind: a form with one part that somebody made to hurt, or that grew over the years.
//! Each shares no part with the file before, as files from many places do.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Bytes up to which a part is deflated again for every file; a longer one would take minutes, and readers
/// remember nothing of it.
const DEFLATED_AGAIN: usize = 4 * 1024 * 1024;

/// A form with one part replaced.
pub struct Kind {
    pub what: &'static str,
    part: &'static str,
    text: String,
    /// A package with this part alone.
    packed: Vec<u8>,
}

impl Kind {
    fn new(what: &'static str, part: &'static str, text: String) -> Self {
        let mut to = ZipWriter::new(Cursor::new(Vec::new()));
        write(&mut to, part, text.as_bytes());
        let packed = to.finish().expect("memory").into_inner();
        Self {
            what,
            part,
            text,
            packed,
        }
    }

    /// A form of this kind: a remark in the part that makes the kind, and one in all others. Where the first
    /// is the same, files are copies of one template.
    pub fn of(&self, form: &[u8], own: &str, others: &str) -> Vec<u8> {
        repacked(form, others, |name, to| {
            if name != self.part {
                return false;
            }
            if self.text.len() <= DEFLATED_AGAIN {
                write(to, name, format!("{}<!--{own}-->", self.text).as_bytes());
            } else {
                let mut packed = ZipArchive::new(Cursor::new(&self.packed)).expect("an archive");
                let part = packed.by_name_raw(name.as_bytes()).expect("a part");
                to.raw_copy_file(part).expect("memory");
            }
            true
        })
    }
}

pub type Package = ZipWriter<Cursor<Vec<u8>>>;

/// A form that shares no part with another one: each part has a remark of its own.
pub fn alone(form: &[u8], remark: &str) -> Vec<u8> {
    repacked(form, remark, |_, _| false)
}

pub fn kinds() -> Vec<Kind> {
    let sheet = |rows: &str| format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    let strings = |count: usize| {
        let all: String = (0..count)
            .map(|n| format!("<si><t>{n:x}</t></si>"))
            .collect();
        format!("<sst>{all}</sst>")
    };
    let formats = |count: usize| {
        let all = (0..count).map(|n| format!("<xf numFmtId=\"0\" fontId=\"{n}\" fillId=\"0\"/>"));
        let all: String = all.collect();
        format!(
            "<styleSheet><cellStyleXfs>{all}</cellStyleXfs><cellXfs><xf/></cellXfs></styleSheet>"
        )
    };
    let aligned = |count: usize| {
        let all: String = (0..count)
            .map(|n| {
                format!("<xf numFmtId=\"0\" fontId=\"{n}\"><alignment vertical=\"center\"/></xf>")
            })
            .collect();
        format!("<styleSheet><cellXfs>{all}</cellXfs></styleSheet>")
    };
    let behind = |count: usize| {
        let all: String = (0..count)
            .map(|n| format!("<conditionalFormatting sqref=\"A{n}\"/>"))
            .collect();
        format!("<worksheet><sheetData/>{all}</worksheet>")
    };
    let row = |row: usize, cells: usize| {
        let cells: String = (0..cells)
            .map(|cell| format!("<c r=\"{}{row}\" s=\"1\"/>", char::from(b'A' + cell as u8)))
            .collect();
        format!("<row r=\"{row}\" spans=\"1:8\" ht=\"13.5\">{cells}</row>")
    };
    let rows = |count: usize, cells: usize| (1..=count).map(|n| row(n, cells)).collect::<String>();
    let far = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>";
    let part = "xl/worksheets/sheet1.xml";
    vec![
        Kind::new("A1 and XFD1048576", part, sheet(far)),
        Kind::new("300,000 formatted rows", part, sheet(&rows(300_000, 0))),
        Kind::new(
            "100,000 rows of 8 formatted cells",
            part,
            sheet(&rows(100_000, 8)),
        ),
        Kind::new(
            "100,000 shared strings",
            "xl/sharedStrings.xml",
            strings(100_000),
        ),
        Kind::new("50,000 cell styles", "xl/styles.xml", formats(50_000)),
        Kind::new("350,000 cell styles", "xl/styles.xml", formats(350_000)),
        Kind::new("20,000 cell formats", "xl/styles.xml", aligned(20_000)),
        Kind::new("60,000 rules behind the cells", part, behind(60_000)),
        Kind::new(
            "16 MiB of spaces in the sheet",
            part,
            sheet(&" ".repeat(16 << 20)),
        ),
    ]
}

/// A package packed again with a remark in each part, but for what `put` puts into its place.
fn repacked(package: &[u8], remark: &str, put: impl Fn(&str, &mut Package) -> bool) -> Vec<u8> {
    let mut from = ZipArchive::new(Cursor::new(package)).expect("an archive");
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut part = from.by_index(index).expect("a part");
        let name = part.name().expect("a name").into_owned();
        if !put(&name, &mut to) {
            let mut data = Vec::new();
            part.read_to_end(&mut data).expect("inflates");
            data.extend_from_slice(format!("<!--{remark}-->").as_bytes());
            write(&mut to, &name, &data);
        }
    }
    to.finish().expect("memory").into_inner()
}

/// Adds a deflated part.
pub fn write(to: &mut Package, name: &str, data: &[u8]) {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    to.start_file(name, options).expect("memory");
    to.write_all(data).expect("memory");
}
