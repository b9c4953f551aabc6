//! The policies that authorizers return.

use fastrand::Rng;
use serde_json::{Value, json};

use crate::scene::{Millis, Scene};

/// The beginning of all ARNs of the API.
pub(crate) const API_ARN: &str = "arn:aws:execute-api:eu-west-1:123456789012:soak/prod";

/// Too large for the small caches.
const LARGE: usize = 150;

const INVOKE: &str = "execute-api:Invoke";

pub(crate) fn policy(scene: &Scene, random: &mut Rng, method_arn: &str, now: Millis) -> Value {
    let under = |rest: &str| format!("{API_ARN}/{rest}");
    let allow = |resource: &str| json!({"Effect": "Allow", "Action": INVOKE, "Resource": resource});
    let deny = |resource: &str| json!({"Effect": "Deny", "Action": INVOKE, "Resource": resource});
    let on_condition = |effect: &str, condition: Value| json!({"Effect": effect, "Action": INVOKE, "Resource": "*", "Condition": condition});
    let statements = match random.u8(..16) {
        0..3 => vec![allow("*")],
        3 => vec![allow(&under("GET/*"))],
        4..6 => vec![allow(method_arn)],
        6 => vec![allow("*"), deny(&under("*/pets/secret"))],
        7 => vec![allow(&under("*/pets*")), deny(&under("DELETE/*"))],
        8 => vec![json!({"Effect": "Allow", "Action": "*", "NotResource": under("*/admin")})],
        9 => {
            let until = scene.date(now + random.u64(..120_000));
            vec![on_condition(
                "Allow",
                json!({"DateLessThan": {"aws:CurrentTime": until}}),
            )]
        }
        10 => {
            let office = json!({"IpAddress": {"aws:SourceIp": "203.0.113.0/25"}});
            vec![on_condition("Allow", office)]
        }
        11 => {
            let elsewhere = json!({"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/25", "::1"]}});
            vec![allow("*"), on_condition("Deny", elsewhere)]
        }
        12 => {
            let fill = |n| allow(&under(&format!("GET/organisations/{n}")));
            let last = if random.bool() { allow("*") } else { deny("*") };
            (0..LARGE).map(fill).chain([last]).collect()
        }
        13 => vec![allow(&under("*/elsewhere"))],
        _ => vec![deny("*")],
    };
    json!({"Version": "2012-10-17", "Statement": statements})
}
