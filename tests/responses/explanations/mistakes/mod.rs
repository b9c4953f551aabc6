//! Frequent mistakes of newcomers, and what is printed for each. `docs/mistakes.md` is written from these files: from the
//! comments and the code of each function, and from what it prints. After a change, run the test with
//! `UPDATE_MISTAKES=1`, and read the page as a new user would.

mod at_a_request;
mod compiler;
mod in_a_test;
mod page;
mod when_built;

use self::page::{Part, Section};

const INTRODUCTION: &str = "\
# Mistakes, and what is printed

Each section shows a mistake that is easy to make, and the exact text that the compiler, the builder, a test or the
`Denial` prints. From a status that a client gets, [why](why.md) leads to the cause.
";

const CONVENTIONS: &str = "\
A test writes this page (`tests/responses/explanations/mistakes/mod.rs`). Of a compiler's message, the page shows only the lines
that say what to do, and of a request's explanation (`denial.explanation()`) the first line and what to do. If the code
does not show it, `authorizer` allows everything, the layer is `LambdaAuthorizerLayer::token(authorizer)`, and the request is
`GET /pets` with a token.
";

/// The sections that come from a file, with what each function prints.
macro_rules! part {
    ($title:literal, $module:ident: $($mistake:ident)*) => {
        Part {
            title: $title,
            sections: vec![$({
                let source = include_str!(concat!(stringify!($module), ".rs"));
                let printed = $module::$mistake().await;
                Section::new(source, stringify!($mistake), Some(printed))
            }),*],
        }
    };
}

#[tokio::test]
async fn the_page_shows_what_is_printed_for_each_mistake() {
    let parts = [
        compiler::part(),
        part!("When the layer is built", when_built:
            a_header_without_its_place
            a_source_of_another_type_of_api
            a_token_authorizer_for_a_query_parameter
            region_and_account_swapped
            simple_responses_of_a_rest_api
            a_variable_without_quotes_in_a_template
            a_proxy_by_its_name
            a_time_to_live_of_a_day
            a_jwt_authorizer
        ),
        part!("At a request: 401 and 403", at_a_request:
            a_token_in_another_header
            an_expression_without_bearer
            a_browsers_preflight
            a_path_as_a_resource
            a_denied_path
            a_resource_as_in_a_resource_policy
            an_action_of_another_service
            the_second_path
            an_address_that_is_not_known
            a_condition_on_a_misspelt_key
            a_handshake_with_a_method_and_a_path
        ),
        part!("At a request: 500", at_a_request:
            yes_or_no_on_a_rest_api
            a_policy_without_a_principal
            unauthorized_with_more_words
            a_routers_path_in_a_policy
            an_answer_in_a_string
            a_member_in_lower_case
            british_spelling
            an_http_response
            a_list_in_the_context
        ),
        part!("In a test", in_a_test:
            a_fallback_behind_a_route_layer
            a_misspelt_condition_key
        ),
    ];
    page::check("docs/mistakes.md", [INTRODUCTION, CONVENTIONS], &parts);
}
