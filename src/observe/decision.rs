//! A decision, as observers receive it.

use std::{fmt, net::IpAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderName, Method, Response, StatusCode, Uri, request::Parts};

use super::{
    ended::Ended,
    outcome::{Outcome, ResultSource},
};
use crate::{
    api_type::ApiType,
    authorizer::AuthorizerContext,
    cache::Origin,
    decision::mask,
    explanation::{Circumstances, Conclusion, Denial, Explanation},
    gateway_response::ResponseType,
    pipeline::{Asked, Target, settings::Settings},
    policy::{MethodArn, PolicyDocument},
    request::{
        context::{Arrival, ContextVariable, RequestContext, decoded_pairs},
        resource::ResourceMatch,
    },
};

/// A decision about one request.
///
/// It borrows what the layer already knows, and computes the rest only when you ask for it. It contains no values of
/// headers or query parameters, since they may be credentials. [`Debug`](fmt::Debug) shows no more than the method ARN.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use tower_lambda_authorizer::{
///     LambdaAuthorizerLayer, observing::Decision, testing::{Harness, MockAuthorizer},
/// };
///
/// let lines = Arc::new(Mutex::new(Vec::new()));
/// let log = Arc::clone(&lines);
/// let layer = LambdaAuthorizerLayer::token(MockAuthorizer::allowing())
///     .observe(move |decision: &Decision<'_>| {
///         let line = format!(
///             "{} {}: {}, {}",
///             decision.method(), decision.path(), decision.outcome(), decision.source(),
///         );
///         log.lock().unwrap().push(line);
///     });
///
/// # tokio_test::block_on(async {
/// let harness = Harness::new(layer);
/// harness.get("/pets").header("authorization", "t").send().await;
/// harness.get("/pets").header("authorization", "t").send().await;
/// assert_eq!(*lines.lock().unwrap(), ["GET /pets: allowed, missed", "GET /pets: allowed, hit"]);
/// # });
/// ```
pub struct Decision<'d> {
    pub(super) settings: &'d Settings,
    pub(super) parts: &'d Parts,
    pub(super) matched: Option<&'d ResourceMatch>,
    pub(super) arrival: &'d Arrival,
    pub(super) ended: Ended<'d>,
}

