//! `/schemes`: the catalogue of schemes, and the page of each.

use actix_web::{HttpRequest, web};
use askama::Template;

use super::State;
use super::part::{Control, Errors, Fate, Group, HistoryLine, PartView, show};
use crate::domain::access::CountryScope;
use crate::domain::edition_input::FieldProblem;
use crate::domain::implementers::{self, BodyNames, contradictions};
use crate::domain::japan_time::{date_label, datetime_label};
use crate::domain::scheme::{ImplementerKind, Scheme, SchemeGroup, SchemeId};
use crate::domain::scheme_correction::Later;
use crate::domain::scheme_history::{FieldStep, SchemeStep};
use crate::domain::scheme_input::{POSITION, SchemeForm};
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::municipality::FormQuery;
use crate::web::page::{self, html, see_other};
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::web::view::Page;
use crate::workflow::WorkflowError;
use crate::workflow::schemes::{SchemeError, add_scheme, change_scheme};

#[derive(Template)]
#[template(path = "ministry/schemes.html")]
struct SchemesPage {
    page: Page,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    name: String,
    law: String,
    group: &'static str,
    table_name: String,
    implementers: String,
    /// What is printed and what is ticked differ.
    contradicts: bool,
    /// 「R7～」; empty if it always existed.
    valid: String,
    subsidy: String,
    mark: String,
}

/// GET `/schemes`.
pub async fn list(state: State, session: Session, query: web::Query<FormQuery>) -> WebResult {
    CountryScope::of(&session.actor).ok_or(WebError::NotFound)?;
    let catalogue = state.desk.store.catalogue().await?;
    let names = state.desk.store.body_names().await?;
    let rows = catalogue.schemes().iter().map(|scheme| Row {
        id: scheme.id.to_string(),
        name: match scheme.name_catalogue.as_str() {
            "" => scheme.form_name().to_owned(),
            name => name.to_owned(),
        },
        law: scheme.law.clone().unwrap_or_default(),
        group: scheme.group.label(),
        table_name: scheme.name_status_table.clone().unwrap_or_default(),
        implementers: scheme.implementers.clone(),
        contradicts: !contradictions(&scheme.implementers, &scheme.implementer_kinds, &names)
            .is_empty(),
        valid: match (scheme.valid_from, scheme.valid_until) {
            (None, None) => String::new(),
            (from, until) => format!(
                "{}～{}",
                from.map(|year| year.short()).unwrap_or_default(),
                until.map(|year| year.short()).unwrap_or_default()
            ),
        },
        subsidy: scheme.subsidy.label(),
        mark: scheme
            .first_year
            .map(|year| format!("【{}～】", year.short()))
            .unwrap_or_default(),
    });
    html(&SchemesPage {
        page: page::signed_in(&state, &session, "制度一覧", &[("調査回", "/editions")])
            .in_section("/editions")
            .with_notice(query.notice.as_deref()),
        rows: rows.collect(),
    })
}

fn typed(form: &FormData, names: &BodyNames) -> SchemeForm {
    let text = |name: &str| form.text(name).to_owned();
    let mut kinds: Vec<String> = form.all("kinds").map(str::to_owned).collect();
    let others = implementers::read(form.text("other_kinds"), names).into_iter();
    kinds.extend(others.map(|read| read.map_or_else(|typed| typed, |kind| kind.to_string())));
    SchemeForm {
        id: text("id"),
        law: text("law"),
        name_catalogue: text("name_catalogue"),
        name_form1: text("name_form1"),
        name_status_table: text("name_status_table"),
        group: text("group"),
        implementers: text("implementers"),
        implementer_kinds: kinds.join(" "),
        valid_from: text("valid_from"),
        valid_until: text("valid_until"),
        subsidy: text("subsidy"),
        first_year: text("first_year"),
        form1_order: text("form1_order"),
        position: text("position"),
        note: text("note"),
        effective_on: text("effective_on"),
        later: text("later"),
    }
}

/// The scheme of the address with its position, and the number of schemes.
async fn find(state: &State, id: &str) -> WebResult<(Scheme, usize)> {
    let catalogue = state.desk.store.catalogue().await?;
    let at = catalogue.position(id).ok_or(WebError::NotFound)?;
    let scheme = catalogue.get(at).cloned().ok_or(WebError::NotFound)?;
    Ok((scheme, at))
}

