//! The parts of an API's ARN: which texts are valid, and what follows from a region.

use crate::error::ConfigError;

/// The partition that a region belongs to.
pub(super) fn partition_of(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}

/// Fails if a part of an ARN is empty, or contains a character that could act as a separator or a wildcard.
pub(super) fn arn_part(part: &'static str, value: String) -> Result<String, ConfigError> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '$');
    if !value.is_empty() && value.chars().all(fits) {
        return Ok(value);
    }
    let allowed = if value.is_empty() {
        "it must not be empty"
    } else {
        "it must consist of ASCII letters, digits, `-`, `_`, `.` and `$`"
    };
    Err(ConfigError::Api {
        part,
        value,
        allowed,
    })
}

/// Fails if the region is an account id, or the account id is a region. Both are valid in an ARN, and no policy would
/// match.
pub(super) fn check_not_swapped(region: &str, account_id: &str) -> Result<(), ConfigError> {
    const ORDER: &str =
        "the order of the arguments is the region, the account id, the API id and the stage";
    let swapped = |part, value: &str| {
        Err(ConfigError::Api {
            part,
            value: value.to_owned(),
            allowed: ORDER,
        })
    };
    if is_account_id(region) {
        return swapped("region", region);
    }
    if is_region(account_id) {
        return swapped("account id", account_id);
    }
    Ok(())
}

fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the text has the form of `eu-west-1`: at least two words, and a number.
fn is_region(text: &str) -> bool {
    let Some((words, number)) = text.rsplit_once('-') else {
        return false;
    };
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit()) && !number.is_empty();
    is_number && words.contains('-') && words.split('-').all(is_word)
}

pub(crate) fn is_stage_variable_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
