//! Lint finds probable mistakes in valid policies before they reject a request.
//!
//! The table in [`LintCode`] lists all rules. Most rules look at one entry, one condition or one statement. The rules
//! for duplicate names, caching and neighbouring paths look up other entries in sets, and the rules that compare pairs
//! of resources limit the number of pairs. So lint takes time linear in the size of the policy.
//!
//! A missing `Version` is not a finding by itself. It matters only if the policy has variables, and another rule finds
//! those.

mod actions;
mod addresses;
mod api;
mod cache;
mod code;
mod conditions;
mod coverage;
mod document;
mod effects;
mod finding;
mod head;
mod keys;
mod method;
mod neighbours;
mod options;
mod place;
mod redundant;
mod resources;
mod severity;
mod stage;
mod stars;
mod undefined;
mod values;
mod variables;

#[cfg(test)]
mod tests;

pub use self::{code::LintCode, finding::Finding, options::LintOptions, severity::Severity};
use self::{
    finding::{Findings, entries},
    neighbours::Neighbours,
    place::Place,
};
pub(crate) use self::{keys::nearest_key, method::METHODS};
use super::document::PolicyDocument;

impl PolicyDocument {
    /// Finds probable mistakes in the policy, with the default options of [`LintOptions::new`].
    ///
    /// ```
    /// use execute_api_policy::{Effect, PolicyDocument, Statement};
    ///
    /// let lint = |arn| PolicyDocument::new([Statement::invoke(Effect::Allow, [arn])]).lint();
    ///
    /// assert!(lint("arn:aws:execute-api:eu-west-1:123456789012:abc/prod/*").is_empty());
    /// let findings = lint("arn:aws:execute-api:eu-west-1:123456789012:abc/prod/get/*");
    /// assert_eq!(findings[0].code().as_str(), "method-lower-case");
    /// ```
    #[must_use]
    pub fn lint(&self) -> Vec<Finding> {
        self.lint_with(&LintOptions::new())
    }

    /// Finds probable mistakes in the policy.
    ///
    /// ```
    /// use execute_api_policy::{Effect, LintOptions, PolicyDocument, Statement};
    ///
    /// let arn = "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/pets";
    /// let policy = PolicyDocument::new([Statement::invoke(Effect::Allow, [arn])]);
    /// assert_eq!(policy.lint_with(&LintOptions::new()).len(), 1);
    /// assert!(policy.lint_with(&LintOptions::new().caching(false)).is_empty());
    /// ```
    #[must_use]
    pub fn lint_with(&self, options: &LintOptions) -> Vec<Finding> {
        let mut findings = Findings::default();
        document::lint(self, &mut findings);
        cache::lint(self, options, &mut findings);
        effects::lint(self, &mut findings);
        let neighbours = Neighbours::new(self);
        for (index, statement) in self.statements().iter().enumerate() {
            for entry in entries("Action", &statement.actions, index, statement) {
                actions::lint(&entry, &mut findings);
            }
            for entry in entries("Resource", &statement.resources, index, statement) {
                let variables = self.has_variables() || statement.resources.is_escaped(entry.index);
                resources::lint(&entry, variables, options, &mut findings);
                neighbours.lint(&entry, &mut findings);
            }
            redundant::lint(index, statement, &mut findings);
            conditions::lint_empty(index, statement, &mut findings);
            for condition in &statement.conditions {
                let place = Place::new(index, statement.effect, condition);
                conditions::lint(&place, self.has_variables(), options, &mut findings);
            }
        }
        findings.into_vec()
    }
}
