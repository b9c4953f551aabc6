//! Options of lint.

use std::collections::HashSet;

/// What lint assumes about the API and the application.
///
/// ```
/// use execute_api_policy::{Effect, LintCode, LintOptions, PolicyDocument, Statement};
///
/// let pets = "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/pets";
/// let policy = PolicyDocument::new([Statement::invoke(Effect::Allow, [pets])]);
///
/// assert_eq!(policy.lint()[0].code(), LintCode::OneMethodWhileCaching);
/// assert!(policy.lint_with(&LintOptions::new().caching(false)).is_empty());
///
/// let elsewhere = LintOptions::new()
///     .caching(false)
///     .api("arn:aws:execute-api:eu-west-1:123456789012:abc/dev");
/// assert_eq!(
///     policy.lint_with(&elsewhere)[0].message(),
///     "the stage is `prod`, but the API has `dev`"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "options do nothing until a policy is linted with them"]
pub struct LintOptions {
    pub(super) caching: bool,
    pub(super) websocket: bool,
    pub(super) dual_stack: bool,
    pub(super) api: Option<String>,
    /// In lower case.
    pub(super) keys: HashSet<String>,
}

impl Default for LintOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl LintOptions {
    /// Creates the default options: results are cached, which is the default of a REST API, the API is not known and
    /// is not a WebSocket API, its endpoint has only IPv4 addresses, and the application supplies no condition keys.
    pub fn new() -> Self {
        Self {
            caching: true,
            websocket: false,
            dual_stack: false,
            api: None,
            keys: HashSet::new(),
        }
    }

    /// Sets whether the authorizer's results are cached: whether its TTL is more than 0.
    pub fn caching(mut self, caching: bool) -> Self {
        self.caching = caching;
        self
    }

    /// Sets whether clients reach the API with IPv6, too: an endpoint of API Gateway with the address type `dualstack`, or a
    /// server that listens on IPv6. Lint then also finds lists of only IPv4 addresses that refuse such clients.
    ///
    /// ```
    /// use execute_api_policy::{Condition, Effect, LintOptions, PolicyDocument, Statement};
    ///
    /// let office = Condition::new("IpAddress", "aws:SourceIp", ["203.0.113.0/24"])?;
    /// let policy = PolicyDocument::new([Statement::invoke(Effect::Allow, ["*"]).with_condition(office)?]);
    ///
    /// assert!(policy.lint().is_empty());
    /// let findings = policy.lint_with(&LintOptions::new().dual_stack(true));
    /// assert_eq!(findings[0].code().as_str(), "ipv6-refused");
    /// # Ok::<(), execute_api_policy::InvalidCondition>(())
    /// ```
    pub fn dual_stack(mut self, dual_stack: bool) -> Self {
        self.dual_stack = dual_stack;
        self
    }

    /// Sets the API of the policy as the beginning of its method ARNs, up to the stage:
    /// `arn:aws:execute-api:eu-west-1:123456789012:abc/prod`. Lint then finds resources of other APIs. A text that is not an
    /// ARN has no effect.
    pub fn api(mut self, arn: impl Into<String>) -> Self {
        self.api = Some(arn.into());
        self
    }

    /// Sets whether the policy is for a WebSocket API. The ARNs of its requests end in a route, such as `$connect`, without
    /// a method and a path. Lint then finds resources that have both.
    ///
    /// ```
    /// use execute_api_policy::{Effect, LintCode, LintOptions, PolicyDocument, Statement};
    ///
    /// let arn = "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/*/*";
    /// let policy = PolicyDocument::new([Statement::invoke(Effect::Allow, [arn])]);
    ///
    /// assert!(policy.lint().is_empty());
    /// let findings = policy.lint_with(&LintOptions::new().websocket(true));
    /// assert_eq!(findings[0].code(), LintCode::WebsocketMethodAndPath);
    /// ```
    pub fn websocket(mut self, websocket: bool) -> Self {
        self.websocket = websocket;
        self
    }

    /// Adds condition keys that the application supplies with its requests.
    ///
    /// ```
    /// use execute_api_policy::{Condition, Effect, LintOptions, PolicyDocument, Statement};
    ///
    /// let zoo = Condition::new("StringEquals", "acme:Department", ["zoo"])?;
    /// let policy = PolicyDocument::new([Statement::invoke(Effect::Allow, ["*"]).with_condition(zoo)?]);
    ///
    /// assert_eq!(policy.lint()[0].code().as_str(), "unknown-condition-key");
    /// let options = LintOptions::new().application_keys(["acme:Department"]);
    /// assert!(policy.lint_with(&options).is_empty());
    /// # Ok::<(), execute_api_policy::InvalidCondition>(())
    /// ```
    pub fn application_keys<K: AsRef<str>>(mut self, keys: impl IntoIterator<Item = K>) -> Self {
        let keys = keys
            .into_iter()
            .map(|key| key.as_ref().to_ascii_lowercase());
        self.keys.extend(keys);
        self
    }
}
