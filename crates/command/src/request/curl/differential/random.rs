//! Random command lines. What curl would wait for is left out: passwords, other protocols, TLS, HTTP/2, proxies.

use fastrand::Rng;

// The first one of these is the usual one.
const SCHEMES: [&str; 6] = ["http://", "", "HTTP://", "http:/", "http:///", "http:"];
const USERS: [&str; 8] = ["", "u:p@", "u@", ":p@", ":@", "u%20x:p%3aq@", "a@b:c@", "@"];
const HOSTS: [&str; 16] = [
    "a.example",
    "A.Example",
    "localhost",
    "[::1]",
    "127.0.0.1",
    "ftp.example",
    "%61.example",
    "a.example.",
    "127.1",
    "0x7f000001",
    "1.2.3.4.",
    "7.example",
    "a.7b",
    "[0:0::1]",
    "[::ffff:1.2.3.4]",
    "",
];
const PORTS: [&str; 7] = ["", ":8080", ":80", ":", ":99999", ":08", ":0"];

const PATHS: [&str; 36] = [
    "/", "/", "/", "/", "/", "a", "a", "b", "7", "..", ".", "/..", "/.", "/../", "/./", "//",
    "%2e", "%20", "{a,b}", "[1-3]", "[]", "\\", "\\{", " ", "\u{e9}", "%", "\"", ";", "@", ":",
    "+", "<", "|", "^", "`", "$",
];
const QUERIES: [&str; 22] = [
    "a=b", "a=b", "&", "&c", "?", "=", "/../", "..", "[]=1", "[a]", "{x,y}", " ", "+", "%20",
    "\u{e9}", "'", "\"", "http://b", ";", "@", "|", "\\",
];
const NAMES: [&str; 15] = [
    "X-A",
    "X-A",
    "x-a",
    "X-B",
    "Accept",
    "User-Agent",
    "Content-Type",
    "Content-Type",
    "Authorization",
    "Cookie",
    "Referer",
    "Host",
    "Accept-Encoding",
    "accept",
    "X_C",
];
const HEADERS: [&str; 19] = [
    "N: v",
    "N: w",
    "N: w:80",
    "N:x",
    "N:",
    "N:",
    "N: ",
    "N;",
    "N;",
    "N; ",
    "N",
    "N;;",
    "N : v",
    "N:  v  ",
    "N: \u{e9}",
    "N: a;b",
    "N; x",
    "@none",
    ": v",
];
const DATA: [&str; 12] = [
    "a=b", "a=b", "c", "", "@none", "a b", "\u{e9}", "a&b", "#x", "?", "b%20c", "+",
];
const TO_ENCODE: [&str; 12] = [
    "x y",
    "=x&y",
    "n=v \u{e9}",
    "n@none",
    "@none",
    "a@b=c",
    "",
    "=",
    "n=~-._*",
    "n=",
    "a b=c",
    "#",
];
const VALUES: [(&str, &[&str]); 29] = [
    ("X", &["PUT", "POST", "GET", "HEAD", "get", "", "a b"]),
    ("u", &["u:p", "u:", ":p", ":", "u:p:q", "\u{e9}:p"]),
    ("oauth2-bearer", &["t", "t", "", "a b"]),
    (
        "b",
        &["a=b", "c=d; e=f", "none", "", "@a=b", "a=b;", " a=b"],
    ),
    ("A", &["x", "a b", ""]),
    ("e", &["http://r/", "x;auto", ";auto", "", "y"]),
    ("d", &DATA),
    ("d", &DATA),
    ("data", &DATA),
    ("data-raw", &DATA),
    ("data-binary", &DATA),
    ("data-ascii", &DATA),
    ("data-urlencode", &TO_ENCODE),
    ("data-urlencode", &TO_ENCODE),
    ("json", &["{}", "[1]", "{\"a\": 1}", ""]),
    ("F", &["a=b"]),
    ("F", &["a=b", "a=b;type=x/y", "a", "=b"]),
    ("form-string", &["a=@b", "a=b", "a"]),
    ("o", &["out"]),
    ("D", &["dumped"]),
    ("c", &["jar"]),
    ("w", &["%{http_code}"]),
    ("retry", &["0"]),
    ("max-redirs", &["1"]),
    ("cacert", &["none"]),
    ("E", &["none"]),
    ("key", &["none"]),
    ("resolve", &["b.example:1:127.0.0.1"]),
    ("connect-timeout", &["9"]),
];
const ALONE: [&str; 37] = [
    "-G",
    "-G",
    "-G",
    "-G",
    "-I",
    "-I",
    "--get",
    "--head",
    "-g",
    "-g",
    "--globoff",
    "--path-as-is",
    "--path-as-is",
    "-s",
    "-k",
    "-sS",
    "-L",
    "-f",
    "-N",
    "-0",
    "-4",
    "-j",
    "-i",
    "--compressed",
    "--compressed",
    "--http1.1",
    "--basic",
    "--no-keepalive",
    "--tlsv1.2",
    "-1",
    "-#",
    "-sSkL",
    "-sXPUT",
    "-GI",
    "-sd1",
    "-gG",
    "-v",
];
/// Words that are refused here. curl accepts some.
const ODD: [&str; 12] = [
    "--user=a:b",
    "--no-silent",
    "---head",
    "-",
    "--url-query x=y",
    "--next",
    "-T none",
    "-sZ",
    "--no-get",
    "--variable a=b",
    "--hea",
    "--no-compressed",
];
/// What a shell replaces or ends the command with.
const FOR_A_SHELL: [&str; 12] = [
    "$5", "$$", "`true`", "$'a'", "; true", "\n", "\\\n", ">out", "#c", "$?", "\"$#\"", "| cat",
];

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
            .map(|c| match is_plain(c) {
                true => c.to_string(),
                false => format!("\\{c}"),
            })
            .collect(),
        1 => {
            let escaped = |c: char| match "\\\"$`".contains(c) {
                true => format!("\\{c}"),
                false => c.to_string(),
            };
            format!("\"{}\"", word.chars().map(escaped).collect::<String>())
        }
        _ => format!("'{}'", word.replace('\'', "'\\''")),
    }
}
