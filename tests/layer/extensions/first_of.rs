//! A credential in one of several places: the first one that is present counts, a bad one does not fall through to the
//! next place, and two places never share a result.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use http::{HeaderValue, Request, request::Builder};
use tower_lambda_authorizer::{
    AnonymousRequests, AuthorizerError, AuthorizerRequest, AuthorizerResponse, BoxAuthorizer,
    ConfigError, Denial, DenialReason, IdentitySource, IdentitySources, LambdaAuthorizerLayer,
    authorizer_fn, testing::Harness,
};

const REST: [&str; 3] = [
    "method.request.header.Authorization",
    "method.request.cookie.sid",
    "method.request.querystring.token",
];
const HTTP: [&str; 3] = [
    "$request.header.Authorization",
    "$request.cookie.sid",
    "$request.querystring.token",
];

/// The identities that the authorizer received.
type Asked = Arc<Mutex<Vec<Vec<String>>>>;

/// Allows every credential but `bad`, and names it as the principal. Notes the identities.
fn authorizer(asked: &Asked) -> BoxAuthorizer {
    let asked = Arc::clone(asked);
    BoxAuthorizer::new(authorizer_fn(move |request: AuthorizerRequest| {
        let identity = request.identity().to_vec();
        asked.lock().unwrap().push(identity.clone());
        async move {
            match identity.first().map(String::as_str) {
                Some("bad") => Err(AuthorizerError::unauthorized()),
                first => {
                    Ok(AuthorizerResponse::allow("*").with_principal_id(first.unwrap_or("nobody")))
                }
            }
        }
    }))
}

