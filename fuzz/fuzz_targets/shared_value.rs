//! What stands in a shared store: a layer uses a value only if it is, byte for byte, one that a layer with the same secret
//! has sealed for this very caller and that is still good. Whatever else is there, the authorizer is asked.
#![no_main]

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, SystemTime},
};

use arbitrary::{Result, Unstructured};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use libfuzzer_sys::fuzz_target;
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AuthorizerResponse, LambdaAuthorizerLayer, ManualClock, authorizer_fn,
    caching::SharedTierError,
    shared_cache::{SharedCache, SharedTier},
};

const TTL: Duration = Duration::from_secs(300);
const SECRET: [u8; 32] = [7; 32];
const OTHER_SECRET: [u8; 32] = [8; 32];

#[derive(Clone, Default)]
struct Store(Arc<Mutex<HashMap<String, Vec<u8>>>>);

impl SharedTier for Store {
    async fn get(&self, key: &str) -> std::result::Result<Option<Vec<u8>>, SharedTierError> {
        Ok(self.0.lock().expect("a lock").get(key).cloned())
    }

    async fn put(
        &self,
        key: &str,
        value: Vec<u8>,
        _: Duration,
    ) -> std::result::Result<(), SharedTierError> {
        self.0.lock().expect("a lock").insert(key.to_owned(), value);
        Ok(())
    }

    async fn remove(&self, key: &str) -> std::result::Result<(), SharedTierError> {
        self.0.lock().expect("a lock").remove(key);
        Ok(())
    }

    async fn clear(&self, prefix: &str) -> std::result::Result<(), SharedTierError> {
        self.0
            .lock()
            .expect("a lock")
            .retain(|key, _| !key.starts_with(prefix));
        Ok(())
    }
}

impl Store {
    /// The only name and value in it.
    fn only(&self) -> (String, Vec<u8>) {
        let values = self.0.lock().expect("a lock");
        let (name, value) = values.iter().next().expect("a value was kept");
        (name.clone(), value.clone())
    }
}

/// Whether a new process lets this caller through, and how often it asked its authorizer.
fn outcome(
    store: &Store,
    secret: [u8; 32],
    clock: &ManualClock,
    token: &str,
    allows: bool,
) -> (bool, usize) {
    let asked = Arc::<AtomicUsize>::default();
    let counted = Arc::clone(&asked);
    let authorizer = authorizer_fn(move |_| {
        counted.fetch_add(1, Relaxed);
        async move {
            Ok(if allows {
                AuthorizerResponse::allow("*")
                    .with_principal_id("user")
                    .with_context("a", "b")
            } else {
                AuthorizerResponse::deny("*")
            })
        }
    });
    let layer = LambdaAuthorizerLayer::token(authorizer)
        .result_ttl(TTL)
        .expect("a TTL in range")
        .clock(clock.clock())
        .shared_cache(
            SharedCache::new(store.clone(), secret).expect("a long secret"),
            "tokens",
        );
    let service = layer.layer(service_fn(|_: Request<Full<Bytes>>| async {
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    }));
    let request = Request::get("/pets").header("authorization", token);
    let request = request.body(Full::default()).expect("a request");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let response = runtime
        .expect("a runtime")
        .block_on(service.oneshot(request));
    let status = response.expect("infallible").status();
    (status == StatusCode::OK, asked.load(Relaxed))
}

fuzz_target!(|bytes: &[u8]| {
    // An input that is too short says nothing.
    let _ = one_case(&mut Unstructured::new(bytes));
});

fn one_case(bytes: &mut Unstructured<'_>) -> Result<()> {
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let clock = ManualClock::new(start);
    let store = Store::default();
    assert_eq!(outcome(&store, SECRET, &clock, "caller", true), (true, 1));
    let (name, sealed) = store.only();
    let value = match bytes.int_in_range(0..=5)? {
        0 => sealed_for(OTHER_SECRET, &clock, "caller"),
        1 => sealed_for(SECRET, &clock, "other"),
        2 => bytes.bytes(bytes.len())?.to_vec(),
        3 => {
            let mut value = sealed.clone();
            value.truncate(bytes.int_in_range(0..=sealed.len())?);
            value.extend(bytes.arbitrary::<&[u8]>()?);
            value
        }
        _ => altered(sealed.clone(), bytes)?,
    };
    let later = Duration::from_secs(*bytes.choose(&[0, 0, 1, 299, 300, 301, 4000]).unwrap_or(&0));
    clock.advance(later);
    store.0.lock().expect("a lock").insert(name, value.clone());
    let is_good = value == sealed && later < TTL;
    let expected = if is_good { (true, 0) } else { (false, 1) };
    assert_eq!(
        outcome(&store, SECRET, &clock, "caller", false),
        expected,
        "{later:?} {value:?}"
    );
    Ok(())
}

/// What a layer keeps for a caller.
fn sealed_for(secret: [u8; 32], clock: &ManualClock, token: &str) -> Vec<u8> {
    let store = Store::default();
    assert_eq!(outcome(&store, secret, clock, token, true), (true, 1));
    store.only().1
}

/// With some bytes changed, taken out or put in.
fn altered(mut value: Vec<u8>, bytes: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    for _ in 0..bytes.int_in_range(0..=3)? {
        if value.is_empty() {
            break;
        }
        let at = bytes.choose_index(value.len())?;
        match bytes.int_in_range(0..=3)? {
            0 => drop(value.remove(at)),
            1 => value.insert(at, bytes.arbitrary()?),
            2 => value[at] ^= 1 << bytes.int_in_range(0..=7)?,
            _ => value[at] = bytes.arbitrary()?,
        }
    }
    Ok(value)
}
