//! Paths of a command: files as they are, folders with everything in them, in the order of names.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::{Bounds, Flow, Incoming, Sink, refusal, shown_name, split_path, unpack, unreadable};
use crate::spreadsheet::intake::grid::{Refusal, RefusalKind};

/// Folders within folders, at most.
const DEPTH: u8 = 16;

/// What lies under the paths of a command.
#[derive(Debug, Default)]
pub struct Listing {
    pub paths: Vec<ListedPath>,
    /// Left out: links within folders, and what is neither file nor folder.
    pub skipped: u64,
}

/// A file to open and the folder to show for it: relative to the path that was given.
#[derive(Clone, Debug)]
pub struct ListedPath {
    pub path: PathBuf,
    pub folder: String,
}

/// The files under the given paths, in order. Links within folders are not followed, so that no file
/// is reached twice; a folder too deep to look into is listed itself, to be refused. Errors name the path
/// that cannot be read.
pub fn list_paths(paths: &[PathBuf]) -> Result<Listing, PathBuf> {
    let mut found = Listing::default();
    for path in paths {
        let kind = fs::metadata(path).map_err(|_| path.clone())?;
        if kind.is_dir() {
            folder(path, "", 0, &mut found)?;
        } else {
            found.paths.push(ListedPath {
                path: path.clone(),
                folder: String::new(),
            });
        }
    }
    Ok(found)
}

fn folder(path: &Path, shown: &str, depth: u8, found: &mut Listing) -> Result<(), PathBuf> {
    let entries = fs::read_dir(path).map_err(|_| path.to_owned())?;
    let mut entries = entries
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| path.to_owned())?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let kind = entry.file_type().map_err(|_| entry.path())?;
        if kind.is_dir() && depth < DEPTH {
            let name = shown_name(&entry.file_name().to_string_lossy());
            folder(&entry.path(), &super::join(shown, &name), depth + 1, found)?;
        } else if kind.is_dir() || kind.is_file() {
            found.paths.push(ListedPath {
                path: entry.path(),
                folder: shown.to_owned(),
            });
        } else {
            found.skipped += 1;
        }
    }
    Ok(())
}

/// Opens one listed path and gives every file in it to `sink`; see [`unpack`].
pub fn open_path(listed: &ListedPath, bounds: Bounds, sink: Sink<'_>) -> u64 {
    let name = listed.path.file_name().unwrap_or_default();
    let (_, name) = split_path(&name.to_string_lossy());
    let refusal = match File::open(&listed.path) {
        Ok(_) if listed.path.is_dir() => too_deep(),
        Ok(mut file) => return unpack(&mut file, &listed.folder, &name, bounds, sink),
        Err(_) => unreadable(),
    };
    let _: Flow = sink(Incoming {
        name,
        folder: listed.folder.clone(),
        subject: String::new(),
        content: Err(refusal),
    });
    0
}

fn too_deep() -> Refusal {
    refusal(
        RefusalKind::KindNotTaken,
        "フォルダーの階層が深すぎるため、このフォルダーの中は読み取っていません。中のファイルを浅いフォルダーに移して、もう一度取り込んでください。ほかのファイルには影響していません。",
    )
}