/// What became of a scheme, newest first.
async fn history(state: &State, id: &SchemeId, names: &BodyNames) -> WebResult<Vec<HistoryLine>> {
    let history = state.desk.store.versions_of_scheme(id).await?;
    let steps = history.steps_of(id, names);
    Ok(steps.iter().rev().map(history_line).collect())
}

fn history_line(step: &SchemeStep<'_>) -> HistoryLine {
    let version = step.version;
    let at = version.recorded_at;
    if at.0 == 0 {
        return HistoryLine {
            when: "はじめから".to_owned(),
            who: String::new(),
            changes: vec!["この記録を始めたときの内容です。".to_owned()],
        };
    }
    let mut changes: Vec<String> = step.said.iter().filter_map(became).collect();
    let moved = step
        .moved
        .map(|(before, after)| format!("{POSITION}：「{before}」→「{after}」"));
    changes.extend(moved);
    let day = version.effective_on;
    if day != at.japan_date() && !step.said.is_empty() {
        let fields = step
            .said
            .iter()
            .map(|it| format!("「{}」", it.field.label()));
        let fields = fields.collect::<String>();
        changes.push(format!(
            "{fields}は、{}の状況表から使います。",
            date_label(day)
        ));
    }
    changes.extend(step.later.iter().map(from_later_day));
    if changes.is_empty() {
        changes.push("制度を加えました。".to_owned());
    }
    HistoryLine {
        when: datetime_label(at),
        who: format!("{} {}", version.actor_body, version.actor_name),
        changes,
    }
}

/// What held before and what was said; nothing if they are the same.
fn became(step: &FieldStep) -> Option<String> {
    let FieldStep { before, after, .. } = step;
    let is_other = before != after;
    is_other.then(|| format!("{}：「{before}」→「{after}」", step.field.label()))
}

/// What became of something that had been said for a later day.
fn from_later_day(step: &FieldStep) -> String {
    let (day, label) = (date_label(step.day), step.field.label());
    match became(step) {
        Some(change) => format!("{day}からの{change}"),
        None => format!("{day}からの{label}は、「{}」のままです。", step.after),
    }
}

/// GET `/schemes/{scheme}`.
pub async fn edit(
    state: State,
    session: Session,
    request: HttpRequest,
    id: web::Path<String>,
    query: web::Query<FormQuery>,
) -> WebResult {
    CountryScope::of(&session.actor).ok_or(WebError::NotFound)?;
    let (scheme, at) = find(&state, &id).await?;
    let names = state.desk.store.body_names().await?;
    let kept = kept_form(&state, &session, request.path(), query.kept.as_deref()).await?;
    let (form, base) = match &kept {
        Some(form) => (typed(form, &names), form.text("base").to_owned()),
        None => (SchemeForm::of(&scheme, at + 1), scheme.version.to_string()),
    };
    let fields = Fields::of(&form, &names);
    let mut view = view(&state, &session, Some(&scheme), fields, base, Errors(&[]));
    view.history = history(&state, &scheme.id, &names).await?;
    show(view, Fate::default())
}

/// POST `/schemes/{scheme}`.
pub async fn save(state: State, post: Post, id: web::Path<String>) -> WebResult {
    let Post { session, form } = post;
    CountryScope::of(&session.actor).ok_or(WebError::NotFound)?;
    let id: SchemeId = id.parse().map_err(|_| WebError::NotFound)?;
    let (scheme, _) = find(&state, id.as_str()).await?;
    let base = form.text("base").to_owned();
    // Without a version nobody has seen the page: no scheme has this one.
    let version = base.parse().unwrap_or(0);
    let names = state.desk.store.body_names().await?;
    let form = typed(&form, &names);
    let fields = Fields::of(&form, &names);
    let actor = &session.actor;
    match change_scheme(&state.desk, actor, &id, version, &form).await {
        Ok(()) => Ok(see_other("/schemes?notice=scheme-saved")),
        Err(SchemeError::Problems(problems)) => {
            let errors = Errors(&problems);
            let view = view(&state, &session, Some(&scheme), fields, base, errors);
            refused(view, &problems)
        }
        Err(SchemeError::Workflow(WorkflowError::Stale)) => {
            let (now, at) = find(&state, id.as_str()).await?;
            let form = SchemeForm::of(&now, at + 1);
            let stored = groups(Fields::of(&form, &names), true, Errors(&[]));
            let base = now.version.to_string();
            let view = view(&state, &session, Some(&now), fields, base, Errors(&[]));
            let fate = Fate {
                problems: &[],
                stored: Some(stored),
            };
            show(view, fate)
        }
        Err(SchemeError::Workflow(error)) => Err(error.into()),
    }
}

