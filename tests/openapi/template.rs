//! Templates whose functions and conditions are worked out before they are read.

use tower_lambda_authorizer::openapi::{ApiDefinition, DefinitionError, Template};

use crate::sam::listed;

macro_rules! case {
    ($name:literal) => {
        include_str!(concat!("../cases/templates/", $name, ".yaml"))
    };
}

fn template(text: &str) -> Template {
    Template::from_text(text).unwrap()
}

fn problem(read: Result<ApiDefinition, DefinitionError>) -> String {
    read.unwrap_err().to_string()
}

/// A REST API whose body has this operation `GET /paid`, and two schemes.
fn body(operation: &str) -> String {
    format!(
        "
Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Parameters:
  Stage: {{Type: String}}
  Names: {{Type: CommaDelimitedList, Default: 'gate, other'}}
Conditions:
  Live: !Equals [!Ref Stage, live]
  Idle: !Not [Condition: Live]
Mappings:
  Guards: {{live: {{name: gate, all: [gate]}}, test: {{name: other, all: [other]}}}}
Resources:
  Shop:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Body:
        swagger: '2.0'
        securityDefinitions:
          gate: {{type: apiKey, in: header, name: Authorization, x-amazon-apigateway-authorizer: {{type: token}}}}
          other: {{type: apiKey, in: header, name: Authorization, x-amazon-apigateway-authorizer: {{type: token}}}}
        paths:
          /paid: {operation}
"
    )
}

/// An HTTP API with the default authorizer that this value says.
fn default_authorizer(value: &str) -> String {
    let authorizer = "{FunctionArn: x, AuthorizerPayloadFormatVersion: '2.0'}";
    format!(
        "
Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Parameters:
  Stage: {{Type: String}}
  Names: {{Type: CommaDelimitedList, Default: 'gate, other'}}
Mappings:
  Guards: {{live: {{name: gate, all: [gate]}}, test: {{name: other, all: [other]}}}}
Resources:
  Shop:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth: {{DefaultAuthorizer: {value}, Authorizers: {{gate: {authorizer}, other: {authorizer}}}}}
  Pay:
    Type: AWS::Serverless::Function
    Properties: {{Events: {{Pay: {{Type: HttpApi, Properties: {{ApiId: !Ref Shop, Path: /paid, Method: get}}}}}}}}
"
    )
}

#[test]
fn functions_are_run() {
    for value in [
        "!Sub gate",
        "!Sub ['${A}te', {A: ga}]",
        "!Join ['', [ga, te]]",
        "!Join ['', [gate]]",
        "!Select [0, !Ref Names]",
        "!Select ['1', !Split ['-', other-gate]]",
        "!FindInMap [Guards, !Ref Stage, name]",
        "!Select [0, !FindInMap [Guards, live, all]]",
        "!FindInMap [Guards, none, name, {DefaultValue: gate}]",
        "!Select [!Length [], [gate]]",
        "!Select [1, !Split ['\"', !ToJsonString [gate]]]",
    ] {
        let definition = template(&default_authorizer(value))
            .parameter("Stage", "live")
            .api();
        assert_eq!(listed(&definition.unwrap()), ["GET /paid gate"], "{value}");
    }
}

#[test]
fn pseudo_parameters_are_what_the_application_says() {
    let text = default_authorizer("!Join ['', [!Ref AWS::Region]]");
    let definition = template(&text).parameter("AWS::Region", "gate").api();
    assert_eq!(listed(&definition.unwrap()), ["GET /paid gate"]);
    let problem = problem(template(&text).api());
    assert!(
        problem.contains("`/Resources/Shop/Properties/Auth/DefaultAuthorizer`: the intrinsic function `Ref` cannot be evaluated, because `AWS::Region` has no value"),
        "{problem}"
    );
}

#[test]
fn conditions_choose() {
    let text =
        body("!If [Live, {get: {security: [{gate: []}]}}, {get: {security: [{other: []}]}}]");
    for (stage, expected) in [("live", "GET /paid gate"), ("test", "GET /paid other")] {
        let definition = template(&text).parameter("Stage", stage).api().unwrap();
        assert_eq!(listed(&definition), [expected]);
    }
}

