//! The format of a message in the log.
//!
//! | bytes | |
//! |---|---|
//! | 1 | the format's version |
//! | 1 | the kind: the log begins, or what is revoked: everything, or the groups of an identity, a principal or a tag |
//! | 16 | the incarnation of the log |
//! | 16 | the position of the last entry that the writer had read. Zero if the log begins |
//! | 16 | the link: a hash of the entries up to there |
//! | 8 | a random number, so that no two messages are equal |
//! | | the groups, 16 bytes each |
//! | 32 | the seal: an HMAC of the log's name and all of the above |

use std::slice;

use super::{
    chain::{LINK_LENGTH, Read},
    incarnation::Incarnation,
    log::{LogEntry, LogPosition},
};
use crate::{
    cache::shared::secret::{FORMAT_VERSION, GROUP_LENGTH, Group, SEAL_LENGTH, Secret},
    observe::RevocationKind,
};

/// A message names at most this many groups.
const MAX_GROUPS: usize = 255;

const HEAD_LENGTH: usize = 58;
const MAX_BYTES: usize = HEAD_LENGTH + MAX_GROUPS * GROUP_LENGTH + SEAL_LENGTH;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) incarnation: Incarnation,
    /// What its writer had read.
    pub(super) read: Read,
    pub(super) revoked: Revoked,
}

/// What a message revokes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cache) enum Revoked {
    /// The log begins. All results of earlier logs are revoked.
    Earlier,
    Everything,
    /// Those of an identity: one for each place that its credential may come from.
    Identity(Vec<Group>),
    Principal(Group),
    Tag(Group),
}

impl Revoked {
    /// A message that only makes the log longer.
    pub(super) fn nothing() -> Self {
        Self::Identity(Vec::new())
    }

    /// What observers learn about it. `None` if it revokes nothing.
    pub(super) fn kind(&self) -> Option<RevocationKind> {
        match self {
            Self::Earlier => None,
            Self::Identity(groups) if groups.is_empty() => None,
            Self::Everything => Some(RevocationKind::Everything),
            Self::Identity(_) => Some(RevocationKind::Identity),
            Self::Principal(_) => Some(RevocationKind::Principal),
            Self::Tag(_) => Some(RevocationKind::Tag),
        }
    }
}

/// Whether it is longer than any message, so that it is not intact.
pub(super) fn is_too_long(entry: &LogEntry) -> bool {
    entry.message.len() > MAX_BYTES
}

/// What a process keeps of an entry. Only the beginning if it is too long, which is not intact either.
pub(super) fn shortened(mut entry: LogEntry) -> LogEntry {
    if is_too_long(&entry) {
        entry.message.truncate(MAX_BYTES + 1);
        entry.message.shrink_to_fit();
    }
    entry
}

impl Message {
    pub(super) fn seal(&self, secret: &Secret, log: &str, nonce: u64) -> Vec<u8> {
        let (kind, groups): (u8, &[Group]) = match &self.revoked {
            Revoked::Earlier => (0, &[]),
            Revoked::Everything => (1, &[]),
            // A message that names more revokes everything.
            Revoked::Identity(groups) if groups.len() > MAX_GROUPS => (1, &[]),
            Revoked::Identity(groups) => (2, groups),
            Revoked::Principal(group) => (3, slice::from_ref(group)),
            Revoked::Tag(group) => (4, slice::from_ref(group)),
        };
        let mut message = vec![FORMAT_VERSION, kind];
        message.extend_from_slice(&self.incarnation.0.to_be_bytes());
        message.extend_from_slice(&self.read.position.0.to_be_bytes());
        message.extend_from_slice(&self.read.link);
        message.extend_from_slice(&nonce.to_be_bytes());
        groups.iter().for_each(|group| message.extend(group));
        let seal = secret.log_seal(log.as_bytes(), &message);
        message.extend_from_slice(&seal);
        message
    }

    /// Reads a message that was sealed for this log. Checks the seal before anything else.
    pub(super) fn open(secret: &Secret, log: &str, message: &[u8]) -> Option<Self> {
        if message.len() > MAX_BYTES {
            return None;
        }
        let (sealed, seal) = message.split_last_chunk::<SEAL_LENGTH>()?;
        if !secret.is_log_sealed(log.as_bytes(), sealed, seal) {
            return None;
        }
        let (&[FORMAT_VERSION, kind], rest) = sealed.split_first_chunk()? else {
            return None;
        };
        let (incarnation, rest) = rest.split_first_chunk()?;
        let (position, rest) = rest.split_first_chunk()?;
        let (link, rest) = rest.split_first_chunk::<LINK_LENGTH>()?;
        let (_nonce, groups) = rest.split_first_chunk::<8>()?;
        let whole = groups.chunks_exact(GROUP_LENGTH);
        let revoked = match kind {
            _ if !whole.remainder().is_empty() => return None,
            0 => Revoked::Earlier,
            1 => Revoked::Everything,
            2 => Revoked::Identity(whole.filter_map(|group| group.try_into().ok()).collect()),
            3 => Revoked::Principal(groups.try_into().ok()?),
            4 => Revoked::Tag(groups.try_into().ok()?),
            _ => return None,
        };
        Some(Self {
            incarnation: Incarnation(u128::from_be_bytes(*incarnation)),
            read: Read {
                position: LogPosition(u128::from_be_bytes(*position)),
                link: *link,
            },
            revoked,
        })
    }
}
