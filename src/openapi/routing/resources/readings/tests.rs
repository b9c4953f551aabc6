//! The resources that are found for a path, their readings, and the number of steps.

use std::collections::BTreeSet;

use super::{search::Place, *};
use crate::openapi::routing::PathTemplate;

fn resources(paths: &[&str]) -> Resources {
    let mut resources = Resources::default();
    for (index, path) in paths.iter().enumerate() {
        let path = PathTemplate::parse_or_default(path).unwrap();
        resources.insert(&path, None, index).unwrap();
    }
    resources
}

/// The resources in the order in which they are found, each once, with its first reading.
fn found(paths: &[&str], path: &str, ambiguous_paths: AmbiguousPaths) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    resources(paths).readings(path, ambiguous_paths, |resource, reading| {
        let resource = resource.path().as_str();
        if found.iter().all(|(other, _)| other != resource) {
            found.push((resource.to_owned(), reading.path()));
        }
        true
    });
    found
}

fn names(found: &[(String, String)]) -> Vec<&str> {
    found.iter().map(|(resource, _)| &**resource).collect()
}

#[test]
fn a_path_that_routers_agree_about_has_one_resource() {
    let paths = [
        "/",
        "/{proxy+}",
        "/a",
        "/a/{proxy+}",
        "/b/{id}",
        "/b/c",
        "/{x}/d",
    ];
    for (path, expected) in [
        ("/", "/"),
        ("/a", "/a"),
        ("/a/b", "/a/{proxy+}"),
        ("/a//b", "/a/{proxy+}"),
        ("/b/c", "/b/c"),
        ("/b/7", "/b/{id}"),
        ("/b/d", "/b/{id}"),
        ("/c/d", "/{x}/d"),
        ("/c/d/e", "/{proxy+}"),
    ] {
        assert_eq!(
            names(&found(&paths, path, AmbiguousPaths::Refuse)),
            [expected],
            "{path}"
        );
    }
}

#[test]
fn each_reading_of_an_empty_segment_counts() {
    let all = [
        "/{proxy+}",
        "/users/{id}/secrets",
        "/users/secrets",
        "/users",
    ];
    for (path, expected) in [
        ("/users//secrets", &all[..3]),
        ("//users//secrets", &all[..3]),
        ("/users/secrets/", &["/{proxy+}", "/users/secrets"]),
        ("/users/", &["/{proxy+}", "/users"]),
        ("/users//", &["/{proxy+}", "/users"]),
        ("//", &["/{proxy+}"]),
    ] {
        let found = found(&all, path, AmbiguousPaths::Refuse);
        let mut found = names(&found);
        found.sort_unstable();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(found, expected, "{path}");
    }
}

#[test]
fn behind_an_empty_segment_no_resource_hides_another_one() {
    let all = ["/a/b", "/a/b/{z+}", "/a/{id}", "/a/{rest+}", "/{x}/{y}"];
    for (path, expected) in [
        ("/a/b", &["/a/b"][..]),
        ("/a/b/", &["/a/b", "/a/b/{z+}", "/a/{rest+}"]),
        ("//a/b", &all),
        ("/a//b", &all),
        ("/a/;x/b", &all),
        ("/a/b//", &all),
    ] {
        let found = found(&all, path, AmbiguousPaths::Refuse);
        let mut found = names(&found);
        found.sort_unstable();
        assert_eq!(found, expected, "{path}");
    }
}

#[test]
fn behind_a_segment_that_only_some_routers_read_so_no_resource_hides_another_one() {
    let all = ["/a/b", "/a/b/{z+}", "/a/{id}", "/a/{rest+}"];
    for (path, expected) in [
        ("/a/b", &["/a/b"][..]),
        ("/a/c", &["/a/{id}"]),
        ("/%61/b", &all),
        ("/a;x/b", &all),
        ("/A/b", &all),
        ("/A/c", &["/a/{id}", "/a/{rest+}"]),
        ("/a/B", &all),
        ("/a/b/;x", &all),
    ] {
        let found = found(&all, path, AmbiguousPaths::IgnoreCase);
        let mut found = names(&found);
        found.sort_unstable();
        assert_eq!(found, expected, "{path}");
    }
}

