//! What is known of a call when it begins, and that its end and its decision have the same id.

use super::*;

#[derive(Clone, Default)]
struct Ids(Arc<Mutex<Vec<(&'static str, String)>>>);

impl Ids {
    fn note(&self, what: &'static str, id: String) {
        self.0.lock().unwrap().push((what, id));
    }

    fn taken(&self) -> Vec<(&'static str, String)> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Observer for Ids {
    fn decided(&self, decision: &Decision<'_>) {
        self.note("decided", decision.request_id());
    }

    fn call_began(&self, call: &CallStart<'_>) {
        assert_eq!(call.authorizer_name(), Some("pets"));
        assert!(call.method_arn().as_str().ends_with("/GET/pets"));
        assert!(!format!("{call:?}").contains("good"), "{call:?}");
        self.note("began", call.request_id());
    }

    fn call_ended(&self, call: &AuthorizerCall<'_>) {
        self.note("ended", call.request_id());
    }
}

#[tokio::test]
async fn a_call_has_the_id_of_the_request_that_began_it() {
    let ids = Ids::default();
    // With a cached result, without one, and with the ids of another type of API.
    let http_api = LambdaAuthorizerLayer::http_api(tokens()).authorizer_name("pets");
    let never_cached = layer().result_ttl(Duration::ZERO).unwrap();
    let mut seen = Vec::new();
    for layer in [layer(), never_cached, http_api] {
        let harness = Harness::new(layer.observe(ids.clone()));
        send(&harness, "good").await;
        let told = ids.taken();
        let whats: Vec<_> = told.iter().map(|(what, _)| *what).collect();
        assert_eq!(whats, ["began", "ended", "decided"]);
        let (_, id) = &told[0];
        assert!(told.iter().all(|(_, other)| other == id), "{told:?}");
        assert!(!seen.contains(id), "{told:?}");
        seen.push(id.clone());
    }
    assert_ne!(seen[0].len(), seen[2].len(), "{seen:?}");
}

/// Each of them passes all events on.
#[tokio::test]
async fn an_observer_of_any_type_can_be_observed_with() {
    let (boxed, shared, closure) = (Ids::default(), Ids::default(), Ids::default());
    let for_closure = closure.clone();
    let any: Box<dyn Observer> = Box::new(boxed.clone());
    let any_shared: Arc<dyn Observer> = Arc::new(shared.clone());
    let any_closure: Box<dyn Fn(&Decision<'_>) + Send + Sync> =
        Box::new(move |decision: &Decision<'_>| for_closure.note("decided", decision.request_id()));
    let layered = layer()
        .observe(any)
        .observe(any_shared)
        .observe(any_closure);
    send(&Harness::new(layered), "good").await;
    let told = boxed.taken();
    assert_eq!(told.len(), 3);
    assert_eq!(shared.taken(), told);
    assert_eq!(closure.taken(), told[2..]);
}
