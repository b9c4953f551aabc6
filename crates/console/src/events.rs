//! Decisions as they happen, as server-sent events.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, stream};
use serde::Serialize;
use serde_json::json;
use tokio::{sync::watch, time::Instant};

use crate::{
    ring::{News, Position, Ring},
    summary::Summary,
};

/// The most pages that may listen at once.
pub(crate) const MAX_PAGES: usize = 8;

/// Decisions within this time are sent together.
const TOGETHER: Duration = Duration::from_millis(100);

/// The interval of the comments that show that the connection is alive.
const ALIVE: Duration = Duration::from_secs(15);

/// How many pages listen.
#[derive(Clone, Default)]
pub(crate) struct Pages(Arc<AtomicUsize>);

/// The place of a page that listens. It becomes free when this is dropped.
pub(crate) struct Place(Pages);

impl Pages {
    /// `None` if all places are taken.
    pub(crate) fn take_place(&self) -> Option<Place> {
        let add = |count| (count < MAX_PAGES).then_some(count + 1);
        let added = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
        added.ok().map(|_| Place(self.clone()))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A page that reads the ring at its own pace. A slow one finds that records have left the ring.
struct Reader {
    ring: Arc<Ring>,
    changes: watch::Receiver<()>,
    position: Position,
    /// When the next events may be sent.
    next: Instant,
    /// What is still to send, last first.
    pending: Vec<Event>,
    _place: Place,
}

pub(crate) fn events(
    ring: &Arc<Ring>,
    place: Place,
) -> Sse<impl Stream<Item = Result<Event, Infallible>> + use<>> {
    let changes = ring.changes();
    let reader = Reader {
        position: ring.end(),
        ring: Arc::clone(ring),
        changes,
        next: Instant::now(),
        pending: Vec::new(),
        _place: place,
    };
    let events = stream::unfold(reader, |mut reader| async move {
        let event = reader.next().await?;
        Some((Ok(event), reader))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE))
}

impl Reader {
    async fn next(&mut self) -> Option<Event> {
        while self.pending.is_empty() {
            self.changes.changed().await.ok()?;
            tokio::time::sleep_until(self.next).await;
            self.next = Instant::now() + TOGETHER;
            self.changes.mark_unchanged();
            let (news, position) = self.ring.since(self.position);
            self.position = position;
            self.pending = told(&news);
        }
        self.pending.pop()
    }
}

/// The events, last first.
fn told(news: &News) -> Vec<Event> {
    let mut events = Vec::new();
    if !news.records.is_empty() {
        let summaries: Vec<&Summary> = news.records.iter().map(|record| &record.summary).collect();
        events.extend(event("decisions", &summaries));
    }
    if news.missed > 0 {
        events.extend(event("missed", &json!({"count": news.missed})));
    }
    if news.is_cleared {
        events.extend(event("cleared", &json!({})));
    }
    events
}

fn event(name: &str, data: &impl Serialize) -> Option<Event> {
    let data = serde_json::to_string(data).ok()?;
    Some(Event::default().event(name).data(data))
}
