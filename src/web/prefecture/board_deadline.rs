//! 県内締切 on the board: the day, its form, and what became of it.

use actix_web::http::StatusCode;
use actix_web::web;
use jiff::civil::Date;

use super::board::{Outcome, show};
use super::{Door, State};
use crate::domain::japan_time;
use crate::store::boards::BoardRow;
use crate::web::deadline_history::MoveLine;
use crate::web::error::WebResult;
use crate::web::form::FormData;
use crate::web::page::see_other;
use crate::web::session::Post;
use crate::web::state::AppState;
use crate::web::view::{Problem, TextField};
use crate::workflow::WorkflowError;
use crate::workflow::prefecture_deadline::set_prefecture_deadline;

/// The prefecture's deadline as its board shows it.
pub(super) struct DeadlineView {
    pub day: String,
    pub days_left: String,
    pub national: String,
    pub is_own: bool,
    pub field: TextField,
    /// Bodies that still owe an answer and are told by mail; none is told in a trial.
    pub told: usize,
    pub is_trial: bool,
    /// The form is open: what was typed was not taken.
    pub is_open: bool,
    /// What became of it, newest first.
    pub moves: Vec<MoveLine>,
}

impl DeadlineView {
    /// The view, with what was typed and why it was not taken.
    pub(super) async fn of(
        state: &AppState,
        door: &Door,
        rows: &[&BoardRow],
        today: Date,
        typed: Option<(String, String)>,
    ) -> WebResult<Self> {
        let store = &state.desk.store;
        let (id, prefecture) = (door.edition.id, door.scope.prefecture());
        let national = door.edition.dates.deadline_on;
        let own = store.prefecture_deadlines(id).await?;
        let own = own.into_iter().find(|(code, _)| *code == prefecture);
        let day = own.map_or(national, |(_, day)| day);
        let moves = store.deadline_moves(id, prefecture).await?;
        Ok(Self {
            day: japan_time::deadline_label(day),
            days_left: if door.is_open() {
                japan_time::days_left_label(today, day)
            } else {
                String::new()
            },
            national: japan_time::deadline_label(national),
            is_own: day != national,
            told: rows.iter().filter(|row| row.status.is_owing()).count(),
            is_trial: door.edition.is_trial(),
            is_open: typed.is_some(),
            field: field(day, typed),
            moves: moves.into_iter().rev().map(MoveLine::new).collect(),
        })
    }
}

/// POST `/editions/{key}/board/deadline`: 県内締切.
pub async fn set_deadline(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let door = Door::own(&state, &post.session, &key).await?;
    let typed = post.form.text("deadline");
    let problem = match japan_time::parse_date(typed) {
        None => "日付を読み取れませんでした。「令和9年2月19日」や「2027-02-19」のように入力してください。"
            .to_owned(),
        Some(day) => {
            let key = &door.edition.key;
            let actor = &post.session.actor;
            match set_prefecture_deadline(&state.desk, actor, key, day).await {
                Ok(()) => {
                    let board = door.board_path(key.as_str());
                    return Ok(see_other(&format!("{board}?notice=deadline-set")));
                }
                Err(WorkflowError::Invalid(problems)) => problems
                    .into_iter()
                    .map(|problem| problem.message)
                    .collect::<Vec<_>>()
                    .join(""),
                Err(error) => return Err(error.into()),
            }
        }
    };
    let outcome = Outcome {
        problems: vec![Problem {
            field_id: "deadline".to_owned(),
            message: problem.clone(),
        }],
        deadline: Some((typed.to_owned(), problem)),
    };
    let query = FormData::parse(post.form.text("back"))?;
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    show(&state, &post.session, &door, &query, status, outcome).await
}

fn field(current: Date, outcome: Option<(String, String)>) -> TextField {
    let (value, errors) = match outcome {
        Some((typed, error)) => (typed, vec![error]),
        None => (current.to_string(), Vec::new()),
    };
    TextField {
        id: "deadline".to_owned(),
        name: "deadline".to_owned(),
        label: "県内締切の日付".to_owned(),
        hint: "その日の23時59分までになります。例：令和9年2月19日、2027-02-19".to_owned(),
        value,
        required: true,
        errors,
        width: "m",
        ..TextField::default()
    }
}
