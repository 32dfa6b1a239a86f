//! What confirming would write, shown before it does: by scheme, by class, body by body, and what is refused and why.

use std::collections::{BTreeSet, HashMap};

use actix_web::http::StatusCode;
use askama::Template;

use super::confirm::{standing_token, to_list};
use super::{MENU, State};
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::{OrganizationKind, RespondentClass};
use crate::domain::participation::{ParticipationEntry, ParticipationState};
use crate::domain::scheme::SchemeId;
use crate::domain::scheme_catalogue::{Catalogue, CatalogueConflict, conflict};
use crate::domain::text::with_commas;
use crate::web::error::WebResult;
use crate::web::page::{self, html_with};
use crate::web::session::Session;
use crate::web::view::Page;
use crate::workflow::participation::confirm::{Candidate, Preview};

#[derive(Template)]
#[template(path = "ministry/participation/confirm_check.html")]
struct CheckPage {
    page: Page,
    path: String,
    /// The list with its filters.
    list_href: String,
    back: String,
    short_title: String,
    year: String,
    /// Something else would be written than was shown before.
    is_changed: bool,
    tokens: Vec<String>,
    mark: String,
    with_dropped: bool,
    bodies: String,
    planned: String,
    withdrawn: String,
    has_withdrawn: bool,
    /// Dropped schemes that stay, where nobody asked to withdraw them.
    staying: String,
    by_scheme: Vec<CountLine>,
    by_kind: Vec<CountLine>,
    lines: Vec<BodyLine>,
    refused: Vec<RefusedLine>,
}

/// A scheme or a class: bodies and entries.
struct CountLine {
    label: String,
    bodies: String,
    planned: String,
    withdrawn: String,
}

struct BodyLine {
    code: String,
    name: String,
    href: String,
    kind: &'static str,
    planned: String,
    withdrawn: String,
}

struct RefusedLine {
    name: String,
    href: String,
    /// Empty where nothing can be registered for the body.
    scheme: String,
    reason: String,
}

/// What a check page is shown for.
pub(super) struct Asked<'a> {
    pub with_dropped: bool,
    /// The filters of the list, as an address's query.
    pub back: &'a str,
    pub is_changed: bool,
}

