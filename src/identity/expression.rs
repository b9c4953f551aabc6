//! Parses the expressions of identity sources, in the syntax of each type of API.

use std::str::FromStr;

use http::HeaderName;

use super::{
    IdentitySource,
    source::{Place, Syntax},
};
use crate::{
    api::{Differences, EventFormat, SourceSyntax, is_stage_variable_name},
    error::ConfigError,
    request::context::{ContextVariable, is_cookie_name, is_parameter_name},
};

impl IdentitySource {
    /// Checks that the expression is in this API's syntax and that this API has its `$context` variable.
    pub(crate) fn of_api(mut self, row: &Differences) -> Result<Self, ConfigError> {
        let syntax = &row.sources;
        if let Place::FirstOf(sources) = &self.place {
            let sources = sources.iter().map(|source| source.clone().of_api(row));
            let sources = sources.collect::<Result<Vec<_>, _>>()?;
            return Ok(Self::alternatives_of(sources.into()));
        }
        let prefix = match self.place {
            Place::Header(_) => syntax.header,
            Place::QueryString(_) => syntax.query_parameter,
            Place::Cookie(_) => syntax.cookie,
            Place::StageVariable(_) => syntax.stage_variable,
            Place::Context(_) => syntax.context,
            // Alternatives do not contain alternatives.
            Place::FirstOf(_) => return Ok(self),
        };
        if self.syntax == Syntax::Any {
            self.expression = format!("{prefix}{}", self.name()).into();
            self.syntax = Syntax::Written;
        }
        let Some(name) = self.expression.strip_prefix(prefix) else {
            return Err(self.refused(self.prefix_problem(row, prefix)));
        };
        if let Place::Context(variable) = &mut self.place {
            let variables = syntax.variables;
            if !variables.contains(name) {
                let problem = format!(
                    "`{name}` is not a `$context` variable of {}; before it is authorized, a request has {}",
                    row.api_type,
                    variables.present()
                );
                return Err(self.refused(problem));
            }
            if let Some(absent) = variables.absent(name) {
                *variable = ContextVariable::Absent(absent);
            }
        }
        Ok(self)
    }

    /// The expression begins with the prefix of another type of API.
    fn prefix_problem(&self, row: &Differences, prefix: &str) -> String {
        let has_this_place = match self.place {
            Place::Header(_) => true,
            _ if row.event == EventFormat::Token => false,
            Place::Context(_) => row.sources.variables.contains(self.name()),
            Place::QueryString(_)
            | Place::Cookie(_)
            | Place::StageVariable(_)
            | Place::FirstOf(_) => true,
        };
        let allowed = allowed_by(row);
        if has_this_place {
            format!("did you mean `{prefix}{}`? ({allowed})", self.name())
        } else {
            allowed
        }
    }

    /// Parses an expression. The error is only about this type of API.
    pub(crate) fn parse_for(row: &Differences, expression: &str) -> Result<Self, ConfigError> {
        Self::parse(expression, Some(row))
    }

    fn parse(expression: &str, row: Option<&Differences>) -> Result<Self, ConfigError> {
        let place =
            parse_place(expression, row).map_err(|problem| ConfigError::IdentitySource {
                expression: expression.to_owned(),
                problem,
            })?;
        Ok(Self {
            expression: expression.into(),
            place,
            syntax: Syntax::Written,
        })
    }

    fn refused(&self, problem: String) -> ConfigError {
        ConfigError::IdentitySource {
            expression: self.expression.to_string(),
            problem,
        }
    }
}

impl FromStr for IdentitySource {
    type Err = ConfigError;

    fn from_str(expression: &str) -> Result<Self, ConfigError> {
        Self::parse(expression, None)
    }
}

impl TryFrom<&str> for IdentitySource {
    type Error = ConfigError;

    fn try_from(expression: &str) -> Result<Self, ConfigError> {
        expression.parse()
    }
}

impl TryFrom<String> for IdentitySource {
    type Error = ConfigError;

    fn try_from(expression: String) -> Result<Self, ConfigError> {
        expression.parse()
    }
}

impl ConfigError {
    /// The same error, if it is about an identity source, for a layer whose type of API is known.
    pub(crate) fn for_sources_of(self, row: &Differences) -> Self {
        match self {
            Self::IdentitySource { expression, .. } => {
                let again = IdentitySource::parse_for(row, &expression);
                let again = again.and_then(|source| source.of_api(row));
                again.err().unwrap_or(Self::IdentitySource {
                    expression,
                    problem: allowed_by(row),
                })
            }
            other => other,
        }
    }
}

/// Parses an expression in the syntax of any type of API. If the layer's own type is known, the error is only about that.
fn parse_place(expression: &str, row: Option<&Differences>) -> Result<Place, String> {
    let named = |prefix: fn(&SourceSyntax) -> &'static str| {
        let mut syntaxes = SourceSyntax::all();
        syntaxes.find_map(|syntax| expression.strip_prefix(prefix(syntax)))
    };
    if let Some(name) = named(|syntax| syntax.header) {
        let header = HeaderName::from_bytes(name.as_bytes()).ok();
        let header = header.filter(|_| is_parameter_name(name));
        return header
            .map(Place::Header)
            .ok_or_else(|| parameter_name_problem("header", name));
    }
    if let Some(name) = named(|syntax| syntax.query_parameter) {
        let known = is_parameter_name(name).then(|| Place::QueryString(name.into()));
        return known.ok_or_else(|| parameter_name_problem("query parameter", name));
    }
    if let Some(name) = named(|syntax| syntax.cookie) {
        let known = is_cookie_name(name).then(|| Place::Cookie(name.into()));
        return known.ok_or_else(|| {
            let problem = parameter_name_problem("cookie", name);
            format!("{problem} and does not begin with `$`")
        });
    }
    if let Some(name) = named(|syntax| syntax.stage_variable) {
        let known = is_stage_variable_name(name).then(|| Place::StageVariable(name.into()));
        return known.ok_or_else(|| {
            format!("`{name}` is not the name of a stage variable, which consists of ASCII letters, digits and `_`")
        });
    }
    if let Some(name) = named(|syntax| syntax.context) {
        return ContextVariable::parse(name)
            .map(Place::Context)
            .ok_or_else(|| {
                let row = row.unwrap_or(Differences::rest());
                format!(
                    "`{name}` is not a `$context` variable of any type of API; before it is authorized, a request of {} has {}",
                    row.api_type,
                    row.sources.variables.present()
                )
            });
    }
    Err(unknown_prefix_problem(expression, row))
}

