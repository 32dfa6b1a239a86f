//! `cargo bench --bench intake`: taking in the country's files, as ratios to a bare calamine loop over the
//! same files on one thread, and to an openpyxl script that reads and counts (Debian: python3-openpyxl), in
//! the same run. It prints and judges nothing.
//!
//! `cargo bench --bench intake -- photograph` measures only the files of kinds of that name.
//!
//! Files: Form 1 as our writer makes it, one a body, each with its own numbers.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use calamine::{Data, Reader, Xlsx};
use jiff::ToSpan;
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement, TransactionTrait};
use sha2::{Digest, Sha256};
use torimatome::app::open_desk;
use torimatome::config::Settings;
use torimatome::domain::account::{Actor, ActorBody, Role};
use torimatome::domain::application_intent::ApplicationIntent;
use torimatome::domain::coordination_contact::CoordinationContact;
use torimatome::domain::japan_time::SystemClock;
use torimatome::domain::response::{Form1, SchemeAnswer};
use torimatome::domain::survey_edition::EditionDates;
use torimatome::spreadsheet::intake::process::PoolSettings;
use torimatome::spreadsheet::{FormBody, form1_file_name, write_form1};
use torimatome::workflow::Desk;
use torimatome::workflow::editions::open_edition;
use torimatome::workflow::intake::{
    ImportOptions, ImportSummary, IntakeRoom, import_files, plan_import, send_own,
};

mod kinds;
#[path = "kinds/whole.rs"]
mod whole;

const EDITION: &str = "fy2026";
const RUNS: usize = 5;
/// Files of a kind.
const OF_A_KIND: usize = 300;
/// Files of a kind that come one after the other.
const ALONE: usize = 60;

async fn desk(folder: &Path) -> Desk {
    let listen = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let settings = Settings::load(folder, listen, None).expect("settings");
    let desk = open_desk(&settings, Arc::new(SystemClock)).await;
    let desk = desk.expect("opens");
    Desk {
        intake: IntakeRoom::with(PoolSettings {
            executable: PathBuf::from(env!("CARGO_BIN_EXE_torimatome")),
            readers: 2,
            waiting: 16,
            time: Duration::from_secs(5),
        }),
        ..desk
    }
}

/// One file a body; gives their paths.
async fn write_forms(desk: &Desk, folder: &Path) -> Vec<PathBuf> {
    let edition = desk.store.edition(&EDITION.parse().expect("a key")).await;
    let definition = edition.expect("reads").expect("ships").definition;
    let bodies = desk.store.organizations().await.expect("reads");
    let mut paths = Vec::new();
    for (number, body) in (1_u32..).zip(&bodies) {
        let mut form = Form1 {
            contact: CoordinationContact {
                department: format!("福祉部 医療助成課 第{number}係"),
                email: "iryo@city.example".parse().expect("an address"),
                phone: "03-0000-0000".parse().expect("a number"),
            },
            intents: [ApplicationIntent::FirstRound].into(),
            intent_text: String::new(),
            schemes: Default::default(),
            other_text: String::new(),
            extra: Default::default(),
            extra_typed: Default::default(),
        };
        for (position, row) in (0_u32..).zip(definition.rows.iter().filter(|row| !row.needs_text)) {
            if (number + position).is_multiple_of(3) {
                let count = (number * 37 + position * 101) % 40_000;
                let answer = SchemeAnswer {
                    target: true,
                    recipients: count.try_into().ok(),
                    typed: None,
                };
                form.schemes.insert(row.scheme.clone(), answer);
            }
        }
        let named = FormBody {
            code: body.code,
            name: &body.name,
        };
        let bytes = write_form1(&definition, &named, Some(&form), None).expect("writes");
        let path = folder.join(form1_file_name(body.code, &body.name));
        std::fs::write(&path, bytes).expect("writes");
        paths.push(path);
    }
    paths
}

/// What it is compared with: opens every file and looks at every cell.
fn bare(paths: &[PathBuf]) -> Duration {
    let start = Instant::now();
    let mut cells = 0_u64;
    for path in paths {
        let bytes = std::fs::read(path).expect("reads");
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).expect("opens");
        let name = book.sheet_names().first().cloned().expect("has a sheet");
        let range = book.worksheet_range(&name).expect("reads");
        cells += range
            .used_cells()
            .filter(|(_, _, value)| **value != Data::Empty)
            .count() as u64;
    }
    assert!(cells > paths.len() as u64 * 50);
    start.elapsed()
}

