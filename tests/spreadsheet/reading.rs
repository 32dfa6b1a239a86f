//! What our reader makes of workbooks, held against what made them, against calamine and against LibreOffice.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;
use std::process::Command;

use calamine::{Data, Reader};
use proptest::prelude::*;
use rust_xlsxwriter::{Format, Formula, Workbook};
use torimatome::spreadsheet::intake::{
    CellRef, CellValue, DefinedName, Grid, RefusalKind, Shape, Sheet, read_workbook,
};
use torimatome::spreadsheet::{FormBody, write_form1};

use crate::making::{Part, ods, ods_with, record, sheet, xls, xls_number, xlsx, xlsx_with};
use crate::support::{code, edition, form, organizations};

fn read(bytes: &[u8]) -> Grid {
    read_workbook(bytes).unwrap_or_else(|refusal| panic!("{refusal:?}"))
}

fn refused(bytes: &[u8]) -> RefusalKind {
    let refusal = read_workbook(bytes).expect_err("is refused");
    assert!(refusal.message.ends_with('。'), "{}", refusal.message);
    refusal.kind
}

/// Cells as `A1 =text`; `=` after the place marks a formula.
fn shown(sheet: &Sheet) -> Vec<String> {
    let value = |value: &CellValue| match value {
        CellValue::Text(text) => format!("{text:?}"),
        CellValue::Number(n) => n.to_string(),
        CellValue::Unclear(n) => format!("unclear {n}"),
        CellValue::Bool(b) => b.to_string(),
        CellValue::Date(n) => format!("date {n}"),
        CellValue::Error(text) => format!("error {text}"),
    };
    let cells = sheet.cells.iter();
    cells
        .map(|cell| {
            let formula = if cell.formula { "=" } else { "" };
            format!("{}{formula} {}", cell.at, value(&cell.value))
        })
        .collect()
}

fn xlsx_cells(rows: &str) -> Vec<String> {
    shown(&read(&xlsx(rows)).sheets[0])
}

#[test]
fn shapes_over_a_sheet_are_known_to_be_there() {
    let relation = "<Relationships><Relationship Id=\"r\" Type=\"x/drawing\" Target=\"../drawings/drawing1.xml\"/></Relationships>";
    let anchor = |row: u32, inside: &str| {
        format!(
            "<d:twoCellAnchor><d:from><d:col>3</d:col><d:row>{row}</d:row></d:from><d:to><d:col>5</d:col><d:row>{}</d:row></d:to>{inside}</d:twoCellAnchor>",
            row + 2
        )
    };
    let shape = |outline: &str| format!("<d:sp><a:prstGeom prst=\"{outline}\"/></d:sp>");
    let drawing = format!(
        "<d:wsDr>{}{}{}</d:wsDr>",
        anchor(26, &shape("ellipse")),
        anchor(2, &shape("rect")),
        anchor(40, "<d:pic/>")
    );
    let book = |drawing: &str| {
        let parts = [
            Part::new("xl/worksheets/_rels/sheet1.xml.rels", relation),
            Part::new("xl/drawings/drawing1.xml", drawing),
        ];
        read(&xlsx_with("<row><c><v>1</v></c></row>", &parts)).sheets[0]
            .shapes
            .clone()
    };
    let at = |row| CellRef { row, column: 4 };
    let (circle, frame) = (
        Shape {
            at: at(27),
            round: true,
        },
        Shape {
            at: at(3),
            round: false,
        },
    );
    assert_eq!(book(&drawing), [circle, frame], "a picture is none");
    let many = anchor(2, &shape("rect")).repeat(20_000);
    assert_eq!(
        book(&format!("<d:wsDr>{many}</d:wsDr>")).len(),
        100,
        "bounded"
    );
    assert_eq!(book("<d:wsDr><d:twoCell"), [], "damaged, and no answer");
}

