//! The format of values: a sealed response can be read, and anything else cannot.

use serde_json::Number;
use std::time::{Duration, SystemTime};

use proptest::{
    collection::{btree_map, vec},
    option,
    prelude::*,
    sample::Index,
};

use super::{ARN, SECRET, TTL, answer, answer_of, key, now, scope};
use crate::{
    authorizer::{AuthorizerResponse, ContextValue},
    cache::{
        cached::Answer,
        shared::{
            MAX_VALUE_BYTES,
            codec::{Opened, open, seal},
            revocations::{Epoch, Incarnation, LogPosition, Vouched},
            secret::{FORMAT_VERSION, SEAL_LENGTH, Secret},
        },
    },
    policy::{Condition, Effect, PolicyDocument, Statement},
};

fn secret() -> Secret {
    Secret::new(&SECRET).unwrap()
}

fn sealed() -> Vec<u8> {
    seal(&secret(), &key(), (&answer(), None), TTL, now()).unwrap()
}

fn opened(value: &[u8]) -> Option<Opened> {
    open(&secret(), &key(), value, now())
}

/// A value with these contents and a valid seal.
fn signed(bytes: &[u8]) -> Vec<u8> {
    [bytes, &secret().seal(&key(), bytes)].concat()
}

fn unsigned(value: &[u8]) -> &[u8] {
    &value[..value.len() - SEAL_LENGTH]
}

#[test]
fn a_sealed_value_is_opened() {
    let expected = Opened {
        answer: answer(),
        remaining: TTL,
        vouched: None,
    };
    assert_eq!(opened(&sealed()), Some(expected));
}

#[test]
fn every_flipped_bit_is_detected() {
    let value = sealed();
    for index in 0..value.len() {
        for bit in 0..8 {
            let mut forged = value.clone();
            forged[index] ^= 1 << bit;
            assert_eq!(opened(&forged), None, "byte {index}, bit {bit}");
        }
    }
}

#[test]
fn every_truncated_or_extended_value_is_detected() {
    let value = sealed();
    for length in 0..value.len() {
        assert_eq!(opened(&value[..length]), None, "{length}");
        assert_eq!(opened(&value[value.len() - length..]), None, "{length}");
    }
    assert_eq!(opened(&[&value[..], b"\0"].concat()), None);
    assert_eq!(opened(&[b"\x01", &value[..]].concat()), None);
}

#[test]
fn a_value_is_valid_only_for_its_key_and_its_secret() {
    let value = sealed();
    for other in [
        scope().key(["another-token"]),
        scope().key::<&str>([]),
        crate::cache::key::Scope::new(&["a1b2", "dev", "pets-authorizer"], &()).key([super::TOKEN]),
    ] {
        assert_eq!(open(&secret(), &other, &value, now()), None);
    }
    let other = Secret::new(&[8; 32]).unwrap();
    assert_eq!(open(&other, &key(), &value, now()), None);
}

#[test]
fn another_version_is_refused_even_with_a_valid_seal() {
    let value = sealed();
    let bytes = unsigned(&value);
    assert!(
        opened(&signed(bytes)).is_some(),
        "the test's seal is invalid"
    );
    for version in (0..=u8::MAX).filter(|version| *version != FORMAT_VERSION) {
        let other = [&[version], &bytes[1..]].concat();
        assert_eq!(opened(&signed(&other)), None, "{version}");
    }
}

