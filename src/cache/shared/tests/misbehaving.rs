//! A shared cache with stores that fail, hang, panic or mix up values.

use std::{
    collections::HashMap,
    future::pending,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::time::Instant;

use super::{SECRET, TTL, answer, key, now, scope, store};
use crate::cache::{
    key::Scope,
    shared::{SharedCache, SharedTier, SharedTierError},
    tier_outcome::{Loaded, Stored, TierFault},
};

/// A store in memory that can misbehave.
#[derive(Default)]
struct Map {
    values: Mutex<HashMap<String, Vec<u8>>>,
    mood: Mutex<Mood>,
}

#[derive(Debug, Clone, Copy, Default)]
enum Mood {
    #[default]
    Well,
    Fails,
    Hangs,
    Panics,
    PanicsWhenDropped,
}

struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

impl Map {
    fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    async fn behave(&self) -> Result<(), SharedTierError> {
        let mood = *self.mood.lock().unwrap();
        match mood {
            Mood::Well => Ok(()),
            Mood::Fails => Err(SharedTierError::new("not today")),
            Mood::Hangs => pending().await,
            Mood::Panics => std::panic::panic_any(PanicsWhenDropped),
            Mood::PanicsWhenDropped => {
                let _held = PanicsWhenDropped;
                pending().await
            }
        }
    }
}

impl SharedTier for Map {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, SharedTierError> {
        self.behave().await?;
        Ok(self.values.lock().unwrap().get(key).cloned())
    }

    async fn put(&self, key: &str, value: Vec<u8>, ttl: Duration) -> Result<(), SharedTierError> {
        assert_eq!(ttl, TTL);
        self.behave().await?;
        self.values.lock().unwrap().insert(key.to_owned(), value);
        Ok(())
    }

    async fn remove(&self, key: &str) -> Result<(), SharedTierError> {
        self.behave().await?;
        self.values.lock().unwrap().remove(key);
        Ok(())
    }

    async fn clear(&self, prefix: &str) -> Result<(), SharedTierError> {
        self.behave().await?;
        self.values
            .lock()
            .unwrap()
            .retain(|key, _| !key.starts_with(prefix));
        Ok(())
    }
}

fn map() -> (Arc<Map>, SharedCache) {
    let map = Arc::new(Map::default());
    let cache = SharedCache::new(Arc::clone(&map), SECRET).unwrap();
    (map, cache)
}

async fn load(cache: &SharedCache) -> Loaded {
    cache.load(&scope(), &key(), now).await
}

fn found() -> Loaded {
    Loaded::Found {
        answer: answer(),
        remaining: TTL,
        vouched: None,
    }
}

#[tokio::test]
async fn a_result_is_found_until_it_is_removed() {
    let (_, cache) = map();
    assert_eq!(load(&cache).await, Loaded::Missing);
    assert!(store(&cache, &key()).await);
    assert_eq!(load(&cache).await, found());
    cache.remove(&scope(), &key()).await.unwrap();
    assert_eq!(load(&cache).await, Loaded::Missing);
}

#[tokio::test]
async fn clearing_removes_the_results_of_one_authorizer() {
    let (map, cache) = map();
    let other = Scope::new(&["a1b2", "prod", "pets-authorizer-2"], &());
    let others_key = other.key([super::TOKEN]);
    assert!(store(&cache, &key()).await);
    assert!(store(&cache, &scope().key(["another"])).await);
    let stored = cache
        .store(&other, &others_key, (&answer(), None), TTL, now())
        .await;
    assert_eq!(stored, Stored::Kept);
    cache.clear(&scope()).await.unwrap();
    assert_eq!(load(&cache).await, Loaded::Missing);
    assert_eq!(cache.load(&other, &others_key, now).await, found());
    assert_eq!(map.values.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_misbehaves_costs_at_most_the_timeout() {
    let (map, cache) = map();
    assert!(store(&cache, &key()).await);
    let limit = Duration::from_millis(50);
    for (mood, fault, cost) in [
        (Mood::Fails, TierFault::Failed, Duration::ZERO),
        (Mood::Hangs, TierFault::TimedOut, limit),
        (Mood::Panics, TierFault::Panicked, Duration::ZERO),
        (Mood::PanicsWhenDropped, TierFault::TimedOut, limit),
    ] {
        map.set(mood);
        let begun = Instant::now();
        assert_eq!(load(&cache).await, Loaded::Failed(fault), "{mood:?}");
        assert!(
            begun.elapsed().saturating_sub(cost) <= Duration::from_millis(1),
            "{mood:?}"
        );
        let stored = cache
            .store(&scope(), &key(), (&answer(), None), TTL, now())
            .await;
        assert_eq!(stored, Stored::Failed(fault), "{mood:?}");
        assert!(cache.remove(&scope(), &key()).await.is_err(), "{mood:?}");
        assert!(cache.clear(&scope()).await.is_err(), "{mood:?}");
    }
    map.set(Mood::Hangs);
    let begun = Instant::now();
    let quick = cache.clone().timeout(Duration::from_millis(5)).unwrap();
    assert_eq!(load(&quick).await, Loaded::Failed(TierFault::TimedOut));
    assert!(begun.elapsed() <= Duration::from_millis(6));
    map.set(Mood::Well);
    assert_eq!(load(&cache).await, found());
}

#[tokio::test]
async fn swapped_and_damaged_values_are_unusable() {
    let (map, cache) = map();
    let other = scope().key(["another"]);
    assert!(store(&cache, &key()).await);
    let stored = cache
        .store(&scope(), &other, (&answer(), None), TTL, now())
        .await;
    assert_eq!(stored, Stored::Kept);
    let mut values: Vec<_> = map.values.lock().unwrap().values().cloned().collect();
    for value in map.values.lock().unwrap().values_mut() {
        *value = values
            .iter()
            .find(|other| *other != value)
            .cloned()
            .unwrap();
    }
    assert_eq!(load(&cache).await, Loaded::Unusable);
    assert_eq!(cache.load(&scope(), &other, now).await, Loaded::Unusable);
    for spoilt in [Vec::new(), b"{}".to_vec(), values.remove(0).split_off(1)] {
        for value in map.values.lock().unwrap().values_mut() {
            value.clone_from(&spoilt);
        }
        assert_eq!(load(&cache).await, Loaded::Unusable);
    }
}

#[tokio::test]
async fn answers_that_cannot_be_stored_are_not_written() {
    let (map, cache) = map();
    let ttl = Duration::from_micros(1);
    let stored = cache
        .store(&scope(), &key(), (&answer(), None), ttl, now())
        .await;
    assert_eq!(stored, Stored::Unfit);
    assert!(map.values.lock().unwrap().is_empty());
}
