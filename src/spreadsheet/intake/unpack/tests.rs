use std::io::{Cursor, Write};

use base64::Engine;
use zip::write::SimpleFileOptions;

use super::*;

const FORM: &[u8] = b"PK\x03\x04________________________\x00\x00the bytes of a form";

/// What comes out, each as `path | subject | content`.
fn open(name: &str, bytes: &[u8]) -> Vec<String> {
    open_within(name, bytes, Bounds::default()).0
}

fn open_within(name: &str, bytes: &[u8], bounds: Bounds) -> (Vec<String>, u64) {
    let mut found = Vec::new();
    let skipped = unpack(&mut Cursor::new(bytes), "", name, bounds, &mut |file| {
        let content = match &file.content {
            Ok(bytes) => String::from_utf8_lossy(bytes).chars().take(40).collect(),
            Err(refusal) => format!("{:?}", refusal.kind),
        };
        found.push(format!("{} | {} | {content}", file.path(), file.subject));
        Flow::Continue
    });
    (found, skipped)
}

/// A ZIP that names its entries with these very bytes, nothing squeezed.
fn raw_zip(entries: &[(&[u8], u16, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut list = Vec::new();
    for (name, flags, content) in entries {
        let at = u32::try_from(out.len()).expect("short");
        let length = u32::try_from(content.len()).expect("short").to_le_bytes();
        let mut facts = vec![20, 0];
        facts.extend(flags.to_le_bytes());
        facts.extend([0; 6]);
        facts.extend(crc32(content).to_le_bytes());
        facts.extend(length);
        facts.extend(length);
        facts.extend(u16::try_from(name.len()).expect("short").to_le_bytes());
        facts.extend([0; 2]);
        out.extend(b"PK\x03\x04");
        out.extend(&facts);
        out.extend(*name);
        out.extend(*content);
        list.extend(b"PK\x01\x02\x14\x00");
        list.extend(&facts);
        list.extend([0; 10]);
        list.extend(at.to_le_bytes());
        list.extend(*name);
    }
    let start = u32::try_from(out.len()).expect("short");
    let count = u16::try_from(entries.len()).expect("few").to_le_bytes();
    out.extend(&list);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count);
    out.extend(count);
    out.extend(u32::try_from(list.len()).expect("short").to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
        }
    }
    !crc
}

/// A ZIP as most programs write it.
fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .expect("starts");
        writer.write_all(content).expect("writes");
    }
    writer.finish().expect("ends").into_inner()
}

fn base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[test]
fn a_file_stays_as_it_is() {
    assert_eq!(
        open("様式1.xls", b"\xD0\xCF\x11\xE0"),
        ["様式1.xls |  | \u{FFFD}\u{FFFD}\u{11}\u{FFFD}"]
    );
    // は+゛ as a Mac sends it, and characters that hide what a name is.
    assert_eq!(
        open("は\u{3099}\u{202E}んば.xlsx", b"x"),
        ["ばんば.xlsx |  | x"]
    );
}

#[test]
fn a_workbook_is_not_opened_as_a_zip() {
    let book = zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", b""),
    ]);
    assert_eq!(open("何か.zip", &book).len(), 1);
    assert!(open("何か", &book)[0].starts_with("何か |"));
    let odd = zip(&[("a.xml", b""), ("[Content_Types].xml", b"<Types/>")]);
    assert!(open("順番の違う.zip", &odd)[0].starts_with("順番の違う.zip |  | PK"));
}

#[test]
fn names_are_read_in_utf8_and_shift_jis() {
    let (sjis, _, _) = encoding_rs::SHIFT_JIS.encode("団体/【012033小樽市】様式1.xlsx");
    let utf8 = "団体\\【012025函館市】様式1.xlsx";
    let archive = raw_zip(&[
        (&sjis, 0, FORM),
        (utf8.as_bytes(), 0x0800, FORM),
        ("【022012青森市】.xlsx".as_bytes(), 0, FORM),
    ]);
    let found = open("一式.zip", &archive);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].starts_with("一式.zip/団体/【012033小樽市】様式1.xlsx |  | PK"));
    assert!(found[1].starts_with("一式.zip/団体/【012025函館市】様式1.xlsx |"));
    assert!(found[2].starts_with("一式.zip/【022012青森市】.xlsx |"));
}

#[test]
fn what_nobody_means_is_left_out_and_counted() {
    let archive = zip(&[
        ("__MACOSX/._a.xlsx", b"x"),
        ("Thumbs.db", b"x"),
        ("sub/~$様式1.xlsx", b"x"),
        (".DS_Store", b"x"),
        ("sub/様式1.xlsx", b"x"),
    ]);
    let (found, skipped) = open_within("一式.zip", &archive, Bounds::default());
    assert_eq!(found, ["一式.zip/sub/様式1.xlsx |  | x"]);
    assert_eq!(skipped, 4);
}

