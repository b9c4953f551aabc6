//! The beginning of the ARNs of an API that is not known.

use super::{folded::folded, left::Beginning};

/// Which parts of a method ARN before the method are known. The others are placeholders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[allow(
    clippy::exhaustive_enums,
    reason = "an ARN has no other parts in front of the method"
)]
pub enum KnownParts {
    /// The API, with its region and its account, and the stage.
    #[default]
    ApiAndStage,
    /// The stage.
    Stage,
    /// Neither the API nor the stage.
    Nothing,
}

/// What stands in the ARNs of an API that is not known, in place of the beginning of its real ARNs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Placeholder<'r> {
    /// `{partition}:execute-api:{region}:{account}`
    pub(crate) head: &'r str,
    /// `{apiId}/{stage}/`
    pub(crate) name: &'r str,
    /// The stage, if that is known.
    pub(crate) stage: Option<&'r str>,
}

impl<'r> Placeholder<'r> {
    /// The placeholder at the beginning of an ARN with this head and this resource. `None` if everything is known, or if
    /// the resource is not one of a stage. `head` is a text without `arn:`.
    pub(crate) fn of(head: &'r str, resource: &'r str, known: KnownParts) -> Option<Self> {
        if known == KnownParts::ApiAndStage {
            return None;
        }
        let mut slashes = resource.match_indices('/').map(|(at, _)| at);
        let (after_api, after_stage) = (slashes.next()?, slashes.next()?);
        let stage = resource.get(after_api + 1..after_stage)?;
        Some(Self {
            head,
            name: resource.get(..=after_stage)?,
            stage: (known == KnownParts::Stage).then_some(stage),
        })
    }

    /// The same, if this is the stage.
    pub(crate) fn in_stage<'s>(self, stage: &'s str) -> Placeholder<'s>
    where
        'r: 's,
    {
        Placeholder {
            stage: Some(stage),
            ..self
        }
    }

    /// The stage of the placeholder's own ARNs.
    pub(crate) fn own_stage(&self) -> &'r str {
        self.name.split('/').nth(1).unwrap_or_default()
    }

    /// The beginnings of the ARNs that it stands for.
    pub(crate) fn any_beginning(&self) -> Beginning<'r> {
        Beginning::OfAnyApi { stage: self.stage }
    }

    /// How the name and the stage are spelled: as they are and, if case is ignored, folded.
    pub(super) fn spellings(&self, ignores_case: bool) -> Vec<(String, Option<String>)> {
        let as_it_is = (self.name.to_owned(), self.stage.map(str::to_owned));
        let folded = ignores_case.then(|| (folded(self.name), self.stage.map(folded)));
        let folded = folded.filter(|folded| *folded != as_it_is);
        [Some(as_it_is), folded].into_iter().flatten().collect()
    }
}

/// How far the entries of a policy that exclude something reach beyond what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Reach<'r> {
    /// Whether they cover what differs only in case.
    pub(crate) ignores_case: bool,
    /// If they also cover what they cover in any API: what stands for this API.
    pub(crate) placeholder: Option<Placeholder<'r>>,
}
