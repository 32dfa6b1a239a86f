//! Reading the whole country's Form 1, beside a bare calamine loop over the same files in memory.
//!
//! `cargo bench --bench reading`. Each figure is the best of several rounds; what counts are the ratios in one run.

use std::io::{Cursor, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use calamine::{Reader, Xlsx};
use rustix::time::{ClockId, clock_gettime};
use torimatome::domain::application_intent::ApplicationIntent;
use torimatome::domain::coordination_contact::CoordinationContact;
use torimatome::domain::recipient_count::RecipientCount;
use torimatome::domain::response::{Form1, SchemeAnswer};
use torimatome::domain::survey_edition::EditionDefinition;
use torimatome::spreadsheet::intake::process::{PoolSettings, ReaderPool};
use torimatome::spreadsheet::intake::read_workbook;
use torimatome::spreadsheet::{FormBody, write_form1};

const ROUNDS: usize = 15;
const READERS: usize = 2;

/// An answer with every second scheme.
fn form(edition: &EditionDefinition) -> Form1 {
    let rows = edition.rows.iter().step_by(2).map(|row| {
        let answer = SchemeAnswer {
            target: true,
            recipients: RecipientCount::try_from(1_234).ok(),
            typed: None,
        };
        (row.scheme.clone(), answer)
    });
    Form1 {
        contact: CoordinationContact {
            department: "福祉部 障害福祉課 医療助成係".to_owned(),
            email: "iryo@city.example".parse().expect("an address"),
            phone: "0138-00-0000".parse().expect("a number"),
        },
        intents: [ApplicationIntent::FirstRound].into(),
        intent_text: String::new(),
        schemes: rows.collect(),
        other_text: "高齢者の医療費に係る助成".to_owned(),
        extra: Default::default(),
        extra_typed: Default::default(),
    }
}

fn forms() -> Vec<Arc<[u8]>> {
    let (_, text) = migrations::data::EDITIONS[0];
    let edition: EditionDefinition = toml::from_str(text).expect("a definition");
    let form = form(&edition);
    let lines = migrations::data::ORGANIZATIONS.lines().skip(1);
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let body = FormBody {
                code: cells[0].parse().expect("a code"),
                name: cells[2],
            };
            write_form1(&edition, &body, Some(&form), None)
                .expect("a workbook")
                .into()
        })
        .collect()
}

/// Wall time, this thread's own time, and cells.
fn timed(round: &dyn Fn() -> usize) -> (Duration, Duration, usize) {
    let own = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        Duration::try_from(time).expect("time goes on")
    };
    let (start, started) = (Instant::now(), own());
    let cells = round();
    (start.elapsed(), own() - started, cells)
}

fn main() {
    let files = forms();
    let bytes: usize = files.iter().map(|file| file.len()).sum();
    println!("{} files, {} bytes each", files.len(), bytes / files.len());
    let pool = ReaderPool::new(PoolSettings {
        executable: PathBuf::from(env!("CARGO_BIN_EXE_torimatome")),
        readers: READERS,
        waiting: 16,
        time: Duration::from_secs(5),
    })
    .expect("a pool");
    let bare = || files.iter().map(|file| by_calamine(file)).sum();
    let own = || files.iter().map(|file| count(file)).sum();
    let pooled = || through(&pool, &files);
    let ways: [(&str, &dyn Fn() -> usize); 3] = [
        ("bare calamine loop", &bare),
        ("read_workbook in process", &own),
        ("through two readers", &pooled),
    ];
    // One after the other in every round, so that what else the machine does meets all of them.
    let mut best = [(Duration::MAX, Duration::MAX, 0); 3];
    for _ in 0..ROUNDS {
        for (best, (_, way)) in best.iter_mut().zip(ways) {
            let (wall, own, cells) = timed(way);
            *best = (wall.min(best.0), own.min(best.1), cells);
        }
    }
    let (bare_wall, bare_own, _) = best[0];
    for ((wall, own, cells), (what, _)) in best.iter().zip(ways) {
        println!(
            "{what:<28} {:>8.1} ms {:>8.4} ms a file  x {:.2} (x {:.2} of this thread's time)  {cells} cells",
            wall.as_secs_f64() * 1e3,
            wall.as_secs_f64() * 1e3 / files.len() as f64,
            wall.as_secs_f64() / bare_wall.as_secs_f64(),
            own.as_secs_f64() / bare_own.as_secs_f64(),
        );
    }
    // Files of one template share parts that are read once; a file from elsewhere shares nothing.
    let fresh: Vec<Vec<u8>> = (0..60).map(|number| alone(&files[0], number)).collect();
    let (_, time, _) = fresh
        .iter()
        .map(|file| timed(&|| count(file)))
        .min_by_key(|time| time.1)
        .expect("rounds");
    let form = time.as_secs_f64();
    println!(
        "\na form that shares no part with the one before: {:.4} ms\nbeside it, a file of another kind:",
        form * 1e3
    );
    for (what, file) in others(&files[0]) {
        let read = || read_workbook(&file).map_or(0, |grid| grid.sheets[0].cells.len());
        let (_, time, cells) = (0..60)
            .map(|_| timed(&read))
            .min_by_key(|time| time.1)
            .expect("rounds");
        println!(
            "{what:<36} {:>8} bytes {:>8.4} ms  x {:>6.2}  {cells} cells",
            file.len(),
            time.as_secs_f64() * 1e3,
            time.as_secs_f64() / form,
        );
    }
}

