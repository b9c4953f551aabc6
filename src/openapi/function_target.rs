//! How an authorizer names its function.

use std::{collections::BTreeMap, fmt};

use serde_json::Value;

use super::function_definition::FunctionDefinition;

/// The longest text that is read. ARNs are shorter, and a template can double a text with each level of nesting.
const MAX_LENGTH: usize = 4096;

/// The function of an authorizer, as written: a name, an ARN, or the URI of an authorizer with an ARN inside.
/// References to resources and parameters are `${Id}` or `${Id.Attribute}`.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct FunctionTarget(Option<String>);

/// What stands for a part that is not known.
const UNKNOWN: &str = "${?}";

/// What the text means.
#[derive(Debug, PartialEq, Eq)]
enum Meaning<'t> {
    /// A resource of the template, by its logical id.
    Resource(&'t str),
    /// A function by its name.
    Name(&'t str),
}

impl FunctionTarget {
    /// Reads a value with functions. A value with other functions than those that insert references into texts names no
    /// function.
    pub(super) fn read(value: &Value) -> Self {
        let function = |uri: String| match uri.rsplit_once("/functions/") {
            Some((_, rest)) => rest.split("/invocations").next().unwrap_or(rest).to_owned(),
            None => uri,
        };
        Self(written(value).map(function))
    }

    /// The name or ARN, if all of it is known.
    pub(super) fn literal(&self) -> Option<&str> {
        let text = self.0.as_deref();
        text.filter(|text| !text.is_empty() && !text.contains("${"))
    }

    /// Whether it means this function.
    pub(super) fn is_of(&self, function: &FunctionDefinition) -> bool {
        match self.meaning() {
            Some(Meaning::Resource(id)) => function.ids.contains(id),
            Some(Meaning::Name(name)) => function.name.as_deref() == Some(name),
            None => false,
        }
    }

    fn meaning(&self) -> Option<Meaning<'_>> {
        let text = self.0.as_deref()?;
        let text = match text.rsplit_once(":function:") {
            Some((_, name)) => name,
            None => text,
        };
        let name = without_qualifier(text);
        match resource(name) {
            // Two unknown parts need not be the same.
            _ if name.contains(UNKNOWN) => None,
            Some(id) => Some(Meaning::Resource(id)),
            None => Some(Meaning::Name(name)),
        }
    }
}

/// Not shown, because it does not matter to what a layer decides.
impl fmt::Debug for FunctionTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}

/// The text before the first `:` that is not inside of a reference, such as `${AWS::StackName}`.
fn without_qualifier(text: &str) -> &str {
    let mut is_inside = false;
    let end = text.find(|c| {
        is_inside = c == '{' || is_inside && c != '}';
        c == ':' && !is_inside
    });
    end.map_or(text, |end| text.split_at(end).0)
}

/// The logical id, if the text is one reference to a resource: `${Id}`, `${Id.Arn}`, SAM's `${Id.Alias}`.
fn resource(text: &str) -> Option<&str> {
    let inside = text.strip_prefix("${")?.strip_suffix('}')?;
    let id = inside.split('.').next().unwrap_or(inside).trim();
    (!id.contains([':', '}'])).then_some(id)
}

/// Writes the functions of a template as text.
pub(super) fn written(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Object(members) if members.len() == 1 => {
            let (name, argument) = members.iter().next()?;
            written_function(name, argument)?
        }
        _ => return None,
    };
    (text.len() <= MAX_LENGTH).then_some(text)
}

fn written_function(name: &str, argument: &Value) -> Option<String> {
    if let Some(text) = argument.as_str() {
        return match name {
            "Ref" | "Fn::GetAtt" => Some(format!("${{{text}}}")),
            "Fn::Sub" => Some(text.to_owned()),
            _ => None,
        };
    }
    match (name, argument.as_array()?.as_slice()) {
        ("Fn::GetAtt", [Value::String(id), Value::String(attribute)]) => {
            Some(format!("${{{id}.{attribute}}}"))
        }
        ("Fn::Sub", [Value::String(text), variables]) => substituted(text, variables),
        ("Fn::Join", [Value::String(delimiter), Value::Array(items)]) => joined(delimiter, items),
        _ => None,
    }
}

