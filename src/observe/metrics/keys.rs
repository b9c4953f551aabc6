//! The name and the labels of each time series, which are put together only once.
//!
//! A key is kept, and not the counter behind it. The recorder is asked for the counter each time, because an exporter
//! can be installed later. An exporter with an idle timeout also forgets counters, and what is added to a forgotten
//! counter is lost.

use std::{
    fmt,
    hash::{Hash, Hasher},
    ptr,
};

use foldhash::fast::RandomState;
use metrics::{Key, Label, Level, Metadata, Recorder, with_recorder};
use papaya::{Equivalent, HashMap};

/// The origin of the metrics, for the recorder.
pub(super) const METADATA: Metadata<'static> =
    Metadata::new(module_path!(), Level::INFO, Some(module_path!()));

/// The labels of a time series that do not depend on the configuration: names and values.
pub(super) type Labels = [(&'static str, &'static str)];

/// Keys by their parts. There is one for each time series.
#[derive(Default)]
pub(super) struct Keys(HashMap<Made, Key, RandomState>);

/// The parts of a key. Static strings are compared and hashed by their address, which takes half of the instructions. If
/// the compiler keeps a string twice, a key may be made twice, and is the same.
#[derive(Clone, Copy)]
struct Parts<'p> {
    name: &'static str,
    labels: &'p Labels,
    authorizer: &'p str,
}

struct Made {
    name: &'static str,
    labels: Box<Labels>,
    authorizer: Box<str>,
}

impl Keys {
    /// Lends the recorder the key with these labels.
    pub(super) fn with<R>(
        &self,
        name: &'static str,
        labels: &Labels,
        authorizer: Option<&str>,
        report: impl FnOnce(&dyn Recorder, &Key) -> R,
    ) -> R {
        let parts = Parts {
            name,
            labels,
            authorizer: authorizer.unwrap_or_default(),
        };
        let keys = self.0.pin();
        let key = match keys.get(&parts) {
            Some(key) => key,
            None => keys.get_or_insert_with(parts.to_owned(), || parts.key()),
        };
        with_recorder(|recorder| report(recorder, key))
    }
}

impl Parts<'_> {
    #[cold]
    fn to_owned(self) -> Made {
        Made {
            name: self.name,
            labels: self.labels.into(),
            authorizer: self.authorizer.into(),
        }
    }

    #[cold]
    fn key(self) -> Key {
        let labels = self.labels.iter();
        let labels = labels.map(|(name, value)| Label::from_static_parts(name, value));
        let authorizer = Label::new("authorizer", self.authorizer.to_owned());
        Key::from_parts(self.name, labels.chain([authorizer]).collect::<Vec<_>>())
    }
}

/// The values are enough: the name of a metric determines those of its labels.
impl Hash for Parts<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.as_ptr().hash(state);
        for (_, value) in self.labels {
            value.as_ptr().hash(state);
        }
        self.authorizer.hash(state);
    }
}

impl PartialEq for Parts<'_> {
    fn eq(&self, other: &Self) -> bool {
        let mut values = self.labels.iter().zip(other.labels);
        ptr::eq(self.name, other.name)
            && values.all(|((_, own), (_, other))| ptr::eq(*own, *other))
            && self.authorizer == other.authorizer
    }
}

impl Made {
    fn parts(&self) -> Parts<'_> {
        Parts {
            name: self.name,
            labels: &self.labels,
            authorizer: &self.authorizer,
        }
    }
}

impl Hash for Made {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

impl PartialEq for Made {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for Made {}

impl Equivalent<Made> for Parts<'_> {
    fn equivalent(&self, made: &Made) -> bool {
        *self == made.parts()
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} time series", self.0.len())
    }
}
