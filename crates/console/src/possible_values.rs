//! Values of path parameters for which a policy may decide differently.

use std::collections::BTreeSet;

use tower_lambda_authorizer::policy::PolicyDocument;

/// A resource such as `/pets/{petId}`.
pub(crate) struct Template(Vec<Segment>);

enum Segment {
    Literal(String),
    Parameter,
    /// `{proxy+}`: one segment or more.
    Greedy,
}

/// What stands in the paths of a policy's resources, segment by segment.
pub(crate) struct Values {
    entries: BTreeSet<Vec<String>>,
    segments: BTreeSet<String>,
    /// Of one character, and longer than any entry. No entry contains them, so only wildcards match them.
    unnamed: [String; 2],
}

/// The paths that a cell is evaluated for, at most.
const MOST_PATHS: usize = 512;

impl Template {
    pub(crate) fn new(resource: &str) -> Self {
        if resource.ends_with("$default") {
            return Self(vec![Segment::Greedy]);
        }
        let segments = resource.split('/').skip(1).map(|segment| {
            match segment
                .strip_prefix('{')
                .and_then(|name| name.strip_suffix('}'))
            {
                None => Segment::Literal(segment.to_owned()),
                Some(name) if name.ends_with('+') => Segment::Greedy,
                Some(_) => Segment::Parameter,
            }
        });
        Self(segments.collect())
    }

    fn has_parameters(&self) -> bool {
        let mut segments = self.0.iter();
        segments.any(|segment| !matches!(segment, Segment::Literal(_)))
    }

    /// The path in which each parameter has the value that the function gives for its place.
    fn path(&self, value: impl Fn(usize) -> String) -> String {
        let segments = self.0.iter().enumerate();
        let segments = segments.map(|(at, segment)| match segment {
            Segment::Literal(text) => format!("/{text}"),
            Segment::Parameter => format!("/{}", value(at).replace('/', "%2F")),
            Segment::Greedy => format!("/{}", value(at)),
        });
        segments.collect()
    }
}

impl Values {
    pub(crate) fn of(policy: &PolicyDocument) -> Self {
        let statements = policy.statements().iter();
        let texts: Vec<_> = statements
            .flat_map(|statement| statement.resources().texts().iter().map(AsRef::as_ref))
            .collect::<Vec<&str>>();
        let unnamed = unnamed(&texts);
        let entries: BTreeSet<_> = texts.iter().map(|text| segments(text, &unnamed)).collect();
        let segments = entries
            .iter()
            .flatten()
            .filter(|segment| !segment.is_empty());
        Self {
            segments: segments.cloned().collect(),
            entries,
            unnamed,
        }
    }

    /// The paths of a template to evaluate: with values that no entry names, with the values of each entry in their
    /// places, and with each value in each place.
    pub(crate) fn paths(&self, template: &Template) -> BTreeSet<String> {
        let [short, long] = &self.unnamed;
        let mut paths = BTreeSet::from([template.path(|_| long.clone())]);
        if !template.has_parameters() {
            return paths;
        }
        paths.insert(template.path(|_| short.clone()));
        paths.insert(template.path(|at| if at % 2 == 0 { short } else { long }.clone()));
        paths.insert(template.path(|at| if at % 2 == 0 { long } else { short }.clone()));
        paths.insert(template.path(|_| format!("{long}/{short}")));
        for entry in &self.entries {
            let of_entry = |at: usize| entry.get(at).filter(|value| !value.is_empty());
            let rest = |at: usize| entry.get(at..).map(|rest| rest.join("/"));
            let or_unnamed = |value: Option<String>| {
                let value = value.filter(|value| !value.trim_matches('/').is_empty());
                value.unwrap_or_else(|| long.clone())
            };
            paths.insert(template.path(|at| or_unnamed(of_entry(at).cloned())));
            paths.insert(template.path(|at| match template.0.get(at) {
                Some(Segment::Greedy) => or_unnamed(rest(at)),
                _ => or_unnamed(of_entry(at).cloned()),
            }));
        }
        for value in &self.segments {
            for place in 0..template.0.len() {
                let value = |at| if at == place { value } else { long }.clone();
                paths.insert(template.path(value));
            }
            if paths.len() > MOST_PATHS {
                break;
            }
        }
        paths
    }
}

/// Values that no text contains.
fn unnamed(texts: &[&str]) -> [String; 2] {
    let longest = texts.iter().map(|text| text.len()).max().unwrap_or(0);
    let named = |candidate: &char| texts.iter().any(|text| text.contains(*candidate));
    let letters = ('a'..='z')
        .chain('A'..='Z')
        .chain('0'..='9')
        .chain(['~', '_']);
    let letter = letters
        .into_iter()
        .find(|letter| !named(letter))
        .unwrap_or('~');
    [
        letter.to_string(),
        letter.to_string().repeat(longest.clamp(8, 512) + 1),
    ]
}

/// The segments of the path in a resource, with a value in place of each wildcard.
fn segments(text: &str, [short, long]: &[String; 2]) -> Vec<String> {
    let name = text.splitn(6, ':').nth(5).unwrap_or_default();
    let path = name.splitn(3, '/').nth(2).unwrap_or_default();
    let filled = path
        .replace("${*}", "*")
        .replace("${$}", "$")
        .replace("${?}", "?")
        .replace('?', short)
        .replace('*', long);
    filled.split('/').map(str::to_owned).collect()
}
