//! The responses of a REST API that nobody has customised: literal bytes, as recorded.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Response, StatusCode, header};

use crate::{
    context::RequestIds,
    decision::{Denial, DenialReason},
};

static X_AMZN_REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
static X_AMZN_ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
static X_AMZ_APIGW_ID: HeaderName = HeaderName::from_static("x-amz-apigw-id");

/// What does not change from request to request.
struct Literal {
    status: StatusCode,
    error_type: Option<&'static str>,
    body: &'static str,
}

/// The response for a denial. A HEAD request gets the headers that a GET would get, and no body.
pub(crate) fn default_response(
    method: &Method,
    ids: RequestIds,
    denial: Denial,
) -> Response<Bytes> {
    let literal = literal(denial.reason());
    let body = if method == Method::HEAD {
        ""
    } else {
        literal.body
    };
    let mut response = Response::new(Bytes::from_static(body.as_bytes()));
    *response.status_mut() = literal.status;
    response.extensions_mut().insert(denial);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(
        header::CONTENT_LENGTH,
        HeaderValue::from(literal.body.len()),
    );
    if let Some(id) = visible_ascii(&ids.request_id) {
        headers.insert(&X_AMZN_REQUEST_ID, id);
    }
    if let Some(error_type) = literal.error_type {
        headers.insert(&X_AMZN_ERROR_TYPE, HeaderValue::from_static(error_type));
    }
    if let Some(id) = visible_ascii(&ids.extended_request_id) {
        headers.insert(&X_AMZ_APIGW_ID, id);
    }
    response
}

fn literal(reason: &DenialReason) -> Literal {
    match reason {
        DenialReason::IdentitySourceMissing { .. }
        | DenialReason::IdentitySourceEmpty { .. }
        | DenialReason::IdentitySourceNotUtf8 { .. }
        | DenialReason::RefusedByValidationExpression { .. }
        | DenialReason::AuthorizerSaidUnauthorized => Literal {
            status: StatusCode::UNAUTHORIZED,
            error_type: Some("UnauthorizedException"),
            body: r#"{"message":"Unauthorized"}"#,
        },
        // The capital `M` is API Gateway's.
        DenialReason::ExplicitDeny { .. } => Literal {
            status: StatusCode::FORBIDDEN,
            error_type: Some("AccessDeniedException"),
            body: r#"{"Message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}"#,
        },
        DenialReason::ImplicitDeny { .. } => Literal {
            status: StatusCode::FORBIDDEN,
            error_type: Some("AccessDeniedException"),
            body: r#"{"Message":"User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action"}"#,
        },
        DenialReason::AuthorizerFailed { .. }
        | DenialReason::AuthorizerPanicked { .. }
        | DenialReason::AuthorizerTimedOut { .. }
        | DenialReason::MalformedResponse { .. } => Literal {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            error_type: Some("AuthorizerConfigurationException"),
            body: r#"{"message":null}"#,
        },
        DenialReason::AmbiguousPath { .. } => Literal {
            status: StatusCode::BAD_REQUEST,
            error_type: Some("BadRequestException"),
            body: r#"{"message":"Bad Request"}"#,
        },
        // Documented as a text; nobody has recorded a body or an error type.
        DenialReason::MethodArnTooLong { .. } => Literal {
            status: StatusCode::URI_TOO_LONG,
            error_type: None,
            body: r#"{"message":"Request URI too long"}"#,
        },
    }
}

fn visible_ascii(id: &impl std::fmt::Display) -> Option<HeaderValue> {
    HeaderValue::try_from(id.to_string()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Body lengths as recorded.
    #[test]
    fn bodies_have_the_recorded_lengths() {
        let explicit = DenialReason::ExplicitDeny {
            statement: 0,
            sid: None,
            method_arn: String::new(),
        };
        let implicit = DenialReason::ImplicitDeny {
            method_arn: String::new(),
        };
        let malformed = DenialReason::MalformedResponse {
            problem: String::new(),
        };
        for (reason, length) in [
            (DenialReason::AuthorizerSaidUnauthorized, 26),
            (explicit, 110),
            (implicit, 130),
            (malformed, 16),
        ] {
            let ids = RequestIds::draw();
            let response = default_response(&Method::GET, ids, Denial::new(reason));
            assert_eq!(response.body().len(), length);
            assert_eq!(
                response.headers()[header::CONTENT_LENGTH],
                length.to_string()
            );
        }
    }
}
