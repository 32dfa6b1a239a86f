//! `torimatome responses import` with the real program: what it says, what it writes, and what is left of
//! it when it is killed.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};
use std::time::Duration;

use torimatome::config::sqlite_url;
use torimatome::domain::intake::{FileReport, Outcome};
use torimatome::domain::local_government_code::LocalGovernmentCode;
use torimatome::domain::organization::Organization;
use torimatome::domain::response::{Form1, read};
use torimatome::domain::response_status::{ResponseEvent, ResponseStatus};
use torimatome::domain::survey_edition::{EditionDefinition, EditionState};
use torimatome::spreadsheet::{FormBody, form1_file_name, write_form1};
use torimatome::store::Store;
use torimatome::workflow::Desk;

use crate::app::{OPEN, OTARU, complete_form, edition};
use crate::server::{Office, desk, program};

/// An edition that is over and was never open here.
const PAST: &str = "fy2026";

/// A data folder of its own with a fresh SQLite database.
struct Fresh {
    folder: tempfile::TempDir,
    forms: tempfile::TempDir,
}

impl Fresh {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            forms: tempfile::tempdir().expect("a folder"),
        }
    }

    async fn desk(&self) -> Desk {
        let url = sqlite_url(&self.folder.path().join("torimatome.db"));
        desk(&url).await
    }

    fn import(&self, arguments: &[&str]) -> Output {
        let mut command = program(&["responses", "import"], self.folder.path());
        command.args(arguments).arg(self.forms.path());
        command.output().expect("runs")
    }
}

fn text(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    format!("{out}{err}")
}

fn status(output: &Output) -> i32 {
    output.status.code().expect("was not killed")
}

/// The bodies whose code begins so, with their forms written into a folder.
async fn write_forms(desk: &Desk, key: &str, start: &str, folder: &Path) -> Vec<Organization> {
    let found = desk.store.edition(&edition(key)).await.expect("reads");
    let definition = found.expect("ships with the program").definition;
    let bodies = desk.store.organizations().await.expect("reads");
    let bodies = bodies.into_iter();
    let bodies: Vec<_> = bodies
        .filter(|body| body.code.as_str().starts_with(start))
        .collect();
    for body in &bodies {
        write_form(&definition, body, folder, "福祉課");
    }
    bodies
}

fn write_form(
    definition: &EditionDefinition,
    body: &Organization,
    folder: &Path,
    department: &str,
) -> PathBuf {
    let form = form_of(definition, body, department);
    let named = FormBody {
        code: body.code,
        name: &body.name,
    };
    let bytes = write_form1(definition, &named, Some(&form), None).expect("writes");
    let path = folder.join(form1_file_name(body.code, &body.name));
    std::fs::write(&path, bytes).expect("writes");
    path
}

fn form_of(definition: &EditionDefinition, body: &Organization, department: &str) -> Form1 {
    let mut input = complete_form();
    input.contact.department = department.to_owned();
    let form = read(definition, &body.respondent_class(), &input).form;
    form.expect("reads")
}

