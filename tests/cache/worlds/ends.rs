//! The moments at which results stop being fresh or usable. Requests at other moments seldom show a lifetime that is slightly
//! too long.

use super::*;

impl World {
    /// Moves the time to one of these moments, and sends two requests for that result: the first may begin a call, and the
    /// second be decided with the old result meanwhile. Returns whether there is such a moment.
    pub(super) async fn go_to_an_end(&mut self) -> bool {
        let now = self.now.seconds;
        let is_later = |end: &(usize, u64)| end.1 > now;
        let ends: Vec<_> = self.ends().filter(is_later).collect();
        let Some((number, end)) = self.random.choice(ends) else {
            return false;
        };
        self.advance(end - now).await;
        let call = &self.calls[number];
        let (process, scope, identity) = (call.process, call.settings.scope, call.identity);
        let may_use = |(_, site): &(usize, &Site)| {
            let is_same_process = site.process == process;
            site.settings.scope.may_use(&scope, is_same_process)
        };
        let sites = self.sites.iter().enumerate().filter(may_use);
        let sites: Vec<_> = sites.map(|(index, _)| index).collect();
        if let Some(site) = self.random.choice(sites) {
            self.request_of(site, identity);
            self.request_of(site, identity);
        }
        true
    }

    /// The calls and the ends of their results.
    fn ends(&self) -> impl Iterator<Item = (usize, u64)> {
        let calls = self.calls.iter().enumerate();
        calls.flat_map(|(number, call)| {
            let settings = &call.settings;
            let lives = match call.answered {
                Some((_, Outcome::Allowed { within })) => [within, Some(settings.scope.ttl)],
                Some((_, Outcome::Denied)) => [None, Some(settings.scope.ttl)],
                Some((_, Outcome::Unauthorized)) => [None, Some(settings.unauthorized)],
                Some((_, Outcome::Failed)) | None => [None, None],
            };
            let windows = [0, settings.while_refreshing, settings.on_failure];
            let at = call.answered.map_or(0, |(at, _)| at.seconds);
            let lives = lives.into_iter().flatten();
            lives.flat_map(move |life| windows.map(|window| (number, at + life + window)))
        })
    }
}
