//! What a process under load has seen. It writes one line for each request and for each revocation.
//!
//! Times are nanoseconds of the monotonic clock, which is the same for all processes of a machine, whatever their wall
//! clocks show.

use std::{
    fmt,
    fs::File,
    io::{BufRead, BufReader, Write},
    path::Path,
    str::FromStr,
    sync::Mutex,
};

/// What the authorizer is asked about: a session of a user, who belongs to a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Token {
    user: u8,
    session: u8,
}

const USERS: u8 = 8;
const TENANTS: u8 = 4;
const SESSIONS: u8 = 4;

impl Token {
    pub(crate) fn any(random: &mut fastrand::Rng) -> Self {
        Self {
            user: random.u8(..USERS),
            session: random.u8(..SESSIONS),
        }
    }

    pub(crate) fn user(self) -> String {
        format!("user-{}", self.user)
    }

    pub(crate) fn tenant(self) -> String {
        format!("tenant-{}", self.user % TENANTS)
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.user, self.session)
    }
}

impl FromStr for Token {
    type Err = std::num::ParseIntError;

    fn from_str(token: &str) -> Result<Self, Self::Err> {
        let (user, session) = token.split_once('.').unwrap_or((token, ""));
        Ok(Self {
            user: user.parse()?,
            session: session.parse()?,
        })
    }
}

/// What was revoked: `identity 3.1`, `principal user-3`, `tag tenant-3`, or `clear`.
pub(crate) type Group = String;

pub(crate) fn groups_of(token: Token) -> [Group; 4] {
    [
        format!("identity {token}"),
        format!("principal {}", token.user()),
        format!("tag {}", token.tenant()),
        "clear".to_owned(),
    ]
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Seen {
    Request {
        begun: u64,
        /// When the authorizer's call has begun whose result was used. Zero if there was none.
        called: u64,
        took: u64,
        status: u16,
        token: Token,
    },
    Revoked {
        asked: u64,
        confirmed: u64,
        group: Group,
    },
    /// A revocation that returned an error.
    Failed,
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request {
                begun,
                called,
                took,
                status,
                token,
            } => writeln!(f, "request {begun} {called} {took} {status} {token}"),
            Self::Revoked {
                asked,
                confirmed,
                group,
            } => writeln!(f, "revoked {asked} {confirmed} {group}"),
            Self::Failed => writeln!(f, "failed"),
        }
    }
}

impl Seen {
    fn parse(line: &str) -> Option<Self> {
        let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
        match kind {
            "request" => {
                let mut words = rest.split(' ');
                let mut number = || words.next()?.parse().ok();
                let (begun, called, took) = (number()?, number()?, number()?);
                Some(Self::Request {
                    begun,
                    called,
                    took,
                    status: u16::try_from(number()?).ok()?,
                    token: words.next()?.parse().ok()?,
                })
            }
            "revoked" => {
                let mut words = rest.splitn(3, ' ');
                Some(Self::Revoked {
                    asked: words.next()?.parse().ok()?,
                    confirmed: words.next()?.parse().ok()?,
                    group: words.next()?.to_owned(),
                })
            }
            "failed" => Some(Self::Failed),
            _ => None,
        }
    }
}

/// Each line is written at once, since the process may be killed.
pub(crate) struct Record(Mutex<File>);

impl Record {
    pub(crate) fn create(path: &Path) -> Self {
        Self(Mutex::new(File::create_new(path).unwrap()))
    }

    pub(crate) fn write(&self, seen: &Seen) {
        let line = seen.to_string();
        self.0.lock().unwrap().write_all(line.as_bytes()).unwrap();
    }
}

pub(crate) fn read(path: &Path) -> impl Iterator<Item = Seen> {
    let lines = BufReader::new(File::open(path).unwrap()).lines();
    lines.map(|line| {
        let line = line.unwrap();
        Seen::parse(&line).unwrap_or_else(|| panic!("{line}"))
    })
}

pub(crate) fn now() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    let (seconds, nanoseconds) = (u64::try_from(time.tv_sec), u64::try_from(time.tv_nsec));
    seconds.unwrap() * 1_000_000_000 + nanoseconds.unwrap()
}