/// GET `/schemes/new`.
pub async fn new(
    state: State,
    session: Session,
    request: HttpRequest,
    query: web::Query<FormQuery>,
) -> WebResult {
    CountryScope::of(&session.actor).ok_or(WebError::NotFound)?;
    let catalogue = state.desk.store.catalogue().await?;
    let names = state.desk.store.body_names().await?;
    let kept = kept_form(&state, &session, request.path(), query.kept.as_deref()).await?;
    let form = match &kept {
        Some(form) => typed(form, &names),
        None => SchemeForm {
            group: SchemeGroup::National.as_str().to_owned(),
            position: (catalogue.schemes().len() + 1).to_string(),
            ..SchemeForm::default()
        },
    };
    let fields = Fields::of(&form, &names);
    let view = view(&state, &session, None, fields, String::new(), Errors(&[]));
    show(view, Fate::default())
}

/// POST `/schemes/new`.
pub async fn add(state: State, post: Post) -> WebResult {
    let Post { session, form } = post;
    CountryScope::of(&session.actor).ok_or(WebError::NotFound)?;
    let names = state.desk.store.body_names().await?;
    let form = typed(&form, &names);
    let fields = Fields::of(&form, &names);
    match add_scheme(&state.desk, &session.actor, &form).await {
        Ok(_) => Ok(see_other("/schemes?notice=scheme-saved")),
        Err(SchemeError::Problems(problems)) => {
            let errors = Errors(&problems);
            refused(
                view(&state, &session, None, fields, String::new(), errors),
                &problems,
            )
        }
        Err(SchemeError::Workflow(error)) => Err(error.into()),
    }
}

fn refused(view: PartView, problems: &[FieldProblem]) -> WebResult {
    let fate = Fate {
        problems,
        stored: None,
    };
    show(view, fate)
}

/// What stands in the fields, with the names of single bodies.
#[derive(Clone, Copy)]
struct Fields<'a> {
    form: &'a SchemeForm,
    names: &'a BodyNames,
}

impl<'a> Fields<'a> {
    fn of(form: &'a SchemeForm, names: &'a BodyNames) -> Self {
        Self { form, names }
    }

    /// What the printed text and the ticks say differently; nothing while one of them does not read.
    fn hints(self) -> Option<Control> {
        let kinds = ImplementerKind::parse_list(&self.form.implementer_kinds).ok()?;
        let found = contradictions(&self.form.implementers, &kinds, self.names);
        (!found.is_empty()).then_some(Control::Hints(found))
    }

    /// The bodies that no kind stands for, by name; what does not read, as typed.
    fn single_bodies(self) -> String {
        let known = super::making::fields::kind_options();
        let words = self.form.implementer_kinds.split_whitespace();
        let others = words.filter(|word| !known.iter().any(|(value, _)| value == word));
        let shown = others.map(|word| match word.parse() {
            Ok(kind) => implementers::editable(&kind, self.names),
            Err(_) => word.to_owned(),
        });
        shown.collect::<Vec<_>>().join("、")
    }
}

fn view(
    state: &State,
    session: &Session,
    stored: Option<&Scheme>,
    fields: Fields<'_>,
    base: String,
    errors: Errors<'_>,
) -> PartView {
    let title = match stored {
        Some(scheme) => format!("制度：{}", scheme.table_name()),
        None => "制度を加える".to_owned(),
    };
    let way = [("調査回", "/editions"), ("制度一覧", "/schemes")];
    PartView {
        page: page::signed_in(state, session, &title, &way).in_section("/editions"),
        lead: "ここを変えると、これから作る調査回の行の候補と、きょうからの状況表の列が変わります。きのうまでの日の状況表、すでにある調査回の行、参加の記録は変わりません。".to_owned(),
        groups: groups(fields, stored.is_some(), errors),
        base,
        button: "保存する",
        back: ("保存せずに制度一覧へ戻る".to_owned(), "/schemes".to_owned()),
        locked: "",
        history: Vec::new(),
    }
}