#[test]
fn formats_too_far_back_leave_their_numbers_unclear() {
    let rows = "<row><c s=\"0\"><v>45716</v></c><c s=\"1\"><v>45717</v></c><c s=\"9000\"><v>45718</v></c></row>";
    let styles = |before: &str| {
        let formats = "<xf numFmtId=\"0\"/>".repeat(8_999);
        let text = format!(
            "<styleSheet>{before}<cellXfs><xf numFmtId=\"14\"/>{formats}<xf numFmtId=\"14\"/></cellXfs></styleSheet>"
        );
        let book = xlsx_with(rows, &[Part::new("xl/styles.xml", text)]);
        shown(&read(&book).sheets[0])
    };
    assert_eq!(
        styles(""),
        ["A1 date 45716", "B1 45717", "C1 unclear 45718"],
        "the first some thousand formats are known"
    );
    let many: String = (0..60_000)
        .map(|n| format!("<xf fontId=\"{n}\"/>"))
        .collect();
    assert_eq!(
        styles(&format!("<cellStyleXfs>{many}</cellStyleXfs>")),
        ["A1 unclear 45716", "B1 unclear 45717", "C1 unclear 45718"],
        "none is known behind a megabyte of styles"
    );
}

fn hakodate() -> Vec<u8> {
    let body = FormBody {
        code: code("012025"),
        name: "函館市",
    };
    write_form1(&edition("fy2025"), &body, Some(&form()), None).expect("a workbook")
}

#[test]
fn every_way_to_write_a_cell_is_read() {
    let rows = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>1</v></c><c r=\"B1\" s=\"1\"><v>1234</v></c>\
        <c r=\"C1\" s=\"2\"><v>45716</v></c><c r=\"D1\" t=\"b\"><v>1</v></c>\
        <c r=\"E1\" t=\"e\"><v>#REF!</v></c><c r=\"F1\" t=\"str\"><f>A1&amp;\"x\"</f><v>a &lt;b&gt;</v></c></row>\
        <row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is><r><t>赤</t></r><r><rPr><b/></rPr><t xml:space=\"preserve\"> 青 </t></r>\
        <rPh sb=\"0\" eb=\"1\"><t>アカ</t></rPh></is></c><c r=\"B3\"><f>SUM(B1)</f><v></v></c>\
        <c r=\"C3\" t=\"d\"><v>2025-02-28T12:00:00</v></c><c r=\"D3\" s=\"1\"/><c r=\"E3\"><v>NaN</v></c>\
        <c r=\"F3\" t=\"str\"><v>_x000D_&#10;&#x3042;</v></c><c r=\"G3\" t=\"b\"><f>TRUE</f><v>0</v></c></row>";
    assert_eq!(
        xlsx_cells(rows),
        [
            "A1 \"二つ目\"",
            "B1 1234",
            "C1 date 45716",
            "D1 true",
            "E1 error #REF!",
            "F1= \"a <b>\"",
            "A3 \"赤 青 \"",
            "B3= \"\"",
            "C3 date 45716.5",
            "E3 \"NaN\"",
            "F3 \"\\r\\nあ\"",
            "G3= false",
        ]
    );
    let grid = read(&xlsx(rows));
    assert!(!grid.sheets[0].cut && !grid.sheets[0].hidden);
    assert_eq!(
        grid.names,
        [DefinedName {
            name: "code".to_owned(),
            sheet: "様式1".to_owned(),
            at: CellRef { row: 1, column: 1 },
        }]
    );
}

#[test]
fn cells_that_do_not_say_where_they_stand_are_counted() {
    let rows = "<row><c><v>1</v></c><c/><c><v>3</v></c></row><row><c><v>4</v></c></row>\
        <row r=\"5\"><c r=\"C5\"><v>5</v></c><c><v>6</v></c></row><row><c><v>7</v></c></row>";
    assert_eq!(
        xlsx_cells(rows),
        ["A1 1", "C1 3", "A2 4", "C5 5", "D5 6", "A6 7"]
    );
}

#[test]
fn any_prefix_will_do() {
    let prefixed = "<x:worksheet xmlns:x=\"urn:m\"><x:sheetData><x:row r=\"2\"><x:c r=\"B2\" t=\"inlineStr\"><x:is><x:t>a</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>";
    let file = xlsx_with("", &[Part::new("xl/worksheets/sheet1.xml", prefixed)]);
    assert_eq!(shown(&read(&file).sheets[0]), ["B2 \"a\""]);
}

