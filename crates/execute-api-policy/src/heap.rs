//! The memory that a value uses on the heap: the sum over its parts, in the sizes that the allocator reserves.

use std::sync::Arc;

use serde_json::Value;
use smallvec::{Array, SmallVec};

/// The overhead of an allocation: the allocator's own bookkeeping, and rounding up.
const ALLOCATION: usize = 16;

/// The cost of an allocation of this many bytes.
#[doc(hidden)]
#[must_use]
pub fn allocation(bytes: usize) -> usize {
    match bytes {
        0 => 0,
        bytes => bytes + ALLOCATION,
    }
}

/// The memory that a value has allocated, without the value itself.
#[doc(hidden)]
pub trait HeapBytes {
    /// In bytes, in the sizes that the allocator reserves.
    fn heap_bytes(&self) -> usize;
}

/// The cost of a value in an [`Arc`], including its two counters.
#[must_use]
pub fn shared<T: HeapBytes>(value: &T) -> usize {
    allocation(2 * size_of::<usize>() + size_of::<T>()) + value.heap_bytes()
}

/// Implements [`HeapBytes`] for a struct as the sum of these fields. The other fields must not allocate.
macro_rules! heap_bytes {
    ($type:ident { $($field:ident),* }) => {
        impl $crate::heap::HeapBytes for $type {
            #[inline]
            fn heap_bytes(&self) -> usize {
                0 $(+ $crate::heap::HeapBytes::heap_bytes(&self.$field))*
            }
        }
    };
}
pub(crate) use heap_bytes;

/// The memory of these values, and of a list with this much room.
fn list<'v, T: HeapBytes + 'v>(values: impl IntoIterator<Item = &'v T>, room: usize) -> usize {
    let inside = values.into_iter().map(HeapBytes::heap_bytes);
    allocation(room * size_of::<T>()) + inside.sum::<usize>()
}

impl HeapBytes for String {
    fn heap_bytes(&self) -> usize {
        allocation(self.capacity())
    }
}

impl HeapBytes for Box<str> {
    fn heap_bytes(&self) -> usize {
        allocation(self.len())
    }
}

impl HeapBytes for Arc<str> {
    fn heap_bytes(&self) -> usize {
        allocation(2 * size_of::<usize>() + self.len())
    }
}

impl<T: HeapBytes> HeapBytes for Option<T> {
    fn heap_bytes(&self) -> usize {
        self.as_ref().map_or(0, T::heap_bytes)
    }
}

impl<T: HeapBytes, U: HeapBytes> HeapBytes for (T, U) {
    fn heap_bytes(&self) -> usize {
        self.0.heap_bytes() + self.1.heap_bytes()
    }
}

impl<T: HeapBytes> HeapBytes for Box<T> {
    fn heap_bytes(&self) -> usize {
        allocation(size_of::<T>()) + T::heap_bytes(self)
    }
}

impl<T: HeapBytes> HeapBytes for Vec<T> {
    fn heap_bytes(&self) -> usize {
        list(self, self.capacity())
    }
}

impl<A: Array<Item: HeapBytes>> HeapBytes for SmallVec<A> {
    fn heap_bytes(&self) -> usize {
        let room = if self.spilled() { self.capacity() } else { 0 };
        list(self, room)
    }
}

impl<T: HeapBytes, const N: usize> HeapBytes for [T; N] {
    fn heap_bytes(&self) -> usize {
        list(self, 0)
    }
}

/// Assumes that the nodes of a map, which have room for eleven entries, are a little more than half full.
impl HeapBytes for Value {
    fn heap_bytes(&self) -> usize {
        const NODE: usize =
            11 * (size_of::<String>() + size_of::<Value>()) + 2 * size_of::<usize>();
        match self {
            Self::String(text) => text.heap_bytes(),
            Self::Array(values) => values.heap_bytes(),
            Self::Object(values) => {
                let nodes = values.len().div_ceil(6);
                let entries = values.iter();
                let entries = entries.map(|(key, value)| key.heap_bytes() + value.heap_bytes());
                nodes * allocation(NODE) + entries.sum::<usize>()
            }
            Self::Null | Self::Bool(_) | Self::Number(_) => 0,
        }
    }
}

/// Implements [`HeapBytes`] for types that never allocate.
macro_rules! nothing_allocated {
    ($($type:ty),*) => {
        $(impl HeapBytes for $type {
            fn heap_bytes(&self) -> usize {
                0
            }
        })*
    };
}
nothing_allocated!(char, u32, u64, std::ops::Range<u32>);
