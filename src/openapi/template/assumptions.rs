//! Tries unknown conditions both ways.

use std::collections::BTreeMap;

use super::resolver::Resolver;
use crate::openapi::{
    cloudformation,
    error::DefinitionError,
    function_definition::FunctionDefinition,
    model::Definition,
    node::Node,
    quoting::{quoted, quoted_list},
    unknown::Unknowns,
};

/// The most readings of one template: six conditions that all matter.
const MAX_READINGS: usize = 127;

/// The most bytes of all readings together, and the number of readings that any template gets.
const MAX_BYTES: usize = 32 << 20;
const MIN_READINGS: usize = 7;

/// Reads an API under the assumptions that it needs. It is an error if these assumptions decide who may call what.
pub(super) fn read_under_assumptions(
    resolver: &mut Resolver<'_>,
    read: impl Fn(Node<'_>) -> Result<Definition, DefinitionError>,
) -> Result<Definition, DefinitionError> {
    let mut trials = Trials {
        assumptions: BTreeMap::new(),
        functions: BTreeMap::new(),
        left: MAX_READINGS,
    };
    let mut definition = trials.read(resolver, &read)?;
    definition.functions = trials.functions;
    let defaults = std::mem::take(&mut resolver.defaults);
    definition.add_defaults(&defaults);
    definition.notes.extend(resolver.notes());
    Ok(definition)
}

struct Trials {
    assumptions: BTreeMap<String, bool>,
    /// As they are without assumptions.
    functions: BTreeMap<String, FunctionDefinition>,
    left: usize,
}

impl Trials {
    /// Recursive, once for each condition: no condition is assumed twice.
    fn read(
        &mut self,
        resolver: &mut Resolver<'_>,
        read: &impl Fn(Node<'_>) -> Result<Definition, DefinitionError>,
    ) -> Result<Definition, DefinitionError> {
        let tree = resolver.resolve(&self.assumptions)?;
        if self.assumptions.is_empty() {
            let affordable = MAX_BYTES / tree.value.to_string().len().max(1);
            self.left = affordable.clamp(MIN_READINGS, MAX_READINGS);
            self.functions = cloudformation::functions(&tree.root());
        }
        let unknowns = Unknowns::default();
        let definition = read(tree.root().noting(&unknowns));
        resolver.note_defaults(unknowns.defaults());
        let Some((condition, open)) = unknowns.condition() else {
            return unknowns.if_known(definition);
        };
        drop(tree);
        let open = Open {
            remedy: remedy(resolver, &condition),
            condition,
            error: open,
        };
        let mut both = [const { None }; 2];
        for (result, assumed) in both.iter_mut().zip([true, false]) {
            self.left = self.left.checked_sub(1).ok_or_else(|| open.too_many())?;
            self.assumptions.insert(open.condition.clone(), assumed);
            *result = Some(self.read(resolver, read));
            self.assumptions.remove(&open.condition);
        }
        match both {
            [Some(yes), Some(no)] => open.agreed(yes, no),
            _ => Err(open.error),
        }
    }
}

/// An unknown condition that matters.
struct Open {
    condition: String,
    remedy: String,
    error: DefinitionError,
}

impl Open {
    /// Combines the readings for true and false.
    fn agreed(
        &self,
        yes: Result<Definition, DefinitionError>,
        no: Result<Definition, DefinitionError>,
    ) -> Result<Definition, DefinitionError> {
        match (yes, no) {
            (Ok(yes), Ok(no)) => match yes.difference(&no) {
                None => Ok(yes.or(no)),
                Some(difference) => Err(self.error(&format!("{difference} depends on it"))),
            },
            (Err(yes), Err(no)) if yes == no => Err(yes),
            (Err(limit @ DefinitionError::Limit { .. }), _)
            | (_, Err(limit @ DefinitionError::Limit { .. })) => Err(limit),
            (Err(problem), _) => Err(self.error(&format!("if it is true, {problem}"))),
            (_, Err(problem)) => Err(self.error(&format!("if it is false, {problem}"))),
        }
    }

    fn error(&self, matters: &str) -> DefinitionError {
        let condition = quoted(&self.condition);
        let remedy = &self.remedy;
        let problem = format!("the condition {condition} is not known, and {matters}; {remedy}");
        match &self.error {
            DefinitionError::Document { place, .. } => DefinitionError::Document {
                place: place.clone(),
                problem,
            },
            _ => DefinitionError::syntax(problem),
        }
    }

    fn too_many(&self) -> DefinitionError {
        DefinitionError::limit(format!(
            "the API depends on more unknown conditions than can be tried, among them {}; {}",
            quoted(&self.condition),
            self.remedy
        ))
    }
}

/// How the user can make a condition known.
fn remedy(resolver: &Resolver<'_>, condition: &str) -> String {
    if let Some(remedy) = resolver.conditions.remedy() {
        return remedy;
    }
    let questions: Vec<_> = resolver.questions(condition).into_iter().collect();
    match &*questions {
        [] => "set the parameters that it depends on with `Template::parameter`".into(),
        names => format!("set {} with `Template::parameter`", quoted_list(names)),
    }
}
