//! A stage of an API, and a request to it.

use memchr::memchr_iter;

use super::route::MethodName;
use crate::pattern::{KnownParts, Placeholder, Reach, ResourceText};

/// What the method ARNs of a stage have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// `{partition}:execute-api:{region}:{account}`
    pub(super) head: String,
    pub(super) name: StageName,
    /// `arn:{head}:{name}`, if this is how an ARN with this head and name is written in a policy.
    pub(super) beginning: Option<String>,
    /// Whether policies are for requests that ignore case.
    pub(super) ignores_case: bool,
    /// Which parts of the stage's ARNs are known.
    pub(super) known: KnownParts,
}

/// How the resources of a stage's ARNs begin. None of the texts has a wildcard or a colon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum StageName {
    /// `{apiId}/{stage}/`. A method and a path follow.
    Methods(String),
    /// `{apiId}/{stage}/{route}`. Nothing follows.
    Route(String),
}

impl Stage {
    /// A stage whose ARNs end with a method and a path. `head` is the text between `arn:` and the resource, and `name`
    /// is `{apiId}/{stage}/`.
    ///
    /// Does not check the texts. They consist of ASCII letters, digits, `-`, `_`, `.` and `$`, and the separators.
    #[must_use]
    pub fn of_methods(head: impl Into<String>, name: impl Into<String>) -> Self {
        let (head, name) = (head.into(), name.into());
        let beginning = format!("arn:{head}:{name}");
        let is_arn = matches!(
            ResourceText::new(&beginning),
            ResourceText::Arn { head: its_head, resource } if its_head == head && resource == name
        );
        Self {
            beginning: is_arn.then_some(beginning),
            head,
            name: StageName::Methods(name),
            ignores_case: false,
            known: KnownParts::ApiAndStage,
        }
    }

    /// A stage with only one ARN, as of the handshakes of a WebSocket API. `name` is `{apiId}/{stage}/{route}`.
    #[must_use]
    pub fn of_route(head: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            head: head.into(),
            name: StageName::Route(name.into()),
            beginning: None,
            ignores_case: false,
            known: KnownParts::ApiAndStage,
        }
    }

    /// The same stage for requests that [ignore case](crate::EvaluationRequest::ignoring_case). Their other spellings contain
    /// those of [`spellings_ignoring_case`](crate::layer_only::spellings_ignoring_case). A route has no path, so it is compared
    /// as it is.
    #[must_use]
    pub fn ignoring_case(mut self, ignores_case: bool) -> Self {
        self.ignores_case = ignores_case && matches!(self.name, StageName::Methods(_));
        self
    }

    /// The same stage, if only these parts of its ARNs are known, as in
    /// [`EvaluationRequest::of_unknown_api`](crate::EvaluationRequest::of_unknown_api).
    #[must_use]
    pub fn knowing(mut self, known: KnownParts) -> Self {
        self.known = known;
        self
    }

    /// How far entries that exclude something reach.
    pub(super) fn reach(&self) -> Reach<'_> {
        let (StageName::Methods(name) | StageName::Route(name)) = &self.name;
        Reach {
            ignores_case: self.ignores_case,
            placeholder: Placeholder::of(&self.head, name, self.known),
        }
    }
}

/// A request to a stage, for a [`StagePolicy`](super::StagePolicy).
#[derive(Debug, Clone, Copy)]
pub struct StageRequest<'r> {
    pub(super) method: Option<MethodName>,
    pub(super) path: &'r str,
    other_spellings: &'r [String],
}

impl<'r> StageRequest<'r> {
    /// The method has no slash, and the path begins with one. If the stage has only one ARN, both are ignored.
    /// `None` is a method whose name is too long to be that of a route.
    #[must_use]
    pub fn new(method: Option<MethodName>, path: &'r str) -> Self {
        debug_assert!(path.starts_with('/'));
        Self {
            method,
            path,
            other_spellings: &[],
        }
    }

    /// The method ARNs of other spellings of the method and the path in the same stage, as in
    /// [`EvaluationRequest::with_other_spellings`](crate::EvaluationRequest::with_other_spellings).
    #[must_use]
    pub fn with_other_spellings(mut self, arns: &'r [String]) -> Self {
        self.other_spellings = arns;
        self
    }

    pub(super) fn has_other_spellings(&self) -> bool {
        !self.other_spellings.is_empty()
    }

    /// The other spellings, each as a request without others.
    pub(super) fn others(&self) -> impl Iterator<Item = StageRequest<'r>> {
        let arns = self.other_spellings.iter();
        arns.filter_map(|arn| {
            // The slashes are after the API's id, the stage and the method.
            let mut slashes = memchr_iter(b'/', arn.as_bytes()).skip(1);
            let (after_stage, after_method) = (slashes.next()?, slashes.next()?);
            let method = arn.get(after_stage + 1..after_method)?;
            let path = arn.get(after_method..)?;
            Some(StageRequest::new(MethodName::of(method), path))
        })
    }
}