#[test]
fn all_conditions_are_evaluated() {
    for (condition, is_true) in [
        ("!Equals [live, !Ref Stage]", true),
        ("!Equals [a, b]", false),
        ("!Equals [1, '1']", true),
        ("!Equals [true, 'true']", true),
        ("!Not [!Equals [a, b]]", true),
        ("!And [!Equals [a, a], Condition: Live]", true),
        ("!And [!Equals [a, a], Condition: Idle]", false),
        ("!Or [!Equals [a, b], Condition: Live]", true),
        ("!Or [!Equals [a, b], !Condition Idle]", false),
        // One of them is enough, whatever the other is.
        ("!Or [!Equals [a, a], !Equals [!Ref AWS::Region, x]]", true),
        (
            "!And [!Equals [a, b], !Equals [!Ref AWS::Region, x]]",
            false,
        ),
    ] {
        let text = body("{get: {security: !If [It, [{gate: []}], [{other: []}]]}}");
        let text = text.replace(
            "Conditions:\n",
            &format!("Conditions:\n  It: {condition}\n"),
        );
        let definition = template(&text).parameter("Stage", "live").api().unwrap();
        let expected = if is_true {
            "GET /paid gate"
        } else {
            "GET /paid other"
        };
        assert_eq!(listed(&definition), [expected], "{condition}");
    }
}

#[test]
fn numbers_keep_their_spelling() {
    let text = body("{get: {security: !If [It, [{gate: []}], [{other: []}]]}}");
    let read = |left: &str, right: &str| {
        let condition = format!("Conditions:\n  It: !Equals [{left}, {right}]\n");
        template(&text.replace("Conditions:\n", &condition))
            .parameter("Stage", "012345678901")
            .api()
    };
    for (left, right, expected) in [
        ("!Ref Stage", "012345678901", "GET /paid gate"),
        ("!Ref Stage", "'012345678901'", "GET /paid gate"),
        ("!Sub 'a${Stage}'", "a012345678901", "GET /paid gate"),
        (
            "!Join ['-', [2012-10-17, 1e3, 0x1F, 1.10]]",
            "2012-10-17-1e3-0x1F-1.10",
            "GET /paid gate",
        ),
        // As in YAML 1.1.
        ("yes", "'true'", "GET /paid gate"),
        ("'yes'", "'true'", "GET /paid other"),
        ("!Ref Stage", "12345678902", "GET /paid other"),
    ] {
        let definition = read(left, right).unwrap();
        assert_eq!(listed(&definition), [expected], "{left}, {right}");
    }
    // Readers do not agree on these.
    for (left, right) in [
        ("!Ref Stage", "12345678901"),
        ("010", "8"),
        ("010", "10"),
        ("1.0", "1"),
        ("1e3", "1000"),
        ("0x1F", "31"),
        ("1_000", "1000"),
    ] {
        let problem = problem(read(left, right));
        assert!(
            problem.contains("the condition `It` is not known"),
            "{left}: {problem}"
        );
    }
    // As an authorizer's time to live, which is 8 or 10 seconds.
    let ttl = |ttl: &str| {
        let authorizer = format!("{{type: token, authorizerResultTtlInSeconds: {ttl}}}");
        ApiDefinition::from_openapi(&format!(
            "openapi: 3.0.1\npaths: {{}}\ncomponents: {{securitySchemes: {{a: {{type: apiKey, in: header, name: a, \
             x-amazon-apigateway-authorizer: {authorizer}}}}}}}"
        ))
    };
    assert!(ttl("10").is_ok() && ttl("'10'").is_ok());
    assert!(problem(ttl("010")).contains("expected a whole number, found `010`"));
}

#[test]
fn a_condition_that_matters_has_to_be_known() {
    for (operation, difference) in [
        (
            "!If [Live, {get: {security: [{gate: []}]}}, {get: {security: []}}]",
            "`GET /paid` depends on it",
        ),
        (
            "!If [Live, {get: {}}, !Ref AWS::NoValue]",
            "`GET /paid` depends on it",
        ),
        ("{!If [Live, get, put]: {}}", ""),
        (
            "{get: {security: [!If [Idle, {gate: []}, {nobody: []}]]}}",
            "`GET /paid` depends on it",
        ),
        (
            "{get: {security: [!If [Idle, {gate: []}, {gate: x}]]}}",
            "if it is false, at `/Resources/Shop/",
        ),
    ] {
        let text = body(operation);
        let Ok(template) = Template::from_text(&text) else {
            continue;
        };
        let problem = problem(template.api());
        assert!(problem.contains(difference), "{operation}: {problem}");
        assert!(
            problem.contains("set `Stage` with"),
            "{operation}: {problem}"
        );
        assert!(
            problem.contains("at `/Resources/Shop/Properties/Body/paths/~1paid"),
            "{problem}"
        );
    }
}

