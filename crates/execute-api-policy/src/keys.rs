//! The condition keys of a request: what the conditions and the variables of a policy read.

use std::{
    fmt::{self, Write},
    net::IpAddr,
    time::SystemTime,
};

use jiff::Timestamp;

use smallvec::SmallVec;

/// A text with the values of its variables, without an allocation where it is short.
pub(crate) type Resolved = SmallVec<[u8; 128]>;

/// Where a policy's conditions and variables find the values of condition keys.
///
/// Asked for the keys that a policy names and for no others, so an implementation may work a value out
/// on demand. `()` has no keys; [`ConditionContext`] holds what it was given.
///
/// ```
/// use execute_api_policy::{ConditionKeys, KeyValue};
///
/// struct Night;
///
/// impl ConditionKeys for Night {
///     fn get(&self, key: &str) -> Option<KeyValue<'_>> {
///         (key == "time:night").then_some(KeyValue::Bool(true))
///     }
/// }
/// assert!(matches!(Night.get("time:night"), Some(KeyValue::Bool(true))));
/// ```
pub trait ConditionKeys {
    /// The value of a key, whose name is given in lower case. None if the request has none, and
    /// [`KeyValue::Unknown`] if it has one that nobody here can tell.
    fn get(&self, key: &str) -> Option<KeyValue<'_>>;
}

/// The value of a condition key.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum KeyValue<'v> {
    /// One text. A number, a date, an address or an ARN may be given as text, too.
    Text(&'v str),
    /// A list: a multi-valued key, which `ForAllValues` and `ForAnyValue` are made for. An empty one is
    /// as good as none.
    List(&'v [String]),
    /// `true` or `false`.
    Bool(bool),
    /// An address.
    Address(IpAddr),
    /// An instant, in ISO 8601 where it is compared as a text.
    Time(SystemTime),
    /// An instant, in whole seconds since 1970 where it is compared as a text or a number.
    Epoch(SystemTime),
    /// The request has a value, and it is not known here, for the reason in these words. What depends on it is neither
    /// true nor false, so that it holds in a `Deny` and not in an `Allow`, with every operator, `Null` and `…IfExists`
    /// included. A pattern with its variable may match whatever some value would make it match.
    ///
    /// ```
    /// use execute_api_policy::{
    ///     ConditionKeys, EvaluationRequest, KeyValue, PolicyDocument, Verdict,
    /// };
    ///
    /// struct NoAddress;
    ///
    /// impl ConditionKeys for NoAddress {
    ///     fn get(&self, key: &str) -> Option<KeyValue<'_>> {
    ///         (key == "aws:sourceip").then_some(KeyValue::Unknown("there is no connection"))
    ///     }
    /// }
    ///
    /// let policy = PolicyDocument::from_json(br#"{"Statement": [
    ///     {"Effect": "Allow", "Action": "*", "Resource": "*"},
    ///     {"Effect": "Deny", "Action": "*", "Resource": "*",
    ///      "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}}
    /// ]}"#)?
    /// .compile();
    /// let request = EvaluationRequest::invoke("arn:aws:execute-api:r:1:a/prod/GET/pets");
    /// // An absent address is in no range. One that is not known may be.
    /// assert_eq!(policy.evaluate(&request).verdict(), Verdict::Allow);
    /// let request = request.with_keys(&NoAddress);
    /// assert_eq!(policy.evaluate(&request).verdict(), Verdict::ExplicitDeny);
    /// # Ok::<(), execute_api_policy::PolicyError>(())
    /// ```
    Unknown(&'v str),
}

impl KeyValue<'_> {
    /// Appends the value's text. None for a list, which has no single text, and for a value that is not known.
    pub(crate) fn append_to(&self, resolved: &mut Resolved) -> Option<()> {
        match self {
            Self::Text(text) => resolved.extend_from_slice(text.as_bytes()),
            Self::List(_) | Self::Unknown(_) => return None,
            Self::Bool(truth) => write!(Sink(resolved), "{truth}").ok()?,
            Self::Address(address) => write!(Sink(resolved), "{address}").ok()?,
            Self::Time(time) => write!(Sink(resolved), "{}", iso_8601(*time)?).ok()?,
            Self::Epoch(time) => {
                let timestamp = Timestamp::try_from(*time).ok()?;
                write!(Sink(resolved), "{}", timestamp.as_second()).ok()?;
            }
        }
        Some(())
    }
}

/// To the second, as API Gateway has it: `2026-11-25T10:00:00Z`.
fn iso_8601(time: SystemTime) -> Option<impl fmt::Display> {
    let timestamp = Timestamp::try_from(time).ok()?;
    Some(timestamp.strftime("%Y-%m-%dT%H:%M:%SZ"))
}

struct Sink<'b>(&'b mut Resolved);

impl Write for Sink<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

/// Without keys: every key is absent.
impl ConditionKeys for () {
    fn get(&self, _: &str) -> Option<KeyValue<'_>> {
        None
    }
}

