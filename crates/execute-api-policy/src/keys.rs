//! The condition keys of a request, which the conditions and variables of a policy read.

use std::{
    fmt::{self, Write},
    net::IpAddr,
    time::SystemTime,
};

use jiff::Timestamp;

use smallvec::SmallVec;

/// A text with its variables replaced. Short texts need no allocation.
pub(crate) type Resolved = SmallVec<[u8; 128]>;

/// Provides the values of condition keys to a policy's conditions and variables.
///
/// It is asked only for the keys that a policy names, so an implementation may compute a value on demand. `()` has no
/// keys. [`ConditionContext`] has the keys that were added to it.
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
    /// Returns the value of a key. The name is in lower case. Return `None` if the request does not have the key, and
    /// [`KeyValue::Unknown`] if it has a value that cannot be determined here.
    fn get(&self, key: &str) -> Option<KeyValue<'_>>;
}

/// The value of a condition key.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum KeyValue<'v> {
    /// A single text. A number, a date, an address or an ARN may be given as text, too.
    Text(&'v str),
    /// A list of values, for the operators `ForAllValues` and `ForAnyValue`. An empty list counts as an absent key.
    List(&'v [String]),
    /// `true` or `false`.
    Bool(bool),
    /// An address.
    Address(IpAddr),
    /// A point in time. As text it has the form of ISO 8601.
    Time(SystemTime),
    /// A point in time. As a text or a number it is the whole seconds since 1970.
    Epoch(SystemTime),
    /// The request has a value that is unknown here. The text is the reason. A condition on it is neither true nor
    /// false: it holds in a `Deny` and does not hold in an `Allow`, with every operator, including `Null` and
    /// `…IfExists`. If a pattern of a `Deny` contains the key as a variable, it matches everything that it could match
    /// with any value.
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
    /// Appends the value as text. `None` for a list, which has no single text, and for an unknown value.
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

/// Rounds down to seconds, as API Gateway does: `2026-11-25T10:00:00Z`.
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

/// Has no keys: every key is absent.
impl ConditionKeys for () {
    fn get(&self, _: &str) -> Option<KeyValue<'_>> {
        None
    }
}

/// Condition keys with their values, supplied by an application.
///
/// Pass it to [`EvaluationRequest::with_keys`](crate::EvaluationRequest::with_keys) to evaluate a policy directly.
/// With the tower layer, put it into the extensions of a request to add keys or to replace keys that the layer knows:
/// see
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
    /// The keys in lower case. Each occurs once.
    values: Vec<(String, Value)>,
}

#[derive(Clone, PartialEq, Eq)]
enum Value {
    Text(String),
    List(Vec<String>),
    Unknown(String),
}

impl ConditionContext {
    /// Creates a context without keys.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a key to a single value. Case does not matter in the names of keys.
    #[must_use]
    pub fn with(self, key: impl AsRef<str>, value: impl fmt::Display) -> Self {
        self.set(key.as_ref(), Value::Text(value.to_string()))
    }

    /// Sets a multi-valued key to a list of values.
    #[must_use]
    pub fn with_list<V: Into<String>>(
        self,
        key: impl AsRef<str>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values = values.into_iter().map(Into::into);
        self.set(key.as_ref(), Value::List(values.collect()))
    }

    /// Sets a key whose value is unknown, with the reason. See [`KeyValue::Unknown`].
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

/// Shows only the names of the keys, because a value may be a credential.
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
    fn every_value_except_a_list_has_one_text() {
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
    fn debug_output_has_keys_and_no_values() {
        let context = ConditionContext::new().with("acme:Token", "hush");
        assert_eq!(format!("{context:?}"), r#"{"acme:token"}"#);
    }
}
