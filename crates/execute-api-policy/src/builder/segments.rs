//! Paths from data: statements about the segments of a path, which are always literal.

use super::{
    InvalidPolicy, PolicyBuilder, names,
    spelling::{NeedsType, Paths, is_possible},
};
use crate::{arn::StageArn, document::Statement, effect::Effect};

/// How much of a path's tree a statement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// The path alone.
    At,
    /// The path and everything below it.
    Under,
}

/// Methods for paths that are made from data, such as the name of a tenant.
impl PolicyBuilder {
    /// Creates a builder for the methods of this stage of a REST API, whose method ARNs contain the path as the client
    /// sent it. This matters for [segments](#segments).
    ///
    /// ```
    /// use execute_api_policy::{PolicyBuilder, StageArn};
    ///
    /// let stage: StageArn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod".parse()?;
    /// let policy = PolicyBuilder::for_rest_api(stage).allow_at("GET", ["tenants", "a b"]).build()?;
    /// assert!(policy.to_json().contains("/GET/tenants/a%20b"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn for_rest_api(stage_arn: impl Into<StageArn>) -> Self {
        Self::new(stage_arn.into(), Paths::AsReceived)
    }

    /// Creates a builder for the methods of this stage of an HTTP API, whose method ARNs contain the decoded path.
    /// This matters for [segments](#segments).
    ///
    /// ```
    /// use execute_api_policy::{PolicyBuilder, StageArn};
    ///
    /// let stage: StageArn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/$default".parse()?;
    /// let policy = PolicyBuilder::for_http_api(stage).allow_at("GET", ["tenants", "a b"]).build()?;
    /// assert!(policy.to_json().contains("/GET/tenants/a b"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn for_http_api(stage_arn: impl Into<StageArn>) -> Self {
        Self::new(stage_arn.into(), Paths::Decoded)
    }

    /// Begins a statement that allows a method on the path of these [segments](#segments) and on everything below it.
    ///
    /// ```
    /// use execute_api_policy::{EvaluationRequest, PolicyBuilder, StageArn, Verdict};
    ///
    /// let stage: StageArn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod".parse()?;
    /// let verdict = |tenant: &str, path| {
    ///     let builder = PolicyBuilder::for_rest_api(stage.clone());
    ///     let policy = builder.allow_under("GET", ["tenants", tenant]).build().unwrap().compile();
    ///     let arn = format!("{stage}/GET{path}");
    ///     policy.evaluate(&EvaluationRequest::invoke(&arn)).verdict()
    /// };
    /// assert_eq!(verdict("acme", "/tenants/acme"), Verdict::Allow);
    /// assert_eq!(verdict("acme", "/tenants/acme/orders/7"), Verdict::Allow);
    /// assert_eq!(verdict("acme", "/tenants/acme2"), Verdict::ImplicitDeny);
    /// // In a tenant's name, nothing is a pattern and nothing is a slash.
    /// assert_eq!(verdict("*", "/tenants/acme"), Verdict::ImplicitDeny);
    /// assert_eq!(verdict("acme/orders", "/tenants/acme/orders"), Verdict::ImplicitDeny);
    /// assert_eq!(verdict("", "/tenants/acme"), Verdict::ImplicitDeny);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn allow_under<S: AsRef<str>>(
        self,
        method: &str,
        segments: impl IntoIterator<Item = S>,
    ) -> Self {
        self.about_segments(Effect::Allow, method, segments, Extent::Under)
    }

    /// Begins a statement that allows a method on the path of these [segments](#segments), but not below it.
    ///
    /// ```
    /// use execute_api_policy::{PolicyBuilder, StageArn};
    ///
    /// let stage: StageArn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod".parse()?;
    /// let user = "user@example.com";
    /// let policy = PolicyBuilder::for_rest_api(stage).allow_at("GET", ["users", user]).build()?;
    /// let resources = policy.statements()[0].resources().texts();
    /// assert!(resources[0].ends_with("/GET/users/user@example.com"));
    /// assert!(resources[1].ends_with("/GET/users/user%40example.com"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn allow_at<S: AsRef<str>>(
        self,
        method: &str,
        segments: impl IntoIterator<Item = S>,
    ) -> Self {
        self.about_segments(Effect::Allow, method, segments, Extent::At)
    }

    /// Begins a statement that denies a method on the path of these [segments](#segments) and on everything below it.
    ///
    /// ```
    /// use execute_api_policy::{EvaluationRequest, PolicyBuilder, StageArn, Verdict};
    ///
    /// let stage: StageArn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod".parse()?;
    /// let builder = PolicyBuilder::for_rest_api(stage.clone()).allow("*", "/*");
    /// let policy = builder.deny_under("*", ["tenants", "a*"]).build()?.compile();
    /// let verdict = |path| {
    ///     let arn = format!("{stage}/GET{path}");
    ///     policy.evaluate(&EvaluationRequest::invoke(&arn)).verdict()
    /// };
    /// assert_eq!(verdict("/tenants/a*/orders"), Verdict::ExplicitDeny);
    /// assert_eq!(verdict("/tenants/acme/orders"), Verdict::Allow);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn deny_under<S: AsRef<str>>(
        self,
        method: &str,
        segments: impl IntoIterator<Item = S>,
    ) -> Self {
        self.about_segments(Effect::Deny, method, segments, Extent::Under)
    }

    /// Begins a statement that denies a method on the path of these [segments](#segments), but not below it.
    ///
    /// ```
    /// use execute_api_policy::{PolicyBuilder, StageArn};
    ///
    /// let stage: StageArn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod".parse()?;
    /// let builder = PolicyBuilder::for_rest_api(stage).allow("*", "/*");
    /// let policy = builder.deny_at("DELETE", ["tenants", "acme"]).build()?;
    /// assert!(policy.to_json().contains("/DELETE/tenants/acme\""));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn deny_at<S: AsRef<str>>(
        self,
        method: &str,
        segments: impl IntoIterator<Item = S>,
    ) -> Self {
        self.about_segments(Effect::Deny, method, segments, Extent::At)
    }

    /// Adds a method on the path of these [segments](#segments), and on everything below it, to the statement.
    ///
    /// ```
    /// use execute_api_policy::{PolicyBuilder, StageArn};
    ///
    /// let stage: StageArn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod".parse()?;
    /// let builder = PolicyBuilder::for_rest_api(stage).allow("GET", "/pets");
    /// let policy = builder.also_under("GET", ["pets", "7"]).build()?;
    /// assert_eq!(policy.statements()[0].resources().texts().len(), 3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn also_under<S: AsRef<str>>(
        self,
        method: &str,
        segments: impl IntoIterator<Item = S>,
    ) -> Self {
        self.also_segments("also_under", method, segments, Extent::Under)
    }

    /// Adds a method on the path of these [segments](#segments), but not below it, to the statement.
    ///
    /// ```
    /// use execute_api_policy::{PolicyBuilder, StageArn};
    ///
    /// let stage: StageArn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod".parse()?;
    /// let builder = PolicyBuilder::for_rest_api(stage).allow("GET", "/pets");
    /// let policy = builder.also_at("GET", ["pets", "7"]).build()?;
    /// assert_eq!(policy.statements()[0].resources().texts().len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn also_at<S: AsRef<str>>(
        self,
        method: &str,
        segments: impl IntoIterator<Item = S>,
    ) -> Self {
        self.also_segments("also_at", method, segments, Extent::At)
    }

    fn about_segments<S: AsRef<str>>(
        self,
        effect: Effect,
        method: &str,
        segments: impl IntoIterator<Item = S>,
        extent: Extent,
    ) -> Self {
        let resources = self.resources(effect, method, segments, extent);
        self.begin(resources.map(|resources| Statement::invoke(effect, resources)))
    }

    fn also_segments<S: AsRef<str>>(
        self,
        call: &'static str,
        method: &str,
        segments: impl IntoIterator<Item = S>,
        extent: Extent,
    ) -> Self {
        let statements = self.statements.as_deref().unwrap_or_default();
        // Without a statement, the call fails.
        let effect = statements.last().map_or(Effect::Deny, Statement::effect);
        let resources = self.resources(effect, method, segments, extent);
        self.change(call, |mut statement| {
            statement.resources.texts.extend(resources?);
            Ok(statement)
        })
    }

    fn resources<S: AsRef<str>>(
        &self,
        effect: Effect,
        method: &str,
        segments: impl IntoIterator<Item = S>,
        extent: Extent,
    ) -> Result<Vec<String>, InvalidPolicy> {
        names::check_method(method)?;
        let segments = segments.into_iter();
        let segments: Vec<String> = segments.map(|segment| segment.as_ref().into()).collect();
        let paths = paths(self.paths, effect, &segments, extent)?;
        let arns = methods(effect, &method).iter().flat_map(|method| {
            let arn = move |path| format!("{}/{method}/{path}", self.stage_arn);
            paths.iter().map(arn)
        });
        Ok(arns.collect())
    }
}

