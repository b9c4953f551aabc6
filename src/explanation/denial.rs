//! A refusal, with everything that is needed to explain it.

use std::{fmt, sync::Arc};

use http::request::Parts;

use super::{Circumstances, Conclusion, Explanation, authorizer, policy_hint::policy_hint};
use crate::{
    decision::{DenialReason, masked_reason},
    gateway_response::ResponseType,
    pipeline::{Denied, settings::Settings},
    policy::OneLine,
    request::{context::Noted, resource::ResourceMatch},
};

/// Why a request was refused.
///
/// Every response that the layer makes itself has a `Denial` in its extensions. Code around the layer can read it, for
/// tracing, metrics or tests. The client does not see it.
///
/// ```
/// # tokio_test::block_on(async {
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use http_body_util::Full;
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
/// use tower_lambda_authorizer::{
///     AuthorizerResponse, Denial, LambdaAuthorizerLayer, authorizer_fn,
///     gateway_responses::ResponseType,
/// };
///
/// let service = ServiceBuilder::new()
///     .layer(LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
///         Ok(AuthorizerResponse::allow("*"))
///     })))
///     .service(service_fn(async |_: Request<Full<Bytes>>| {
///         Ok::<_, std::convert::Infallible>(Response::new(Full::<Bytes>::default()))
///     }));
///
/// let response = service.oneshot(Request::default()).await.unwrap();
/// let denial = response.extensions().get::<Denial>().unwrap();
/// assert_eq!(denial.response_type(), ResponseType::Unauthorized);
/// assert_eq!(
///     denial.to_string(),
///     "the identity source `method.request.header.Authorization` is missing; \
///      the authorizer was not invoked"
/// );
/// # });
/// ```
///
/// [`Display`](fmt::Display) writes the reason in one line, for logs: see
/// [`LambdaAuthorizerLayer::on_denial`](crate::LambdaAuthorizerLayer::on_denial). If no statement of the policy allows the
/// request, the line also names the statement that comes closest, and what does not apply: a part of the ARN, or the
/// operator and the key of a condition. If a `Deny` counts only because the layer was not given its
/// [API](crate::LambdaAuthorizerLayer::api), the line names its entry. This takes time linear in the policy, and is left out
/// for policies with more than 1,000 entries. If the layer of an API has several authorizers, the line begins with the
/// name of the one that refused.
///
/// A `Denial` is cheap to clone. It keeps the request, with its extensions but without its body, for as long as it lives.
/// [`Debug`](fmt::Debug) and [`Display`](fmt::Display) show no header and no query, and mask the request's credentials if
/// the authorizer's message repeats them.
#[derive(Clone)]
pub struct Denial {
    facts: Arc<Facts>,
}

struct Facts {
    reason: DenialReason,
    circumstances: Circumstances,
}

impl Denial {
    /// The request is large. So it is moved into the denial in one step, and not through smaller structs.
    pub(crate) fn new(
        settings: &Arc<Settings>,
        parts: Parts,
        matched: ResourceMatch,
        noted: Noted,
        denied: Denied,
    ) -> Self {
        let facts = Arc::new(Facts {
            reason: denied.reason,
            circumstances: Circumstances {
                settings: Arc::clone(settings),
                parts,
                matched,
                noted,
                asked: denied.asked,
                result: denied.result,
            },
        });
        Self { facts }
    }

    pub(crate) fn circumstances(&self) -> &Circumstances {
        &self.facts.circumstances
    }

    #[cfg(feature = "testing")]
    pub(crate) fn clock(&self) -> &crate::clock::Clock {
        &self.facts.circumstances.settings.reader.clock
    }

    /// The type of the gateway response that the client received.
    #[must_use]
    pub fn response_type(&self) -> ResponseType {
        let settings = &self.facts.circumstances.settings;
        settings.gateway_responses.response_type(self.reason())
    }

    /// The reason for the refusal.
    #[must_use]
    pub fn reason(&self) -> &DenialReason {
        &self.facts.reason
    }

    /// The authorizer that refused, if the layer of an API has several. `None` if each of them would have refused.
    fn refusing_authorizer(&self) -> Option<&str> {
        let is_its_own = matches!(
            self.response_type(),
            ResponseType::Unauthorized
                | ResponseType::AccessDenied
                | ResponseType::AuthorizerFailure
                | ResponseType::AuthorizerConfigurationError
        );
        let settings = &self.facts.circumstances.settings;
        settings.distinguishing_name().filter(|_| is_its_own)
    }

    #[cfg(feature = "tracing")]
    pub(crate) fn asked(&self) -> crate::pipeline::Asked {
        self.facts.circumstances.asked
    }

    /// An explanation without the policy's statements, because explaining those takes long.
    #[cfg(feature = "tracing")]
    pub(crate) fn short_explanation(&self) -> Explanation {
        Explanation::short(
            &self.facts.circumstances,
            Conclusion::Refused(&self.facts.reason),
        )
    }

    /// Explains each step of the decision, and what to do about the refusal. The explanation is made by this call.
    ///
    /// ```
    /// use tower_lambda_authorizer::{LambdaAuthorizerLayer, testing::{Harness, MockAuthorizer}};
    ///
    /// # tokio_test::block_on(async {
    /// let harness = Harness::new(LambdaAuthorizerLayer::token(MockAuthorizer::denying()));
    /// let response = harness.get("/pets").header("authorization", "t").send().await;
    /// let explanation = response.denial().unwrap().explanation();
    /// assert!(explanation.policy().unwrap().statements()[0].applies());
    /// # });
    /// ```
    #[must_use]
    pub fn explanation(&self) -> Explanation {
        Explanation::of(
            &self.facts.circumstances,
            Conclusion::Refused(&self.facts.reason),
        )
    }
}

impl fmt::Debug for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Facts {
            reason,
            circumstances,
        } = &*self.facts;
        let sources = circumstances.settings.kind.sources();
        let reason = circumstances.with_request(|request| masked_reason(reason, sources, request));
        f.debug_struct("Denial")
            .field("response_type", &self.response_type())
            .field("reason", &reason)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Facts {
            reason,
            circumstances,
            ..
        } = &*self.facts;
        if let Some(name) = self.refusing_authorizer() {
            write!(f, "authorizer `{}`: ", OneLine(name))?;
        }
        f.write_str(&authorizer::problem(circumstances, reason))?;
        match policy_hint(circumstances, reason) {
            None => Ok(()),
            Some(hint) => write!(f, "; {hint}"),
        }
    }
}
