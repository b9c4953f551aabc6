//! Runs all cases, and counts those that are carried. The figures are in docs/command/serve.md.

use std::{collections::BTreeMap, fs, path::Path, thread};

use super::{
    Place, Reason, Way,
    case::Case,
    case_files::{extra_case_files, own_case_files},
    run,
};

/// Runs the cases of the project, and those of the folder in `EXTRA_CASES`. Every case that is carried has to have the expected
/// outcome, and docs/command/serve.md has to say how many are carried, and why the others are not.
pub(crate) fn check<W: Way>(name: &str, place: Place, way: impl Fn() -> W + Sync) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let own = Count::of(&cases(own_case_files(&root, "gateway")), place, &way);
    println!("{}", own.sentence("gateway cases", name));
    let extra = cases(extra_case_files(&root, "gateway"));
    let extra = (!extra.is_empty()).then(|| Count::of(&extra, place, &way));
    if let Some(extra) = &extra {
        println!("{}", extra.sentence("cases of `EXTRA_CASES`", name));
    }
    let failures: Vec<_> = [Some(&own), extra.as_ref()]
        .into_iter()
        .flatten()
        .flat_map(|count| count.failures.clone())
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    let documented = fs::read_to_string(root.join("docs/command/serve.md")).unwrap();
    let row = own.row(name);
    assert!(
        documented.contains(&row),
        "docs/command/serve.md lacks this row:\n{row}\n{:#?}",
        own.left
    );
}

fn cases(files: Vec<(String, String)>) -> Vec<Case> {
    let cases = files.into_iter().flat_map(|(file, text)| {
        let cases = serde_json::from_str::<Vec<Case>>(&text);
        cases.unwrap_or_else(|error| panic!("{file}: {error}"))
    });
    cases.collect()
}

#[derive(Default)]
struct Count {
    all: usize,
    carried: usize,
    /// The names of the cases that are not carried.
    left: BTreeMap<Reason, Vec<String>>,
    failures: Vec<String>,
}

/// Most of the time passes while a server starts.
const AT_ONCE: usize = 2;

impl Count {
    fn of<W: Way>(cases: &[Case], place: Place, way: &(impl Fn() -> W + Sync)) -> Self {
        let run_part = move |part: &[Case]| -> Vec<_> {
            let way = way();
            part.iter().map(|case| run(case, &way, place)).collect()
        };
        let outcomes: Vec<_> = thread::scope(|scope| {
            let parts = cases.chunks(cases.len().div_ceil(AT_ONCE));
            let parts: Vec<_> = parts
                .map(|part| scope.spawn(move || run_part(part)))
                .collect();
            parts
                .into_iter()
                .flat_map(|part| part.join().unwrap())
                .collect()
        });
        let mut count = Self::default();
        for (case, outcome) in cases.iter().zip(outcomes) {
            count.add(case, outcome);
        }
        count
    }

    fn add(&mut self, case: &Case, outcome: Result<Vec<String>, Reason>) {
        self.all += 1;
        match outcome {
            Ok(problems) => {
                self.carried += 1;
                let named = |problem| format!("{}: {problem}", case.name);
                self.failures.extend(problems.into_iter().map(named));
            }
            Err(reason) => self.left.entry(reason).or_default().push(case.name.clone()),
        }
    }

    fn reasons(&self) -> String {
        let reasons = self.left.iter();
        let reasons = reasons.map(|(reason, names)| format!("{}: {reason}", names.len()));
        reasons.collect::<Vec<_>>().join(". ")
    }

    fn sentence(&self, what: &str, name: &str) -> String {
        let carried = format!("{} of {} {what} through {name}", self.carried, self.all);
        match self.reasons() {
            reasons if reasons.is_empty() => carried,
            reasons => format!("{carried}. {reasons}"),
        }
    }

    fn row(&self, name: &str) -> String {
        format!(
            "| {name} | {} of {} | {} |",
            self.carried,
            self.all,
            self.reasons()
        )
    }
}
