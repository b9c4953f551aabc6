//! The target of a request: its method ARN, in parts.

use std::{borrow::Cow, ptr};

use http::{Method, Uri, request::Parts};

use crate::{
    api::ArnEnd,
    decision::DenialReason,
    pipeline::settings::Settings,
    policy::{self, MethodArn, MethodName, StageRequest},
    request::{arn::CONNECT, arn_spellings::Spellings, path, rewritten::rewritten_path},
    scratch,
};

/// The parts of a request's method ARN that the API does not determine. Policies are evaluated on these parts, so the
/// ARN is not stored as a string.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'r> {
    pub(super) settings: &'r Settings,
    method: &'r Method,
    path: &'r str,
    /// The request behind a router, whose path a layer may have rewritten.
    behind_router: Option<&'r Parts>,
    spellings: &'r Spellings,
}

impl<'r> Target<'r> {
    /// `uri` is the URI as the client sent it.
    pub(crate) fn new(settings: &'r Settings, parts: &'r Parts, uri: &'r Uri) -> Self {
        Self {
            settings,
            method: &parts.method,
            path: uri.path(),
            behind_router: (!ptr::eq(uri, &parts.uri)).then_some(parts),
            spellings: &Spellings::AsReceived,
        }
    }

    /// Uses these spellings of the path.
    pub(crate) fn with_spellings(self, spellings: &'r Spellings) -> Self {
        Self {
            path: spellings.decoded().unwrap_or(self.path),
            spellings,
            ..self
        }
    }

    /// The method ARNs that count as well, where a policy excludes something.
    #[inline]
    pub(super) fn other_spellings(&self) -> Option<&'r [String]> {
        self.spellings.others()
    }

    /// Whether a policy that excludes something does so in each case.
    pub(super) fn ignores_case(&self) -> bool {
        self.spellings.ignore_case()
    }

    /// Whether another path or method counts as well, where a policy excludes something.
    #[inline]
    pub(super) fn has_other_spellings(&self) -> bool {
        self.other_spellings()
            .is_some_and(|others| !others.is_empty())
    }

    /// The method ARNs of what servers may read instead of the path.
    pub(super) fn readings(&self) -> &'r [String] {
        self.spellings.readings()
    }

    /// The target with the path of this method ARN, which is one of the readings.
    pub(super) fn read_as<'p>(self, method_arn: &'p str) -> Target<'p>
    where
        'r: 'p,
    {
        let base = self.settings.reader.arn_base.whole.len();
        let path = method_arn.get(base + self.method.as_str().len()..);
        Target {
            path: path.unwrap_or(method_arn),
            ..self
        }
    }

    /// Calls `look` with `{apiId}/{stage}/{METHOD}/{path}`, or `{apiId}/{stage}/$connect`.
    pub(super) fn with_name<R>(&self, look: impl FnOnce(&str) -> R) -> R {
        scratch::with_text(&self.name(), look)
    }

    /// Calls `look` with the method and the path. For a handshake it does not matter what they are.
    #[inline(always)]
    pub(super) fn with_stage_request<R>(&self, look: impl FnOnce(&StageRequest<'_>) -> R) -> R {
        let path = if self.path.starts_with('/') {
            Cow::Borrowed(self.path)
        } else {
            Cow::Owned(["/", self.path].concat())
        };
        let request = StageRequest::new(name_in_policies(self.method), &path);
        look(&request.with_other_spellings(self.other_spellings().unwrap_or_default()))
    }

    /// Lends the target as policies match it, if its spellings are not known yet.
    pub(crate) fn as_matched<R>(self, look: impl FnOnce(&Target<'_>) -> R) -> R {
        look(&self.with_spellings(&self.own_spellings()))
    }

    /// The method ARN that policies match the request by.
    pub(crate) fn matched_arn(self) -> MethodArn {
        self.with_spellings(&self.own_spellings()).method_arn()
    }

    /// An ambiguous path is matched as received.
    fn own_spellings(&self) -> Spellings {
        check_target(self).unwrap_or(Spellings::AsReceived)
    }

    /// The path that the service gets, if a layer behind a router has rewritten it.
    #[inline]
    fn rewritten(&self) -> Option<String> {
        rewritten_path(self.behind_router?, self.path)
    }

    fn name(&self) -> [&str; 4] {
        let stage = &*self.settings.reader.arn_base.name;
        match self.settings.kind.differences().arn_ends_with {
            ArnEnd::Connect => [stage, CONNECT, "", ""],
            ArnEnd::MethodAndPath | ArnEnd::MethodAndDecodedPath => {
                let slash = if self.path.starts_with('/') { "" } else { "/" };
                [stage, self.method.as_str(), slash, self.path]
            }
        }
    }

    pub(crate) fn method_arn(&self) -> MethodArn {
        scratch::with_text(&self.method_arn_parts(), policy::method_arn)
    }

    pub(super) fn method_arn_parts(&self) -> [&str; 4] {
        let [_, behind_stage @ ..] = self.name();
        let [method, slash, path] = behind_stage;
        [&self.settings.reader.arn_base.whole, method, slash, path]
    }
}

/// Fails if the ARN is too long, or if the path can be read in two ways.
#[inline(always)] // With the feature `axum`, the compiler would call this and two others, for 40 instructions of a hit.
pub(crate) fn check_target(target: &Target<'_>) -> Result<Spellings, DenialReason> {
    check_length(target)?;
    spellings(target)
}

#[inline]
fn check_length(target: &Target<'_>) -> Result<(), DenialReason> {
    let limit = target.settings.method_arn_limit;
    let [_, behind_stage @ ..] = target.name().map(str::len);
    let length = target.settings.reader.arn_base.whole.len() + behind_stage.iter().sum::<usize>();
    if length > limit {
        Err(DenialReason::MethodArnTooLong { length, limit })
    } else {
        Ok(())
    }
}

#[inline(always)]
fn spellings(target: &Target<'_>) -> Result<Spellings, DenialReason> {
    let settings = target.settings;
    let end = settings.kind.differences().arn_ends_with;
    // The ARN of a handshake does not contain the path, so the path cannot be misread there.
    let is_plain = || path::is_plain(target.path) && path::is_plain_method(target.method);
    let is_plain = end == ArnEnd::Connect || is_plain() && target.rewritten().is_none();
    if is_plain && !settings.ambiguous_paths.ignore_case() {
        return Ok(settings.paths_in_arns().plain());
    }
    let rewritten = target.rewritten();
    let paths = settings.paths_in_arns();
    let several = paths.several(target.method, target.path, rewritten.as_deref());
    several.map_err(|ambiguity| DenialReason::AmbiguousPath { ambiguity })
}

/// The name of a method as policies compare it. Those of almost all methods are constants.
fn name_in_policies(method: &Method) -> Option<MethodName> {
    match *method {
        Method::GET => const { MethodName::of("GET") },
        Method::POST => const { MethodName::of("POST") },
        Method::PUT => const { MethodName::of("PUT") },
        Method::DELETE => const { MethodName::of("DELETE") },
        Method::HEAD => const { MethodName::of("HEAD") },
        Method::OPTIONS => const { MethodName::of("OPTIONS") },
        Method::PATCH => const { MethodName::of("PATCH") },
        _ => MethodName::of(method.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_know_each_method_by_its_own_name() {
        for name in [
            "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "CONNECT", "TRACE", "G",
            "get", "GET1", "PROPFIND", "M-SEARCH",
        ] {
            let method = Method::from_bytes(name.as_bytes()).unwrap();
            assert_eq!(name_in_policies(&method), MethodName::of(name), "{name}");
        }
    }
}
