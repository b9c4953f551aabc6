//! The settings of a console.

use std::fmt;

use http::{request::Parts, uri::Authority};

use crate::{
    access::Access,
    console::{Console, DEFAULT_CAPACITY},
    error::ConsoleError,
    ring::MAX_DECISIONS,
};

/// Sets up a [`Console`]. [`Console::builder`] returns one.
///
/// ```
/// use tower_lambda_authorizer_console::Console;
///
/// let console = Console::builder().capacity(1_000).hosts(["dev.example"]).build()?;
/// # let _ = console;
/// let error = Console::builder().hosts(["http://dev.example"]).build().unwrap_err();
/// assert!(error.to_string().starts_with("`http://dev.example` is not a host"));
/// # Ok::<(), tower_lambda_authorizer_console::ConsoleError>(())
/// ```
#[must_use = "a builder does nothing until `build` is called"]
pub struct ConsoleBuilder {
    capacity: usize,
    hosts: Vec<String>,
    access: Access,
}

impl Console {
    /// Returns a builder for a console that keeps more decisions, or answers other peers or hosts.
    pub fn builder() -> ConsoleBuilder {
        ConsoleBuilder::default()
    }
}

impl Default for ConsoleBuilder {
    fn default() -> Self {
        Self {
            capacity: DEFAULT_CAPACITY,
            hosts: Vec::new(),
            access: Access::default(),
        }
    }
}

impl ConsoleBuilder {
    /// Sets how many decisions are kept. The default is 200.
    pub fn capacity(mut self, decisions: usize) -> Self {
        self.capacity = decisions;
        self
    }

    /// Adds hosts under which the page may be opened, with any port. `localhost`, names that end in `.localhost`, and
    /// loopback addresses need not be added.
    ///
    /// Add only names that you control. Someone who controls the name of a host can read this page through a browser
    /// that opens that host.
    pub fn hosts<H: Into<String>>(mut self, hosts: impl IntoIterator<Item = H>) -> Self {
        self.hosts.extend(hosts.into_iter().map(Into::into));
        self
    }

    /// Accepts requests from peers that are not on the loopback address, or that come through a proxy. The function
    /// receives the request without its body, and returns whether to accept it. Direct requests from the loopback
    /// address do not need it. The other checks, such as that of the [host](Self::hosts), still apply.
    ///
    /// The page shows paths, policies and contexts, and can call authorizers, so accept only developers.
    ///
    /// ```
    /// use std::net::{IpAddr, SocketAddr};
    ///
    /// use axum::extract::ConnectInfo;
    /// use tower_lambda_authorizer_console::Console;
    ///
    /// // The host of a container.
    /// let host: IpAddr = [172, 17, 0, 1].into();
    /// let console = Console::builder()
    ///     .peers(move |parts| {
    ///         let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    ///         peer.is_some_and(|peer| peer.ip() == host)
    ///     })
    ///     .build()?;
    /// # let _ = console;
    /// # Ok::<(), tower_lambda_authorizer_console::ConsoleError>(())
    /// ```
    pub fn peers(mut self, lets_in: impl Fn(&Parts) -> bool + Send + Sync + 'static) -> Self {
        self.access.peers = Some(Box::new(lets_in));
        self
    }

    /// Builds the console.
    ///
    /// # Errors
    ///
    /// Returns [`ConsoleError`] if the capacity is 0 or more than 10,000, or if a text in [`hosts`](Self::hosts) is not
    /// a host.
    pub fn build(mut self) -> Result<Console, ConsoleError> {
        if !(1..=MAX_DECISIONS).contains(&self.capacity) {
            return Err(ConsoleError::Capacity(self.capacity));
        }
        let hosts = self.hosts.into_iter().map(host);
        self.access.hosts = hosts.collect::<Result<_, _>>()?;
        Ok(Console::build(self.capacity, self.access))
    }
}

/// A host as requests name it: in lower case, without a port.
fn host(text: String) -> Result<String, ConsoleError> {
    match text.parse::<Authority>() {
        Ok(authority) if !text.is_empty() && authority.host() == text => {
            Ok(text.to_ascii_lowercase())
        }
        _ => Err(ConsoleError::Host(text)),
    }
}

impl fmt::Debug for ConsoleBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsoleBuilder")
            .field("capacity", &self.capacity)
            .field("hosts", &self.hosts)
            .finish_non_exhaustive()
    }
}
