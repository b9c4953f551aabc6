//! `Forwarded`, compared with a reader that goes from the left, on random lines.

use std::{net::IpAddr, time::Duration};

use proptest::{collection::vec, prelude::*, sample::select};

use super::rfc7239::{client, known};
use crate::request::{
    forwarded::rfc7239::{addresses, elements, node},
    thread_time::thread_time,
};

/// Reads a line from the left, by the grammar of RFC 7239. `None` if the line does not follow it.
fn naive(line: &str) -> Option<Vec<Vec<(String, String)>>> {
    let mut elements = vec![vec![]];
    let mut rest = line;
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        match rest.chars().next() {
            None => return Some(elements),
            Some(',') => {
                elements.push(vec![]);
                rest = &rest[1..];
                continue;
            }
            Some(';') => {
                rest = &rest[1..];
                continue;
            }
            Some(_) => {}
        }
        let (name, after) = rest.split_once('=')?;
        let is_token = |text: &str| {
            let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
            !text.is_empty() && text.chars().all(token)
        };
        if !is_token(name) {
            return None;
        }
        let value;
        match after.strip_prefix('"') {
            Some(quoted) => {
                let mut text = String::new();
                let mut chars = quoted.chars();
                loop {
                    match chars.next()? {
                        '"' => break,
                        '\\' => text.push(chars.next()?),
                        c => text.push(c),
                    }
                }
                (value, rest) = (text, chars.as_str());
            }
            None => {
                let end = after.find([',', ';', ' ', '\t']).unwrap_or(after.len());
                let (text, after) = after.split_at(end);
                if !is_token(text) {
                    return None;
                }
                (value, rest) = (text.to_owned(), after);
            }
        }
        elements
            .last_mut()?
            .push((name.to_ascii_lowercase(), value));
        rest = rest.trim_start_matches([' ', '\t']);
        if !rest.is_empty() && !rest.starts_with([',', ';']) {
            return None;
        }
    }
}

/// The naive reading of an element: its `for`, unless the element has none or is repeated.
fn naive_client(element: &[(String, String)]) -> Option<IpAddr> {
    let all = |wanted: &str| element.iter().filter(|(name, _)| name == wanted).count();
    if all("for") != 1 || all("proto") > 1 {
        return None;
    }
    let (_, value) = element.iter().find(|(name, _)| name == "for")?;
    node(value.as_bytes())
}

fn pair() -> impl Strategy<Value = String> {
    let name = select(vec!["for", "For", "proto", "by", "host", "x"]);
    let value = select(vec![
        "1.2.3.4",
        "10.0.0.1",
        "\"10.0.0.2:80\"",
        "\"[2001:db8::1]:1\"",
        "\"[fd00::7]\"",
        "unknown",
        "_x",
        "https",
        "\"a, for=6.6.6.6\"",
        "\"a; for=6.6.6.6\"",
        "\"\\\"\"",
        "\"\\\\\"",
        "\"\\\", for=6.6.6.6;\"",
        "\"\"",
    ]);
    (name, value).prop_map(|(name, value)| format!("{name}={value}"))
}

fn line() -> impl Strategy<Value = String> {
    let element = vec(pair(), 0..4).prop_map(|pairs| pairs.join(";"));
    let comma = select(vec![",", ", ", " ,\t"]);
    (vec(element, 1..5), comma).prop_map(|(elements, comma)| elements.join(comma))
}

/// Anything that could confuse a reader.
fn hostile() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "for=",
        "1.2.3.4",
        "10.0.0.1",
        "\"",
        "\\",
        ",",
        ";",
        "=",
        " ",
        "x",
        "[",
        "]",
        "proto=https",
    ]);
    vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_well_formed_line_is_read_like_the_naive_reader(line in line()) {
        let expected = naive(&line).expect("a well-formed line");
        let mut expected: Vec<_> = expected.iter().map(|element| naive_client(element)).collect();
        expected.reverse();
        let found: Vec<_> = addresses(line.as_bytes()).collect();
        prop_assert_eq!(found, expected, "{}", line);
    }

    /// Whatever the naive reader accepts from the left is read in the same way from the right.
    #[test]
    fn a_line_that_the_naive_reader_accepts_is_read_in_the_same_way(line in hostile()) {
        if let Some(elements) = naive(&line) {
            let mut expected: Vec<_> = elements.iter().map(|element| naive_client(element)).collect();
            expected.reverse();
            let found: Vec<_> = addresses(line.as_bytes()).collect();
            prop_assert_eq!(found, expected, "{}", line);
        }
    }

    /// The proxy appends its element to what the client has sent.
    #[test]
    fn nothing_that_a_client_sends_changes_what_its_proxy_says(
        sent in hostile(),
        host in hostile(),
        hops in 0..3_usize,
    ) {
        // A careful proxy escapes what it takes from the client.
        let host = host.replace('\\', "\\\\").replace('"', "\\\"");
        let hops = ", for=\"10.0.0.9\";host=\"a\"".repeat(hops);
        let line = format!("{sent}, for=\"203.0.113.7:80\";host=\"{host}\";proto=https{hops}");
        prop_assert_eq!(client(&[&line]), known("203.0.113.7"), "{}", line);
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(line in vec(any::<u8>(), 0..60)) {
        let read: Vec<_> = elements(&line).collect();
        prop_assert!(!read.is_empty() && read.len() <= line.len() + 1);
    }
}

/// Quadratic time would be minutes.
#[test]
fn a_long_line_takes_linear_time() {
    for piece in [
        "\"",
        "\\",
        ",",
        ";",
        "\\\"",
        "a=\"\\\"",
        "\",\"",
        "for=\"10.0.0.1\",",
    ] {
        let long = piece.repeat(200_000);
        let before = thread_time();
        std::hint::black_box(elements(long.as_bytes()).count());
        let took = thread_time() - before;
        assert!(took < Duration::from_secs(5), "{piece}: {took:?}");
    }
}