#[test]
fn branches_that_agree_need_no_answer() {
    for operation in [
        "!If [Live, {get: {security: [{gate: []}], summary: a}}, {get: {security: [{gate: []}]}}]",
        "{get: {security: !If [Live, [{gate: []}], !If [Idle, [{gate: []}], [{gate: [x]}]]]}}",
        "{get: {security: [{gate: !If [Live, [x], []]}]}}",
        "{get: {security: [{gate: []}], x-amazon-apigateway-integration: !If [Live, {a: 1}, !Ref AWS::NoValue]}}",
        "{get: {security: [{gate: []}, !If [Live, {gate: []}, !Ref AWS::NoValue]]}}",
    ] {
        let definition = template(&body(operation)).api().unwrap();
        assert_eq!(listed(&definition), ["GET /paid gate"], "{operation}");
    }
}

#[test]
fn a_resource_without_its_condition_is_gone() {
    let text = "
Parameters: {Stage: {Type: String}}
Conditions: {Live: !Equals [!Ref Stage, live]}
Resources:
  Shop: {Type: AWS::ApiGateway::RestApi}
  Gate: {Type: AWS::ApiGateway::Authorizer, Properties: {RestApiId: !Ref Shop, Type: TOKEN, IdentitySource: method.request.header.a}}
  Table: {Type: AWS::DynamoDB::Table, Condition: Live}
  Free: {Type: AWS::ApiGateway::Method, Condition: Live, Properties: {RestApiId: !Ref Shop, HttpMethod: GET, ResourceId: !GetAtt Shop.RootResourceId}}
  Paid: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Shop, HttpMethod: PUT, ResourceId: !Sub '${Shop.RootResourceId}', AuthorizationType: CUSTOM, AuthorizerId: !Ref Gate}}
";
    let of_stage = |text: &str, stage| template(text).parameter("Stage", stage).api();
    assert_eq!(
        listed(&of_stage(text, "live").unwrap()),
        ["GET / -", "PUT / Gate"]
    );
    assert_eq!(listed(&of_stage(text, "test").unwrap()), ["PUT / Gate"]);
    let unknown = problem(template(text).api());
    assert!(
        unknown.contains("at `/Resources/Free/Condition`: the condition `Live` is not known"),
        "{unknown}"
    );
    assert!(unknown.contains("`GET /` depends on it"), "{unknown}");

    // An authorizer that is gone cannot guard.
    let text = text.replace(
        "Type: AWS::ApiGateway::Authorizer,",
        "Type: AWS::ApiGateway::Authorizer, Condition: Live,",
    );
    assert!(of_stage(&text, "live").is_ok());
    let gone = problem(of_stage(&text, "test"));
    assert!(gone.contains("`Gate` is not a security scheme"), "{gone}");
}

#[test]
fn conditions_of_other_resources_do_not_matter() {
    let mut text = default_authorizer("gate");
    let mut conditions = String::from("Conditions:\n");
    for index in 0..20 {
        conditions.push_str(&format!(
            "  C{index}: !Equals [!Ref AWS::Region, r{index}]\n"
        ));
        text.push_str(&format!(
            "  F{index}: {{Type: AWS::Serverless::Function, Condition: C{index}, Properties: {{Timeout: !If [C{index}, 1, 2]}}}}\n"
        ));
    }
    let definition = template(&(text + &conditions)).api().unwrap();
    assert_eq!(listed(&definition), ["GET /paid gate"]);
}