#[test]
fn cells_of_an_array_formula_are_formulas() {
    let rows = "<row r=\"1\"><c r=\"A1\"><f t=\"array\" ref=\"A1:B2\">X1:Y2</f><v>1</v></c><c r=\"B1\"><v>2</v></c><c r=\"C1\"><v>3</v></c></row>\
        <row r=\"2\"><c r=\"B2\"><v>4</v></c></row><row r=\"3\"><c r=\"B3\"><v>5</v></c></row>";
    assert_eq!(
        xlsx_cells(rows),
        ["A1= 1", "B1= 2", "C1 3", "B2= 4", "B3 5"]
    );
}

#[test]
fn a_form_with_what_forms_collect_over_the_years_is_read() {
    let extras = [
        ("xl/theme/theme1.xml", "<a:theme xmlns:a=\"urn:a\"/>"),
        ("xl/printerSettings/printerSettings1.bin", "\0\x01DEVMODE"),
        (
            "docProps/custom.xml",
            "<?xml version=\"1.0\"?>\n<Properties/>",
        ),
        ("docProps/thumbnail.jpeg", "\u{FF}"),
        ("xl/comments1.xml", "<comments/>"),
        (
            "xl/drawings/vmlDrawing1.vml",
            "<xml xmlns:v=\"urn:v\"><v:shape/></xml>",
        ),
        (
            "xl/drawings/drawing1.xml",
            "<!-- shapes --><xdr:wsDr xmlns:xdr=\"urn:x\"/>",
        ),
        ("xl/charts/chart1.xml", "<c:chartSpace xmlns:c=\"urn:c\"/>"),
        ("xl/media/image1.png", "<!DOCTYPE picture"),
        ("xl/ctrlProps/ctrlProp1.xml", "<formControlPr/>"),
        ("xl/calcChain.xml", "<calcChain/>"),
        ("customXml/item1.xml", "<b:Sources xmlns:b=\"urn:b\"/>"),
        ("xl/persons/person.xml", "<personList/>"),
        ("xl/metadata.xml", "<metadata/>"),
        ("xl/empty.xml", ""),
        ("xl/worksheets/", ""),
    ];
    let extras: Vec<_> = extras
        .iter()
        .map(|(name, data)| Part::new(name, data))
        .collect();
    let rows = "<row><c><v>1</v></c></row>";
    assert_eq!(read(&xlsx_with(rows, &extras)), read(&xlsx(rows)));
}

#[test]
fn bounds_cut_a_sheet_and_say_so() {
    let far = "<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"XFD1\"><v>2</v></c><c r=\"B1\"><v>3</v></c></row>\
        <row r=\"1048576\"><c r=\"XFD1048576\"><v>4</v></c></row>";
    let sheet = &read(&xlsx(far)).sheets[0];
    assert_eq!(shown(sheet), ["A1 1", "B1 3"]);
    assert!(sheet.cut);
    let formatted: String = (1..=5_000)
        .map(|row| format!("<row r=\"{row}\"><c r=\"A{row}\" s=\"1\"/></row>"))
        .collect();
    let sheet = &read(&xlsx(&formatted)).sheets[0];
    assert!(sheet.cells.is_empty() && sheet.cut);
}

