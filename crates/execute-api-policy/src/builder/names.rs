//! The methods, paths and literals of a policy builder.

use super::{InvalidPolicy, PolicyBuilder};
use crate::pattern::{Part, Syntax, parse};

impl PolicyBuilder {
    /// Escapes a text for use in a path or in a condition's value, so that it contains no wildcard and no variable:
    /// `*` becomes `${*}`, `?` becomes `${?}` and `$` becomes `${$}`.
    ///
    /// Slashes are not escaped, and nothing is percent-encoded. For a segment of a path, use
    /// [`allow_under`](Self::allow_under) or [`allow_at`](Self::allow_at) instead.
    ///
    /// ```
    /// use execute_api_policy::{EvaluationRequest, PolicyBuilder, StageArn, Verdict};
    ///
    /// let user = "a*b";
    /// assert_eq!(PolicyBuilder::literal(user), "a${*}b");
    ///
    /// let own_files = format!("/users/{}/files", PolicyBuilder::literal(user));
    /// let stage: StageArn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod".parse()?;
    /// let builder = PolicyBuilder::for_api(stage.clone());
    /// let policy = builder.allow("GET", &own_files).build()?.compile();
    /// let verdict = |path| {
    ///     let arn = format!("{stage}/GET{path}");
    ///     policy.evaluate(&EvaluationRequest::invoke(&arn)).verdict()
    /// };
    /// assert_eq!(verdict("/users/a*b/files"), Verdict::Allow);
    /// assert_eq!(verdict("/users/aXb/files"), Verdict::ImplicitDeny);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn literal(text: &str) -> String {
        let mut literal = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '*' | '?' | '$' => literal.extend(['$', '{', c, '}']),
                c => literal.push(c),
            }
        }
        literal
    }
}

/// Rejects `ANY`, which means all methods in API Gateway's routes but not in policies.
pub(super) fn check_method(method: &str) -> Result<(), InvalidPolicy> {
    let is_name = |text: &str| {
        let fits = |c: char| c.is_ascii_uppercase() || c == '-';
        !text.is_empty() && text.chars().all(fits)
    };
    match method {
        "*" => Ok(()),
        method if is_name(method) && method != "ANY" => Ok(()),
        method => Err(InvalidPolicy::Method {
            method: method.to_owned(),
        }),
    }
}

/// The path without its first slash, as in ARNs.
pub(super) fn below_root(path: &str) -> Result<&str, InvalidPolicy> {
    let Some(below_root) = path.strip_prefix('/') else {
        return Err(InvalidPolicy::RelativePath {
            path: path.to_owned(),
        });
    };
    if has_template(path) {
        return Err(InvalidPolicy::PathTemplate {
            path: path.to_owned(),
        });
    }
    if has_query(path) {
        return Err(InvalidPolicy::Query {
            path: path.to_owned(),
        });
    }
    Ok(below_root)
}

/// Whether a `?` that is not escaped comes before a name and a `=`, as in `/pets?limit=5`. There it would be a wildcard.
fn has_query(path: &str) -> bool {
    let Some((name, _)) = path.split_once('=') else {
        return false;
    };
    let Some((before, name)) = name.rsplit_once('?') else {
        return false;
    };
    !before.ends_with("${") && !name.is_empty() && !name.contains(['/', '*'])
}

/// Whether there is a brace that does not belong to a variable, or a segment that begins with a colon.
fn has_template(path: &str) -> bool {
    let syntax = Syntax {
        wildcards: true,
        variables: true,
    };
    let has_brace = |part: &Part| matches!(part, Part::Text(text) if text.contains(['{', '}']));
    path.contains("/:") || parse(path, syntax).iter().any(has_brace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_has_no_wildcards_and_no_variables() {
        assert_eq!(PolicyBuilder::literal("/a*b?é${k}"), "/a${*}b${?}é${$}{k}");
    }

    #[test]
    fn methods_are_in_upper_case() {
        for method in ["*", "GET", "M-SEARCH"] {
            assert_eq!(check_method(method), Ok(()), "{method}");
        }
        for method in ["", "get", "Get", "ANY", "GET ", "G*", "GET/admin", "**"] {
            let error = check_method(method).unwrap_err().to_string();
            let start = format!("`{method}` is not a method");
            assert!(error.starts_with(&start), "{error}");
        }
    }

    #[test]
    fn paths_begin_with_a_slash_and_have_no_template() {
        for path in ["/", "/*", "/a:b", "/a/${k}/${*}", "/${a, 'b'}", "/$x"] {
            assert_eq!(below_root(path), Ok(&path[1..]), "{path}");
        }
        for path in [
            "/a?b",
            "/??",
            "/a=b",
            "/a${?}x=1",
            "/a?/b=c",
            "/?=1",
            "/a=?",
        ] {
            assert_eq!(below_root(path), Ok(&path[1..]), "{path}");
        }
        for path in [
            "/x?y=1",
            "/pets?limit=5&page=*",
            "/?a=",
            "/a?b/x?y=1",
            "/a?b-c.d%5B%5D=1",
        ] {
            let error = below_root(path).unwrap_err().to_string();
            assert!(error.contains(&format!("`{path}` has a query")), "{error}");
        }
        for path in ["", "*", "pets", "{proxy+}"] {
            let error = below_root(path).unwrap_err().to_string();
            assert!(error.contains(&format!("`{path}` does not")), "{error}");
        }
        let arn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets";
        let error = below_root(arn).unwrap_err().to_string();
        assert!(error.contains(&format!("`{arn}` is an ARN")), "{error}");
        for path in ["/{id}", "/:id", "/a/{b+}", "/${a", "/${${a}}", "/a}"] {
            let error = below_root(path).unwrap_err().to_string();
            assert!(error.contains(&format!("`{path}` has a")), "{error}");
        }
    }
}