#[test]
fn apis_are_listed() {
    let text = "
Parameters: {Stage: {Type: String}}
Conditions: {Live: !Equals [!Ref Stage, live]}
Resources:
  A: {Type: AWS::ApiGateway::RestApi, Properties: {Name: a}}
  B: {Type: AWS::ApiGatewayV2::Api, Condition: Live, Properties: {Name: b, ProtocolType: HTTP}}
  C: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: b, ProtocolType: WEBSOCKET}}
  F: {Type: AWS::Serverless::Function, Properties: {Events: {E: {Type: Api, Properties: {Path: /, Method: get}}}}}
";
    assert_eq!(
        template(text).apis().unwrap(),
        ["A", "ServerlessRestApi", "B"]
    );
    let gone = template(text).parameter("Stage", "test");
    assert_eq!(gone.apis().unwrap(), ["A", "ServerlessRestApi"]);
    assert!(problem(gone.api()).contains("several APIs: `A`, `ServerlessRestApi`"));
    assert!(gone.api_named("A").is_ok());
    assert!(problem(gone.api_named("B")).contains("no REST or HTTP API `B`"));
}

#[test]
fn files_are_put_in_their_places() {
    let shop = "
openapi: 3.0.1
paths: {/secret: {get: {security: [{gate: []}]}}}
components: {securitySchemes: {gate: {type: apiKey, in: header, name: a, x-amazon-apigateway-authorizer: {type: token}}}}
";
    let alone = template(case!("07-include-alone"));
    let missing = problem(alone.api());
    assert!(missing.contains("/DefinitionBody`"), "{missing}");
    assert!(
        missing.contains("`AWS::Include` inserts `./shop.yaml` here, and its content is not known"),
        "{missing}"
    );
    let definition = alone
        .include("shop.yaml", "openapi: 3.0.1\npaths: {/a: {get: {}}}")
        .api();
    assert_eq!(listed(&definition.unwrap()), ["GET /a Gate"]);

    let beside = template(case!("06-include-beside-members"));
    let missing = problem(beside.api());
    assert!(
        missing.contains("/DefinitionBody/Fn::Transform`"),
        "{missing}"
    );
    assert!(missing.contains("`./shop.yaml`"), "{missing}");
    let definition = beside
        .include("./shop.yaml", shop)
        .api_named("Shop")
        .unwrap();
    let secret = definition
        .operations()
        .find(|it| it.to_string() == "GET /secret");
    assert_eq!(secret.unwrap().authorizer(), Some("gate"));
    // The file's `paths` take the place of those beside it.
    assert!(
        definition
            .operations()
            .all(|it| it.path() != "/placeholder")
    );
}

#[test]
fn files_are_put_anywhere() {
    let include = "Fn::Transform: {Name: AWS::Include, Parameters: {Location: f}}";
    let text = body("{get: {security: [{gate: []}]}}");
    for (from, to, file) in [
        (
            "get: {security: [{gate: []}]}",
            format!("get: {{{include}}}"),
            "security: [{gate: []}]",
        ),
        (
            "get: {security: [{gate: []}]}",
            include.to_owned(),
            "get: {security: [{gate: []}]}",
        ),
        (
            "Body:\n",
            format!("Body:\n        {include}\n"),
            "{\"info\": {}}",
        ),
        (
            "Resources:\n",
            format!("Resources:\n  {include}\n"),
            "Table: {Type: AWS::DynamoDB::Table}",
        ),
        (
            "Transform: [",
            "Transform: [{Name: AWS::Include, Parameters: {Location: f}}, ".to_owned(),
            "Conditions: {More: !Equals [a, b]}",
        ),
        (
            "Mappings:\n",
            format!("Mappings:\n  {include}\n"),
            "More: {a: {b: c}}",
        ),
        (
            "Conditions:\n",
            format!("Conditions:\n  {include}\n"),
            "More: !Equals [a, b]",
        ),
    ] {
        let text = text.replacen(from, &to, 1);
        assert!(text.contains("AWS::Include"));
        let definition = template(&text).include("f", file).api();
        assert_eq!(listed(&definition.unwrap()), ["GET /paid gate"], "{to}");
    }
}

#[test]
fn files_are_read_by_the_application() {
    let text = "
Parameters: {Bucket: {Type: String}}
Resources:
  Shop: {Type: AWS::Serverless::Api, Properties: {DefinitionBody: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: !Sub 's3://${Bucket}/shop.yaml'}}}}}
