//! What opens a breaker, what closes it, and who may call meanwhile.

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn breaker() -> (Breaker, Instant) {
    let settings = CircuitBreaker::new().consecutive_failures(3).unwrap();
    (
        Breaker::new(settings.longest_pause(3 * SECOND).unwrap()),
        Instant::now(),
    )
}

fn fail(breaker: &Breaker, now: Instant) -> Option<Change> {
    breaker.permit(now).ok().unwrap().failed(now, Blame::Counts)
}

fn remaining(breaker: &Breaker, now: Instant) -> Option<Duration> {
    breaker.permit(now).err().map(|paused| paused.remaining)
}

#[test]
fn only_failures_in_a_row_open_it() {
    let (breaker, now) = breaker();
    for _ in 0..5 {
        assert_eq!((fail(&breaker, now), fail(&breaker, now)), (None, None));
        assert_eq!(breaker.permit(now).ok().unwrap().answered(), None);
    }
    assert_eq!((fail(&breaker, now), fail(&breaker, now)), (None, None));
    let opened = Change::Opened {
        failures: 3,
        pause: SECOND,
    };
    assert_eq!(fail(&breaker, now), Some(opened));
    assert_eq!(remaining(&breaker, now), Some(SECOND));
}

#[test]
fn after_a_pause_one_call_probes_and_failures_double_the_pause_up_to_the_longest() {
    let (breaker, mut now) = breaker();
    for _ in 0..3 {
        fail(&breaker, now);
    }
    for (pause, next) in [(1, 2), (2, 3), (3, 3), (3, 3)] {
        assert_eq!(remaining(&breaker, now), Some(pause * SECOND));
        now += pause * SECOND;
        let probe = breaker.permit(now).ok().unwrap();
        assert_eq!(remaining(&breaker, now), Some(Duration::ZERO));
        let Some(Change::Opened { pause, .. }) = probe.failed(now, Blame::Counts) else {
            panic!("it stays open");
        };
        assert_eq!(pause, next * SECOND);
    }
    now += 3 * SECOND;
    assert_eq!(
        breaker.permit(now).ok().unwrap().answered(),
        Some(Change::Closed)
    );
    assert_eq!((fail(&breaker, now), fail(&breaker, now)), (None, None));
    let opened = Change::Opened {
        failures: 3,
        pause: SECOND,
    };
    assert_eq!(fail(&breaker, now), Some(opened));
}

#[test]
fn calls_that_began_earlier_change_nothing() {
    let (breaker, now) = breaker();
    let late: Vec<_> = (0..3).map(|_| breaker.permit(now).ok().unwrap()).collect();
    for _ in 0..3 {
        fail(&breaker, now);
    }
    let mut late = late.into_iter();
    assert_eq!(late.next().unwrap().answered(), None);
    assert_eq!(late.next().unwrap().failed(now, Blame::Counts), None);
    drop(late);
    assert_eq!(remaining(&breaker, now), Some(SECOND));
}

#[test]
fn a_probe_that_is_dropped_or_slow_lets_another_one_probe() {
    let (breaker, now) = breaker();
    for _ in 0..3 {
        fail(&breaker, now);
    }
    let now = now + SECOND;
    drop(breaker.permit(now).ok().unwrap());
    let slow = breaker.permit(now).ok().unwrap();
    assert!(breaker.permit(now + SECOND / 2).is_err());
    let second = breaker.permit(now + SECOND).ok().unwrap();
    assert_eq!(slow.answered(), Some(Change::Closed));
    assert_eq!(second.failed(now, Blame::Counts), None);
    assert!(!breaker.is_open());
}

#[test]
fn one_witness_counts_once_also_while_it_is_open() {
    let settings = CircuitBreaker::new().consecutive_failures(2).unwrap();
    let (breaker, mut now) = (Breaker::forgetting(settings), Instant::now());
    let fail = |now, blame| breaker.permit(now).ok().unwrap().failed(now, blame);
    for _ in 0..100 {
        assert_eq!(fail(now, Blame::CountsOnce(1)), None);
        assert_eq!(fail(now, Blame::Nothing), None);
    }
    assert!(fail(now, Blame::CountsOnce(2)).is_some());
    // Neither of them prolongs the pause.
    now += SECOND;
    for blame in [Blame::CountsOnce(1), Blame::CountsOnce(2), Blame::Nothing] {
        assert_eq!(fail(now, blame), None);
    }
    let opened = Change::Opened {
        failures: 3,
        pause: 2 * SECOND,
    };
    assert_eq!(fail(now, Blame::CountsOnce(3)), Some(opened));
    // Nothing confirms the outage any more.
    now += 12 * SECOND;
    let _both = (
        breaker.permit(now).ok().unwrap(),
        breaker.permit(now).ok().unwrap(),
    );
    assert!(!breaker.is_open());
}
