//! casbin, whose `keyMatch` supports a `*` only at the end.

use casbin::{CoreApi, DefaultModel, Enforcer, MemoryAdapter, MgmtApi};
use execute_api_policy::Verdict;
use futures_executor::block_on;

use crate::{contestants::Contestant, policies::Rule};

const MODEL: &str = "
[request_definition]
r = obj
[policy_definition]
p = obj, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = keyMatch(r.obj, p.obj)
";

pub(crate) struct Casbin<'r> {
    enforcer: Enforcer,
    requests: &'r [String],
}

impl<'r> Casbin<'r> {
    pub(crate) fn new(rules: &[Rule], requests: &'r [String]) -> Self {
        let row = |rule: &Rule| {
            let effect = if rule.deny { "deny" } else { "allow" };
            vec![cut(&rule.resource).to_owned(), effect.to_owned()]
        };
        let rules = rules.iter().map(row).collect();
        let enforcer = block_on(async {
            let model = DefaultModel::from_str(MODEL).await?;
            let mut enforcer = Enforcer::new(model, MemoryAdapter::default()).await?;
            enforcer.add_policies(rules).await?;
            casbin::Result::Ok(enforcer)
        });
        Self {
            enforcer: enforcer.expect("a model and its policies"),
            requests,
        }
    }
}

/// The pattern up to its first `*`.
fn cut(pattern: &str) -> &str {
    pattern.find('*').map_or(pattern, |at| &pattern[..=at])
}

impl Contestant for Casbin<'_> {
    fn name(&self) -> &'static str {
        "casbin"
    }

    fn verdict(&self, request: usize) -> Verdict {
        let allowed = self.enforcer.enforce((self.requests[request].as_str(),));
        if allowed.expect("a decision") {
            Verdict::Allow
        } else {
            Verdict::ImplicitDeny
        }
    }

    fn simplified(&self, rule: &Rule) -> Rule {
        Rule {
            deny: rule.deny,
            resource: cut(&rule.resource).to_owned(),
        }
    }

    fn tells_denials_apart(&self) -> bool {
        false
    }
}
