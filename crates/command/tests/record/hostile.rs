//! Servers, files and environments that try to make `record` tell something wrong, or tell too much.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    thread,
};

use crate::{
    cloud::{Server, response},
    command::{record, rows, run_with},
};

const REST: &str = "x-amz-apigw-id: JrtEUESLAi0F5hg=\r\n";
const HTTP: &str = "apigw-requestid: EOQFNigDoAMEYQw=\r\n";

/// Answers one request with these bytes, and hangs up.
fn answering_once(answer: impl Into<Vec<u8>>) -> SocketAddr {
    let answer = answer.into();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        read_head(&mut stream);
        let _ = stream.write_all(&answer);
    });
    address
}

fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read > 0) {
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

/// An HTTP API's refusal is known by its bytes, so without all of them nothing is known.
#[test]
fn a_refusal_that_is_cut_off_or_compressed_does_not_pass() {
    let cut =
        format!("HTTP/1.1 403 Forbidden\r\n{HTTP}content-length: 23\r\n\r\n{{\"message\":\"Forb");
    let cut_chunk = format!(
        "HTTP/1.1 401 Unauthorized\r\n{HTTP}transfer-encoding: chunked\r\n\r\n1a\r\n{{\"message\":\"Unau"
    );
    let compressed = format!(
        "HTTP/1.1 403 Forbidden\r\n{HTTP}content-encoding: gzip\r\ncontent-length: 4\r\n\r\n\x1f\x08\x08\x08"
    );
    for (answer, why) in [
        (cut, "the response ended too early"),
        (cut_chunk, "the response ended too early"),
        (compressed, "`Accept-Encoding`"),
    ] {
        let url = format!("http://{}", answering_once(answer));
        let recorded = record(&url, "GET /pets -", &[]);
        assert_eq!((recorded.code, &*recorded.output), (2, ""), "{recorded:?}");
        assert!(recorded.errors.contains(why), "{}", recorded.errors);
    }
}

#[test]
fn nothing_that_a_server_writes_becomes_a_line_of_its_own() {
    let types = [
        &b"x\tDenied\x1b[2J"[..],
        b"UnauthorizedException\xe2\x80\xae",
        b"\xff\xfe\xfd",
        b"a\xc2\x85GET /admin - passed",
    ];
    for error_type in types {
        let head = format!("HTTP/1.1 403 Forbidden\r\n{REST}x-amzn-errortype: ");
        let answer = [
            head.as_bytes(),
            error_type,
            b"\r\ncontent-length: 0\r\n\r\n",
        ]
        .concat();
        let passing = format!("HTTP/1.1 200 OK\r\n{REST}content-length: 0\r\n\r\n");
        let url = format!("http://{}", answering_twice(answer, passing.into()));
        let recorded = record(&url, "GET /pets -\nGET /open -", &[]);
        assert_eq!(recorded.code, 1, "{recorded:?}");
        assert_eq!(rows(&recorded.output), ["GET /open - passed"]);
        assert_eq!(recorded.output.lines().count(), 3, "{}", recorded.output);
        for printed in [&recorded.output, &recorded.errors] {
            // U+FFFD stands for bytes that are not text.
            let is_visible = |c: char| matches!(c, '\n' | ' '..='~' | '\u{fffd}');
            assert!(printed.chars().all(is_visible), "{printed:?}");
        }
    }
}

fn answering_twice(first: Vec<u8>, second: Vec<u8>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for answer in [first, second] {
            let (mut stream, _) = listener.accept().unwrap();
            read_head(&mut stream);
            let _ = stream.write_all(&answer);
        }
    });
    address
}

/// The path is someone else's if the file is.
#[test]
fn a_path_cannot_hide_text_in_the_terminal() {
    let server = Server::answering(|_| response(200, &[("x-amz-apigw-id", "a")], ""));
    let recorded = record(&server.url(), "GET /pets\u{202e}/x -", &[]);
    assert!(
        !recorded.errors.contains('\u{202e}'),
        "{:?}",
        recorded.errors
    );
}

#[test]
fn a_redirect_to_another_host_is_not_followed_and_not_shown() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let location = format!("http://{}/s3cr3t-place", elsewhere.local_addr().unwrap());
    for status in [301, 302, 303, 307, 308] {
        let location = location.clone();
        let server = Server::answering(move |_| {
            let headers = [("x-amz-apigw-id", "a"), ("location", &*location)];
            response(status, &headers, "")
        });
        let recorded = record(&server.url(), "GET /pets t0ken", &[]);
        assert_eq!(rows(&recorded.output), ["GET /pets t0ken passed"]);
        let printed = recorded.output + &recorded.errors;
        assert!(!printed.contains("s3cr3t-place"), "{printed}");
        assert_eq!(server.asked().len(), 1);
    }
    assert!(elsewhere.accept().is_err());
}

