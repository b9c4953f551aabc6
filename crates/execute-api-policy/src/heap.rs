//! How much memory a value takes: summed up over its parts, as the allocator hands it out.

use std::sync::Arc;

use serde_json::Value;
use smallvec::{Array, SmallVec};

/// What an allocation costs beside the bytes that were asked for: the allocator's own word, and rounding up.
const ALLOCATION: usize = 16;

/// What an allocation of so many bytes costs.
pub(crate) fn allocation(bytes: usize) -> usize {
    match bytes {
        0 => 0,
        bytes => bytes + ALLOCATION,
    }
}

/// What a value has allocated, itself not counted.
#[doc(hidden)]
pub trait HeapBytes {
    /// In bytes, as the allocator hands them out.
    fn heap_bytes(&self) -> usize;
}

/// What a value in an [`Arc`](std::sync::Arc) costs, with its two counts.
#[must_use]
pub fn shared<T: HeapBytes>(value: &T) -> usize {
    allocation(2 * size_of::<usize>() + size_of::<T>()) + value.heap_bytes()
}

/// For structs: the sum of these fields, the others having nothing allocated.
macro_rules! heap_bytes {
    ($type:ident { $($field:ident),* }) => {
        impl $crate::heap::HeapBytes for $type {
            fn heap_bytes(&self) -> usize {
                0 $(+ $crate::heap::HeapBytes::heap_bytes(&self.$field))*
            }
        }
    };
}
pub(crate) use heap_bytes;

/// What is in these values, and the room for so many.
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

/// An object's map has nodes of eleven entries, which are more than half full.
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

/// Numbers and the like.
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
