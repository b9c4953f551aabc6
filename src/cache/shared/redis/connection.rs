//! A connection to a server or a cluster.

use std::{future::Future, time::Duration};

use redis::{
    Client, Cmd, ConnectionInfo, FromRedisValue, ProtocolVersion, RedisResult, Value,
    aio::{ConnectionManager, ConnectionManagerConfig},
    cluster::{ClusterClient, ClusterClientBuilder},
    cluster_async::ClusterConnection,
    cluster_routing::{MultipleNodeRoutingInfo, RoutingInfo, SingleNodeRoutingInfo},
    from_redis_value,
};

/// Where to connect to.
#[derive(Clone)]
pub(super) enum Target {
    Server(Box<Client>),
    Cluster(Vec<ConnectionInfo>),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Settings {
    pub(super) response_timeout: Duration,
    pub(super) connect_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            response_timeout: Duration::from_millis(500),
            connect_timeout: Duration::from_secs(1),
        }
    }
}

/// A cluster needs retries, since each redirection counts as one.
const CLUSTER_RETRIES: u32 = 2;

/// The longest time between retries, in milliseconds.
const CLUSTER_LONGEST_WAIT: u64 = 20;

impl Target {
    /// Checks what can be checked without connecting: whether the nodes of a cluster have the same settings.
    pub(super) fn check_nodes(&self) -> RedisResult<()> {
        match self {
            Self::Server(_) => Ok(()),
            Self::Cluster(nodes) => cluster_client(nodes, Settings::default()).map(|_| ()),
        }
    }

    /// The host and the port of each server, without credentials.
    pub(super) fn addresses(&self) -> String {
        match self {
            Self::Server(client) => client.get_connection_info().addr().to_string(),
            Self::Cluster(nodes) => {
                let nodes = nodes.iter().map(|node| node.addr().to_string());
                nodes.collect::<Vec<_>>().join(" or ")
            }
        }
    }

    pub(super) fn connect(
        &self,
        settings: Settings,
    ) -> impl Future<Output = RedisResult<Connection>> + Send + 'static {
        let target = self.clone();
        async move {
            #[cfg(feature = "redis-tls")]
            choose_cryptography();
            match target {
                Self::Server(client) => {
                    let manager = ConnectionManager::new_with_config(*client, managed(settings));
                    Ok(Connection::Server(manager.await?))
                }
                Self::Cluster(nodes) => {
                    let client = cluster_client(&nodes, settings)?;
                    Ok(Connection::Cluster(client.get_async_connection().await?))
                }
            }
        }
    }
}

impl Target {
    /// A connection that waits for entries of a log. A server counts it among the listeners of the log's channel.
    pub(super) fn connect_listening(
        &self,
        settings: Settings,
        log: String,
    ) -> impl Future<Output = RedisResult<Connection>> + Send + 'static {
        let target = self.with_resp3();
        async move {
            let mut connection = target?.connect(settings).await?;
            if let Connection::Server(server) = &mut connection {
                server.subscribe(log).await?;
            }
            Ok(connection)
        }
    }

    /// The newer protocol, in which a connection that listens can also send commands.
    fn with_resp3(&self) -> RedisResult<Self> {
        match self {
            Self::Server(client) => {
                let info = client.get_connection_info();
                let redis = info.redis_settings().clone();
                let redis = redis.set_protocol(ProtocolVersion::RESP3);
                let client = Client::open(info.clone().set_redis_settings(redis))?;
                Ok(Self::Server(Box::new(client)))
            }
            Self::Cluster(_) => Ok(self.clone()),
        }
    }

    pub(super) fn is_cluster(&self) -> bool {
        matches!(self, Self::Cluster(_))
    }
}

/// Has no retries, since all look-ups would wait until the manager retries. The next look-up connects again instead.
fn managed(settings: Settings) -> ConnectionManagerConfig {
    ConnectionManagerConfig::new()
        .set_response_timeout(Some(settings.response_timeout))
        .set_connection_timeout(Some(settings.connect_timeout))
        .set_number_of_retries(0)
}

fn cluster_client(nodes: &[ConnectionInfo], settings: Settings) -> RedisResult<ClusterClient> {
    ClusterClientBuilder::new(nodes.iter().cloned())
        .response_timeout(settings.response_timeout)
        .connection_timeout(settings.connect_timeout)
        .retries(CLUSTER_RETRIES)
        .min_retry_wait(1)
        .max_retry_wait(CLUSTER_LONGEST_WAIT)
        .build()
}

/// Installs a default provider for rustls. If dependencies enable two providers, rustls cannot choose one itself.
#[cfg(feature = "redis-tls")]
fn choose_cryptography() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // It fails only if another thread has installed one meanwhile.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}

/// Cheap to clone. Clones share the connection.
#[derive(Clone)]
pub(super) enum Connection {
    Server(ConnectionManager),
    Cluster(ClusterConnection),
}

impl Connection {
    pub(super) async fn query<T: FromRedisValue>(&mut self, command: &Cmd) -> RedisResult<T> {
        match self {
            Self::Server(connection) => command.query_async(connection).await,
            Self::Cluster(connection) => command.query_async(connection).await,
        }
    }

    /// Sends a command to every primary node. A single server has no address.
    pub(super) async fn query_each(
        &mut self,
        command: &Cmd,
    ) -> RedisResult<Vec<(Option<String>, Value)>> {
        match self {
            Self::Server(connection) => Ok(vec![(None, command.query_async(connection).await?)]),
            Self::Cluster(connection) => {
                let primaries = MultipleNodeRoutingInfo::AllMasters;
                let routing = RoutingInfo::MultiNode((primaries, None));
                let answers = connection.route_command(command.clone(), routing).await?;
                let answers: Vec<(String, Value)> = from_redis_value(answers)?;
                Ok(answers
                    .into_iter()
                    .map(|(address, answer)| (Some(address), answer))
                    .collect())
            }
        }
    }

    /// Sends a command to the server, or to the cluster's node with this address.
    pub(super) async fn query_at<T: FromRedisValue>(
        &mut self,
        address: Option<&str>,
        command: &Cmd,
    ) -> RedisResult<T> {
        let node = address.and_then(|address| address.rsplit_once(':'));
        match (self, node) {
            (Self::Cluster(connection), Some((host, port))) => {
                let node = SingleNodeRoutingInfo::ByAddress {
                    host: host.to_owned(),
                    port: port.parse().unwrap_or_default(),
                };
                let routing = RoutingInfo::SingleNode(node);
                Ok(from_redis_value(
                    connection.route_command(command.clone(), routing).await?,
                )?)
            }
            (connection, _) => connection.query(command).await,
        }
    }
}
