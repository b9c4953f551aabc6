//! The target of a request: its method ARN, in parts.

use std::{borrow::Cow, ptr};

use http::{Method, Uri, request::Parts};

use crate::{
    api::ArnEnd,
    decision::DenialReason,
    pipeline::settings::Settings,
    policy::{self, MethodArn, StageRequest},
    request::{
        arn::CONNECT,
        path::{self, AmbiguousPaths, PathAmbiguity},
        rewritten::rewritten_path,
    },
    scratch,
};

/// The spellings of a request's path in method ARNs.
#[derive(Debug, Clone)]
pub(crate) enum Spellings {
    /// Only the path as the client sent it is matched.
    AsReceived,
    /// The path has no other spelling.
    Plain,
    Several(Box<Several>),
}

#[derive(Debug, Clone)]
pub(crate) struct Several {
    /// The path in the request's own method ARN, if it differs from the path that the client sent.
    decoded: Option<Box<str>>,
    /// The method ARN for each other spelling. `None` if other spellings are not matched.
    others: Option<Vec<String>>,
}

/// The parts of a request's method ARN that the API does not determine. Policies are evaluated on these parts, so the
/// ARN is not stored as a string.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'r> {
    pub(super) settings: &'r Settings,
    method: &'r Method,
    path: &'r str,
    /// The request behind a router, whose path a layer may have rewritten.
    behind_router: Option<&'r Parts>,
    pub(super) other_spellings: Option<&'r [String]>,
}

impl<'r> Target<'r> {
    /// `uri` is the URI as the client sent it.
    pub(crate) fn new(settings: &'r Settings, parts: &'r Parts, uri: &'r Uri) -> Self {
        Self {
            settings,
            method: &parts.method,
            path: uri.path(),
            behind_router: (!ptr::eq(uri, &parts.uri)).then_some(parts),
            other_spellings: None,
        }
    }

    /// Uses these spellings of the path.
    pub(crate) fn with_spellings(self, spellings: &'r Spellings) -> Self {
        let (decoded, other_spellings) = match spellings {
            Spellings::AsReceived => (None, None),
            Spellings::Plain => (None, Some(&[][..])),
            Spellings::Several(several) => (several.decoded.as_deref(), several.others.as_deref()),
        };
        Self {
            path: decoded.unwrap_or(self.path),
            other_spellings,
            ..self
        }
    }

    /// Whether another path or method counts as well, where a policy excludes something.
    #[inline]
    pub(super) fn has_other_spellings(&self) -> bool {
        self.other_spellings
            .is_some_and(|others| !others.is_empty())
    }

    /// What servers may read instead of the path, if they do not read it as it is.
    pub(super) fn readings(&self) -> Vec<String> {
        match self.settings.ambiguous_paths {
            AmbiguousPaths::Refuse => path::readings(self.path),
            AmbiguousPaths::AsReceived => Vec::new(),
        }
    }

    /// The target with this path.
    pub(super) fn read_as<'p>(self, path: &'p str) -> Target<'p>
    where
        'r: 'p,
    {
        Target { path, ..self }
    }

    /// Calls `look` with `{apiId}/{stage}/{METHOD}/{path}`, or `{apiId}/{stage}/$connect`.
    pub(super) fn with_name<R>(&self, look: impl FnOnce(&str) -> R) -> R {
        scratch::with_text(&self.name(), look)
    }

    /// Calls `look` with the method and the path. For a handshake it does not matter what they are.
    #[inline(always)]
    pub(super) fn with_stage_request<R>(&self, look: impl FnOnce(&StageRequest<'_>) -> R) -> R {
        let with_slash;
        let path = if self.path.starts_with('/') {
            self.path
        } else {
            with_slash = ["/", self.path].concat();
            &with_slash
        };
        let request = StageRequest::new(self.method.as_str(), path);
        look(&request.with_other_spellings(self.other_spellings.unwrap_or_default()))
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

    /// The method ARN for another method or path.
    fn other_arn(&self, method: &Method, path: &str) -> String {
        let api = &self.settings.reader.api;
        api.method_arn(method, path).to_string()
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
    if end == ArnEnd::Connect || is_plain() && target.rewritten().is_none() {
        return Ok(match settings.ambiguous_paths {
            AmbiguousPaths::AsReceived => Spellings::AsReceived,
            AmbiguousPaths::Refuse => Spellings::Plain,
        });
    }
    several_spellings(target, end).map_err(|ambiguity| DenialReason::AmbiguousPath { ambiguity })
}

/// The spellings of a path or a method that is not plain, or of two paths.
#[inline(never)] // Almost all requests are plain.
fn several_spellings(target: &Target<'_>, end: ArnEnd) -> Result<Spellings, PathAmbiguity> {
    let is_decoded = end == ArnEnd::MethodAndDecodedPath;
    let rewritten = target.rewritten();
    match target.settings.ambiguous_paths {
        AmbiguousPaths::AsReceived => as_received(target, is_decoded, rewritten.as_deref()),
        AmbiguousPaths::Refuse if !path::is_literal_method(target.method) => {
            Err(PathAmbiguity::Method)
        }
        AmbiguousPaths::Refuse => {
            let (decoded, mut spellings) = all_spellings(target.path)?;
            let own = if is_decoded { &*decoded } else { target.path };
            spellings.retain(|spelling| spelling != own);
            if let Some(rewritten) = rewritten {
                spellings.extend(all_spellings(&rewritten)?.1);
            }
            let paths = || spellings.iter().map(String::as_str);
            let mut others: Vec<_> = paths()
                .map(|path| target.other_arn(target.method, path))
                .collect();
            if path::is_read_as_get(target.method) {
                let paths = std::iter::once(own).chain(paths());
                others.extend(paths.map(|path| target.other_arn(&Method::GET, path)));
            }
            Ok(Spellings::Several(Box::new(Several {
                decoded: is_decoded.then(|| decoded.as_ref().into()),
                others: Some(others),
            })))
        }
    }
}

/// A path decoded, and in all its spellings.
fn all_spellings(path: &str) -> Result<(Cow<'_, str>, Vec<String>), PathAmbiguity> {
    let decoded = path::decode(path)?;
    path::check_is_literal(&decoded)?;
    let spellings = path::spellings(path, &decoded);
    Ok((decoded, spellings))
}

/// The spellings if paths count as received. A rewritten path is received by the service.
fn as_received(
    target: &Target<'_>,
    is_decoded: bool,
    rewritten: Option<&str>,
) -> Result<Spellings, PathAmbiguity> {
    if !is_decoded && rewritten.is_none() {
        return Ok(Spellings::AsReceived);
    }
    let own = |path| {
        if is_decoded {
            path::decode_as_received(path)
        } else {
            Ok(Cow::Borrowed(path))
        }
    };
    let decoded = is_decoded.then(|| own(target.path)).transpose()?;
    let others =
        rewritten.map(|path| own(path).map(|path| vec![target.other_arn(target.method, &path)]));
    Ok(Spellings::Several(Box::new(Several {
        decoded: decoded.map(|decoded| decoded.as_ref().into()),
        others: others.transpose()?,
    })))
}