impl<'d> Decision<'d> {
    /// What happened to the request.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.ended.outcome()
    }

    /// The request's method. Clients can invent methods, so it is not a label for metrics.
    #[must_use]
    pub fn method(&self) -> &'d Method {
        &self.parts.method
    }

    /// The path that the client sent, without the query. It may contain quotes and characters that are not ASCII, so escape
    /// it for a log.
    #[must_use]
    pub fn path(&self) -> &'d str {
        self.uri().path()
    }

    /// The request's resource, such as `/pets/{petId}`. `None` if it is not known or was not needed: a request that a
    /// cached result allows does not need it.
    #[must_use]
    pub fn resource(&self) -> Option<&'d str> {
        self.matched?.resource()
    }

    /// The request's method ARN, which policies are matched against. It contains the path, which is decoded on an HTTP
    /// API.
    #[must_use]
    pub fn method_arn(&self) -> MethodArn {
        Target::new(self.settings, self.parts, self.uri()).matched_arn()
    }

    /// `$context.requestId`: the `x-amzn-RequestId` of a REST API's refusal, and the `apigw-requestid` of an HTTP API's.
    #[must_use]
    pub fn request_id(&self) -> String {
        let request = self.request();
        let id = request.variable(ContextVariable::RequestId);
        id.unwrap_or_default().into_owned()
    }

    /// The client's address, as the layer's [`ClientIp`](crate::ClientIp) reads it.
    #[must_use]
    pub fn source_ip(&self) -> Option<IpAddr> {
        self.settings.reader.client_ip.of(self.parts)
    }

    /// The authorizer's [name](crate::LambdaAuthorizerLayer::authorizer_name), if it has one.
    #[must_use]
    pub fn authorizer_name(&self) -> Option<&'d str> {
        self.settings.authorizer_name()
    }

    /// The type of API whose rules the layer follows.
    #[must_use]
    pub fn api_type(&self) -> ApiType {
        self.settings.api_type()
    }

    /// Where the authorizer's result came from.
    #[must_use]
    pub fn source(&self) -> ResultSource {
        match self.ended.asked() {
            Asked::Not => ResultSource::NotAsked,
            Asked::Kept {
                age,
                is_stale: false,
            } => ResultSource::Hit { age },
            Asked::Kept {
                age,
                is_stale: true,
            } => ResultSource::StaleHit { age },
            Asked::Joined { .. } => ResultSource::Joined,
            Asked::Called { origin, .. } => match origin {
                Origin::SharedTier => ResultSource::SharedTier,
                Origin::Authorizer => ResultSource::Missed,
            },
        }
    }

    /// How long the request waited for the call that it began, which asks the shared tier, the authorizer, or both.
    /// `None` if it did not begin a call. [`AuthorizerCall::latency`](super::AuthorizerCall::latency) is the time of
    /// the authorizer alone.
    #[must_use]
    pub fn waited(&self) -> Option<Duration> {
        match self.ended.asked() {
            Asked::Called { took, .. } => Some(took),
            Asked::Not | Asked::Kept { .. } | Asked::Joined { .. } => None,
        }
    }

    /// What the authorizer said about the caller, if its result was used.
    #[must_use]
    pub fn caller(&self) -> Option<&'d AuthorizerContext> {
        Some(self.ended.result()?.as_verified()?.caller.context())
    }

    /// The policy that decided. `None` if none was evaluated.
    #[must_use]
    pub fn policy(&self) -> Option<&'d PolicyDocument> {
        Some(self.ended.result()?.as_verified()?.policy()?.document())
    }

    /// The type of the gateway response. `None` if the request is not refused. In shadow, it is what the client would have
    /// received.
    #[must_use]
    pub fn response_type(&self) -> Option<ResponseType> {
        self.denial().map(Denial::response_type)
    }

    /// The status of the gateway response. `None` if the request is not refused, because the response is the service's. In
    /// shadow, no response is made, and this is the configured status.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self.ended {
            Ended::Refused { response, .. } => Some(response.status()),
            Ended::Shadowed(denial) => {
                let row = self.settings.kind.differences();
                let responses = &self.settings.gateway_responses;
                Some(responses.explain(denial.reason(), row).status())
            }
            Ended::Allowed { .. } | Ended::Without(_) => None,
        }
    }

    /// The gateway response, as the layer sends it. `None` if the request is not refused. Layers around this one and the
    /// server may add headers to it. A response can repeat a part of the request if it is
    /// [customised](crate::gateway_responses) to do so: see [`mask`](Self::mask).
    #[must_use]
    pub fn gateway_response(&self) -> Option<&'d Response<Bytes>> {
        self.ended.response()
    }

    /// The names of the request's headers.
    pub fn header_names(&self) -> impl Iterator<Item = &'d HeaderName> {
        self.parts.headers.keys()
    }

    /// The names of the request's query parameters, decoded, in the order of the query.
    #[must_use]
    pub fn query_names(&self) -> Vec<String> {
        let query = self.uri().query().unwrap_or_default();
        decoded_pairs(query)
            .map(|(name, _)| name.into_owned())
            .collect()
    }

    /// Returns the text with each credential of the request replaced by `***`. Use it before you show or store a text
    /// of the authorizer or of a gateway response, because it may repeat what the client sent.
    ///
    /// Credentials are the values of identity sources, of query parameters, and of headers whose names say that they
    /// are secret (`Authorization`, `Cookie`, `X-Api-Key`, `X-Session-Token`), with four bytes or more: the whole
    /// value, and its words, also as JSON escapes them. Other forms of a credential, such as its hash or its base64,
    /// are not found. A text is cut after 65,536 characters. If a request has more than 64 credentials, the whole text
    /// is replaced.
    #[must_use]
    pub fn mask(&self, text: &str) -> String {
        mask(text, self.settings.kind.sources(), &self.request())
    }

    /// Why the request is refused, or would be if the layer were not in shadow.
    #[must_use]
    pub fn denial(&self) -> Option<&'d Denial> {
        self.ended.denial()
    }

    /// Explains each step of the decision. This copies the request and explains each statement of the policy. `None` if
    /// there is nothing to explain: the request was cancelled, or let through without an authorizer.
    #[must_use]
    pub fn explanation(&self) -> Option<Explanation> {
        self.explain_with(Explanation::of)
    }

    /// Like [`explanation`](Self::explanation), but without the policy. Use it if the [policy](Self::policy) has thousands
    /// of statements, which take many milliseconds to explain: the request waits for its observers.
    #[must_use]
    pub fn short_explanation(&self) -> Option<Explanation> {
        self.explain_with(Explanation::short)
    }

    fn explain_with(
        &self,
        explain: fn(&Circumstances, Conclusion<'_>) -> Explanation,
    ) -> Option<Explanation> {
        let (result, asked) = match self.ended {
            Ended::Refused { denial, .. } | Ended::Shadowed(denial) => {
                let outcome = Conclusion::Refused(denial.reason());
                return Some(explain(denial.circumstances(), outcome));
            }
            Ended::Allowed { result, asked } => (result, asked),
            Ended::Without(_) => return None,
        };
        let mut parts = self.parts.clone();
        let resolver = &self.settings.reader.resource_resolver;
        let matched = self.matched.cloned();
        let matched = matched.unwrap_or_else(|| resolver.resolve(&mut parts));
        let circumstances = Circumstances {
            settings: Arc::new(self.settings.clone()),
            noted: self.arrival.noted(&self.settings.reader.clock),
            parts,
            matched,
            asked,
            result: Some(Arc::clone(result)),
        };
        Some(explain(&circumstances, Conclusion::Allowed))
    }

    fn uri(&self) -> &'d Uri {
        self.request().uri
    }

    fn request(&self) -> RequestContext<'d> {
        let reader = &self.settings.reader;
        reader.context(self.parts, self.matched, self.arrival)
    }
}

impl fmt::Debug for Decision<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decision")
            .field("outcome", &self.outcome())
            .field("method_arn", &self.method_arn())
            .field("source", &self.source())
            .field("response_type", &self.response_type())
            .finish_non_exhaustive()
    }
}
