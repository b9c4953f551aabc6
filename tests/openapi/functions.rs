//! The functions of authorizers, as templates describe them.

use tower_lambda_authorizer::openapi::{
    ApiDefinition, DefinitionError, FunctionCode, FunctionDefinition, FunctionLayer, LayerContent,
    Template,
};

/// A SAM template with a REST API, whose authorizer `gate` and resources are filled in.
fn sam(authorizer: &str, resources: &str) -> Template {
    let text = format!(
        r#"
Transform: AWS::Serverless-2016-10-31
Parameters: {{Stage: {{Type: String}}, Known: {{Type: String, Default: yes-it-is}}}}
Conditions: {{IsLive: !Equals [!Ref Stage, live]}}
Globals:
  Function: {{Runtime: python3.12, Timeout: 7, MemorySize: 256, Environment: {{Variables: {{LEVEL: info, PORT: 8080}}}}}}
Resources:
  Shop:
    Type: AWS::Serverless::Api
    Properties:
      StageName: prod
      Auth: {{Authorizers: {{gate: {{FunctionArn: {authorizer}}}}}}}
  Gate:
    Type: AWS::Serverless::Function
    Properties: {{CodeUri: gate/, Handler: app.handler, FunctionName: pets-gate}}
{resources}"#
    );
    Template::from_text(&text).unwrap()
}

fn function_of_gate(template: &Template) -> Option<FunctionDefinition> {
    let definition = template.api().unwrap();
    definition.function_of("gate").cloned()
}

#[test]
fn a_function_has_the_settings_of_globals() {
    let function = function_of_gate(&sam("!GetAtt Gate.Arn", "")).unwrap();
    assert_eq!(function.logical_id(), "Gate");
    assert_eq!(function.function_name(), Some("pets-gate"));
    assert_eq!(function.handler(), Some("app.handler"));
    assert_eq!(function.runtime(), Some("python3.12"));
    assert_eq!(function.code(), &FunctionCode::Local("gate/".into()));
    assert_eq!(function.timeout_in_seconds(), Some(7));
    assert_eq!(function.memory_size_in_mb(), Some(256));
    let variables: Vec<_> = function.environment().collect();
    assert_eq!(variables, [("LEVEL", Some("info")), ("PORT", Some("8080"))]);
    assert!(function.unknown().is_empty());
}

#[test]
fn its_own_settings_count_more() {
    let own = "
  Other:
    Type: AWS::Serverless::Function
    IgnoreGlobals: [MemorySize]
    Properties:
      Handler: index.handler
      Runtime: nodejs22.x
      Timeout: 1
      Environment: {Variables: {LEVEL: debug, FLAG: true, KEY: !Ref Known}}
  Bare:
    Type: AWS::Serverless::Function
    IgnoreGlobals: '*'
    Properties: {Handler: index.handler, InlineCode: 'def handler(event, context): pass'}
";
    let definition = sam("!GetAtt Other.Arn", own).api().unwrap();
    let function = definition.function_of("gate").unwrap();
    assert_eq!(function.runtime(), Some("nodejs22.x"));
    assert_eq!(function.timeout_in_seconds(), Some(1));
    assert_eq!(function.memory_size_in_mb(), None);
    // As the SAM CLI reads it.
    assert_eq!(function.code(), &FunctionCode::Local(".".into()));
    let variables: Vec<_> = function.environment().collect();
    assert_eq!(
        variables,
        [
            ("FLAG", Some("true")),
            ("KEY", Some("yes-it-is")),
            ("LEVEL", Some("debug")),
            ("PORT", Some("8080"))
        ]
    );
    let bare = definition
        .functions()
        .find(|function| function.logical_id() == "Bare")
        .unwrap();
    assert_eq!(
        bare.code(),
        &FunctionCode::Inline("def handler(event, context): pass".into())
    );
    assert_eq!(bare.runtime(), None);
    assert_eq!(bare.environment().count(), 0);
    // A default of a parameter that does not decide who may call what is not worth a note.
    assert!(definition.notes().is_empty(), "{:?}", definition.notes());
}

