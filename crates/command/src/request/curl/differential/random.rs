//! Puts random command lines together. What curl would wait for is left out: passwords, other protocols, TLS, HTTP/2,
//! proxies.

use fastrand::Rng;

use super::parts::{
    ALONE, FOR_A_SHELL, HEADERS, HOSTS, NAMES, ODD, PATHS, PORTS, QUERIES, SCHEMES, USERS, VALUES,
};

fn one<'c>(random: &mut Rng, choices: &[&'c str]) -> &'c str {
    choices[random.usize(..choices.len())]
}

/// Four times of five the first one.
fn often_first<'c>(random: &mut Rng, choices: &[&'c str]) -> &'c str {
    match random.u8(..5) {
        0 => one(random, choices),
        _ => choices[0],
    }
}

fn some(random: &mut Rng, most: usize, choices: &[&str]) -> String {
    let count = random.usize(..=most);
    (0..count).map(|_| one(random, choices)).collect()
}

pub(super) fn line(random: &mut Rng) -> String {
    let mut words = Vec::new();
    for _ in 0..random.usize(..6) {
        words.push(flag(random));
    }
    let url = url(random);
    let url = quoted(random, &url);
    let at = random.usize(..=words.len());
    match random.u8(..12) {
        0 => words.insert(at, format!("--url {url}")),
        1 => words.push(format!("-- {url}")),
        _ => words.insert(at, url),
    }
    if random.u8(..40) == 0 {
        let at = random.usize(..=words.len());
        words.insert(at, one(random, &FOR_A_SHELL).to_owned());
    }
    format!("curl {}", words.join(" "))
}

fn url(random: &mut Rng) -> String {
    let mut url = String::new();
    for choices in [&SCHEMES[..], &USERS, &HOSTS, &PORTS] {
        url.push_str(often_first(random, choices));
    }
    if random.u8(..8) > 0 {
        url.push('/');
        url.push_str(&some(random, 5, &PATHS));
    }
    if random.bool() {
        url.push('?');
        url.push_str(&some(random, 4, &QUERIES));
    }
    if random.u8(..6) == 0 {
        url.push('#');
        url.push_str(&some(random, 2, &["top", "?", "#", "/../"]));
    }
    url
}

fn flag(random: &mut Rng) -> String {
    match random.u8(..24) {
        0..6 => {
            let header = often_first(random, &HEADERS).replace('N', one(random, &NAMES));
            let name = one(random, &["H", "header"]);
            with_value(random, name, &header)
        }
        6..14 => {
            let (name, values) = VALUES[random.usize(..VALUES.len())];
            // The same flag twice has a meaning of its own.
            let times = 1 + usize::from(random.u8(..3) == 0);
            let flags = (0..times).map(|_| {
                let value = one(random, values);
                with_value(random, name, value)
            });
            flags.collect::<Vec<_>>().join(" ")
        }
        14 if random.u8(..4) == 0 => one(random, &ODD).to_owned(),
        _ => one(random, &ALONE).to_owned(),
    }
}

fn with_value(random: &mut Rng, name: &str, value: &str) -> String {
    let value = quoted(random, value);
    match name.len() {
        // Without a space, an empty value would be the next word.
        1 if value.len() > 2 && random.bool() => format!("-{name}{value}"),
        1 => format!("-{name} {value}"),
        _ => format!("--{name} {value}"),
    }
}

/// The word in one of the ways that a shell reads.
fn quoted(random: &mut Rng, word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/:.?=@%+_-,".contains(c);
    match random.u8(..5) {
        // A part of the word in other quotes than the rest.
        4 if word.is_ascii() && word.len() > 1 => {
            let (left, right) = word.split_at(random.usize(1..word.len()));
            quoted(random, left) + &quoted(random, right)
        }
        0 if !word.is_empty() && word.chars().all(is_plain) => word.to_owned(),
        0 if !word.is_empty() => word
            .chars()
            .map(|c| {
                if is_plain(c) {
                    c.to_string()
                } else {
                    format!("\\{c}")
                }
            })
            .collect(),
        1 => {
            let escaped = |c: char| {
                if "\\\"$`".contains(c) {
                    format!("\\{c}")
                } else {
                    c.to_string()
                }
            };
            format!("\"{}\"", word.chars().map(escaped).collect::<String>())
        }
        _ => format!("'{}'", word.replace('\'', "'\\''")),
    }
}