/// API Gateway's methods.
const METHODS: &[&str] = &["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// The methods of the entries. A `*` also matches slashes: `*/tenants/acme` covers `GET/tenants/other/tenants/acme`. So an
/// `Allow` names the methods.
fn methods<'m>(effect: Effect, method: &'m &'m str) -> &'m [&'m str] {
    match (effect, *method) {
        (Effect::Allow, "*") => METHODS,
        (Effect::Allow | Effect::Deny, _) => std::slice::from_ref(method),
    }
}

/// The patterns of paths, without the first slash.
fn paths(
    written: Paths,
    effect: Effect,
    segments: &[String],
    extent: Extent,
) -> Result<Vec<String>, NeedsType> {
    let impossible = segments.iter().position(|segment| !is_possible(segment));
    let (segments, extent) = match (impossible, effect) {
        (None, _) => (segments, extent),
        (Some(_), Effect::Allow) => return Ok(Vec::new()),
        (Some(at), Effect::Deny) => (segments.get(..at).unwrap_or_default(), Extent::Under),
    };
    let exact = written.patterns(effect, segments)?;
    Ok(match (extent, segments) {
        (Extent::At, _) => exact,
        (Extent::Under, []) => vec!["*".to_owned()],
        (Extent::Under, _) => {
            let below = exact.iter().map(|path| format!("{path}/*"));
            let below: Vec<_> = below.collect();
            exact.into_iter().chain(below).collect()
        }
    })
}

impl From<NeedsType> for InvalidPolicy {
    fn from(NeedsType { segment }: NeedsType) -> Self {
        Self::SegmentOfUnknownApi { segment }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_that_no_path_has_allows_nothing_and_denies_all_that_may_be_meant() {
        for impossible in ["", ".", "..", "a/b", "/", "a\\b", "\n", "a\u{0}", "\u{85}"] {
            for extent in [Extent::At, Extent::Under] {
                let segments = ["tenants", impossible, "x"].map(String::from);
                let paths = |effect| paths(Paths::AsReceived, effect, &segments, extent).unwrap();
                assert!(paths(Effect::Allow).is_empty(), "{impossible:?}");
                assert_eq!(paths(Effect::Deny), ["tenants", "tenants/*"]);
                let alone = [impossible.to_owned()];
                let denied = super::paths(Paths::Unknown, Effect::Deny, &alone, extent);
                assert_eq!(denied.unwrap(), ["*"]);
            }
        }
    }

    #[test]
    fn without_segments_it_is_the_root() {
        let paths = |extent| paths(Paths::Decoded, Effect::Allow, &[], extent).unwrap();
        assert_eq!(paths(Extent::At), [""]);
        assert_eq!(paths(Extent::Under), ["*"]);
    }

    #[test]
    fn errors_are_those_of_the_other_calls() {
        let builder =
            || PolicyBuilder::for_api(StageArn::new("arn:aws:execute-api:r:1:a/p".into()));
        let error = |builder: PolicyBuilder| builder.build().unwrap_err().to_string();
        assert!(error(builder().allow_under("get", ["a"])).contains("`get` is not a method"));
        assert!(error(builder().also_at("GET", ["a"])).contains("`also_at` was called before"));
        assert_eq!(
            error(builder().allow_at("GET", ["users", "a@b"])),
            "the segment `a@b` is written differently in the method ARNs of REST APIs and of HTTP APIs; begin with \
             `PolicyBuilder::for_rest_api` or `for_http_api` instead of `for_api`"
        );
        assert!(builder().deny_at("GET", ["a@b"]).build().is_ok());
    }
}