#[test]
fn each_way_to_name_the_function_is_followed() {
    let aliases = "
  Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Gate, FunctionVersion: '1', Name: live}}
  First: {Type: AWS::Lambda::Version, Properties: {FunctionName: !GetAtt Gate.Arn}}
";
    let uri = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions";
    for named in [
        "!GetAtt Gate.Arn".to_owned(),
        "!Ref Gate".to_owned(),
        "!Ref Gate.Alias".to_owned(),
        "!Ref Live".to_owned(),
        "!Ref First".to_owned(),
        "!Sub '${Gate.Arn}:live'".to_owned(),
        "!Sub '${Gate.Arn}'".to_owned(),
        "!Sub ['${Arn}', {Arn: !GetAtt Gate.Arn}]".to_owned(),
        format!("!Sub '{uri}/${{Gate.Arn}}/invocations'"),
        "!Join ['', ['arn:aws:lambda:', !Ref AWS::Region, ':1:function:', !Ref Gate]]".to_owned(),
        "arn:aws:lambda:eu-west-1:123456789012:function:pets-gate".to_owned(),
        "!Sub 'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:pets-gate:live'".to_owned(),
    ] {
        let function = function_of_gate(&sam(&named, aliases));
        let function = function.unwrap_or_else(|| panic!("{named}"));
        assert_eq!(function.logical_id(), "Gate", "{named}");
    }
    for named in [
        "!Ref Stage",
        "!ImportValue gate",
        "!GetAtt Nested.Outputs.Arn",
        "!If [IsLive, !GetAtt Gate.Arn, x]",
        "arn:aws:lambda:eu-west-1:123456789012:function:pets",
        "!Sub '${Gate}-x'",
    ] {
        assert_eq!(function_of_gate(&sam(named, "")), None, "{named}");
    }
}

#[test]
fn what_is_not_known_is_reported_and_is_not_an_error() {
    let unknown = "
  Open:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: !Sub '${Stage}/gate'
      Handler: !Ref Stage
      Runtime: !If [IsLive, python3.12, python3.13]
      Timeout: !Ref Stage
      Environment: {Variables: {TABLE: !Ref Table, STAGE: !Ref Stage}}
  Table: {Type: AWS::DynamoDB::Table}
";
    let template = sam("!GetAtt Open.Arn", unknown);
    let function = function_of_gate(&template).unwrap();
    assert_eq!(function.handler(), None);
    assert_eq!(function.runtime(), None);
    assert_eq!(function.timeout_in_seconds(), None);
    assert!(matches!(function.code(), FunctionCode::Elsewhere(_)));
    let variables: Vec<_> = function
        .environment()
        .filter(|(_, value)| value.is_none())
        .map(|(name, _)| name)
        .collect();
    assert_eq!(variables, ["STAGE", "TABLE"]);
    assert_eq!(
        function.unknown(),
        [
            "Handler",
            "Runtime",
            "Environment.Variables.STAGE",
            "Environment.Variables.TABLE",
            "Timeout"
        ]
    );

    let function = function_of_gate(&template.parameter("Stage", "live")).unwrap();
    assert_eq!(function.handler(), Some("live"));
    assert_eq!(function.runtime(), Some("python3.12"));
    assert_eq!(function.code(), &FunctionCode::Local("live/gate".into()));
    // `live` is not a number.
    assert_eq!(
        function.unknown(),
        ["Environment.Variables.TABLE", "Timeout"]
    );
}