#[test]
fn nonsense_is_refused_even_with_a_valid_seal() {
    let value = sealed();
    let bytes = unsigned(&value);
    for length in 0..bytes.len() {
        assert_eq!(opened(&signed(&bytes[..length])), None, "{length}");
    }
    let too_long = [&bytes[..50], &u32::MAX.to_be_bytes(), &bytes[54..]].concat();
    assert_eq!(opened(&signed(&too_long)), None);
    let too_many_groups = [&bytes[..49], &[255], &bytes[50..]].concat();
    assert_eq!(opened(&signed(&too_many_groups)), None);
    for json in [
        &b"{}"[..],
        br#"{"errorMessage":"Unauthorized"}"#,
        br#"{"policyDocument":{"Statement":[{"Effect":"allow","Action":"*","Resource":"*"}]}}"#,
        br#"{"policyDocument":{"Statement":[]},"context":[]}"#,
    ] {
        let value = [&bytes[..50], &[0; 4], json].concat();
        assert_eq!(opened(&signed(&value)), None);
    }
    let not_utf8 = [&bytes[..50], &[0, 0, 0, 1, 0xFF], &bytes[54 + ARN.len()..]].concat();
    assert_eq!(opened(&signed(&not_utf8)), None);
}

#[test]
fn a_value_says_by_what_it_can_be_revoked() {
    for groups in [0, 1, 3, 255] {
        let vouched = Vouched {
            epoch: Epoch {
                incarnation: Incarnation(u128::MAX - 2),
                position: LogPosition(u128::MAX - 1),
            },
            groups: (0..groups).map(|number| [number; 16]).collect(),
        };
        let answer = answer();
        let value = seal(&secret(), &key(), (&answer, Some(&vouched)), TTL, now()).unwrap();
        assert_eq!(opened(&value).unwrap().vouched, Some(vouched));
    }
    let too_many = Vouched {
        epoch: Epoch::default(),
        groups: [[0; 16]; 256].into(),
    };
    let value = (&answer(), Some(&too_many));
    assert_eq!(seal(&secret(), &key(), value, TTL, now()), None);
}

#[test]
fn a_value_keeps_the_end_of_its_own_lifetime() {
    for expiry in [now(), now() + 1_000_000 * TTL, SystemTime::UNIX_EPOCH] {
        let answer = Answer {
            expiry: Some(expiry),
            ..answer()
        };
        let value = seal(&secret(), &key(), (&answer, None), TTL, now()).unwrap();
        assert_eq!(opened(&value).unwrap().answer, answer);
    }
    let answer = Answer {
        expiry: Some(SystemTime::UNIX_EPOCH - TTL),
        ..answer()
    };
    assert_eq!(seal(&secret(), &key(), (&answer, None), TTL, now()), None);
}

#[test]
fn a_value_expires() {
    let value = sealed();
    let at =
        |time: SystemTime| open(&secret(), &key(), &value, time).map(|opened| opened.remaining);
    let millisecond = Duration::from_millis(1);
    assert_eq!(at(now() + TTL - millisecond), Some(millisecond));
    assert_eq!(at(now() + TTL), None);
    assert_eq!(at(now() + 10 * TTL), None);
    // A clock that is a little slow is tolerated, but not one that is far off.
    let minute = Duration::from_secs(60);
    assert_eq!(at(now() - minute), Some(TTL + minute));
    assert_eq!(at(now() - 60 * minute), None);
    assert_eq!(at(SystemTime::UNIX_EPOCH - minute), None);
}

#[test]
fn a_time_to_live_is_between_a_millisecond_and_an_hour() {
    let seal = |ttl| seal(&secret(), &key(), (&answer(), None), ttl, now());
    let hour = Duration::from_secs(3600);
    assert!(seal(Duration::from_millis(1)).is_some());
    let for_an_hour = seal(hour).unwrap();
    let opened = open(&secret(), &key(), &for_an_hour, now());
    assert_eq!(opened.map(|opened| opened.remaining), Some(hour));
    assert_eq!(seal(Duration::from_micros(999)), None);
    assert_eq!(seal(hour + Duration::from_nanos(1)), None);
    assert_eq!(seal(Duration::MAX), None);
}

#[test]
fn values_that_are_too_large_are_neither_stored_nor_read() {
    let of_size = |size| {
        let response = AuthorizerResponse::allow("*").with_context("a", "x".repeat(size));
        seal(&secret(), &key(), (&answer_of(response), None), TTL, now())
    };
    let overhead = of_size(0).unwrap().len();
    let largest = of_size(MAX_VALUE_BYTES - overhead).unwrap();
    assert_eq!(largest.len(), MAX_VALUE_BYTES);
    assert!(opened(&largest).is_some());
    assert_eq!(of_size(MAX_VALUE_BYTES - overhead + 1), None);
    let spaces = vec![b' '; MAX_VALUE_BYTES - largest.len() + 1];
    let too_large = [unsigned(&largest), &spaces].concat();
    assert_eq!(opened(&signed(&too_large)), None);
}

