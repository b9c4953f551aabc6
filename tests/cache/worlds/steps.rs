//! What happens in a world, one step after another.

use super::{store::Mood, *};

const PASSING: [u64; 7] = [1, 1, 5, 19, 40, 3_000, 9_000];
/// Long enough that a busy machine does not end a lease. A new entry wakes the followers.
pub(super) const BOUND: Duration = Duration::from_secs(60);
const USERS: usize = 2;
const TENANTS: usize = 2;

impl World {
    pub(super) async fn step(&mut self) {
        self.now.step += 1;
        // Otherwise tokio's channels soon give way to other tasks.
        tokio::task::yield_now().await;
        match self.random.u8(..32) {
            0..=11 => self.request(),
            12..=17 => self.answer(),
            18..=20 => self.change(),
            21 => self.go_back(),
            22..=24 => self.revoke().await,
            25..=27 => self.pass_time().await,
            28..=29 => self.turn(),
            _ => {
                let gone = self.random.usize(..=self.under_way.len());
                if gone < self.under_way.len() {
                    self.under_way.swap_remove(gone);
                }
            }
        }
    }

    fn request(&mut self) {
        let index = self.random.usize(..self.sites.len());
        let user = self.random.usize(..USERS);
        let tenant = if self.sites[index].settings.scope.has_tenant() {
            self.random.usize(..TENANTS)
        } else {
            0
        };
        self.request_of(index, (user, tenant));
    }

    pub(super) fn request_of(&mut self, index: usize, (user, tenant): (usize, usize)) {
        let site = &self.sites[index];
        let (process, settings) = (site.process, site.settings);
        let request = Request::get("/").header("authorization", user.to_string());
        let request = request.header("x-tenant", tenant.to_string());
        let mut service = site.layer.layer(service_fn(which));
        let response = service.call(request.body(()).unwrap());
        let response = response.map(|response| response.unwrap().map(|_| ()));
        let identity = (user, tenant);
        let (revoked, replaced, count) = self.gone((process, index), &settings, identity);
        self.seen.requests += 1;
        self.seen.replaced += usize::from(count > 0);
        self.under_way.push(UnderWay {
            response: task::spawn(response.boxed()),
            process,
            site: index,
            identity,
            settings,
            began: self.now,
            revoked,
            replaced,
        });
        // Nobody may poll it until something else polls all of them.
        if self.random.u8(..4) > 0 {
            self.poll(self.under_way.len() - 1);
        }
    }

    /// Polls one. Returns whether it has ended.
    fn poll(&mut self, index: usize) -> bool {
        let request = &mut self.under_way[index];
        let polled = request.response.poll();
        for answer in self.begun.lock().unwrap().drain(..) {
            self.calls.push(Call {
                process: request.process,
                site: request.site,
                identity: request.identity,
                settings: request.settings,
                began: self.now,
                answer: Some(answer),
                answered: None,
                is_revoked: false,
                is_revoked_at_site: false,
                is_revoked_for_all: false,
            });
        }
        let Poll::Ready(response) = polled else {
            return false;
        };
        let ended = self.under_way.swap_remove(index);
        let number = response.extensions().get().map(|Number(number)| *number);
        self.check(&ended, response.status().as_u16(), number);
        true
    }

    fn poll_all(&mut self) {
        let mut index = 0;
        while index < self.under_way.len() {
            if !self.poll(index) {
                index += 1;
            }
        }
    }

    fn answer(&mut self) {
        let waiting = self.calls.iter_mut().filter(|call| call.answer.is_some());
        let waiting: Vec<_> = waiting.collect();
        if let Some(call) = self.random.choice(waiting) {
            let outcome = match self.random.u8(..10) {
                0 => Outcome::Denied,
                1 => Outcome::Unauthorized,
                2..=4 => Outcome::Failed,
                5 | 6 => Outcome::Allowed {
                    within: Some(*self.random.choice(&[0, 2, 20, 60]).unwrap()),
                },
                _ => Outcome::Allowed { within: None },
            };
            let is_heard = call.answer.take().unwrap().send(outcome).is_ok();
            call.answered = is_heard.then_some((self.now, outcome));
        }
        self.poll_all();
    }

