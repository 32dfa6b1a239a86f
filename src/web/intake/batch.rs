//! `/editions/{key}/intake/{batch}`: how far a batch is, then what became of every file.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use super::batch_query::{Asked, GROUPS, PAGE, count_of};
use super::batches::batch_tag;
use super::{MENU, State, batch_of, file_tag};
use crate::domain::intake::Severity;
use crate::domain::intake_batch::{BatchState, Counts, FileState};
use crate::domain::japan_time;
use crate::domain::settling::Reason;
use crate::domain::survey_edition::EditionState;
use crate::domain::text::with_commas;
use crate::store::intake::FileLine;
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::page::{self, html_with, see_other};
use crate::web::session::{Post, Session};
use crate::web::state::AppState;
use crate::web::view::{Notice, Page, Problem, StatusTag};
use crate::workflow::intake::{
    AskedDecision, AskedFile, AskedNow, BatchView, asked_now, decide_asked,
};

/// Most files decided at once.
const DECIDED: usize = PAGE as usize;

#[derive(Template)]
#[template(path = "intake/batch.html")]
struct BatchPage {
    page: Page,
    problems: Vec<Problem>,
    path: String,
    list_path: String,
    edition_title: String,
    by: String,
    tag: StatusTag,
    /// Something is still being done.
    is_running: bool,
    is_stopped: bool,
    /// Files read so far, and all of them.
    done: u64,
    files: u64,
    skipped: u32,
    /// One sentence on how it went; empty while it runs.
    verdict: String,
    verdict_tone: &'static str,
    groups: Vec<Group>,
    text: String,
    total: String,
    shown_from: String,
    shown_to: String,
    lines: Vec<Line>,
    pages: Vec<PageLink>,
    may_decide: bool,
    is_narrowed: bool,
    back: String,
}

/// A filter above the table.
struct Group {
    key: &'static str,
    label: &'static str,
    count: u64,
    count_label: String,
    selected: bool,
}

/// One file.
struct Line {
    id: i64,
    href: String,
    name: String,
    /// Folder, ZIP or mail it lay in, and the mail's subject.
    lay_in: String,
    body: String,
    code: String,
    tag: StatusTag,
    reason: String,
    /// 「ほか3件」, 「読替え5か所」, 「要確認2件」.
    more: Vec<String>,
    asks: bool,
    /// Of the answer that it would overwrite; empty if nothing is known of it.
    version: String,
}

struct PageLink {
    number: u64,
    href: String,
    is_current: bool,
}

/// Edition key and id of the batch, as the address has them.
pub(super) type Path = web::Path<(String, String)>;

/// GET `/editions/{key}/intake/{batch}`.
pub async fn batch(request: HttpRequest, state: State, session: Session, path: Path) -> WebResult {
    let view = batch_of(&state, &session, &path.0, &path.1).await?;
    let form = FormData::parse(request.query_string())?;
    show(&state, &session, &view, &form, StatusCode::OK, None).await
}

/// POST `/editions/{key}/intake/{batch}`: decides the files that were ticked.
pub async fn decide(state: State, post: Post, path: Path) -> WebResult {
    let Post { session, form } = post;
    let view = batch_of(&state, &session, &path.0, &path.1).await?;
    let files: Vec<AskedFile> = form
        .all("file")
        .map(|id| asked_file(&form, id))
        .collect::<WebResult<_>>()?;
    let back = FormData::parse(form.text("back"))?;
    if files.is_empty() || files.len() > DECIDED {
        let problem = Problem {
            field_id: "files-table".to_owned(),
            message:
                "ファイルが選ばれていません。表の左の欄に印を付けてから、もう一度押してください。"
                    .to_owned(),
        };
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return show(&state, &session, &view, &back, status, Some(problem)).await;
    }
    let Decided {
        notice,
        changed,
        done,
    } = decided(&state, &session, &view, &files, form.text("do")).await?;
    if changed > 0 && done == 0 {
        let problem = Problem {
            field_id: "files-table".to_owned(),
            message: nothing_replaced(changed),
        };
        let status = StatusCode::CONFLICT;
        return show(&state, &session, &view, &back, status, Some(problem)).await;
    }
    let mut query = Asked::read(&back).write(1);
    if !query.is_empty() {
        query.push('&');
    }
    if changed > 0 {
        query.push_str(&format!("changed={changed}&"));
    }
    let path = path_of(&view);
    Ok(see_other(&format!("{path}?{query}notice={notice}")))
}

/// A file that was ticked, with the version of the answer that stood beside it.
fn asked_file(form: &FormData, id: &str) -> WebResult<AskedFile> {
    Ok(AskedFile {
        id: id.parse().map_err(|_| WebError::BadRequest)?,
        shown: form.text(&format!("version.{id}")).parse().ok(),
    })
}

fn nothing_replaced(changed: usize) -> String {
    format!(
        "この画面を開いたあとに、{changed}件の団体の回答が変わったため、置きかえていません。いまの回答は、そのまま残っています。下の表はいまの状況です。確かめてから、もう一度決めてください。"
    )
}

