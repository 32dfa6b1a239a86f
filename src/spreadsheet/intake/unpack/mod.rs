//! From what somebody sends to single files: folders, ZIPs and saved mails are opened, everything is counted.
//!
//! ```text
//! path | upload ─ kind by content ─> ZIP entries | mail attachments | the file itself ─> Incoming (one by one)
//! ```
//! A file comes out with its bytes or with a sentence; one that cannot be opened does not stop the others.
//! Inflated bytes are counted while inflating, never taken from headers, and names are shown, not followed.

mod archive;
mod mail;
mod walk;

use std::io::{Read, Seek, SeekFrom};

use unicode_normalization::UnicodeNormalization;

use super::grid::{Refusal, RefusalKind};
use crate::domain::text::is_invisible;

pub use walk::{ListedPath, Listing, list_paths, open_path};

/// Bounds on what one upload, or one path of a command, may hold.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Longest single file, in bytes.
    pub file_bytes: u64,
    /// Longest saved mail, in bytes: it is held in memory once.
    pub mail_bytes: u64,
    /// Most files in one container.
    pub files: usize,
    /// Inflated bytes of one container beyond ten times its own length.
    pub inflated_bytes: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            file_bytes: crate::spreadsheet::intake::bounds::FILE_BYTES as u64,
            mail_bytes: 32 << 20,
            files: 50_000,
            inflated_bytes: 64 << 20,
        }
    }
}

/// A file as it came in.
#[derive(Debug)]
pub struct Incoming {
    /// 「【012033小樽市】様式1.xlsx」, without folders.
    pub name: String,
    /// Where it lay: folders, the ZIP, the mail, joined by `/`; empty if nowhere.
    pub folder: String,
    /// Subject of the mail it came with; empty if none.
    pub subject: String,
    /// The file, or why it was not opened.
    pub content: Result<Vec<u8>, Refusal>,
}

impl Incoming {
    /// Folder and name, as lists show it.
    pub fn path(&self) -> String {
        join(&self.folder, &self.name)
    }

    /// Was opened and cannot be a workbook: a PDF, a text, a document. In doubt it may be one.
    pub fn is_no_workbook(&self) -> bool {
        let Ok(bytes) = &self.content else {
            return false;
        };
        let is_boxed = bytes.starts_with(b"PK") || bytes.starts_with(b"\xD0\xCF\x11\xE0");
        let is_document = has_extension(
            &self.name,
            &["doc", "docx", "docm", "odt", "ppt", "pptx", "odp", "jtd"],
        );
        !has_extension(&self.name, WORKBOOKS) && (!is_boxed || is_document)
    }
}

/// Whether more files are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    Continue,
    Stop,
}

/// Something that can be read from any place: a file, or bytes in memory.
pub trait Source: Read + Seek {}

impl<T: Read + Seek> Source for T {}

/// Takes files one by one and says whether it wants more.
pub type Sink<'a> = &'a mut dyn FnMut(Incoming) -> Flow;

/// Opens what somebody sent under `name`, lying in `folder`, and gives every file in it to `sink`.
/// Returns how many were left out because no office ever means them (`Thumbs.db`, `~$…`, pictures in mails).
pub fn unpack(
    source: &mut dyn Source,
    folder: &str,
    name: &str,
    bounds: Bounds,
    sink: Sink<'_>,
) -> u64 {
    let mut unpacking = Unpacking {
        bounds,
        sink,
        skipped: 0,
        zips: 0,
        mails: 0,
        subject: String::new(),
    };
    unpacking.open(source, folder, &shown_name(name));
    unpacking.skipped
}

/// One walk through what somebody sent: how deep it is and what was left out.
struct Unpacking<'a> {
    bounds: Bounds,
    sink: Sink<'a>,
    skipped: u64,
    zips: u8,
    mails: u8,
    subject: String,
}

/// What the first bytes say.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Zip,
    Mail,
    File,
}

impl Unpacking<'_> {
    fn open(&mut self, source: &mut dyn Source, folder: &str, name: &str) -> Flow {
        if is_left_out(name) {
            self.skipped += 1;
            return Flow::Continue;
        }
        let kind = match kind(source, name) {
            Ok(kind) => kind,
            Err(_) => return self.refuse(folder, name, unreadable()),
        };
        match kind {
            Kind::Zip if self.zips > 0 => self.refuse(folder, name, nested()),
            Kind::Zip => {
                self.zips += 1;
                let flow = archive::open(self, source, folder, name);
                self.zips -= 1;
                flow
            }
            Kind::Mail if self.mails >= 2 => self.refuse(folder, name, mail::too_deep()),
            Kind::Mail => {
                self.mails += 1;
                let outer = self.subject.clone();
                let flow = match bounded(source, self.bounds.mail_bytes) {
                    Ok(Some(bytes)) => mail::open(self, &bytes, folder, name),
                    Ok(None) => self.refuse(folder, name, too_large()),
                    Err(_) => self.refuse(folder, name, unreadable()),
                };
                self.subject = outer;
                self.mails -= 1;
                flow
            }
            Kind::File => {
                let content = match bounded(source, self.bounds.file_bytes) {
                    Ok(Some(bytes)) => match known_stranger(name, &bytes) {
                        Some(refusal) => Err(refusal),
                        None => Ok(bytes),
                    },
                    Ok(None) => Err(too_large()),
                    Err(_) => Err(unreadable()),
                };
                self.give(folder, name, content)
            }
        }
    }

    fn refuse(&mut self, folder: &str, name: &str, refusal: Refusal) -> Flow {
        self.give(folder, name, Err(refusal))
    }

    fn give(&mut self, folder: &str, name: &str, content: Result<Vec<u8>, Refusal>) -> Flow {
        (self.sink)(Incoming {
            name: name.to_owned(),
            folder: folder.to_owned(),
            subject: self.subject.clone(),
            content,
        })
    }
}

