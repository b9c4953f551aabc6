//! The paths of a request whose operations count.

use std::borrow::Cow;

use crate::{
    api::ArnEnd,
    pipeline::settings::Settings,
    request::path::{self, AmbiguousPaths, PathAmbiguity},
};

/// Whether a path is still percent-encoded.
#[derive(Clone, Copy)]
pub(super) enum Spelling {
    Received,
    Decoded,
}

/// The path that the client sent, and what a layer has made of it behind a router.
pub(super) struct Paths<'p> {
    received: Path<'p>,
    rewritten: Option<Path<'p>>,
}

struct Path<'p> {
    text: &'p str,
    /// If the authorizer's policy is about the decoded path. Then its operation counts as well.
    decoded: Option<Cow<'p, str>>,
    /// If the path begins with two slashes: the path that a program finds which takes what follows for a host.
    after_host: Option<&'p str>,
}

impl<'p> Paths<'p> {
    /// Fails if a path is ambiguous.
    pub(super) fn new(
        received: &'p str,
        rewritten: Option<&'p str>,
        ambiguous: AmbiguousPaths,
        settings: &Settings,
    ) -> Result<Self, PathAmbiguity> {
        let path = |text| Path::new(text, ambiguous, settings);
        Ok(Self {
            received: path(received)?,
            rewritten: rewritten.map(path).transpose()?,
        })
    }

    pub(super) fn received(&self) -> &'p str {
        self.received.text
    }

    pub(super) fn is_rewritten(&self) -> bool {
        self.rewritten.is_some()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&str, Spelling)> {
        let paths = std::iter::once(&self.received).chain(&self.rewritten);
        paths.flat_map(|path| {
            let decoded = path.decoded.as_deref();
            let decoded = decoded.map(|text| (text, Spelling::Decoded));
            let received = std::iter::once(path.text).chain(path.after_host);
            received
                .map(|text| (text, Spelling::Received))
                .chain(decoded)
        })
    }
}

impl<'p> Path<'p> {
    fn new(
        text: &'p str,
        ambiguous: AmbiguousPaths,
        settings: &Settings,
    ) -> Result<Self, PathAmbiguity> {
        let decoded = match (ambiguous, settings.kind.differences().arn_ends_with) {
            (AmbiguousPaths::Refuse | AmbiguousPaths::IgnoreCase, _) => {
                if !path::is_plain(text) {
                    path::decode(text)?;
                }
                None
            }
            (AmbiguousPaths::AsReceived, ArnEnd::MethodAndDecodedPath) => {
                Some(path::decode_as_received(text)?)
            }
            (AmbiguousPaths::AsReceived, ArnEnd::MethodAndPath | ArnEnd::Connect) => None,
        };
        let after_host = path::after_host(text).filter(|_| ambiguous.are_refused());
        Ok(Self {
            text,
            decoded,
            after_host,
        })
    }
}
