//! Explains what the guard decides about a request, without calling the service.

use std::sync::Arc;

use http::request::Parts;

use crate::{
    authorizer::Authorizer,
    cache::{Cached, Origin},
    decision::DenialReason,
    explanation::{Circumstances, Conclusion, Explanation},
    pipeline::{
        Asked, Checked, Denied, Pending, Target, ask, check_before_asking, decide, prepare,
    },
    request::{
        context::{Arrival, Noted},
        preflight::is_preflight,
        resource::ResourceMatch,
    },
    service::guard::Guard,
};

impl<A: Authorizer> Guard<A> {
    /// Runs all steps for a request except the service, and explains the outcome.
    pub(crate) async fn explain(
        &self,
        mut parts: Parts,
        matched: Option<ResourceMatch>,
    ) -> Explanation {
        let settings = &self.settings;
        let matched =
            matched.unwrap_or_else(|| settings.reader.resource_resolver.resolve(&mut parts));
        // Not an `Arrival`, which would make the future `!Send`.
        let noted = Arrival::default().noted(&settings.reader.clock);
        let is_exempt = settings.exempt_preflights && is_preflight(&parts);
        let outcome = if is_exempt {
            Ok(Allowed::unguarded(
                "it is a CORS preflight, and preflights are exempt",
            ))
        } else {
            self.decide(&parts, &matched, noted).await
        };
        let (asked, result, ended) = match outcome {
            Ok(allowed) => (allowed.asked, allowed.result, Ok(allowed.unguarded)),
            Err(denied) => (denied.asked, denied.result, Err(denied.reason)),
        };
        let circumstances = Circumstances {
            settings: Arc::clone(settings),
            noted,
            parts,
            matched,
            asked,
            result,
        };
        let conclusion = match &ended {
            Err(reason) => Conclusion::Refused(reason),
            Ok(Some(why)) => Conclusion::Unguarded(why),
            Ok(None) => Conclusion::Allowed,
        };
        Explanation::of(&circumstances, conclusion)
    }

    /// Decides like [`call`](Self::call), and collects what an explanation needs.
    async fn decide(
        &self,
        parts: &Parts,
        matched: &ResourceMatch,
        noted: Noted,
    ) -> Result<Allowed, Denied> {
        let settings = &self.settings;
        let refused = |reason| Denied::without_policy(reason, Asked::Not);
        let prepared = prepare(settings, parts, matched, &Arrival::at(noted)).map_err(refused)?;
        let Some(checked) = prepared else {
            return Ok(Allowed::unguarded(
                "it has no credential, and anonymous requests are passed on",
            ));
        };
        let (result, asked) = match self.cached(&checked) {
            Some((cached, asked)) => (Ok(cached), asked),
            None => {
                check_before_asking(settings, parts).map_err(refused)?;
                self.call_authorizer(&checked, parts, matched, noted).await
            }
        };
        let cached = result.map_err(|reason| Denied::without_policy(*reason, asked))?;
        let uri = matched.original_uri(&parts.uri);
        let target = Target::new(settings, parts, uri);
        let target = target.with_spellings(&checked.spellings);
        decide(parts, &target, &cached, || asked)?;
        Ok(Allowed {
            asked,
            result: Some(cached),
            unguarded: None,
        })
    }

    fn cached(&self, checked: &Checked) -> Option<(Arc<Cached>, Asked)> {
        let caching = &self.settings.caching;
        let key = checked.key.as_ref()?;
        let pinned = caching.cache.pin();
        let hit = pinned.hit(&key.parts(), caching)?;
        Some((Arc::clone(hit.cached()), Asked::kept(hit, caching)))
    }

    async fn call_authorizer(
        &self,
        checked: &Checked,
        parts: &Parts,
        matched: &ResourceMatch,
        noted: Noted,
    ) -> (Result<Arc<Cached>, Box<DenialReason>>, Asked) {
        let settings = &self.settings;
        let began = settings.reader.clock.now();
        let pending = Pending::new(
            checked.clone(),
            settings,
            parts.clone(),
            matched.clone(),
            &Arrival::at(noted),
        );
        let looked_up = checked.looked_up;
        let mut asking = ask(&self.authorizer, settings, &pending.request, looked_up);
        let outcome = (&mut asking).await;
        let took = || settings.reader.clock.now().duration_since(began);
        let asked = asking.asked(Origin::of(&outcome), || took().unwrap_or_default());
        (outcome.map(|found| found.cached), asked)
    }
}

/// The decision to let a request through.
struct Allowed {
    asked: Asked,
    result: Option<Arc<Cached>>,
    /// The reason if the request needs no authorizer.
    unguarded: Option<&'static str>,
}

impl Allowed {
    fn unguarded(why: &'static str) -> Self {
        Self {
            asked: Asked::Not,
            result: None,
            unguarded: Some(why),
        }
    }
}
