//! Which operations of an API a policy allows: methods by resources.

use std::{collections::BTreeSet, net::IpAddr};

use http::Method;
use serde::Serialize;
use tower_lambda_authorizer::{
    openapi::Operation,
    policy::{Policy, PolicyDocument, Verdict},
};

use crate::{
    possible_values::{Template, Values},
    stage::Stage,
    unknown_keys::{EditorsKeys, most_lenient},
};

/// A verdict for each method and resource.
#[derive(Debug, Serialize)]
pub(crate) struct Grid {
    methods: Vec<String>,
    resources: Vec<String>,
    /// A row for each resource.
    cells: Vec<Vec<Cell>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Cell {
    Allow,
    Deny,
    Implicit,
    /// The API has no such operation.
    None,
    /// The operation has no authorizer, so no policy is evaluated.
    Open,
    /// The verdict depends on the value of a condition key or of a path parameter.
    Depends,
}

/// The operations, sorted by resource and method.
pub(crate) struct Operations(Vec<Known>);

struct Known {
    resource: String,
    /// `ANY` stands for all others of its resource.
    method: String,
    is_open: bool,
}

/// The most resources that a grid shows. Clients can invent resources and methods.
const MAX_RESOURCES: usize = 200;
const MAX_METHODS: usize = 20;

/// The most times that a pattern is matched, for all cells together.
const MAX_LOOKS: usize = 200_000;

const ANY: &str = "ANY";
/// The methods for which `ANY` is evaluated. The last one stands for all unusual methods.
const EVERY_METHOD: [&str; 8] = [
    "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "OTHER",
];

impl Operations {
    pub(crate) fn documented(operations: &[Operation]) -> Self {
        let known = operations.iter().map(|operation| Known {
            resource: operation.path().to_owned(),
            method: operation.method().to_owned(),
            is_open: operation.authorizer().is_none(),
        });
        Self(known.collect())
    }

    /// The operations that a layer with one authorizer has seen: resources, or paths if it does not know the resource.
    pub(crate) fn seen(operations: Vec<(String, String)>) -> Self {
        let known = operations.into_iter().map(|(resource, method)| Known {
            resource,
            method,
            is_open: false,
        });
        Self(known.collect())
    }

    fn methods(&self) -> Vec<String> {
        let mut methods: Vec<_> = self.0.iter().map(|known| known.method.clone()).collect();
        let place = |method: &String| {
            let place = EVERY_METHOD.iter().position(|known| known == method);
            (method == ANY, place.unwrap_or(EVERY_METHOD.len()))
        };
        methods.sort_by(|a, b| (place(a), a).cmp(&(place(b), b)));
        methods.dedup();
        methods.truncate(MAX_METHODS);
        methods
    }

    fn resources(&self) -> Vec<String> {
        let resources: BTreeSet<_> = self.0.iter().map(|known| known.resource.clone()).collect();
        resources.into_iter().take(MAX_RESOURCES).collect()
    }

    fn of(&self, resource: &str, method: &str) -> Option<&Known> {
        let mut known = self.0.iter();
        known.find(|known| known.resource == resource && known.method == method)
    }
}

impl Grid {
    pub(crate) fn new(
        text: &str,
        document: &PolicyDocument,
        stage: &Stage<'_>,
        operations: &Operations,
        source_ip: Option<IpAddr>,
    ) -> Self {
        if !stage.has_paths() {
            return Self {
                methods: Vec::new(),
                resources: Vec::new(),
                cells: Vec::new(),
            };
        }
        let keys = EditorsKeys {
            source_ip,
            now: None,
        };
        let (methods, resources) = (operations.methods(), operations.resources());
        let cells = methods.len() * resources.len();
        let evaluator = Evaluator {
            most_patterns: MAX_LOOKS / cells.max(1),
            lenient: most_lenient(text, &keys),
            policy: document.clone().compile(),
            values: Values::of(document, |entry| stage.excluding_entries(entry)),
            keys,
            stage,
        };
        let row = |resource: &String| {
            let template = Template::new(resource);
            let cell = |method: &String| evaluator.cell(operations, resource, &template, method);
            methods.iter().map(cell).collect()
        };
        Self {
            cells: resources.iter().map(row).collect(),
            methods,
            resources,
        }
    }
}

struct Evaluator<'e> {
    policy: Policy,
    /// The same with every unknown condition as lenient as it can be. `None` if that cannot be written.
    lenient: Option<Policy>,
    values: Values,
    keys: EditorsKeys,
    stage: &'e Stage<'e>,
    most_patterns: usize,
}

impl Evaluator<'_> {
    fn cell(
        &self,
        operations: &Operations,
        resource: &str,
        template: &Template,
        method: &str,
    ) -> Cell {
        let exact = operations.of(resource, method);
        let Some(known) = exact.or_else(|| operations.of(resource, ANY)) else {
            return Cell::None;
        };
        if known.is_open {
            return Cell::Open;
        }
        match method {
            ANY => {
                let others = EVERY_METHOD.iter();
                let others = others.filter(|other| operations.of(resource, other).is_none());
                self.verdict(&others.copied().collect::<Vec<_>>(), template)
            }
            method => self.verdict(&[method], template),
        }
    }

    /// The verdict for all of these methods and all values of the template's parameters, if it is one.
    fn verdict(&self, methods: &[&str], template: &Template) -> Cell {
        let mut verdict = None;
        for method in methods {
            let name = self.stage.name(method);
            // If the values cannot be tried, the verdict may depend on them.
            let Some(paths) = self.values.paths(&name, template, self.most_patterns) else {
                return Cell::Depends;
            };
            for path in paths {
                let Some(cell) = self.evaluate(method, &path) else {
                    continue;
                };
                if cell == Cell::Depends || *verdict.get_or_insert(cell) != cell {
                    return Cell::Depends;
                }
            }
        }
        // The layer refuses all of them.
        verdict.unwrap_or(Cell::Deny)
    }

    /// `None` if the layer refuses the request whatever the policy says.
    fn evaluate(&self, method: &str, path: &str) -> Option<Cell> {
        let method = Method::from_bytes(method.as_bytes()).ok()?;
        let question = self.stage.question(&method, path).ok()?;
        let request = question.request().with_keys(&self.keys);
        let strict = self.policy.evaluate(&request).verdict();
        let lenient = self.lenient.as_ref();
        let lenient = lenient.map(|policy| policy.evaluate(&request).verdict());
        Some(match (strict, lenient == Some(strict)) {
            (_, false) => Cell::Depends,
            (Verdict::Allow, true) => Cell::Allow,
            (Verdict::ExplicitDeny, true) => Cell::Deny,
            (Verdict::ImplicitDeny, true) => Cell::Implicit,
        })
    }
}
