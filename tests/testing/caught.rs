//! A panic as a value: its message, and the line that it points at.

use std::{
    any::Any,
    cell::RefCell,
    panic::{self, AssertUnwindSafe},
    sync::Once,
};

#[derive(Debug, Clone)]
pub(crate) struct Caught {
    pub(crate) message: String,
    pub(crate) file: String,
    pub(crate) line: u32,
}

thread_local! {
    static CAUGHT: RefCell<Option<Caught>> = const { RefCell::new(None) };
    static CATCHING: RefCell<bool> = const { RefCell::new(false) };
}

/// The panic of an assertion that must fail.
#[track_caller]
pub(crate) fn caught<T>(asserting: impl FnOnce() -> T) -> Caught {
    let caught = attempt(asserting);
    caught.expect("an assertion that fails")
}

/// Whether an assertion holds.
pub(crate) fn holds<T>(asserting: impl FnOnce() -> T) -> bool {
    attempt(asserting).is_none()
}

fn attempt<T>(asserting: impl FnOnce() -> T) -> Option<Caught> {
    note_panics();
    CATCHING.set(true);
    let outcome = panic::catch_unwind(AssertUnwindSafe(asserting));
    CATCHING.set(false);
    CAUGHT.take().filter(|_| outcome.is_err())
}

fn note_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !CATCHING.with_borrow(|catching| *catching) {
                return before(panic);
            }
            let location = panic.location().unwrap();
            CAUGHT.set(Some(Caught {
                message: message(panic.payload()),
                file: location.file().to_owned(),
                line: location.line(),
            }));
        }));
    });
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().cloned();
    let literal = || payload.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(literal).unwrap_or_default()
}
