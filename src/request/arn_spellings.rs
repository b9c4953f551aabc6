//! The spellings and the readings of a request's path in method ARNs.

use std::borrow::Cow;

use http::Method;

use crate::{
    api::{ArnEnd, Differences},
    policy::{EvaluationRequest, spellings_ignoring_case},
    request::path::{self, AmbiguousPaths, PathAmbiguity},
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
    /// The method ARN for each path that servers may read instead.
    readings: Vec<String>,
    /// Whether a policy that excludes something does so in each case.
    ignores_case: bool,
}

impl Spellings {
    /// The path in the request's own method ARN, if it differs from the path that the client sent.
    #[inline]
    pub(crate) fn decoded(&self) -> Option<&str> {
        match self {
            Self::AsReceived | Self::Plain => None,
            Self::Several(several) => several.decoded.as_deref(),
        }
    }

    /// The method ARN for each other spelling, which counts where a policy excludes something. `None` if other spellings
    /// are not matched.
    #[inline]
    pub(crate) fn others(&self) -> Option<&[String]> {
        match self {
            Self::AsReceived => None,
            Self::Plain => Some(&[]),
            Self::Several(several) => several.others.as_deref(),
        }
    }

    /// The method ARN for each path that servers may read instead, and that has to be allowed, too. A path with a
    /// reading has other spellings.
    pub(crate) fn readings(&self) -> &[String] {
        match self {
            Self::AsReceived | Self::Plain => &[],
            Self::Several(several) => &several.readings,
        }
    }

    /// What policies are asked about the request, which has this method ARN.
    pub(crate) fn evaluation_request<'q>(&'q self, method_arn: &'q str) -> EvaluationRequest<'q> {
        let request = EvaluationRequest::invoke(method_arn).with_readings(self.readings());
        let request = match self.others() {
            None => request,
            Some(others) => request.with_other_spellings(others),
        };
        if self.ignore_case() {
            request.ignoring_case()
        } else {
            request
        }
    }

    /// Whether a policy that excludes something does so in each case.
    pub(crate) fn ignore_case(&self) -> bool {
        match self {
            Self::AsReceived | Self::Plain => false,
            Self::Several(several) => several.ignores_case,
        }
    }

    /// The same for a request that ignores case, which has this method ARN.
    pub(crate) fn ignoring_case(self, method_arn: &str) -> Self {
        let others = spellings_ignoring_case(&self.evaluation_request(method_arn));
        let several = match self {
            Self::AsReceived | Self::Plain => Several {
                decoded: None,
                others: None,
                readings: Vec::new(),
                ignores_case: true,
            },
            Self::Several(several) => *several,
        };
        Self::Several(Box::new(Several {
            others: Some(others),
            ignores_case: true,
            ..several
        }))
    }
}

/// How the paths of an API are spelled in its method ARNs.
pub(crate) struct PathsInArns<'a> {
    /// `arn:{partition}:execute-api:{region}:{account}:{apiId}/{stage}/`
    pub(crate) stage: &'a str,
    pub(crate) end: ArnEnd,
    ambiguous_paths: AmbiguousPaths,
}

impl<'a> PathsInArns<'a> {
    #[inline]
    pub(crate) fn new(stage: &'a str, row: &Differences, ambiguous_paths: AmbiguousPaths) -> Self {
        Self {
            stage,
            end: row.arn_ends_with,
            ambiguous_paths,
        }
    }

    /// The spellings of a path that no layer rewrites.
    pub(crate) fn spellings(
        &self,
        method: &Method,
        path: &str,
    ) -> Result<Spellings, PathAmbiguity> {
        let is_plain = || path::is_plain(path) && path::is_plain_method(method);
        if self.end == ArnEnd::Connect || is_plain() && !self.ambiguous_paths.ignore_case() {
            Ok(self.plain())
        } else {
            self.several(method, path, None)
        }
    }

