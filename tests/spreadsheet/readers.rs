//! Reader processes for tests, a form to read in between, and what a grid must keep to.

use std::path::PathBuf;
use std::time::Duration;

use rustix::process::Pid;
use torimatome::spreadsheet::intake::process::{PoolSettings, ReaderPool};
use torimatome::spreadsheet::intake::{CellValue, Grid, bounds};
use torimatome::spreadsheet::{FormBody, write_form1};

use crate::support::{code, edition, form};

pub fn settings() -> PoolSettings {
    PoolSettings {
        executable: PathBuf::from(env!("CARGO_BIN_EXE_torimatome")),
        readers: 1,
        waiting: 16,
        time: Duration::from_secs(20),
    }
}

pub fn pool() -> ReaderPool {
    ReaderPool::new(settings()).expect("a pool")
}

pub fn normal() -> Vec<u8> {
    let body = FormBody {
        code: code("012025"),
        name: "函館市",
    };
    write_form1(&edition("fy2025"), &body, Some(&form()), None).expect("a workbook")
}

/// A line of a process's status in kB.
pub fn status(child: u32, line: &str) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{child}/status")).expect("runs");
    let found = text.lines().find_map(|found| found.strip_prefix(line));
    let number = found.and_then(|rest| rest.split_whitespace().next());
    number.expect("has the line").parse().expect("a number")
}

pub fn only_child(pool: &ReaderPool) -> u32 {
    let children = pool.children();
    assert_eq!(children.len(), 1);
    children[0]
}

pub fn pid(child: u32) -> Pid {
    Pid::from_raw(child.cast_signed()).expect("a process number")
}

pub fn assert_bounded(grid: &Grid) {
    let cells: usize = grid.sheets.iter().map(|sheet| sheet.cells.len()).sum();
    assert!(cells <= bounds::CELLS && grid.sheets.len() <= bounds::SHEETS);
    assert!(grid.names.len() <= bounds::NAMES);
    let mut bytes = 0;
    for cell in grid.sheets.iter().flat_map(|sheet| &sheet.cells) {
        assert!(cell.at.row < bounds::ROWS && cell.at.column < bounds::COLUMNS);
        if let CellValue::Text(text) = &cell.value {
            assert!(text.chars().count() <= bounds::CELL_CHARS);
            bytes += text.len();
        }
    }
    assert!(bytes <= bounds::TEXT_BYTES);
}
