//! Reading the whole country's Form 1, beside a bare calamine loop over the same files in memory.
//!
//! `cargo bench --bench reading`. Each figure is the best of five rounds; what counts are the ratios in one run.

use std::io::Cursor;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use calamine::{Reader, Xlsx};
use torimatome::domain::application_intent::ApplicationIntent;
use torimatome::domain::coordination_contact::CoordinationContact;
use torimatome::domain::recipient_count::RecipientCount;
use torimatome::domain::response::{Form1, SchemeAnswer};
use torimatome::domain::survey_edition::EditionDefinition;
use torimatome::spreadsheet::intake::process::{PoolSettings, ReaderPool};
use torimatome::spreadsheet::intake::read_workbook;
use torimatome::spreadsheet::{FormBody, write_form1};

const ROUNDS: usize = 5;
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

fn best(mut round: impl FnMut() -> usize) -> (Duration, usize) {
    let rounds = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        let cells = round();
        (start.elapsed(), cells)
    });
    rounds.min().expect("rounds")
}

fn main() {
    let files = forms();
    let bytes: usize = files.iter().map(|file| file.len()).sum();
    println!("{} files, {} bytes each", files.len(), bytes / files.len());
    let (bare, cells) = best(|| {
        let mut count = 0;
        for file in &files {
            let mut book = Xlsx::new(Cursor::new(file.as_ref())).expect("a workbook");
            let name = book.sheet_names()[0].clone();
            let mut cells = book.worksheet_cells_reader(&name).expect("a sheet");
            while let Some(cell) = cells.next_cell().expect("a cell") {
                count += usize::from(*cell.get_value() != calamine::DataRef::Empty);
            }
        }
        count
    });
    let say = |what: &str, time: Duration, cells: usize| {
        println!(
            "{what:<28} {:>8.1} ms {:>8.4} ms a file  x {:.2}  {cells} cells",
            time.as_secs_f64() * 1e3,
            time.as_secs_f64() * 1e3 / files.len() as f64,
            time.as_secs_f64() / bare.as_secs_f64(),
        );
    };
    say("bare calamine loop", bare, cells);
    let count = |file: &[u8]| {
        let grid = read_workbook(file).expect("a grid");
        grid.sheets[0].cells.len()
    };
    let (own, cells) = best(|| files.iter().map(|file| count(file)).sum());
    say("read_workbook in process", own, cells);
    let pool = ReaderPool::new(PoolSettings {
        executable: PathBuf::from(env!("CARGO_BIN_EXE_torimatome")),
        readers: READERS,
        waiting: 16,
        time: Duration::from_secs(5),
    })
    .expect("a pool");
    let (pooled, cells) = best(|| {
        let parts: Vec<_> = files.chunks(files.len().div_ceil(READERS * 2)).collect();
        std::thread::scope(|scope| {
            let threads: Vec<_> = parts
                .into_iter()
                .map(|part| {
                    let pool = pool.clone();
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
    });
    say("through two readers", pooled, cells);
}
