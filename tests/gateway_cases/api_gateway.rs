//! The API of a case: the real layer around a service that records what reaches it.

use std::{
    convert::Infallible,
    error::Error,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Empty};
use serde_json::Value;
use tower::{Layer as _, ServiceExt, util::BoxCloneService};
use tower_lambda_authorizer::{
    Api, Authorizer, AuthorizerConfig, AuthorizerContext, AuthorizerError, AuthorizerRequest,
    AuthorizerResponse, Denial, LambdaAuthorizerLayer, ManualClock, ResourceMatch, ResponseBody,
    gateway_responses::GatewayResponses, policy::ConditionContext,
};

use crate::{
    case::{Answer, ApiMembers, Case, RequestMembers},
    seen::{Caller, Seen},
};

pub(crate) const INTENDED_PANIC: &str = "the authorizer of a case panics";

type Body = Empty<Bytes>;

type Layer<A> = LambdaAuthorizerLayer<Noting<A>>;

pub(crate) struct ApiGateway {
    app: BoxCloneService<Request<Body>, Response<Bytes>, Infallible>,
    notes: Arc<Mutex<Notes>>,
    clock: ManualClock,
}

/// What the authorizer and the protected service have received since the case began.
#[derive(Default)]
struct Notes {
    invocations: usize,
    event: Option<Value>,
    caller: Option<Caller>,
}

impl ApiGateway {
    /// Creates the API with an authorizer that does what the case says.
    pub(crate) fn new(case: &Case) -> Result<Self, Box<dyn Error>> {
        let authorizer = CaseAuthorizer {
            answers: case.answers.clone(),
        };
        Self::guarded_by(authorizer, case, |layer| layer)
    }

    pub(crate) fn guarded_by<A: Authorizer>(
        authorizer: A,
        case: &Case,
        configure: impl FnOnce(Layer<A>) -> Layer<A>,
    ) -> Result<Self, Box<dyn Error>> {
        let notes = Arc::new(Mutex::new(Notes::default()));
        let authorizer = Noting {
            authorizer,
            notes: Arc::clone(&notes),
        };
        let config: AuthorizerConfig =
            serde_json::from_value(Value::Object(case.authorizer.clone()))?;
        let config = config.for_api_type(case.api.api_type()?);
        let clock = ManualClock::new(SystemTime::now());
        let responses = Value::Object(case.gateway_responses.clone());
        let layer = LambdaAuthorizerLayer::from_config(config, authorizer)?
            .api(api(&case.api)?)
            .clock(clock.clock())
            .gateway_responses(GatewayResponses::from_openapi(&responses)?)
            .resource_resolver(|parts| parts.extensions.get().cloned().unwrap_or_default());
        let layer = configure(layer);
        let protected = {
            let notes = Arc::clone(&notes);
            tower::service_fn(move |request: Request<Body>| {
                let context = request.extensions().get::<AuthorizerContext>();
                notes.lock().unwrap().caller = Some(context.map(caller).unwrap_or_default());
                async { Ok::<_, Infallible>(Response::new(Body::new())) }
            })
        };
        let app = layer
            .layer(protected)
            .and_then(|response: Response<ResponseBody<Body>>| async {
                let (parts, body) = response.into_parts();
                let body = body.collect().await?.to_bytes();
                Ok(Response::from_parts(parts, body))
            });
        Ok(Self {
            app: BoxCloneService::new(app),
            notes,
            clock,
        })
    }

    pub(crate) fn advance(&self, seconds: f64) {
        self.clock.advance(Duration::from_secs_f64(seconds));
    }

    pub(crate) async fn exchange(&self, members: &RequestMembers) -> Result<Seen, Box<dyn Error>> {
        let request = request(members)?;
        {
            let mut notes = self.notes.lock().unwrap();
            notes.caller = None;
            notes.event = None;
        }
        let response = self.app.clone().oneshot(request).await?;
        let notes = self.notes.lock().unwrap();
        let denial = response.extensions().get::<Denial>();
        Ok(Seen {
            status: response.status(),
            headers: response.headers().clone(),
            response_type: denial.map(|denial| denial.response_type().to_string()),
            body: response.into_body(),
            caller: notes.caller.clone(),
            invocations: notes.invocations,
            event: notes.event.clone(),
        })
    }
}

fn caller(context: &AuthorizerContext) -> Caller {
    Caller {
        principal_id: context.principal_id().map(str::to_owned),
        context: context.deserialize().unwrap_or_default(),
    }
}

fn api(members: &ApiMembers) -> Result<Api, Box<dyn Error>> {
    let mut api = Api::new(
        &members.region,
        &members.account_id,
        &members.api_id,
        members.stage()?,
    )?
    .with_partition(&members.partition)?;
    for (name, value) in &members.stage_variables {
        api = api.with_stage_variable(name, value)?;
    }
    Ok(api)
}

fn request(members: &RequestMembers) -> Result<Request<Body>, Box<dyn Error>> {
    let mut request = Request::builder()
        .method(members.method.as_str())
        .uri(&members.target);
    for (name, value) in &members.headers {
        request = request.header(name, value);
    }
    let mut matched = ResourceMatch::new().with_resource(&members.resource);
    for (name, value) in &members.path_parameters {
        matched = matched.with_path_parameter(name, value);
    }
    let is_secure = members.scheme == "https";
    let secure_transport = ConditionContext::new().with("aws:SecureTransport", is_secure);
    let source_ip: IpAddr = members.source_ip.parse()?;
    let request = request
        .extension(SocketAddr::from((source_ip, 4711)))
        .extension(secure_transport)
        .extension(matched);
    Ok(request.body(Body::new())?)
}

/// Records the requests to the authorizer.
pub(crate) struct Noting<A> {
    authorizer: A,
    notes: Arc<Mutex<Notes>>,
}

impl<A: Authorizer> Authorizer for Noting<A> {
    async fn authorize(
        &self,
        request: AuthorizerRequest,
    ) -> Result<AuthorizerResponse, AuthorizerError> {
        {
            let mut notes = self.notes.lock().unwrap();
            notes.invocations += 1;
            notes.event = serde_json::to_value(request.to_event()).ok();
        }
        self.authorizer.authorize(request).await
    }
}

struct CaseAuthorizer {
    answers: Vec<Answer>,
}

impl Authorizer for CaseAuthorizer {
    async fn authorize(
        &self,
        request: AuthorizerRequest,
    ) -> Result<AuthorizerResponse, AuthorizerError> {
        let answer = self.answers.iter().find(|answer| fits(answer, &request));
        let answer =
            answer.ok_or_else(|| AuthorizerError::new("the case has no answer for this"))?;
        if let Some(output) = &answer.output {
            let text = output
                .to_string()
                .replace("$methodArn", request.method_arn().as_str());
            return Ok(AuthorizerResponse::from_json(text.as_bytes())?);
        }
        if let Some(text) = &answer.raw_output {
            return Ok(AuthorizerResponse::from_json(text.as_bytes())?);
        }
        if let Some(message) = &answer.error {
            return Err(AuthorizerError::new(message));
        }
        assert!(!answer.panic, "{INTENDED_PANIC}");
        assert!(answer.hang, "an answer of the case says nothing");
        std::future::pending().await
    }
}

fn fits(answer: &Answer, request: &AuthorizerRequest) -> bool {
    let when = &answer.when;
    when.identity
        .as_ref()
        .is_none_or(|identity| identity == request.identity())
        && when
            .method
            .as_ref()
            .is_none_or(|method| method == request.method().as_str())
        && when.path.as_ref().is_none_or(|path| path == request.path())
}
