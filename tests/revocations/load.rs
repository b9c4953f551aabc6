//! A process of the fleet under load. It sends random requests, revokes at random, and records what it saw, until its
//! standard input ends.

use std::{convert::Infallible, env, io::Read, path::PathBuf, process, sync::Arc, time::Duration};

use fastrand::Rng;
use http::{Request, Response};
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AuthorizerContext, AuthorizerRequest, AuthorizerResponse, BoxAuthorizer, LambdaAuthorizerLayer,
    authorizer_fn,
    shared_cache::{RedisTier, SharedCache},
};

use crate::record::{Record, Seen, Token, now};

/// Where the record is written. Its presence makes the program such a process.
pub(crate) const RECORD: &str = "REVOCATIONS_RECORD";
/// The URL of a server, or several of a cluster.
pub(crate) const STORE: &str = "REVOCATIONS_LOAD_STORE";
pub(crate) const SEED: &str = "REVOCATIONS_SEED";

/// Requests that are sent at the same time.
const CLIENTS: usize = 3;

/// The mean time between two requests of a client, in milliseconds. `REVOCATIONS_PAUSE=25` sends twice as many.
const PAUSE: u64 = 50;

/// The mean time between two revocations of a process.
const BETWEEN_REVOCATIONS: Duration = Duration::from_secs(3);

/// One call in twenty takes up to this time.
const SLOWEST: Duration = Duration::from_millis(400);

struct Process {
    layer: LambdaAuthorizerLayer<BoxAuthorizer>,
    record: Record,
}

pub(crate) fn run() {
    let seed = env::var(SEED).unwrap().parse().unwrap();
    // The library catches the panics of an authorizer, and tokio those of tasks.
    std::panic::set_hook(Box::new(|panic| {
        eprintln!("{panic}");
        process::exit(101);
    }));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let process = Arc::new(Process::new());
    let mut random = Rng::with_seed(seed);
    for _ in 0..CLIENTS {
        runtime.spawn(Arc::clone(&process).requests(random.fork()));
    }
    runtime.spawn(process.revocations(random));
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}

/// Allows everything, and says when it was called.
async fn authorize(request: AuthorizerRequest) -> AuthorizerResponse {
    let called = now();
    let token: Token = request.token().unwrap_or_default().parse().unwrap();
    if fastrand::u8(..20) == 0 {
        tokio::time::sleep(SLOWEST.mul_f32(fastrand::f32())).await;
    }
    AuthorizerResponse::allow("*")
        .with_principal_id(token.user())
        .with_tag(token.tenant())
        .with_context("called", called.to_string())
}

impl Process {
    fn new() -> Self {
        let store = env::var(STORE).unwrap();
        let tier = if store.contains(',') {
            RedisTier::cluster(store.split(','))
        } else {
            RedisTier::connect(&store)
        };
        let shared = SharedCache::with_revocations(tier.unwrap(), [7; 32]).unwrap();
        let authorizer = authorizer_fn(|request| async { Ok(authorize(request).await) });
        let layer = LambdaAuthorizerLayer::token(BoxAuthorizer::new(authorizer))
            .shared_cache(shared, "fleet");
        let record = Record::create(&PathBuf::from(env::var_os(RECORD).unwrap()));
        Self { layer, record }
    }

    async fn requests(self: Arc<Self>, mut random: Rng) {
        let pause = env::var("REVOCATIONS_PAUSE").map_or(PAUSE, |pause| pause.parse().unwrap());
        let pause = Duration::from_millis(pause);
        loop {
            let token = Token::any(&mut random);
            let begun = now();
            let (status, called) = self.ask(token).await;
            self.record.write(&Seen::Request {
                begun,
                called,
                took: now() - begun,
                status,
                token,
            });
            tokio::time::sleep(pause.mul_f32(2.0 * random.f32())).await;
        }
    }

    async fn revocations(self: Arc<Self>, mut random: Rng) {
        loop {
            tokio::time::sleep(BETWEEN_REVOCATIONS.mul_f32(2.0 * random.f32())).await;
            let seen = self.revoke(&mut random).await;
            self.record.write(&seen);
        }
    }

    /// The status, and when the authorizer's call has begun.
    async fn ask(&self, token: Token) -> (u16, u64) {
        let service = self.layer.layer(service_fn(who));
        let request = Request::get("/").header("authorization", token.to_string());
        let response = service.oneshot(request.body(()).unwrap()).await.unwrap();
        let called = response.extensions().get::<u64>().copied();
        (response.status().as_u16(), called.unwrap_or_default())
    }

    async fn revoke(&self, random: &mut Rng) -> Seen {
        let token = Token::any(random);
        let (user, tenant) = (token.user(), token.tenant());
        let results = self.layer.results();
        let asked = now();
        let (group, revoked) = match random.u8(..20) {
            0 => ("clear".to_owned(), results.clear().await),
            1..4 => (
                format!("tag {tenant}"),
                results.invalidate_tag(&tenant).await,
            ),
            4..9 => {
                let revoked = results.invalidate_principal(&user).await;
                (format!("principal {user}"), revoked)
            }
            _ => {
                let identity = token.to_string();
                let revoked = results.invalidate([&identity]).await;
                (format!("identity {identity}"), revoked)
            }
        };
        match revoked {
            Ok(_) => Seen::Revoked {
                asked,
                confirmed: now(),
                group,
            },
            Err(_) => Seen::Failed,
        }
    }
}

/// Responds with the number of the call that made the result.
pub(crate) async fn who(request: Request<()>) -> Result<Response<()>, Infallible> {
    let caller = request.extensions().get::<AuthorizerContext>().unwrap();
    let called: u64 = caller.get("called").unwrap().parse().unwrap();
    let mut response = Response::new(());
    response.extensions_mut().insert(called);
    Ok(response)
}
