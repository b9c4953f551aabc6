//! The places of a template that name a file.

use serde_json::Value;

use super::node::Node;

/// The `Location` of an `AWS::Include`.
pub(super) fn location_of<'d>(transform: &Node<'d>) -> Option<Node<'d>> {
    let name = transform.written("Name")?;
    (name.value() == &Value::from("AWS::Include")).then_some(())?;
    transform.written("Parameters")?.written("Location")
}

/// The name of the file at a `Location`, a `DefinitionUri` or a `BodyS3Location`, before anything is evaluated: a
/// string, or the string of `Fn::Sub` as written. A bucket and a key give `s3://bucket/key`.
pub(super) fn written_name(location: &Node<'_>) -> Option<String> {
    if let (Some(bucket), Some(key)) = (location.written("Bucket"), location.written("Key")) {
        let (bucket, key) = (written_name(&bucket)?, written_name(&key)?);
        return Some(format!("s3://{bucket}/{key}"));
    }
    let of_sub = location.written("Fn::Sub");
    let text = of_sub.as_ref().unwrap_or(location).value().as_str();
    text.map(str::to_owned)
}
