//! The target of a request: its method ARN, in parts.

use http::{Method, Uri};

use crate::{
    api::ArnEnd,
    decision::DenialReason,
    pipeline::settings::Settings,
    policy::{self, MethodArn, StageRequest},
    request::{
        arn::CONNECT,
        path::{self, AmbiguousPaths, PathAmbiguity},
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
    /// The method ARN for each other spelling. None if other spellings are not matched.
    others: Option<Vec<String>>,
}

/// The parts of a request's method ARN that the API does not determine. Policies are evaluated on these parts, so the
/// ARN is not stored as a string.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'r> {
    pub(super) settings: &'r Settings,
    method: &'r Method,
    path: &'r str,
    pub(super) other_spellings: Option<&'r [String]>,
}

impl<'r> Target<'r> {
    /// `uri` is the URI as the client sent it.
    pub(crate) fn new(settings: &'r Settings, method: &'r Method, uri: &'r Uri) -> Self {
        Self {
            settings,
            method,
            path: uri.path(),
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

    /// Calls `look` with `{apiId}/{stage}/{METHOD}/{path}`, or `{apiId}/{stage}/$connect`.
    pub(super) fn with_name<R>(&self, look: impl FnOnce(&str) -> R) -> R {
        scratch::with_text(&self.name(), look)
    }

    /// Calls `look` with the method and the path. For a handshake it does not matter what they are.
    #[inline(always)]
    pub(super) fn with_stage_request<R>(&self, look: impl FnOnce(&StageRequest<'_>) -> R) -> R {
        let with_slash;
        let path = match self.path.starts_with('/') {
            true => self.path,
            false => {
                with_slash = ["/", self.path].concat();
                &with_slash
            }
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

    fn name(&self) -> [&str; 4] {
        let stage = &*self.settings.reader.arn_base.name;
        match self.settings.kind.differences().arn_ends_with {
            ArnEnd::Connect => [stage, CONNECT, "", ""],
            ArnEnd::MethodAndPath | ArnEnd::MethodAndDecodedPath => {
                let slash = match self.path.starts_with('/') {
                    true => "",
                    false => "/",
                };
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
    match length > limit {
        true => Err(DenialReason::MethodArnTooLong { length, limit }),
        false => Ok(()),
    }
}

#[inline(always)]
fn spellings(target: &Target<'_>) -> Result<Spellings, DenialReason> {
    let settings = target.settings;
    let end = settings.kind.differences().arn_ends_with;
    // The ARN of a handshake does not contain the path, so the path cannot be misread there.
    let is_plain = || path::is_plain(target.path) && path::is_plain_method(target.method);
    if end == ArnEnd::Connect || is_plain() {
        return Ok(match settings.ambiguous_paths {
            AmbiguousPaths::AsReceived => Spellings::AsReceived,
            AmbiguousPaths::Refuse => Spellings::Plain,
        });
    }
    several_spellings(target, end)
}

/// The spellings of a path or a method that is not plain.
#[inline(never)] // Almost all requests are plain.
fn several_spellings(target: &Target<'_>, end: ArnEnd) -> Result<Spellings, DenialReason> {
    let (settings, path) = (target.settings, target.path);
    let is_decoded = end == ArnEnd::MethodAndDecodedPath;
    let ambiguous = |ambiguity| DenialReason::AmbiguousPath { ambiguity };
    match settings.ambiguous_paths {
        AmbiguousPaths::AsReceived if is_decoded => {
            let decoded = path::decode_as_received(path).map_err(ambiguous)?;
            Ok(Spellings::Several(Box::new(Several {
                decoded: Some(decoded.into()),
                others: None,
            })))
        }
        AmbiguousPaths::AsReceived => Ok(Spellings::AsReceived),
        AmbiguousPaths::Refuse if !path::is_literal_method(target.method) => {
            Err(ambiguous(PathAmbiguity::Method))
        }
        AmbiguousPaths::Refuse => {
            let decoded = path::decode(path).map_err(ambiguous)?;
            path::check_is_literal(&decoded).map_err(ambiguous)?;
            let own = if is_decoded { &decoded } else { path };
            let spellings = path::spellings(path, &decoded);
            let arn = |method, path| settings.reader.api.method_arn(method, path).to_string();
            let others = spellings.iter().filter(|spelling| **spelling != own);
            let arns = others.map(|path| arn(target.method, path));
            let as_get = path::is_read_as_get(target.method).then_some(&spellings);
            let as_get = as_get.into_iter().flatten();
            let arns = arns.chain(as_get.map(|path| arn(&Method::GET, path)));
            Ok(Spellings::Several(Box::new(Several {
                decoded: is_decoded.then(|| decoded.as_ref().into()),
                others: Some(arns.collect()),
            })))
        }
    }
}