#[test]
fn names_that_lead_elsewhere_are_only_shown() {
    let archive = raw_zip(&[
        (b"../../etc/a.xlsx", 0, b"x"),
        (b"/absolute/b.xlsx", 0, b"x"),
        (b"C:\\c.xlsx", 0, b"x"),
    ]);
    assert_eq!(
        open("z.zip", &archive),
        [
            "z.zip/etc/a.xlsx |  | x",
            "z.zip/absolute/b.xlsx |  | x",
            "z.zip/C:/c.xlsx |  | x"
        ]
    );
}

#[test]
fn one_bad_entry_does_not_stop_the_others() {
    let mut archive = raw_zip(&[
        (b"a.xlsx", 1, b"encrypted"),
        (b"b.xlsx", 0, b"broken"),
        (b"c.xlsx", 0, b"fine"),
    ]);
    let at = archive
        .windows(6)
        .position(|w| w == b"broken")
        .expect("is there");
    archive[at] = b'B';
    assert_eq!(
        open("z.zip", &archive),
        [
            "z.zip/a.xlsx |  | Encrypted",
            "z.zip/b.xlsx |  | Damaged",
            "z.zip/c.xlsx |  | fine"
        ]
    );
}

#[test]
fn an_entry_that_cannot_be_found_is_said_with_its_name() {
    let (sjis, _, _) = encoding_rs::SHIFT_JIS.encode("団体/【012033小樽市】様式1.xlsx");
    let mut archive = raw_zip(&[
        (b"a.xlsx", 0, b"fine"),
        (&sjis, 0, b"lost"),
        (b"c.xlsx", 0, b"fine"),
    ]);
    let header = (1..archive.len()).find(|at| archive[*at..].starts_with(b"PK\x03\x04"));
    archive[header.expect("is there")] = b'X';
    assert_eq!(
        open("z.zip", &archive),
        [
            "z.zip/a.xlsx |  | fine",
            "z.zip/団体/【012033小樽市】様式1.xlsx |  | Damaged",
            "z.zip/c.xlsx |  | fine"
        ]
    );
}

#[test]
fn folders_of_a_zip_are_counted_but_nothing_hides_behind_their_names() {
    let archive = raw_zip(&[
        (b"sub/", 0, b""),
        (b"sub/a.xlsx", 0, b"form"),
        (b"odd/", 0, b"form"),
    ]);
    let (found, skipped) = open_within("z.zip", &archive, Bounds::default());
    assert_eq!(found, ["z.zip/sub/a.xlsx |  | form", "z.zip/odd |  | form"]);
    assert_eq!(skipped, 1);
}

#[test]
fn a_zip_in_a_zip_is_refused_and_others_are_named() {
    let inner = zip(&[("様式1.xlsx", b"x")]);
    let outer = zip(&[
        ("中.zip", &inner),
        ("b.7z", b"7z\xBC\xAF\x27\x1C"),
        ("c.msg", b"\xD0\xCF\x11\xE0"),
    ]);
    assert_eq!(
        open("外.zip", &outer),
        [
            "外.zip/中.zip |  | KindNotTaken",
            "外.zip/b.7z |  | KindNotTaken",
            "外.zip/c.msg |  | KindNotTaken"
        ]
    );
    assert_eq!(open("空.zip", &zip(&[])), ["空.zip |  | NotAWorkbook"]);
    assert_eq!(
        open("切れた.zip", &inner[..inner.len() / 2]),
        ["切れた.zip |  | Damaged"]
    );
}

#[test]
fn bombs_stop_at_the_first_bound() {
    let zeros = vec![0; 4 << 20];
    let bomb = zip(&[("様式1.xls", &zeros), ("b.xlsx", b"fine")]);
    assert!(bomb.len() < 20_000);
    assert_eq!(
        open("z.zip", &bomb),
        ["z.zip/様式1.xls |  | TooLarge", "z.zip/b.xlsx |  | fine"]
    );
    // The header says it is short.
    let mut liar = bomb.clone();
    let length = u32::try_from(zeros.len()).expect("short").to_le_bytes();
    let places: Vec<usize> = (0..liar.len() - 4)
        .filter(|at| liar[*at..*at + 4] == length)
        .collect();
    for at in places {
        liar[at..at + 4].copy_from_slice(&100_u32.to_le_bytes());
    }
    let found = open("z.zip", &liar);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(!found[0].contains("\0"), "{found:?}");
    let few = Bounds {
        files: 1,
        ..Bounds::default()
    };
    assert_eq!(open_within("z.zip", &bomb, few).0, ["z.zip |  | TooLarge"]);
    let small = Bounds {
        file_bytes: 3,
        ..Bounds::default()
    };
    assert_eq!(
        open_within("a.xlsx", b"four", small).0,
        ["a.xlsx |  | TooLarge"]
    );
}