/// What a decision on some files came to, where others had changed meanwhile.
fn changed_notice(form: &FormData) -> Option<Notice> {
    let changed: usize = form.text("changed").parse().ok()?;
    (1..DECIDED).contains(&changed).then(|| Notice {
        tone: "warning",
        text: format!(
            "{changed}件は、画面を開いたあとに団体の回答が変わったため、置きかえずに「確認待ち」に残しました。いまの回答を確かめて、もう一度決めてください。ほかのファイルの結果は、表で見られます。"
        ),
    })
}

/// What came of a decision.
pub(super) struct Decided {
    /// Names the notice that says how it went.
    pub notice: &'static str,
    /// Files that wait on, because the answer is another one than was shown.
    pub changed: usize,
    pub done: usize,
}

/// Decides files.
pub(super) async fn decided(
    state: &AppState,
    session: &Session,
    view: &BatchView,
    files: &[AskedFile],
    what: &str,
) -> WebResult<Decided> {
    let decision = match what {
        "overwrite" => AskedDecision::Overwrite,
        "leave" => AskedDecision::Leave,
        _ => return Err(WebError::BadRequest),
    };
    let actor = &session.actor;
    let settled = decide_asked(&state.desk, actor, view.batch.id, files, decision).await?;
    let wanted = match decision {
        AskedDecision::Overwrite => FileState::Taken,
        AskedDecision::Leave => FileState::Left,
    };
    let all = settled.len() == files.len() && settled.iter().all(|file| file.state == wanted);
    let changed = settled
        .iter()
        .filter(|file| file.state == FileState::Asking)
        .count();
    Ok(Decided {
        notice: match decision {
            _ if !all => "intake-some",
            AskedDecision::Overwrite => "intake-overwritten",
            AskedDecision::Leave => "intake-left",
        },
        changed,
        done: settled.len() - changed,
    })
}

/// The address of a batch.
pub(super) fn path_of(view: &BatchView) -> String {
    format!("/editions/{}/intake/{}", view.edition.key, view.batch.id)
}

async fn show(
    state: &AppState,
    session: &Session,
    view: &BatchView,
    form: &FormData,
    status: StatusCode,
    problem: Option<Problem>,
) -> WebResult {
    let BatchView {
        batch,
        counts,
        edition,
    } = view;
    let asked = Asked::read(form);
    let path = path_of(view);
    let is_running = matches!(batch.state, BatchState::Receiving | BatchState::Running);
    // Nothing is settled before everything is read.
    let (found, total) = if is_running {
        (Vec::new(), 0)
    } else {
        let store = &state.desk.store;
        store.batch_lines(batch.id, &asked.query()).await?
    };
    let is_open = edition.state == EditionState::Open;
    let now = if is_open {
        let files = found.iter().map(|line| &line.file);
        asked_now(&state.desk, &session.actor, edition, files).await?
    } else {
        HashMap::new()
    };
    let list_path = format!("/editions/{}/intake", edition.key);
    let way = format!(
        "Excel・メールの取込み（{}）",
        edition.definition.short_title
    );
    let at = japan_time::datetime_label(batch.created_at);
    let title = format!("{at}の取込み");
    let mut page = page::signed_in(state, session, &title, &[(&way, &list_path)])
        .in_section(MENU)
        .with_notice(Some(form.text("notice")));
    page.notice = changed_notice(form).or(page.notice);
    page.has_errors = problem.is_some();
    let (verdict, verdict_tone) = if is_running {
        (String::new(), "")
    } else {
        verdict(counts)
    };
    let shown = found.len() as u64;
    let from = (asked.page - 1) * PAGE;
    let pages = total.div_ceil(PAGE);
    let lines: Vec<Line> = found
        .iter()
        .map(|line| self::line(&path, line, now.get(&line.file.id)))
        .collect();
    html_with(
        status,
        &BatchPage {
            page,
            problems: problem.into_iter().collect(),
            edition_title: edition.definition.title.clone(),
            list_path,
            by: batch.actor_name.clone(),
            tag: batch_tag(batch.state),
            is_running,
            is_stopped: batch.state == BatchState::Stopped,
            done: counts.files - counts.waiting,
            files: counts.files,
            skipped: batch.skipped,
            verdict,
            verdict_tone,
            groups: GROUPS
                .into_iter()
                .map(|(key, label)| Group {
                    key,
                    label,
                    count: count_of(key, counts),
                    count_label: with_commas(count_of(key, counts)),
                    selected: key == asked.group,
                })
                .filter(|group| group.count > 0 || group.key.is_empty() || group.selected)
                .collect(),
            total: with_commas(total),
            shown_from: with_commas(if shown == 0 { 0 } else { from + 1 }),
            shown_to: with_commas(from + shown),
            may_decide: is_open && lines.iter().any(|line| line.asks),
            lines,
            pages: (1..=pages)
                .filter(|_| pages > 1)
                .map(|number| PageLink {
                    number,
                    href: format!("{path}?{}#list", asked.write(number)),
                    is_current: number == asked.page,
                })
                .collect(),
            is_narrowed: !asked.group.is_empty() || !asked.text.is_empty(),
            back: asked.write(1),
            text: asked.text,
            path,
        },
    )
}

