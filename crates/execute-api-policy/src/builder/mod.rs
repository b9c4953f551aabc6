//! Writing a policy in Rust.

mod error;
mod names;

pub use self::error::InvalidPolicy;
use super::{
    arn::StageArn,
    condition::Condition,
    document::{PolicyDocument, Statement, Version},
    effect::Effect,
};

/// Writes a policy for one stage of an API, with methods and paths as one thinks of them.
///
/// Each [`allow`](Self::allow) or [`deny`](Self::deny) begins a statement; what follows belongs to it.
/// The order of statements is irrelevant: what one denies, none allows.
///
/// ```
/// use execute_api_policy::{EvaluationRequest, PolicyBuilder, StageArn, Verdict};
///
/// let stage: StageArn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod".parse()?;
/// let policy = PolicyBuilder::for_api(stage.clone())
///     .allow("GET", "/")
///     .and("GET", "/pets/*")
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
    stage_arn: StageArn,
    /// The statements, or the first mistake.
    statements: Result<Vec<Statement>, InvalidPolicy>,
}

impl PolicyBuilder {
    /// Writes a policy for the methods of this stage of an API.
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
        Self {
            stage_arn: stage_arn.into(),
            statements: Ok(Vec::new()),
        }
    }

    /// Begins a statement that allows a method and a path.
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

    /// Begins a statement that denies a method and a path, whatever others allow.
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
    /// let policy = builder.allow("GET", "/pets").and("GET", "/pets/*").build()?;
    /// assert_eq!(policy.statements()[0].resources().texts().len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
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

    /// Adds a condition to the statement, which then applies where all of its conditions hold.
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

    /// The policy. Without a statement it allows nothing.
    ///
    /// ```
    /// use execute_api_policy::{PolicyBuilder, StageArn};
    ///
    /// let stage: StageArn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod".parse()?;
    /// let builder = PolicyBuilder::for_api(stage);
    /// let error = builder.allow("GET", "/pets/{id}").build().unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "the path `/pets/{id}` has a template; `*` stands for any text, as in `/pets/*`"
    /// );
    /// # Ok::<(), execute_api_policy::InvalidArn>(())
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
        PolicyBuilder::for_api(StageArn::new("arn:aws:execute-api:r:1:api/prod".into()))
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