#[test]
fn a_response_that_would_change_when_it_is_read_is_not_stored() {
    let response =
        AuthorizerResponse::from_json(br#"{"policyDocument":{"Statement":[]},"isAuthorized":7}"#);
    let response = response.unwrap();
    assert_eq!(
        seal(&secret(), &key(), (&answer_of(response), None), TTL, now()),
        None
    );
}

fn any_response() -> impl Strategy<Value = AuthorizerResponse> {
    let context = btree_map("[^p]{0,9}", context_value(), 0..5);
    let text = || option::of(any::<String>());
    (text(), policy(), context, text()).prop_map(|(principal, policy, context, usage_key)| {
        let mut response = AuthorizerResponse::policy(policy);
        if let Some(principal) = principal {
            response = response.with_principal_id(principal);
        }
        if let Some(key) = usage_key {
            response = response.with_usage_identifier_key(key);
        }
        context
            .into_iter()
            .fold(response, |response, (key, value)| {
                response.with_context(key, value)
            })
    })
}

fn context_value() -> impl Strategy<Value = ContextValue> {
    let exact = -9e15..9e15;
    prop_oneof![
        any::<String>().prop_map(ContextValue::from),
        any::<bool>().prop_map(ContextValue::from),
        any::<i64>().prop_map(ContextValue::from),
        any::<u64>().prop_map(ContextValue::from),
        (exact, 0..320_i32).prop_map(|(digits, exponent): (f64, _)| {
            let number = digits * 10_f64.powi(-exponent);
            ContextValue::Number(Number::from_f64(number).unwrap())
        }),
    ]
}

fn policy() -> impl Strategy<Value = PolicyDocument> {
    vec(statement(), 0..6).prop_map(PolicyDocument::new)
}

fn statement() -> impl Strategy<Value = Statement> {
    let effect = prop_oneof![Just(Effect::Allow), Just(Effect::Deny)];
    let resource = prop_oneof![Just(ARN.to_owned()), Just("*".to_owned()), any::<String>()];
    let condition = option::of((any::<String>(), vec(any::<String>(), 1..3)));
    (effect, vec(resource, 0..3), condition).prop_map(|(effect, resources, condition)| {
        let statement = Statement::invoke(effect, resources);
        match condition.and_then(|(key, values)| Condition::new("StringLike", key, values).ok()) {
            Some(condition) => statement.with_condition(condition).unwrap(),
            None => statement,
        }
    })
}

proptest! {
    #[test]
    fn every_response_is_read_unchanged(response in any_response(), made_for in any::<String>()) {
        let answer = Answer { response, made_for: (&*made_for).into(), expiry: None };
        let value = seal(&secret(), &key(), (&answer, None), TTL, now());
        let opened = opened(&value.expect("all of these can be stored"));
        prop_assert_eq!(opened, Some(Opened { answer, remaining: TTL, vouched: None }));
    }

    #[test]
    fn no_mutation_is_opened(
        response in any_response(),
        from in any::<Index>(),
        length in 0..40_usize,
        bytes in vec(any::<u8>(), 0..40),
    ) {
        let value = seal(&secret(), &key(), (&answer_of(response), None), TTL, now()).unwrap();
        let from = from.index(value.len() + 1);
        let mut forged = value.clone();
        forged.splice(from..value.len().min(from + length), bytes);
        prop_assume!(forged != value);
        prop_assert_eq!(opened(&forged), None);
    }

    #[test]
    fn no_bytes_are_opened(bytes in vec(any::<u8>(), 0..300)) {
        prop_assert_eq!(opened(&bytes), None);
    }
}
