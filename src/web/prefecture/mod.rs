//! A prefecture's pages: the board of its municipalities, Form 2, its designated and core cities.
//!
//! The ministry sees the same pages of any prefecture. Both doors make a [`Door`], and everything
//! behind it is one piece of code.

use actix_web::web;

use super::error::{WebError, WebResult};
use super::municipality::edition_key;
use super::page::{self, see_other};
use super::session::Session;
use super::state::AppState;
use super::view::Page;
use crate::domain::access::PrefectureScope;
use crate::domain::account::Role;
use crate::domain::local_government_code::{LocalGovernmentCode, PrefectureCode};
use crate::domain::survey_edition::{self, EditionState, SurveyEdition};

pub mod board;
pub mod board_deadline;
pub mod board_filters;
pub mod board_query;
pub mod board_rows;
pub mod cities;
pub mod deadline_marks;
pub mod entering;
pub mod form2;
pub mod request_tags;
mod sent_back;
pub mod sheet;

/// Shared state of handlers.
type State = web::Data<AppState>;

/// A prefecture's pages in one edition, and who stands before them.
pub struct Door {
    pub edition: SurveyEdition,
    pub scope: PrefectureScope,
    /// The prefecture itself; otherwise the ministry looks.
    pub is_own: bool,
    /// Short titles and keys of all editions that were opened, newest first.
    pub editions: Vec<(String, String)>,
    /// Keys of those that ask for required amounts.
    follow_ups: Vec<String>,
}

impl Door {
    /// The prefecture's own pages.
    pub async fn own(state: &AppState, session: &Session, key: &str) -> WebResult<Self> {
        let Role::Prefecture(prefecture) = session.actor.role else {
            return Err(WebError::NotFound);
        };
        Self::of(state, session, key, prefecture, true).await
    }

    /// The ministry's look at a prefecture; `prefecture` is its two digits.
    pub async fn ministry(
        state: &AppState,
        session: &Session,
        key: &str,
        prefecture: &str,
    ) -> WebResult<Self> {
        session.must_be_ministry()?;
        let prefecture = prefecture.parse().map_err(|_| WebError::NotFound)?;
        Self::of(state, session, key, prefecture, false).await
    }

    async fn of(
        state: &AppState,
        session: &Session,
        key: &str,
        prefecture: PrefectureCode,
        is_own: bool,
    ) -> WebResult<Self> {
        let key = edition_key(key)?;
        let scope = PrefectureScope::of(&session.actor, prefecture).ok_or(WebError::NotFound)?;
        let mut all = state.desk.store.editions().await?;
        all.retain(|edition| edition.state != EditionState::Preparing);
        if is_own {
            all = without_foreign_trials(state, prefecture, all).await?;
        }
        let editions = all
            .iter()
            .map(|edition| {
                (
                    edition.definition.short_title.clone(),
                    edition.key.to_string(),
                )
            })
            .collect();
        let follow_ups = all
            .iter()
            .filter(|edition| edition.is_follow_up())
            .map(|edition| edition.key.to_string())
            .collect();
        let edition = all
            .into_iter()
            .find(|edition| edition.key == key)
            .ok_or(WebError::NotFound)?;
        Ok(Self {
            follow_ups,
            edition,
            scope,
            is_own,
            editions,
        })
    }

    /// A survey of required amounts has no Form 2: its page does not exist.
    pub fn must_have_form2(&self) -> WebResult<()> {
        if self.edition.is_follow_up() {
            return Err(WebError::NotFound);
        }
        Ok(())
    }

    /// Something may still change in this edition.
    pub fn is_open(&self) -> bool {
        self.edition.state == EditionState::Open
    }

    fn base(&self, key: &str) -> String {
        if self.is_own {
            format!("/editions/{key}")
        } else {
            format!("/editions/{key}/prefectures/{}", self.scope.prefecture())
        }
    }

    /// The board's address, in this edition or in another one.
    pub fn board_path(&self, key: &str) -> String {
        let base = self.base(key);
        if self.is_own {
            format!("{base}/board")
        } else {
            base
        }
    }

    /// Form 2's address, in this edition or in another one.
    pub fn form2_path(&self, key: &str) -> String {
        format!("{}/form2", self.base(key))
    }

    /// The address of all bodies' forms in one file.
    pub fn forms_path(&self) -> String {
        format!("{}/forms.zip", self.base(self.edition.key.as_str()))
    }

    /// The address of one body's answer: the same for everybody.
    pub fn answer_path(&self, code: LocalGovernmentCode) -> String {
        format!("/editions/{}/answers/{code}", self.edition.key)
    }

    /// The frame of a page behind this door.
    fn page(
        &self,
        state: &AppState,
        session: &Session,
        what: &str,
        menu: &str,
        way: &[(&str, &str)],
    ) -> Page {
        let short = &self.edition.definition.short_title;
        let title = if self.is_own {
            format!("{what}（{short}）")
        } else {
            format!("{}の{what}（{short}）", self.scope.prefecture().name())
        };
        page::signed_in(state, session, &title, way).in_section(menu)
    }

    /// Links to Form 2 in the other editions that have one.
    fn other_form2(&self) -> Vec<EditionLink> {
        let mut links = self.other_editions(|key| self.form2_path(key));
        links.retain(|link| {
            !self
                .follow_ups
                .iter()
                .any(|key| link.href == self.form2_path(key))
        });
        links
    }

    /// Links to the same page in the other editions.
    fn other_editions(&self, path: impl Fn(&str) -> String) -> Vec<EditionLink> {
        self.editions
            .iter()
            .filter(|(_, key)| key != self.edition.key.as_str())
            .map(|(label, key)| EditionLink {
                label: label.clone(),
                href: path(key),
            })
            .collect()
    }
}

/// A link to the same page in another edition.
pub struct EditionLink {
    pub label: String,
    pub href: String,
}

/// The edition a menu entry leads to: the newest open one, else the newest closed one; never a trial.
pub async fn current_edition(state: &AppState) -> WebResult<Option<SurveyEdition>> {
    let editions = state.desk.store.editions().await?;
    Ok(survey_edition::current(&editions).cloned())
}

/// A prefecture sees a trial while it runs and it takes part; the real ones come first.
async fn without_foreign_trials(
    state: &AppState,
    prefecture: PrefectureCode,
    editions: Vec<SurveyEdition>,
) -> WebResult<Vec<SurveyEdition>> {
    let (trials, mut seen): (Vec<_>, Vec<_>) = editions.into_iter().partition(|e| e.is_trial());
    let code = prefecture.organization_code();
    for trial in trials {
        let store = &state.desk.store;
        if trial.state == EditionState::Open && store.takes_part(trial.id, code.as_str()).await? {
            seen.push(trial);
        }
    }
    Ok(seen)
}

/// Sends a prefecture on to a page of the current edition; home where there is none yet.
async fn to_current(state: &AppState, session: &Session, page: &str) -> WebResult {
    if !matches!(session.actor.role, Role::Prefecture(_)) {
        return Err(WebError::NotFound);
    }
    Ok(match current_edition(state).await? {
        Some(edition) => see_other(&format!("/editions/{}/{page}", edition.key)),
        None => see_other("/home"),
    })
}

/// GET `/board`.
pub async fn to_board(state: State, session: Session) -> WebResult {
    to_current(&state, &session, "board").await
}

/// GET `/form2`.
pub async fn to_form2(state: State, session: Session) -> WebResult {
    to_current(&state, &session, "form2").await
}

/// GET `/cities`.
pub async fn to_cities(state: State, session: Session) -> WebResult {
    to_current(&state, &session, "cities").await
}
