//! What is kept of a request, to explain it later. All of it exists anyway, so keeping it is cheap.

use std::{net::IpAddr, sync::Arc};

use http::{Uri, request::Parts};

use crate::{
    api::Api,
    authorizer::AuthorizerContext,
    cache::Cached,
    decision::DenialReason,
    pipeline::{
        Asked, Target, check_target, is_allowed, policy_question::PolicyQuestion,
        readings_that_are_not_allowed, settings::Settings, with_evaluation_request,
    },
    policy::{
        self, Effect, EvaluationRequest, Policy, PolicyDocument, StagePolicy, Statement, Verdict,
    },
    request::{
        client_ip::ClientIp,
        condition_keys::RequestKeys,
        context::{Arrival, Noted, RequestContext},
        path::AmbiguousPaths,
        resource::ResourceMatch,
    },
};

/// A request and the results of its steps.
pub(crate) struct Circumstances {
    pub(crate) settings: Arc<Settings>,
    pub(crate) parts: Parts,
    pub(crate) matched: ResourceMatch,
    pub(crate) noted: Noted,
    pub(crate) asked: Asked,
    /// The authorizer's result, if one was used.
    pub(crate) result: Option<Arc<Cached>>,
}

/// How the decision ended.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Conclusion<'r> {
    Allowed,
    /// Let through without authorization, for this reason.
    Unguarded(&'static str),
    Refused(&'r DenialReason),
}

impl Circumstances {
    /// Lends the request in the form that identity sources and gateway responses read.
    pub(crate) fn with_request<R>(&self, look: impl FnOnce(&RequestContext<'_>) -> R) -> R {
        let arrival = Arrival::at(self.noted);
        let matched = Some(&self.matched);
        look(&self.settings.reader.context(&self.parts, matched, &arrival))
    }

    /// The URI that the client sent.
    fn uri(&self) -> &Uri {
        self.matched.original_uri(&self.parts.uri)
    }

    /// Lends the values of the request that policies are matched against.
    pub(super) fn with_target<R>(&self, look: impl FnOnce(&Target<'_>) -> R) -> R {
        Target::new(&self.settings, &self.parts, self.uri()).as_matched(look)
    }

    pub(super) fn path(&self) -> &str {
        self.uri().path()
    }

    pub(super) fn query(&self) -> &str {
        self.uri().query().unwrap_or_default()
    }

    /// What this policy decides about the request.
    pub(super) fn verdict_of(&self, policy: &Policy) -> Verdict {
        self.verdict_under(&self.settings, policy)
    }

    /// Whether this policy allows the request.
    pub(super) fn is_allowed_by(&self, policy: &Policy) -> bool {
        self.verdict_of(policy) == Verdict::Allow
    }

    /// Whether the evaluated policy allows the request that it was made for, which had this method ARN.
    pub(super) fn was_allowed_at(&self, method_arn: &str) -> bool {
        let keys = RequestKeys::new(&self.settings.reader, &self.parts);
        let (paths, limit, known) = (
            self.settings.paths_in_arns(),
            self.settings.method_arn_limit,
            self.settings.reader.api.known(),
        );
        let method_arn = policy::method_arn(method_arn);
        let Ok(made_for) = PolicyQuestion::about_arn(&paths, limit, known, &method_arn) else {
            return false;
        };
        let made_for = made_for.request().with_keys(&keys);
        let policy = self.policy().map(|policy| policy.document().compile());
        policy.is_some_and(|policy| policy.evaluate(&made_for).verdict() == Verdict::Allow)
    }

    /// Whether the evaluated policy allows the same request at another path.
    pub(super) fn is_allowed_at(&self, path: &str) -> bool {
        let Some(policy) = self.policy() else {
            return false;
        };
        let Ok(uri) = path.parse() else {
            return false;
        };
        let target = Target::new(&self.settings, &self.parts, &uri);
        let Ok(spellings) = check_target(target) else {
            return false;
        };
        is_allowed(policy, &self.parts, &target.with_spellings(&spellings))
    }

    /// The method ARNs of what servers may read instead of the path, and the evaluated policy does not allow.
    pub(super) fn readings_that_are_not_allowed(&self) -> Vec<String> {
        self.policy().map_or_else(Vec::new, |policy| {
            self.with_target(|target| readings_that_are_not_allowed(policy, &self.parts, target))
        })
    }

    /// Whether the evaluated policy allows the request if it also allows these method ARNs.
    pub(super) fn is_allowed_with(&self, method_arns: &[String]) -> bool {
        self.policy().is_some_and(|policy| {
            let document = policy.document();
            let mut statements = document.statements().to_vec();
            statements.push(Statement::invoke(Effect::Allow, method_arns.to_vec()));
            let more = PolicyDocument::new(statements).with_version(document.version());
            self.is_allowed_by(&more.compile())
        })
    }

    /// Whether the evaluated policy allows the same request from another client.
    pub(super) fn is_allowed_from(&self, client: IpAddr) -> bool {
        let Some(policy) = self.policy() else {
            return false;
        };
        let mut settings = (*self.settings).clone();
        settings.reader.client_ip = ClientIp::from_fn(move |_| Some(client));
        let target = Target::new(&settings, &self.parts, self.uri());
        target.as_matched(|target| is_allowed(policy, &self.parts, target))
    }

    /// Whether this policy allows the request if the layer represents this API.
    pub(super) fn is_allowed_as(&self, api: Api, policy: &Policy) -> bool {
        self.verdict_as(api, policy) == Verdict::Allow
    }

    /// What this policy decides about the request if the layer represents this API.
    pub(super) fn verdict_as(&self, api: Api, policy: &Policy) -> Verdict {
        let mut settings = (*self.settings).clone();
        settings.reader.set_api(api);
        self.verdict_under(&settings, policy)
    }

    /// Whether the evaluated policy allows the request if the layer handles paths like this.
    pub(super) fn is_allowed_if(&self, paths: AmbiguousPaths) -> bool {
        self.policy().is_some_and(|policy| {
            let mut settings = (*self.settings).clone();
            settings.ambiguous_paths = paths;
            self.verdict_under(&settings, &policy.document().compile()) == Verdict::Allow
        })
    }

    fn verdict_under(&self, settings: &Settings, policy: &Policy) -> Verdict {
        let verdict = |request: &EvaluationRequest<'_>| policy.evaluate(request).verdict();
        let target = Target::new(settings, &self.parts, self.uri());
        target.as_matched(|target| with_evaluation_request(&self.parts, target, verdict))
    }

    /// The authorizer's context.
    pub(crate) fn caller(&self) -> Option<&AuthorizerContext> {
        Some(self.result.as_deref()?.as_verified()?.caller.context())
    }

    /// The evaluated policy.
    pub(super) fn policy(&self) -> Option<&StagePolicy> {
        self.result.as_deref()?.as_verified()?.policy()
    }
}
