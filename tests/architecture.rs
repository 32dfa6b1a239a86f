//! The walls of the house: which room may name which other room and which framework.
//!
//! ```text
//! domain  ←  store · spreadsheet · mail  ←  workflow  ←  web · cli  ←  app  ←  main
//! ```
//! The sources are read as text: comments, string literals and test modules do not count.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// One room: the rooms it may name beside itself, and the crates it may or must not name.
struct Wall {
    room: &'static str,
    rooms: &'static [&'static str],
    crates: Crates,
}

enum Crates {
    /// These and nothing else.
    Only(&'static [&'static str]),
    /// Anything but these.
    Not(&'static [&'static str]),
}

const WALLS: &[Wall] = &[
    Wall {
        room: "domain",
        rooms: &[],
        crates: Crates::Only(&[
            "serde",
            "serde_json",
            "jiff",
            "thiserror",
            "unicode_normalization",
            "zxcvbn",
        ]),
    },
    Wall {
        room: "store",
        rooms: &["domain"],
        crates: Crates::Not(&[
            "actix_web",
            "askama",
            "calamine",
            "rust_xlsxwriter",
            "lettre",
            "clap",
        ]),
    },
    Wall {
        room: "spreadsheet",
        rooms: &["domain"],
        crates: Crates::Not(&[
            "actix_web",
            "askama",
            "sea_orm",
            "migrations",
            "lettre",
            "clap",
        ]),
    },
    Wall {
        room: "mail",
        rooms: &["domain"],
        crates: Crates::Not(&[
            "actix_web",
            "sea_orm",
            "migrations",
            "calamine",
            "rust_xlsxwriter",
            "clap",
        ]),
    },
    Wall {
        room: "workflow",
        rooms: &["domain", "store", "spreadsheet", "mail"],
        crates: Crates::Not(&["actix_web", "askama", "sea_orm", "migrations", "clap"]),
    },
    Wall {
        room: "web",
        rooms: &[
            "domain",
            "store",
            "spreadsheet",
            "workflow",
            "config",
            "demo",
        ],
        crates: Crates::Not(&[
            "sea_orm",
            "migrations",
            "calamine",
            "rust_xlsxwriter",
            "lettre",
            "clap",
        ]),
    },
    Wall {
        room: "cli",
        rooms: &[
            "domain",
            "store",
            "spreadsheet",
            "workflow",
            "config",
            "app",
            "demo",
        ],
        crates: Crates::Not(&[
            "actix_web",
            "askama",
            "sea_orm",
            "calamine",
            "rust_xlsxwriter",
            "lettre",
        ]),
    },
];

/// Rooms below `web` that no sentence of the page may come from: their tables stay in the store.
const ENTITIES: &str = "entities";

/// Source text without comments, literals and what follows `#[cfg(test)]`.
fn bare(source: &str) -> String {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let skip = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(hashes) = raw_string(rest) {
            let end = format!("\"{}", "#".repeat(hashes));
            let start = hashes + 2;
            rest[start..]
                .find(&end)
                .map_or(rest.len(), |at| start + at + end.len())
        } else if c == '"' {
            string_end(rest)
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\\"'") {
            rest[1..].find('\'').map_or(rest.len(), |at| at + 2)
        } else {
            0
        };
        if skip == 0 {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            out.push(' ');
            rest = &rest[skip..];
        }
    }
    out
}

fn raw_string(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('r')?;
    let hashes = rest.bytes().take_while(|b| *b == b'#').count();
    rest[hashes..].starts_with('"').then_some(hashes)
}

fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// What follows `name::` wherever that stands as a path of its own: one segment, or those in braces.
fn after(text: &str, name: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let needle = format!("{name}::");
    for (at, _) in text.match_indices(&needle) {
        let before = text[..at].strip_suffix("::").unwrap_or(&text[..at]);
        let is_segment = before.len() < at && before.ends_with(|c: char| is_word(c) || c == '>');
        if is_segment || text[..at].ends_with(|c: char| is_word(c) || c == '$') {
            continue;
        }
        let rest = text[at + needle.len()..].trim_start();
        if let Some(list) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut start = true;
            let mut word = String::new();
            for c in list.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => start = true,
                    c if depth == 0 && start && is_word(c) => word.push(c),
                    c if depth == 0 && start && !word.is_empty() && !is_word(c) => start = false,
                    _ => {}
                }
                if (!start || c == ',') && !word.is_empty() {
                    found.insert(std::mem::take(&mut word));
                }
            }
            if !word.is_empty() {
                found.insert(word);
            }
        } else {
            let word: String = rest.chars().take_while(|c| is_word(*c)).collect();
            found.insert(word);
        }
    }
    found
}

/// Whether a text names a crate: `name::…` as a path of its own, or `use name;`.
fn names_crate(text: &str, name: &str) -> bool {
    !after(text, name).is_empty()
        || text.contains(&format!("use {name};"))
        || text.contains(&format!("use {name} as "))
}

/// The crates of `[dependencies]`, as paths write them.
fn dependencies() -> Vec<String> {
    let manifest = read(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"));
    let (_, rest) = manifest
        .split_once("\n[dependencies]\n")
        .expect("has dependencies");
    let section = rest.split("\n[").next().unwrap_or_default();
    let names: Vec<_> = section
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name.trim().replace('-', "_"))
        .collect();
    assert!(names.contains(&"sea_orm".to_owned()) && names.len() > 20);
    names
}

/// What is wrong with one source file of a room.
fn broken(wall: &Wall, source: &str, dependencies: &[String]) -> Vec<String> {
    let text = bare(source);
    let mut found = Vec::new();
    for root in ["crate", "torimatome"] {
        for room in after(&text, root) {
            if room != wall.room && !wall.rooms.contains(&room.as_str()) {
                found.push(format!("names the room {room}"));
            }
        }
    }
    match wall.crates {
        Crates::Only(allowed) => {
            for name in dependencies {
                if !allowed.contains(&name.as_str()) && names_crate(&text, name) {
                    found.push(format!("names the crate {name}"));
                }
            }
        }
        Crates::Not(forbidden) => {
            for name in forbidden {
                if names_crate(&text, name) {
                    found.push(format!("names the crate {name}"));
                }
            }
        }
    }
    let own_tables = wall.room == "store" || wall.room == "demo";
    if !own_tables && text.split(|c| !is_word(c)).any(|word| word == ENTITIES) {
        found.push("names the entities".to_owned());
    }
    found
}

fn read(path: PathBuf) -> String {
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every source file below `src/ROOM` or `src/ROOM.rs`, without files of tests.
fn sources(room: &str) -> Vec<(String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open = vec![src.join(room), src.join(format!("{room}.rs"))];
    let mut files = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).expect("can be listed");
            open.extend(entries.map(|entry| entry.expect("can be listed").path()));
        } else if path.extension().is_some_and(|e| e == "rs") && path.is_file() {
            let name = path
                .strip_prefix(&src)
                .expect("lies in src")
                .display()
                .to_string();
            if !name.ends_with("tests.rs") && !name.contains("/tests/") {
                files.push((name, read(path)));
            }
        }
    }
    files.sort();
    files
}

