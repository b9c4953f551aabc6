//! A shared store that misbehaves: it fails, hangs and panics, and it loses, mixes up, restores and changes values.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tower_lambda_authorizer::{caching::SharedTierError, shared_cache::SharedTier};

use crate::{
    attempt::note,
    authorizer::{Delay, PanicsWhenDropped},
    oracle::{Answer, Given},
    scene::{EXPECTED, Millis, Scene},
};

/// How many earlier values of a name the store keeps.
const REMEMBERED: usize = 3;

/// If it has more names than this, it forgets all of them.
const MOST_NAMES: usize = 2_000;

#[derive(Debug, Default)]
pub(crate) struct Store {
    values: Mutex<HashMap<String, Vec<Value>>>,
}

#[derive(Debug, Clone)]
struct Value {
    bytes: Vec<u8>,
    /// `None` if it does not come from an authorizer of this world.
    answer: Option<Arc<Answer>>,
    expires: Millis,
}

/// A process's view of the store.
#[derive(Debug)]
pub(crate) struct Tier {
    pub(crate) scene: Arc<Scene>,
    pub(crate) store: Arc<Store>,
    /// The number of the process's authorizer in the oracle.
    pub(crate) authorizer: usize,
    /// The answers that could not be written. Their calls continue until the older value is removed.
    pub(crate) unwritten: Mutex<HashMap<String, Arc<Answer>>>,
}

/// The result of a look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lookup {
    Honest,
    /// An earlier value of the name.
    Earlier,
    /// Another name's value.
    Swapped,
    /// A value with a flipped bit.
    Flipped,
    /// A value with another number of the answer, or with an allowance instead of a denial.
    Forged,
    Noise,
    Nothing,
}

impl Store {
    fn values(&self) -> MutexGuard<'_, HashMap<String, Vec<Value>>> {
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tier {
    fn unwritten(&self) -> MutexGuard<'_, HashMap<String, Arc<Answer>>> {
        let unwritten = self.unwritten.lock();
        unwritten.unwrap_or_else(PoisonError::into_inner)
    }

    async fn misbehave(&self) -> Result<(), SharedTierError> {
        let (kind, delay) = self
            .scene
            .random(|random| (random.u8(..32), Delay::new(random)));
        match kind {
            0 => return Err(SharedTierError::new("out of order")),
            1 => panic!("{EXPECTED} the store"),
            2 => {
                let _bomb = PanicsWhenDropped(format!("{EXPECTED} the store, dropped"));
                delay.wait().await;
            }
            3..8 => delay.wait().await,
            _ => (),
        }
        Ok(())
    }

    fn look_up(&self, name: &str) -> Option<Value> {
        let (lookup, chance) = self.scene.random(|random| {
            let lookup = match random.u8(..32) {
                0 => Lookup::Nothing,
                1..3 => Lookup::Earlier,
                3 => Lookup::Swapped,
                4 => Lookup::Flipped,
                5 => Lookup::Forged,
                6 => Lookup::Noise,
                _ => Lookup::Honest,
            };
            (lookup, random.usize(..))
        });
        let values = self.store.values();
        let of_name = values.get(name).map(Vec::as_slice).unwrap_or_default();
        let newest = of_name.last().cloned();
        let forged = |bytes: Vec<u8>| Value {
            bytes,
            answer: None,
            expires: 0,
        };
        match lookup {
            Lookup::Nothing => None,
            Lookup::Honest => newest.filter(|value| self.scene.now() < value.expires),
            Lookup::Earlier => of_name.get(chance % REMEMBERED).cloned(),
            Lookup::Swapped => {
                let mut names: Vec<_> = values.keys().filter(|other| *other != name).collect();
                names.sort_unstable();
                let other = names.get(chance.checked_rem(names.len())?)?;
                values[*other]
                    .last()
                    .map(|value| forged(value.bytes.clone()))
            }
            Lookup::Flipped => newest.map(|mut value| {
                let at = chance % value.bytes.len();
                value.bytes[at] ^= 1 << (chance % 8);
                forged(value.bytes)
            }),
            Lookup::Forged => newest.map(|value| forged(forge(value.bytes))),
            Lookup::Noise => Some(forged(chance.to_le_bytes().repeat(chance % 40_000))),
        }
    }

