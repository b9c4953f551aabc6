//! Checks that Envoy gives up, because its client has gone.

use crate::{
    client::{ask, check, connect, ok},
    guard::Guard,
};

#[tokio::test]
async fn a_check_that_is_given_up_harms_no_other() {
    let guard = Guard::start(&[]);
    let channel = connect(guard.server.address).await;
    let ann = || check("GET", "/pets", &[("authorization", "ann")]);
    for number in 0..500_u32 {
        let given_up = tokio::spawn({
            let (channel, ann) = (channel.clone(), ann());
            async move { ask(&channel, ann).await }
        });
        for _ in 0..number % 7 {
            tokio::task::yield_now().await;
        }
        given_up.abort();
    }
    ok(ask(&channel, ann()).await);
}
