//! Builds a policy from methods and paths.

mod error;
mod names;
mod segments;
mod spelling;

pub use self::error::InvalidPolicy;
use self::spelling::Paths;
use super::{
    arn::StageArn,
    condition::Condition,
    document::{PolicyDocument, Statement, Version},
    effect::Effect,
};

/// Builds a policy for one stage of an API from methods and paths.
///
/// Each [`allow`](Self::allow) or [`deny`](Self::deny) begins a statement, and the calls that follow change that
/// statement. The order of statements does not matter: a request that any statement denies is denied.
///
/// ```
/// use execute_api_policy::{EvaluationRequest, PolicyBuilder, StageArn, Verdict};
///
/// let stage: StageArn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod".parse()?;
/// let policy = PolicyBuilder::for_api(stage.clone())
///     .allow("GET", "/")
///     .also("GET", "/pets/*")
///     .deny("*", "/pets/secret*")
///     .sid("no-secrets")
///     .build()?
///     .compile();
///
/// let verdict = |path| {
///     let arn = format!("{stage}/GET{path}");
///     policy.evaluate(&EvaluationRequest::invoke(&arn)).verdict()
/// };
/// assert_eq!(verdict("/"), Verdict::Allow);
/// assert_eq!(verdict("/pets/7/toys"), Verdict::Allow);
/// assert_eq!(verdict("/pets/secret/7"), Verdict::ExplicitDeny);
/// assert_eq!(verdict("/pets"), Verdict::ImplicitDeny);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Methods
///
/// Pass a method in upper case, such as `GET`, or `*` for any method. If the method comes from a request, pass it
/// through [`literal`](Self::literal) first, because a client may send the method `*`. The builder rejects the escaped
/// method.
///
/// # Paths
///
/// A path begins with a slash. `*` matches any number of characters, including slashes, and `?` matches exactly one.
/// `/pets/*` covers `/pets/7/toys` and `/pets/`, but not `/pets`. `/*` covers every path. The builder rejects templates
/// such as `/pets/{id}` and `/pets/:id`. Write `/pets/*` instead. It also rejects a query, as in `/pets?limit=5`, which is
/// not part of a method ARN. Policy variables such as `/users/${acme:User}/*` work, because the policy has the
/// [`Version`] `2012-10-17`.
///
/// Such paths are for constants. Never put data into one with `format!`: a tenant called `*` would get access to
/// everything. Use segments instead.
///
/// # Segments
///
/// [`allow_under`](Self::allow_under), [`allow_at`](Self::allow_at), [`deny_under`](Self::deny_under) and
/// [`deny_at`](Self::deny_at) take the segments of a path, as in `allow_under("GET", ["tenants", tenant])`. A segment
/// is plain text, not encoded, and always literal: `*`, `?`, `${`, `%2A` and `/` have no meaning in it.
///
/// - **Spellings.** A REST API's method ARN has the path as the client encoded it. The builder writes an entry for each
///   usual encoding of the segments: that of a URL's path (`user@example.com`, `a%20b`), that of JavaScript's
///   `encodeURIComponent` (`user%40example.com`), and RFC 3986's strictest, each with upper-case digits. An `Allow` does
///   not cover others, such as `%61cme` for `acme`. An HTTP API's method ARN has the decoded path.
/// - **The type of API.** [`for_rest_api`](Self::for_rest_api), [`for_http_api`](Self::for_http_api) and the tower
///   layer's `AuthorizerRequest::policy_builder` set it. With [`for_api`](Self::for_api), an `Allow` accepts only
///   segments of ASCII letters, digits, `-`, `_`, `.` and `~`, which are written in the same way on every type of API.
/// - **Segments that no path has.** An empty segment, `.`, `..`, and segments with a slash, a backslash or a control
///   character cannot be requested, or different servers read them differently. An `Allow` with such a segment covers
///   nothing. A `Deny` with such a segment covers more: everything at and below the segments before it.
///
/// - **Any method.** In a string, the `*` for any method matches slashes, too: `allow("*", "/tenants/acme")` also covers
///   `GET /tenants/other/tenants/acme`. With segments, an `Allow` for the method `*` has an entry for each of API
///   Gateway's methods: DELETE, GET, HEAD, OPTIONS, PATCH, POST and PUT. A `Deny` covers every method, and may cover more.
///
/// The tower layer rejects paths with `*`, `?` or `${` by default, so data with these characters never gets access. A `;` has
/// to be sent as `%3B`, because some servers drop a `;` and what follows it.
///
/// # Errors
///
/// Calls can be chained because only [`build`](Self::build) returns errors. It returns the first one.
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct PolicyBuilder {
    stage_arn: StageArn,
    paths: Paths,
    /// The statements, or the first error.
    statements: Result<Vec<Statement>, InvalidPolicy>,
}

