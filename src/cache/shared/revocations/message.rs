//! The format of a message in the log.
//!
//! | bytes | |
//! |---|---|
//! | 1 | the format's version |
//! | 1 | the kind: the log begins, or what is revoked: everything, or the groups of an identity, a principal or a tag |
//! | 8 | the incarnation of the log: a random number, so that a log that was lost is not taken for its successor |
//! | 8 | a random number, so that no two messages are equal |
//! | | the groups, 16 bytes each |
//! | 32 | the seal: an HMAC of the log's name and all of the above |

use std::slice;

use super::{GROUP_LENGTH, Group};
use crate::{
    cache::shared::secret::{FORMAT_VERSION, SEAL_LENGTH, Secret},
    observe::RevocationKind,
};

/// A message names at most so many groups.
const MOST_GROUPS: usize = 255;

const HEAD_LENGTH: usize = 18;
const MOST_BYTES: usize = HEAD_LENGTH + MOST_GROUPS * GROUP_LENGTH + SEAL_LENGTH;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) incarnation: u64,
    pub(super) revoked: Revoked,
}

/// What a message revokes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cache) enum Revoked {
    /// The log begins.
    Nothing,
    Everything,
    /// Those of an identity: one for each place that its credential may come from.
    Groups(Vec<Group>),
    Principal(Group),
    Tag(Group),
}

impl Revoked {
    /// What observers are told of it. `None` if it revokes nothing.
    pub(super) fn kind(&self) -> Option<RevocationKind> {
        match self {
            Self::Nothing => None,
            Self::Everything => Some(RevocationKind::Everything),
            Self::Groups(_) => Some(RevocationKind::Identity),
            Self::Principal(_) => Some(RevocationKind::Principal),
            Self::Tag(_) => Some(RevocationKind::Tag),
        }
    }
}

impl Message {
    pub(super) fn seal(&self, secret: &Secret, log: &str, nonce: u64) -> Vec<u8> {
        let (kind, groups): (u8, &[Group]) = match &self.revoked {
            Revoked::Nothing => (0, &[]),
            Revoked::Everything => (1, &[]),
            // A message that names more revokes everything.
            Revoked::Groups(groups) if groups.len() > MOST_GROUPS => (1, &[]),
            Revoked::Groups(groups) => (2, groups),
            Revoked::Principal(group) => (3, slice::from_ref(group)),
            Revoked::Tag(group) => (4, slice::from_ref(group)),
        };
        let mut message = vec![FORMAT_VERSION, kind];
        message.extend_from_slice(&self.incarnation.to_be_bytes());
        message.extend_from_slice(&nonce.to_be_bytes());
        groups.iter().for_each(|group| message.extend(group));
        let seal = secret.log_seal(log.as_bytes(), &message);
        message.extend_from_slice(&seal);
        message
    }

    /// Reads a message that was sealed for this log. Checks the seal before anything else.
    pub(super) fn open(secret: &Secret, log: &str, message: &[u8]) -> Option<Self> {
        if message.len() > MOST_BYTES {
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
        let (_nonce, groups) = rest.split_first_chunk::<8>()?;
        let whole = groups.chunks_exact(GROUP_LENGTH);
        let revoked = match kind {
            _ if !whole.remainder().is_empty() => return None,
            0 => Revoked::Nothing,
            1 => Revoked::Everything,
            2 => Revoked::Groups(whole.filter_map(|group| group.try_into().ok()).collect()),
            3 => Revoked::Principal(groups.try_into().ok()?),
            4 => Revoked::Tag(groups.try_into().ok()?),
            _ => return None,
        };
        Some(Self {
            incarnation: u64::from_be_bytes(*incarnation),
            revoked,
        })
    }
}
