//! The page of each part of the form.

use actix_web::http::StatusCode;
use askama::Template;

use super::contact_page::{self, ContactView};
use super::frame::{Frame, Showing};
use super::intent_page::{self, IntentView};
use super::questions_page::{self, QuestionView};
use super::schemes_page::{self, SchemesView};
use crate::domain::place::Section;
use crate::web::error::WebResult;
use crate::web::page::html_with;
use crate::web::view::Page;

#[derive(Template)]
#[template(path = "municipality/contact.html")]
struct ContactPage {
    page: Page,
    frame: Frame,
    contact: ContactView,
}

#[derive(Template)]
#[template(path = "municipality/intent.html")]
struct IntentPage {
    page: Page,
    frame: Frame,
    intent: IntentView,
}

#[derive(Template)]
#[template(path = "municipality/schemes.html")]
struct SchemesPage {
    page: Page,
    frame: Frame,
    schemes: SchemesView,
}

#[derive(Template)]
#[template(path = "municipality/questions.html")]
struct QuestionsPage {
    page: Page,
    frame: Frame,
    questions: Vec<QuestionView>,
}

/// The page of a part.
pub fn render(
    status: StatusCode,
    section: Section,
    page: Page,
    frame: Frame,
    showing: &Showing<'_>,
) -> WebResult {
    match section {
        Section::Contact => html_with(
            status,
            &ContactPage {
                contact: contact_page::view(showing),
                page,
                frame,
            },
        ),
        Section::Intent => html_with(
            status,
            &IntentPage {
                intent: intent_page::view(showing),
                page,
                frame,
            },
        ),
        Section::Schemes => {
            let mut schemes = SchemesView {
                // Whoever looks at the form as another body has no question of its own.
                ask: if frame.preview.is_empty() {
                    format!("{}.", frame.ask)
                } else {
                    String::new()
                },
                ask_words: frame.ask_words,
                ..schemes_page::view(showing)
            };
            schemes.mark_answered(&frame.answered);
            html_with(
                status,
                &SchemesPage {
                    schemes,
                    page,
                    frame,
                },
            )
        }
        Section::Questions => html_with(
            status,
            &QuestionsPage {
                questions: questions_page::view(showing),
                page,
                frame,
            },
        ),
    }
}