    /// The spellings of a path and a method that are plain, or that the ARN does not contain. If case is ignored, only the
    /// latter have no others.
    #[inline]
    pub(crate) fn plain(&self) -> Spellings {
        match self.ambiguous_paths {
            AmbiguousPaths::AsReceived => Spellings::AsReceived,
            AmbiguousPaths::Refuse | AmbiguousPaths::IgnoreCase => Spellings::Plain,
        }
    }

    /// The spellings of a path or a method that is not plain, of two paths, or without regard to case.
    #[inline(never)] // Almost all requests are plain, for layers that do not ignore case.
    pub(crate) fn several(
        &self,
        method: &Method,
        path: &str,
        rewritten: Option<&str>,
    ) -> Result<Spellings, PathAmbiguity> {
        match self.ambiguous_paths {
            _ if self.end == ArnEnd::Connect => Ok(self.plain()),
            AmbiguousPaths::AsReceived => self.as_received(method, path, rewritten),
            _ if !path::is_literal_method(method) => Err(PathAmbiguity::Method),
            AmbiguousPaths::Refuse | AmbiguousPaths::IgnoreCase => {
                self.unambiguous(method, path, rewritten)
            }
        }
    }

    /// The spellings of a path. Fails if servers may decode it differently.
    fn unambiguous(
        &self,
        method: &Method,
        path: &str,
        rewritten: Option<&str>,
    ) -> Result<Spellings, PathAmbiguity> {
        let (decoded, mut spellings) = all_spellings(path)?;
        let own = if self.is_decoded() { &*decoded } else { path };
        spellings.retain(|spelling| spelling != own);
        if let Some(rewritten) = rewritten {
            spellings.extend(all_spellings(rewritten)?.1);
        }
        let paths = || spellings.iter().map(String::as_str);
        let mut others: Vec<_> = paths().map(|path| self.arn(method, path)).collect();
        if path::is_read_as_get(method) {
            let paths = std::iter::once(own).chain(paths());
            others.extend(paths.map(|path| self.arn(&Method::GET, path)));
        }
        let mut readings = path::readings(path);
        if self.is_decoded() {
            for reading in &mut readings {
                *reading = path::decode(reading)?.into_owned();
            }
        }
        let method_arn = self.arn(method, own);
        let spellings = Spellings::Several(Box::new(Several {
            readings: readings.iter().map(|path| self.arn(method, path)).collect(),
            others: Some(others),
            decoded: self.is_decoded().then(|| decoded.into()),
            ignores_case: false,
        }));
        Ok(if self.ambiguous_paths.ignore_case() {
            spellings.ignoring_case(&method_arn)
        } else {
            spellings
        })
    }

    /// The spellings if paths count as received. A rewritten path is received by the service.
    fn as_received(
        &self,
        method: &Method,
        path: &str,
        rewritten: Option<&str>,
    ) -> Result<Spellings, PathAmbiguity> {
        if !self.is_decoded() && rewritten.is_none() {
            return Ok(Spellings::AsReceived);
        }
        let own = |path| {
            if self.is_decoded() {
                path::decode_as_received(path)
            } else {
                Ok(Cow::Borrowed(path))
            }
        };
        let decoded = self.is_decoded().then(|| own(path)).transpose()?;
        let others = rewritten.map(|path| own(path).map(|path| vec![self.arn(method, &path)]));
        Ok(Spellings::Several(Box::new(Several {
            decoded: decoded.map(Into::into),
            others: others.transpose()?,
            readings: Vec::new(),
            ignores_case: false,
        })))
    }

    fn is_decoded(&self) -> bool {
        self.end == ArnEnd::MethodAndDecodedPath
    }

    /// The method ARN for this method and this path, which is not changed.
    pub(crate) fn arn(&self, method: &Method, path: &str) -> String {
        let slash = if path.starts_with('/') { "" } else { "/" };
        [self.stage, method.as_str(), slash, path].concat()
    }
}

/// A path decoded, and in all its spellings.
fn all_spellings(path: &str) -> Result<(Cow<'_, str>, Vec<String>), PathAmbiguity> {
    let decoded = path::decode(path)?;
    path::check_is_literal(&decoded)?;
    let spellings = path::spellings(path, &decoded);
    Ok((decoded, spellings))
}