#[test]
fn in_front_of_an_empty_segment_a_resource_hides_others_if_each_reading_leads_to_it() {
    let several = ["/a/b", "/a/{rest+}", "/{x}/b", "/{x}/{rest+}"];
    for (path, expected) in [
        ("/a//b", &several[..]),
        ("/a//b/", &several),
        ("/a//c", &["/a/{rest+}"]),
        ("/c//b", &["/{x}/b", "/{x}/{rest+}"]),
    ] {
        let found = found(&several, path, AmbiguousPaths::Refuse);
        let mut found = names(&found);
        found.sort_unstable();
        assert_eq!(found, expected, "{path}");
    }
}

#[test]
fn a_greedy_parameter_matches_nothing_unless_the_path_has_a_resource() {
    let greedy = ["/{page}", "/files/{proxy+}"];
    let both = ["/files/{proxy+}", "/{page}"];
    assert_eq!(
        names(&found(&greedy, "/files", AmbiguousPaths::Refuse)),
        both
    );
    let own = ["/{page}", "/files/{proxy+}", "/files"];
    assert_eq!(
        names(&found(&own, "/files", AmbiguousPaths::Refuse)),
        ["/files"]
    );
}

#[test]
fn a_greedy_parameter_with_nothing_after_the_slash_hides_no_resource() {
    let paths = ["/a", "/a/{rest+}", "/{proxy+}"];
    let found = found(&paths, "/a/", AmbiguousPaths::Refuse);
    assert_eq!(names(&found), ["/a/{rest+}", "/{proxy+}", "/a"]);
}

#[test]
fn a_resource_that_is_not_used_hides_no_resource() {
    let mut visited = Vec::new();
    let resources = resources(&["/a", "/{x}", "/{proxy+}", "/$default", "/a/{proxy+}"]);
    resources.readings("/a", AmbiguousPaths::Refuse, |resource, _| {
        visited.push(resource.path().as_str().to_owned());
        false
    });
    assert_eq!(
        visited,
        ["/a", "/a/{proxy+}", "/{x}", "/{proxy+}", "/$default"]
    );
}

#[test]
fn a_segment_is_compared_as_received_and_decoded() {
    let paths = ["/a/{id}", "/{x}/b", "/{x}/{id}"];
    let found = found(&paths, "/%61/%62", AmbiguousPaths::Refuse);
    assert_eq!(names(&found), ["/a/{id}", "/{x}/b", "/{x}/{id}"]);
    assert!(found.iter().all(|(_, reading)| reading == "/%61/%62"));
}

#[test]
fn a_segment_may_lose_its_parameters() {
    let paths = ["/a", "/a/b", "/a/{id}", "/a;x", "/{proxy+}"];
    for (path, expected) in [
        ("/a", &["/a"][..]),
        ("/a;y", &["/a", "/{proxy+}"]),
        ("/a;x", &["/a", "/a;x", "/{proxy+}"]),
        ("/a%3By", &["/a", "/{proxy+}"]),
        ("/%61;y", &["/a", "/{proxy+}"]),
        ("/a;y/b", &["/a", "/a/b", "/a/{id}", "/{proxy+}"]),
        ("/a/b;y", &["/a/b", "/a/{id}", "/{proxy+}"]),
        ("/;y/a", &["/a", "/{proxy+}"]),
        ("/a/;y", &["/a", "/a/{id}", "/{proxy+}"]),
        ("/c;y", &["/{proxy+}"]),
    ] {
        let found = found(&paths, path, AmbiguousPaths::Refuse);
        let mut found = names(&found);
        found.sort_unstable();
        assert_eq!(found, expected, "{path}");
    }
}

#[test]
fn with_as_received_nothing_is_dropped_or_decoded() {
    let paths = ["/a", "/{x}/b"];
    for (path, expected) in [
        ("//a", &[][..]),
        ("/a/", &[]),
        ("/%61", &[]),
        ("/a;x", &[]),
        ("/;x/a", &[]),
        ("//b", &["/{x}/b"]),
        ("/a", &["/a"]),
    ] {
        assert_eq!(
            names(&found(&paths, path, AmbiguousPaths::AsReceived)),
            expected,
            "{path}"
        );
    }
}