/// A read-only script of the kind people write; it stores and checks nothing.
const OPENPYXL: &str = "
import glob, sys, openpyxl
cells = 0
for path in glob.glob(sys.argv[1] + '/*.xlsx'):
    book = openpyxl.load_workbook(path, read_only=True)
    for sheet in book:
        for row in sheet.iter_rows(values_only=True):
            cells += sum(value is not None for value in row)
    book.close()
print(cells)
";

/// The script over all files; `None` where Python or openpyxl is not there.
fn openpyxl(folder: &Path) -> Option<Duration> {
    let with = |python: &str, script: &str| {
        let mut python = Command::new(python);
        python.args(["-c", script]).arg(folder).output()
    };
    let has_it = |python: &&str| {
        let asked = with(python, "import openpyxl");
        asked.is_ok_and(|asked| asked.status.success())
    };
    let python = ["python3", "/usr/bin/python3"].into_iter().find(has_it)?;
    let run = |script: &str| with(python, script);
    let start = Instant::now();
    let output = run(OPENPYXL).expect("runs");
    let time = start.elapsed();
    let cells: u64 = String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .ok()?;
    assert!(
        output.status.success() && cells > 1_788 * 50,
        "{cells} cells"
    );
    Some(time)
}

async fn import(desk: &Desk, paths: &[PathBuf]) -> (Duration, ImportSummary) {
    let options = ImportOptions {
        key: EDITION.parse().expect("a key"),
        dry_run: false,
        replace: false,
        received: None,
        report: false,
    };
    let start = Instant::now();
    let plan = plan_import(desk, options, paths).await.expect("a plan");
    let actor = Actor::operator("bench");
    let summary = import_files(desk, &actor, plan, &mut |_| {}, None).await;
    (start.elapsed(), summary.expect("runs"))
}

