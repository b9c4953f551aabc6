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

    /// The method and the path, if they are usual and have no other spelling.
    #[inline(always)] // A hit would pay for the call.
    pub(super) fn usual(&self) -> Option<(MethodName, &'r str)> {
        match self.spellings {
            Spellings::Plain => Some((usual_method(self.method)?, self.path)),
            Spellings::AsReceived | Spellings::Several(_) => None,
        }
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
        check_target(*self).unwrap_or(Spellings::AsReceived)
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
        let [_, after_stage @ ..] = self.name();
        let [method, slash, path] = after_stage;
        [&self.settings.reader.arn_base.whole, method, slash, path]
    }
}

/// Fails if the ARN is too long, or if the path can be read in two ways.
#[inline(always)] // A hit would pay for the call.
pub(crate) fn check_target(target: Target<'_>) -> Result<Spellings, DenialReason> {
    if is_usual(target) {
        Ok(target.settings.paths_in_arns().plain())
    } else {
        check_unusual(target)
    }
}

/// Whether the target is short and plain, without computing the exact length of its ARN. Almost all targets are.
#[inline(always)] // As above.
fn is_usual(target: Target<'_>) -> bool {
    let settings = target.settings;
    // `$connect` is longer than each usual method, and the ARN of a handshake has nothing after it.
    let longest = settings.reader.arn_base.whole.len() + CONNECT.len() + target.path.len();
    longest <= settings.method_arn_limit
        && !settings.ambiguous_paths.ignore_case()
        && usual_method(target.method).is_some()
        && path::is_plain(target.path)
        && target.rewritten().is_none()
}

#[inline(never)] // Almost no request pays for it. By value, so that the others need no target in memory.
fn check_unusual(target: Target<'_>) -> Result<Spellings, DenialReason> {
    check_length(&target)?;
    spellings(&target)
}

fn check_length(target: &Target<'_>) -> Result<(), DenialReason> {
    let limit = target.settings.method_arn_limit;
    let [_, after_stage @ ..] = target.name().map(str::len);
    let length = target.settings.reader.arn_base.whole.len() + after_stage.iter().sum::<usize>();
    if length > limit {
        Err(DenialReason::MethodArnTooLong { length, limit })
    } else {
        Ok(())
    }
}

fn spellings(target: &Target<'_>) -> Result<Spellings, DenialReason> {
    let paths = target.settings.paths_in_arns();
    let spellings = match target.rewritten() {
        None => paths.spellings(target.method, target.path),
        Some(rewritten) => paths.several(target.method, target.path, Some(&rewritten)),
    };
    spellings.map_err(|ambiguity| DenialReason::AmbiguousPath { ambiguity })
}

/// The name of a method as policies compare it.
fn name_in_policies(method: &Method) -> Option<MethodName> {
    usual_method(method).or_else(|| MethodName::of(method.as_str()))
}

/// The name of one of the methods of almost all requests. They can be read in only one way.
#[inline]
fn usual_method(method: &Method) -> Option<MethodName> {
    match *method {
        Method::GET => const { MethodName::of("GET") },
        Method::POST => const { MethodName::of("POST") },
        Method::PUT => const { MethodName::of("PUT") },
        Method::DELETE => const { MethodName::of("DELETE") },
        Method::HEAD => const { MethodName::of("HEAD") },
        Method::OPTIONS => const { MethodName::of("OPTIONS") },
        Method::PATCH => const { MethodName::of("PATCH") },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::mem::discriminant;

    use http::Request;

    use super::*;
    use crate::{identity::AuthorizerKind, request::path::AmbiguousPaths};

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

    /// Tries every limit around the lengths of the method ARNs.
    #[test]
    fn a_usual_target_passes_the_whole_check() {
        let mut counts = [0; 2];
        for kind in [
            AuthorizerKind::token_by_default(),
            AuthorizerKind::http_by_default(),
            AuthorizerKind::websocket_by_default(),
        ] {
            let mut settings = Settings::new(kind);
            let base = settings.reader.arn_base.whole.len();
            for limit in base..base + 25 {
                settings.method_arn_limit = limit;
                for paths in [
                    AmbiguousPaths::Refuse,
                    AmbiguousPaths::AsReceived,
                    AmbiguousPaths::IgnoreCase,
                ] {
                    settings.ambiguous_paths = paths;
                    counts[0] += each_target(&settings);
                    counts[1] += 1;
                }
            }
        }
        assert!(counts[0] > counts[1], "{counts:?}");
    }

    /// Compares both checks. Returns how many targets are usual.
    fn each_target(settings: &Settings) -> usize {
        let methods = ["GET", "OPTIONS", "get", "CONNECT", "TRACE", "PROPFIND", "*"];
        let paths = [
            "/",
            "/pets",
            "/pets/123",
            "/p//s",
            "/a;b",
            "/%61",
            "/..",
            "/*",
            "*",
        ];
        let all = methods
            .iter()
            .flat_map(|method| paths.map(|path| (*method, path)));
        let is_usual = |&(method, path): &(&str, &str)| {
            let request = Request::builder().method(method).uri(path).body(());
            let (parts, ()) = request.unwrap().into_parts();
            let target = Target::new(settings, &parts, &parts.uri);
            let (found, whole) = (check_target(target), check_unusual(target));
            let kind = |found: Result<_, _>| found.ok().map(|spellings| discriminant(&spellings));
            let said = format!("{method} {path} {}", settings.method_arn_limit);
            assert_eq!(kind(found), kind(whole), "{said}");
            is_usual(target)
        };
        all.filter(is_usual).count()
    }
}
