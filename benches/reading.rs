//! Reading the whole country's Form 1, beside a bare calamine loop over the same files in memory.
//!
//! `cargo bench --bench reading`. Each figure is the best of several rounds; what counts are the ratios in one run.

use std::io::Cursor;
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

mod kinds;

const ROUNDS: usize = 15;
const READERS: usize = 2;
/// Files of a kind.
const ALONE: usize = 20;

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
    by_kind(&files[0]);
}

/// Files of another kind beside forms, each sharing no part with the one before: files of one template share
/// parts that are read once, a file from elsewhere shares nothing.
fn by_kind(form: &[u8]) {
    let kinds = kinds::kinds();
    // All are made before the first is read: a reader process does nothing but read.
    let made = |make: &dyn Fn(&str) -> Vec<u8>| -> Vec<Vec<u8>> {
        (0..ALONE).map(|number| make(&number.to_string())).collect()
    };
    let mut sets = vec![made(&|remark| kinds::alone(form, remark))];
    for kind in &kinds {
        sets.push(made(&|remark| kind.of(form, remark, remark)));
        sets.push(made(&|remark| kind.of(form, "", remark)));
    }
    let read = |file: &[u8]| read_workbook(file).map_or(0, |grid| grid.sheets[0].cells.len());
    let mut best = vec![(Duration::MAX, 0); sets.len()];
    let mut arrived = Vec::new();
    for _ in 0..ROUNDS {
        for (best, files) in best.iter_mut().zip(&sets) {
            for file in files {
                // As it comes out of a pipe, not out of memory nobody touched for long.
                arrived.clone_from(file);
                let (_, own, cells) = timed(&|| read(&arrived));
                *best = (own.min(best.0), cells);
            }
        }
    }
    let ms = |of: usize| best[of].0.as_secs_f64() * 1e3;
    println!(
        "\na form that shares no part with the one before: {:.4} ms\nbeside it, files of another kind:",
        ms(0)
    );
    for (kind, first) in kinds.iter().zip((1..).step_by(2)) {
        println!(
            "{:<36} {:>8} bytes {:>8.4} ms  x {:>5.2}  {} cells; copies of one template x {:.2}",
            kind.what,
            sets[first][0].len(),
            ms(first),
            ms(first) / ms(0),
            best[first].1,
            ms(first + 1) / ms(0),
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