/// A proxy would read the tokens.
#[test]
fn proxies_of_the_environment_are_not_used() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.set_nonblocking(true).unwrap();
    let url = format!("http://{}", proxy.local_addr().unwrap());
    let names = [
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "all_proxy",
    ];
    let variables = names.map(|name| (name, Path::new(&url)));
    let server = Server::answering(|_| response(200, &[("x-amz-apigw-id", "a")], ""));
    let arguments = ["record", "-", "--url", &server.url()];
    let recorded = run_with(&arguments, "GET /pets t0ken", &variables);
    assert_eq!(recorded.code, 0, "{recorded:?}");
    assert!(proxy.accept().is_err());
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn heads_without_end_are_no_answer() {
    let long = format!(
        "HTTP/1.1 200 OK\r\n{REST}x-long: {}\r\n\r\n",
        "a".repeat(2_000_000)
    );
    let many = format!(
        "HTTP/1.1 200 OK\r\n{REST}{}\r\n",
        "x-many: a\r\n".repeat(10_000)
    );
    let interim = "HTTP/1.1 100 Continue\r\n\r\n".repeat(100_000);
    let garbage = "SSH-2.0-OpenSSH_9.2\r\n".to_owned();
    for answer in [long, many, interim, garbage] {
        let url = format!("http://{}", answering_once(answer));
        let recorded = record(&url, "GET /pets t0ken", &["--timeout", "5"]);
        assert_eq!((recorded.code, &*recorded.output), (2, ""), "{recorded:?}");
        assert_eq!(recorded.errors.lines().count(), 2, "{}", recorded.errors);
        assert!(!recorded.errors.contains("t0ken"), "{}", recorded.errors);
    }
}

/// What was recorded before, and who may read it.
#[test]
#[cfg(unix)]
fn tokens_are_not_written_where_others_read_them() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("recorded.txt");
    fs::write(&file, "earlier\n").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let server = Server::answering(|_| response(200, &[("x-amz-apigw-id", "a")], ""));
    let output = ["--output", file.to_str().unwrap()];
    let recorded = record(&server.url(), "GET /pets t0ken", &output);
    assert_eq!(recorded.code, 0, "{recorded:?}");
    assert!(fs::read_to_string(&file).unwrap().contains("t0ken"));
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // Nothing is left beside it.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// If nothing could be recorded, the table of the last time stays.
#[test]
fn a_failure_leaves_the_file_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("recorded.txt");
    fs::write(&file, "earlier\n").unwrap();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let recorded = record(&url, "GET /pets -", &["--output", file.to_str().unwrap()]);
    assert_eq!(recorded.code, 2, "{recorded:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "earlier\n");
}

/// Text that a file of requests cannot put into a message, into other headers, or into other rows.
#[test]
fn hostile_requests_are_sent_as_they_are_or_refused() {
    let server = Server::answering(|_| response(200, &[("x-amz-apigw-id", "a")], ""));
    for requests in [
        "GET /pets\r/x -",
        "GET /pets \"a\rX-Other: b\"",
        "GET /pets \"a\0b\"",
        "GET /pets t \"X-A: b\rX-Other: c\"",
        "GET /pets\nAuthorization: a\rX-Other: b",
        "GET /pets t \"X A: b\"",
        "GET /pets t \": b\"",
        "GET /a\u{7}b -",
        "G\u{e4}T /pets -",
    ] {
        let recorded = record(&server.url(), requests, &[]);
        assert_eq!(
            (recorded.code, recorded.errors.lines().count()),
            (2, 1),
            "{requests:?} {recorded:?}"
        );
    }
    assert!(server.asked().is_empty(), "{:?}", server.asked());
    let hostile = "GET /pets \"# a \"\" b\t\u{2028}\" \"X-A: # x\"";
    let recorded = record(&server.url(), hostile, &[]);
    let again = record(&server.url(), &recorded.output, &[]);
    assert_eq!(recorded.output, again.output);
    let asked = server.asked();
    assert_eq!(asked[0].headers, asked[1].headers);
    assert_eq!(
        asked[0].headers["authorization"].as_bytes(),
        "# a \" b\t\u{2028}".as_bytes()
    );
    // A token is not text in UTF-8.
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), b"GET /pets \xff").unwrap();
    let arguments = [
        "record",
        file.path().to_str().unwrap(),
        "--url",
        &server.url(),
    ];
    let recorded = run_with(&arguments, "", &[]);
    assert_eq!((recorded.code, recorded.errors.lines().count()), (2, 1));
}
