use proptest::prelude::*;

use super::*;

/// One part: its head and all of its content.
type Part = (PartHead, Vec<u8>);

fn parts(content_type: &str, body: &[u8], step: usize) -> Result<Vec<Part>, Malformed> {
    let mut reader = Multipart::new(content_type)?;
    let mut parts: Vec<Part> = Vec::new();
    for piece in body.chunks(step.max(1)) {
        reader.feed(piece, |event| {
            match event {
                Event::Part(head) => parts.push((head, Vec::new())),
                Event::Data(data) => match parts.last_mut() {
                    Some((_, content)) => content.extend_from_slice(data),
                    None => return Err(Malformed),
                },
            }
            Ok::<(), Malformed>(())
        })?;
    }
    reader.finish()?;
    Ok(parts)
}

const TYPE: &str = "multipart/form-data; boundary=----WebKitFormBoundaryAbC123";

fn body(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (disposition, content) in parts {
        body.extend_from_slice(
            b"------WebKitFormBoundaryAbC123\r\nContent-Disposition: form-data; ",
        );
        body.extend_from_slice(disposition.as_bytes());
        body.extend_from_slice(b"\r\nContent-Type: application/octet-stream\r\n\r\n");
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"------WebKitFormBoundaryAbC123--\r\n");
    body
}

fn head(name: &str, file_name: Option<&str>) -> PartHead {
    PartHead {
        name: name.to_owned(),
        file_name: file_name.map(str::to_owned),
    }
}

#[test]
fn fields_and_files_come_out_in_order_however_the_bytes_arrive() {
    let content = b"PK\x03\x04\r\n--\r\n------WebKitForm\r\n\r\n\x00\xff";
    let sent = body(&[
        ("name=\"csrf\"", b"token"),
        (
            "name=\"file\"; filename=\"【012033小樽市】様式1.xlsx\"",
            content,
        ),
        ("name=\"file\"; filename=\"\"", b""),
    ]);
    let expected = vec![
        (head("csrf", None), b"token".to_vec()),
        (
            head("file", Some("【012033小樽市】様式1.xlsx")),
            content.to_vec(),
        ),
        (head("file", Some("")), Vec::new()),
    ];
    for step in [1, 2, 3, 7, 30, 31, 64, sent.len()] {
        assert_eq!(parts(TYPE, &sent, step).as_ref(), Ok(&expected), "{step}");
    }
}

#[test]
fn names_are_read_as_browsers_write_them() {
    for (sent, expected) in [
        ("name=\"f\"; filename=\"a%22b%0D%0Ac.xlsx\"", "a\"b c.xlsx"),
        ("name=\"f\"; filename=\"a\\\"b.xlsx\"", "a\"b.xlsx"),
        (
            "name=\"f\"; filename=\"C:\\temp\\様式1.xlsx\"",
            "様式1.xlsx",
        ),
        ("name=\"f\"; filename=\"../../etc/passwd\"", "passwd"),
        ("name=f; filename=plain.xlsx", "plain.xlsx"),
        ("filename=\"name=x;.xlsx\"; name=\"f\"", "name=x;.xlsx"),
    ] {
        let read = parts(TYPE, &body(&[(sent, b"x")]), 9);
        let expected = vec![(head("f", Some(expected)), b"x".to_vec())];
        assert_eq!(read, Ok(expected), "{sent}");
    }
}

#[test]
fn what_is_not_a_form_is_refused() {
    assert!(Multipart::new("application/x-www-form-urlencoded").is_err());
    assert!(Multipart::new("multipart/form-data").is_err());
    assert!(Multipart::new("multipart/form-data; boundary=").is_err());
    let long = format!("multipart/form-data; boundary={}", "b".repeat(71));
    assert!(Multipart::new(&long).is_err());
    assert!(Multipart::new("multipart/form-data; boundary=\"a b\"; charset=utf-8").is_ok());

    let whole = body(&[("name=\"file\"; filename=\"a\"", b"content")]);
    assert!(
        parts(TYPE, &whole[..whole.len() - 4], 5).is_err(),
        "cut off"
    );
    assert!(parts(TYPE, b"", 1).is_err());
    assert!(
        parts(TYPE, &body(&[("filename=\"a\"", b"x")]), 8).is_err(),
        "no name"
    );
    assert!(
        parts(TYPE, &vec![b'x'; 4000], 100).is_err(),
        "endless preamble"
    );
    let tail = b"------WebKitFormBoundaryAbC123xyz\r\n";
    assert!(parts(TYPE, tail, 3).is_err(), "a boundary that goes on");
    let mut endless = b"------WebKitFormBoundaryAbC123\r\n".to_vec();
    endless.extend(b"X-Long: ".iter().chain([b'y'; 9000].iter()));
    assert!(parts(TYPE, &endless, 1000).is_err(), "an endless head");
}

proptest! {
    #[test]
    fn any_content_comes_back(contents in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..5), step in 1_usize..300) {
        // A boundary a browser chose does not stand in the content.
        prop_assume!(contents.iter().all(|content| memchr::memmem::find(content, b"AbC123").is_none()));
        let named: Vec<_> = contents.iter().map(|content| ("name=\"f\"; filename=\"n\"", content.as_slice())).collect();
        let read = parts(TYPE, &body(&named), step).expect("reads");
        let read: Vec<_> = read.into_iter().map(|(_, content)| content).collect();
        prop_assert_eq!(read, contents);
    }

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..600), step in 1_usize..50) {
        // Whatever it is, it ends.
        let mut body = b"------WebKitFormBoundaryAbC123\r\n".to_vec();
        body.extend(bytes);
        let _ = parts(TYPE, &body, step);
    }
}