/// A part of a text.
fn part(value: &Value) -> String {
    written(value).unwrap_or_else(|| UNKNOWN.to_owned())
}

/// Writes each variable only once, however often it is used: a template can nest them.
fn substituted(text: &str, variables: &Value) -> Option<String> {
    let mut parts = BTreeMap::new();
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, (name, after))) = rest
        .split_once("${")
        .and_then(|(before, after)| Some((before, after.split_once('}')?)))
    {
        result.push_str(before);
        match variables.get(name.trim()) {
            Some(value) => result.push_str(parts.entry(name.trim()).or_insert_with(|| part(value))),
            None => result.push_str(&format!("${{{name}}}")),
        }
        if result.len() > MAX_LENGTH {
            return None;
        }
        rest = after;
    }
    result.push_str(rest);
    Some(result)
}

fn joined(delimiter: &str, items: &[Value]) -> Option<String> {
    let mut result = String::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            result.push_str(delimiter);
        }
        result.push_str(&part(item));
        if result.len() > MAX_LENGTH {
            return None;
        }
    }
    Some(result)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_way_to_name_a_function_is_understood() {
        let uri = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/";
        for (value, meaning) in [
            (json!({"Ref": "F"}), Meaning::Resource("F")),
            (json!({"Ref": "F.Alias"}), Meaning::Resource("F")),
            (json!({"Fn::GetAtt": "F.Arn"}), Meaning::Resource("F")),
            (json!({"Fn::GetAtt": ["F", "Arn"]}), Meaning::Resource("F")),
            (json!({"Fn::Sub": "${F.Arn}:live"}), Meaning::Resource("F")),
            (
                json!({"Fn::Sub": format!("{uri}${{F.Arn}}/invocations")}),
                Meaning::Resource("F"),
            ),
            (
                json!({"Fn::Sub": [format!("{uri}${{It}}/invocations"), {"It": {"Fn::GetAtt": ["F", "Arn"]}}]}),
                Meaning::Resource("F"),
            ),
            (
                json!({"Fn::Join": ["", ["arn:aws:apigateway:", {"Ref": "AWS::Region"},
                    ":lambda:path/2015-03-31/functions/", {"Fn::GetAtt": ["F", "Arn"]}, "/invocations"]]}),
                Meaning::Resource("F"),
            ),
            (
                json!({"Fn::Sub": "arn:${AWS::Partition}:lambda:${AWS::Region}:1:function:${F}:live"}),
                Meaning::Resource("F"),
            ),
            (
                json!("arn:aws:lambda:eu-west-1:123456789012:function:pets:live"),
                Meaning::Name("pets"),
            ),
            (
                json!({"Fn::Sub": "arn:aws:lambda:${AWS::Region}:1:function:${AWS::StackName}-pets"}),
                Meaning::Name("${AWS::StackName}-pets"),
            ),
            (json!("pets"), Meaning::Name("pets")),
        ] {
            assert_eq!(FunctionTarget::read(&value).meaning(), Some(meaning));
        }
        for value in [
            json!({"Fn::If": ["A", "x", "y"]}),
            json!({"Fn::Join": ["", [1]]}),
            json!({"Fn::Join": [":function:", ["arn", {"Fn::If": ["A", "x", "y"]}]]}),
            json!(7),
            json!({}),
        ] {
            assert_eq!(FunctionTarget::read(&value).meaning(), None, "{value}");
        }
    }

    #[test]
    fn a_text_cannot_grow_without_bounds() {
        let mut value = json!("xx");
        for _ in 0..100 {
            value = json!({"Fn::Sub": ["${a}${a}", {"a": value}]});
        }
        let text = FunctionTarget::read(&value).0;
        assert!(text.is_none_or(|text| text.len() <= MAX_LENGTH));
    }
}
