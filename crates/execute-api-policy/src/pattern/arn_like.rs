//! Patterns of the ARN operators of conditions.

use super::{arn::split_arn, haystack::Haystack, text::TextPattern, variable::variable_length};
use crate::{heap::HeapBytes, keys::ConditionKeys};

/// The five parts of an ARN after `arn:`.
pub(crate) type ArnHaystacks<'t> = [Haystack<'t>; 5];

/// Splits an ARN. Returns `None` if it has fewer than six parts.
pub(crate) fn arn_haystacks(text: &str) -> Option<ArnHaystacks<'_>> {
    let ([partition, service, region, account], resource) = split_arn(text)?;
    Some([partition, service, region, account, resource].map(Haystack::new))
}

/// A value of `ArnLike` and the other ARN operators: the five parts after `arn:`, possibly with variables. Each part
/// is matched separately.
#[derive(Debug, Clone)]
pub(crate) struct ArnPattern([TextPattern; 5]);

impl ArnPattern {
    /// Returns `None` if the text does not begin with `arn:` or has fewer than six parts.
    pub(crate) fn new(text: &str, variables: bool) -> Option<Self> {
        let mut rest = text.strip_prefix("arn:")?;
        let mut parts = Vec::with_capacity(5);
        while parts.len() < 4 {
            let at = colon_outside_variables(rest, variables)?;
            parts.push(TextPattern::new(&rest[..at], variables));
            rest = &rest[at + 1..];
        }
        parts.push(TextPattern::new(rest, variables));
        parts.try_into().ok().map(Self)
    }

    /// Whether all parts of an ARN match. `None` if a variable has no value.
    pub(crate) fn matches(&self, arn: &ArnHaystacks<'_>, keys: &dyn ConditionKeys) -> Option<bool> {
        let Self(patterns) = self;
        let mut all = true;
        for (pattern, part) in patterns.iter().zip(arn) {
            all &= pattern.matches(part, keys)?;
        }
        Some(all)
    }

    /// Whether it has a variable whose value is unknown.
    pub(crate) fn has_unknown(&self, keys: &dyn ConditionKeys) -> bool {
        let Self(patterns) = self;
        patterns.iter().any(|pattern| pattern.has_unknown(keys))
    }
}

impl HeapBytes for ArnPattern {
    fn heap_bytes(&self) -> usize {
        let Self(parts) = self;
        parts.heap_bytes()
    }
}

fn colon_outside_variables(text: &str, variables: bool) -> Option<usize> {
    let last_end = text.rfind('}').filter(|_| variables);
    let mut at = 0;
    loop {
        let rest = text.get(at..)?;
        let found = at + rest.find([':', '$'])?;
        let (_, from) = text.split_at(found);
        if from.starts_with(':') {
            return Some(found);
        }
        let may_be_variable = last_end.is_some_and(|end| found < end);
        let length = may_be_variable.then(|| variable_length(from)).flatten();
        at = found + length.unwrap_or(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_of_a_condition_has_six_parts() {
        let pattern = ArnPattern::new("arn:aws:sns:${aws:region, 'x:y'}:*:t?pic", true).unwrap();
        let found = |pattern: &ArnPattern, arn| pattern.matches(&arn_haystacks(arn).unwrap(), &());
        assert_eq!(found(&pattern, "arn:aws:sns:x:y:1:topic"), Some(false));
        let pattern = ArnPattern::new("arn:aws:sns:*:1:*", true).unwrap();
        assert_eq!(found(&pattern, "arn:aws:sns:a:1:b:c"), Some(true));
        assert_eq!(found(&pattern, "arn:aws:sns:a:b:1:c"), Some(false));
        for none in [
            "arn:aws:sns:*:topic",
            "xrn:aws:sns:*:1:*",
            "*:*:*:*:*:*",
            "",
        ] {
            assert!(ArnPattern::new(none, true).is_none(), "{none}");
        }
    }
    #[test]
    fn a_colon_within_a_variable_does_not_end_a_part_of_an_arn() {
        let keys = crate::ConditionContext::new().with("aws:region", "r");
        for pattern in [
            "arn:aws:sns:${aws:region}:1:t",
            "arn:aws:sns:${aws:none, 'r'}:1:$t",
            "arn:aws:sns:${aws:region}:${aws:none, '1'}:${aws:none, 't'}",
        ] {
            let compiled = ArnPattern::new(pattern, true).unwrap();
            let end = if pattern.ends_with("$t") { "$t" } else { "t" };
            let arn = format!("arn:aws:sns:r:1:{end}");
            let found = |arn: &str| compiled.matches(&arn_haystacks(arn).unwrap(), &keys);
            assert_eq!(found(&arn), Some(true), "{pattern}");
            let other = arn.replace(":r:", ":s:");
            assert_eq!(found(&other), Some(false), "{pattern}");
        }
        assert!(ArnPattern::new("arn:aws:sns:${aws:region}:t", true).is_none());
        assert!(ArnPattern::new("arn:aws:sns:${aws:region}:t", false).is_some());
    }
}
