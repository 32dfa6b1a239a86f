//! Paths of a command: files as they are, folders with everything in them, in the order of names.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::{Bounds, Flow, Incoming, Sink, shown_name, split_path, unpack, unreadable};

/// Folders within folders, at most.
const DEPTH: u8 = 16;

/// A file to open and the folder to show for it: relative to the path that was given.
#[derive(Clone, Debug)]
pub struct ListedPath {
    pub path: PathBuf,
    pub folder: String,
}

/// The files under the given paths, in order. Links within folders are not followed, so that no file
/// is reached twice. Errors name the path that cannot be read.
pub fn list_paths(paths: &[PathBuf]) -> Result<Vec<ListedPath>, PathBuf> {
    let mut found = Vec::new();
    for path in paths {
        let kind = fs::metadata(path).map_err(|_| path.clone())?;
        if kind.is_dir() {
            folder(path, "", 0, &mut found)?;
        } else {
            found.push(ListedPath {
                path: path.clone(),
                folder: String::new(),
            });
        }
    }
    Ok(found)
}

fn folder(path: &Path, shown: &str, depth: u8, found: &mut Vec<ListedPath>) -> Result<(), PathBuf> {
    let entries = fs::read_dir(path).map_err(|_| path.to_owned())?;
    let mut entries = entries
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| path.to_owned())?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() {
            if depth < DEPTH {
                let name = shown_name(&entry.file_name().to_string_lossy());
                folder(&entry.path(), &super::join(shown, &name), depth + 1, found)?;
            }
        } else if kind.is_file() {
            found.push(ListedPath {
                path: entry.path(),
                folder: shown.to_owned(),
            });
        }
    }
    Ok(())
}

/// Opens one listed path and gives every file in it to `sink`; see [`unpack`].
pub fn open_path(listed: &ListedPath, bounds: Bounds, sink: Sink<'_>) -> u64 {
    let name = listed.path.file_name().unwrap_or_default();
    let (_, name) = split_path(&name.to_string_lossy());
    match File::open(&listed.path) {
        Ok(mut file) => unpack(&mut file, &listed.folder, &name, bounds, sink),
        Err(_) => {
            let _: Flow = sink(Incoming {
                name,
                folder: listed.folder.clone(),
                subject: String::new(),
                content: Err(unreadable()),
            });
            0
        }
    }
}
