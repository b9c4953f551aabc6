//! What a request is for: the method ARN, in its parts.

use http::{Method, Uri};

use crate::{
    arn::MethodArn,
    context::RequestContext,
    decision::DenialReason,
    path::{self, AmbiguousPaths},
    scratch,
    settings::Settings,
};

/// The method ARN for each other spelling of a path; none where spellings do not count.
pub(crate) type OtherSpellings = Option<Vec<String>>;

/// The method ARN of a request in what its API does not know already. Not put together as a text that is kept:
/// policies are evaluated on its parts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'r> {
    pub(super) settings: &'r Settings,
    method: &'r Method,
    path: &'r str,
    pub(super) other_spellings: Option<&'r [String]>,
}

impl<'r> Target<'r> {
    /// The URI is the one that the client sent.
    pub(crate) fn new(
        settings: &'r Settings,
        method: &'r Method,
        uri: &'r Uri,
        other_spellings: &'r OtherSpellings,
    ) -> Self {
        Self {
            settings,
            method,
            path: uri.path(),
            other_spellings: other_spellings.as_deref(),
        }
    }

    /// Lends `{apiId}/{stage}/{METHOD}/{path}`.
    pub(super) fn with_name<R>(&self, look: impl FnOnce(&str) -> R) -> R {
        let [api, method, path] = self.name();
        scratch::with_text(|name| {
            name.push_str(api);
            name.push_str(method);
            name.push('/');
            name.push_str(path);
            look(name)
        })
    }

    /// What stands around the method's slash.
    fn name(&self) -> [&str; 3] {
        let path = self.path.strip_prefix('/').unwrap_or(self.path);
        [&self.settings.arn_base.name, self.method.as_str(), path]
    }

    pub(crate) fn method_arn(&self) -> MethodArn {
        let head = &self.settings.arn_base.head;
        self.with_name(|name| MethodArn::from_parts(head, name))
    }
}

/// Fails where the ARN is too long or the path can be read in two ways.
pub(super) fn check_target(request: &RequestContext<'_>) -> Result<OtherSpellings, DenialReason> {
    let (settings, method) = (request.settings, &request.parts.method);
    check_length(&Target::new(settings, method, request.uri, &None))?;
    other_spellings(request)
}

fn check_length(target: &Target<'_>) -> Result<(), DenialReason> {
    let limit = target.settings.method_arn_limit;
    let name = target.name().map(str::len).iter().sum::<usize>() + "/".len();
    let length = "arn::".len() + target.settings.arn_base.head.len() + name;
    match length > limit {
        true => Err(DenialReason::MethodArnTooLong { length, limit }),
        false => Ok(()),
    }
}

fn other_spellings(request: &RequestContext<'_>) -> Result<OtherSpellings, DenialReason> {
    let settings = request.settings;
    match settings.ambiguous_paths {
        AmbiguousPaths::AsReceived => Ok(None),
        AmbiguousPaths::Refuse if path::is_plain(request.path()) => Ok(Some(Vec::new())),
        AmbiguousPaths::Refuse => {
            let path = request.path();
            let decoded = path::decode(path)
                .map_err(|ambiguity| DenialReason::AmbiguousPath { ambiguity })?;
            let method = &request.parts.method;
            let spellings = path::other_spellings(path, &decoded).into_iter();
            let arns = spellings.map(|path| settings.api.method_arn(method, &path).into());
            Ok(Some(arns.collect()))
        }
    }
}