fn by_calamine(file: &[u8]) -> usize {
    let mut book = Xlsx::new(Cursor::new(file)).expect("a workbook");
    let name = book.sheet_names()[0].clone();
    let mut cells = book.worksheet_cells_reader(&name).expect("a sheet");
    let mut count = 0;
    while let Some(cell) = cells.next_cell().expect("a cell") {
        count += usize::from(*cell.get_value() != calamine::DataRef::Empty);
    }
    count
}

fn count(file: &[u8]) -> usize {
    let grid = read_workbook(file).expect("a grid");
    grid.sheets[0].cells.len()
}

/// All files through the pool, from as many threads as keep its readers busy.
fn through(pool: &ReaderPool, files: &[Arc<[u8]>]) -> usize {
    std::thread::scope(|scope| {
        let parts = files.chunks(files.len().div_ceil(READERS * 2));
        let threads: Vec<_> = parts
            .map(|part| {
                scope.spawn(move || {
                    let read = |file: &Arc<[u8]>| pool.read_blocking(file.clone());
                    let cells = part.iter().map(|file| {
                        let grid = read(file).expect("a grid");
                        grid.sheets[0].cells.len()
                    });
                    cells.sum::<usize>()
                })
            })
            .collect();
        threads.into_iter().map(|t| t.join().expect("ends")).sum()
    })
}

/// A form whose sheet, strings or styles are something else.
fn others(form: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let sheet = |rows: String| format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
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
        ("the form itself, packed again", with(form, "", "")),
        (
            "A1 and XFD1048576",
            with(form, part, &sheet(far.to_owned())),
        ),
        (
            "300,000 formatted rows",
            with(form, part, &sheet(rows(300_000, 0))),
        ),
        (
            "100,000 rows of 8 formatted cells",
            with(form, part, &sheet(rows(100_000, 8))),
        ),
        (
            "100,000 shared strings",
            with(form, "xl/sharedStrings.xml", &strings(100_000)),
        ),
        (
            "50,000 cell styles",
            with(form, "xl/styles.xml", &formats(50_000)),
        ),
        (
            "16 MiB of spaces in the sheet",
            with(form, part, &sheet(" ".repeat(16 << 20))),
        ),
    ]
}

/// The form with a remark of its own in every part.
fn alone(package: &[u8], number: usize) -> Vec<u8> {
    repacked(package, |_, data| {
        data.extend_from_slice(format!("<!--{number}-->").as_bytes());
    })
}

/// A package with one part replaced.
fn with(package: &[u8], name: &str, data: &str) -> Vec<u8> {
    repacked(package, |found, part| {
        if found == name {
            *part = data.as_bytes().to_vec();
        }
    })
}

/// A package packed again, each part as `change` leaves it.
fn repacked(package: &[u8], change: impl Fn(&str, &mut Vec<u8>)) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(package)).expect("an archive");
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut part = from.by_index(index).expect("a part");
        let found = part.name().expect("a name").into_owned();
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated);
        to.start_file(&found, options).expect("memory");
        let mut data = Vec::new();
        part.read_to_end(&mut data).expect("inflates");
        change(&found, &mut data);
        to.write_all(&data).expect("memory");
    }
    to.finish().expect("memory").into_inner()
}