#[test]
fn an_ods_is_read_as_what_its_writer_meant() {
    let cell = |attributes: &str, text: &str| {
        format!("<table:table-cell {attributes}>{text}</table:table-cell>")
    };
    let inside = [
        "<table:table table:name=\"様式1\"><table:shapes><draw:frame xmlns:draw=\"urn:d\"><text:p>絵</text:p></draw:frame></table:shapes><table:table-column table:number-columns-repeated=\"1024\"/>",
        "<table:table-row>",
        &cell(
            "office:value-type=\"string\"",
            "<office:annotation><text:p>メモ</text:p></office:annotation><text:p>  一 \n 行<text:s text:c=\"3\"/>目 </text:p><text:p/><text:p><text:span>三</text:span>行<text:line-break/>目<text:tab/>x</text:p>",
        ),
        &cell(
            "office:value-type=\"float\" office:value=\"1234\"",
            "<text:p>1,234人</text:p>",
        ),
        "<table:table-cell table:number-columns-repeated=\"2\"/>",
        &cell(
            "office:value-type=\"percentage\" office:value=\"0.5\" table:number-columns-repeated=\"2\"",
            "<text:p>50%</text:p>",
        ),
        &cell(
            "office:value-type=\"date\" office:date-value=\"2025-02-28\"",
            "<text:p>2月28日</text:p>",
        ),
        &cell(
            "office:value-type=\"boolean\" office:boolean-value=\"true\"",
            "<text:p>TRUE</text:p>",
        ),
        &cell(
            "office:value-type=\"time\" office:time-value=\"PT06H00M00S\"",
            "<text:p>6:00</text:p>",
        ),
        "</table:table-row><table:table-row table:number-rows-repeated=\"2\">",
        &cell(
            "table:formula=\"of:=[.A1]\" office:value-type=\"string\" office:string-value=\"○\"",
            "<text:p>丸</text:p>",
        ),
        &cell(
            "table:formula=\"of:=1/0\" office:value-type=\"string\" calcext:value-type=\"error\"",
            "<text:p>#DIV/0!</text:p>",
        ),
        "<table:covered-table-cell/>",
        "<table:table-cell table:formula=\"of:=X\"/>",
        "</table:table-row><table:table-row table:number-rows-repeated=\"1048573\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row></table:table>",
        "<table:table table:name=\"裏\" table:style-name=\"ta2\"><table:table-row><table:table-cell office:value-type=\"float\" office:value=\"1\"/></table:table-row></table:table>",
        "<table:named-expressions><table:named-range table:name=\"code\" table:cell-range-address=\"$様式1.$B$2:.$C$3\"/><table:named-range table:name=\"gone\" table:cell-range-address=\"#REF!.$B$2\"/></table:named-expressions>",
    ];
    let grid = read(&ods(&inside.concat()));
    assert_eq!(
        shown(&grid.sheets[0]),
        [
            "A1 \"一 行   目\\n\\n三行\\n目\\tx\"",
            "B1 1234",
            "E1 0.5",
            "F1 0.5",
            "G1 date 45716",
            "H1 true",
            "I1 date 0.25",
            "A2= \"○\"",
            "B2= error #DIV/0!",
            "D2= \"\"",
            "A3= \"○\"",
            "B3= error #DIV/0!",
            "D3= \"\"",
        ]
    );
    assert!(!grid.sheets[0].cut && !grid.sheets[0].hidden);
    assert!(grid.sheets[1].hidden);
    assert_eq!(shown(&grid.sheets[1]), ["A1 1"]);
    assert_eq!(grid.names.len(), 1);
    assert_eq!(grid.names[0].at.to_string(), "B2");
}

#[test]
fn an_xls_is_read_record_by_record() {
    let place = |row: u16, column: u16| [row.to_le_bytes(), column.to_le_bytes(), [0, 0]].concat();
    let with = |row, column, rest: &[u8]| [place(row, column), rest.to_vec()].concat();
    let formula = |row, column, result: [u8; 8]| {
        record(0x0006, &with(row, column, &[&result[..], &[0; 6]].concat()))
    };
    let texts = record(
        0x00FC,
        &[&[1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1][..], &[0x42, 0x30]].concat(),
    );
    let cells = [
        record(0x0200, &[0xFF; 14]),
        record(0x00FD, &with(0, 0, &[0, 0, 0, 0])),
        xls_number(0, 1, 2.5),
        record(0x027E, &with(0, 2, &((7u32 << 2) | 2).to_le_bytes())),
        record(0x0205, &with(0, 3, &[1, 0])),
        record(0x0205, &with(0, 4, &[0x2A, 1])),
        formula(1, 0, [0, 0, 0, 0, 0, 0, 0xFF, 0xFF]),
        record(0x0207, &[2, 0, 0, b'o', b'k']),
        formula(1, 1, 12.0f64.to_le_bytes()),
        formula(1, 2, [3, 0, 0, 0, 0, 0, 0xFF, 0xFF]),
        record(0x0204, &with(2, 0, &[1, 0, 0, b'x'])),
    ];
    let file = xls(&texts, &cells.concat());
    assert_eq!(
        shown(&read(&file).sheets[0]),
        [
            "A1 \"あ\"",
            "B1 2.5",
            "C1 7",
            "D1 true",
            "E1 error #N/A",
            "A2= \"ok\"",
            "B2= 12",
            "C2= \"\"",
            "A3 \"x\"",
        ]
    );
}