#[test]
fn a_function_that_depends_on_an_unknown_condition_is_not_known() {
    // The condition is tried both ways for the time to live. Neither reading decides about the function.
    let pets = "
  Pets: {Type: AWS::Serverless::Function, Properties: {Handler: !If [IsLive, a.b, c.d]}}
";
    let gate = "!If [IsLive, !GetAtt Gate.Arn, !GetAtt Pets.Arn], Identity: {ReauthorizeEvery: !If [IsLive, 60, 60]}";
    let template = sam(gate, pets);
    assert_eq!(function_of_gate(&template), None);
    let definition = template.api().unwrap();
    let pets = definition.functions().find(|it| it.logical_id() == "Pets");
    assert_eq!(pets.unwrap().handler(), None);
    let template = template.parameter("Stage", "test");
    let function = function_of_gate(&template).unwrap();
    assert_eq!(function.handler(), Some("c.d"));
}

#[test]
fn a_function_whose_condition_is_false_is_gone() {
    let absent = "
  Gone: {Type: AWS::Serverless::Function, Condition: IsLive, Properties: {Handler: a.b}}
";
    let template = sam("!GetAtt Gone.Arn", absent);
    assert!(function_of_gate(&template).is_some());
    let template = template.parameter("Stage", "test");
    assert_eq!(function_of_gate(&template), None);
}

