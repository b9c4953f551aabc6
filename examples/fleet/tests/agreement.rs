//! The formulas, the simulation and the library agree.

use fleet::{
    fleet::Fleet,
    measure::measure,
    model::{Load, predict},
    population::buckets,
    simulation::{simulate, simulate_deploy},
};

fn fleet(no_store: bool) -> Fleet {
    Fleet {
        instances: 10,
        identities: 10_000,
        requests: 20.0,
        zipf: 1.0,
        ttl: 60.0,
        call_time: 0.0,
        store_time: 0.001,
        store_timeout: 0.05,
        deploy_window: 10.0,
        revocation_bound: None,
        no_store,
    }
}

fn assert_close(what: &str, model: &Load, other: &Load, percent: f64) {
    let figures = [
        ("calls", model.calls, other.calls),
        ("look-ups", model.look_ups, other.look_ups),
        ("misses", model.misses, other.misses),
    ];
    for (name, model, other) in figures {
        let off = (model - other).abs();
        assert!(
            off <= other * percent / 100.0,
            "{what}, {name}: model {model}, other {other}"
        );
    }
}

#[test]
fn the_model_agrees_with_the_simulation() {
    for no_store in [false, true] {
        for call_time in [0.0, 0.5] {
            let fleet = Fleet {
                call_time,
                ..fleet(no_store)
            };
            let simulated = simulate(&fleet, 3_600.0, 1);
            assert_close(
                &format!("{fleet:?}"),
                &predict(&fleet).steady,
                &simulated,
                3.0,
            );
        }
    }
}

/// Few identities at many instances: most calls are made while another instance waits for the same answer.
#[test]
fn the_model_counts_calls_at_the_same_time() {
    let busy = Fleet {
        instances: 100,
        identities: 200,
        call_time: 0.2,
        ..fleet(false)
    };
    let model = predict(&busy).steady;
    let alone = Fleet {
        call_time: 0.0,
        ..busy.clone()
    };
    assert!(model.calls > 2.0 * predict(&alone).steady.calls);
    let simulated = simulate(&busy, 600.0, 1);
    assert_close("calls at the same time", &model, &simulated, 5.0);
}

#[test]
fn the_model_agrees_with_the_simulation_after_a_deploy() {
    for no_store in [false, true] {
        let fleet = fleet(no_store);
        // Ten seconds have few calls, so their mean over many deploys counts.
        let deploys = 20;
        let mut mean = Load::default();
        for seed in 0..deploys {
            let load = simulate_deploy(&fleet, seed);
            mean.calls += load.calls / deploys as f64;
            mean.look_ups += load.look_ups / deploys as f64;
            mean.misses += load.misses / deploys as f64;
        }
        assert_close("after a deploy", &predict(&fleet).deploy, &mean, 5.0);
    }
}

#[tokio::test]
async fn the_model_agrees_with_the_library() {
    for no_store in [false, true] {
        let fleet = Fleet {
            identities: 2_000,
            requests: 10.0,
            ..fleet(no_store)
        };
        let measured = measure(&fleet, 400.0, 1).await.unwrap();
        assert_close(
            &format!("{fleet:?}"),
            &predict(&fleet).steady,
            &measured,
            5.0,
        );
    }
}

#[test]
fn buckets_have_the_sums_of_the_ranks() {
    for exponent in [0.0, 0.8, 1.0, 1.3] {
        let total: f64 = (1..=100_000)
            .map(|rank| f64::from(rank).powf(-exponent))
            .sum();
        let buckets = buckets(100_000, exponent);
        let identities: f64 = buckets.iter().map(|bucket| bucket.identities).sum();
        assert_eq!(identities, 100_000.0);
        assert!((buckets[0].share * total - 1.0).abs() < 1e-4, "{exponent}");
    }
}
