//! Removes all entries whose names have a prefix.

use redis::{Cmd, RedisResult, Value, from_redis_value};

use super::{RedisTier, connection::Connection};
use crate::cache::shared::SharedTierError;

/// How many names the server scans in one step. It takes about a millisecond, during which the server does nothing else.
const NAMES_PER_STEP: usize = 1000;

/// The limit of steps for a node: ten million names. For more names, rotating the secret is faster.
const MAX_STEPS: usize = 10_000;

type Names = Vec<Vec<u8>>;

pub(super) async fn clear(tier: &RedisTier, prefix: &str) -> Result<(), SharedTierError> {
    let connect = || tier.target.connect(tier.settings);
    let connection = tier
        .link
        .connection(connect)
        .await
        .map_err(|error| tier.failed(error))?;
    let cleared = clear_nodes(connection, prefix).await;
    tier.link.heard(cleared.as_ref().err());
    cleared.map_err(|error| tier.failed(error))
}

async fn clear_nodes(mut connection: Connection, prefix: &str) -> RedisResult<()> {
    for (node, first_step) in connection.query_each(&scan("0", prefix)).await? {
        clear_node(&mut connection, node.as_deref(), first_step, prefix).await?;
    }
    Ok(())
}

async fn clear_node(
    connection: &mut Connection,
    node: Option<&str>,
    first_step: Value,
    prefix: &str,
) -> RedisResult<()> {
    let (mut cursor, names): (String, Names) = from_redis_value(first_step)?;
    unlink(connection, names).await?;
    for _ in 1..MAX_STEPS {
        if cursor == "0" {
            return Ok(());
        }
        let names;
        (cursor, names) = connection.query_at(node, &scan(&cursor, prefix)).await?;
        unlink(connection, names).await?;
    }
    Err((
        redis::ErrorKind::Client,
        "the server has too many names to scan; rotate the secret instead",
    )
        .into())
}

fn scan(cursor: &str, prefix: &str) -> Cmd {
    let mut command = redis::cmd("SCAN");
    command
        .arg(cursor)
        .arg("MATCH")
        .arg(pattern(prefix))
        .arg("COUNT")
        .arg(NAMES_PER_STEP);
    command
}

/// The pattern for names with this prefix.
fn pattern(prefix: &str) -> String {
    let mut pattern = String::with_capacity(prefix.len() + 1);
    for character in prefix.chars() {
        if matches!(character, '*' | '?' | '[' | ']' | '^' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('*');
    pattern
}

async fn unlink(connection: &mut Connection, names: Names) -> RedisResult<()> {
    if names.is_empty() {
        return Ok(());
    }
    connection.query(redis::cmd("UNLINK").arg(names)).await
}
