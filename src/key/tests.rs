//! Which keys are equal, and where they are found.

use super::*;

/// Who finds keys that collide in one map has found nothing about another.
#[test]
fn each_map_hashes_in_its_own_way() {
    let [one, other] = [key_hash(), key_hash()].map(|hash| hash.hash_one("key"));
    assert_ne!(one, other);
}

/// The identity is a credential.
#[test]
fn debug_of_a_key_does_not_show_its_identity() {
    let scope = Scope::new(&["api", "prod", "a"], &());
    let shown = format!("{0:?} {0:#?}", scope.key(["s3cret"]));
    assert!(
        shown.contains("Key") && !shown.contains("s3cret"),
        "{shown}"
    );
}

#[test]
fn two_identities_never_share_a_key() {
    let scope = Scope::new(&["api", "prod", "a"], &());
    let keys = [
        scope.key(["ab", "c"]),
        scope.key(["a", "bc"]),
        scope.key(["abc"]),
        scope.key(["abc", ""]),
        scope.key(["", "abc"]),
        scope.key(["c", "ab"]),
        Scope::new(&["api", "prod", "b"], &()).key(["abc"]),
        Scope::new(&["api", "dev", "a"], &()).key(["abc"]),
        Scope::new(&["apip", "rod", "a"], &()).key(["abc"]),
    ];
    for (index, key) in keys.iter().enumerate() {
        assert!(!keys[index + 1..].contains(key), "{index}");
    }
    assert!(scope.contains(&keys[0]));
    assert!(!scope.contains(&keys[6]));
}

/// Values that look like lengths and scopes, so that a key read with other borders would be another identity's.
fn identity(scopes: &[Scope; 2]) -> Vec<Vec<u8>> {
    let pieces = [
        &b"a"[..],
        b"\0",
        &[0; 8],
        &1_u64.to_le_bytes(),
        &scopes[0].id,
    ];
    let value = |_| (0..fastrand::usize(0..3)).flat_map(|_| fastrand::choice(pieces).unwrap());
    let value = |at| value(at).copied().collect();
    (0..fastrand::usize(0..4)).map(value).collect()
}

/// A single value is not in a list.
fn identity_parts<'k>(values: &'k [Cow<'k, [u8]>]) -> IdentityParts<'k> {
    match values {
        [value] => IdentityParts::One(value),
        values => IdentityParts::Several(values),
    }
}

#[test]
fn parts_find_the_key_of_the_same_scope_and_identity_and_no_other() {
    fastrand::seed(17);
    let hash = key_hash();
    let scopes = [["one"], ["other"]].map(|name| Scope::new(&name, &()));
    let mut equal = 0;
    for _ in 0..20_000 {
        let [one, other] = [(); 2].map(|()| (fastrand::usize(0..2), identity(&scopes)));
        let key = scopes[one.0].key(&one.1);
        let values: Vec<_> = other.1.iter().map(Cow::from).collect();
        let parts = scopes[other.0].key_parts(identity_parts(&values));
        let is_same = one == other;
        assert_eq!(parts.equivalent(&key), is_same, "{one:?} {other:?}");
        assert_eq!(parts.build() == key, is_same, "{one:?} {other:?}");
        assert!(key.identity().eq(one.1.iter()), "{one:?}");
        assert!(key.parts().equivalent(&key), "{one:?}");
        if is_same {
            assert_eq!(hash.hash_one(&parts), hash.hash_one(&key), "{one:?}");
            equal += 1;
        }
    }
    assert!(equal > 100, "{equal}");
}

/// The method ARN is not a part of the key.
#[test]
fn a_key_equals_that_of_another_request_of_the_same_identity() {
    let hash = key_hash();
    let scope = Scope::new(&["api"], &());
    let zeros = "\0".repeat(8);
    let identities: [&[&str]; 6] = [&[], &[""], &["a"], &["a", ""], &["a", "b"], &[&zeros]];
    let arns: [&[&str]; 5] = [&[], &["a"], &["a/", "", "/b"], &[&zeros], &["\u{1}"]];
    for identity in identities {
        let values = identity.iter().map(|value| value.as_bytes());
        let bare = scope.key(identity);
        for arn in arns {
            let of = |values: &[&str]| {
                let values: Vec<_> = values.iter().map(|value| value.as_bytes().into()).collect();
                scope.key_parts(identity_parts(&values)).build_with(arn)
            };
            let key = of(identity);
            assert_eq!(key, bare, "{identity:?} {arn:?}");
            assert_eq!(bare, key, "{identity:?} {arn:?}");
            assert_eq!(hash.hash_one(&key), hash.hash_one(&bare));
            assert_eq!(*key, *bare);
            assert!(key.identity().eq(values.clone()));
            assert_eq!(key.method_arn(), arn.concat().as_bytes());
            for other in identities.iter().filter(|other| **other != identity) {
                assert!(
                    key != of(other) && key != scope.key(*other),
                    "{identity:?} {other:?} {arn:?}"
                );
            }
        }
    }
}
