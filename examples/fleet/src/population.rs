//! Zipf's law: the identity with rank `r` makes requests in proportion to `r^-s`.

/// Ranks below this have a bucket of their own.
const SINGLE_RANKS: u64 = 1_000;
/// Above it, the last rank of a bucket is larger than the first by this factor.
const GROWTH: f64 = 1.01;

/// Identities with about the same share of the requests.
#[derive(Debug, Clone, Copy)]
pub struct Bucket {
    pub identities: f64,
    /// Each identity's share of all requests.
    pub share: f64,
}

/// The identities in buckets, the most active first. 10^7 identities are about 1,900 buckets.
#[must_use]
pub fn buckets(identities: u64, exponent: f64) -> Vec<Bucket> {
    let mut buckets = Vec::new();
    let mut first = 1;
    while first <= identities {
        let last = if first < SINGLE_RANKS {
            first
        } else {
            ((first as f64 * GROWTH) as u64).min(identities)
        };
        let count = (last - first + 1) as f64;
        let share = if first == last {
            (first as f64).powf(-exponent)
        } else {
            integral(first as f64 - 0.5, last as f64 + 0.5, exponent) / count
        };
        let identities = count;
        buckets.push(Bucket { identities, share });
        first = last + 1;
    }
    let total: f64 = buckets
        .iter()
        .map(|bucket| bucket.identities * bucket.share)
        .sum();
    for bucket in &mut buckets {
        bucket.share /= total;
    }
    buckets
}

/// The integral of `r^-s`, which is close to the sum over the ranks between.
fn integral(from: f64, to: f64, exponent: f64) -> f64 {
    let power = 1.0 - exponent;
    if power.abs() < 1e-9 {
        (to / from).ln()
    } else {
        (to.powf(power) - from.powf(power)) / power
    }
}

/// Draws ranks from 0, each as often as Zipf's law says.
#[derive(Debug)]
pub struct Ranks {
    /// The shares up to each rank.
    sums: Vec<f64>,
}

impl Ranks {
    #[must_use]
    pub fn new(identities: u64, exponent: f64) -> Self {
        let mut sum = 0.0;
        let shares = (1..=identities).map(|rank| (rank as f64).powf(-exponent));
        let sums = shares.map(|share| {
            sum += share;
            sum
        });
        Self {
            sums: sums.collect(),
        }
    }

    /// The number of identities.
    #[must_use]
    #[expect(
        clippy::len_without_is_empty,
        reason = "there is at least one identity"
    )]
    pub fn len(&self) -> usize {
        self.sums.len()
    }

    pub fn draw(&self, random: &mut fastrand::Rng) -> usize {
        let last = self.sums.len() - 1;
        let point = random.f64() * self.sums[last];
        self.sums.partition_point(|sum| *sum <= point).min(last)
    }
}

/// The time until the next of events that come at random with this rate.
pub fn pause(random: &mut fastrand::Rng, rate: f64) -> f64 {
    -(1.0 - random.f64()).ln() / rate
}
