//! Workbooks made by hand, byte by byte where it matters: packages, compound files, and what is wrong with them.

use std::io::Write;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc, FlushCompress};

/// One entry of a package, with whatever its headers are to claim.
#[derive(Clone)]
pub struct Part {
    pub name: String,
    pub packed: Vec<u8>,
    pub method: u16,
    pub crc: u32,
    pub packed_size: u32,
    pub size: u32,
    /// Unix file mode in the directory.
    pub mode: u32,
    /// The name before the data, if it is to differ.
    pub local_name: Option<String>,
    pub flags: u16,
}

impl Part {
    pub fn new(name: &str, data: impl AsRef<[u8]>) -> Self {
        let data = data.as_ref();
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(data).expect("memory");
        let mut crc = Crc::new();
        crc.update(data);
        let packed = encoder.finish().expect("memory");
        Self {
            name: name.to_owned(),
            method: 8,
            crc: crc.sum(),
            packed_size: packed.len() as u32,
            size: data.len() as u32,
            packed,
            mode: 0o100_644,
            local_name: None,
            flags: 0,
        }
    }

    pub fn stored(name: &str, data: impl AsRef<[u8]>) -> Self {
        let mut part = Self::new(name, data.as_ref());
        part.packed = data.as_ref().to_vec();
        part.packed_size = part.size;
        part.method = 0;
        part
    }

    /// `begin`, then so many MiB of one byte, then `end`: about a thousandth of that in the file.
    pub fn swollen(name: &str, begin: &str, fill: u8, mib: usize, end: &str) -> Self {
        // After a full flush every block stands for itself, so that one can be repeated.
        let block = |data: &[u8], flush| {
            let mut stream = flate2::Compress::new(Compression::best(), false);
            let mut out = Vec::with_capacity(data.len() + 4_096);
            stream.compress_vec(data, &mut out, flush).expect("fits");
            out
        };
        let mut packed = block(begin.as_bytes(), FlushCompress::Full);
        packed.extend(block(&vec![fill; 1 << 20], FlushCompress::Full).repeat(mib));
        packed.extend(block(end.as_bytes(), FlushCompress::Finish));
        let mut part = Self::new(name, "");
        part.packed_size = packed.len() as u32;
        part.packed = packed;
        part.size = 1_000;
        part
    }
}

/// A package of these parts.
pub fn package(parts: &[Part]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for part in parts {
        let start = out.len() as u32;
        let local = part.local_name.as_ref().unwrap_or(&part.name);
        let fields = |out: &mut Vec<u8>| {
            out.extend(20u16.to_le_bytes());
            out.extend(part.flags.to_le_bytes());
            out.extend(part.method.to_le_bytes());
            out.extend([0, 0, 0x21, 0]);
            out.extend(part.crc.to_le_bytes());
            out.extend(part.packed_size.to_le_bytes());
            out.extend(part.size.to_le_bytes());
        };
        out.extend(b"PK\x03\x04");
        fields(&mut out);
        out.extend((local.len() as u16).to_le_bytes());
        out.extend([0, 0]);
        out.extend(local.as_bytes());
        out.extend(&part.packed);
        directory.extend(b"PK\x01\x02");
        directory.extend([20, 3]);
        fields(&mut directory);
        directory.extend((part.name.len() as u16).to_le_bytes());
        directory.extend([0; 8]);
        directory.extend((part.mode << 16).to_le_bytes());
        directory.extend(start.to_le_bytes());
        directory.extend(part.name.as_bytes());
    }
    let start = out.len() as u32;
    let length = directory.len() as u32;
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend((parts.len() as u16).to_le_bytes());
    out.extend((parts.len() as u16).to_le_bytes());
    out.extend(length.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A sheet's text around its rows.
pub fn sheet(rows: &str) -> String {
    format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>")
}

/// The parts of an `.xlsx` with one sheet 様式1, two shared strings and three formats (the last a date).
pub fn xlsx_parts(rows: &str) -> Vec<Part> {
    let kind = |part: &str, kind: &str| {
        format!(
            "<Override PartName=\"{part}\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml\"/>"
        )
    };
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
    };
    let types = format!(
        "<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/>{}{}{}{}</Types>",
        kind("/xl/workbook.xml", "sheet.main"),
        kind("/xl/worksheets/sheet1.xml", "worksheet"),
        kind("/xl/sharedStrings.xml", "sharedStrings"),
        kind("/xl/styles.xml", "styles"),
    );
    let workbook = format!(
        "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"様式1\" sheetId=\"1\" r:id=\"rId1\"/></sheets><definedNames><definedName name=\"code\">様式1!$B$2</definedName></definedNames></workbook>"
    );
    let relations = format!(
        "<Relationships xmlns=\"{RELATIONS}\">{}{}{}</Relationships>",
        relation("rId1", "worksheet", "worksheets/sheet1.xml"),
        relation("rId2", "sharedStrings", "sharedStrings.xml"),
        relation("rId3", "styles", "styles.xml"),
    );
    vec![
        Part::new("[Content_Types].xml", types),
        Part::new(
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{RELATIONS}\">{}</Relationships>",
                relation("rId1", "officeDocument", "xl/workbook.xml")
            ),
        ),
        Part::new("xl/workbook.xml", workbook),
        Part::new("xl/_rels/workbook.xml.rels", relations),
        Part::new("xl/worksheets/sheet1.xml", sheet(rows)),
        Part::new(
            "xl/sharedStrings.xml",
            format!("<sst xmlns=\"{MAIN}\"><si><t>一つ目</t></si><si><t>二つ目</t></si></sst>"),
        ),
        Part::new(
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{MAIN}\"><numFmts><numFmt numFmtId=\"164\" formatCode=\"#,##0&quot;人&quot;\"/></numFmts><cellXfs><xf/><xf numFmtId=\"164\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
            ),
        ),
    ]
}

