//! A table of what is expected: method, path, token, outcome.

mod error;
mod parse;
mod run;

use http::Method;

pub use self::{error::TableError, run::TableRun};
use super::{Harness, TestRequest, TestResponse, expected::Expected};

/// What a table of expectations has in a line.
#[derive(Debug)]
struct Row {
    /// From one.
    line: usize,
    method: Method,
    path: String,
    token: Option<String>,
    expected: Expected,
}

impl Harness {
    /// Sends the requests of a table, one after the other, and ends the test where any of them has another outcome than
    /// expected: all that do are told, each with its line and its reason.
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
    /// Columns are separated by blanks; one with blanks in it stands in double quotes. A heading may stand over them. What
    /// follows a `#` at the beginning of a column is a comment. A token of `-` is none; another is sent in the header `Authorization`
    /// ([`run_table_with`](Self::run_table_with) sends it elsewhere, or makes it of a name). A query belongs to the path.
    /// The outcomes, in any case:
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
    /// It is one harness, so results are kept from line to line as from request to request: a policy that was made for one
    /// path shows on the next. Where each line is to stand by itself, set the layer's
    /// [time to live](crate::LambdaAuthorizerLayer::result_ttl) to zero.
    ///
    /// # Panics
    ///
    /// Also where the text is no table or has no line, with the [`TableError`].
    #[track_caller]
    pub fn run_table(&self, table: &str) -> TableRun {
        self.run_table_with(table, |request, token| {
            request.header("authorization", token)
        })
    }

    /// As [`run_table`](Self::run_table), with the token put into the request by this function: into another header, or
    /// made of a name in the table.
    ///
    /// ```
    /// # use tower_lambda_authorizer::{LambdaAuthorizerLayer, testing::{Harness, MockAnswer, MockAuthorizer}};
    /// # tokio_test::block_on(async {
    /// # let sign = |name: &str| format!("{name}.signed");
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
    /// As there.
    #[track_caller]
    pub fn run_table_with<F>(&self, table: &str, with_token: F) -> TableRun
    where
        F: Fn(TestRequest, &str) -> TestRequest + Send + 'static,
    {
        let rows = match parse::parse(table) {
            Ok(rows) => rows,
            Err(error) => panic!("this is no table: {error}"),
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
