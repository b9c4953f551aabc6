//! Random SAM templates. The same seed gives the same template.

mod events;

use serde_json::{Map, Value, json};

/// The random choices for a template.
pub(super) struct Generator {
    random: fastrand::Rng,
    /// Whether the template may have mistakes.
    is_careless: bool,
}

/// An API as events refer to it.
struct Api {
    id: String,
    kind: Kind,
    /// None: SAM creates it.
    named: bool,
    has_body: bool,
    authorizers: Vec<String>,
    has_default: bool,
    needs_api_key: bool,
}

impl Api {
    /// `auth`: its own `Auth`, and that of `Globals`.
    fn new(id: String, kind: Kind, resource: &Value, globals: &Value) -> Self {
        let own = &resource["Properties"];
        let is_global = resource.get("IgnoreGlobals").is_none();
        let both = [&own["Auth"], &globals[kind.section()]["Auth"]];
        let auths = || both.into_iter().take(if is_global { 2 } else { 1 });
        let names = auths().filter_map(|auth| auth["Authorizers"].as_object());
        let mut authorizers: Vec<_> = names.flatten().map(|(name, _)| name.clone()).collect();
        if kind == Kind::Rest || auths().any(|auth| auth["EnableIamAuthorizer"] == true) {
            authorizers.push("AWS_IAM".into());
        }
        Self {
            named: !resource.is_null(),
            has_body: own.get("DefinitionBody").is_some(),
            authorizers,
            has_default: auths().any(|auth| auth.get("DefaultAuthorizer").is_some()),
            needs_api_key: auths().any(|auth| auth["ApiKeyRequired"] == true),
            id,
            kind,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rest,
    Http,
}

impl Kind {
    fn section(self) -> &'static str {
        match self {
            Self::Rest => "Api",
            Self::Http => "HttpApi",
        }
    }

    fn api_id(self) -> &'static str {
        match self {
            Self::Rest => "RestApiId",
            Self::Http => "ApiId",
        }
    }
}

const PATHS: [&str; 10] = [
    "/",
    "/a",
    "/a/",
    "/a/{id}",
    "/a/{proxy+}",
    "/b",
    "/b/{x}/c",
    "/c-d_e.f",
    "/{any+}",
    "/B",
];
const METHODS: [&str; 11] = [
    "get", "GET", "post", "Put", "delete", "options", "OPTIONS", "head", "patch", "any", "ANY",
];
const BODY_METHODS: [&str; 7] = [
    "get",
    "post",
    "put",
    "delete",
    "options",
    "head",
    "x-amazon-apigateway-any-method",
];

impl Generator {
    pub(super) fn new(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let is_careless = random.u8(..100) < 20;
        Self {
            random,
            is_careless,
        }
    }

    fn chance(&mut self, percent: u8) -> bool {
        self.random.u8(..100) < percent
    }

    /// Something that a careful author avoids.
    fn mistake(&mut self, percent: u8) -> bool {
        self.is_careless && self.chance(percent)
    }

    fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.random.usize(..of.len())]
    }

    pub(super) fn template(&mut self) -> Value {
        let mut globals = Value::Null;
        if self.chance(35) {
            globals = json!({});
            for kind in [Kind::Rest, Kind::Http] {
                if self.chance(70) {
                    globals[kind.section()] = self.globals(kind);
                }
            }
        }
        let mut apis = Vec::new();
        for (id, kind) in [
            ("ServerlessRestApi", Kind::Rest),
            ("ServerlessHttpApi", Kind::Http),
        ] {
            apis.push(Api::new(id.into(), kind, &Value::Null, &globals));
        }
        let mut resources = Map::new();
        for index in 0..self.random.usize(..3) {
            let kind = self.one_of(&[Kind::Rest, Kind::Rest, Kind::Http]);
            let id = format!("Api{index}");
            let mut api = json!({
                "Type": format!("AWS::Serverless::{}", kind.section()),
                "Properties": self.api(kind),
            });
            if self.chance(8) {
                api["IgnoreGlobals"] = self.one_of(&["*", "Auth"]).into();
                if api["IgnoreGlobals"] == "Auth" {
                    api["IgnoreGlobals"] = json!(["Auth"]);
                }
            }
            apis.push(Api::new(id.clone(), kind, &api, &globals));
            resources.insert(id, api);
        }
        for index in 0..self.random.usize(1..4) {
            let function = self.function(&apis);
            resources.insert(format!("F{index}"), function);
        }
        if self.chance(25) {
            let machine = self.state_machine(&apis);
            resources.insert("Flow".into(), machine);
        }
        let mut template = json!({
            "Transform": "AWS::Serverless-2016-10-31",
            "Conditions": {
                "Yes": {"Fn::Equals": ["a", "a"]},
                "No": {"Fn::Equals": ["a", "b"]},
            },
            "Resources": resources,
        });
        if !globals.is_null() {
            template["Globals"] = globals;
        }
        template
    }

    fn globals(&mut self, kind: Kind) -> Value {
        let mut globals = Map::new();
        if self.chance(80) {
            let names: &[&str] = if self.mistake(50) {
                &["Globe", "Gate"]
            } else {
                &["Globe"]
            };
            globals.insert("Auth".into(), self.auth(kind, names));
        }
        if kind == Kind::Rest && self.chance(30) {
            globals.insert("Cors".into(), json!("'*'"));
        }
        if kind == Kind::Rest && self.chance(10) {
            globals.insert("MergeDefinitions".into(), self.chance(50).into());
        }
        globals.into()
    }

    fn api(&mut self, kind: Kind) -> Value {
        let mut api = Map::new();
        if kind == Kind::Rest {
            api.insert("StageName".into(), "live".into());
        }
        if self.chance(80) {
            api.insert("Auth".into(), self.auth(kind, &["Gate", "Keep", "People"]));
        }
        if self.mistake(5) {
            api.insert("Auth".into(), Value::Null);
        }
        if self.chance(40) {
            let body = self.body(kind);
            api.insert("DefinitionBody".into(), body);
            if kind == Kind::Rest && self.chance(40) {
                api.insert("MergeDefinitions".into(), self.chance(80).into());
            }
        }
        if kind == Kind::Rest && self.chance(20) {
            let version = self.one_of(&["3.0.1", "3.0", "2.0"]);
            api.insert("OpenApiVersion".into(), version.into());
        }
        match kind {
            Kind::Rest if self.chance(35) => {
                let cors = match self.random.u8(..4) {
                    0 => json!({"AllowOrigin": "'*'", "AllowMethods": "'GET'"}),
                    1 => json!(""),
                    _ => json!("'https://shop.example.com'"),
                };
                api.insert("Cors".into(), cors);
            }
            Kind::Http if self.chance(35) => {
                let cors = self.one_of(&[true, false]);
                api.insert("CorsConfiguration".into(), cors.into());
            }
            _ => {}
        }
        if self.chance(10) {
            api.insert("DisableExecuteApiEndpoint".into(), true.into());
        }
        if kind == Kind::Http && self.chance(10) {
            api.insert("FailOnWarnings".into(), true.into());
        }
        api.into()
    }

    fn auth(&mut self, kind: Kind, names: &[&str]) -> Value {
        let mut auth = Map::new();
        let mut authorizers = Map::new();
        for name in names {
            if self.chance(75) {
                let authorizer = self.authorizer(kind, name == &"People");
                authorizers.insert((*name).into(), authorizer);
            }
        }
        if self.mistake(8) {
            let name = self.one_of(&["NONE", "AWS_IAM", "api_key", "api_key_false"]);
            let authorizer = self.authorizer(kind, false);
            authorizers.insert(name.into(), authorizer);
        }
        if self.chance(60) {
            let known: Vec<_> = authorizers.keys().cloned().collect();
            let default = match self.random.u8(..10) {
                0 => "AWS_IAM".into(),
                1 if self.is_careless => "Nobody".into(),
                2 if self.is_careless => "NONE".into(),
                _ if known.is_empty() => "AWS_IAM".into(),
                _ => known[self.random.usize(..known.len())].clone(),
            };
            let is_iam = default == "AWS_IAM";
            auth.insert("DefaultAuthorizer".into(), default.into());
            if kind == Kind::Http && is_iam && !self.mistake(30) {
                auth.insert("EnableIamAuthorizer".into(), true.into());
            }
        }
        if kind == Kind::Http && self.chance(30) {
            auth.insert("EnableIamAuthorizer".into(), true.into());
        }
        if !authorizers.is_empty() || self.chance(50) {
            auth.insert("Authorizers".into(), authorizers.into());
        }
        if kind == Kind::Rest {
            for (name, percent) in [
                ("AddDefaultAuthorizerToCorsPreflight", 30),
                ("AddApiKeyRequiredToCorsPreflight", 15),
                ("ApiKeyRequired", 25),
            ] {
                if self.chance(percent) {
                    let flag = if self.mistake(20) {
                        self.one_of(&["true", "false"]).into()
                    } else {
                        self.chance(50).into()
                    };
                    auth.insert(name.into(), flag);
                }
            }
            if self.chance(8) {
                auth.insert(
                    "ResourcePolicy".into(),
                    json!({"IpRangeWhitelist": ["1.2.3.4"]}),
                );
            }
            if self.chance(8) {
                auth.insert("InvokeRole".into(), "CALLER_CREDENTIALS".into());
            }
        }
        if self.mistake(3) {
            auth.insert("Authorisers".into(), json!({}));
        }
        auth.into()
    }

    fn authorizer(&mut self, kind: Kind, is_pool: bool) -> Value {
        let arn = json!({"Fn::GetAtt": ["F0", "Arn"]});
        let mut authorizer = match (kind, is_pool) {
            (Kind::Rest, true) => json!({"UserPoolArn": "arn:aws:cognito-idp:a:1:userpool/x"}),
            (Kind::Http, true) => json!({
                "JwtConfiguration": {"issuer": "x", "audience": ["y"]},
                "IdentitySource": "$request.header.Authorization",
            }),
            (Kind::Rest, false) => json!({"FunctionArn": arn}),
            (Kind::Http, false) => json!({
                "FunctionArn": arn,
                "AuthorizerPayloadFormatVersion": self.one_of(&["1.0", "2.0"]),
            }),
        };
        if is_pool && self.chance(40) {
            authorizer["AuthorizationScopes"] = json!(["mail"]);
        }
        if !is_pool && kind == Kind::Rest && self.chance(50) {
            authorizer["FunctionPayloadType"] = self.one_of(&["TOKEN", "REQUEST"]).into();
        }
        let is_request = kind == Kind::Http || authorizer["FunctionPayloadType"] == "REQUEST";
        if !is_pool && (self.chance(50) || is_request && !self.mistake(30)) {
            authorizer["Identity"] = if is_request {
                json!({
                    "Headers": ["Authorization", "X-Two"],
                    "QueryStrings": ["q"],
                    "ReauthorizeEvery": 30,
                })
            } else {
                json!({"Header": "X-Token", "ValidationExpression": "^x", "ReauthorizeEvery": 0})
            };
        }
        if self.mistake(4) {
            authorizer["Unknown"] = 1.into();
        }
        authorizer
            .as_object_mut()
            .unwrap()
            .retain(|_, value| !value.is_null());
        authorizer
    }

    fn body(&mut self, kind: Kind) -> Value {
        let is_swagger = kind == Kind::Rest && self.chance(50);
        let mut paths = Map::new();
        for _ in 0..self.random.usize(1..4) {
            let mut item = Map::new();
            for _ in 0..self.random.usize(1..4) {
                let method = if self.mistake(4) {
                    "GET"
                } else {
                    self.one_of(&BODY_METHODS)
                };
                item.insert(method.into(), self.operation(kind));
            }
            if self.chance(10) {
                item.insert("parameters".into(), json!([]));
            }
            let path = self.one_of(&PATHS);
            paths.insert(path.into(), item.into());
        }
        let own = json!({
            "own": {
                "type": "apiKey",
                "name": "Authorization",
                "in": "header",
                "x-amazon-apigateway-authtype": "custom",
                "x-amazon-apigateway-authorizer": match kind {
                    Kind::Rest => json!({"type": "token", "authorizerUri": "x"}),
                    Kind::Http => json!({"type": "request", "authorizerUri": "x",
                        "authorizerPayloadFormatVersion": "2.0"}),
                },
            },
            "key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
        });
        let mut body = if is_swagger {
            json!({"swagger": "2.0", "securityDefinitions": own})
        } else {
            json!({"openapi": "3.0.1", "components": {"securitySchemes": own}})
        };
        body["info"] = json!({"title": "x", "version": "1"});
        body["paths"] = paths.into();
        if self.chance(20) {
            body["security"] = self.security();
        }
        body
    }

    fn operation(&mut self, kind: Kind) -> Value {
        let mut operation = json!({"responses": {}});
        if self.chance(85) {
            operation["x-amazon-apigateway-integration"] =
                json!({"type": "aws_proxy", "httpMethod": "POST", "uri": "x"});
        }
        if self.chance(45) {
            operation["security"] = self.security();
        }
        if kind == Kind::Rest && self.chance(4) {
            operation["x-amazon-apigateway-auth"] =
                json!({"type": self.one_of(&["NONE", "AWS_IAM"])});
        }
        operation
    }

    fn security(&mut self) -> Value {
        match self.random.u8(..14) {
            0 | 1 => json!([]),
            2 | 3 => json!([{"own": []}]),
            4 => json!([{"key": []}]),
            5 => json!([{"own": []}, {"key": []}]),
            6 => json!([{"own": [], "key": []}]),
            7 => json!([{"NONE": []}]),
            8 => json!([{"Gate": []}]),
            9 => json!([{"Keep": [], "key": []}]),
            10 => json!([{"api_key": []}, {"Gate": []}]),
            11 if self.chance(50) => json!([{"Keep": [], "api_key": []}]),
            11 => json!([{}]),
            12 => json!([{"AWS_IAM": []}]),
            _ => json!([{"NONE": []}, {"key": []}]),
        }
    }
}
