//! A table of expectations: method, path, token and outcome.

mod error;
mod parse;
mod run;

use http::Method;

pub use self::{error::TableError, run::TableRun};
use super::{Harness, TestRequest, TestResponse, expected::Expected};

/// One line of a table of expectations.
#[derive(Debug)]
struct Row {
    /// Counted from one.
    line: usize,
    method: Method,
    path: String,
    token: Option<String>,
    expected: Expected,
}

impl Harness {
    /// Sends the requests of a table one after the other, and fails the test if any of them has another outcome than
    /// expected. The message lists all of those, each with its line and the reason.
    ///
    /// ```
    /// use tower_lambda_authorizer::{
    ///     LambdaAuthorizerLayer,
    ///     testing::{Harness, MockAnswer, MockAuthorizer},
    /// };
    ///
    /// # tokio_test::block_on(async {
    /// let authorizer = MockAuthorizer::new()
    ///     .with_token("reader", MockAnswer::allow_only([("GET", "/pets"), ("GET", "/pets/*")]))
    ///     .with_token("Bearer broken", MockAnswer::fail("no database"));
    /// Harness::new(LambdaAuthorizerLayer::token(authorizer)).run_table(r#"
    ///     method    path     token            outcome
    ///     GET       /pets    -                unauthorized
    ///     GET       /pets    who?             unauthorized
    ///     GET       /pets/7  reader           allowed
    ///     DELETE    /pets/7  reader           denied
    ///     GET       /pets    "Bearer broken"  broken
    /// "#).await;
    /// # });
    /// ```
    ///
    /// Columns are separated by spaces. A value that contains spaces goes into double quotes. The heading is optional. A `#`
    /// at the beginning of a column starts a comment. The path may have a query.
    ///
    /// The token is sent in the header `Authorization`; `-` stands for no token.
    /// [`run_table_with`](Self::run_table_with) can send the token elsewhere, or make it from a name.
    ///
    /// The outcomes, in upper or lower case:
    ///
    /// | outcome | |
    /// |---|---|
    /// | `allowed`, `allow` | [`assert_allowed`](super::TestResponse::assert_allowed) |
    /// | `unauthorized` | [`assert_unauthorized`](super::TestResponse::assert_unauthorized) |
    /// | `denied`, `deny` | [`assert_denied`](super::TestResponse::assert_denied) |
    /// | `denied:SID` | [`assert_denied_by`](super::TestResponse::assert_denied_by) |
    /// | `broken` | [`assert_authorizer_broken`](super::TestResponse::assert_authorizer_broken) |
    /// | `open` | [`assert_unguarded`](super::TestResponse::assert_unguarded) |
    /// | a number | [`assert_status`](super::TestResponse::assert_status) |
    ///
    /// The lines share one harness, so results are cached from line to line: a policy that was made for one path
    /// decides about the next one. To check each line separately, set the layer's [result
    /// TTL](crate::LambdaAuthorizerLayer::result_ttl) to zero.
    ///
    /// # Panics
    ///
    /// Panics if the table is invalid or empty, with the [`TableError`]. The returned future panics if a line fails.
    #[track_caller]
    pub fn run_table(&self, table: &str) -> TableRun {
        self.run_table_with(table, |request, token| {
            request.header("authorization", token)
        })
    }

    /// Like [`run_table`](Self::run_table), but the function adds the token to the request. It can use another header, or
    /// make the token from a name in the table.
    ///
    /// ```
    /// use tower_lambda_authorizer::{LambdaAuthorizerLayer, testing::{Harness, MockAnswer, MockAuthorizer}};
    ///
    /// # tokio_test::block_on(async {
    /// let sign = |name: &str| format!("{name}.signed"); // stands in for a signature
    /// let authorizer = MockAuthorizer::new().with_token("Bearer admin.signed", MockAnswer::allow());
    /// let harness = Harness::new(LambdaAuthorizerLayer::token(authorizer));
    /// let table = "DELETE /pets/7 admin allowed";
    /// harness.run_table_with(table, move |request, name| {
    ///     request.header("authorization", format!("Bearer {}", sign(name)))
    /// }).await;
    /// # });
    /// ```
    ///
    /// # Panics
    ///
    /// Panics like [`run_table`](Self::run_table).
    #[track_caller]
    pub fn run_table_with<F>(&self, table: &str, with_token: F) -> TableRun
    where
        F: Fn(TestRequest, &str) -> TestRequest + Send + 'static,
    {
        let rows = match parse::parse(table) {
            Ok(rows) => rows,
            Err(error) => panic!("the table is invalid: {error}"),
        };
        TableRun::new(self.clone(), rows, with_token)
    }
}

impl Row {
    fn request(
        &self,
        harness: &Harness,
        with_token: impl Fn(TestRequest, &str) -> TestRequest,
    ) -> TestRequest {
        let request = harness.request(self.method.clone(), &self.path);
        match &self.token {
            Some(token) => with_token(request, token),
            None => request,
        }
    }

    fn failure(&self, response: &TestResponse) -> Option<String> {
        let Self { line, expected, .. } = self;
        let failure = || format!("line {line}: {}", response.failure(expected));
        (!expected.is_met_by(response)).then(failure)
    }
}