/// A list of relations with one that leads out of the package.
fn outside(list: &str, kind: &str) -> Part {
    let relation = format!(
        "<Relationships><Relationship Id=\"r9\" Type=\"x/{kind}\" Target=\"file://server/a.png\" TargetMode=\"External\"/></Relationships>"
    );
    Part::new(list, relation)
}

#[test]
fn an_address_to_click_does_no_harm() {
    let list = outside("xl/worksheets/_rels/sheet1.xml.rels", "hyperlink");
    read(&xlsx_with("<row><c><v>1</v></c></row>", &[list]));
}

#[test]
fn who_sends_something_else_is_told_what_to_do() {
    let typed = |kind: &str| {
        let types = format!(
            "<Types><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/{kind}\"/></Types>"
        );
        xlsx_with("", &[Part::new("[Content_Types].xml", types)])
    };
    let extra = |name: &str| xlsx_with("", &[Part::new(name, "x")]);
    let manifest = |inside: &str| {
        ods_with(
            "",
            &[Part::new(
                "META-INF/manifest.xml",
                format!("<m>{inside}</m>"),
            )],
        )
    };
    for (file, kind) in [
        (
            typed("vnd.ms-excel.sheet.macroEnabled.main+xml"),
            RefusalKind::KindNotTaken,
        ),
        (
            typed("vnd.ms-excel.sheet.binary.macroEnabled.main"),
            RefusalKind::KindNotTaken,
        ),
        (extra("xl/vbaProject.bin"), RefusalKind::KindNotTaken),
        (extra("xl/workbook.bin"), RefusalKind::KindNotTaken),
        (
            extra("xl/macrosheets/sheet1.xml"),
            RefusalKind::KindNotTaken,
        ),
        (
            typed("vnd.openxmlformats-officedocument.oleObject"),
            RefusalKind::Dangerous,
        ),
        (
            extra("xl/externalLinks/externalLink1.xml"),
            RefusalKind::Dangerous,
        ),
        (extra("xl/embeddings/a.docx"), RefusalKind::Dangerous),
        (extra("xl/connections.xml"), RefusalKind::Dangerous),
        (
            xlsx_with(
                "<row><c><v>1</v></c></row>",
                &[outside("xl/worksheets/_rels/sheet1.xml.rels", "image")],
            ),
            RefusalKind::Dangerous,
        ),
        (
            xlsx_with(
                "<row><c><v>1</v></c></row>",
                &[
                    Part::new(
                        "xl/worksheets/_rels/sheet1.xml.rels",
                        "<Relationships><Relationship Id=\"r\" Type=\"x/drawing\" Target=\"../drawings/a.xml\"/></Relationships>",
                    ),
                    Part::new("xl/drawings/a.xml", "<a/>"),
                    outside("xl/drawings/_rels/a.xml.rels", "image"),
                ],
            ),
            RefusalKind::Dangerous,
        ),
        (extra("XL/ActiveX/activeX1.bin"), RefusalKind::Dangerous),
        (
            xlsx("<row><c><f>cmd|'/C calc'!A0</f><v>1</v></c></row>"),
            RefusalKind::Dangerous,
        ),
        (
            ods_with("", &[Part::new("Basic/script-lc.xml", "<a/>")]),
            RefusalKind::KindNotTaken,
        ),
        (
            ods_with("", &[Part::new("Object 1", "x")]),
            RefusalKind::Dangerous,
        ),
        (
            ods_with("", &[Part::new("Object 1/content.xml", "<a/>")]),
            RefusalKind::Dangerous,
        ),
        (
            manifest(
                "<f:file-entry xmlns:f=\"u\" manifest:full-path=\"Object 1/\" manifest:media-type=\"application/vnd.oasis.opendocument.text\"/>",
            ),
            RefusalKind::Dangerous,
        ),
        (
            manifest("<f:encryption-data xmlns:f=\"u\"/>"),
            RefusalKind::Encrypted,
        ),
        (
            ods("<table:table><table:table-source/></table:table>"),
            RefusalKind::Dangerous,
        ),
        (
            ods("<table:table/><table:dde-links><table:dde-link/></table:dde-links>"),
            RefusalKind::Dangerous,
        ),
        (
            crate::making::package(&[Part::new("word/document.xml", "<a/>")]),
            RefusalKind::NotAWorkbook,
        ),
        (
            crate::making::package(&[Part::new("a.xlsx", xlsx(""))]),
            RefusalKind::NotAWorkbook,
        ),
        (
            crate::making::compound(&[("EncryptionInfo", b"x"), ("EncryptedPackage", b"x")]),
            RefusalKind::Encrypted,
        ),
        (
            crate::making::compound(&[("WordDocument", b"x")]),
            RefusalKind::NotAWorkbook,
        ),
        (
            crate::making::compound(&[("Book", b"x")]),
            RefusalKind::KindNotTaken,
        ),
        (
            crate::making::compound(&[
                ("Workbook", &crate::making::xls_stream(&[], &[])),
                ("_VBA_PROJECT_CUR", b"x"),
            ]),
            RefusalKind::KindNotTaken,
        ),
        (xls(&record(0x002F, &[0; 6]), &[]), RefusalKind::Encrypted),
        (
            xls(
                &record(0x01AE, &[1, 0, 5, 0, 0, b'b', b'o', b'o', b'k', b's']),
                &[],
            ),
            RefusalKind::Dangerous,
        ),
    ] {
        assert_eq!(refused(&file), kind);
    }
}

