//! Random mixtures of spellings.

use super::*;

#[tokio::test]
async fn random_mixtures_of_spellings_never_reach_the_denied_path() {
    for (policy, mut seed) in [
        (deny("/users/admin"), 7),
        (allow_all_but("/users/admin"), 1992),
    ] {
        let server = Server::refusing(policy).await;
        let mut counts = [0; 3];
        for _ in 0..1500 {
            let target = random_spelling(&mut seed);
            let outcome = server.get(&target).await;
            let names_admin = |seen: &String| seen == "admin" || seen == "/users/admin";
            assert!(
                !outcome.seen.iter().any(names_admin),
                "{target}: {outcome:?}"
            );
            assert_eq!(
                outcome.seen.is_empty(),
                outcome.status != 200,
                "{target}: {outcome:?}"
            );
            match outcome.status {
                200 => counts[0] += 1,
                403 => counts[1] += 1,
                400 => counts[2] += 1,
                other => panic!("{target}: {other}"),
            }
        }
        // Each outcome is frequent enough for a meaningful test.
        assert!(counts.iter().all(|&count| count > 100), "{counts:?}");
    }
}

/// Pseudo-random numbers below `bound`, the same in every run.
pub(super) fn random(seed: &mut u64, bound: usize) -> usize {
    *seed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*seed >> 33).unwrap() % bound
}

#[rustfmt::skip]
pub(super) fn random_spelling(seed: &mut u64) -> String {
    const SLASHES: [&str; 20] = [
        "/", "/", "/", "/", "/", "/", "/", "/", "/", "/", "/", "/", "//", "//", "///", "/./",
        "/x/../", "%2F", "\\", "/%2e/",
    ];
    const ENDS: [&str; 20] = [
        "", "", "", "", "", "", "", "/", "/", "//", "/?x=/bob", "#x", "?", "%20", ".", "/%2e", "%00",
        "x", "/y", "%C0%80",
    ];
    let mut target = String::new();
    for word in ["users", "admin"] {
        let slashes = SLASHES[random(seed, SLASHES.len())];
        // A target begins with a slash.
        if target.is_empty() && !slashes.starts_with('/') {
            target.push('/');
        }
        target.push_str(slashes);
        for c in word.chars() {
            match random(seed, 40) {
                0..12 => target.push_str(&upper(c)),
                12..24 => target.push_str(&lower(c)),
                24 => target.push(c.to_ascii_uppercase()),
                _ => target.push(c),
            }
        }
    }
    target.push_str(ENDS[random(seed, ENDS.len())]);
    target
}
