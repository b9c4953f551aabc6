//! Writing a policy in Rust.

mod error;
mod names;

pub use self::error::InvalidPolicy;
use super::{
    condition::Condition,
    document::{Effect, PolicyDocument, Statement, Version},
};

/// Writes a policy for one stage of an API, with methods and paths as one thinks of them.
///
/// Each [`allow`](Self::allow) or [`deny`](Self::deny) begins a statement; what follows belongs to it.
/// The order of statements is irrelevant: what one denies, none allows.
///
/// ```
/// use tower_lambda_authorizer::Api;
/// use tower_lambda_authorizer::policy::{EvaluationRequest, PolicyBuilder, Verdict};
///
/// let api = Api::new("eu-west-1", "123456789012", "a1b2c3d4e5", "prod")?;
/// let policy = PolicyBuilder::for_api(&api)
///     .allow("GET", "/")
///     .and("GET", "/pets/*")
///     .deny("*", "/pets/secret*")
///     .sid("no-secrets")
///     .build()?
///     .compile();
///
/// let verdict = |path| {
///     let arn = api.method_arn(&http::Method::GET, path);
///     policy.evaluate(&EvaluationRequest::invoke(arn.as_str())).verdict()
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
/// A method in upper case, such as `GET`, or `*` for any. A request's own method, which may be `*`, goes through
/// [`literal`](Self::literal) as well: what is left of such a method is refused.
///
/// # Paths
///
/// They begin with a slash. `*` is any run of characters, slashes included, and `?` is exactly one:
/// `/pets/*` covers `/pets/7/toys` and `/pets/`, but not `/pets`. `/*` is every path. Templates are no
/// paths: `/pets/{id}` and `/pets/:id` are refused, `/pets/*` is what can be said. Policy variables work
/// (`/users/${acme:User}/*`), as the policy has the [`Version`] `2012-10-17`. A text of unknown origin
/// goes through [`literal`](Self::literal).
///
/// # Mistakes
///
/// [`build`](Self::build) reports the first, so that calls can be chained.
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct PolicyBuilder {
    /// `arn:…:{apiId}/{stage}`
    stage_arn: String,
    /// The statements, or the first mistake.
    statements: Result<Vec<Statement>, InvalidPolicy>,
}

impl PolicyBuilder {
    pub(crate) fn for_stage_arn(stage_arn: String) -> Self {
        Self {
            stage_arn,
            statements: Ok(Vec::new()),
        }
    }

    /// Begins a statement that allows a method and a path.
    ///
    /// ```
    /// use tower_lambda_authorizer::{Api, policy::PolicyBuilder};
    ///
    /// let policy = PolicyBuilder::for_api(&Api::default()).allow("GET", "/pets/*").build()?;
    /// let [statement] = policy.statements() else { unreachable!() };
    /// assert_eq!(
    ///     statement.resources().texts(),
    ///     ["arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET/pets/*"]
    /// );
    /// # Ok::<(), tower_lambda_authorizer::policy::InvalidPolicy>(())
    /// ```
    pub fn allow(self, method: &str, path: &str) -> Self {
        self.statement(Effect::Allow, method, path)
    }

    /// Begins a statement that denies a method and a path, whatever others allow.
    ///
    /// ```
    /// use tower_lambda_authorizer::{
    ///     Api,
    ///     policy::{Effect, PolicyBuilder},
    /// };
    ///
    /// let policy = PolicyBuilder::for_api(&Api::default()).deny("*", "/admin/*").build()?;
    /// assert_eq!(policy.statements()[0].effect(), Effect::Deny);
    /// # Ok::<(), tower_lambda_authorizer::policy::InvalidPolicy>(())
    /// ```
    pub fn deny(self, method: &str, path: &str) -> Self {
        self.statement(Effect::Deny, method, path)
    }

    /// Adds a method and a path to the statement.
    ///
    /// ```
    /// use tower_lambda_authorizer::{Api, policy::PolicyBuilder};
    ///
    /// let builder = PolicyBuilder::for_api(&Api::default());
    /// let policy = builder.allow("GET", "/pets").and("GET", "/pets/*").build()?;
    /// assert_eq!(policy.statements()[0].resources().texts().len(), 2);
    /// # Ok::<(), tower_lambda_authorizer::policy::InvalidPolicy>(())
    /// ```
    pub fn and(self, method: &str, path: &str) -> Self {
        let resource = self.resource(method, path);
        self.change("and", |mut statement| {
            statement.resources.texts.push(resource?);
            Ok(statement)
        })
    }

    /// Names the statement; the name appears where a decision is explained.
    ///
    /// ```
    /// use tower_lambda_authorizer::{Api, policy::PolicyBuilder};
    ///
    /// let builder = PolicyBuilder::for_api(&Api::default());
    /// let policy = builder.deny("*", "/admin/*").sid("no-admin").build()?;
    /// assert_eq!(policy.statements()[0].sid(), Some("no-admin"));
    /// # Ok::<(), tower_lambda_authorizer::policy::InvalidPolicy>(())
    /// ```
    pub fn sid(self, sid: impl Into<String>) -> Self {
        self.change("sid", |statement| Ok(statement.with_sid(sid)))
    }

    /// Adds a condition to the statement, which then applies where all of its conditions hold.
    ///
    /// ```
    /// use tower_lambda_authorizer::{Api, policy::PolicyBuilder};
    ///
    /// let office = ["203.0.113.0/24", "2001:db8::/32"];
    /// let policy = PolicyBuilder::for_api(&Api::default())
    ///     .allow("*", "/*")
    ///     .condition("IpAddress", "aws:SourceIp", office)
    ///     .build()?;
    /// assert_eq!(policy.statements()[0].conditions()[0].values(), office);
    /// # Ok::<(), tower_lambda_authorizer::policy::InvalidPolicy>(())
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

    /// The policy. Without a statement it allows nothing.
    ///
    /// ```
    /// use tower_lambda_authorizer::{Api, policy::PolicyBuilder};
    ///
    /// let builder = PolicyBuilder::for_api(&Api::default());
    /// let error = builder.allow("GET", "/pets/{id}").build().unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "the path `/pets/{id}` has a template; `*` stands for any text, as in `/pets/*`"
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidPolicy`], the first mistake that was made.
    pub fn build(self) -> Result<PolicyDocument, InvalidPolicy> {
        let statements = self.statements?;
        Ok(PolicyDocument::new(statements).with_version(Version::V2012))
    }

    fn statement(self, effect: Effect, method: &str, path: &str) -> Self {
        let resource = self.resource(method, path);
        let statements = self.statements.and_then(|mut statements| {
            statements.push(Statement::invoke(effect, [resource?]));
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
        PolicyBuilder::for_stage_arn("arn:aws:execute-api:r:1:api/prod".into())
    }

    fn error(builder: PolicyBuilder) -> String {
        builder.build().unwrap_err().to_string()
    }

    #[test]
    fn the_first_mistake_is_reported() {
        let chain = builder().allow("get", "/").deny("*", "admin").sid("x");
        assert!(error(chain).contains("`get`"));
        assert!(error(builder().sid("x").allow("get", "/")).contains("`sid`"));
        let twice = builder().allow("GET", "/");
        let twice = twice.condition("Bool", "k", ["true"]);
        let twice = twice.condition("Bool", "K", ["true"]);
        assert_eq!(
            error(twice),
            "there are two conditions of `Bool` for the key `K`; one is allowed"
        );
    }
}