fn mail(headers: &str, body: &str) -> Vec<u8> {
    format!("{headers}\r\n\r\n{body}")
        .replace('\n', "\r\n")
        .replace("\r\r", "\r")
        .into_bytes()
}

#[test]
fn mails_give_their_subject_and_attachments() {
    let (jis, _, _) = encoding_rs::SHIFT_JIS.encode("【012025函館市】様式1.xlsx");
    let sjis_word = format!("=?Shift_JIS?B?{}?=", base64(&jis));
    let utf8_percent: String = "【012033小樽市】様式1.xlsx"
        .bytes()
        .map(|b| format!("%{b:02X}"))
        .collect();
    let (one, two) = utf8_percent.split_at(60);
    let message = mail(
        "Received: by mx.example\nSubject: =?ISO-2022-JP?B?GyRCIVobKEIwMTIwMzMbJEI+LkNdO1QhWxsoQg==?=\n\
         MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b 1\"",
        &format!(
            "preamble\n--b 1\nContent-Type: text/plain; charset=UTF-8\n\nよろしく\n\
             --b 1\nContent-Type: application/octet-stream; name=\"{sjis_word}\"\n\
             Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=\"{sjis_word}\"\n\n{}\n\
             --b 1\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\
             Content-Disposition: attachment;\n filename*0*=UTF-8''{one};\n filename*1*={two}\n\n{}\n\
             --b 1\nContent-Type: image/png; name=logo.png\nContent-ID: <a@b.example>\n\
             Content-Disposition: inline; filename=logo.png\nContent-Transfer-Encoding: base64\n\nAAAA\n--b 1--\nepilogue\n",
            base64(b"first"),
            base64(b"second")
        ),
    );
    let (found, skipped) = open_within("保存したメール.eml", &message, Bounds::default());
    assert_eq!(
        found,
        [
            "保存したメール.eml/【012025函館市】様式1.xlsx | 【012033小竹市】 | first",
            "保存したメール.eml/【012033小樽市】様式1.xlsx | 【012033小竹市】 | second"
        ]
    );
    assert_eq!(skipped, 1);
    // Found by content too.
    assert_eq!(open("mail.txt", &message).len(), 2);
}

#[test]
fn bare_bytes_in_headers_are_read_in_the_code_they_are_in() {
    let message = "Subject: 【012033小樽市】回答表\nMIME-Version: 1.0\n\
         Content-Type: application/octet-stream; name=\"【012033小樽市】様式1表.xlsx\"\n\
         Content-Transfer-Encoding: base64\n\
         Content-Disposition: attachment; filename=\"【012033小樽市】様式1表.xlsx\"\n\nZm9ybQ==\n";
    for code in [
        encoding_rs::UTF_8,
        encoding_rs::SHIFT_JIS,
        encoding_rs::EUC_JP,
    ] {
        let (bytes, _, _) = code.encode(message);
        assert_eq!(
            open("m.eml", &bytes),
            ["m.eml/【012033小樽市】様式1表.xlsx | 【012033小樽市】回答表 | form"],
            "{}",
            code.name()
        );
    }
}

#[test]
fn a_continued_name_ends_with_its_header() {
    for end in ["", "\nMIME-Version: 1.0", "\nContent-Description: x"] {
        for name in [
            "filename*0*=UTF-8''a%20;\n filename*1*=b.xlsx",
            "filename*0*=UTF-8''a%20;\n\tfilename*1=\"b.xlsx\"",
            "filename*0=\"a \";\n filename*1=\"b.xlsx\"",
            // The quote is never closed.
            "filename*0=\"a \";\n filename*1=\"b.xlsx",
        ] {
            let part = format!(
                "Content-Type: application/x\nContent-Disposition: attachment;\n {name}{end}"
            );
            let message = mail(
                "Subject: s\nContent-Type: multipart/mixed; boundary=x",
                &format!("--x\n{part}\n\nform\n--x--\n"),
            );
            let found = open("m.eml", &message);
            assert_eq!(found, ["m.eml/a b.xlsx | s | form\r\n"], "{part}");
        }
    }
}

#[test]
fn mails_forward_mails_and_carry_zips() {
    let inner = mail(
        "Subject: inner\nContent-Type: application/zip; name=z.zip\nContent-Transfer-Encoding: base64",
        &base64(&zip(&[("a.xlsx", b"form")])),
    );
    let outer = mail(
        "Subject: outer\nContent-Type: multipart/mixed; boundary=x",
        &format!(
            "--x\nContent-Type: message/rfc822\nContent-Disposition: attachment; filename=fw\n\n{}\n--x--\n",
            String::from_utf8_lossy(&inner)
        ),
    );
    assert_eq!(
        open("m.eml", &outer),
        ["m.eml/fw.eml/z.zip/a.xlsx | inner | form"]
    );
}