fn layers(asked: &Asked) -> [(&'static str, LambdaAuthorizerLayer<BoxAuthorizer>); 3] {
    let token = LambdaAuthorizerLayer::token(authorizer(asked))
        .identity_sources(IdentitySource::first_of(REST).unwrap());
    let request =
        LambdaAuthorizerLayer::request(authorizer(asked), IdentitySource::first_of(REST).unwrap());
    let http = LambdaAuthorizerLayer::http_api(authorizer(asked))
        .identity_sources(IdentitySource::first_of(HTTP).unwrap())
        .and_then(|layer| layer.result_ttl(Duration::from_secs(60)));
    [
        ("token", token.unwrap()),
        ("request", request.unwrap()),
        ("http", http.unwrap()),
    ]
}

#[derive(Clone, Default)]
struct Sent {
    header: Option<&'static [u8]>,
    cookie: Option<&'static str>,
    query: Option<&'static str>,
}

impl Sent {
    fn of(
        header: Option<&'static str>,
        cookie: Option<&'static str>,
        query: Option<&'static str>,
    ) -> Self {
        let header = header.map(str::as_bytes);
        Self {
            header,
            cookie,
            query,
        }
    }

    fn builder(&self) -> Builder {
        let query = self
            .query
            .map_or_else(String::new, |query| format!("?{query}"));
        let mut request = Request::get(format!("/pets{query}"));
        if let Some(header) = self.header {
            request = request.header("authorization", HeaderValue::from_bytes(header).unwrap());
        }
        if let Some(cookie) = self.cookie {
            request = request.header("cookie", cookie);
        }
        request
    }
}

async fn send(harness: &Harness, sent: &Sent) -> tower_lambda_authorizer::testing::TestResponse {
    let request = sent.builder().body(b"".as_slice().into()).unwrap();
    harness.send(request).await
}

fn taken(asked: &Asked) -> Vec<Vec<String>> {
    std::mem::take(&mut *asked.lock().unwrap())
}

#[tokio::test]
async fn the_first_place_that_is_present_counts() {
    let asked = Asked::default();
    for (name, layer) in layers(&asked) {
        let harness = Harness::new(layer);
        for (sent, value) in [
            (Sent::of(Some("h"), None, None), "h"),
            (Sent::of(None, Some("sid=c"), None), "c"),
            (Sent::of(None, None, Some("token=q")), "q"),
            (Sent::of(None, Some("other=o"), Some("token=q2")), "q2"),
            // An attacker adds the credential of another caller: it does not count.
            (
                Sent::of(Some("h2"), Some("sid=victim"), Some("token=victim")),
                "h2",
            ),
            (Sent::of(None, Some("sid=c2"), Some("token=victim")), "c2"),
        ] {
            send(&harness, &sent).await.assert_allowed();
            assert_eq!(taken(&asked), [[value]], "{name}");
        }
        // A credential that the authorizer refuses is not replaced by a good one in the next place.
        let sent = Sent::of(Some("bad"), Some("sid=good"), Some("token=good"));
        send(&harness, &sent).await.assert_unauthorized();
        assert_eq!(taken(&asked), [["bad"]], "{name}");
    }
}

#[tokio::test]
async fn a_place_with_an_unusable_value_does_not_fall_through() {
    let asked = Asked::default();
    let not_utf8 = Sent {
        header: Some(b"caf\xe9"),
        cookie: Some("sid=good"),
        query: Some("token=good"),
    };
    for (name, layer) in layers(&asked) {
        let harness = Harness::new(layer);
        for (sent, source) in [
            (
                Sent::of(Some(""), Some("sid=good"), Some("token=good")),
                "uthorization",
            ),
            (
                Sent::of(Some(" \t "), Some("sid=good"), Some("token=good")),
                "uthorization",
            ),
            (not_utf8.clone(), "uthorization"),
            (Sent::of(None, Some("sid="), Some("token=good")), "sid"),
            (Sent::of(None, Some("sid=\"\""), Some("token=good")), "sid"),
            (
                Sent::of(None, Some("sid=a; sid=b"), Some("token=good")),
                "sid",
            ),
            (Sent::of(None, Some("sid=a b"), Some("token=good")), "sid"),
            (Sent::of(None, Some("SID=a"), Some("token=good")), "sid"),
            (Sent::of(None, None, Some("token=")), "token"),
            (Sent::of(None, None, Some("token")), "token"),
            (Sent::of(None, None, Some("token=%FF")), "token"),
        ] {
            let response = send(&harness, &sent)
                .await
                .assert_unauthorized()
                .assert_not_invoked();
            let text = response.denial().unwrap().to_string();
            // The denial names the place that is bad, and only that.
            assert!(
                text.contains(source) && !text.contains(" else "),
                "{name}: {text}"
            );
        }
    }
    assert!(taken(&asked).is_empty());
}

#[tokio::test]
async fn the_validation_expression_does_not_fall_through() {
    let asked = Asked::default();
    let [(_, layer), ..] = layers(&asked);
    let harness = Harness::new(layer.identity_validation_expression("[a-z]+").unwrap());
    let sent = Sent::of(Some("123"), Some("sid=good"), None);
    let response = send(&harness, &sent)
        .await
        .assert_unauthorized()
        .assert_not_invoked();
    assert!(matches!(
        response.denial().map(Denial::reason),
        Some(DenialReason::RefusedByValidationExpression { .. })
    ));
    send(&harness, &Sent::of(None, Some("sid=good"), None))
        .await
        .assert_allowed();
    send(&harness, &Sent::of(None, Some("sid=123"), None))
        .await
        .assert_unauthorized();
}

/// The authorizer trusts only the header. Its answer must not be used for the same value in another place.
#[tokio::test]
async fn the_same_value_in_another_place_is_another_identity() {
    let only_header = || {
        authorizer_fn(|request: AuthorizerRequest| async move {
            Ok(match request.header("authorization") {
                Some(_) => AuthorizerResponse::allow("*").with_principal_id("1"),
                None => AuthorizerResponse::deny("*").with_principal_id("1"),
            })
        })
    };
    for layer in [
        LambdaAuthorizerLayer::token(only_header())
            .identity_sources(IdentitySource::first_of(REST).unwrap()),
        LambdaAuthorizerLayer::http_api(only_header())
            .identity_sources(IdentitySource::first_of(HTTP).unwrap())
            .and_then(|layer| layer.result_ttl(Duration::from_secs(60))),
    ] {
        let harness = Harness::new(layer.unwrap());
        let places = [
            Sent::of(Some("same"), None, None),
            Sent::of(None, Some("sid=same"), None),
            Sent::of(None, None, Some("token=same")),
        ];
        for round in 0..2 {
            for (index, sent) in places.iter().enumerate() {
                let response = send(&harness, sent).await;
                assert_eq!(response.was_invoked(), round == 0);
                match index {
                    0 => response.assert_allowed(),
                    _ => response.assert_denied(),
                };
            }
        }
    }
}

#[tokio::test]
async fn invalidating_a_value_removes_it_in_all_places() {
    let asked = Asked::default();
    let sources = IdentitySources::try_from([
        "method.request.header.Tenant".parse().unwrap(),
        IdentitySource::first_of(REST).unwrap(),
        "context.httpMethod".parse().unwrap(),
    ]);
    let layer = LambdaAuthorizerLayer::request(authorizer(&asked), sources.unwrap()).unwrap();
    let results = layer.results();
    let service = |sent: Sent, tenant: &'static str| {
        let request = sent.builder().header("tenant", tenant).body(()).unwrap();
        let layer = layer.clone();
        async move { layer.explain(request).await.is_allowed() }
    };
    let places = || {
        [
            Sent::of(Some("same"), None, None),
            Sent::of(None, Some("sid=same"), None),
            Sent::of(None, None, Some("token=same")),
        ]
    };
    let send_all = async || {
        for sent in places() {
            assert!(service(sent, "acme").await);
        }
        taken(&asked).len()
    };
    assert_eq!(send_all().await, 3);
    assert_eq!(send_all().await, 0);
    results.invalidate(["acme", "other", "GET"]).await.unwrap();
    assert_eq!(send_all().await, 0);
    results.invalidate(["acme", "same", "GET"]).await.unwrap();
    assert_eq!(send_all().await, 3);
    // The authorizer sees the values in the order of the sources, and nothing else.
    results.clear().await.unwrap();
    let [_, cookie, _] = places();
    assert!(service(cookie, "acme").await);
    assert_eq!(taken(&asked), [["acme", "same", "GET"]]);
}