/// The whole content; `None` if it is longer than `most`.
fn bounded(source: &mut dyn Source, most: u64) -> std::io::Result<Option<Vec<u8>>> {
    let length = source.seek(SeekFrom::End(0))?;
    if length > most {
        return Ok(None);
    }
    source.seek(SeekFrom::Start(0))?;
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    // A file may grow while it is read.
    source.take(most + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

/// Extensions of workbooks that are ZIPs, and of the others.
const ZIPPED: &[&str] = &["xlsx", "xlsm", "xlsb", "xltx", "xltm", "ods"];
const WORKBOOKS: &[&str] = &["xlsx", "xlsm", "xlsb", "xltx", "xltm", "ods", "xls", "xlt"];

fn kind(source: &mut dyn Source, name: &str) -> std::io::Result<Kind> {
    let mut head = Vec::with_capacity(512);
    source.seek(SeekFrom::Start(0))?;
    (&mut *source).take(512).read_to_end(&mut head)?;
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        let is_workbook = has_extension(name, ZIPPED)
            || archive::looks_like_a_document(&head)
            || archive::holds_a_document(source);
        return Ok(if is_workbook { Kind::File } else { Kind::Zip });
    }
    if has_extension(name, &["eml"]) || mail::looks_like_a_mail(&head) {
        return Ok(Kind::Mail);
    }
    Ok(Kind::File)
}

fn has_extension(name: &str, any: &[&str]) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, extension)| any.iter().any(|one| extension.eq_ignore_ascii_case(one)))
}

/// Files that programs leave beside what people mean.
fn is_left_out(name: &str) -> bool {
    let lower = name.to_lowercase();
    matches!(
        lower.as_str(),
        "thumbs.db" | ".ds_store" | "desktop.ini" | "__macosx"
    ) || ["~$", "._", ".~lock."]
        .iter()
        .any(|start| lower.starts_with(start))
}

/// Containers and mails of other makers: said by name, since «not a workbook» would not help.
fn known_stranger(name: &str, bytes: &[u8]) -> Option<Refusal> {
    let is_lzh = bytes.len() > 6 && &bytes[2..5] == b"-lh" && bytes[6] == b'-';
    if is_lzh || bytes.starts_with(b"7z\xBC\xAF\x27\x1C") || bytes.starts_with(b"Rar!") {
        return Some(refusal(
            RefusalKind::KindNotTaken,
            "ZIP以外の形式でまとめられたファイルは開けません。中のファイルを取り出して、そのまま、またはZIPにまとめて送ってください。",
        ));
    }
    if has_extension(name, &["msg"]) || name.eq_ignore_ascii_case("winmail.dat") {
        return Some(refusal(
            RefusalKind::KindNotTaken,
            "Outlook形式のメールは開けません。添付のExcelファイルを保存して送るか、メールを.eml形式で保存してください。",
        ));
    }
    None
}

fn refusal(kind: RefusalKind, message: &str) -> Refusal {
    Refusal {
        kind,
        message: message.to_owned(),
    }
}

fn unreadable() -> Refusal {
    refusal(
        RefusalKind::Damaged,
        "ファイルを読み取れませんでした。もう一度保存し直して、送ってください。",
    )
}

fn too_large() -> Refusal {
    refusal(
        RefusalKind::TooLarge,
        "ファイルが大きすぎます。様式1だけのファイル（5MB以下）にして、送り直してください。",
    )
}

fn nested() -> Refusal {
    refusal(
        RefusalKind::KindNotTaken,
        "ZIPの中のZIPは開けません。中のファイルを取り出して、送り直してください。",
    )
}

fn join(folder: &str, name: &str) -> String {
    match (folder.is_empty(), name.is_empty()) {
        (true, _) => name.to_owned(),
        (_, true) => folder.to_owned(),
        _ => format!("{folder}/{name}"),
    }
}

/// Longest name or subject that is kept, in characters.
const NAME_MAX: usize = 250;

/// A name as it is shown: composed (ば, not は+゛), without characters that hide what it is.
fn shown_name(name: &str) -> String {
    let shown = name.nfc().filter(|c| !c.is_control() && !is_invisible(*c));
    let short: String = shown.take(NAME_MAX).collect();
    let trimmed = short.trim();
    if trimmed.is_empty() {
        "（名前のないファイル）".to_owned()
    } else {
        trimmed.to_owned()
    }
}

/// The last part of a path in an archive or a mail, and the folders before it.
fn split_path(path: &str) -> (String, String) {
    let parts: Vec<&str> = path
        .split(['/', '\\'])
        .filter(|part| !matches!(*part, "" | "." | ".."))
        .collect();
    match parts.split_last() {
        None => (String::new(), shown_name("")),
        Some((name, [])) => (String::new(), shown_name(name)),
        Some((name, folders)) => {
            let folders: Vec<String> = folders.iter().map(|part| shown_name(part)).collect();
            let folder: String = folders.join("/").chars().take(NAME_MAX).collect();
            (folder, shown_name(name))
        }
    }
}

#[cfg(test)]
mod tests;