/// The same as a file, with parts replaced or added.
pub fn xlsx_with(rows: &str, others: &[Part]) -> Vec<u8> {
    let mut parts = xlsx_parts(rows);
    for other in others {
        match parts.iter_mut().find(|part| part.name == other.name) {
            Some(part) => *part = other.clone(),
            None => parts.push(other.clone()),
        }
    }
    package(&parts)
}

pub fn xlsx(rows: &str) -> Vec<u8> {
    xlsx_with(rows, &[])
}

/// An `.ods` whose spreadsheet holds this.
pub fn ods(inside: &str) -> Vec<u8> {
    ods_with(inside, &[])
}

pub fn ods_with(inside: &str, others: &[Part]) -> Vec<u8> {
    let names = ["office", "table", "text", "style"]
        .map(|name| format!(" xmlns:{name}=\"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0\""))
        .concat();
    let content = format!(
        "<office:document-content{names} xmlns:calcext=\"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0\"><office:automatic-styles><style:style style:name=\"ta2\" style:family=\"table\"><style:table-properties table:display=\"false\"/></style:style></office:automatic-styles><office:body><office:spreadsheet>{inside}</office:spreadsheet></office:body></office:document-content>"
    );
    let mut parts = vec![
        Part::stored("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        Part::new("content.xml", content),
    ];
    parts.extend_from_slice(others);
    package(&parts)
}

const END: u32 = 0xFFFF_FFFE;
const FREE: u32 = 0xFFFF_FFFF;
const TABLE: u32 = 0xFFFF_FFFD;

/// A compound file of streams, each in sectors of its own that follow each other.
pub fn compound(streams: &[(&str, &[u8])]) -> Vec<u8> {
    compound_with(streams, |_| {})
}

/// The same, its table of chains changed before it is written. Sector 0 is the directory, the table comes last.
pub fn compound_with(streams: &[(&str, &[u8])], change: impl Fn(&mut Vec<u32>)) -> Vec<u8> {
    const SECTOR: usize = 512;
    let mut sectors: Vec<u8> = Vec::new();
    let mut fat: Vec<u32> = Vec::new();
    let mut entries = vec![("Root Entry".to_owned(), 5u8, END, 0usize, 1u32, FREE)];
    let directory = (streams.len() + 1).div_ceil(4);
    for index in 0..directory {
        fat.push(if index + 1 == directory {
            END
        } else {
            index as u32 + 1
        });
        sectors.extend([0; SECTOR]);
    }
    for (index, (name, data)) in streams.iter().enumerate() {
        // Streams of less than 4,096 bytes would have to lie elsewhere.
        let length = data.len().max(4_096);
        let start = fat.len() as u32;
        let count = length.div_ceil(SECTOR);
        fat.extend((1..count).map(|next| start + next as u32));
        fat.push(END);
        sectors.extend(*data);
        sectors.resize(fat.len() * SECTOR, 0);
        let right = if index + 1 == streams.len() {
            FREE
        } else {
            index as u32 + 2
        };
        entries.push(((*name).to_owned(), 2, start, length, FREE, right));
    }
    let table = (fat.len() + 1).div_ceil(127).max(1);
    let table_start = fat.len() as u32;
    fat.extend(std::iter::repeat_n(TABLE, table));
    change(&mut fat);
    fat.resize(table * 128, FREE);
    for (index, (name, kind, start, length, child, right)) in entries.iter().enumerate() {
        let mut entry = [0u8; 128];
        let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry[..units.len()].copy_from_slice(&units);
        entry[64..66].copy_from_slice(&(units.len() as u16 + 2).to_le_bytes());
        entry[66] = *kind;
        entry[68..72].copy_from_slice(&FREE.to_le_bytes());
        entry[72..76].copy_from_slice(&right.to_le_bytes());
        entry[76..80].copy_from_slice(&child.to_le_bytes());
        entry[116..120].copy_from_slice(&start.to_le_bytes());
        entry[120..124].copy_from_slice(&(*length as u32).to_le_bytes());
        sectors[index * 128..(index + 1) * 128].copy_from_slice(&entry);
    }
    let mut out = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    out.resize(SECTOR, 0);
    let mut put = |at: usize, value: u32| out[at..at + 4].copy_from_slice(&value.to_le_bytes());
    put(24, 0x0003_003E);
    put(28, 0x0009_FFFE);
    put(32, 6);
    put(44, table as u32);
    put(48, 0);
    put(56, 4_096);
    put(60, END);
    put(68, END);
    for index in 0..109 {
        let number = if index < table {
            table_start + index as u32
        } else {
            FREE
        };
        put(76 + index * 4, number);
    }
    out.extend(sectors);
    out.extend(fat.iter().flat_map(|entry| entry.to_le_bytes()));
    out
}

/// A record of an `.xls`.
pub fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let mut out = kind.to_le_bytes().to_vec();
    out.extend((data.len() as u16).to_le_bytes());
    out.extend(data);
    out
}

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;

