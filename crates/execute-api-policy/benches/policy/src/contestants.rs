//! This crate and the other engines behind one interface.

use cedar_policy::{
    Authorizer, Context, Decision, Entities, PolicySet, Request, RestrictedExpression,
};
use execute_api_policy::{EvaluationRequest, Policy, PolicyDocument, Verdict};
use iam_rs::{
    Arn, EvaluationOptions, IAMPolicy, IAMRequest, PolicyEvaluator, Principal, PrincipalId,
};

use crate::policies::{self, Rule};

/// An engine with a policy and requests, each in the form that the engine takes.
pub(crate) trait Contestant {
    fn name(&self) -> &'static str;

    fn verdict(&self, request: usize) -> Verdict;

    /// The simplified policy, if the engine cannot express the original one.
    fn simplified(&self, rule: &Rule) -> Rule {
        rule.clone()
    }

    /// Whether the engine distinguishes a denial by a statement from a denial by default.
    fn tells_denials_apart(&self) -> bool {
        true
    }
}

pub(crate) struct ThisCrate<'r> {
    policy: Policy,
    requests: Vec<EvaluationRequest<'r>>,
}

impl<'r> ThisCrate<'r> {
    pub(crate) fn new(rules: &[Rule], requests: &'r [String]) -> Self {
        let document = PolicyDocument::from_json(policies::json(rules).as_bytes());
        Self {
            policy: document.expect("the policy is valid").compile(),
            requests: requests
                .iter()
                .map(|arn| EvaluationRequest::invoke(arn))
                .collect(),
        }
    }
}

impl Contestant for ThisCrate<'_> {
    fn name(&self) -> &'static str {
        "this crate"
    }

    fn verdict(&self, request: usize) -> Verdict {
        self.policy.evaluate(&self.requests[request]).verdict()
    }
}

/// The obvious first implementation: it tries all statements in turn, with the two-pointer matcher on the whole ARN.
pub(crate) struct TwoPointers<'r> {
    rules: Vec<Rule>,
    requests: &'r [String],
}

impl<'r> TwoPointers<'r> {
    pub(crate) fn new(rules: &[Rule], requests: &'r [String]) -> Self {
        Self {
            rules: rules.to_vec(),
            requests,
        }
    }
}

impl Contestant for TwoPointers<'_> {
    fn name(&self) -> &'static str {
        "two pointers"
    }

    fn verdict(&self, request: usize) -> Verdict {
        let mut verdict = Verdict::ImplicitDeny;
        for rule in &self.rules {
            if matches(rule.resource.as_bytes(), self.requests[request].as_bytes()) {
                if rule.deny {
                    return Verdict::ExplicitDeny;
                }
                verdict = Verdict::Allow;
            }
        }
        verdict
    }
}

/// Supports only `*`, because the policies here have no `?`.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut in_text) = (0, 0);
    let mut star = None;
    while in_text < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, in_text));
                at += 1;
            }
            Some(wanted) if *wanted == text[in_text] => {
                at += 1;
                in_text += 1;
            }
            _ => {
                let Some((star_at, covered)) = star else {
                    return false;
                };
                star = Some((star_at, covered + 1));
                (at, in_text) = (star_at + 1, covered + 1);
            }
        }
    }
    pattern[at..].iter().all(|rest| *rest == b'*')
}

pub(crate) struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    requests: Vec<Request>,
}

impl Cedar {
    pub(crate) fn new(rules: &[Rule], requests: &[String]) -> Self {
        let policy = |rule: &Rule| {
            let effect = if rule.deny { "forbid" } else { "permit" };
            let arn = &rule.resource;
            format!(
                "{effect}(principal, action, resource) when {{ context.arn like \"{arn}\" }};\n"
            )
        };
        let text: String = rules.iter().map(policy).collect();
        Self {
            authorizer: Authorizer::new(),
            policies: text.parse().expect("the policies are Cedar"),
            entities: Entities::empty(),
            requests: requests.iter().map(|arn| cedar_request(arn)).collect(),
        }
    }
}

fn cedar_request(arn: &str) -> Request {
    let entity = |text: &str| text.parse().expect("an entity");
    let arn = RestrictedExpression::new_string(arn.to_owned());
    let context = Context::from_pairs([("arn".to_owned(), arn)]).expect("a context");
    Request::new(
        entity(r#"User::"1""#),
        entity(r#"Action::"Invoke""#),
        entity(r#"Api::"1""#),
        context,
        None,
    )
    .expect("a request")
}

impl Contestant for Cedar {
    fn name(&self) -> &'static str {
        "cedar-policy"
    }

    fn verdict(&self, request: usize) -> Verdict {
        let request = &self.requests[request];
        let response = self
            .authorizer
            .is_authorized(request, &self.policies, &self.entities);
        match (response.decision(), response.diagnostics().reason().next()) {
            (Decision::Allow, _) => Verdict::Allow,
            (Decision::Deny, Some(_)) => Verdict::ExplicitDeny,
            (Decision::Deny, None) => Verdict::ImplicitDeny,
        }
    }
}

pub(crate) struct IamRs {
    evaluator: PolicyEvaluator,
    requests: Vec<IAMRequest>,
}

impl IamRs {
    pub(crate) fn new(rules: &[Rule], requests: &[String]) -> Self {
        let policy: IAMPolicy =
            serde_json::from_str(&policies::json(rules)).expect("an IAM policy");
        // By default, iam-rs rejects more than 1000 statements.
        let options = EvaluationOptions {
            max_statements: usize::MAX,
            ..EvaluationOptions::default()
        };
        let request = |arn: &String| {
            let user = PrincipalId::String("arn:aws:iam::123456789012:user/one".into());
            let arn = Arn::parse(arn).expect("an ARN");
            IAMRequest::new(Principal::Aws(user), "execute-api:Invoke", arn)
        };
        Self {
            evaluator: PolicyEvaluator::with_policies(vec![policy]).with_options(options),
            requests: requests.iter().map(request).collect(),
        }
    }
}

impl Contestant for IamRs {
    fn name(&self) -> &'static str {
        "iam-rs"
    }

    fn verdict(&self, request: usize) -> Verdict {
        let result = self
            .evaluator
            .evaluate(&self.requests[request])
            .expect("a decision");
        match result.decision {
            iam_rs::Decision::Allow => Verdict::Allow,
            iam_rs::Decision::Deny => Verdict::ExplicitDeny,
            iam_rs::Decision::NotApplicable => Verdict::ImplicitDeny,
        }
    }
}
