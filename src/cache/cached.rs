//! A cached result of the authorizer.

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use super::{made_for::MadeFor, shared::revocations::RevocationGuard};
use crate::{
    api::Answers,
    authorizer::{Answered, AuthorizerResponse, ContextHandles, MalformedAnswer, Tags, accept},
    decision::DenialReason,
    policy::{HeapBytes, Stage, StagePolicy, shared, specialise},
};

/// The outcome of a call, for every request that waits for it. The reason is boxed, since an outcome is moved often.
pub(crate) type FetchResult = Result<Found, Box<DenialReason>>;

/// The result of a call.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) cached: Arc<Cached>,
    pub(crate) origin: Origin,
}

/// An authorizer's response, with the request that it was made for. Processes share this; a policy is compiled from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) response: AuthorizerResponse,
    /// The method ARN of that request.
    pub(crate) made_for: MadeFor,
    /// When the response's own lifetime ends, if it has one.
    pub(crate) expiry: Option<SystemTime>,
}

impl Answer {
    /// The end of its own lifetime, for a result that is fresh until this moment.
    pub(super) fn expiry(&self, fresh_until: Instant) -> Option<Box<Expiry>> {
        let at = self.expiry?;
        Some(Box::new(Expiry { at, fresh_until }))
    }

    /// The time until it expires, if it has its own lifetime. Zero if it has expired.
    pub(super) fn remaining(&self, now: impl FnOnce() -> SystemTime) -> Option<Duration> {
        let expiry = self.expiry?;
        Some(expiry.duration_since(now()).unwrap_or_default())
    }
}

/// A result that the cache can keep.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "almost all results have a policy, and a box would be one more allocation for each"
)]
pub(crate) enum Cached {
    /// A response of the authorizer that can be used.
    Verified(Verified),
    /// The authorizer returned `Unauthorized`. Cached only if the application enables that.
    Unauthorized { cause: Option<Arc<str>> },
}

/// A response that the type of API accepts, and the context for the protected service.
#[derive(Debug)]
pub(crate) struct Verified {
    pub(crate) permission: Permission,
    pub(crate) caller: ContextHandles,
    /// The method ARN of the request that the response was made for.
    pub(crate) made_for: MadeFor,
    pub(super) kept: Kept,
}

/// The end of a response's own lifetime. The monotonic clock stands still while the machine is suspended, so the wall
/// clock counts, too.
#[derive(Debug)]
pub(super) struct Expiry {
    pub(super) at: SystemTime,
    /// A time of the cache's monotonic clock.
    pub(super) fresh_until: Instant,
}

/// How a response is kept.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// How long it is fresh, if its own lifetime is shorter than the time to live.
    pub(super) shortened: Option<Duration>,
    /// The authorizer's tags, by which it can be removed.
    pub(super) tags: Option<Box<Tags>>,
    /// Whether it was revoked in another process. `None` if revocations do not reach this process.
    pub(super) guard: Option<Box<RevocationGuard>>,
    /// When its own lifetime ends, if it has one. Boxed, since few results have one.
    pub(super) expiry: Option<Box<Expiry>>,
}

/// Who was asked for a result. An earlier result that is used because the authorizer failed has the origin of the
/// failed call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Authorizer,
    SharedTier,
}

impl Origin {
    /// A call that failed has asked the authorizer.
    pub(crate) fn of(outcome: &FetchResult) -> Self {
        let found = outcome.as_ref().map(|found| found.origin);
        found.unwrap_or(Self::Authorizer)
    }
}

/// What the response allows.
#[derive(Debug)]
pub(crate) enum Permission {
    /// Evaluated for every request. It is specialised to the stage that the result is kept for.
    Policy(StagePolicy),
    /// A simple response, which applies to every request of the identity.
    Simple(bool),
}

impl Cached {
    /// Checks that the API accepts the answer, and prepares its policy for requests to this stage.
    pub(crate) fn verified(
        answer: Answer,
        kept: Kept,
        rules: &Answers,
        stage: &Stage,
    ) -> Result<Arc<Self>, Box<DenialReason>> {
        let accepted = accept(rules, answer.response);
        let accepted = accepted.map_err(|MalformedAnswer { kind, problem }| {
            Box::new(DenialReason::MalformedResponse { kind, problem })
        })?;
        let caller = ContextHandles::new(accepted.caller);
        let permission = match accepted.answered {
            Answered::Policy(policy) => Permission::Policy(specialise(&policy, stage)),
            Answered::Simple(is_authorized) => Permission::Simple(is_authorized),
        };
        Ok(Arc::new(Self::Verified(Verified {
            permission,
            caller,
            made_for: answer.made_for,
            kept,
        })))
    }

    /// The response, unless the authorizer returned `Unauthorized`.
    pub(crate) fn as_verified(&self) -> Option<&Verified> {
        match self {
            Self::Verified(verified) => Some(verified),
            Self::Unauthorized { .. } => None,
        }
    }

    /// Until when it is fresh, if its age alone does not decide that at each hit.
    pub(super) fn fresh_until(&self) -> Option<Instant> {
        self.as_verified()?.fresh_until()
    }