/// A number in a cell.
pub fn xls_number(row: u16, column: u16, n: f64) -> Vec<u8> {
    let mut data = Vec::new();
    for value in [row, column, 0] {
        data.extend(value.to_le_bytes());
    }
    data.extend(n.to_le_bytes());
    record(0x0203, &data)
}

/// The workbook stream of an `.xls` with one sheet 様式1: records before the sheet's list entry, and its own.
pub fn xls_stream(globals: &[u8], cells: &[u8]) -> Vec<u8> {
    let begin = |kind: u16| {
        let mut data = vec![0, 6];
        data.extend(kind.to_le_bytes());
        data.resize(16, 0);
        record(BOF, &data)
    };
    let name: Vec<u8> = "様式1".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let listed = |start: usize| {
        let mut data = (start as u32).to_le_bytes().to_vec();
        data.extend([0, 0, 3, 1]);
        data.extend(&name);
        record(0x0085, &data)
    };
    let mut out = begin(5);
    out.extend(globals);
    let start = out.len() + listed(0).len() + 4;
    out.extend(listed(start));
    out.extend(record(EOF, &[]));
    out.extend(begin(0x10));
    out.extend(cells);
    out.extend(record(EOF, &[]));
    out
}

/// The same as a file.
pub fn xls(globals: &[u8], cells: &[u8]) -> Vec<u8> {
    compound(&[("Workbook", &xls_stream(globals, cells))])
}