/// The sentences of what was not opened.
fn refusals(name: &str, bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    unpack(
        &mut Cursor::new(bytes),
        "",
        name,
        Bounds::default(),
        &mut |file| {
            found.extend(file.content.err().map(|refusal| refusal.message));
            Flow::Continue
        },
    );
    found
}

#[test]
fn a_mail_says_how_many_attachments_were_left_out() {
    let message = |attachments: usize| {
        let attachment = "--x\nContent-Type: application/x; name=a.xlsx\n\nform\n";
        mail(
            "Subject: s\nContent-Type: multipart/mixed; boundary=x",
            &format!("{}--x--\n", attachment.repeat(attachments)),
        )
    };
    assert_eq!(open("m.eml", &message(400)).len(), 400);
    assert!(refusals("m.eml", &message(400)).is_empty());
    let many = message(3_000);
    let found = open("m.eml", &many);
    let refused = refusals("m.eml", &many);
    assert_eq!(refused.len(), 1);
    let left_out = 3_000 - (found.len() - 1);
    assert_eq!(left_out, 2_501);
    assert!(
        refused[0].contains("添付ファイルが多すぎる"),
        "{}",
        refused[0]
    );
    assert!(refused[0].contains("2,501件"), "{}", refused[0]);
    assert!(!refused[0].contains("5MB"), "{}", refused[0]);
}

#[test]
fn a_mail_forwarded_too_often_is_said() {
    let mut message = mail(
        "Subject: s\nContent-Type: application/x; name=a.xlsx",
        "form",
    );
    for times in 1..=3 {
        message = mail(
            &format!("Subject: fw\nContent-Type: multipart/mixed; boundary=x{times}"),
            &format!(
                "--x{times}\nContent-Type: message/rfc822\n\n{}\n--x{times}--\n",
                String::from_utf8_lossy(&message)
            ),
        );
        let refused = refusals("m.eml", &message);
        if times == 1 {
            assert!(refused.is_empty(), "{refused:?}");
            continue;
        }
        assert_eq!(refused.len(), 1);
        assert!(refused[0].contains("メールの中のメール"), "{}", refused[0]);
        assert!(!refused[0].contains("ZIP"), "{}", refused[0]);
    }
}

#[test]
fn mails_without_a_form_are_said() {
    let plain = mail("Subject: s\nContent-Type: text/plain", "hello");
    assert_eq!(open("m.eml", &plain), ["m.eml | s | NotAWorkbook"]);
    assert_eq!(open("m.eml", b""), ["m.eml |  | NotAWorkbook"]);
}

#[test]
fn endless_and_deep_mails_are_bounded() {
    let few = Bounds {
        mail_bytes: 1000,
        ..Bounds::default()
    };
    let long = mail("Subject: s", &"x".repeat(2000));
    assert_eq!(open_within("m.eml", &long, few).0, ["m.eml |  | TooLarge"]);
    let mut many = String::new();
    for _ in 0..20_000 {
        many.push_str("--x\nContent-Type: application/x\n\n\n");
    }
    let many = mail(
        "Subject: s\nContent-Type: multipart/mixed; boundary=x",
        &many,
    );
    assert!(open("m.eml", &many).len() <= 501);
    let mut deep = String::from("Subject: s\n");
    for _ in 0..50_000 {
        deep.push_str("Content-Type: message/rfc822\n\n");
    }
    assert_eq!(open("m.eml", deep.as_bytes()).len(), 1);
    let mut nested = String::from("Subject: s\n");
    for level in 0..5_000 {
        nested.push_str(&format!(
            "Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"
        ));
    }
    assert_eq!(open("m.eml", nested.as_bytes()), ["m.eml | s | TooLarge"]);
}

#[test]
fn links_are_counted_and_a_folder_too_deep_is_said() {
    let root = tempfile::tempdir().expect("a folder");
    let mut deep = root.path().to_owned();
    for _ in 0..17 {
        deep.push("d");
    }
    std::fs::create_dir_all(&deep).expect("is made");
    std::fs::write(deep.join("hidden.xlsx"), b"form").expect("is written");
    let file = root.path().join("a.xlsx");
    std::fs::write(&file, b"form").expect("is written");
    let link = root.path().join("z.xlsx");
    std::os::unix::fs::symlink(&file, link).expect("is linked");

    let listing = list_paths(&[root.path().to_owned()]).expect("is read");
    assert_eq!(listing.skipped, 1);
    let mut found = Vec::new();
    for listed in &listing.paths {
        open_path(listed, Bounds::default(), &mut |file| {
            found.push((file.path(), file.content.is_ok()));
            Flow::Continue
        });
    }
    let too_deep = ["d"; 17].join("/");
    assert_eq!(found, [("a.xlsx".to_owned(), true), (too_deep, false)]);
}