    /// Reports to the oracle that the value was returned again.
    fn note(&self, value: &Value, asked: u64) {
        let Some(answer) = &value.answer else { return };
        let now = self.scene.now();
        if now >= value.expires {
            return;
        }
        let mut oracle = self.scene.oracle();
        let moment = oracle.moment();
        let given = Given {
            answer: Arc::clone(answer),
            asked,
            asked_by: None,
            given: moment,
            written: moment,
            settled: None,
            fresh_until: value.expires,
        };
        let subject = (self.authorizer, answer.identity.clone());
        note(&subject, given.given);
        oracle.given(subject, given, now);
    }
}

fn forge(mut bytes: Vec<u8>) -> Vec<u8> {
    let replaced: [(&[u8], &[u8]); 2] = [
        (b"\"Deny\"", b"\"Allow\""),
        (b"\"answer\":\"", b"\"answer\":\"9"),
    ];
    for (what, with) in replaced {
        if let Some(at) = find(&bytes, what) {
            bytes.splice(at..at + what.len(), with.iter().copied());
        }
    }
    bytes
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// The number in the context of every answer.
fn answer_number(bytes: &[u8]) -> Option<u64> {
    let key: &[u8] = b"\"answer\":\"";
    let digits = &bytes[find(bytes, key)? + key.len()..];
    let digits = digits.split(|byte| *byte == b'"').next()?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Exists while an answer is written, or while an older one is removed instead.
struct Writing<'t> {
    tier: &'t Tier,
    answer: Arc<Answer>,
}

impl<'t> Writing<'t> {
    fn begin(tier: &'t Tier, answer: Arc<Answer>) -> Self {
        let writing = Self { tier, answer };
        writing.note(false);
        writing
    }

    fn note(&self, is_done: bool) {
        let subject = (self.tier.authorizer, self.answer.identity.clone());
        let mut oracle = self.tier.scene.oracle();
        let given = oracle.writes(&subject, self.answer.number, is_done);
        // The call continues until the end of this poll.
        if let Some(given) = given.filter(|_| is_done) {
            note(&subject, given);
        }
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.note(true);
    }
}

impl SharedTier for Tier {
    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, SharedTierError> {
        let asked = self.scene.oracle().moment();
        self.misbehave().await?;
        let value = self.look_up(name);
        if let Some(value) = &value {
            self.note(value, asked);
        }
        Ok(value.map(|value| value.bytes))
    }

    async fn put(&self, name: &str, bytes: Vec<u8>, ttl: Duration) -> Result<(), SharedTierError> {
        let ttl = u64::try_from(ttl.as_millis()).unwrap();
        let expires = self.scene.now() + ttl;
        let answer = answer_number(&bytes);
        let answer = answer.and_then(|number| self.scene.oracle().answer(number));
        let _writing = answer.clone().map(|answer| Writing::begin(self, answer));
        if let Some(answer) = &answer {
            let mut unwritten = self.unwritten();
            if unwritten.len() > MOST_NAMES {
                unwritten.clear();
            }
            unwritten.insert(name.to_owned(), Arc::clone(answer));
        }
        self.misbehave().await?;
        self.unwritten().remove(name);
        let mut values = self.store.values();
        if values.len() > MOST_NAMES {
            values.clear();
        }
        let of_name = values.entry(name.to_owned()).or_default();
        if of_name.len() == REMEMBERED {
            of_name.remove(0);
        }
        of_name.push(Value {
            bytes,
            answer,
            expires,
        });
        Ok(())
    }

    async fn remove(&self, name: &str) -> Result<(), SharedTierError> {
        // Keep the entry, since an invalidation may remove the name before the answer's own call does.
        let unwritten = self.unwritten().get(name).cloned();
        let _removing = unwritten.map(|answer| Writing::begin(self, answer));
        self.misbehave().await?;
        self.forget(|known| known == name);
        Ok(())
    }

    async fn clear(&self, prefix: &str) -> Result<(), SharedTierError> {
        self.misbehave().await?;
        self.forget(|known| known.starts_with(prefix));
        Ok(())
    }
}

impl Tier {
    /// May keep the value, since the store has copies.
    fn forget(&self, is_it: impl Fn(&str) -> bool) {
        if self.scene.random(|random| random.u8(..4)) > 0 {
            self.store.values().retain(|name, _| !is_it(name));
        }
    }
}