impl PolicyBuilder {
    /// Creates a builder for the methods of this stage of an API of any type. For [segments](#segments) from data, use
    /// [`for_rest_api`](Self::for_rest_api) or [`for_http_api`](Self::for_http_api).
    ///
    /// ```
    /// use execute_api_policy::{MethodArn, PolicyBuilder};
    ///
    /// let asked: MethodArn =
    ///     "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets".parse()?;
    /// let policy = PolicyBuilder::for_api(asked.stage_arn()).allow("GET", "/pets").build()?;
    /// assert_eq!(policy.statements()[0].resources().texts(), [asked.as_str()]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn for_api(stage_arn: impl Into<StageArn>) -> Self {
        Self::new(stage_arn.into(), Paths::Unknown)
    }

    fn new(stage_arn: StageArn, paths: Paths) -> Self {
        Self {
            stage_arn,
            paths,
            statements: Ok(Vec::new()),
        }
    }

    /// Begins a statement that allows a method and a path, which is a pattern. For paths from data, see
    /// [`allow_under`](Self::allow_under).
    ///
    /// ```
    /// use execute_api_policy::{PolicyBuilder, StageArn};
    ///
    /// let stage: StageArn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod".parse()?;
    /// let policy = PolicyBuilder::for_api(stage).allow("GET", "/pets/*").build()?;
    /// let [statement] = policy.statements() else { unreachable!() };
    /// assert_eq!(
    ///     statement.resources().texts(),
    ///     ["arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets/*"]
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn allow(self, method: &str, path: &str) -> Self {
        self.statement(Effect::Allow, method, path)
    }

    /// Begins a statement that denies a method and a path, even if other statements allow it.
    ///
    /// ```
    /// use execute_api_policy::{Effect, PolicyBuilder, StageArn};
    ///
    /// let stage: StageArn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod".parse()?;
    /// let policy = PolicyBuilder::for_api(stage).deny("*", "/admin/*").build()?;
    /// assert_eq!(policy.statements()[0].effect(), Effect::Deny);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn deny(self, method: &str, path: &str) -> Self {
        self.statement(Effect::Deny, method, path)
    }

    /// Adds a method and a path to the statement.
    ///
    /// ```
    /// use execute_api_policy::{PolicyBuilder, StageArn};
    ///
    /// let stage: StageArn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod".parse()?;
    /// let builder = PolicyBuilder::for_api(stage);
    /// let policy = builder.allow("GET", "/pets").also("GET", "/pets/*").build()?;
    /// assert_eq!(policy.statements()[0].resources().texts().len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn also(self, method: &str, path: &str) -> Self {
        let resource = self.resource(method, path);
        self.change("also", |mut statement| {
            statement.resources.texts.push(resource?);
            Ok(statement)
        })
    }

    /// Names the statement. Explanations show the name.
    ///
    /// ```
    /// use execute_api_policy::{PolicyBuilder, StageArn};
    ///
    /// let stage: StageArn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod".parse()?;
    /// let builder = PolicyBuilder::for_api(stage);
    /// let policy = builder.deny("*", "/admin/*").sid("no-admin").build()?;
    /// assert_eq!(policy.statements()[0].sid(), Some("no-admin"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sid(self, sid: impl Into<String>) -> Self {
        self.change("sid", |statement| Ok(statement.with_sid(sid)))
    }

    /// Adds a condition to the statement. The statement applies if all of its conditions hold.
    ///
    /// ```
    /// use execute_api_policy::{PolicyBuilder, StageArn};
    ///
    /// let stage: StageArn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod".parse()?;
    /// let office = ["203.0.113.0/24", "2001:db8::/32"];
    /// let policy = PolicyBuilder::for_api(stage)
    ///     .allow("*", "/*")
    ///     .condition("IpAddress", "aws:SourceIp", office)
    ///     .build()?;
    /// assert_eq!(policy.statements()[0].conditions()[0].values(), office);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn condition<V: Into<String>>(
        self,
        operator: &str,
        key: impl Into<String>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.change("condition", |statement| {
            let condition = Condition::new(operator, key, values)?;
            Ok(statement.with_condition(condition)?)
        })
    }

    /// Returns the policy. A policy without statements allows nothing.
    ///
    /// ```
    /// use execute_api_policy::{PolicyBuilder, StageArn};
    ///
    /// let stage: StageArn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod".parse()?;
    /// let builder = PolicyBuilder::for_api(stage);
    /// let error = builder.allow("GET", "/pets/{id}").build().unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "the path `/pets/{id}` has a path parameter, which a policy does not know; write `*`, which matches any text, \
    ///      also with slashes, as in `/pets/*`"
    /// );
    /// # Ok::<(), execute_api_policy::InvalidArn>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The first [`InvalidPolicy`] error of any call.
    pub fn build(self) -> Result<PolicyDocument, InvalidPolicy> {
        let statements = self.statements?;
        Ok(PolicyDocument::new(statements).with_version(Version::V2012))
    }

    fn statement(self, effect: Effect, method: &str, path: &str) -> Self {
        let resource = self.resource(method, path);
        self.begin(resource.map(|resource| Statement::invoke(effect, [resource])))
    }

    fn begin(self, statement: Result<Statement, InvalidPolicy>) -> Self {
        let statements = self.statements.and_then(|mut statements| {
            statements.push(statement?);
            Ok(statements)
        });
        Self { statements, ..self }
    }

    /// Changes the statement that was begun last.
    fn change(
        self,
        call: &'static str,
        change: impl FnOnce(Statement) -> Result<Statement, InvalidPolicy>,
    ) -> Self {
        let statements = self.statements.and_then(|mut statements| {
            let last = statements.pop();
            let last = last.ok_or(InvalidPolicy::NoStatement { call })?;
            statements.push(change(last)?);
            Ok(statements)
        });
        Self { statements, ..self }
    }

    fn resource(&self, method: &str, path: &str) -> Result<String, InvalidPolicy> {
        names::check_method(method)?;
        let below_root = names::below_root(path)?;
        Ok(format!("{}/{method}/{below_root}", self.stage_arn))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn builder() -> PolicyBuilder {
        PolicyBuilder::for_api(StageArn::new("arn:aws:execute-api:r:1:api/prod".into()))
    }

    fn error(builder: PolicyBuilder) -> String {
        builder.build().unwrap_err().to_string()
    }

    #[test]
    fn the_first_error_is_reported() {
        let chain = builder().allow("get", "/").deny("*", "admin").sid("x");
        assert!(error(chain).contains("`get`"));
        assert!(error(builder().sid("x").allow("get", "/")).contains("`sid`"));
        let twice = builder().allow("GET", "/");
        let twice = twice.condition("Bool", "k", ["true"]);
        let twice = twice.condition("Bool", "K", ["true"]);
        assert_eq!(
            error(twice),
            "there are two conditions of `Bool` for the key `K`; give one condition all values"
        );
    }
}
