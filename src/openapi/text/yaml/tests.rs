use super::*;
use serde_json::json;

fn read(text: &str) -> Value {
    parse(text, &Budget::new(), &Duplicates::default()).unwrap()
}

fn problem(text: &str) -> String {
    let read = parse(text, &Budget::new(), &Duplicates::default());
    read.unwrap_err().to_string()
}

#[test]
fn tags_of_intrinsic_functions_become_their_long_forms() {
    assert_eq!(
        read("a: !Ref Api\nb: !GetAtt F.Arn\nc: !Sub ['x', {y: 1}]\nd: !Ref 5"),
        json!({
            "a": {"Ref": "Api"},
            "b": {"Fn::GetAtt": "F.Arn"},
            "c": {"Fn::Sub": ["x", {"y": 1}]},
            "d": {"Ref": "5"},
        })
    );
    assert!(problem("a: !!binary aGk=").contains("is not supported"));
}

#[test]
fn aliases_are_copied_and_counted() {
    assert_eq!(read("a: &x [1]\nb: *x"), json!({"a": [1], "b": [1]}));
    let mut bomb = "a0: &a0 [x]\n".to_owned();
    for level in 1..30 {
        let below = format!("*a{}", level - 1);
        let list = vec![below; 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{list}]\n"));
    }
    assert!(problem(&bomb).contains("more than 1000000 values"));
    let long = "x".repeat(1 << 20);
    let copies = "- *a\n".repeat(1000);
    let problem = problem(&format!("- &a {long}\n{copies}"));
    assert!(problem.contains("more than 33554432 bytes"), "{problem}");
}

#[test]
fn errors_name_their_place() {
    for (text, expected) in [
        ("a: &x {b: *x}", "inside the value that it refers to"),
        ("a: {<<: {b: 1}}", "merge keys"),
        ("? [1]\n: 2", "plain string"),
        ("a: 1\n---\nb: 2", "second document"),
        ("a: [1", "as YAML"),
        ("a: *nowhere", "as YAML"),
    ] {
        let problem = problem(text);
        assert!(problem.contains(expected), "{text}: {problem}");
    }
}

#[test]
fn depth_is_bounded() {
    for text in [
        "[".repeat(1 << 20),
        "- ".repeat(1 << 20),
        "{a: ".repeat(1 << 18),
    ] {
        let problem = problem(&text);
        assert!(
            problem.contains("127 deep") || problem.contains("as YAML"),
            "{problem}"
        );
    }
    // Each alias alone is within the limit.
    let mut text = format!("a0: &a0 {}{}\n", "[".repeat(100), "]".repeat(100));
    text.push_str(&format!(
        "a1: &a1 {}*a0{}\n",
        "[".repeat(100),
        "]".repeat(100)
    ));
    assert!(problem(&text).contains("127 deep"));
}