#[test]
fn an_http_api_and_its_document_name_their_functions_too() {
    let text = r#"
Transform: AWS::Serverless-2016-10-31
Resources:
  Look:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth: {Authorizers: {own: {FunctionArn: !GetAtt Gate.Arn, AuthorizerPayloadFormatVersion: "2.0"}}}
      DefinitionBody:
        openapi: 3.0.1
        paths: {/a: {get: {security: [{written: []}]}}}
        components:
          securitySchemes:
            written:
              type: apiKey
              name: unused
              in: header
              x-amazon-apigateway-authorizer:
                type: request
                authorizerPayloadFormatVersion: "2.0"
                identitySource: $request.header.Authorization
                authorizerUri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Plain.Arn}/invocations
  Gate: {Type: AWS::Serverless::Function, Properties: {Handler: a.b, CodeUri: s3://bucket/key}}
  Plain:
    Type: AWS::Lambda::Function
    Properties: {Handler: index.handler, Runtime: nodejs20.x, Code: {ZipFile: "exports.handler = async () => {}"}}
  Image: {Type: AWS::Serverless::Function, Properties: {PackageType: Image, ImageUri: x}}
  OfCdk:
    Type: AWS::Lambda::Function
    Metadata: {"aws:asset:path": asset.abc, "aws:asset:property": Code}
    Properties: {Handler: a.b, Code: {S3Bucket: x, S3Key: y}}
"#;
    let definition = ApiDefinition::from_cloudformation(text).unwrap();
    let ids = ["own", "written"].map(|name| definition.function_of(name).unwrap().logical_id());
    assert_eq!(ids, ["Gate", "Plain"]);
    let codes: Vec<_> = definition
        .functions()
        .map(|function| match function.code() {
            FunctionCode::Local(path) => path.as_str(),
            FunctionCode::Inline(source) => source.as_str(),
            FunctionCode::Elsewhere(what) => what,
            _ => "?",
        })
        .collect();
    assert_eq!(
        codes,
        [
            "it is an object on S3",
            "it is a container image",
            "asset.abc",
            "exports.handler = async () => {}"
        ]
    );
}

#[test]
fn a_cdk_app_names_its_functions() {
    let template = Template::from_text(include_str!("cdk.template.json")).unwrap();
    for api in template.apis().unwrap() {
        let definition = template.api_named(&api).unwrap();
        for (name, _) in definition.authorizers() {
            let function = definition.function_of(name);
            assert!(function.is_some_and(|it| it.handler().is_some()), "{name}");
        }
    }
}

#[test]
fn only_text_is_a_name() {
    let name = |uri: &str| -> Result<Option<String>, DefinitionError> {
        let definition = ApiDefinition::from_openapi(&format!(
            r#"{{"openapi": "3.0.1", "paths": {{}}, "components": {{"securitySchemes": {{"a": {{"type": "apiKey", "in": "header",
            "name": "x", "x-amazon-apigateway-authorizer": {{"type": "token", "authorizerUri": {uri}}}}}}}}}}}"#
        ))?;
        let (_, authorizer) = definition.authorizers().next().unwrap();
        assert!(definition.function_of("a").is_none());
        Ok(authorizer.function_name().map(str::to_owned))
    };
    let head = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/";
    let arn = "arn:aws:lambda:eu-west-1:123456789012:function:pets:live";
    assert_eq!(
        name(&format!(r#""{head}{arn}/invocations""#)),
        Ok(Some(arn.to_owned()))
    );
    assert_eq!(
        name(&format!(r#""{head}${{stageVariables.fn}}/invocations""#)),
        Ok(None)
    );
    assert_eq!(name(r#"{"Fn::Sub": "${Gate.Arn}"}"#), Ok(None));
    assert_eq!(name("7"), Ok(None));
}

#[test]
fn debug_hides_values_of_variables() {
    let secret = "
  Secret: {Type: AWS::Serverless::Function, Properties: {Handler: a.b, Environment: {Variables: {KEY: s3cr3t}}}}
";
    let definition = sam("!GetAtt Secret.Arn", secret).api().unwrap();
    let shown = format!("{definition:?} {:?}", definition.function_of("gate"));
    assert!(
        shown.contains("KEY") && !shown.contains("s3cr3t"),
        "{shown}"
    );
}

#[test]
fn the_layers_of_a_function_are_found_in_the_template() {
    let resources = "
  Layered:
    Type: AWS::Serverless::Function
    Properties:
      Layers:
        - !Ref Shared
        - !Sub '${Plain}'
        - arn:aws:lambda:eu-west-1:123456789012:layer:tools:3
        - !Ref Zipped
        - !Ref Shop
        - !If [IsLive, !Ref Shared, !Ref Plain]
  Shared: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: layers/shared}}
  Plain: {Type: AWS::Lambda::LayerVersion, Properties: {Content: layers/plain}}
  Zipped: {Type: AWS::Lambda::LayerVersion, Properties: {Content: {S3Bucket: b, S3Key: k}}}
";
    let function = function_of_gate(&sam("!GetAtt Layered.Arn", resources)).unwrap();
    let layers = function.layers().iter();
    let layers: Vec<_> = layers
        .map(|layer| (layer.name(), layer.content()))
        .collect();
    let local = |path: &str| LayerContent::Local(path.to_owned());
    let not_here = LayerContent::Elsewhere("it is not in the template");
    assert_eq!(
        layers,
        [
            ("Shared", &local("layers/shared")),
            ("Plain", &local("layers/plain")),
            (
                "arn:aws:lambda:eu-west-1:123456789012:layer:tools:3",
                &not_here
            ),
            ("Zipped", &LayerContent::Elsewhere("it is an object on S3")),
            ("${Shop}", &not_here),
            (
                "?",
                &LayerContent::Elsewhere("the template leaves open which one that is")
            ),
        ]
    );
}

#[test]
fn layers_of_globals_come_first() {
    let text = "
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Layers: [!Ref Shared]}}
Resources:
  Shop:
    Type: AWS::Serverless::Api
    Properties: {StageName: prod, Auth: {Authorizers: {gate: {FunctionArn: !GetAtt Gate.Arn}}}}
  Gate: {Type: AWS::Serverless::Function, Properties: {Layers: [!Ref Own]}}
  Open: {Type: AWS::Serverless::Function, Properties: {Layers: !Ref Nowhere}}
  Shared: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: a}}
  Own: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: b}}
";
    let definition = Template::from_text(text).unwrap().api().unwrap();
    let function = definition.function_of("gate").unwrap();
    let names: Vec<_> = function.layers().iter().map(FunctionLayer::name).collect();
    assert_eq!(names, ["Shared", "Own"]);
    let mut functions = definition.functions();
    let open = functions.find(|it| it.logical_id() == "Open").unwrap();
    assert_eq!(open.unknown(), ["Layers"]);
}