fn unknown_prefix_problem(expression: &str, row: Option<&Differences>) -> String {
    let Some(row) = row else {
        return allowed_by_any(expression);
    };
    let allowed = allowed_by(row);
    if expression.is_empty() {
        return format!("it is empty, for example because of a comma at the end; {allowed}");
    }
    let meant = if is_bare_header(expression) {
        Some(format!("{}{expression}", row.sources.header))
    } else {
        meant(expression, row)
    };
    match meant {
        Some(meant) => format!("did you mean `{meant}`? ({allowed})"),
        None => allowed,
    }
}

/// What an expression with a misspelt prefix means, such as `method.request.headers.X` or `method.request.queryString.x`.
fn meant(expression: &str, row: &Differences) -> Option<String> {
    let mut rest = expression;
    loop {
        let (part, name) = rest.split_once('.')?;
        let prefix = match part.to_ascii_lowercase().as_str() {
            "header" | "headers" => row.sources.header,
            _ if row.event == EventFormat::Token => "",
            "query" | "querystring" | "querystrings" => row.sources.query_parameter,
            "cookie" | "cookies" => row.sources.cookie,
            _ => "",
        };
        if !prefix.is_empty() {
            let meant = format!("{prefix}{name}");
            return parse_place(&meant, None).is_ok().then_some(meant);
        }
        rest = name;
    }
}

fn allowed_by_any(expression: &str) -> String {
    let meant = if is_bare_header(expression) {
        let headers = SourceSyntax::all().map(|syntax| syntax.header);
        let headers = headers.map(|prefix| format!("`{prefix}{expression}`"));
        format!(
            "did you mean {}? ",
            headers.collect::<Vec<_>>().join(" or ")
        )
    } else {
        String::new()
    };
    let syntaxes = SourceSyntax::all().map(allowed);
    format!(
        "{meant}allowed are {}",
        syntaxes.collect::<Vec<_>>().join("; or ")
    )
}

/// What this kind of authorizer allows. A TOKEN authorizer reads one header and nothing else.
fn allowed_by(row: &Differences) -> String {
    match row.event {
        EventFormat::Token => {
            format!("a TOKEN authorizer allows `{}NAME`", row.sources.header)
        }
        _ => format!("{} allows {}", row.api_type, allowed(&row.sources)),
    }
}

/// Whether the expression is only the name of a header, without a prefix.
fn is_bare_header(expression: &str) -> bool {
    !expression.contains(['.', '$'])
        && is_parameter_name(expression)
        && HeaderName::from_bytes(expression.as_bytes()).is_ok()
}

fn allowed(syntax: &SourceSyntax) -> String {
    format!(
        "`{}NAME`, `{}NAME`, `{}NAME`, `{}NAME` and, as an extension, `{}NAME`",
        syntax.header, syntax.query_parameter, syntax.stage_variable, syntax.context, syntax.cookie
    )
}

fn parameter_name_problem(what: &str, name: &str) -> String {
    format!(
        "`{name}` is not the name of a {what}, which consists of ASCII letters, digits, `.`, `_`, `$` and `-`"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_at_the_end_of_a_list_is_named() {
        let sources: Result<crate::IdentitySources, _> = "method.request.header.A,".parse();
        let row = Differences::rest();
        let error = sources.unwrap_err().for_sources_of(row).to_string();
        assert!(error.contains("comma at the end; a "), "{error}");
    }

    #[test]
    fn the_error_for_an_invalid_expression_says_what_is_allowed() {
        for (expression, hint) in [
            ("", "method.request.header.NAME"),
            ("Authorization", "method.request.header.NAME"),
            (
                "X-Api-Key",
                "did you mean `method.request.header.X-Api-Key` or `$request.header.X-Api-Key` or",
            ),
            ("Method.Request.Header.X", "method.request.header.NAME"),
            ("method.request.path.id", "method.request.querystring.NAME"),
            ("method.request.header.", "name of a header"),
            ("method.request.header.a b", "name of a header"),
            ("method.request.header.a!b", "name of a header"),
            (
                "method.request.querystring.a[b]",
                "name of a query parameter",
            ),
            ("method.request.cookie.", "name of a cookie"),
            ("method.request.cookie.a b", "name of a cookie"),
            ("method.request.cookie.a=b", "name of a cookie"),
            ("method.request.cookie.a%20b", "name of a cookie"),
            ("method.request.cookie.$Path", "does not begin with `$`"),
            ("method.request.cookies.a", "method.request.header.NAME"),
            ("stageVariables.a-b", "name of a stage variable"),
            ("context.authorizer.principalId", "identity.sourceIp"),
            (" method.request.header.A", "method.request.header.NAME"),
        ] {
            let error = expression
                .parse::<IdentitySource>()
                .unwrap_err()
                .to_string();
            assert!(error.contains(&format!("`{expression}`")), "{error}");
            assert!(error.contains(hint), "{error}");
        }
    }
}