/// The check page; 409 if something else was shown before.
pub(super) fn show(
    state: &State,
    session: &Session,
    preview: &Preview,
    asked: &Asked<'_>,
) -> WebResult {
    let definition = &preview.edition.definition;
    let (year, entries) = (definition.fiscal_year, &preview.entries);
    let path = format!("/editions/{}/participation", preview.edition.key);
    let list_href = to_list(&path, asked.back);
    let scheme_name = |id: &SchemeId| {
        let row = definition.row(id);
        row.map_or_else(|| id.to_string(), |(_, row)| row.name.clone())
    };
    let schemes: BTreeSet<_> = entries.iter().map(|entry| &entry.scheme).collect();
    let mut schemes: Vec<&SchemeId> = schemes.into_iter().collect();
    schemes.sort_by_key(|id| definition.row(id).map_or(usize::MAX, |(at, _)| at));
    let by_scheme = schemes.into_iter().map(|id| {
        count(
            scheme_name(id),
            entries.iter().filter(|entry| entry.scheme == *id),
        )
    });
    let classes = preview.chosen.iter().filter_map(class_of);
    let kind_of: HashMap<_, _> = classes.map(|class| (class.code, class.kind)).collect();
    let mut of_body: HashMap<LocalGovernmentCode, Vec<&ParticipationEntry>> = HashMap::new();
    for entry in entries {
        of_body.entry(entry.code).or_default().push(entry);
    }
    let by_kind = OrganizationKind::ALL.into_iter().filter_map(|kind| {
        let is_of = |entry: &&ParticipationEntry| kind_of.get(&entry.code) == Some(&kind);
        let mut of = entries.iter().filter(is_of).peekable();
        of.peek()?;
        Some(count(kind.label().to_owned(), of))
    });
    let all = count(String::new(), entries.iter());
    let staying = preview
        .chosen
        .iter()
        .map(|it| it.plan.dropped.len())
        .sum::<usize>();
    let staying = if asked.with_dropped { 0 } else { staying };
    let answer_href = |code| format!("/editions/{}/answers/{code}", preview.edition.key);
    let lines = preview.chosen.iter().filter_map(|candidate| {
        let class = class_of(candidate)?;
        let own = of_body.get(&class.code)?;
        let names = |state| {
            let of = own.iter().filter(|entry| entry.state == state);
            of.map(|entry| scheme_name(&entry.scheme))
                .collect::<Vec<_>>()
                .join("、")
        };
        let (planned, withdrawn) = (
            names(ParticipationState::Planned),
            names(ParticipationState::Withdrawn),
        );
        Some(BodyLine {
            code: class.code.to_string(),
            name: candidate.line.name.clone(),
            href: answer_href(class.code),
            kind: class.kind.label(),
            planned,
            withdrawn,
        })
    });
    let refused = preview.chosen.iter().flat_map(|candidate| {
        let of_body =
            (!candidate.refused.is_empty()).then(|| (String::new(), candidate.refused.clone()));
        let of_schemes = candidate.plan.conflicting.iter().map(|id| {
            let class = class_of(candidate);
            let reason = class.map_or_else(String::new, |class| {
                refusal(&preview.catalogue, id, class, year)
            });
            (scheme_name(id), reason)
        });
        let code = candidate.line.class.code;
        let lines: Vec<_> = of_body.into_iter().chain(of_schemes).collect();
        lines.into_iter().map(move |(scheme, reason)| RefusedLine {
            name: candidate.line.name.clone(),
            href: answer_href(code),
            scheme,
            reason,
        })
    });
    let way = [
        ("参加の記録", MENU),
        ("回答から参加を確定する", list_href.as_str()),
    ];
    let page = page::signed_in(state, session, "確定する内容の確認", &way).in_section(MENU);
    let status = if asked.is_changed {
        StatusCode::CONFLICT
    } else {
        StatusCode::OK
    };
    html_with(
        status,
        &CheckPage {
            page,
            back: asked.back.to_owned(),
            short_title: definition.short_title.clone(),
            year: year.label(),
            is_changed: asked.is_changed,
            tokens: preview.chosen.iter().filter_map(standing_token).collect(),
            mark: preview.mark.clone(),
            with_dropped: asked.with_dropped,
            has_withdrawn: entries
                .iter()
                .any(|it| it.state == ParticipationState::Withdrawn),
            bodies: all.bodies,
            planned: all.planned,
            withdrawn: all.withdrawn,
            staying: if staying == 0 {
                String::new()
            } else {
                with_commas(staying as u64)
            },
            by_scheme: by_scheme.collect(),
            by_kind: by_kind.collect(),
            lines: lines.collect(),
            refused: refused.collect(),
            path,
            list_href,
        },
    )
}

/// By which a body's entries are judged.
fn class_of(candidate: &Candidate) -> Option<&RespondentClass> {
    candidate.answer.as_ref().map(|answer| &answer.class)
}

fn count<'e>(label: String, entries: impl Iterator<Item = &'e ParticipationEntry>) -> CountLine {
    let (mut bodies, mut planned, mut withdrawn) = (BTreeSet::new(), 0, 0);
    for entry in entries {
        bodies.insert(entry.code);
        match entry.state {
            ParticipationState::Withdrawn => withdrawn += 1,
            _ => planned += 1,
        }
    }
    CountLine {
        label,
        bodies: with_commas(bodies.len() as u64),
        planned: with_commas(planned),
        withdrawn: with_commas(withdrawn),
    }
}

/// Why the catalogue does not let a body take part.
fn refusal(
    catalogue: &Catalogue,
    id: &SchemeId,
    class: &RespondentClass,
    year: FiscalYear,
) -> String {
    let at = catalogue.position(id.as_str());
    let Some(scheme) = at.and_then(|at| catalogue.get(at)) else {
        return "制度一覧にない制度です。".to_owned();
    };
    match conflict(scheme, class, year) {
        Some(CatalogueConflict::NotYet(first)) => format!("制度一覧では、{first}からの制度です。"),
        Some(CatalogueConflict::NoLonger(last)) => format!("制度一覧では、{last}までの制度です。"),
        Some(CatalogueConflict::NotRun) => format!(
            "制度一覧の実施主体（{}）に、年度末の区分（{}）が入っていません。",
            scheme.implementers,
            class.kind.label()
        ),
        None => String::new(),
    }
}
