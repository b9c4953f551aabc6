//! Random requests that are similar to a document's operations.

use std::fmt;

use axum::body::Body;
use fastrand::Rng;
use http::Request;

use super::documents::{AUTHORIZERS, Document, Operation, Segment};

#[derive(Debug)]
pub(super) struct Sent {
    pub(super) method: &'static str,
    pub(super) path: String,
    pub(super) tokens: Vec<&'static str>,
}

const METHODS: [&str; 5] = ["GET", "GET", "POST", "HEAD", "PUT"];
const SEGMENTS: [&str; 12] = [
    "", "", "", "a", "a", "b", "c", "%61", "%62", "%2F", ".", "%2e%2E",
];

impl Sent {
    pub(super) fn random(document: &Document, rng: &mut Rng) -> Self {
        let mut segments = match rng.choice(&document.operations) {
            Some(operation) if rng.u8(..4) > 0 => operation
                .template
                .as_deref()
                .map_or_else(Vec::new, |t| fitting(t, rng)),
            _ => Vec::new(),
        };
        for _ in 0..rng.usize(0..=2) {
            let at = rng.usize(..=segments.len());
            segments.insert(at, rng.choice(SEGMENTS).unwrap());
        }
        match rng.u8(..16) {
            // Far more segments than a template may have.
            0 => segments.extend(std::iter::repeat_n(
                rng.choice(["", "a"]).unwrap(),
                rng.usize(60..200),
            )),
            1..=3 => segments.push(""),
            4..=5 => segments.insert(0, ""),
            6 if !segments.is_empty() => drop(segments.pop()),
            _ => {}
        }
        let none: &[&str] = &[];
        let tokens = rng
            .choice([
                none,
                none,
                &AUTHORIZERS[..1],
                &AUTHORIZERS[1..],
                &AUTHORIZERS,
            ])
            .unwrap();
        Self {
            method: rng.choice(METHODS).unwrap(),
            path: format!("/{}", segments.join("/")),
            tokens: tokens.to_vec(),
        }
    }

    /// An unusual spelling of an operation's path, usually without a token.
    pub(super) fn spelled(operation: &Operation, rng: &mut Rng) -> Self {
        let template = operation.template.as_deref().unwrap_or_default();
        let mut segments = fitting(template, rng);
        for segment in &mut segments {
            if rng.u8(..4) == 0 {
                *segment = match *segment {
                    "b" => "%62",
                    _ => "%61",
                };
            }
        }
        if rng.u8(..4) == 0 {
            segments.insert(rng.usize(..segments.len()), "");
        }
        Self {
            method: "GET",
            path: format!("/{}", segments.join("/")),
            tokens: AUTHORIZERS[..usize::from(rng.u8(..4) == 0)].to_vec(),
        }
    }

    /// The request with a path that has only one spelling.
    pub(super) fn made_plain(self) -> Self {
        let segments = self
            .path
            .split('/')
            .filter(|segment| !segment.is_empty() && !segment.contains(['%', '.']));
        let path = format!("/{}", segments.collect::<Vec<_>>().join("/"));
        Self { path, ..self }
    }

    /// Whether the path is unusual in another way than by a slash at the end.
    pub(super) fn is_unusual(&self) -> bool {
        let path = self.path.strip_suffix('/').unwrap_or(&self.path);
        self.path == "//" || path.contains(['%', ';']) || path.contains("//") || path.ends_with('/')
    }

    pub(super) fn request(&self) -> Request<Body> {
        let request = Request::builder().method(self.method).uri(&self.path);
        let with_token =
            |request: http::request::Builder, token: &&str| request.header(*token, *token);
        let request = self.tokens.iter().fold(request, with_token);
        request.body(Body::empty()).unwrap()
    }
}

/// A path of the template, or a similar one that some routers match with it.
fn fitting(template: &[Segment], rng: &mut Rng) -> Vec<&'static str> {
    let mut segments = Vec::new();
    for segment in template {
        match segment {
            Segment::Exact("a") if rng.u8(..8) == 0 => segments.push("%61"),
            Segment::Exact(text) => segments.push(text),
            Segment::Variable => segments.push(rng.choice(["", "a", "b", "c", "%62"]).unwrap()),
            Segment::Greedy => {
                let length = rng.usize(0..=2);
                segments.extend((0..length).map(|_| rng.choice(["", "a", "b"]).unwrap()));
            }
        }
    }
    segments
}

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} with {:?}", self.method, self.path, self.tokens)
    }
}