#[test]
fn a_reading_is_the_path_without_dropped_segments() {
    let paths = ["/a", "/b/{id}", "/c/{id}/{rest+}", "/d/{rest+}"];
    for (path, expected) in [
        ("//a/", ["/a"].as_slice()),
        ("//b//%37", &["/b/%37"]),
        ("/b/", &["/b/"]),
        ("/c//x//y/", &["/c//x//y/", "/c/x/y/"]),
        ("/d", &["/d/"]),
    ] {
        let mut readings = Vec::new();
        resources(&paths).readings(path, AmbiguousPaths::Refuse, |_, reading| {
            readings.push(reading.path());
            true
        });
        for expected in expected {
            assert!(
                readings.iter().any(|reading| reading == expected),
                "{path}: {readings:?}"
            );
        }
    }
}

#[test]
fn a_long_path_needs_no_more_steps_and_no_deep_stack() {
    let deep: String = (0..64).map(|at| format!("/{{x{at}}}")).collect();
    let templates: Vec<_> = deep
        .match_indices('/')
        .map(|(end, _)| format!("{}/{{r+}}", &deep[..end]))
        .collect();
    let templates: Vec<_> = templates.iter().map(String::as_str).collect();
    let resources = resources(&templates);
    let visits = move |path: String| {
        let mut visits = 0;
        resources.readings(&path, AmbiguousPaths::Refuse, |_, _| {
            visits += 1;
            false
        });
        visits
    };
    let test = move || {
        for long in [
            |length: usize| "/".repeat(length),
            |length| "/a".repeat(length),
            |length| "/;".repeat(length),
            |length| "/a;".repeat(length),
            |length| "/;/".repeat(length),
            |length| "/a;x/;y".repeat(length),
            |length| format!("/a{}", "/".repeat(70)).repeat(length),
        ] {
            assert_eq!(visits(long(100)), visits(long(1_000)));
            assert!(visits(long(100)) < 64 * 65 * 70);
        }
    };
    let thread = std::thread::Builder::new().stack_size(1 << 18);
    thread.spawn(test).unwrap().join().unwrap();
}

/// Remembers nothing, so that each way is searched.
#[derive(Default)]
struct Nothing;

impl Known for Nothing {
    fn get(&self, _: Place) -> Option<bool> {
        None
    }

    fn remember(&mut self, _: Place, _: bool) {}
}

/// The resources in the order of their first visits, with the first readings. The bits of `used` say which of them every
/// router uses.
fn visited<K: Known>(resources: &Resources, path: &str, used: u32) -> Vec<(String, String)> {
    let mut visited: Vec<(String, String)> = Vec::new();
    resources.readings_remembering::<K>(path, AmbiguousPaths::Refuse, |resource, reading| {
        let resource = resource.path().as_str();
        let seen = visited.iter().position(|(other, _)| other == resource);
        let number = seen.unwrap_or_else(|| {
            visited.push((resource.to_owned(), reading.path()));
            visited.len() - 1
        });
        used >> number & 1 == 1
    });
    visited
}

#[test]
fn what_is_remembered_changes_nothing() {
    const SEGMENTS: [&str; 8] = ["/a", "/b", "/c", "/", "/", "/;x", "/a;y", "/%61"];
    let mut random = fastrand::Rng::with_seed(50);
    let mut counts = [0; 4];
    for _ in 0..5_000 {
        let templates: BTreeSet<_> = (0..5).map(|_| random_template(&mut random)).collect();
        let templates: Vec<_> = templates.iter().map(String::as_str).collect();
        let length = random.usize(1..=6);
        let segments = (0..length).map(|_| SEGMENTS[random.usize(..SEGMENTS.len())]);
        let path: String = segments.collect();
        let (resources, used) = (resources(&templates), random.u32(..));
        let remembering = visited::<HashMap<_, _>>(&resources, &path, used);
        let forgetting = visited::<Nothing>(&resources, &path, used);
        assert_eq!(remembering, forgetting, "{templates:?} {path}");
        counts[remembering.len().min(3)] += 1;
    }
    assert!(counts.iter().all(|count| *count > 100), "{counts:?}");
}

/// In each place, a parameter has one name. A greedy one is the last.
fn random_template(random: &mut fastrand::Rng) -> String {
    let length = random.usize(1..=3);
    let mut template = String::new();
    for variable in &["/{x}", "/{y}", "/{z}"][..length] {
        template += ["/a", "/b", variable, "/{rest+}"][random.usize(..4)];
        if template.ends_with("+}") {
            break;
        }
    }
    template
}
