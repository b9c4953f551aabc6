use tower_lambda_authorizer::gateway_responses::ResponseType;
use tower_lambda_authorizer::testing::Harness;

#[tokio::test]
async fn request_delete_pets_7_22_5c_id_is_refused() {
    // `app()` is your function that builds the router with its layers.
    let harness = Harness::app(app());
    let request = harness
        .delete("/pets/7%22%5C'\"$(id)")
        .query("a b", "the value of a b")
        .query("q\"", "the value of q\"")
        .header("x-$`'name", "the value of x-$`'name")
        .source_ip([127, 0, 0, 1]);
    let response = request.send().await;
    response.assert_status(401).assert_response_type(ResponseType::Unauthorized);
}
