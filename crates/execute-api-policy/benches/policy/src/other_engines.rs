//! The engines of other crates.

use cedar_policy::{
    Authorizer, Context, Decision, Entities, PolicySet, Request, RestrictedExpression,
};
use execute_api_policy::Verdict;
use iam_rs::{
    Arn, EvaluationOptions, IAMPolicy, IAMRequest, PolicyEvaluator, Principal, PrincipalId,
};

use crate::{
    contestants::Contestant,
    policies::{self, Rule},
};

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