#[test]
fn a_diagram_in_an_ods_is_no_stranger() {
    let chart = "<m:file-entry xmlns:m=\"u\" manifest:full-path=\"Object 1/\" manifest:media-type=\"application/vnd.oasis.opendocument.chart\"/>";
    let parts = [
        Part::new("META-INF/manifest.xml", format!("<m>{chart}</m>")),
        Part::new("Object 1/content.xml", "<a/>"),
    ];
    let file = ods_with("<table:table table:name=\"a\"/>", &parts);
    assert_eq!(read(&file).sheets.len(), 1);
}

#[test]
fn our_own_forms_read_back_for_every_body() {
    let edition = edition("fy2026");
    for body in organizations().iter().step_by(37) {
        let body = FormBody {
            code: body.code,
            name: &body.name,
        };
        let file = write_form1(&edition, &body, Some(&form()), None).expect("a workbook");
        assert_same_as_calamine(&file);
    }
}

/// Values by row and column.
type Values = BTreeMap<(u32, u32), CellValue>;

/// What calamine finds in an `.xlsx`, as we would say it.
fn by_calamine(file: &[u8]) -> Vec<(String, Values)> {
    let mut book = calamine::Xlsx::new(Cursor::new(file)).expect("a workbook");
    let names = book.sheet_names();
    names
        .into_iter()
        .map(|name| {
            let range = book.worksheet_range(&name).expect("a sheet");
            let (row, column) = range.start().unwrap_or((0, 0));
            let cells = range.used_cells().filter_map(|(r, c, data)| {
                let value = match data {
                    Data::String(text) if text.is_empty() => return None,
                    Data::String(text) => CellValue::Text(text.clone()),
                    Data::Float(n) => CellValue::Number(*n),
                    Data::Int(n) => CellValue::Number(*n as f64),
                    Data::Bool(b) => CellValue::Bool(*b),
                    Data::DateTime(date) => CellValue::Date(date.as_f64()),
                    Data::Error(error) => CellValue::Error(error.to_string()),
                    _ => return None,
                };
                Some(((row + r as u32, column + c as u32), value))
            });
            (name, cells.collect())
        })
        .collect()
}

fn assert_same_as_calamine(file: &[u8]) {
    let ours: Vec<_> = read(file)
        .sheets
        .into_iter()
        .map(|sheet| {
            let cells = sheet.cells.into_iter().filter_map(|cell| {
                let empty = cell.value == CellValue::Text(String::new());
                (!empty).then_some(((cell.at.row, cell.at.column), cell.value))
            });
            (sheet.name, cells.collect::<BTreeMap<_, _>>())
        })
        .collect();
    assert_eq!(ours, by_calamine(file));
}

/// Something to put into a cell.
#[derive(Clone, Debug)]
enum Put {
    Text(String),
    Number(f64),
    Bool(bool),
    Date(u16),
    Formula(String),
    Sum(f64),
    Blank,
}