";
    let outer = "
openapi: 3.0.1
paths: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: ./paths.yaml}}}
";
    let read = |location: &str| match location {
        "s3://b/shop.yaml" | "s3://${Bucket}/shop.yaml" => Ok(outer.to_owned()),
        "./paths.yaml" => Ok("/a: {get: {}}".to_owned()),
        _ => Err(std::io::ErrorKind::NotFound.into()),
    };
    for template in [template(text), template(text).parameter("Bucket", "b")] {
        let definition = template.include_with(read).api().unwrap();
        assert_eq!(listed(&definition), ["GET /a -"]);
    }
    let without = template(text).include_with(|_| Err(std::io::ErrorKind::NotFound.into()));
    assert!(problem(without.api()).contains("`s3://${Bucket}/shop.yaml`"));
    let local = text.replace("s3://${Bucket}/", "");
    let without = template(&local).include_with(|_| Err(std::io::ErrorKind::NotFound.into()));
    assert!(
        problem(without.api())
            .contains("the file `shop.yaml`: the document cannot be read: entity not found")
    );
}

#[test]
fn a_definition_in_another_file_is_handed_over() {
    for (resource, location, name) in [
        (
            "AWS::Serverless::Api",
            "DefinitionUri: ./shop.yaml",
            "./shop.yaml",
        ),
        (
            "AWS::Serverless::Api",
            "DefinitionUri: {Bucket: b, Key: k}",
            "s3://b/k",
        ),
        (
            "AWS::Serverless::HttpApi",
            "DefinitionUri: s3://b/k",
            "s3://b/k",
        ),
        (
            "AWS::ApiGateway::RestApi",
            "BodyS3Location: {Bucket: b, Key: !Ref Key}",
            "s3://b/k",
        ),
        // As the CDK writes it.
        (
            "AWS::ApiGateway::RestApi",
            "BodyS3Location: {Bucket: !Sub 'assets-${AWS::AccountId}-${AWS::Region}', Key: k.yaml}",
            "s3://assets-${AWS::AccountId}-${AWS::Region}/k.yaml",
        ),
    ] {
        let text = format!(
            "Parameters: {{Key: {{Type: String, Default: k}}}}\nResources: {{Shop: {{Type: '{resource}', Properties: {{{location}}}}}}}"
        );
        let missing = problem(template(&text).api());
        assert!(
            missing.contains("supply its content with `Template::include` under the name `")
                && missing.contains(name),
            "{missing}"
        );
        let file = "openapi: 3.0.1\npaths: {/a: {get: {}}}";
        let definition = template(&text).include(name, file).api();
        assert_eq!(listed(&definition.unwrap()), ["GET /a -"], "{location}");
        // An error in it names the file.
        let wrong = template(&text)
            .include(name, "openapi: 3.0.1\npaths: {/a: {gett: {}}}")
            .api();
        assert!(problem(wrong).starts_with(&format!(
            "at `{}#/paths/~1a/gett`: ",
            name.trim_start_matches("./")
        )));
    }
}

#[test]
fn a_file_that_nothing_names_is_told() {
    let text = "
Parameters: {Stage: {Type: String}}
Conditions: {Live: !Equals [!Ref Stage, live]}
Resources:
  Shop:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Body: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: !If [Live, ./live.yaml, !Sub './${Stage}.yaml']}}}
  F: {Type: AWS::Lambda::Function, Properties: {Code: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: code.yaml}}}}}
  Other: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP, BodyS3Location: {Bucket: !Ref Stage, Key: k}}}
";
    let file = "openapi: 3.0.1\npaths: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: paths.yaml}}}";
    let whole = template(text)
        .parameter("Stage", "test")
        .include("test.yaml", file)
        .include("./paths.yaml", "/a: {get: {}}");
    assert!(whole.api_named("Shop").unwrap().notes().is_empty());
    // Files of a branch that is not taken, of other resources and of other APIs have their names in the template.
    let more = whole
        .clone()
        .include("live.yaml", file)
        .include("./code.yaml", "{}")
        .include("s3://test/k", file);
    assert!(more.api_named("Shop").unwrap().notes().is_empty());
    let misspelt = whole.include("tests.yaml", file);
    let notes = misspelt.api_named("Shop").unwrap().notes();
    assert_eq!(
        notes,
        [
            "the file `tests.yaml` was supplied, but the template does not name it; check the spelling"
        ]
    );
    let missing = template(text)
        .parameter("Stage", "test")
        .include("test.yml", file);
    let error = problem(missing.api_named("Shop"));
    assert!(
        error.contains("`AWS::Include` inserts `./test.yaml` here, and its content is not known"),
        "{error}"
    );
    assert!(
        error.contains("\n- at `/`: the file `test.yml` was supplied"),
        "{error}"
    );
}

