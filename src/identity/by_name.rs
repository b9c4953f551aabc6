//! Identity sources for every type of API, made from a name.

use super::{IdentitySource, source::Syntax};
use crate::{
    api::{Differences, SourceSyntax},
    error::ConfigError,
};

impl IdentitySource {
    /// The header with this name, on any type of API.
    ///
    /// It is [displayed](std::fmt::Display) in the syntax of a REST API, and by a layer in that of the layer's type.
    ///
    /// ```
    /// use tower_lambda_authorizer::{
    ///     IdentitySource, LambdaAuthorizerLayer, testing::{Harness, MockAuthorizer},
    /// };
    ///
    /// let source = IdentitySource::header("X-Api-Token")?;
    /// assert_eq!(source.to_string(), "method.request.header.X-Api-Token");
    ///
    /// let layer = LambdaAuthorizerLayer::http_api(MockAuthorizer::allowing()).identity_sources(source)?;
    /// let configuration = layer.configuration();
    /// let known = configuration.identity_sources().iter().next().unwrap();
    /// assert_eq!(known.to_string(), "$request.header.X-Api-Token");
    /// # tokio_test::block_on(async {
    /// let harness = Harness::new(layer);
    /// harness.get("/pets").header("x-api-token", "t").send().await.assert_invoked();
    /// harness.get("/pets").send().await.assert_unauthorized();
    /// # });
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::IdentitySource`] if API Gateway does not accept the name.
    pub fn header(name: &str) -> Result<Self, ConfigError> {
        Self::by_name(|syntax| syntax.header, name)
    }

    /// The query parameter with this name, on any type of API. See [`header`](Self::header).
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::IdentitySource`] if API Gateway does not accept the name.
    pub fn query_parameter(name: &str) -> Result<Self, ConfigError> {
        Self::by_name(|syntax| syntax.query_parameter, name)
    }

    /// The cookie with this name, on any type of API, which is [an extension](Self#one-cookie). See
    /// [`header`](Self::header).
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::IdentitySource`] if the name is not one that the extension accepts.
    pub fn cookie(name: &str) -> Result<Self, ConfigError> {
        Self::by_name(|syntax| syntax.cookie, name)
    }

    fn by_name(prefix: fn(&SourceSyntax) -> &'static str, name: &str) -> Result<Self, ConfigError> {
        let row = Differences::rest();
        let source = Self::parse_for(row, &format!("{}{name}", prefix(&row.sources)))?;
        Ok(Self {
            syntax: Syntax::Any,
            ..source
        })
    }
}