fn put() -> impl Strategy<Value = Put> {
    prop_oneof![
        "[ -~ぁ-んァ-ヶ一-龠０-９\n\t<&>\"'_x]{0,20}".prop_map(Put::Text),
        "_x[0-9A-F]{4}_".prop_map(Put::Text),
        any::<f64>()
            .prop_filter("finite", |n| n.is_finite())
            .prop_map(Put::Number),
        (-100_000i64..100_000).prop_map(|n| Put::Number(n as f64)),
        any::<bool>().prop_map(Put::Bool),
        (1u16..60_000).prop_map(Put::Date),
        "[a-zあ-ん]{0,8}".prop_map(Put::Formula),
        (0u32..1_000).prop_map(|n| Put::Sum(f64::from(n))),
        Just(Put::Blank),
    ]
}

/// Name, hidden, and what stands where.
type Wanted = (String, bool, Vec<(u32, u16, Put)>);

fn made_of(sheets: &[Wanted]) -> Vec<u8> {
    let mut book = Workbook::new();
    let date = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
    let grey = Format::new().set_num_format("#,##0\"人\"");
    for (name, hidden, cells) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(name).expect("a name");
        sheet.set_hidden(*hidden);
        for (row, column, put) in cells {
            let (row, column) = (*row, *column);
            match put {
                Put::Text(text) => sheet.write_string(row, column, text),
                Put::Number(n) => sheet.write_number_with_format(row, column, *n, &grey),
                Put::Bool(b) => sheet.write_boolean(row, column, *b),
                Put::Date(n) => sheet.write_number_with_format(row, column, f64::from(*n), &date),
                Put::Formula(text) => {
                    sheet.write_formula(row, column, Formula::new("=A1&B1").set_result(text))
                }
                Put::Sum(n) => {
                    let sum = Formula::new("=SUM(A1:B2)").set_result(n.to_string());
                    sheet.write_formula(row, column, sum)
                }
                Put::Blank => sheet.write_blank(row, column, &grey),
            }
            .expect("a cell");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn random_books_read_as_calamine_reads_them(
        sheets in prop::collection::vec(
            (any::<bool>(), prop::collection::vec((0u32..300, 0u16..40, put()), 0..60)),
            1..4,
        ),
    ) {
        let mut sheets: Vec<_> = sheets
            .into_iter()
            .enumerate()
            .map(|(index, (hidden, cells))| {
                // A cell is written once: an empty text would leave there what stood before.
                let cells: BTreeMap<_, _> =
                    cells.into_iter().map(|(r, c, put)| ((r, c), put)).collect();
                let cells = cells.into_iter().map(|((r, c), put)| (r, c, put)).collect();
                (format!("表 '{index}"), hidden && index > 0, cells)
            })
            .collect();
        sheets[0].1 = false;
        let file = made_of(&sheets);
        assert_same_as_calamine(&file);
        let grid = read(&file);
        for (sheet, (name, hidden, cells)) in grid.sheets.iter().zip(&sheets) {
            prop_assert_eq!(&sheet.name, name);
            prop_assert_eq!(sheet.hidden, *hidden);
            prop_assert!(!sheet.cut);
            let last: BTreeMap<_, _> = cells.iter().map(|(r, c, put)| ((*r, *c), put)).collect();
            for cell in &sheet.cells {
                let put = last[&(cell.at.row, u16::try_from(cell.at.column).expect("fits"))];
                prop_assert_eq!(cell.formula, matches!(put, Put::Formula(_) | Put::Sum(_)));
                prop_assert_eq!(matches!(cell.value, CellValue::Date(_)), matches!(put, Put::Date(_)));
                if let Put::Text(text) = put {
                    prop_assert_eq!(&cell.value, &CellValue::Text(text.clone()));
                }
            }
        }
    }
}

/// Has LibreOffice save a workbook in another format.
fn saved_by_libreoffice(file: &[u8], format: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let from = folder.path().join("from.xlsx");
    std::fs::write(&from, file).expect("is written");
    let out = folder.path().join("out");
    let profile = folder.path().join("profile");
    let done = Command::new("soffice")
        .arg(format!(
            "-env:UserInstallation=file://{}",
            Path::display(&profile)
        ))
        .args([
            "--headless",
            "--norestore",
            "--convert-to",
            format,
            "--outdir",
        ])
        .args([&out, &from])
        .output()
        .expect("LibreOffice runs");
    let saved = out.join("from").with_extension(format);
    std::fs::read(&saved).unwrap_or_else(|error| panic!("{format}: {error}, {done:?}"))
}

/// A book with everything that formats may lose (but truths, of which LibreOffice makes formulas, and texts of formulas,
/// which it leaves out of an `.xls`).
fn varied() -> Vec<u8> {
    let mut book = Workbook::new();
    let date = Format::new().set_num_format("yyyy/m/d");
    let time = Format::new().set_num_format("h:mm");
    let percent = Format::new().set_num_format("0%");
    let bold = Format::new().set_bold();
    let plain = Format::new();
    let sheet = book.add_worksheet();
    sheet.set_name("様式1 (2)").expect("a name");
    sheet.write_string(0, 0, "  前後の空白  ").expect("a cell");
    sheet
        .write_string(1, 0, "一行目\n二行目\n")
        .expect("a cell");
    sheet.write_string(2, 0, "a\tb  c   d").expect("a cell");
    sheet
        .write_rich_string(3, 0, &[(&bold, "太"), (&plain, "字"), (&bold, " 混ぜ")])
        .expect("a cell");
    sheet
        .write_string(4, 0, "①〇◯○〜～−－髙﨑𠮷")
        .expect("a cell");
    sheet.write_number(5, 0, -1234.5678).expect("a cell");
    sheet.write_number(5, 1, 1e15).expect("a cell");
    sheet.write_number(5, 2, 0.1).expect("a cell");
    sheet
        .write_number_with_format(6, 0, 45_716.0, &date)
        .expect("a cell");
    sheet
        .write_number_with_format(6, 1, 0.75, &time)
        .expect("a cell");
    sheet
        .write_number_with_format(6, 2, 0.5, &percent)
        .expect("a cell");
    sheet
        .write_formula(8, 0, Formula::new("=1+1").set_result("2"))
        .expect("a cell");
    sheet
        .write_formula(8, 2, Formula::new("=1/0").set_result("#DIV/0!"))
        .expect("a cell");
    sheet
        .merge_range(10, 0, 11, 2, "結合", &bold)
        .expect("a range");
    sheet.write_string(40, 30, "遠く").expect("a cell");
    let back = book.add_worksheet();
    back.set_name("裏").expect("a name").set_hidden(true);
    back.write_string(0, 0, "隠し").expect("a cell");
    book.define_name("code", "='様式1 (2)'!$A$6")
        .expect("a name");
    book.define_name("area", "='様式1 (2)'!$B$6:$C$7")
        .expect("a name");
    book.save_to_buffer().expect("a workbook")
}

#[test]
fn what_libreoffice_saved_again_reads_the_same() {
    for (what, file) in [("our form", hakodate()), ("a varied book", varied())] {
        let before = read(&file);
        for format in ["xlsx", "ods", "xls"] {
            let after = read(&saved_by_libreoffice(&file, format));
            assert_eq!(before.sheets.len(), after.sheets.len());
            for (old, new) in before.sheets.iter().zip(&after.sheets) {
                assert_eq!((&old.name, old.hidden), (&new.name, new.hidden));
                assert_eq!(shown(old), shown(new), "{what} as {format}");
                assert!(!new.cut, "{what} as {format}");
            }
            let names = |grid: &Grid| -> BTreeMap<String, (String, CellRef)> {
                let names = grid.names.iter();
                names
                    .map(|name| (name.name.clone(), (name.sheet.clone(), name.at)))
                    .collect()
            };
            assert!(!names(&before).is_empty());
            assert_eq!(names(&before), names(&after), "{what} as {format}");
        }
    }
}

#[test]
fn a_sheet_longer_than_one_piece_is_read_to_its_end() {
    let rows: String = (1..=1_900)
        .map(|row| {
            format!("<row r=\"{row}\"><c r=\"A{row}\" t=\"inlineStr\"><is><t>行{row} &amp; 値</t></is></c><c r=\"B{row}\"><v>{row}.5</v></c></row>")
        })
        .collect();
    assert!(sheet(&rows).len() > 150_000);
    let cells = xlsx_cells(&rows);
    assert_eq!(cells.len(), 3_800);
    for row in 1..=1_900usize {
        assert_eq!(cells[row * 2 - 2], format!("A{row} \"行{row} & 値\""));
        assert_eq!(cells[row * 2 - 1], format!("B{row} {row}.5"));
    }
}