#[test]
fn loops_make_resources() {
    let text = "
Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Parameters: {Names: {Type: CommaDelimitedList}}
Resources:
  Shop: {Type: AWS::ApiGateway::RestApi}
  Fn::ForEach::Pages:
    - Name
    - !Ref Names
    - 'Page${Name}':
        Type: AWS::ApiGateway::Resource
        Properties: {RestApiId: !Ref Shop, ParentId: !GetAtt Shop.RootResourceId, PathPart: !Ref Name}
      'Get${Name}':
        Type: AWS::ApiGateway::Method
        Properties: {RestApiId: !Ref Shop, HttpMethod: GET, ResourceId: !Ref 'Page${Name}', Other: [!Sub '${Name}']}
";
    let definition = template(text).parameter("Names", "a,b").api();
    assert_eq!(listed(&definition.unwrap()), ["GET /a -", "GET /b -"]);
    let unknown = problem(template(text).api());
    assert!(
        unknown.contains("`Fn::ForEach::Pages` cannot be evaluated"),
        "{unknown}"
    );
    let without = text.replace("AWS::LanguageExtensions, ", "");
    let without = problem(template(&without).parameter("Names", "a").api());
    assert!(without.contains("`AWS::LanguageExtensions`"), "{without}");
}

#[test]
fn the_recorded_cases() {
    let cors = ApiDefinition::from_cloudformation(case!("11-cors-function")).unwrap();
    assert_eq!(listed(&cors), ["GET /look Gate"]);
    assert!(
        cors.notes().iter().any(|note| note.contains("CORS")),
        "{:?}",
        cors.notes()
    );

    for name in [case!("13-closing-bracket"), case!("14-member-twice")] {
        let definition = ApiDefinition::from_cloudformation(name).unwrap();
        assert_eq!(definition.operations().count(), 0);
    }

    let conditions = template(case!("16-conditions"));
    assert_eq!(listed(&conditions.api().unwrap()), ["GET /paid Gate"]);
    assert!(conditions.api().unwrap().notes()[0].contains("`Stage=live`"));
    let other = conditions.parameter("Stage", "test").api().unwrap();
    assert_eq!(listed(&other), Vec::<String>::new());
}

#[test]
fn cors_settings_never_stop_anybody() {
    let conditions = "Conditions: {Wide: !Equals [!Ref AWS::Region, a]}\n";
    let rest = "Resources: {Shop: {Type: AWS::Serverless::Api, Properties: {Cors: VALUE, Auth: {AddDefaultAuthorizerToCorsPreflight: false}}}, F: {Type: AWS::Serverless::Function, Properties: {Events: {Look: {Type: Api, Properties: {RestApiId: !Ref Shop, Path: /look, Method: get}}}}}}";
    for (cors, preflight) in [
        (
            "!If [Wide, {AllowOrigin: \"'*'\"}, !Ref AWS::NoValue]",
            false,
        ),
        ("!If [Wide, \"'*'\", \"'a'\"]", true),
        ("{AllowOrigin: !Ref AWS::Region}", true),
        ("!Ref AWS::Region", true),
        ("!Ref AWS::NoValue", false),
    ] {
        let text = conditions.to_owned() + &rest.replace("VALUE", cors);
        let definition = template(&text).api().unwrap();
        let expected: &[_] = match preflight {
            true => &["GET /look -", "OPTIONS /look -"],
            false => &["GET /look -"],
        };
        assert_eq!(listed(&definition), expected, "{cors}");
    }
    // Of an HTTP API, whether the condition is known or not.
    let unknown =
        case!("11-cors-function").replace("!Equals [a, a]", "!Equals [!Ref AWS::Region, a]");
    let function = case!("11-cors-function").replace(
        "!If [Wide, {AllowOrigins: [\"*\"]}, !Ref AWS::NoValue]",
        "!GetAtt Cors.Settings",
    );
    assert_ne!(function, case!("11-cors-function"));
    for text in [case!("11-cors-function"), &*unknown, &*function] {
        let definition = ApiDefinition::from_cloudformation(text).unwrap();
        assert_eq!(listed(&definition), ["GET /look Gate"]);
        assert!(definition.notes()[0].contains("CORS"));
    }
    let body = "openapi: 3.0.1\npaths: {/a: {get: {}}}\nx-amazon-apigateway-cors: {Fn::If: [Wide, {}, {}]}";
    assert_eq!(
        listed(&ApiDefinition::from_openapi(body).unwrap()),
        ["GET /a -"]
    );
}