    fn change(&mut self) {
        let index = self.random.usize(..self.sites.len());
        let site = &self.sites[index];
        // Otherwise layers would seldom have results for each other.
        let like = self.random.choice(&self.sites).unwrap().settings;
        let mut settings = if self.random.bool() {
            site.settings.like(&like, index)
        } else {
            site.settings.changed(&mut self.random, index)
        };
        if self.is_followed {
            settings = settings.without_earlier_secret();
        }
        let change = |layer: Guard| Ok::<_, Infallible>(settings.apply(layer, self, site.process));
        site.handle.modify(change).unwrap();
        self.sites[index].settings = settings;
        let site = &mut self.sites[index];
        site.saved.push((site.handle.current(), settings));
    }

    fn go_back(&mut self) {
        let index = self.random.usize(..self.sites.len());
        let site = &mut self.sites[index];
        let (layer, settings) = self.random.choice(&site.saved).unwrap().clone();
        site.handle.replace(layer);
        site.settings = settings;
    }

    async fn revoke(&mut self) {
        if self.store.mood() != Mood::Well {
            return;
        }
        let index = self.random.usize(..self.sites.len());
        let site = &self.sites[index];
        let (user, tenant) = (self.random.usize(..USERS), self.random.usize(..TENANTS));
        let has_tenant = site.settings.scope.has_tenant();
        let values = [user.to_string(), tenant.to_string()];
        let is_everything = self.random.u8(..3) == 0;
        let has_groups = self.is_followed || site.settings.scope.is_own();
        let is_group = !has_tenant && has_groups && self.random.bool();
        let revoked = if is_everything {
            site.handle.clear().await
        } else if is_group && self.random.bool() {
            site.handle.invalidate_principal(&values[0]).await
        } else if is_group {
            site.handle.invalidate_tag(&values[0]).await
        } else {
            let count = if has_tenant { 2 } else { 1 };
            site.handle.invalidate(&values[..count]).await
        };
        revoked.unwrap();
        let tenant = if has_tenant { tenant } else { 0 };
        let (process, settings) = (site.process, site.settings);
        for call in &mut self.calls {
            if !is_everything && call.identity != (user, tenant) {
                continue;
            }
            let is_here = call.process == process && call.settings.is_one_place(&settings);
            self.seen.revoked += usize::from(is_here && !call.is_revoked);
            call.is_revoked |= is_here;
            call.is_revoked_at_site |= call.site == index;
            call.is_revoked_for_all |=
                self.is_followed && settings.scope.may_use(&call.settings.scope, false);
        }
        if self.is_followed {
            self.settle().await;
        }
    }

    /// Until all processes have read the log.
    async fn settle(&self) {
        for _ in 0..4 {
            tokio::time::advance(BOUND / 90).await;
            for _ in 0..5 {
                tokio::task::yield_now().await;
            }
        }
    }

    async fn pass_time(&mut self) {
        let goes_to_an_end = self.random.bool();
        if !(goes_to_an_end && self.go_to_an_end().await) {
            let passed = *self.random.choice(&PASSING).unwrap();
            if self.random.u8(..4) == 0 {
                self.clock.suspend(seconds(passed));
                self.now.suspended += passed;
                return;
            }
            self.advance(passed).await;
        }
        if self.random.bool() {
            self.poll_all();
        }
    }

    pub(super) async fn advance(&mut self, passed: u64) {
        self.clock.advance(seconds(passed));
        self.now.seconds += passed;
        tokio::time::advance(seconds(passed)).await;
    }

    /// The store changes.
    fn turn(&mut self) {
        if self.is_well {
            return;
        }
        let mood = match self.random.u8(..6) {
            0 => Mood::Waits { before: true },
            1 => Mood::Waits { before: false },
            2 => Mood::Fails,
            _ => Mood::Well,
        };
        self.store.set(mood);
        self.poll_all();
    }
}
