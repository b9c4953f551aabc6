//! A command and a test that send a request again. Credentials are left out.

mod curl;
mod harness_test;

pub(crate) use self::{curl::curl, harness_test::harness_test};
use crate::{record::Record, story::Story};

/// Headers that every client sets automatically.
fn is_sent_anyway(name: &str) -> bool {
    const ANYWAY: [&str; 11] = [
        "accept",
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "te",
        "transfer-encoding",
        "upgrade",
        "user-agent",
    ];
    ANYWAY.contains(&name)
}

fn headers(story: &Story) -> impl Iterator<Item = &str> {
    let names = story.header_names.iter().map(String::as_str);
    names.filter(|name| !is_sent_anyway(name) && !name.ends_with('…'))
}

fn query(story: &Story) -> impl Iterator<Item = &str> {
    let names = story.query_names.iter().map(String::as_str);
    names.filter(|name| !name.ends_with('…'))
}

/// The command and the test for a record, for a console that was opened under this host.
pub(crate) fn reproduce(record: &Record, host: &str) -> (String, String) {
    match record.story.as_deref() {
        Some(story) if story.exact.is_whole => (
            curl(&record.summary, story, host),
            harness_test(&record.summary, story),
        ),
        Some(_) => (
            "# The path is too long to be repeated.\n".to_owned(),
            "// The path is too long to be repeated.\n".to_owned(),
        ),
        None => Default::default(),
    }
}