fn report(path: &Path) -> Vec<FileReport> {
    let text = std::fs::read_to_string(path).expect("was written");
    let json: serde_json::Value = serde_json::from_str(&text).expect("is JSON");
    serde_json::from_value(json["files"].clone()).expect("is a list of reports")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_past_edition_is_filled_closed_and_may_be_filled_further() {
    let fresh = Fresh::new();
    assert_eq!(
        status(
            &program(&["migrate"], fresh.folder.path())
                .output()
                .expect("runs")
        ),
        0
    );
    let desk = fresh.desk().await;
    let bodies = write_forms(&desk, PAST, "02", fresh.forms.path()).await;
    let out = fresh.folder.path().join("report.json");
    let out_text = out.display().to_string();

    // Reading alone leaves no trace.
    let dry = fresh.import(&["--edition", PAST, "--dry-run", "--report", &out_text]);
    assert_eq!(status(&dry), 0, "{}", text(&dry));
    let dry_files = report(&out);
    assert_eq!(dry_files.len(), bodies.len());
    let past = desk
        .store
        .edition(&edition(PAST))
        .await
        .expect("reads")
        .expect("ships");
    assert_eq!(past.state, EditionState::Preparing);
    assert!(!desk.store.has_respondents(past.id).await.expect("reads"));

    let done = fresh.import(&["--edition", PAST, "--report", &out_text]);
    assert_eq!(status(&done), 0, "{}", text(&done));
    assert!(text(&done).contains("取込み"), "{}", text(&done));
    assert_eq!(report(&out), dry_files);
    for (body, file) in bodies.iter().zip(&dry_files) {
        assert_eq!(file.file, form1_file_name(body.code, &body.name));
        assert_eq!(file.code, Some(body.code));
        assert_ne!(file.outcome, Outcome::Rejected, "{:?}", file.problems);
    }
    let past = desk
        .store
        .edition(&edition(PAST))
        .await
        .expect("reads")
        .expect("ships");
    assert_eq!(past.state, EditionState::Closed);
    for body in &bodies {
        assert_eq!(
            revisions(&desk.store, PAST, body.code).await,
            1,
            "{}",
            body.name
        );
    }
    // Again: nothing changes. One more file: it is taken.
    let again = fresh.import(&["--edition", PAST]);
    assert_eq!(status(&again), 0, "{}", text(&again));
    assert_eq!(revisions(&desk.store, PAST, bodies[0].code).await, 1);
    write_form(&past.definition, &bodies[0], fresh.forms.path(), "健康課");
    let newer = fresh.import(&["--edition", PAST]);
    assert_eq!(status(&newer), 0, "{}", text(&newer));
    assert_eq!(revisions(&desk.store, PAST, bodies[0].code).await, 2);
}

async fn revisions(store: &Store, key: &str, code: LocalGovernmentCode) -> i32 {
    let record = store.response(&edition(key), code).await.expect("reads");
    let record = record.expect("takes part");
    let revisions = store.revisions(record.id).await.expect("reads");
    assert_eq!(revisions.len(), record.revision_number as usize);
    record.revision_number
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_run_says_so_and_does_nothing() {
    let fresh = Fresh::new();
    let folder = fresh.folder.path();
    assert_eq!(
        status(&program(&["migrate"], folder).output().expect("runs")),
        0
    );
    let empty = fresh.import(&["--edition", OPEN, "--dry-run"]);
    assert_eq!(status(&empty), 2, "{}", text(&empty));
    let desk = fresh.desk().await;
    write_forms(&desk, OPEN, "02", fresh.forms.path()).await;
    let unwritable = folder.join("no/such/place.json").display().to_string();
    let odd = folder.join("report.txt").display().to_string();
    for arguments in [
        &["--edition", "fy1999"][..],
        &["--edition", "令和7年度"],
        // To come: it has to be opened first.
        &["--edition", OPEN],
        &["--edition", PAST, "--received", "2999-01-01"],
        &["--edition", PAST, "--received", "きのう"],
        &["--edition", PAST, "--report", &unwritable],
        &["--edition", PAST, "--report", &odd],
        &["--edition", PAST, "/no/such/file.xlsx"],
    ] {
        let output = fresh.import(arguments);
        assert_eq!(status(&output), 2, "{arguments:?}: {}", text(&output));
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
    let past = desk
        .store
        .edition(&edition(PAST))
        .await
        .expect("reads")
        .expect("ships");
    assert!(!desk.store.has_respondents(past.id).await.expect("reads"));
    // Reading alone works for every edition.
    let dry = fresh.import(&["--edition", OPEN, "--dry-run"]);
    assert_eq!(status(&dry), 0, "{}", text(&dry));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_file_is_reported_in_its_order_also_those_that_do_not_open() {
    let office = Office::new().await;
    let fresh = Fresh::new();
    let bodies = write_forms(&office.desk, OPEN, "0120", fresh.forms.path()).await;
    let forms = fresh.forms.path();
    std::fs::write(forms.join("0_メモ.txt"), "様式ではありません").expect("writes");
    std::fs::write(forms.join("~$様式1.xlsx"), "x").expect("writes");
    let folder = forms.join("送付済");
    std::fs::create_dir(&folder).expect("a folder");
    let mut archive =
        zip::ZipWriter::new(std::fs::File::create(folder.join("送付.zip")).expect("opens"));
    let options = zip::write::SimpleFileOptions::default();
    let definition = office.desk.store.edition(&edition(OPEN)).await;
    let definition = definition.expect("reads").expect("is open").definition;
    let otaru: LocalGovernmentCode = OTARU.parse().expect("a code");
    let at = bodies.iter().position(|body| body.code == otaru);
    let at = at.expect("小樽市 is in 北海道");
    let other = tempfile::tempdir().expect("a folder");
    let path = write_form(&definition, &bodies[at], other.path(), "健康課");
    archive.start_file("修正.xlsx", options).expect("starts");
    archive
        .write_all(&std::fs::read(path).expect("reads"))
        .expect("writes");
    archive.finish().expect("ends");

    let out = fresh.folder.path().join("report.xlsx");
    let json = fresh.folder.path().join("report.json");
    let import = |arguments: &[&str], out: &Path| {
        let mut command = program(&["responses", "import"], fresh.folder.path());
        command.env("DATABASE_URL", office.url());
        command.args(["--edition", OPEN, "--report"]).arg(out);
        command.args(arguments).arg(forms).output().expect("runs")
    };
    let dry = import(&["--dry-run"], &json);
    assert_eq!(status(&dry), 1, "{}", text(&dry));
    let said = report(&json);
    let done = import(&[], &json);
    assert_eq!(status(&done), 1, "{}", text(&done));
    let files = report(&json);
    assert_eq!(files, said, "the dry run told the same");
    assert_eq!(files.len(), bodies.len() + 2);
    assert_eq!(files[0].file, "0_メモ.txt");
    assert_eq!((files[0].code, files[0].outcome), (None, Outcome::Rejected));
    assert!(!files[0].problems.is_empty());
    let last = files.last().expect("has files");
    assert_eq!(last.file, "送付済/送付.zip/修正.xlsx");
    // 小樽市 came twice with different content: neither is taken, each names the other.
    let first = &files[at + 1];
    for (file, other) in [(first, last), (last, first)] {
        assert_eq!((file.code, file.outcome), (Some(otaru), Outcome::Rejected));
        assert!(
            file.problems[0].message.contains(&other.file),
            "{:?}",
            file.problems
        );
    }
    let taken = files
        .iter()
        .filter(|file| file.outcome != Outcome::Rejected);
    assert_eq!(taken.count(), bodies.len() - 1);
    for body in &bodies {
        let expected = i32::from(body.code != otaru);
        let found = office.desk.store.response(&edition(OPEN), body.code).await;
        let record = found.expect("reads").expect("takes part");
        assert_eq!(record.revision_number, expected, "{}", body.name);
    }
    let book = import(&[], &out);
    assert_eq!(status(&book), 1, "{}", text(&book));
    assert!(std::fs::read(&out).expect("was written").starts_with(b"PK"));
}

/// Every answer of these bodies is whole: none, or one revision with its event and audit row.
async fn whole(store: &Store, key: &str, bodies: &[Organization]) -> usize {
    let mut taken = 0;
    for body in bodies {
        let record = store
            .response(&edition(key), body.code)
            .await
            .expect("reads");
        let Some(record) = record else { continue };
        let revisions = store.revisions(record.id).await.expect("reads");
        let history = store.history(record.id).await.expect("reads");
        let subject = format!("response/{key}/{}", body.code);
        let audit = store.audit_of(&subject).await.expect("reads");
        let expected = usize::from(record.revision_number > 0);
        assert_eq!(revisions.len(), expected, "{}", body.name);
        assert_eq!(history.len(), expected, "{}", body.name);
        let action = ResponseEvent::EnterByProxy.as_str();
        let audited = audit.iter().filter(|row| row.action == action).count();
        assert_eq!(audited, expected, "{}", body.name);
        if expected == 1 {
            assert_eq!(record.status, ResponseStatus::Submitted);
            let file = revisions[0].intake_file.expect("came from a file");
            let file = store
                .intake_file(file)
                .await
                .expect("reads")
                .expect("is kept");
            assert_eq!(file.code, Some(body.code));
            let original = file.sha256.expect("was kept");
            let original = store.original(&original).await.expect("reads");
            assert!(original.is_some(), "{}", body.name);
        } else {
            assert_eq!(record.status, ResponseStatus::NotStarted);
        }
        taken += expected;
    }
    taken
}

fn start(office: &Office, folder: &Path, forms: &Path) -> Child {
    let mut command = program(&["responses", "import", "--edition", OPEN], folder);
    command.env("DATABASE_URL", office.url()).arg(forms);
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    quiet.spawn().expect("starts")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_the_middle_it_leaves_whole_answers_and_a_second_run_ends_the_same() {
    let office = Office::new().await;
    let fresh = Fresh::new();
    let (folder, forms) = (fresh.folder.path(), fresh.forms.path());
    let bodies = write_forms(&office.desk, OPEN, "0", forms).await;
    assert!(bodies.len() > 400);
    let mut seen = Vec::new();
    for millis in [200, 500, 900] {
        let mut child = start(&office, folder, forms);
        tokio::time::sleep(Duration::from_millis(millis)).await;
        let ended = child.try_wait().expect("can be asked").is_some();
        // Whether it is over by now does not matter.
        let _ = child.kill();
        child.wait().expect("has ended");
        let taken = whole(&office.desk.store, OPEN, &bodies).await;
        seen.push(taken);
        if ended {
            break;
        }
    }
    let mut child = start(&office, folder, forms);
    let status = child.wait().expect("ends");
    assert!(status.success(), "{status}");
    let taken = whole(&office.desk.store, OPEN, &bodies).await;
    assert_eq!(taken, bodies.len(), "before: {seen:?}");
}