#[test]
fn a_member_twice_is_an_error_where_it_matters() {
    for (text, expected) in [
        (
            "Resources: {Shop: {Type: AWS::Serverless::HttpApi, Properties: {Auth: {}, Auth: {}}}}",
            Some("the member `Auth` is there twice at line 1"),
        ),
        (
            "Resources: {Shop: {Type: AWS::Serverless::HttpApi}, Shop: {Type: AWS::Serverless::HttpApi}}",
            Some("the member `Shop` is there twice"),
        ),
        (
            "Resources: {Shop: {Type: AWS::Serverless::HttpApi, Metadata: {a: 1, a: 2}}}",
            None,
        ),
        (
            "Outputs: {a: 1, a: 2}\nResources: {Shop: {Type: AWS::Serverless::HttpApi}}",
            None,
        ),
        (
            "Resources: {Shop: {Type: AWS::ApiGateway::RestApi, Properties: {Body: {openapi: 3.0.1, paths: {/a: {post: {}, post: {}}}}}}}",
            Some(
                "at `/Resources/Shop/Properties/Body/paths/~1a`: the member `post` is there twice",
            ),
        ),
        (
            "Resources: {Shop: {Type: AWS::ApiGateway::RestApi, Properties: {Body: {openapi: 3.0.1, paths: {/a: {post: {responses: {a: 1, a: 2}}}}}}}}",
            None,
        ),
        (
            "{\"Resources\": {\"Shop\": {\"Type\": \"AWS::Serverless::HttpApi\", \"Type\": \"x\"}}}",
            Some("the member `Type` is there twice at line 1"),
        ),
        (
            "{\"Resources\": {\"Shop\": {\"Type\": \"AWS::Serverless::HttpApi\", \"Metadata\": {\"a\": 1, \"a\": 2}}}}",
            None,
        ),
    ] {
        let read = ApiDefinition::from_cloudformation(text);
        match (read, expected) {
            (Ok(_), None) => {}
            (Err(error), Some(expected)) => {
                assert!(error.to_string().contains(expected), "{text}: {error}");
            }
            (read, _) => panic!("{text}: {read:?}"),
        }
    }
}

#[test]
fn an_empty_identity_source_is_none() {
    let scheme = "{type: apiKey, in: header, name: Unused, x-amazon-apigateway-authorizer: {type: request, \
                  identitySource: '', authorizerResultTtlInSeconds: 0}}";
    let document = format!(
        "openapi: 3.0.1\npaths: {{/a: {{get: {{security: [{{gate: []}}]}}}}}}\ncomponents: {{securitySchemes: {{gate: {scheme}}}}}"
    );
    let definition = ApiDefinition::from_openapi(&document).unwrap();
    let (_, authorizer) = definition.authorizers().next().unwrap();
    assert_eq!(authorizer.identity_source(), None);
    let template = "
Resources:
  Shop: {Type: AWS::ApiGateway::RestApi}
  Gate: {Type: AWS::ApiGateway::Authorizer, Properties: {RestApiId: !Ref Shop, Type: REQUEST, IdentitySource: ''}}
";
    let definition = ApiDefinition::from_cloudformation(template).unwrap();
    let (_, authorizer) = definition.authorizers().next().unwrap();
    assert_eq!(authorizer.identity_source(), None);
}