/// Condition keys and their values, as an application gives them.
///
/// For a policy that is evaluated by itself it is what the policy knows of the request. In the extensions
/// of a request it adds to the keys that the layer knows, or takes the place of one: see
/// [`LambdaAuthorizerLayer`](https://docs.rs/tower-lambda-authorizer/latest/tower_lambda_authorizer/struct.LambdaAuthorizerLayer.html#condition-keys).
///
/// ```
/// use execute_api_policy::{
///     ConditionContext, EvaluationRequest, PolicyDocument, Verdict,
/// };
///
/// let policy = PolicyDocument::from_json(br#"{"Version": "2012-10-17", "Statement": {
///     "Effect": "Allow", "Action": "*", "Resource": "*",
///     "Condition": {
///         "StringEquals": {"acme:Department": "zoo"},
///         "ForAnyValue:StringLike": {"acme:Roles": "keeper-*"}
///     }
/// }}"#)?
/// .compile();
///
/// let context = ConditionContext::new()
///     .with("acme:Department", "zoo")
///     .with_list("acme:Roles", ["visitor", "keeper-birds"]);
/// let request = EvaluationRequest::invoke("arn:aws:execute-api:r:1:a/prod/GET/pets");
/// assert_eq!(policy.evaluate(&request).verdict(), Verdict::ImplicitDeny);
/// let request = request.with_keys(&context);
/// assert_eq!(policy.evaluate(&request).verdict(), Verdict::Allow);
/// # Ok::<(), execute_api_policy::PolicyError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ConditionContext {
    /// The keys in lower case, each once.
    values: Vec<(String, Value)>,
}

#[derive(Clone, PartialEq, Eq)]
enum Value {
    Text(String),
    List(Vec<String>),
    Unknown(String),
}

impl ConditionContext {
    /// Without keys.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a key to one value. The names of keys know no case.
    #[must_use]
    pub fn with(self, key: impl AsRef<str>, value: impl fmt::Display) -> Self {
        self.set(key.as_ref(), Value::Text(value.to_string()))
    }

    /// Sets a key to a list of values: a multi-valued key.
    #[must_use]
    pub fn with_list<V: Into<String>>(
        self,
        key: impl AsRef<str>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values = values.into_iter().map(Into::into);
        self.set(key.as_ref(), Value::List(values.collect()))
    }

    /// Says that the request has a value for this key and that it is not known, and why: see [`KeyValue::Unknown`].
    ///
    /// ```
    /// use execute_api_policy::{
    ///     ConditionContext, EvaluationRequest, PolicyDocument, Verdict,
    /// };
    ///
    /// let policy = PolicyDocument::from_json(br#"{"Statement": {
    ///     "Effect": "Allow", "Action": "*", "Resource": "*",
    ///     "Condition": {"StringNotEquals": {"acme:Plan": "trial"}}
    /// }}"#)?
    /// .compile();
    /// let request = EvaluationRequest::invoke("arn:aws:execute-api:r:1:a/prod/GET/pets");
    /// assert_eq!(policy.evaluate(&request).verdict(), Verdict::Allow);
    /// let context = ConditionContext::new().with_unknown("acme:Plan", "the database is down");
    /// let request = request.with_keys(&context);
    /// assert_eq!(policy.evaluate(&request).verdict(), Verdict::ImplicitDeny);
    /// # Ok::<(), execute_api_policy::PolicyError>(())
    /// ```
    #[must_use]
    pub fn with_unknown(self, key: impl AsRef<str>, reason: impl Into<String>) -> Self {
        self.set(key.as_ref(), Value::Unknown(reason.into()))
    }

    fn set(mut self, key: &str, value: Value) -> Self {
        let key = key.to_ascii_lowercase();
        self.values.retain(|(known, _)| *known != key);
        self.values.push((key, value));
        self
    }
}

impl ConditionKeys for ConditionContext {
    fn get(&self, key: &str) -> Option<KeyValue<'_>> {
        let (_, value) = self.values.iter().find(|(known, _)| known == key)?;
        Some(match value {
            Value::Text(text) => KeyValue::Text(text),
            Value::List(texts) => KeyValue::List(texts),
            Value::Unknown(reason) => KeyValue::Unknown(reason),
        })
    }
}

/// Only the keys: a value may be a credential.
impl fmt::Debug for ConditionContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.values.iter().map(|(key, _)| key);
        f.debug_set().entries(keys).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn a_value_has_one_text_unless_it_is_a_list() {
        let time = UNIX_EPOCH + Duration::from_millis(1_704_067_200_500);
        for (value, expected) in [
            (KeyValue::Text("a"), Some("a")),
            (KeyValue::List(&["a".to_owned()]), None),
            (KeyValue::Bool(true), Some("true")),
            (
                KeyValue::Address([203, 0, 113, 7].into()),
                Some("203.0.113.7"),
            ),
            (KeyValue::Time(time), Some("2024-01-01T00:00:00Z")),
            (KeyValue::Epoch(time), Some("1704067200")),
            (KeyValue::Unknown("why"), None),
        ] {
            let mut text = Resolved::new();
            let found = value.append_to(&mut text);
            assert_eq!(found.is_some(), expected.is_some(), "{value:?}");
            assert_eq!(*text, *expected.unwrap_or_default().as_bytes(), "{value:?}");
        }
    }

    #[test]
    fn keys_are_shown_and_values_are_not() {
        let context = ConditionContext::new().with("acme:Token", "hush");
        assert_eq!(format!("{context:?}"), r#"{"acme:token"}"#);
    }
}