fn groups(fields: Fields<'_>, is_stored: bool, errors: Errors<'_>) -> Vec<Group> {
    let form = fields.form;
    let id = if is_stored {
        Control::Fixed("制度の記号（変わりません）".to_owned(), form.id.clone())
    } else {
        errors.short(
            "id",
            "制度の記号",
            "集計や取込みで使う記号です。あとから変えられません。英小文字、数字、_ を使います。例：local_elderly",
            &form.id,
            true,
        )
    };
    let known = super::making::fields::kind_options();
    let words: Vec<&str> = form.implementer_kinds.split_whitespace().collect();
    let national = [SchemeGroup::National, SchemeGroup::Local]
        .map(|group| (group.as_str().to_owned(), group.label().to_owned()));
    let mut groups = vec![
        Group {
            heading: "名称".to_owned(),
            controls: vec![
                id,
                errors.line("name_catalogue", "制度一覧での名称", "地方単独医療費助成では空欄のことがあります。", &form.name_catalogue, false),
                errors.line("name_form1", "様式1での名称", "空欄なら、制度一覧での名称を使います。", &form.name_form1, false),
                errors.line("name_status_table", "状況表での名称", "表の列の短い名称です。空欄なら、制度一覧での名称を使います。", &form.name_status_table, false),
                errors.line("law", "法律名", "", &form.law, false),
                errors.choice("group", "区分", "", false, national, |value| form.group == value),
            ],
        },
        Group {
            heading: "実施主体".to_owned(),
            controls: fields.hints().into_iter().chain([
                errors.line("implementers", "実施主体の書き方", "表に印刷する書き方です。例：都道府県、指定都市", &form.implementers, false),
                errors.choice("kinds", "実施主体", "", true, known, |value| words.contains(&value)),
                errors.line(
                    "other_kinds",
                    "特定の団体・機関",
                    "団体コード（6桁）か名称で入力し、「、」で区切ります。例：広島市（341002）、長崎市（422011）",
                    &fields.single_bodies(),
                    false,
                ),
            ]).collect(),
        },
        Group {
            heading: "年度".to_owned(),
            controls: vec![
                errors.short("valid_from", "有効な最初の年度", "例：R7。空欄なら、はじめからあります。", &form.valid_from, false),
                errors.short("valid_until", "有効な最後の年度", "空欄なら、続いています。", &form.valid_until, false),
                errors.line("subsidy", "補助の対象になる年度", "例：R5～R7、R9～", &form.subsidy, false),
                errors.short("first_year", "状況表の年度の印", "【R7～】のように印を付ける年度です。", &form.first_year, false),
            ],
        },
        Group {
            heading: "並び".to_owned(),
            controls: vec![
                errors.short("position", "制度一覧での順番", "", &form.position, true),
                errors.short("form1_order", "様式1の行（令和7年1月）", "状況表の列の順番を決めます。なかったものは空欄です。", &form.form1_order, false),
                errors.text("note", "備考", "", &form.note, false),
            ],
        },
    ];
    // A scheme that is added is in the tables of every day: somebody may take part with it.
    if is_stored {
        let hint = "空欄なら、きょうからです。書きまちがいの訂正は、まちがいが始まった日を入力すると、その日からあとの状況表を直します。変えなかった項目は、どの日の状況表でもそのままです。内容を変えずに日付だけを入力すると、いちばん新しい変更をその日から使います。例：2026-04-01、R8.4.1";
        let mut controls = vec![errors.short(
            "effective_on",
            "状況表で使い始める日",
            hint,
            &form.effective_on,
            false,
        )];
        // Asked only where something else was said for a later day.
        if !form.later.is_empty() || !errors.at("later").is_empty() {
            controls.push(errors.choice(
                "later",
                "その日からあとの変更",
                "",
                false,
                Later::ALL.map(|it| (it.as_str().to_owned(), it.label().to_owned())),
                |value| form.later == value,
            ));
        }
        groups.push(Group {
            heading: "いつの状況表から使うか".to_owned(),
            controls,
        });
    }
    groups
}
