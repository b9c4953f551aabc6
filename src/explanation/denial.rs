//! A refusal, with everything that is needed to explain it.

use std::{fmt, sync::Arc};

use super::{Circumstances, Explanation, Outcome};
use crate::{decision::DenialReason, gateway_response::ResponseType};

/// Why a request was refused: in the extensions of every response that the layer makes itself, for
/// whatever is around the layer (tracing, metrics, tests) to read. The client does not see it.
///
/// ```
/// # tokio_test::block_on(async {
/// use http::{Request, Response};
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
/// use tower_lambda_authorizer::{
///     AuthorizerResponse, Denial, LambdaAuthorizerLayer, ResponseType, authorizer_fn,
/// };
/// # use bytes::Bytes;
/// # use http_body_util::Full;
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
/// Cheap to clone. It holds the request, without its body but with its extensions, for as long as it lives; [`Debug`](fmt::Debug) and
/// [`Display`](fmt::Display) show no header and no query.
#[derive(Clone)]
pub struct Denial {
    facts: Arc<Facts>,
}

struct Facts {
    response_type: ResponseType,
    reason: DenialReason,
    circumstances: Circumstances,
}

impl Denial {
    pub(crate) fn new(
        response_type: ResponseType,
        reason: DenialReason,
        circumstances: Circumstances,
    ) -> Self {
        Self {
            facts: Arc::new(Facts {
                response_type,
                reason,
                circumstances,
            }),
        }
    }

    /// The gateway response that the client got.
    #[must_use]
    pub fn response_type(&self) -> ResponseType {
        self.facts.response_type
    }

    /// What the request was refused for.
    #[must_use]
    pub fn reason(&self) -> &DenialReason {
        &self.facts.reason
    }

    #[cfg(feature = "tracing")]
    pub(crate) fn asked(&self) -> crate::pipeline::Asked {
        self.facts.circumstances.asked
    }

    /// Without what takes long: a policy's statements, one by one.
    #[cfg(feature = "tracing")]
    pub(crate) fn short_explanation(&self) -> Explanation {
        let Facts {
            reason,
            circumstances,
            ..
        } = &*self.facts;
        Explanation::short(circumstances, Outcome::Refused(reason))
    }

    /// The whole way of the request, and what to do about the refusal. Worked out when it is asked for.
    #[must_use]
    pub fn explanation(&self) -> Explanation {
        let Facts {
            reason,
            circumstances,
            ..
        } = &*self.facts;
        Explanation::of(circumstances, Outcome::Refused(reason))
    }
}

impl fmt::Debug for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Denial")
            .field("response_type", &self.facts.response_type)
            .field("reason", &self.facts.reason)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.facts.reason.fmt(f)
    }
}
