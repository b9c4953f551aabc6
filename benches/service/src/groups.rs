//! The groups that are measured side by side, and the answers that they must give.

use http::StatusCode;

#[cfg(feature = "contestants")]
use crate::contestants::{self, Decisions};
use crate::{
    hits,
    protected::{self, UNAUTHORIZED},
    requests::Requests,
    subject::{Answer, Subject},
    this_crate,
};

/// Subjects with the same requests. The others are compared with the first one.
pub(crate) struct Group {
    /// One word.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) requests: Requests,
    pub(crate) rows: &'static [Row],
    /// What all of the answers have in common.
    status: StatusCode,
}

pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) make: fn(Requests) -> Subject,
}

/// The scenario of the bare service with one token.
pub(crate) const BARE: &str = "hit-one/0";

pub(crate) const THIS: &str = "this crate";
pub(crate) const CUSTOMISED: &str = "this crate, customised";
pub(crate) const TEN_STATEMENTS: &str = "10 statements";
pub(crate) const A_THOUSAND_STATEMENTS: &str = "1,000 statements";
pub(crate) const FRESH: &str = "fresh extensions";
pub(crate) const MOKA: &str = "tower-http + moka";
pub(crate) const FROM_FN: &str = "axum from_fn";

const fn row(name: &'static str, make: fn(Requests) -> Subject) -> Row {
    Row { name, make }
}

/// The targets are for the second row. This crate's rows come first, so that their numbers do not
/// depend on the contestants.
pub(crate) const GROUPS: [Group; 5] = [
    Group {
        name: "rejection",
        title: "rejection, no token; above the least: the request dropped, a 401 without a body",
        requests: Requests::Anonymous,
        rows: &[
            row("nothing but a 401", protected::refusing),
            row(THIS, this_crate::plain),
            row(CUSTOMISED, this_crate::customised),
            #[cfg(feature = "contestants")]
            row(FROM_FN, contestants::axum_from_fn),
            #[cfg(feature = "contestants")]
            row("tower-http", contestants::tower_http),
        ],
        status: StatusCode::UNAUTHORIZED,
    },
    Group {
        name: "allow",
        title: "allow, nothing cached; above the bare service",
        requests: Requests::ONE_TOKEN,
        rows: &[
            row("bare service", protected::bare),
            row(THIS, this_crate::plain),
            #[cfg(feature = "contestants")]
            row(FROM_FN, contestants::axum_from_fn),
            #[cfg(feature = "contestants")]
            row("tower-http", contestants::tower_http),
        ],
        status: StatusCode::OK,
    },
    Group {
        name: "hit",
        title: "cache hit, 1,024 tokens of 40 bytes; above the bare service",
        requests: Requests::Tokens {
            count: 1024,
            bytes: 40,
        },
        rows: HITS,
        status: StatusCode::OK,
    },
    Group {
        name: "hit-one",
        title: "cache hit, one token of 40 bytes; above the bare service",
        requests: Requests::ONE_TOKEN,
        rows: HITS_OF_ONE,
        status: StatusCode::OK,
    },
    Group {
        name: "hit-1k",
        title: "cache hit, a token of 1 KB; above the bare service",
        requests: Requests::Tokens {
            count: 1,
            bytes: 1024,
        },
        rows: HITS,
        status: StatusCode::OK,
    },
];

/// With many tokens: a thousand policies of a thousand statements would only show the processor's caches.
const HITS: &[Row] = &[
    row("bare service", protected::bare),
    row(THIS, hits::one_statement),
    #[cfg(feature = "contestants")]
    row(MOKA, |requests| {
        contestants::tower_http_moka(Decisions::new(), requests)
    }),
];

const HITS_OF_ONE: &[Row] = &[
    row("bare service", protected::bare),
    row(THIS, hits::one_statement),
    row(TEN_STATEMENTS, hits::ten_statements),
    row(A_THOUSAND_STATEMENTS, hits::a_thousand_statements),
    row(FRESH, hits::fresh_extensions),
    #[cfg(feature = "contestants")]
    row(MOKA, |requests| {
        contestants::tower_http_moka(Decisions::new(), requests)
    }),
];

impl Group {
    pub(crate) fn find(name: &str) -> Option<&'static Self> {
        const { &GROUPS }.iter().find(|group| group.name == name)
    }

    /// Before anything is timed: is the answer what it has to be?
    pub(crate) fn check(&self, row: &Row) {
        let Answer {
            status,
            content_type,
            body,
        } = (row.make)(self.requests).answer();
        assert_eq!(status, self.status, "{}: {}", self.name, row.name);
        if body.is_empty() {
            return;
        }
        let content_type = content_type.expect("a content type");
        assert_eq!(content_type, "application/json", "{}", row.name);
        match row.name {
            CUSTOMISED => {
                assert!(body.starts_with(br#"{"message":"Unauthorized","id":""#));
            }
            _ => assert_eq!(body, UNAUTHORIZED, "{}", row.name),
        }
    }
}
