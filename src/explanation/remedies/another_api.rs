//! Remedies for 403: the policy is for another API, region or stage than the layer represents.

use super::{Case, Remedy, policy::cached_for_another_request};
use crate::{
    api::{Api, PLACEHOLDER_STAGE},
    explanation::MAX_ENTRIES,
    policy::{Effect, KnownParts, PolicyDocument, Statement},
};

/// Usually the layer has the placeholder. With an API of its own, the layer or the policy is wrong.
pub(super) fn named_by_policy(case: &Case<'_>) -> Option<Remedy> {
    if !case.is_implicit_deny() || cached_for_another_request(case).is_some() {
        return None;
    }
    let circumstances = case.circumstances;
    let document = circumstances.policy()?.document();
    let own = &*circumstances.settings.reader.api;
    let statements = document.statements().iter();
    let mut entries = statements
        .filter(|it| it.effect() == Effect::Allow && !it.resources().is_excluding())
        .flat_map(|it| it.resources().texts())
        .take(MAX_ENTRIES);
    let (head, api) = entries.find_map(|entry| {
        let head = Head::of(entry)?;
        let api = head.api(own)?;
        let alone = PolicyDocument::new([Statement::invoke(Effect::Allow, [entry])]).compile();
        circumstances
            .is_allowed_as(api.clone(), &alone)
            .then_some((head, api))
    })?;
    // Other statements decide, too.
    if !circumstances.is_allowed_as(api.clone(), &document.compile()) {
        return None;
    }
    let is_placeholder = own.known() != KnownParts::ApiAndStage;
    let written = head.written(&api, is_placeholder);
    let (call, option) = (written.call(), written.option());
    let text = if is_placeholder {
        format!(
            "the policy is for an API of yours, and the layer has no API yet: give it that API with \
             `{call}`, or on the command line with `{option}`"
        )
    } else {
        format!(
            "the policy is for another API or stage than the layer: have the authorizer write the policy for the method \
             ARN that it receives. Or, if the layer is wrong, set `{call}`, or on the command line `{option}`"
        )
    };
    Some(Remedy::new("another-api", text))
}

/// The beginning of an ARN in a policy. A part is `None` if it has a wildcard.
struct Head<'e> {
    partition: Option<&'e str>,
    region: Option<&'e str>,
    account_id: Option<&'e str>,
    api_id: Option<&'e str>,
    stage: Option<&'e str>,
}

impl<'e> Head<'e> {
    fn of(entry: &'e str) -> Option<Self> {
        let mut parts = entry.splitn(6, ':');
        let mut next = || parts.next();
        let ("arn", partition, "execute-api") = (next()?, next()?, next()?) else {
            return None;
        };
        let (region, account_id, name) = (next()?, next()?, next()?);
        let mut names = name.split('/');
        Some(Self {
            partition: literal(partition),
            region: literal(region),
            account_id: literal(account_id),
            api_id: names.next().and_then(literal),
            stage: names.next().and_then(literal),
        })
    }

    /// This API, with the layer's own parts for the wildcards. The partition follows from the region, as in `Api::new`.
    fn api(&self, own: &Api) -> Option<Api> {
        let api = Api::new(
            self.region.unwrap_or(own.region()),
            self.account_id.unwrap_or(own.account_id()),
            self.api_id.unwrap_or(own.api_id()),
            self.stage.unwrap_or(own.stage()),
        );
        let api = api.ok()?;
        match (self.region, self.partition) {
            (None, Some(partition)) => api.with_partition(partition).ok(),
            _ => Some(api),
        }
    }

    /// How a user writes this API: with a word in capitals for each part that only the user knows.
    fn written<'a>(&self, api: &'a Api, is_placeholder: bool) -> Written<'a> {
        let part = |named: Option<&str>, text: &'a str, word| match named {
            None if is_placeholder => word,
            _ => text,
        };
        Written {
            partition: api.partition(),
            region: part(self.region, api.region(), "REGION"),
            account_id: part(self.account_id, api.account_id(), "ACCOUNT"),
            api_id: part(self.api_id, api.api_id(), "API-ID"),
            stage: match api.stage() {
                PLACEHOLDER_STAGE => part(self.stage, PLACEHOLDER_STAGE, "STAGE"),
                known => known,
            },
        }
    }
}

fn literal(part: &str) -> Option<&str> {
    (!part.contains(['*', '?'])).then_some(part)
}

struct Written<'a> {
    partition: &'a str,
    region: &'a str,
    account_id: &'a str,
    api_id: &'a str,
    stage: &'a str,
}

impl Written<'_> {
    fn call(&self) -> String {
        let Self {
            region,
            account_id,
            api_id,
            stage,
            ..
        } = self;
        format!(".api(Api::new(\"{region}\", \"{account_id}\", \"{api_id}\", \"{stage}\")?)")
    }

    fn option(&self) -> String {
        let Self {
            partition,
            region,
            account_id,
            api_id,
            stage,
        } = self;
        format!("--api arn:{partition}:execute-api:{region}:{account_id}:{api_id}/{stage}")
    }
}
