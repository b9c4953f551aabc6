//! Specialises a policy to a stage.

use std::cell::OnceCell;

use smallvec::SmallVec;

use super::{
    Rest, Stage, StagePolicy,
    request::StageName,
    route::{FoundRoute, Place},
    routes::Routes,
};
use crate::{
    compiled::{decision::Decision, statement::invokes},
    document::{PolicyDocument, Statement},
    effect::Effect,
    pattern::{
        Beginning, HeadPattern, Placeholder, ResourceText, Wildcard, left_after, names_an_api,
    },
};

/// Up to this many routes are collected on the stack.
const FEW: usize = 8;

impl PolicyDocument {
    /// Specialises the policy to a stage. This takes time linear in the size of the policy, except for a sort.
    #[inline] // Otherwise the result would be moved once more.
    #[must_use]
    pub(crate) fn specialise(&self, stage: &Stage) -> StagePolicy {
        let mut specialised = Specialised {
            stage,
            placeholder: OnceCell::new(),
            variables: self.has_variables(),
            last_head: None,
            everywhere: Decision::default(),
            routes: SmallVec::new(),
        };
        let numbered = (0..).zip(self.statements());
        let rest = numbered.filter(|(number, statement)| !specialised.add(*number, statement));
        let rest: Vec<u32> = rest.map(|(number, _)| number).collect();
        StagePolicy {
            document: self.clone(),
            everywhere: specialised.everywhere,
            routes: Routes::new(&mut specialised.routes),
            rest: (!rest.is_empty()).then(|| Box::new(Rest::new(self, rest, stage.reach()))),
        }
    }
}

/// The part of a policy that was specialised so far.
struct Specialised<'d> {
    stage: &'d Stage,
    /// What stands for the API, if that is not known. Most policies deny nothing, and do not need it.
    placeholder: OnceCell<Option<Placeholder<'d>>>,
    /// Whether the policy may have variables.
    variables: bool,
    /// The last head of an entry, whether it counted for any API, and whether it covers that of the stage. Most entries have
    /// the same head.
    last_head: Option<(&'d str, bool, bool)>,
    everywhere: Decision,
    routes: SmallVec<[FoundRoute<'d>; FEW]>,
}

impl<'d> Specialised<'d> {
    /// Adds a statement. Returns false if it has to be left to the general evaluator.
    fn add(&mut self, number: u32, statement: &'d Statement) -> bool {
        if !invokes(statement) {
            return true;
        }
        if !statement.conditions.is_empty() || statement.resources.is_excluding() {
            return false;
        }
        // Routes match a path as it is.
        if self.stage.ignores_case && statement.effect == Effect::Deny {
            return false;
        }
        let routes = self.routes.len();
        match self.add_entries(number, statement) {
            Some(is_everywhere) => {
                if is_everywhere {
                    self.everywhere.add(number, statement.effect);
                }
                true
            }
            None => {
                self.routes.truncate(routes);
                false
            }
        }
    }

    /// Returns whether the statement applies to every request, or `None` if an entry cannot be specialised.
    fn add_entries(&mut self, number: u32, statement: &'d Statement) -> Option<bool> {
        let (stage, all_variables, effect) = (self.stage, self.variables, statement.effect);
        let mut is_everywhere = false;
        for (index, entry) in statement.resources.texts().iter().enumerate() {
            let needs_rest = |text: &str| {
                let has_variables = || all_variables || statement.resources.is_escaped(index);
                has_variables() && may_have_variable(text)
                    || effect == Effect::Deny && has_percent(text)
            };
            // Almost all entries begin like this.
            let beginning = stage.beginning.as_deref();
            if let Some(left) = beginning.and_then(|beginning| entry.strip_prefix(beginning)) {
                if needs_rest(left) {
                    return None;
                }
                is_everywhere |= self.add_left(left, number, effect)?;
                continue;
            }
            match ResourceText::new(entry) {
                ResourceText::Everything => is_everywhere = true,
                // A mistake in a policy must not let a request through.
                ResourceText::NotAnArn(_) => is_everywhere |= effect == Effect::Deny,
                ResourceText::Arn { head, .. } if !self.is_covered_by(head, effect) => {}
                ResourceText::Arn { resource, .. } if needs_rest(resource) => return None,
                ResourceText::Arn { resource, .. } => {
                    is_everywhere |= self.add_resource(resource, number, effect)?;
                }
            }
        }
        Some(is_everywhere)
    }

    /// Adds the resource of an entry that covers the head of the stage. Returns whether it covers every request, or `None` if
    /// it cannot be specialised.
    fn add_resource(&mut self, resource: &'d str, statement: u32, effect: Effect) -> Option<bool> {
        let stage = self.stage;
        let placeholder = self.placeholder_for(effect);
        match (&stage.name, placeholder) {
            (StageName::Route(name), None) => Some(Wildcard::new(resource).matches(name)),
            (StageName::Route(name), Some(placeholder)) => {
                let route = name.strip_prefix(placeholder.name).unwrap_or(name);
                let left = left_after(placeholder.any_beginning(), resource)?;
                let mut left = left.into_iter();
                Some(left.any(|left| Wildcard::new(left).matches(route)))
            }
            (StageName::Methods(name), placeholder) => {
                let own = Beginning::Known(name);
                // Those of any API are the stage's own, too.
                let beginning = placeholder.map_or(own, |it| it.any_beginning());
                let mut is_everywhere = false;
                for left in left_after(beginning, resource)? {
                    is_everywhere |= self.add_left(left, statement, effect)?;
                }
                Some(is_everywhere)
            }
        }
    }

    /// Adds a pattern for a method and a path. Returns whether it covers everything, or `None` if it is not a route.
    fn add_left(&mut self, left: &'d str, statement: u32, effect: Effect) -> Option<bool> {
        match Place::of(left)? {
            Place::Nowhere => Some(false),
            Place::Everywhere => Some(true),
            Place::Route { method, path } => {
                self.routes.push(FoundRoute {
                    method,
                    path,
                    effect,
                    statement,
                });
                Some(false)
            }
        }
    }

    /// Whether the head of an entry covers the head of the stage.
    fn is_covered_by(&mut self, head: &'d str, effect: Effect) -> bool {
        let for_any_api = self.placeholder_for(effect).is_some();
        match self.last_head {
            Some((last, of, covers)) if last == head && of == for_any_api => covers,
            _ => {
                let stage = &*self.stage.head;
                let covers = if for_any_api {
                    names_an_api(head)
                } else {
                    head == stage || HeadPattern::new(head).matches(stage)
                };
                self.last_head = Some((head, for_any_api, covers));
                covers
            }
        }
    }

    /// What stands for the API of an entry that excludes, if the API is not known.
    fn placeholder_for(&self, effect: Effect) -> Option<Placeholder<'d>> {
        let placeholder = || {
            *self
                .placeholder
                .get_or_init(|| self.stage.reach().placeholder)
        };
        (effect == Effect::Deny).then(placeholder).flatten()
    }
}

/// Whether the text has a variable or an escape, if the policy's version has them.
fn may_have_variable(text: &str) -> bool {
    memchr::memchr(b'$', text.as_bytes()).is_some() && text.contains("${")
}

/// Whether other spellings of a path are matched against the text with its percent-encoding decoded, too.
fn has_percent(text: &str) -> bool {
    memchr::memchr(b'%', text.as_bytes()).is_some()
}
