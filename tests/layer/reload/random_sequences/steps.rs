//! What happens in a world, one step after another.

use super::*;

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
        let (begun, number) = (Begun::default(), Arc::default());
        let cache = ResultCache::new();
        let layer = from_scratch(&begun, &number, &clock);
        let layer = layer.cache(cache.clone()).result_ttl(seconds(30)).unwrap();
        let (layer, handle) = layer.reloadable();
        let current = Kept {
            origin: 0,
            ttl: 30,
            stale: 0,
        };
        Self {
            random: Rng::with_seed(seed),
            saved: vec![(handle.current(), cache.clone(), current)],
            clock,
            now: Moment::default(),
            begun,
            number,
            calls: Vec::new(),
            handle,
            layer,
            cache,
            current,
            origins: 1,
            changes: 0,
            under_way: Vec::new(),
            seen: Seen::default(),
        }
    }

    pub(super) async fn step(&mut self) {
        self.now.step += 1;
        // Otherwise tokio's channels soon give way to other tasks.
        tokio::task::yield_now().await;
        match self.random.u8(..20) {
            0..=6 => self.request(),
            7..=9 => self.answer(),
            10..=12 => self.change(),
            13 => self.replace(),
            14 => self.fail_to_change(),
            15..=16 => self.revoke().await,
            17..=18 => self.pass_time(),
            _ => {
                let gone = self.random.usize(..=self.under_way.len());
                if gone < self.under_way.len() {
                    self.under_way.swap_remove(gone);
                }
                let _ = self.handle.statistics();
            }
        }
    }

    fn request(&mut self) {
        let token = self.random.usize(..TOKENS);
        let request = Request::get("/").header("authorization", token.to_string());
        let mut service = self.layer.layer(service_fn(which));
        let response = service.call(request.body(()).unwrap());
        let response = response.map(|response| response.unwrap().map(|_| ()));
        self.under_way.push(UnderWay {
            response: task::spawn(response.boxed()),
            token,
            kept: self.current,
            changes: self.changes,
            began: self.now,
            revoked: self.calls.iter().map(|call| call.is_revoked).collect(),
        });
        // Nobody may poll it until something else polls all of them.
        if self.random.u8(..4) > 0 {
            self.poll(self.under_way.len() - 1);
        }
    }

    fn answer(&mut self) {
        let waiting = self.calls.iter_mut().filter(|call| call.answer.is_some());
        let waiting: Vec<_> = waiting.collect();
        if let Some(call) = self.random.choice(waiting) {
            call.answered = Some(self.now);
            let answer = call.answer.take().unwrap();
            let _ = answer.send(self.random.u8(..6) > 0);
        }
        self.poll_all();
    }

    fn change(&mut self) {
        let kept = Kept {
            ttl: *self.random.choice(&TTLS).unwrap(),
            stale: *self.random.choice(&STALE).unwrap(),
            ..self.current
        };
        let change = |layer: Guard| {
            let layer = layer.cache(stale(&self.cache, kept.stale));
            layer.result_ttl(seconds(kept.ttl))
        };
        self.handle.modify(change).unwrap();
        self.current = kept;
        self.changes += 1;
    }

    /// By a layer that was current before, or by one from scratch.
    fn replace(&mut self) {
        if self.random.bool() {
            let (layer, cache, kept) = self.random.choice(&self.saved).unwrap().clone();
            self.saved
                .push((self.handle.current(), self.cache.clone(), self.current));
            self.handle.replace(layer);
            (self.cache, self.current) = (cache, kept);
        } else {
            self.cache = ResultCache::new();
            let layer = from_scratch(&self.begun, &self.number, &self.clock);
            let layer = layer.cache(self.cache.clone());
            self.handle.replace(layer.result_ttl(seconds(300)).unwrap());
            self.current = Kept {
                origin: self.origins,
                ttl: 300,
                stale: 0,
            };
            self.origins += 1;
        }
        if self.saved.len() > 3 {
            let _ = self.saved.swap_remove(self.random.usize(..4));
        }
        self.changes += 1;
    }

    fn fail_to_change(&mut self) {
        let before = format!("{:?}", self.handle);
        let too_long = |layer: Guard| layer.cache(ResultCache::new()).result_ttl(seconds(3_601));
        self.handle.modify(too_long).unwrap_err();
        assert_eq!(format!("{:?}", self.handle), before);
    }

    async fn revoke(&mut self) {
        let token = self.random.usize(..TOKENS);
        let name = token.to_string();
        let (is_everything, revoked) = match self.random.u8(..4) {
            0 => (false, self.handle.invalidate([&name]).await),
            1 => (false, self.handle.invalidate_principal(&name).await),
            2 => (false, self.handle.invalidate_tag(&name).await),
            _ => (true, self.handle.clear().await),
        };
        revoked.unwrap();
        for call in &mut self.calls {
            let is_revoked = is_everything || call.token == token;
            self.seen.revoked += usize::from(is_revoked && !call.is_revoked);
            call.is_revoked |= is_revoked;
        }
    }

    fn pass_time(&mut self) {
        let passed = *self.random.choice(&PASSING).unwrap();
        self.clock.advance(seconds(passed));
        self.now.seconds += passed;
    }
}
