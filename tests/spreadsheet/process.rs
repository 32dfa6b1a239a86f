//! The reader processes themselves: shut in, watched, replaced, and never more files than they can take.

use std::io::{Cursor, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::process::{Signal, kill_process, test_kill_process};
use torimatome::domain::intake::{FileProblem, Severity};
use torimatome::spreadsheet::intake::annotate::annotate;
use torimatome::spreadsheet::intake::process::{Busy, PoolSettings, ReaderPool};
use torimatome::spreadsheet::intake::{Refusal, RefusalKind};

use crate::readers::{normal, only_child, pid, pool, settings, status};

#[test]
fn a_reader_has_nothing_but_its_pipes() {
    let pool = pool();
    pool.read_blocking(normal()).expect("a form");
    let child = only_child(&pool);
    let mut open: Vec<_> = std::fs::read_dir(format!("/proc/{child}/fd"))
        .expect("runs")
        .map(|entry| {
            let path = entry.expect("is there").path();
            let to = std::fs::read_link(&path).expect("is open");
            let name = path.file_name().expect("a name");
            (name.to_string_lossy().into_owned(), to)
        })
        .collect();
    open.sort_by_key(|(name, _)| name.parse::<u32>().expect("a number"));
    let targets: Vec<_> = open
        .iter()
        .map(|(_, to)| to.display().to_string())
        .collect();
    // What else is open was open before our own program began, and cannot be used (`limits`).
    for (_, target) in &open[3..] {
        let inherited = std::fs::read_dir("/proc/self/fd")
            .expect("runs")
            .any(|entry| {
                let path = entry.expect("is there").path();
                std::fs::read_link(path).is_ok_and(|to| to == *target)
            });
        assert!(inherited, "{open:?}");
    }
    assert!(targets[0].starts_with("pipe:") && targets[1].starts_with("pipe:"));
    assert_eq!(targets[2], "/dev/null");
    assert_eq!(status(child, "NoNewPrivs:"), 1);
    assert_eq!(status(child, "Seccomp:"), 2);
    assert_eq!(status(child, "Threads:"), 1);
    let environment = std::fs::read(format!("/proc/{child}/environ")).expect("runs");
    assert!(environment.is_empty());
    let limits = std::fs::read_to_string(format!("/proc/{child}/limits")).expect("runs");
    for (limit, most) in [
        ("Max file size", 0),
        ("Max open files", 0),
        ("Max processes", 0),
        ("Max core file size", 0),
        ("Max cpu time", 10),
        ("Max address space", 1 << 30),
    ] {
        let line = limits.lines().find_map(|line| line.strip_prefix(limit));
        let soft = line.and_then(|rest| rest.split_whitespace().next());
        let soft: u64 = soft.expect("a limit").parse().expect("is limited");
        assert!(soft <= most, "{limit}: {soft}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_are_written_by_a_reader_too() {
    let pool = pool();
    let file: Arc<[u8]> = normal().into();
    let problem = |cell: &str| FileProblem {
        severity: Severity::Error,
        sheet: "様式1".to_owned(),
        cell: cell.to_owned(),
        found: "1,2x".to_owned(),
        message: "数字で入力してください。".to_owned(),
        place: None,
    };
    let problems = [problem("C9"), problem("")];
    let here = annotate(&file, &problems).expect("a workbook");
    assert_eq!(pool.annotate(file.clone(), &problems).await, Some(here));
    let child = only_child(&pool);
    // A long file goes over the pipe in pieces.
    let mut long = zip::ZipWriter::new_append(Cursor::new(file.to_vec())).expect("a package");
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    long.start_file("xl/media/image1.bmp", stored)
        .expect("starts");
    long.write_all(&[b'x'; 400_000]).expect("writes");
    let long = long.finish().expect("ends").into_inner();
    let here = annotate(&long, &problems).expect("a workbook");
    assert_eq!(pool.annotate(long, &problems).await, Some(here));
    // What cannot be written into is said to be so, by the same reader.
    assert_eq!(
        pool.annotate(b"PK no package".to_vec(), &problems).await,
        None
    );
    let long = [problem(&"C9".repeat(1 << 20))];
    assert_eq!(pool.annotate(file.clone(), &long).await, None);
    pool.read(file).await.expect("a form");
    assert_eq!(only_child(&pool), child);
}

#[test]
fn a_reader_that_hangs_or_dies_is_replaced() {
    let file: Arc<[u8]> = normal().into();
    let pool = ReaderPool::new(PoolSettings {
        time: Duration::from_secs(3),
        ..settings()
    })
    .expect("a pool");
    let grid = pool.read_blocking(file.clone()).expect("a form");
    // It hangs: the clock ends it, and this file is given up.
    let hung = only_child(&pool);
    kill_process(pid(hung), Signal::STOP).expect("runs");
    let start = Instant::now();
    let refusal = pool.read_blocking(file.clone()).expect_err("is given up");
    assert_eq!(refusal.kind, RefusalKind::GaveUp);
    assert!(start.elapsed() < Duration::from_secs(15));
    assert!(test_kill_process(pid(hung)).is_err(), "is still there");
    // The next file has a new reader.
    assert_eq!(pool.read_blocking(file.clone()), Ok(grid.clone()));
    let killed = only_child(&pool);
    assert_ne!(killed, hung);
    // It dies between two files: neither of them is to blame.
    kill_process(pid(killed), Signal::KILL).expect("runs");
    assert_eq!(pool.read_blocking(file.clone()), Ok(grid.clone()));
    let aborted = only_child(&pool);
    assert_ne!(aborted, killed);
    // It dies over a file: another one is asked, once.
    kill_process(pid(aborted), Signal::STOP).expect("runs");
    let asked = std::thread::spawn({
        let (pool, file) = (pool.clone(), file.clone());
        move || pool.read_blocking(file)
    });
    std::thread::sleep(Duration::from_millis(100));
    kill_process(pid(aborted), Signal::ABORT).expect("runs");
    kill_process(pid(aborted), Signal::CONT).expect("runs");
    assert_eq!(asked.join().expect("ends"), Ok(grid));
    let last = only_child(&pool);
    drop(pool);
    let gone = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        test_kill_process(pid(last)).is_err()
    });
    assert!(gone, "a reader outlived its pool");
}

#[test]
fn a_program_that_is_no_reader_is_not_believed() {
    for program in ["/nowhere/torimatome", "/bin/yes", "/bin/true", "/bin/cat"] {
        let pool = ReaderPool::new(PoolSettings {
            executable: PathBuf::from(program),
            time: Duration::from_secs(2),
            ..settings()
        })
        .expect("a pool");
        let refusal: Refusal = pool.read_blocking(normal()).expect_err("no reader");
        assert_eq!(refusal.kind, RefusalKind::GaveUp, "{program}");
        assert!(pool.children().is_empty());
    }
}

/// Lets others go on until so many files wait. A file may be on its way into the queue, so it asks twice.
async fn until_waiting(pool: &ReaderPool, count: usize) {
    let mut seen = 0;
    while seen < 3 {
        actix_web::rt::time::sleep(Duration::from_millis(50)).await;
        seen = if pool.waiting() == count { seen + 1 } else { 0 };
    }
}

#[actix_web::test]
async fn too_many_at_once_are_told_so() {
    let file: Arc<[u8]> = normal().into();
    let pool = ReaderPool::new(PoolSettings {
        waiting: 1,
        ..settings()
    })
    .expect("a pool");
    let grid = pool.read(file.clone()).await.expect("a form");
    let child = only_child(&pool);
    kill_process(pid(child), Signal::STOP).expect("runs");
    // One is being read, one waits, the third is sent away; one that must not be sent away waits, too.
    let first = actix_web::rt::spawn({
        let (pool, file) = (pool.clone(), file.clone());
        async move { pool.try_read(file).await }
    });
    until_waiting(&pool, 0).await;
    let second = actix_web::rt::spawn({
        let (pool, file) = (pool.clone(), file.clone());
        async move { pool.try_read(file).await }
    });
    until_waiting(&pool, 1).await;
    assert_eq!(pool.try_read(file.clone()).await, Err(Busy));
    let patient = actix_web::rt::spawn({
        let (pool, file) = (pool.clone(), file.clone());
        async move { pool.read(file).await }
    });
    kill_process(pid(child), Signal::CONT).expect("runs");
    assert_eq!(first.await.expect("ends"), Ok(Ok(grid.clone())));
    assert_eq!(second.await.expect("ends"), Ok(Ok(grid.clone())));
    assert_eq!(patient.await.expect("ends"), Ok(grid));
}