/// How a finished batch went, in one or two sentences.
fn verdict(counts: &Counts) -> (String, &'static str) {
    let taken = counts.taken();
    if counts.files == 0 {
        return (
            "取り込めるファイルは、入っていませんでした。".to_owned(),
            "warning",
        );
    }
    let mut text = if taken == counts.files {
        format!("{taken}件すべてを取り込みました。")
    } else if taken == 0 {
        "取り込んだファイルはありません。".to_owned()
    } else {
        format!("{}件のうち{taken}件を取り込みました。", counts.files)
    };
    if counts.unchanged > 0 {
        text.push_str(&format!(
            "うち{}件は、同じファイルを前に取り込んだか、同じ内容がすでに提出されているため、何も変わっていません。",
            counts.unchanged
        ));
    }
    if counts.asking > 0 {
        text.push_str(&format!(
            "{}件は、いまの回答を置きかえてよいか、確認を待っています。",
            counts.asking
        ));
    }
    if counts.rejected > 0 {
        text.push_str(&format!(
            "{}件は取り込んでいません。理由を見て、直したファイルだけを、もう一度送ってください。",
            counts.rejected
        ));
    }
    let tone = match counts {
        _ if counts.asking > 0 || counts.rejected > 0 => "warning",
        _ => "success",
    };
    (text, tone)
}

/// Why a file waits, by the answer as it is now.
pub(super) fn why_it_waits(now: &AskedNow) -> &'static str {
    now.reason.map_or(
        "いまの回答は、このファイルと同じ内容になっています。置きかえても残しても、回答は変わりません。",
        Reason::message,
    )
}

fn line(path: &str, line: &FileLine, now: Option<&AskedNow>) -> Line {
    let FileLine { file, body_name } = line;
    let subject = (!file.subject.is_empty()).then(|| format!("件名：{}", file.subject));
    let folder = (!file.folder.is_empty()).then(|| file.folder.clone());
    let problems = file
        .reading
        .as_ref()
        .map_or(&[][..], |reading| reading.problems.as_slice());
    let mut errors = problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error);
    let reason = match (&file.note, file.state, now) {
        (.., Some(now)) => why_it_waits(now).to_owned(),
        (Some(note), ..) => note.message(),
        (None, FileState::Rejected, None) => {
            errors
                .next()
                .map_or_else(String::new, |problem| match problem.cell.as_str() {
                    "" => problem.message.clone(),
                    cell => format!("{cell}：{}", problem.message),
                })
        }
        _ => String::new(),
    };
    let mut more = Vec::new();
    let mut add = |count: usize, text: fn(usize) -> String| {
        if count > 0 {
            more.push(text(count));
        }
    };
    if file.note.is_none() && file.state == FileState::Rejected {
        add(errors.count(), |count| format!("ほか{count}件"));
    }
    if file.state != FileState::Rejected {
        let warnings = problems
            .iter()
            .filter(|problem| problem.severity == Severity::Warning);
        add(warnings.count(), |count| format!("要確認{count}件"));
        let changes = file
            .reading
            .as_ref()
            .map_or(0, |reading| reading.changes.len());
        add(changes, |count| format!("読替え{count}か所"));
    }
    Line {
        id: file.id,
        href: format!("{path}/files/{}", file.id),
        name: file.name.clone(),
        lay_in: [folder, subject]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("　"),
        body: body_name.clone().unwrap_or_default(),
        code: file.code.map(|code| code.to_string()).unwrap_or_default(),
        tag: file_tag(file),
        reason,
        more,
        asks: file.state == FileState::Asking,
        version: now.map_or_else(String::new, |now| now.version.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verdict_reads_well_whether_all_some_or_nothing_was_taken() {
        let counts = |accepted, asking, rejected| Counts {
            files: accepted + asking + rejected,
            accepted,
            asking,
            rejected,
            ..Counts::default()
        };
        for (counts, text, tone) in [
            (counts(3, 0, 0), "3件すべてを取り込みました。", "success"),
            (
                counts(0, 0, 2),
                "取り込んだファイルはありません。2件は取り込んでいません。理由を見て、直したファイルだけを、もう一度送ってください。",
                "warning",
            ),
            (
                counts(5, 1, 0),
                "6件のうち5件を取り込みました。1件は、いまの回答を置きかえてよいか、確認を待っています。",
                "warning",
            ),
            (
                counts(0, 0, 0),
                "取り込めるファイルは、入っていませんでした。",
                "warning",
            ),
        ] {
            assert_eq!(verdict(&counts), (text.to_owned(), tone));
        }
        let again = Counts {
            unchanged: 2,
            ..counts(2, 0, 0)
        };
        assert!(verdict(&again).0.ends_with("何も変わっていません。"));
    }
}