#[tokio::test]
async fn if_all_are_missing_the_reason_and_the_remedy_name_all() {
    let asked = Asked::default();
    let [(_, layer), ..] = layers(&asked);
    let request = Request::get("/pets").body(()).unwrap();
    let text = layer.explain(request).await.to_string();
    assert_eq!(
        text,
        "\
UNAUTHORIZED 401: the identity source `method.request.header.Authorization else method.request.cookie.sid else \
method.request.querystring.token` is missing; the authorizer was not invoked
  request     arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET/pets
  identity    `method.request.header.Authorization` is missing
              `method.request.cookie.sid` is missing
              `method.request.querystring.token` is missing
  cache       not asked
  authorizer  not invoked
  response    API Gateway's default
  to do       send one of `method.request.header.Authorization`, `method.request.cookie.sid`, \
`method.request.querystring.token`; without one of them, the authorizer is not invoked
"
    );
    let request = Sent::of(None, Some("sid=good"), Some("token=q"))
        .builder()
        .body(())
        .unwrap();
    let why = layer.explain(request).await;
    let found: Vec<_> = why.identity().iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "`method.request.header.Authorization` is missing",
            "`method.request.cookie.sid` is present"
        ]
    );
}

#[tokio::test]
async fn a_request_is_anonymous_only_if_all_places_are_missing() {
    for requests in [AnonymousRequests::PassOn, AnonymousRequests::Ask] {
        let asked = Asked::default();
        for (name, layer) in layers(&asked) {
            let harness = Harness::new(layer.anonymous_requests(requests).unwrap());
            let response = send(&harness, &Sent::default()).await.assert_status(200);
            let expected = match requests {
                AnonymousRequests::PassOn => vec![],
                _ => vec![Vec::<String>::new()],
            };
            assert_eq!(taken(&asked), expected, "{name}");
            drop(response);
            for bad in [
                Sent::of(Some(""), None, None),
                Sent::of(None, Some("sid=a; sid=b"), None),
                Sent::of(None, None, Some("token=")),
                Sent::of(None, None, Some("token=bad")),
            ] {
                send(&harness, &bad).await.assert_unauthorized();
            }
            taken(&asked);
        }
    }
}

#[test]
fn a_list_that_makes_no_sense_is_refused_when_it_is_made() {
    let many: Vec<_> = (0..11)
        .map(|at| format!("method.request.header.H{at}"))
        .collect();
    let problem = |expressions: &[&str]| match IdentitySource::first_of(expressions.iter().copied())
    {
        Err(ConfigError::IdentitySource { problem, .. }) => problem,
        other => panic!("{other:?}"),
    };
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    for (expressions, expected) in [
        (&[][..], "takes 2 to 10 sources, and was given 0"),
        (&REST[..1], "takes 2 to 10 sources, and was given 1"),
        (&many, "takes 2 to 10 sources, and was given 11"),
        (
            &[REST[0], "context.identity.sourceIp"],
            "is not sent by a client",
        ),
        (&[REST[0], "stageVariables.a"], "is not sent by a client"),
        (
            &[REST[0], "method.request.header.authorization"],
            "is given twice",
        ),
        (&[REST[0], "method.request.path.id"], "allowed are"),
    ] {
        let problem = problem(expressions);
        assert!(problem.contains(expected), "{expressions:?}: {problem}");
    }
    assert!(IdentitySource::first_of(many[..10].iter().copied()).is_ok());
}

#[test]
fn a_layer_accepts_it_only_in_its_own_syntax_and_once() {
    let allow = || authorizer_fn(|_| async { Ok(AuthorizerResponse::allow("*")) });
    let first_of = |sources: [&str; 3]| IdentitySource::first_of(sources).unwrap();
    let rest = || LambdaAuthorizerLayer::token(allow());
    assert!(rest().identity_sources(first_of(REST)).is_ok());
    let error = rest()
        .identity_sources(first_of(HTTP))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("did you mean `method.request.header.Authorization`?"),
        "{error}"
    );
    let http = LambdaAuthorizerLayer::http_api(allow());
    assert!(http.identity_sources(first_of(REST)).is_err());

    let other = IdentitySource::first_of(["method.request.header.A", "method.request.header.B"]);
    let two = IdentitySources::try_from([first_of(REST), other.unwrap()]).unwrap();
    let error = LambdaAuthorizerLayer::request(allow(), two)
        .unwrap_err()
        .to_string();
    assert!(error.contains("at most one `first_of`"), "{error}");
    // A TOKEN authorizer has one source.
    let more = IdentitySources::try_from([first_of(REST), REST[0].parse().unwrap()]).unwrap();
    assert!(rest().identity_sources(more).is_err());
    // Its text is not an expression that API Gateway's configuration could contain.
    assert!(
        first_of(REST)
            .to_string()
            .parse::<IdentitySource>()
            .is_err()
    );
}
