//! Remedies about paths are true for random policies.

use std::env;

use super::*;

const ENTRIES: [&str; 22] = [
    "GET",
    "*/GET",
    "GET/",
    "GET/*",
    "*/*",
    "*",
    "GET/pets",
    "GET/pets/",
    "GET/pets/*",
    "*/pets/",
    "*/pets",
    "GET/admin",
    "GET/%61dmin",
    "GET/%61dmin/",
    "GET/*/",
    "$connect",
    "GET/*/pets",
    "GET//pets",
    "GET//*",
    "GET/?pets",
    "GET/Admin",
    "*/Pets",
];

const PATHS: [&str; 19] = [
    "/",
    "/pets",
    "/pets/",
    "/%70ets",
    "/%70ets/",
    "//pets",
    "/pets//",
    "/pets/7",
    "/admin",
    "/admin/",
    "/%61dmin",
    "/%61dmin/",
    "//",
    "//x/pets",
    "/7//pets",
    "//%70ets",
    "/pets;x",
    "/admin;x/pets",
    "/7;/pets",
];

fn statements() -> impl Strategy<Value = Vec<Value>> {
    let effect = prop_oneof![4 => Just("Allow"), 1 => Just("Deny")];
    let member = prop_oneof![4 => Just("Resource"), 1 => Just("NotResource")];
    let one = (effect, member, vec(select(&ENTRIES[..]), 1..3));
    vec(
        one.prop_map(|(effect, member, entries)| statement(effect, member, &entries)),
        1..3,
    )
}

/// The policy with the root's slash added after a method at the end of an ARN.
fn with_root_slash(mut statements: Vec<Value>) -> Vec<Value> {
    for statement in &mut statements {
        let entries = statement.get_mut("Resource").and_then(Value::as_array_mut);
        for entry in entries.into_iter().flatten() {
            if let Some(text) = entry.as_str().filter(|text| text.ends_with("/GET")) {
                *entry = format!("{text}/").into();
            }
        }
    }
    statements
}

/// The policy with the route of a handshake in place of a method and a path.
fn with_routes(mut statements: Vec<Value>) -> Vec<Value> {
    for statement in &mut statements {
        let entries = statement.get_mut("Resource").and_then(Value::as_array_mut);
        for entry in entries.into_iter().flatten() {
            let end = entry.as_str().unwrap().strip_prefix(HEAD).unwrap();
            if end.contains('/') {
                *entry = format!("{HEAD}$connect").into();
            }
        }
    }
    statements
}

/// `PROPERTY_TIMES=10` tests ten times as many.
#[test]
fn following_a_remedy_lets_the_request_through() {
    let times = env::var("PROPERTY_TIMES").map_or(1, |times| times.parse().unwrap());
    let apis = select(vec![ApiType::Rest, ApiType::Http, ApiType::WebSocket]);
    let paths = select(vec![
        AmbiguousPaths::Refuse,
        AmbiguousPaths::AsReceived,
        AmbiguousPaths::IgnoreCase,
    ]);
    let strategy = (apis, statements(), select(&PATHS[..]), paths);
    let (slashes, roots) = (Cell::new(0), Cell::new(0));
    let (ignored, counting) = (Cell::new(0), Cell::new(0));
    let ways = Cell::new([0; 3]);
    let config = Config {
        cases: 5_000 * times,
        failure_persistence: None,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&strategy, |(api, statements, path, paths)| {
        let given = layer(api, &statements, paths);
        let explanation = tokio_test::block_on(explain(&given, path));
        for remedy in explanation.remedies() {
            let changed = match remedy.cause() {
                "trailing-slash" if remedy.text().contains("leave it out") => {
                    slashes.set(slashes.get() + 1);
                    let path = path.strip_suffix('/').unwrap();
                    tokio_test::block_on(explain(&given, path))
                }
                "trailing-slash" => {
                    slashes.set(slashes.get() + 1);
                    tokio_test::block_on(explain(&given, &format!("{path}/")))
                }
                "root-slash" => {
                    roots.set(roots.get() + 1);
                    let statements = with_root_slash(statements.clone());
                    tokio_test::block_on(explain(&layer(api, &statements, paths), path))
                }
                "websocket-route" => {
                    let statements = with_routes(statements.clone());
                    tokio_test::block_on(explain(&layer(api, &statements, paths), path))
                }
                "read-as-another-path" => {
                    for (way, changed) in changed_as_told(api, &statements, paths, path, remedy) {
                        let told = format!("{path} {}\n{explanation}\n{changed}", remedy.text());
                        prop_assert!(changed.is_allowed(), "{told}");
                        let mut counts = ways.get();
                        counts[way] += 1;
                        ways.set(counts);
                    }
                    continue;
                }
                "case-ignored" => {
                    ignored.set(ignored.get() + 1);
                    let comparing = layer(api, &statements, AmbiguousPaths::Refuse);
                    tokio_test::block_on(explain(&comparing, path))
                }
                "case-counts" => {
                    counting.set(counting.get() + 1);
                    let ignoring = layer(api, &statements, AmbiguousPaths::IgnoreCase);
                    let changed = tokio_test::block_on(explain(&ignoring, path));
                    prop_assert!(explanation.is_allowed(), "{path}\n{explanation}");
                    prop_assert!(!changed.is_allowed(), "{path}\n{explanation}\n{changed}");
                    continue;
                }
                // This remedy names the problem and promises nothing.
                "nearest-statement" => continue,
                other => panic!("{other}: {explanation}"),
            };
            prop_assert!(changed.is_allowed(), "{path}\n{explanation}\n{changed}");
        }
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(
        slashes.get() > 50 && roots.get() > 0 && ways.get().iter().all(|count| *count > 5),
        "{slashes:?} {roots:?} {ways:?}"
    );
    assert!(
        ignored.get() > 0 && counting.get() > 0,
        "{ignored:?} {counting:?}"
    );
}

/// What follows from each way out of a path with several readings that the remedy names.
fn changed_as_told(
    api: ApiType,
    statements: &[Value],
    paths: AmbiguousPaths,
    path: &str,
    remedy: &Remedy,
) -> Vec<(usize, Explanation)> {
    let (_, ways) = remedy.text().split_once("another path: ").unwrap();
    let ways = ways.split(", or ").map(|way| {
        let quoted: Vec<_> = way.split('`').skip(1).step_by(2).collect();
        let allowing = |arns: &[&str]| {
            let allow =
                json!({"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": arns});
            let statements = [statements, &[allow]].concat();
            tokio_test::block_on(explain(&layer(api, &statements, paths), path))
        };
        match way.split(' ').next().unwrap() {
            "send" => {
                let given = layer(api, statements, paths);
                (0, tokio_test::block_on(explain(&given, quoted[0])))
            }
            "also" => (1, allowing(&quoted)),
            "if" => (2, allowing(&quoted)),
            _ => panic!("{way}"),
        }
    });
    ways.collect()
}
