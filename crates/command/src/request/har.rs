//! Reads requests from an HTTP archive (HAR 1.2), which browsers' network panels save.

use http::Request;
use serde::Deserialize;

use super::{text::add_header, with_target};
use crate::failure::{Failure, read as read_file};

#[derive(Deserialize)]
struct Archive {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    request: Recorded,
}

#[derive(Deserialize)]
struct Recorded {
    method: String,
    url: String,
    headers: Vec<Header>,
}

#[derive(Deserialize)]
struct Header {
    name: String,
    value: String,
}

/// Reads all requests, or the one with this number, counted from one.
pub(super) fn read(file: &str, number: Option<usize>) -> Result<Vec<Request<()>>, Failure> {
    let archive: Archive = serde_json::from_str(&read_file(file)?).map_err(|error| {
        Failure::of(
            file,
            format_args!("{error}; pass an HTTP archive, which a browser's network panel saves"),
        )
    })?;
    let entries = archive.log.entries;
    let chosen = match number {
        None => entries.as_slice(),
        Some(number) => {
            let chosen = number
                .checked_sub(1)
                .and_then(|index| entries.get(index..=index));
            chosen.ok_or_else(|| {
                let count = entries.len();
                Failure::of(
                    file,
                    format_args!("it has no entry {number}; say 1 to {count} with `--entry`"),
                )
            })?
        }
    };
    if chosen.is_empty() {
        return Err(Failure::of(
            file,
            "it has no requests; record some, and save the archive again",
        ));
    }
    let first = number.unwrap_or(1);
    let requests = (first..).zip(chosen);
    requests
        .map(|(number, entry)| {
            request(&entry.request)
                .map_err(|problem| Failure::of(file, format_args!("entry {number}: {problem}")))
        })
        .collect()
}

fn request(recorded: &Recorded) -> Result<Request<()>, &'static str> {
    let url = recorded.url.split('#').next().unwrap_or_default();
    let mut request = with_target(&recorded.method, url)?;
    for Header { name, value } in &recorded.headers {
        // HTTP/2's pseudo headers are the method and the URL.
        if !name.starts_with(':') {
            add_header(&mut request, &format!("{name}: {value}"))?;
        }
    }
    Ok(request)
}
