//! Why a value is not read. The message shows no value.

use serde::Deserializer;

use super::*;

#[test]
fn an_error_says_why_and_shows_no_value() {
    for text in ["True", "1", "yes", "", " true"] {
        assert_eq!(why::<bool>(text), "the text is not `true` or `false`");
    }
    for text in ["256", "-1", "1.0", "", " 1", "0x1", "true"] {
        assert_eq!(why::<u8>(text), "the text is not a number of the type `u8`");
    }
    for text in ["NaN", "inf", "-infinity", "1e999", "", "1,5"] {
        assert_eq!(
            why::<f64>(text),
            "the text is not a number of the type `f64`"
        );
        assert_eq!(
            why::<f32>(text),
            "the text is not a number of the type `f32`"
        );
    }
    assert_eq!(why::<char>("ab"), "it is a string, but not a character");
    assert_eq!(
        why::<Role>("boss"),
        "it is none of `shift-manager`, `clerk`, `of`, `both`"
    );
    assert_eq!(
        why::<Role>("of"),
        ".of`: it is a name, and the type needs struct variant"
    );
    assert_eq!(why::<()>("null"), "it is a string, and the type needs unit");
    assert_eq!(
        why::<Vec<u8>>("1,2"),
        "the text is not JSON: trailing characters at line 1 column 2"
    );
    assert_eq!(
        why::<Vec<u8>>("7"),
        "it is a number, and the type needs a sequence"
    );
    assert_eq!(
        why::<Vec<u8>>("[1,300]"),
        "[1]`: it is a number, but not u8"
    );
    assert_eq!(
        why::<[u8; 2]>("[1,2,3]"),
        "invalid length 3, expected 2 elements in sequence"
    );
    assert_eq!(
        why::<Address>(r#"{"city":7}"#),
        ".city`: it is a number, and the type needs a string"
    );
    assert_eq!(why::<Address>("{}"), "missing field `city`");
    // In JSON, a text is a string.
    assert_eq!(
        why::<Vec<bool>>(r#"["true"]"#),
        "[0]`: it is a string, and the type needs a boolean"
    );
}

/// A type that repeats the value in its error, as many do that are read with `FromStr`.
#[derive(Debug)]
struct Talkative;

impl<'de> Deserialize<'de> for Talkative {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Err(serde::de::Error::custom(format!("`{text}` is bad")))
    }
}

#[test]
fn not_even_an_error_of_the_type_shows_a_value() {
    let refused = "its type does not accept the value";
    assert_eq!(why::<Talkative>("a-secret-token"), refused);
    assert_eq!(why::<Talkative>(12_345_678), refused);
    assert_eq!(
        why::<Vec<Talkative>>(r#"["a-secret-token"]"#),
        format!("[0]`: {refused}")
    );
    assert_eq!(
        why::<Vec<Talkative>>(json!(["a-secret-token"])),
        format!("[0]`: {refused}")
    );
    // A short text is not a secret, and the message may help.
    assert_eq!(why::<Talkative>("x"), "`x` is bad");
}

/// A message may quote the value with escapes or cut.
#[test]
fn not_even_a_part_of_a_value_is_shown() {
    #[derive(Debug)]
    struct Escaping;
    impl<'de> Deserialize<'de> for Escaping {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            Err(serde::de::Error::custom(format!("bad: {text:?}")))
        }
    }
    #[derive(Debug)]
    struct Cutting;
    impl<'de> Deserialize<'de> for Cutting {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            Err(serde::de::Error::custom(format!("bad: {text:.12}…")))
        }
    }
    let refused = "its type does not accept the value";
    for secret in [
        "s3cr3t-token\n",
        "s3cr3t-\"token-token\"",
        "s3cr3t-token\u{202e}",
    ] {
        assert_eq!(why::<Escaping>(secret), refused, "{secret:?}");
        let list = format!("[0]`: {refused}");
        assert_eq!(why::<Vec<Escaping>>(json!([secret])), list, "{secret:?}");
        let text = json!([secret]).to_string();
        assert_eq!(why::<Vec<Escaping>>(text), list, "{secret:?}");
        assert_eq!(why::<Cutting>(format!("{secret}-and-more")), refused);
    }
    // serde's text about the type is shown, whatever the value is.
    assert_eq!(
        why::<Address>(r#"{"missing field `city`": 1}"#),
        "missing field `city`"
    );
}

/// Keys of the context and of JSON in it may come from clients.
#[test]
fn an_error_is_one_line() {
    let given = context([("line\nforged\u{1b}[31m", "x".into())]);
    let error = given.deserialize::<BTreeMap<String, u8>>();
    let nested = context([("v", r#"{"a\nforged":"x"}"#.into())]);
    type Nested = BTreeMap<String, BTreeMap<String, u8>>;
    let nested = nested.deserialize::<Nested>();
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct NoFields {}
    let unknown = given.deserialize::<NoFields>();
    for error in [
        error.unwrap_err(),
        nested.unwrap_err(),
        unknown.unwrap_err(),
    ] {
        let text = error.to_string();
        assert!(text.contains("forged"), "{text}");
        assert!(!text.chars().any(char::is_control), "{text:?}");
    }
}

/// Another program that reads the same JSON may use the other one.
#[test]
fn a_member_that_is_given_twice_is_refused() {
    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Caller {
        admin: bool,
    }
    let twice = "the text is not JSON: a member is given twice at line 1 column ";
    for text in [
        r#"{"admin":false,"admin":true}"#,
        r#"{"admin":false,"\u0061dmin":false}"#,
    ] {
        let told = why::<Caller>(text);
        assert!(told.starts_with(twice), "{told}");
    }
    let told = why::<Vec<BTreeMap<String, u8>>>(r#"[{"a":1,"b":2,"a":1}]"#);
    assert!(told.starts_with(twice), "{told}");
    assert!(!why::<Caller>(r#"[{"admin":1}]"#).contains("twice"));
}
