//! The decision about one request, step by step: identity, path, authorizer, policy.
//!
//! The first two steps are synchronous and decide whether the authorizer is asked at all; the last is a
//! pure function of its answer.

use std::sync::Arc;

use http::{Response, request::Parts};

use crate::{
    arn::MethodArn,
    authorizer::{Authorizer, AuthorizerRequest, AuthorizerResponse, RequestFacts, invoke},
    authorizer_context::AuthorizerContext,
    body::GatewayBody,
    condition_keys::RequestKeys,
    context::{Arrival, RequestContext},
    decision::{Denial, DenialReason},
    gateway_response::Refusal,
    identity::{IdentityProblem, IdentitySource},
    path::{self, AmbiguousPaths},
    policy::{ConditionContext, EvaluationRequest, Verdict},
    resource::ResourceMatch,
    settings::{AuthorizerKind, Settings},
};

/// A request that may be put to the authorizer.
pub(crate) struct Admission {
    request: AuthorizerRequest,
    conditions: ConditionFacts,
    /// The method ARN for each other spelling of the path; none where spellings do not count.
    other_spellings: Option<Vec<String>>,
}

/// What conditions can ask for beyond what the authorizer is told.
pub(crate) struct ConditionFacts {
    application: Option<ConditionContext>,
    secure_transport: bool,
}

/// Checks what can be checked without the authorizer.
pub(crate) fn admit(
    settings: &Settings,
    parts: &Parts,
    matched: &ResourceMatch,
    arrival: Arrival,
) -> Result<Admission, DenialReason> {
    let context = settings.request_context(parts, matched, arrival);
    let identity = read_identity(&settings.kind, &context)?;
    let method_arn = settings.api.method_arn(&parts.method, context.path());
    check_length(&method_arn, settings.method_arn_limit)?;
    let other_spellings = other_spellings(settings, &context)?;

    let conditions = ConditionFacts {
        application: parts.extensions.get().cloned(),
        secure_transport: settings
            .client_ip
            .forwarded_secure_transport(parts)
            .unwrap_or(settings.secure_transport),
    };
    let uri = matched.original_uri(&parts.uri).clone();
    let source_ip = context.source_ip;
    let request = AuthorizerRequest::new(RequestFacts {
        api: Arc::clone(&settings.api),
        method: parts.method.clone(),
        uri,
        headers: parts.headers.clone(),
        identity,
        is_token: matches!(settings.kind, AuthorizerKind::Token { .. }),
        resource: matched.resource().map(str::to_owned),
        path_parameters: matched.path_parameters().to_owned(),
        source_ip,
        method_arn,
    });
    Ok(Admission {
        request,
        conditions,
        other_spellings,
    })
}

/// A request that the authorizer, or its policy, refuses.
pub(crate) struct Refused {
    pub(crate) reason: DenialReason,
    pub(crate) request: AuthorizerRequest,
    /// What the authorizer said of the caller, if it answered.
    pub(crate) caller: Option<AuthorizerContext>,
}

/// Asks the authorizer and decides by its answer.
pub(crate) async fn authorize<A: Authorizer>(
    authorizer: Arc<A>,
    settings: Arc<Settings>,
    admission: Admission,
) -> Result<AuthorizerContext, Box<Refused>> {
    let Admission {
        request,
        conditions,
        other_spellings,
    } = admission;
    let refused = |reason, caller| {
        Box::new(Refused {
            reason,
            request: request.clone(),
            caller,
        })
    };
    let response = invoke(&*authorizer, request.clone(), settings.timeout).await;
    let response = response.map_err(|reason| refused(reason, None))?;
    let caller = AuthorizerContext::from(&response);
    let keys = RequestKeys::new(
        conditions.application.as_ref(),
        request.headers(),
        request.source_ip(),
        conditions.secure_transport,
        settings.clock.now(),
    );
    let mut question = EvaluationRequest::invoke(request.method_arn().as_str()).with_keys(&keys);
    if let Some(spellings) = &other_spellings {
        question = question.with_other_spellings(spellings);
    }
    match decide(&response, request.method_arn(), &question) {
        Ok(()) => Ok(caller),
        Err(reason) => Err(refused(reason, Some(caller))),
    }
}

/// Evaluates the policy for this request.
fn decide(
    response: &AuthorizerResponse,
    method_arn: &MethodArn,
    question: &EvaluationRequest<'_>,
) -> Result<(), DenialReason> {
    let policy = response.policy_document().compile();
    let evaluation = policy.evaluate(question);
    match (evaluation.verdict(), evaluation.statement()) {
        (Verdict::Allow, _) => Ok(()),
        (Verdict::ExplicitDeny, Some(statement)) => Err(DenialReason::ExplicitDeny {
            statement,
            sid: evaluation.sid().map(str::to_owned),
            method_arn: method_arn.to_string(),
        }),
        (Verdict::ImplicitDeny | Verdict::ExplicitDeny, _) => Err(DenialReason::ImplicitDeny {
            method_arn: method_arn.to_string(),
        }),
    }
}

/// The response for a request that is refused; with what the authorizer was told and said, if it was asked.
pub(crate) fn refuse(
    settings: &Settings,
    parts: &Parts,
    matched: &ResourceMatch,
    arrival: Arrival,
    reason: DenialReason,
    told: Option<(AuthorizerRequest, Option<AuthorizerContext>)>,
) -> Response<GatewayBody> {
    let request = settings.request_context(parts, matched, arrival);
    let responses = &settings.gateway_responses;
    let denial = Denial::new(responses.response_type(&reason), reason);
    let (told, caller) = told.unzip();
    let refusal = Refusal {
        request: &request,
        denial: Some(denial.clone()),
        identity: told.as_ref().map_or(&[], AuthorizerRequest::identity),
        authorizer: caller.as_ref().and_then(Option::as_ref),
    };
    responses
        .refuse(denial.reason(), refusal)
        .map(GatewayBody::new)
}

fn read_identity(
    kind: &AuthorizerKind,
    request: &RequestContext<'_>,
) -> Result<Vec<String>, DenialReason> {
    match kind {
        AuthorizerKind::Token { source, expression } => {
            let token = read(source, request)?;
            if expression
                .as_ref()
                .is_some_and(|expression| !expression.accepts(&token))
            {
                let source = source.clone();
                return Err(DenialReason::RefusedByValidationExpression { source });
            }
            Ok(vec![token])
        }
        AuthorizerKind::Request { sources } => {
            sources.iter().map(|source| read(source, request)).collect()
        }
    }
}

fn read(source: &IdentitySource, request: &RequestContext<'_>) -> Result<String, DenialReason> {
    source.read(request).map_err(|problem| {
        let source = source.clone();
        match problem {
            IdentityProblem::Missing => DenialReason::IdentitySourceMissing { source },
            IdentityProblem::Empty => DenialReason::IdentitySourceEmpty { source },
            IdentityProblem::NotUtf8 => DenialReason::IdentitySourceNotUtf8 { source },
        }
    })
}

fn check_length(method_arn: &MethodArn, limit: usize) -> Result<(), DenialReason> {
    let length = method_arn.as_str().len();
    if length > limit {
        return Err(DenialReason::MethodArnTooLong { length, limit });
    }
    Ok(())
}

fn other_spellings(
    settings: &Settings,
    request: &RequestContext<'_>,
) -> Result<Option<Vec<String>>, DenialReason> {
    match settings.ambiguous_paths {
        AmbiguousPaths::AsReceived => Ok(None),
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
