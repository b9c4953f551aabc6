//! Random documents with few and short paths, so that their routes conflict.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use fastrand::Rng;
use serde_json::{Map, Value, json};
use tower_lambda_authorizer::{
    ApiType, AuthorizerRequest, AuthorizerResponse, BoxAuthorizer, authorizer_fn,
    openapi::{ApiAuthorizerLayer, ApiDefinition, UnknownRoutes},
};

/// The name, the header and the accepted token of each authorizer.
pub(super) const AUTHORIZERS: [&str; 2] = ["keepers", "tenants"];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Segment {
    Exact(&'static str),
    Variable,
    Greedy,
}

/// None: the default route.
pub(super) type Template = Option<Vec<Segment>>;

#[derive(Clone)]
pub(super) struct Operation {
    pub(super) template: Template,
    /// None: any method.
    pub(super) method: Option<&'static str>,
    pub(super) guard: Option<usize>,
}

pub(super) struct Document {
    pub(super) api_type: ApiType,
    pub(super) unknown_routes: UnknownRoutes,
    pub(super) operations: Vec<Operation>,
    /// Whether the results of an authorizer are kept for each route. Only an HTTP API has this source.
    pub(super) is_kept_for_route: bool,
    /// The resource that an authorizer was asked about last.
    pub(super) asked: Arc<Mutex<Option<String>>>,
}

impl Document {
    pub(super) fn random(rng: &mut Rng) -> Self {
        let api_type = rng.choice([ApiType::Rest, ApiType::Http]).unwrap();
        let unknown = [UnknownRoutes::PassOn, UnknownRoutes::Refuse];
        let mut operations: Vec<Operation> = Vec::new();
        for _ in 0..rng.usize(2..=5) {
            let template = match api_type {
                ApiType::Http if rng.u8(..6) == 0 => None,
                _ => Some(template(rng)),
            };
            let is_new = |operation: &Operation| operation.template != template;
            let is_apart =
                |operation: &Operation| !are_in_each_others_way(&operation.template, &template);
            if !operations
                .iter()
                .all(|operation| is_new(operation) && is_apart(operation))
            {
                continue;
            }
            // Mostly one operation per path, since the differences are in the paths.
            let mut methods = vec![None, Some("GET"), Some("POST"), Some("HEAD")];
            rng.shuffle(&mut methods);
            methods.truncate(rng.choice([1, 1, 1, 2, 3]).unwrap());
            if template.is_none() {
                methods = vec![None];
            }
            operations.extend(methods.into_iter().map(|method| Operation {
                template: template.clone(),
                method,
                guard: rng.choice([None, None, Some(0), Some(0), Some(1)]).unwrap(),
            }));
        }
        Self {
            api_type,
            unknown_routes: rng.choice(unknown).unwrap(),
            operations,
            is_kept_for_route: api_type == ApiType::Http && rng.bool(),
            asked: Arc::default(),
        }
    }

    /// An open operation, and behind it a guarded one that also matches its path.
    pub(super) fn pair(rng: &mut Rng) -> Self {
        let exact = [Segment::Exact("a"), Segment::Exact("b")];
        let length = rng.usize(2..=3);
        let open: Vec<_> = (0..length).map(|_| rng.choice(exact).unwrap()).collect();
        let mut guarded = open.clone();
        let at = rng.usize(..length);
        if rng.bool() {
            guarded[at] = Segment::Variable;
        } else {
            guarded.truncate(at);
            guarded.push(Segment::Greedy);
        }
        let operation = |template, guard| Operation {
            template: Some(template),
            method: None,
            guard,
        };
        Self {
            api_type: ApiType::Rest,
            unknown_routes: UnknownRoutes::PassOn,
            operations: vec![operation(open, None), operation(guarded, Some(0))],
            is_kept_for_route: false,
            asked: Arc::default(),
        }
    }

    pub(super) fn layer(&self) -> ApiAuthorizerLayer {
        let definition = ApiDefinition::from_openapi(&self.to_json().to_string()).unwrap();
        let definition = definition.for_api_type(self.api_type).unwrap();
        let definition = definition.unknown_routes(self.unknown_routes);
        let definition = AUTHORIZERS.iter().try_fold(definition, |definition, name| {
            definition.authorizer(name, accepting_its_name(name, &self.asked))
        });
        definition.and_then(ApiDefinition::into_layer).unwrap()
    }

    /// The resource of an operation, as authorizers receive it.
    pub(super) fn resource(&self, operation: usize) -> String {
        match &self.operations[operation].template {
            None => "$default".to_owned(),
            template => path(template),
        }
    }

    fn to_json(&self) -> Value {
        let mut paths = Map::new();
        for operation in &self.operations {
            let method = operation
                .method
                .map_or("x-amazon-apigateway-any-method".into(), str::to_lowercase);
            let security = operation.guard.map(|guard| json!({AUTHORIZERS[guard]: []}));
            let item = paths
                .entry(path(&operation.template))
                .or_insert_with(|| json!({}));
            item[method] = json!({"security": Vec::from_iter(security)});
        }
        // Each authorizer must guard something.
        for name in AUTHORIZERS {
            paths.insert(
                format!("/only/for/{name}"),
                json!({"get": {"security": [{name: []}]}}),
            );
        }
        let schemes: Map<_, _> = AUTHORIZERS
            .map(|name| (name.to_owned(), self.scheme(name)))
            .into_iter()
            .collect();
        json!({"openapi": "3.0.1", "components": {"securitySchemes": schemes}, "paths": paths})
    }

    fn scheme(&self, name: &str) -> Value {
        let authorizer = match self.api_type {
            ApiType::Http => json!({
                "type": "request",
                "identitySource": if self.is_kept_for_route { format!("$request.header.{name},$context.routeKey") } else { format!("$request.header.{name}") },
                "authorizerPayloadFormatVersion": "2.0",
            }),
            _ => json!({"type": "token", "authorizerResultTtlInSeconds": 0}),
        };
        json!({"type": "apiKey", "in": "header", "name": name, "x-amazon-apigateway-authorizer": authorizer})
    }
}

fn accepting_its_name(name: &'static str, asked: &Arc<Mutex<Option<String>>>) -> BoxAuthorizer {
    let asked = Arc::clone(asked);
    BoxAuthorizer::new(authorizer_fn(move |request: AuthorizerRequest| {
        *asked.lock().unwrap() = request.resource().map(str::to_owned);
        let accepts = request
            .identity()
            .first()
            .is_some_and(|token| token == name);
        async move {
            Ok(if accepts {
                AuthorizerResponse::allow("*").with_principal_id(name)
            } else {
                AuthorizerResponse::deny("*")
            })
        }
    }))
}

fn template(rng: &mut Rng) -> Vec<Segment> {
    let mut segments = Vec::new();
    for _ in 0..rng.usize(0..=3) {
        let segment = match rng.u8(..8) {
            0..=2 => Segment::Exact("a"),
            3 => Segment::Exact("b"),
            4..=5 => Segment::Variable,
            _ => Segment::Greedy,
        };
        segments.push(segment);
        if segment == Segment::Greedy {
            break;
        }
    }
    segments
}

/// axum's router does not accept `/{x}` and `/{*rest}` together.
fn are_in_each_others_way(one: &Template, other: &Template) -> bool {
    let (Some(one), Some(other)) = (one, other) else {
        return false;
    };
    let differing = one.iter().zip(other).find(|(one, other)| one != other);
    matches!(
        differing,
        Some((Segment::Variable, Segment::Greedy) | (Segment::Greedy, Segment::Variable))
    )
}

/// The path as written in documents.
pub(super) fn path(template: &Template) -> String {
    let default_route = || "/$default".to_owned();
    template
        .as_deref()
        .map_or_else(default_route, |template| text(template, "{rest+}"))
}

/// The path with the greedy parameter in a router's syntax.
pub(super) fn text(template: &[Segment], greedy: &str) -> String {
    let segments = template
        .iter()
        .enumerate()
        .map(|(at, segment)| match segment {
            Segment::Exact(text) => format!("/{text}"),
            Segment::Variable => format!("/{{x{at}}}"),
            Segment::Greedy => format!("/{greedy}"),
        });
    let text: String = segments.collect();
    if text.is_empty() { "/".into() } else { text }
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}", self.api_type, self.unknown_routes)?;
        if self.is_kept_for_route {
            write!(f, " by route")?;
        }
        self.operations
            .iter()
            .enumerate()
            .try_for_each(|(at, operation)| {
                let method = operation.method.unwrap_or("ANY");
                let guard = operation.guard.map_or("open", |guard| AUTHORIZERS[guard]);
                write!(f, "; {at}: {method} {} {guard}", path(&operation.template))
            })
    }
}
