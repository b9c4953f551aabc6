//! A policy made ready for evaluation.

use super::{
    action::ActionPattern,
    document::{Effect, Entries, PolicyDocument, Statement},
    evaluation::{Evaluation, EvaluationRequest, Verdict},
    resource::ResourcePattern,
};

/// A compiled policy: immutable, evaluated as often as need be.
#[derive(Debug, Clone)]
pub struct Policy {
    statements: Vec<CompiledStatement>,
}

#[derive(Debug, Clone)]
struct CompiledStatement {
    sid: Option<String>,
    effect: Effect,
    actions: Part<ActionPattern>,
    resources: Part<ResourcePattern>,
}

#[derive(Debug, Clone)]
enum Part<P> {
    AnyOf(Vec<P>),
    NoneOf(Vec<P>),
}

impl PolicyDocument {
    /// Prepares the policy for evaluation. Linear in its size.
    #[must_use]
    pub fn compile(&self) -> Policy {
        Policy {
            statements: self
                .statements()
                .iter()
                .map(CompiledStatement::new)
                .collect(),
        }
    }
}

impl Policy {
    /// Decides one request: explicit deny before allow before implicit deny. Linear in the policy and
    /// in the request.
    #[must_use]
    pub fn evaluate(&self, request: &EvaluationRequest<'_>) -> Evaluation {
        let action = request.action.to_ascii_lowercase();
        if let Some(statement) = self.first_applying(Effect::Deny, &action, request) {
            return self.decided(Verdict::ExplicitDeny, statement);
        }
        match self.first_applying(Effect::Allow, &action, request) {
            Some(statement) => self.decided(Verdict::Allow, statement),
            None => Evaluation::implicit_deny(),
        }
    }

    fn first_applying(
        &self,
        effect: Effect,
        action: &str,
        request: &EvaluationRequest<'_>,
    ) -> Option<usize> {
        self.statements
            .iter()
            .position(|statement| statement.effect == effect && statement.applies(action, request))
    }

    fn decided(&self, verdict: Verdict, statement: usize) -> Evaluation {
        let sid = self
            .statements
            .get(statement)
            .and_then(|statement| statement.sid.clone());
        Evaluation::decided(verdict, statement, sid)
    }
}

impl CompiledStatement {
    fn new(statement: &Statement) -> Self {
        Self {
            sid: statement.sid.clone(),
            effect: statement.effect,
            actions: match &statement.actions {
                entries @ Entries::AnyOf(_) => Part::AnyOf(entries.action_patterns()),
                entries @ Entries::NoneOf(_) => Part::NoneOf(entries.action_patterns()),
            },
            resources: match &statement.resources {
                entries @ Entries::AnyOf(_) => Part::AnyOf(entries.resource_patterns()),
                entries @ Entries::NoneOf(_) => Part::NoneOf(entries.resource_patterns()),
            },
        }
    }

    fn applies(&self, action: &str, request: &EvaluationRequest<'_>) -> bool {
        self.action_applies(action) && self.resource_applies(request)
    }

    fn action_applies(&self, action: &str) -> bool {
        let matches = |pattern: &ActionPattern| pattern.matches(action);
        let broken = |pattern: &ActionPattern| !pattern.is_action();
        let excludes = |pattern: &ActionPattern| matches(pattern) || broken(pattern);
        self.actions.applies(self.effect, matches, excludes)
    }

    fn resource_applies(&self, request: &EvaluationRequest<'_>) -> bool {
        let matches = |pattern: &ResourcePattern| pattern.matches(request.resource);
        let broken = |pattern: &ResourcePattern| !pattern.is_arn();
        let excludes =
            |pattern: &ResourcePattern| covers_any_spelling(pattern, request) || broken(pattern);
        self.resources.applies(self.effect, matches, excludes)
    }
}

impl<P> Part<P> {
    /// Where an entry keeps something out, the wider reading counts, which also has the entries that can
    /// match nothing: a mistake must not let anything through.
    fn applies(
        &self,
        effect: Effect,
        matches: impl Fn(&P) -> bool,
        excludes: impl Fn(&P) -> bool,
    ) -> bool {
        match (self, effect) {
            (Self::AnyOf(patterns), Effect::Allow) => patterns.iter().any(matches),
            (Self::AnyOf(patterns), Effect::Deny) => patterns.iter().any(excludes),
            (Self::NoneOf(patterns), Effect::Allow) => {
                !patterns.is_empty() && !patterns.iter().any(excludes)
            }
            (Self::NoneOf(patterns), Effect::Deny) => !patterns.iter().any(matches),
        }
    }
}

/// What a policy excludes stays excluded however the request spells it.
fn covers_any_spelling(pattern: &ResourcePattern, request: &EvaluationRequest<'_>) -> bool {
    let Some(spellings) = request.other_spellings else {
        return pattern.matches(request.resource);
    };
    pattern.matches(request.resource)
        || pattern.matches_decoded(request.resource)
        || spellings
            .iter()
            .any(|spelling| pattern.matches_decoded(spelling))
}

#[cfg(test)]
mod tests {
    use super::super::PolicyDocument;
    use super::*;

    fn verdict(statements: &str) -> Verdict {
        let text = format!(r#"{{"Statement":[{statements}]}}"#);
        let policy = PolicyDocument::from_json(text.as_bytes())
            .unwrap()
            .compile();
        let request = EvaluationRequest::invoke("arn:aws:execute-api:r:1:a/prod/GET/admin");
        policy.evaluate(&request).verdict()
    }

    #[test]
    fn a_deny_with_an_entry_that_can_match_nothing_denies() {
        let allow = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
        assert_eq!(verdict(allow), Verdict::Allow);
        for deny in [
            r#""Action":"*","Resource":"execute-api:/prod/GET/admin""#,
            r#""Action":"*","Resource":"/admin""#,
            r#""Action":"*","Resource":" arn:aws:execute-api:*:*:*""#,
            r#""Action":"*:*","Resource":"*""#,
            r#""Action":":Invoke","Resource":"*""#,
            r#""Action":"execute-api :Invoke","Resource":"*""#,
            r#""NotAction":"*:*","Resource":"*""#,
            r#""Action":"*","NotResource":[]"#,
        ] {
            let statements = format!(r#"{allow},{{"Effect":"Deny",{deny}}}"#);
            assert_eq!(verdict(&statements), Verdict::ExplicitDeny, "{deny}");
        }
    }

    #[test]
    fn an_allow_with_an_exception_that_can_match_nothing_allows_nothing() {
        for allow in [
            r#""NotAction":"*:*","Resource":"*""#,
            r#""NotAction":["s3:*","execute-api*:Invoke"],"Resource":"*""#,
            r#""NotAction":[],"Resource":"*""#,
            r#""Action":"*","NotResource":[]"#,
            r#""Action":"*","NotResource":"/admin""#,
            r#""Action":"*","Resource":"/admin""#,
        ] {
            let statement = format!(r#"{{"Effect":"Allow",{allow}}}"#);
            assert_eq!(verdict(&statement), Verdict::ImplicitDeny, "{allow}");
        }
    }
}
