//! The context as a type of the application: a text is read as what the type asks for.

mod errors;

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    fmt::Debug,
};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tower_lambda_authorizer::{
    AuthorizerContext, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn, testing::Harness,
};

fn context<const N: usize>(values: [(&str, Value); N]) -> AuthorizerContext {
    let response = AuthorizerResponse::simple(true);
    let with = |response: AuthorizerResponse, (key, value)| response.with_context(key, value);
    AuthorizerContext::from(&values.into_iter().fold(response, with))
}

#[derive(Debug, PartialEq, Deserialize)]
struct One<T> {
    v: T,
}

/// One value, as a REST API passes it on if it is text, and as an HTTP API passes it on if it is JSON.
fn read<T: DeserializeOwned>(value: impl Into<Value>) -> Result<T, String> {
    let context = context([("v", value.into())]);
    let read = context.deserialize::<One<T>>();
    read.map(|One { v }| v).map_err(|error| error.to_string())
}

fn reads<T: DeserializeOwned + PartialEq + Debug>(value: impl Into<Value>, expected: T) {
    let value = value.into();
    assert_eq!(read::<T>(value.clone()), Ok(expected), "{value}");
}

/// Why a value is not read, after the name of the field.
fn why<T: DeserializeOwned + Debug>(value: impl Into<Value>) -> String {
    let why = read::<T>(value).unwrap_err();
    let start = "the authorizer's context does not fit: `v";
    why.strip_prefix(start)
        .expect("names the field")
        .trim_start_matches("`: ")
        .to_owned()
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Role {
    ShiftManager,
    Clerk,
    Of { team: u8 },
    Both(Box<Self>, Box<Self>),
}

#[derive(Debug, PartialEq, Deserialize)]
struct Id(u64);

#[derive(Debug, PartialEq, Deserialize)]
struct Address {
    city: String,
    number: Option<u16>,
}

#[test]
fn a_text_is_read_as_what_the_type_asks_for() {
    reads("true", true);
    reads("false", false);
    reads("-128", i8::MIN);
    reads("32767", i16::MAX);
    reads("-7", -7_i32);
    reads("9223372036854775807", i64::MAX);
    reads(i128::MIN.to_string(), i128::MIN);
    reads("255", u8::MAX);
    reads("65535", u16::MAX);
    reads("7", 7_u32);
    reads(u64::MAX.to_string(), u64::MAX);
    reads(u128::MAX.to_string(), u128::MAX);
    reads("7", 7_usize);
    reads("1.5", 1.5_f32);
    reads("-1e-3", -0.001_f64);
    reads("é", 'é');
    reads("7", Id(7));
    reads("clerk", Role::Clerk);
    reads("shift-manager", Role::ShiftManager);
    reads(r#"{"of":{"team":7}}"#, Role::Of { team: 7 });
    reads(
        r#"{"both":["clerk",{"of":{"team":1}}]}"#,
        Role::Both(Role::Clerk.into(), Role::Of { team: 1 }.into()),
    );
    reads("7", Some(7_u8));
    reads("7", Some(Some(Id(7))));
    reads("", Some(String::new()));
    reads(r#"["a","b"]"#, vec!["a".to_owned(), "b".to_owned()]);
    reads("[1,2]", [1_u8, 2]);
    reads(r#"[1,"x",null]"#, (1_i32, "x".to_owned(), None::<bool>));
    reads(
        r#"{"city":"x"}"#,
        Address {
            city: "x".into(),
            number: None,
        },
    );
    reads(
        r#"{"a":[1],"b":[]}"#,
        BTreeMap::from([("a".to_owned(), vec![1_u8]), ("b".to_owned(), vec![])]),
    );
}

#[test]
fn a_string_stays_a_string() {
    for text in ["true", "7", "null", "", "[1]", r#"{"a":1}"#, "\"x\"", "NaN"] {
        reads(text, text.to_owned());
        reads(text, Some(text.to_owned()));
        reads(text, Value::from(text));
    }
}

/// As an HTTP API with the payload format 2.0 passes values on.
#[test]
fn a_json_value_is_read_as_it_is_or_as_a_string() {
    reads(true, true);
    reads(7, 7_u8);
    reads(-7, -7_i64);
    reads(1.5, 1.5_f64);
    reads(7, 7.0_f64);
    reads(json!(["clerk"]), vec![Role::Clerk]);
    reads(json!({"of": {"team": 7}}), Role::Of { team: 7 });
    reads(
        json!({"city": "x", "number": 3}),
        Address {
            city: "x".into(),
            number: Some(3),
        },
    );
    reads(Value::Null, None::<u8>);
    reads(Value::Null, ());
    reads(json!({"a": [1, null]}), json!({"a": [1, null]}));
    reads(true, "true".to_owned());
    reads(7, "7".to_owned());
    reads(1.5, Some("1.5".to_owned()));
    assert_eq!(
        why::<String>(json!(["x"])),
        "it is a list, and the type needs a string"
    );
    assert_eq!(
        why::<String>(Value::Null),
        "it is null, and the type needs a string"
    );
    assert_eq!(
        why::<bool>(1),
        "it is a number, and the type needs a boolean"
    );
    assert_eq!(why::<u8>(300), "it is a number, but not u8");
}

#[test]
fn missing_and_unknown_keys() {
    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Caller {
        tenant: String,
        level: Option<u8>,
        #[serde(default)]
        admin: bool,
    }
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Strict {
        tenant: String,
    }
    let given = context([("tenant", "acme".into()), ("other", "x".into())]);
    let caller: Caller = given.deserialize().unwrap();
    assert_eq!((caller.level, caller.admin), (None, false));
    let error = given.deserialize::<Strict>().unwrap_err();
    assert!(
        error.to_string().contains("unknown field `other`"),
        "{error}"
    );
    let error = context([]).deserialize::<Caller>().unwrap_err();
    assert_eq!(error.field(), None);
    assert_eq!(
        error.to_string(),
        "the authorizer's context does not fit: missing field `tenant`"
    );
}

#[test]
fn the_whole_context_is_a_map_or_a_struct() {
    let given = context([("a", "1".into()), ("b", "true".into())]);
    let numbers = context([("a", "1".into()), ("b", "2".into())]);
    assert_eq!(
        given.deserialize::<Value>().unwrap(),
        json!({"a": "1", "b": "true"})
    );
    let borrowed: HashMap<&str, &str> = given.deserialize().unwrap();
    assert_eq!(borrowed, HashMap::from([("a", "1"), ("b", "true")]));
    let counted: BTreeMap<String, u8> = numbers.deserialize().unwrap();
    assert_eq!(counted.into_values().collect::<Vec<_>>(), [1, 2]);
    let optional: Option<BTreeMap<String, String>> = given.deserialize().unwrap();
    assert_eq!(optional.unwrap().len(), 2);
    assert!(given.deserialize::<()>().is_ok());
    assert!(given.deserialize::<Vec<String>>().is_err());
    let error = given.deserialize::<BTreeMap<String, u8>>().unwrap_err();
    assert_eq!(error.field(), Some("b"));
}

#[test]
fn texts_are_borrowed() {
    #[derive(Deserialize)]
    struct Borrowed<'c> {
        a: &'c str,
        #[serde(borrow)]
        b: Cow<'c, str>,
    }
    let given = context([("a", "x".into()), ("b", "y".into())]);
    let Borrowed { a, b } = given.deserialize().unwrap();
    assert_eq!(a, "x");
    assert!(matches!(b, Cow::Borrowed("y")));
}

/// With these attributes, serde asks for no type. The documentation says so, and what to do.
#[test]
fn flattened_and_untagged_fields_see_strings() {
    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Flat {
        #[serde(flatten)]
        one: One<bool>,
    }
    let given = context([("v", "true".into())]);
    assert!(given.deserialize::<Flat>().is_err());
    assert!(given.deserialize::<One<bool>>().unwrap().v);
    assert!(context([("v", true.into())]).deserialize::<Flat>().is_ok());
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Caller {
    admin: bool,
    level: u8,
    share: f64,
    tenant: String,
}

/// What the authorizer says reaches the service on every type of API.
#[tokio::test]
async fn the_same_type_works_on_every_type_of_api() {
    let authorizer = || {
        authorizer_fn(|_| async {
            Ok(AuthorizerResponse::allow("*")
                .with_principal_id("p")
                .with_context("admin", true)
                .with_context("level", 3)
                .with_context("share", ContextNumber)
                .with_context("tenant", 7))
        })
    };
    struct ContextNumber;
    impl From<ContextNumber> for tower_lambda_authorizer::ContextValue {
        fn from(_: ContextNumber) -> Self {
            json!(0.25).into()
        }
    }
    let expected = Caller {
        admin: true,
        level: 3,
        share: 0.25,
        tenant: "7".into(),
    };
    for harness in [
        Harness::new(LambdaAuthorizerLayer::token(authorizer())),
        Harness::new(LambdaAuthorizerLayer::http_api(authorizer())),
    ] {
        let response = harness.get("/").header("authorization", "t").send().await;
        let response = response.assert_allowed();
        assert_eq!(
            response.context().unwrap().deserialize::<Caller>(),
            Ok(expected.clone())
        );
    }
}
