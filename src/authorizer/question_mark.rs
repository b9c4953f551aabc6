//! The types that `?` converts into an [`AuthorizerError`](super::AuthorizerError).

use std::error::Error;

/// A type that implements [`Error`]. It exists only for the compiler's message: anyhow's error, a boxed error and a
/// string do not implement `Error`, and the message says what to write instead of `?`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not convert into an `AuthorizerError`",
    label = "write `.or_unauthorized()?` for a 401, or `.or_failed()?` for a 500, with `use \
             tower_lambda_authorizer::{{OrFailed, OrUnauthorized}}`"
)]
pub trait ConvertedByQuestionMark {
    #[doc(hidden)]
    fn into_boxed(self) -> Box<dyn Error + Send + Sync>;
}

// Otherwise the message would only say that the type does not implement `Error`.
#[diagnostic::do_not_recommend]
impl<E: Error + Send + Sync + 'static> ConvertedByQuestionMark for E {
    fn into_boxed(self) -> Box<dyn Error + Send + Sync> {
        Box::new(self)
    }
}
