//! A world at its beginning.

use super::{settings::SECRETS, steps::BOUND, *};

const PROCESSES: usize = 2;
const SITES: usize = 4;

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let random = Rng::with_seed(seed);
        let mut world = Self {
            random,
            clock: ManualClock::new(SystemTime::UNIX_EPOCH + seconds(1_000_000)),
            now: Moment::default(),
            begun: Begun::default(),
            number: Arc::default(),
            calls: Vec::new(),
            store: Arc::default(),
            is_well: seed % 2 == 0,
            is_followed: seed % 3 == 0,
            shared: Vec::new(),
            memories: Vec::new(),
            sites: Vec::new(),
            under_way: Vec::new(),
            seen: Seen::default(),
        };
        for _ in 0..PROCESSES {
            let is_small = world.random.u8(..6) == 0;
            let memory = if is_small {
                ResultCache::with_max_bytes(3_000)
            } else {
                ResultCache::new()
            };
            world.memories.push(memory);
            let cache = |secrets: (u8, Option<u8>)| {
                let (store, secret) = (Arc::clone(&world.store), [secrets.0; 32]);
                let shared = match (world.is_followed, secrets.1) {
                    (true, _) => SharedCache::with_revocations(store, secret)
                        .and_then(|shared| shared.revocation_bound(BOUND)),
                    (false, None) => SharedCache::new(store, secret),
                    (false, Some(earlier)) => SharedCache::new(store, secret)
                        .and_then(|shared| shared.also_reading([earlier; 32])),
                };
                let shared = shared.unwrap();
                let is_patient = seed % 4 < 2;
                let shared = if is_patient {
                    shared.timeout(seconds(1 << 20)).unwrap()
                } else {
                    shared
                };
                (secrets, shared)
            };
            let shared = SECRETS.map(cache).to_vec();
            world.shared.push(shared);
        }
        for index in 0..SITES {
            world.open(index);
        }
        world
    }

    fn open(&mut self, index: usize) {
        let process = index % PROCESSES;
        let mut settings = Settings::at_random(&mut self.random, index);
        if let Some(other) = self.sites.first() {
            if self.random.u8(..3) > 0 {
                settings = other.settings.changed(&mut self.random, index);
            }
        }
        if self.is_followed {
            settings = settings.without_earlier_secret();
        }
        let layer = settings.layer(self, process);
        let (layer, handle) = layer.reloadable();
        self.sites.push(Site {
            process,
            saved: vec![(handle.current(), settings)],
            handle,
            layer,
            settings,
        });
    }
}
