//! The names of functions, versions and aliases.

use std::fmt;

use crate::error::ConfigError;

/// The longest ARN of a function, in bytes.
const MAX_NAME_LENGTH: usize = 170;

/// The longest name of an alias, in bytes.
const MAX_QUALIFIER_LENGTH: usize = 128;

/// A function's name or ARN.
#[derive(Clone)]
pub(super) struct FunctionName(String);

/// A version or an alias of a function.
#[derive(Clone)]
pub(super) struct Qualifier(String);

impl FunctionName {
    pub(super) fn parse(name: String) -> Result<Self, ConfigError> {
        if name.contains("/functions/") {
            return Err(ConfigError::Function {
                name,
                problem: "that is an API Gateway URI; use the function's ARN, between `/functions/` and `/invocations` in it",
            });
        }
        let is_allowed = |byte: u8| is_word(byte) || matches!(byte, b':' | b'.' | b'$');
        if name.is_empty() || name.len() > MAX_NAME_LENGTH || !name.bytes().all(is_allowed) {
            return Err(ConfigError::Function {
                name,
                problem: "a name or an ARN has 1 to 170 letters, digits and `-_.:$`",
            });
        }
        Ok(Self(name))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Qualifier {
    pub(super) fn parse(qualifier: String) -> Result<Self, ConfigError> {
        let is_allowed = |byte: u8| is_word(byte) || byte == b'$';
        let length = qualifier.len();
        if length == 0 || length > MAX_QUALIFIER_LENGTH || !qualifier.bytes().all(is_allowed) {
            return Err(ConfigError::Function {
                name: qualifier,
                problem: "a version or an alias has 1 to 128 letters, digits and `-_$`",
            });
        }
        Ok(Self(qualifier))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

impl fmt::Display for Qualifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_and_arns_of_functions_are_accepted() {
        let longest = "n".repeat(MAX_NAME_LENGTH);
        for name in [
            "pets-authorizer",
            "pets:live",
            "pets:$LATEST",
            "123456789012:function:pets",
            "arn:aws:lambda:eu-west-1:123456789012:function:pets:7",
            &longest,
        ] {
            assert!(FunctionName::parse(name.to_owned()).is_ok(), "{name}");
        }
        let too_long = format!("{longest}n");
        for name in ["", "pets/live", "a b", "ä", "pets?", &too_long] {
            assert!(FunctionName::parse(name.to_owned()).is_err(), "{name}");
        }
    }

    #[test]
    fn the_uri_of_an_authorizer_is_recognised() {
        let uri = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:pets/invocations";
        let error = FunctionName::parse(uri.to_owned()).err().unwrap();
        assert!(
            error.to_string().contains("between `/functions/` and"),
            "{error}"
        );
    }

    #[test]
    fn a_qualifier_is_a_version_or_an_alias() {
        for qualifier in ["7", "live", "$LATEST"] {
            assert!(
                Qualifier::parse(qualifier.to_owned()).is_ok(),
                "{qualifier}"
            );
        }
        for qualifier in ["", "a:b", "a b", &"q".repeat(129)] {
            assert!(
                Qualifier::parse(qualifier.to_owned()).is_err(),
                "{qualifier}"
            );
        }
    }
}
