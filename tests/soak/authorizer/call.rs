//! A call to an authorizer, which is reported to the oracle.

use std::sync::Arc;

use serde_json::{Value, json};
use tower_lambda_authorizer::{AuthorizerRequest, AuthorizerResponse};

use super::{Answered, Moody, VARIABLE};
use crate::{
    attempt::note,
    oracle::{Answer, Failed, Failure, Given, Moment, Said, Subject},
    policies::policy,
    scene::{EXPECTED, Scene},
    traffic::NUMBER,
};

#[derive(Debug)]
pub(super) struct Call {
    pub(super) scene: Arc<Scene>,
    subject: Subject,
    asked: Moment,
    asked_by: u64,
}

impl Call {
    pub(super) fn begin(authorizer: &Moody, request: &AuthorizerRequest) -> Self {
        let asked_by = request.header(NUMBER).unwrap().parse().unwrap();
        let scene = Arc::clone(&authorizer.scene);
        let variable = request.stage_variables().get(VARIABLE);
        let number = variable.map_or(authorizer.number, |number| number.parse().unwrap());
        let identity = request.identity();
        let asked = scene
            .oracle()
            .asked(number, asked_by, identity, request.method_arn().as_str());
        Self {
            scene,
            subject: (number, identity.to_vec()),
            asked,
            asked_by,
        }
    }

    pub(super) fn answer(&self, method_arn: &str) -> Said {
        let now = self.scene.now();
        let simple = self.scene.oracle().facts(self.subject.0).simple;
        self.scene.random(|random| {
            if simple {
                Said::Simple(random.bool())
            } else {
                Said::Policy(policy(&self.scene, random, method_arn, now))
            }
        })
    }

    /// Returns JSON, like a Lambda function.
    pub(super) fn give(&self, said: Said) -> Answered {
        let number = self.scene.oracle().number();
        let mut answer = json!({"context": {"answer": number.to_string()}});
        match &said {
            Said::Policy(policy) => {
                answer["policyDocument"] = policy.clone();
                answer["principalId"] = format!("caller {number}").into();
            }
            Said::Simple(is_authorized) => answer["isAuthorized"] = Value::Bool(*is_authorized),
            Said::Unauthorized => unreachable!("it is an error"),
        }
        self.note(number, said);
        Ok(AuthorizerResponse::from_json(
            answer.to_string().as_bytes(),
        )?)
    }

    pub(super) fn note(&self, number: u64, said: Said) {
        let now = self.scene.now();
        let mut oracle = self.scene.oracle();
        let facts = oracle.facts(self.subject.0);
        let fresh_until = now
            + match said {
                Said::Unauthorized => facts.unauthorized_ttl,
                _ => facts.ttl,
            };
        // How long the store takes to remove a value is not known here, so a refusal may be used for any time.
        let is_joined_late = facts.shares && matches!(said, Said::Unauthorized);
        let answer = Answer {
            number,
            identity: self.subject.1.clone(),
            said,
        };
        let moment = oracle.moment();
        let given = Given {
            answer: Arc::new(answer),
            asked: self.asked,
            asked_by: Some(self.asked_by),
            given: moment,
            written: if is_joined_late { Moment::MAX } else { moment },
            settled: None,
            fresh_until,
        };
        note(&self.subject, given.given);
        oracle.given(self.subject.clone(), given, now);
    }

    pub(super) fn failed(&self, how: Failure) {
        let at = self.scene.now();
        let mut oracle = self.scene.oracle();
        let failed = Failed {
            how,
            asked: self.asked,
            asked_by: self.asked_by,
            ended: oracle.moment(),
            settled: None,
            at,
        };
        note(&self.subject, failed.ended);
        oracle.failed(self.subject.clone(), failed);
    }

    pub(super) fn message(&self) -> String {
        format!("{EXPECTED} panic {}", self.scene.oracle().number())
    }

    pub(super) fn panic(&self) -> ! {
        let message = self.message();
        self.failed(Failure::Panicked(message.clone()));
        panic!("{message}")
    }
}
