//! The policy editor.

use fantoccini::key::Key;
use tower_lambda_authorizer::policy::{EvaluationRequest, Policy, PolicyDocument, Verdict};

use crate::{
    chromedriver::in_a_page,
    page::Page,
    zoo::{Zoo, open_page},
};

const POLICY: &str = r#"{
"Version": "2012-10-17",
"Statement": [
{
"Sid": "Orders",
"Effect": "Allow",
"Action": "execute-api:Invoke",
"Resource": [
"arn:aws:execute-api:*:*:a1b2c3d4e5/prod/*/orders",
"arn:aws:execute-api:*:*:a1b2c3d4e5/prod/GET/orders/*"
]
},
{
"Effect": "Deny",
"Action": "execute-api:Invoke",
"Resource": "arn:aws:execute-api:*:*:a1b2c3d4e5/prod/POST/orders"
},
{
"Sid": "OnlySeven",
"Effect": "Allow",
"Action": "execute-api:Invoke",
"Resource": "arn:aws:execute-api:*:*:a1b2c3d4e5/prod/DELETE/orders/7"
}
]
}"#;

/// Opens the editor for the API of the shop.
pub(crate) async fn open_editor(page: &Page) {
    page.click("#tab-policy").await;
    let layer = page.field("Layer").await;
    page.set(&layer, "1").await;
}

#[test]
fn an_error_is_shown_with_its_line() {
    in_a_page(async |page| {
        let zoo = Zoo::open();
        open_page(page, &zoo.server).await;
        open_editor(page).await;
        page.fill(
            ".code-area",
            "{\n\"Version\": \"2012-10-17\",\n\"Statement\": [}\n",
        )
        .await;
        page.until_text(".finding.error", "Line 3, column 15").await;
        assert_eq!(page.texts(".gutter .marked").await, ["3"]);
        page.picture("policy-error").await;

        // Its place is a link into the text.
        page.click(".finding.error .place").await;
        let place = page
            .run(
                "return [document.activeElement.className, document.activeElement.selectionStart]",
                vec![],
            )
            .await;
        assert_eq!(place, serde_json::json!(["code-area", 41]));
        // The document is asked for again as one types, without a click.
        page.press(Key::Delete).await;
        page.type_text("]}").await;
        page.until("!document.querySelector('.finding.error')")
            .await;
        page.until_text(".answer .verdict", "Not allowed").await;
    });
}

#[test]
fn findings_appear_as_one_types() {
    in_a_page(async |page| {
        let zoo = Zoo::open();
        open_page(page, &zoo.server).await;
        open_editor(page).await;
        page.fill(".code-area", POLICY).await;
        page.until_text(".answer .grid", "operations").await;
        let before = page.texts(".findings li").await;
        // A method that does not exist.
        page.fill(".code-area", &POLICY.replace("POST/orders", "PSOT/orders"))
            .await;
        page.until_text(".findings li", "PSOT").await;
        assert!(page.texts(".findings li").await.len() > before.len());
        page.picture("policy-finding").await;
    });
}

#[test]
fn the_grid_is_what_the_library_decides() {
    in_a_page(async |page| {
        let zoo = Zoo::open();
        open_page(page, &zoo.server).await;
        open_editor(page).await;
        page.fill(&page.field("Path").await, "/orders").await;
        page.fill(&page.field("Method").await, "POST").await;
        page.fill(".code-area", POLICY).await;
        page.until_text(".answer .verdict", "Denied explicitly")
            .await;
        page.until_text(".grid", "What this policy says about 5 operations.")
            .await;

        let policy = PolicyDocument::from_json(POLICY.as_bytes()).unwrap();
        let policy = policy.compile();
        for (method, resource, paths) in [
            ("GET", "/orders", &["/orders"][..]),
            ("POST", "/orders", &["/orders"]),
            ("GET", "/orders/{orderId}", &["/orders/7", "/orders/8"]),
            ("DELETE", "/orders/{orderId}", &["/orders/7", "/orders/8"]),
        ] {
            let expected = words(&policy, method, paths);
            let label = format!("{method} {resource}: {expected}");
            let cells = format!(".answer .grid [aria-label=\"{label}\"]");
            assert_eq!(page.count(&cells).await, 1, "{label}");
        }
        assert_eq!(
            page.count(".grid [aria-label=\"GET /catalogue: open: no authorizer\"]")
                .await,
            1
        );
        page.picture("policy").await;

        // A cell asks for its operation.
        page.click(".grid [aria-label^=\"GET /orders:\"]").await;
        page.until_text(".answer .verdict", "Allowed").await;
    });
}

/// What the library says of these paths, in the words of the page.
fn words(policy: &Policy, method: &str, paths: &[&str]) -> &'static str {
    let verdict = |path: &&str| {
        let arn =
            format!("arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/{method}{path}");
        policy.evaluate(&EvaluationRequest::invoke(&arn)).verdict()
    };
    let mut verdicts: Vec<_> = paths.iter().map(verdict).collect();
    verdicts.dedup();
    match verdicts[..] {
        [Verdict::Allow] => "allowed",
        [Verdict::ExplicitDeny] => "denied",
        [Verdict::ImplicitDeny] => "not allowed",
        _ => "depends",
    }
}