/// What files of another kind cost from door to database, beside as many forms that share no part either.
/// Of the kinds only those whose names contain `only`.
async fn by_kind(forms: &[PathBuf], only: &str) {
    let forms: Vec<_> = forms
        .iter()
        .map(|path| std::fs::read(path).expect("reads"))
        .collect();
    let kinds = kinds::kinds();
    let bomb = whole::bomb();
    let mut made: Vec<(&str, Make<'_>)> =
        vec![("forms that share no part", Box::new(kinds::alone))];
    for kind in &kinds {
        let of = |form: &[u8], remark: &str| kind.of(form, remark, remark);
        made.push((kind.what, Box::new(of)));
    }
    let of = |_: &[u8], remark: &str| whole::with_remark(&bomb, remark);
    made.push(("1 GiB of spaces in 1 MB", Box::new(of)));
    let photo = |form: &[u8], remark: &str| whole::with_photo(form, remark, 300 << 10);
    made.push(("a photograph of 300 kB beside the form", Box::new(photo)));
    let photo = |form: &[u8], remark: &str| whole::with_photo(form, remark, 4_900 << 10);
    made.push(("a photograph of 4.9 MB beside the form", Box::new(photo)));
    let made: Vec<_> = made
        .into_iter()
        .enumerate()
        .filter(|(number, (what, _))| *number == 0 || what.contains(only))
        .map(|(_, kind)| kind)
        .collect();
    let folders: Vec<_> = made
        .iter()
        .map(|(what, make)| (*what, written(&forms, make)))
        .collect();
    let mut times = vec![Vec::new(); folders.len()];
    for _ in 0..RUNS {
        for ((_, folder), times) in folders.iter().zip(&mut times) {
            let place = tempfile::tempdir().expect("a folder");
            let desk = desk(place.path()).await;
            let (time, summary) = import(&desk, &[folder.path().to_owned()]).await;
            assert_eq!(summary.files(), forms.len() as u64);
            times.push(time);
            desk.store.close().await.expect("closes");
        }
    }
    println!(
        "{} files of a kind; below each, its bytes hashed and kept as they came by a bare loop, and only hashed:",
        forms.len()
    );
    let one = middle(times[0].clone());
    for ((what, folder), times) in folders.iter().zip(times) {
        let time = middle(times);
        print(what, time, one);
        let mut kept = Vec::new();
        for _ in 0..RUNS {
            kept.push(bare_keeping(folder.path()).await);
        }
        let kept = middle(kept);
        print("    kept as it came by a bare loop", kept, one);
        let hashed = (0..RUNS).map(|_| bare_hashing(folder.path())).collect();
        print(
            "    only read and hashed, on two threads",
            middle(hashed),
            one,
        );
    }
    let of_one: Vec<(&str, MakeOne<'_>)> = made
        .iter()
        .map(|(what, make)| {
            let own = |remark: &str| make(&forms[0], remark);
            (*what, Box::new(own) as MakeOne<'_>)
        })
        .collect();
    by_own_door(&of_one).await;
}

/// Makes a file of a kind of a form; the remark makes it another file.
type Make<'k> = Box<dyn Fn(&[u8], &str) -> Vec<u8> + 'k>;
/// The same of one form.
type MakeOne<'k> = Box<dyn Fn(&str) -> Vec<u8> + 'k>;

/// The same, one file after the other as a body sends its own: read, kept and ready to be looked at.
async fn by_own_door(made: &[(&str, MakeOne<'_>)]) {
    let place = tempfile::tempdir().expect("a folder");
    let desk = desk(place.path()).await;
    let key = EDITION.parse().expect("a key");
    let day = desk.now().japan_date().saturating_add(90.days());
    let dates = EditionDates {
        deadline_on: day,
        last_new_answer_on: day,
        last_change_on: day,
    };
    let opened = open_edition(&desk, &Actor::operator("bench"), &key, dates).await;
    opened.expect("opens");
    let body = desk.store.organizations().await.expect("reads").remove(0);
    let actor = Actor {
        role: Role::of(Some((body.code, body.kind))),
        body: Some(ActorBody {
            code: body.code,
            name: body.name,
            kind: body.kind,
        }),
        ..Actor::operator("bench")
    };
    let mut times = vec![Vec::new(); made.len()];
    for number in 0..ALONE {
        for ((_, make), times) in made.iter().zip(&mut times) {
            let file = std::io::Cursor::new(make(&number.to_string()));
            let start = Instant::now();
            let sent = send_own(&desk, &actor, &key, "1.xlsx", file).await;
            times.push(start.elapsed());
            sent.expect("is kept");
        }
    }
    desk.store.close().await.expect("closes");
    println!("one file after the other, by a body's own door ({ALONE} of a kind):");
    let one = middle(times[0].clone());
    for ((what, _), times) in made.iter().zip(times) {
        print(what, middle(times), one);
    }
}

/// What keeping each original costs as it came, on one thread: read, SHA-256, one row a file, one commit.
async fn bare_keeping(files: &Path) -> Duration {
    let place = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}/kept.db?mode=rwc", place.path().display());
    let database = Database::connect(url).await.expect("opens");
    let settings = "PRAGMA journal_mode = wal; PRAGMA synchronous = full; PRAGMA wal_autocheckpoint = 28000; \
                    CREATE TABLE kept (sha256 TEXT PRIMARY KEY, bytes BLOB)";
    let set = database.execute_unprepared(settings).await;
    set.expect("a table");
    let start = Instant::now();
    let transaction = database.begin().await.expect("begins");
    for entry in std::fs::read_dir(files).expect("a folder") {
        let bytes = std::fs::read(entry.expect("an entry").path()).expect("reads");
        let sha256: String = Sha256::digest(&bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let insert = Statement::from_sql_and_values(
            DbBackend::Sqlite,
            "INSERT INTO kept VALUES (?, ?)",
            [sha256.into(), bytes.into()],
        );
        transaction.execute_raw(insert).await.expect("inserts");
    }
    transaction.commit().await.expect("commits");
    let time = start.elapsed();
    database.close().await.expect("closes");
    time
}

/// Below what nothing that knows each original by its hash can come on two cores: read and SHA-256.
fn bare_hashing(files: &Path) -> Duration {
    let entries = std::fs::read_dir(files).expect("a folder");
    let paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    let start = Instant::now();
    std::thread::scope(|threads| {
        for half in paths.chunks(paths.len().div_ceil(2)) {
            threads.spawn(move || {
                for path in half {
                    let bytes = std::fs::read(path).expect("reads");
                    std::hint::black_box(Sha256::digest(&bytes));
                }
            });
        }
    });
    start.elapsed()
}

/// Each form made into something else, in a folder.
fn written(forms: &[Vec<u8>], make: impl Fn(&[u8], &str) -> Vec<u8>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (number, form) in forms.iter().enumerate() {
        let file = make(form, &number.to_string());
        std::fs::write(folder.path().join(format!("{number}.xlsx")), file).expect("writes");
    }
    folder
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Highest resident memory of this process so far, in MB.
fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kib.unwrap_or(0.0) / 1024.0
}

fn print(what: &str, time: Duration, one: Duration) {
    println!(
        "{what}: {:.3} s = {:.2} x",
        time.as_secs_f64(),
        time.as_secs_f64() / one.as_secs_f64()
    );
}

#[tokio::main]
async fn main() {
    let forms = tempfile::tempdir().expect("a folder");
    let place = tempfile::tempdir().expect("a folder");
    let first = desk(place.path()).await;
    let paths = write_forms(&first, forms.path()).await;
    let size: u64 = paths
        .iter()
        .map(|path| path.metadata().map_or(0, |facts| facts.len()))
        .sum();
    println!("{} files, {:.1} MB", paths.len(), size as f64 / 1e6);
    first.store.close().await.expect("closes");
    println!("memory before: {:.0} MB", peak_mb());

    let only = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    if let Some(only) = only {
        return by_kind(&paths[..OF_A_KIND], &only).await;
    }

    bare(&paths);
    let mut bares = Vec::new();
    let mut imports = Vec::new();
    let mut again = Vec::new();
    for _ in 0..RUNS {
        bares.push(bare(&paths));
        let place = tempfile::tempdir().expect("a folder");
        let desk = desk(place.path()).await;
        let (time, summary) = import(&desk, &[forms.path().to_owned()]).await;
        assert_eq!(summary.files(), paths.len() as u64);
        assert_eq!(summary.rejected, 0, "{:?}", summary.refused.first());
        imports.push(time);
        let (time, summary) = import(&desk, &[forms.path().to_owned()]).await;
        assert_eq!(summary.unchanged, paths.len() as u64);
        again.push(time);
        desk.store.close().await.expect("closes");
    }
    let one = middle(bares);
    print("bare calamine loop", one, one);
    print("import, end to end", middle(imports.clone()), one);
    match openpyxl(forms.path()) {
        Some(time) => {
            print("openpyxl, reading only", time, one);
            println!(
                "that is {:.1} x of the import",
                time.as_secs_f64() / middle(imports.clone()).as_secs_f64()
            );
        }
        None => println!("openpyxl, reading only: not measured, python3 with openpyxl is missing"),
    }
    print("the same files again", middle(again), one);

    let mut commands = Vec::new();
    for _ in 0..RUNS {
        let place = tempfile::tempdir().expect("a folder");
        let command = |arguments: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_torimatome"));
            command.args(arguments).arg("--data-dir").arg(place.path());
            command.env_remove("DATABASE_URL").env("RUST_LOG", "error");
            command
        };
        let status = command(&["migrate"]).output().expect("runs").status;
        assert!(status.success());
        let start = Instant::now();
        let output = command(&["responses", "import", "--edition", EDITION])
            .arg(forms.path())
            .output();
        commands.push(start.elapsed());
        assert!(output.expect("runs").status.success());
    }
    print("the command as a process", middle(commands), one);

    // Ten times the files: ten folders, the same answers.
    let many = tempfile::tempdir().expect("a folder");
    for copy in 0..10 {
        let folder = many.path().join(copy.to_string());
        std::fs::create_dir(&folder).expect("a folder");
        for path in &paths {
            let name = path.file_name().expect("a name");
            std::fs::copy(path, folder.join(name)).expect("copies");
        }
    }
    let place = tempfile::tempdir().expect("a folder");
    let desk = desk(place.path()).await;
    let (time, summary) = import(&desk, &[many.path().to_owned()]).await;
    assert_eq!(summary.files(), paths.len() as u64 * 10);
    desk.store.close().await.expect("closes");
    print("ten times the files", time, one);
    println!(
        "that is {:.1} x of one country; highest memory of this process: {:.0} MB",
        time.as_secs_f64() / middle(imports).as_secs_f64(),
        peak_mb()
    );

    // Last: files of some kinds are large, and what they take stays in the highest memory above.
    by_kind(&paths[..OF_A_KIND], "").await;
}
