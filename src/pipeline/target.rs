//! What a request is for, as policies know it: the method ARN, in its parts.

use smallvec::SmallVec;

use crate::{
    arn::MethodArn,
    context::RequestContext,
    decision::DenialReason,
    path::{self, AmbiguousPaths},
    policy::RequestResource,
    settings::Settings,
};

/// The method ARN of a request without its head, which all requests of an API share. Not put together as a
/// text: policies are evaluated on its parts.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// `{apiId}/{stage}/{METHOD}/{path}`
    name: SmallVec<[u8; 256]>,
    /// The method ARN for each other spelling of the path; none where spellings do not count.
    pub(crate) other_spellings: Option<Vec<String>>,
}

impl Target {
    /// Fails where the ARN is too long or the path can be read in two ways.
    pub(super) fn of(request: &RequestContext<'_>) -> Result<Self, DenialReason> {
        let settings = request.settings;
        let name = name(settings, request);
        check_length(settings, name.len())?;
        Ok(Self {
            name,
            other_spellings: other_spellings(settings, request)?,
        })
    }

    pub(crate) fn resource<'t>(&'t self, settings: &'t Settings) -> RequestResource<'t> {
        RequestResource::of_parts(&settings.arn_base.head, self.name())
    }

    pub(crate) fn method_arn(&self, settings: &Settings) -> MethodArn {
        MethodArn::from_parts(&settings.arn_base.head, self.name())
    }

    /// It is put together from texts only.
    fn name(&self) -> &str {
        std::str::from_utf8(&self.name).unwrap_or_default()
    }
}

fn check_length(settings: &Settings, name: usize) -> Result<(), DenialReason> {
    let limit = settings.method_arn_limit;
    let length = "arn::".len() + settings.arn_base.head.len() + name;
    match length > limit {
        true => Err(DenialReason::MethodArnTooLong { length, limit }),
        false => Ok(()),
    }
}

fn name(settings: &Settings, request: &RequestContext<'_>) -> SmallVec<[u8; 256]> {
    let path = request.path();
    let mut name = SmallVec::from_slice(settings.arn_base.name.as_bytes());
    name.extend_from_slice(request.parts.method.as_str().as_bytes());
    name.push(b'/');
    name.extend_from_slice(path.strip_prefix('/').unwrap_or(path).as_bytes());
    name
}

fn other_spellings(
    settings: &Settings,
    request: &RequestContext<'_>,
) -> Result<Option<Vec<String>>, DenialReason> {
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