#[test]
fn the_walls_stand() {
    let dependencies = dependencies();
    let mut found = Vec::new();
    for wall in WALLS {
        let files = sources(wall.room);
        // A room that does not exist yet has no walls to break.
        let must_exist = !["mail"].contains(&wall.room);
        assert!(
            !must_exist || !files.is_empty(),
            "src/{} is gone",
            wall.room
        );
        for (name, source) in files {
            for problem in broken(wall, &source, &dependencies) {
                found.push(format!("src/{name} {problem}"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn only_the_route_table_registers_routes() {
    let words = [
        ".route(",
        ".service(",
        "web::resource",
        "web::scope",
        "#[get(",
        "#[post(",
    ];
    let mut found = Vec::new();
    for room in ["web", "app", "workflow", "cli", "demo"] {
        for (name, source) in sources(room) {
            // A body's route to its reviewer is asked for without an argument.
            let text = bare(&source).replace(".route()", "");
            for word in words {
                if !name.starts_with("web/routes/") && text.contains(word) {
                    found.push(format!("src/{name} has {word}"));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    let routes = sources("web")
        .into_iter()
        .find(|(name, _)| name == "web/routes/mod.rs");
    assert!(routes.expect("is there").1.contains(".route("));
}

#[test]
fn sql_text_is_written_in_the_store_only() {
    let mut found = Vec::new();
    for room in [
        "domain",
        "spreadsheet",
        "mail",
        "workflow",
        "web",
        "cli",
        "app",
        "demo",
    ] {
        for (name, source) in sources(room) {
            let text = bare(&source);
            for word in [
                "execute_unprepared",
                "Statement::from",
                "query_all",
                "query_one",
            ] {
                if text.contains(word) {
                    found.push(format!("src/{name} has {word}"));
                }
            }
        }
    }
    // In the store values are bound; text is never put together into a statement.
    for (name, source) in sources("store") {
        for call in [
            "execute_unprepared(&",
            "from_string(",
            "cust(&format!",
            "cust(format!",
        ] {
            if bare(&source).contains(call) {
                found.push(format!("src/{name} builds SQL text: {call}"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// A wall that cannot be broken is no wall.
#[test]
fn a_hole_in_a_wall_is_found() {
    let wall = |room: &str| {
        let found = WALLS.iter().find(|wall| wall.room == room);
        found.expect("is a room")
    };
    let dependencies = dependencies();
    let holes = [
        ("domain", "use sea_orm::DbErr;"),
        ("domain", "use crate::store::Store;"),
        ("domain", "fn f() -> crate::web::page::Page { todo() }"),
        ("domain", "use actix_web::{self};"),
        ("domain", "fn now() { tokio::time::sleep(d) }"),
        ("domain", "use csv;"),
        ("store", "use crate::{domain::text, workflow::Desk};"),
        ("store", "use crate::spreadsheet::writer;"),
        (
            "spreadsheet",
            "use crate::{\n    domain::{response, place},\n    store,\n};",
        ),
        ("workflow", "use actix_web::HttpRequest;"),
        ("workflow", "let page = crate::web::page::public(state);"),
        ("workflow", "use sea_orm as orm;"),
        ("web", "use crate::store::entities::account;"),
        ("web", "let x = sea_orm::Value::from(1);"),
        ("web", "use rust_xlsxwriter::Workbook;"),
        ("web", "use ::calamine::Reader;"),
        ("cli", "use crate::web::state::AppState;"),
    ];
    for (room, source) in holes {
        assert!(
            !broken(wall(room), source, &dependencies).is_empty(),
            "{room}: {source}"
        );
    }
    let sound = [
        (
            "domain",
            "use jiff::civil::Date; use super::text; use crate::domain::place::Place;",
        ),
        (
            "domain",
            "//! sea_orm:: and crate::web are words\nconst A: &str = \"crate::web\";",
        ),
        ("domain", "const A: &str = r#\"use sea_orm::\"x\"\"#;"),
        (
            "domain",
            "fn f() {}\n#[cfg(test)]\nmod tests { use csv::Reader; }",
        ),
        (
            "store",
            "use sea_orm::DbErr; use super::entities::account; use crate::domain::text;",
        ),
        (
            "web",
            "use crate::{domain::text, workflow::Desk}; let my_sea_orm::X = 1;",
        ),
    ];
    for (room, source) in sound {
        let problems = broken(wall(room), source, &dependencies);
        assert!(problems.is_empty(), "{room}: {source}: {problems:?}");
    }
}