    /// How much memory it uses in an [`Arc`].
    pub(super) fn bytes(&self) -> usize {
        shared(self)
    }
}

impl Verified {
    /// The policy. `None` for a simple response.
    pub(crate) fn policy(&self) -> Option<&StagePolicy> {
        match &self.permission {
            Permission::Policy(policy) => Some(policy),
            Permission::Simple(_) => None,
        }
    }

    /// The same as [`Cached::fresh_until`].
    pub(super) fn fresh_until(&self) -> Option<Instant> {
        let Kept { guard, expiry, .. } = &self.kept;
        let guarded = guard.as_deref().map(RevocationGuard::fresh_until);
        guarded.or_else(|| expiry.as_deref().map(|expiry| expiry.fresh_until))
    }
}

impl HeapBytes for Kept {
    fn heap_bytes(&self) -> usize {
        self.tags.heap_bytes() + self.guard.heap_bytes() + self.expiry.heap_bytes()
    }
}

impl HeapBytes for Expiry {
    fn heap_bytes(&self) -> usize {
        0
    }
}

impl HeapBytes for Cached {
    fn heap_bytes(&self) -> usize {
        match self {
            Self::Verified(verified) => {
                verified.made_for.heap_bytes()
                    + verified.policy().map_or(0, HeapBytes::heap_bytes)
                    + verified.caller.context().bytes()
                    + verified.kept.heap_bytes()
            }
            Self::Unauthorized { cause } => cause.heap_bytes(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::PolicyDocument;

    /// The allocator's own bytes for each allocation, as glibc uses on average.
    const EACH: u64 = 16;

    /// Reads the response from text, since reading grows lists and so allocates more.
    fn response(statement: impl Fn(usize) -> String, statements: usize) -> AuthorizerResponse {
        let statements: Vec<_> = (0..statements).map(statement).collect();
        let statements = statements.join(",");
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        let policy = PolicyDocument::from_json(text.as_bytes()).unwrap();
        AuthorizerResponse::policy(policy)
            .with_principal_id("user-1")
            .with_context("tenant", "an organisation's name")
            .with_context("level", 3)
    }

    #[test]
    fn counted_bytes_are_close_to_allocated_bytes() {
        let arn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod";
        let stage = Stage::of_methods("aws:execute-api:eu-west-1:123456789012", "a1b2c3d4e5/prod/");
        type Kind<'k> = (&'k str, Box<dyn Fn(usize) -> String + 'k>);
        let kind = |name, effect: &'static str, resource: &'static str, rest: &'static str| {
            let statement = move |n: usize| {
                let resource = resource.replace("<n>", &n.to_string());
                format!(
                    r#"{{"Effect":"{effect}","Action":"execute-api:Invoke","Resource":"{arn}{resource}"{rest}}}"#
                )
            };
            (name, Box::new(statement) as Box<dyn Fn(usize) -> String>)
        };
        let long: &'static str = Box::leak(format!("/GET/<n>/{}", "long/".repeat(80)).into());
        let kinds: [Kind<'_>; 9] = [
            kind("exact", "Allow", "/GET/pets/<n>", ""),
            kind("starred", "Allow", "/*/pets/<n>/*", ""),
            kind("named", "Deny", "/GET/<n>", r#","Sid":"TheNameOfIt""#),
            kind("long", "Allow", long, ""),
            kind("methods", "Allow", "/M<n>/pets/*", ""),
            kind("gaps", "Allow", "/GET/pets/<n>/??-?/*/?", ""),
            kind("encoded", "Deny", "/GET/%70ets/<n>%2A/*", ""),
            kind("variable", "Allow", "/GET/${aws:username, 'x'}/<n>/*", ""),
            kind(
                "conditions",
                "Allow",
                "/GET/<n>",
                r#","Condition":{"IpAddress":{"aws:SourceIp":["203.0.113.0/24","::1"]},
                "StringLike":{"aws:UserAgent":["Mozilla/*","${aws:username}"]},"NumericLessThan":{"a:b":"10"},
                "ArnLike":{"aws:SourceArn":"arn:aws:sns:*:1:*"}}"#,
            ),
        ];
        for (name, statement) in kinds {
            for statements in [1, 10, 100, 1_000, 10_000] {
                let mut cached = None;
                let measured = allocation_counter::measure(|| {
                    let response = response(&statement, statements);
                    let made_for = arn.into();
                    let answer = Answer {
                        response,
                        made_for,
                        expiry: None,
                    };
                    let rules = &crate::api::differences::REST_TOKEN.answers;
                    let cached_answer = Cached::verified(answer, Kept::default(), rules, &stage);
                    cached = Some(cached_answer.unwrap());
                });
                let real = measured.bytes_current + EACH as i64 * measured.count_current;
                let counted = cached.unwrap().bytes();
                let share = counted as f64 / real as f64;
                assert!(
                    (0.9..1.1).contains(&share),
                    "{name} {statements}: {counted} for {real}"
                );
            }
        }
    }
}
