//! The files that somebody is writing. A document that is half-written may be valid and guard less: YAML can end
//! anywhere.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use notify::{
    Event, EventKind,
    event::{AccessKind, AccessMode, ModifyKind},
};

/// A file that was closed is complete after this time. Some programs open it again and write the rest.
const PAUSE: Duration = Duration::from_millis(50);

/// A writer that has not written for this long is not waited for. It may keep the file open for another reason.
const MAX_PAUSE: Duration = Duration::from_secs(10);

/// A folder may get new files all the time. With more than this, those that are not written any more are forgotten.
const MAX: usize = 100;

/// The files that were written lately. Clones share the list.
#[derive(Clone, Default)]
pub(super) struct Writers(Arc<Mutex<BTreeMap<PathBuf, Writing>>>);

struct Writing {
    last: Instant,
    /// Only Linux tells that a file is closed. Elsewhere, each file counts as closed.
    is_open: bool,
}

impl Writing {
    fn goes_on(&self, now: Instant) -> bool {
        let pause = if self.is_open { MAX_PAUSE } else { PAUSE };
        now.saturating_duration_since(self.last) < pause
    }
}

impl Writers {
    pub(super) fn note(&self, event: &Event) {
        self.note_at(event, Instant::now());
    }

    fn note_at(&self, event: &Event, now: Instant) {
        let mut written = self.lock();
        if written.len() > MAX {
            written.retain(|_, writing| writing.goes_on(now));
        }
        for file in &event.paths {
            match event.kind {
                EventKind::Modify(ModifyKind::Data(_)) => {
                    let is_open = cfg!(target_os = "linux");
                    written.insert(file.clone(), Writing { last: now, is_open });
                }
                // Another file may have the name now.
                EventKind::Modify(ModifyKind::Name(_)) | EventKind::Remove(_) => {
                    written.remove(file);
                }
                _ if closes(event) => {
                    if let Some(writing) = written.get_mut(file) {
                        writing.is_open = false;
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether one of these files is being written.
    pub(super) fn write(&self, files: &BTreeSet<PathBuf>) -> bool {
        // Events come late on a busy machine. The times of the files are there at once.
        let now = SystemTime::now();
        files.iter().any(|file| was_just_written(file, now)) || self.write_at(files, Instant::now())
    }

    fn write_at(&self, files: &BTreeSet<PathBuf>, now: Instant) -> bool {
        let mut written = self.lock();
        written.retain(|_, writing| writing.goes_on(now));
        if written.is_empty() {
            return false;
        }
        // The same file may be known under several names.
        let real = |file: &PathBuf| file.canonicalize().ok();
        let files: BTreeSet<_> = files.iter().filter_map(real).collect();
        written
            .keys()
            .filter_map(real)
            .any(|file| files.contains(&file))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<PathBuf, Writing>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A time in the future says nothing.
fn was_just_written(file: &Path, now: SystemTime) -> bool {
    let modified = fs::metadata(file).and_then(|metadata| metadata.modified());
    modified.is_ok_and(|modified| {
        now.duration_since(modified)
            .is_ok_and(|passed| passed < PAUSE)
    })
}

/// Whether somebody has closed a file after writing.
pub(super) fn closes(event: &Event) -> bool {
    event.kind == EventKind::Access(AccessKind::Close(AccessMode::Write))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::fs;

    use notify::event::{DataChange, RenameMode};

    use super::*;

    const WRITTEN: EventKind = EventKind::Modify(ModifyKind::Data(DataChange::Any));
    const CLOSED: EventKind = EventKind::Access(AccessKind::Close(AccessMode::Write));
    const RENAMED: EventKind = EventKind::Modify(ModifyKind::Name(RenameMode::To));

    #[test]
    fn a_file_is_written_until_it_is_closed_or_replaced_or_abandoned() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        fs::write(file("api.yaml"), "").unwrap();
        fs::write(file("other"), "").unwrap();
        std::os::unix::fs::symlink("api.yaml", file("link")).unwrap();
        let of_guard = BTreeSet::from([file("link"), file("missing")]);
        let begin = Instant::now();
        let after = |events: &[(EventKind, &str)], milliseconds| {
            let writers = Writers::default();
            for (kind, name) in events {
                writers.note_at(&Event::new(*kind).add_path(file(name)), begin);
            }
            writers.write_at(&of_guard, begin + Duration::from_millis(milliseconds))
        };
        assert!(!after(&[], 0));
        assert!(after(&[(WRITTEN, "api.yaml")], 9_999));
        assert!(!after(&[(WRITTEN, "api.yaml")], 10_000));
        assert!(!after(&[(WRITTEN, "other"), (WRITTEN, "missing")], 0));
        let closed = [(WRITTEN, "api.yaml"), (CLOSED, "api.yaml")];
        assert!(after(&closed, 49));
        assert!(!after(&closed, 50));
        assert!(!after(&[(WRITTEN, "api.yaml"), (RENAMED, "api.yaml")], 0));
        for end in [CLOSED, RENAMED] {
            assert!(after(&[(WRITTEN, "api.yaml"), (end, "other")], 9_999));
        }
        let again = [&closed[..], &[(WRITTEN, "api.yaml")]].concat();
        assert!(after(&again, 9_999));
    }

    #[test]
    fn a_file_that_no_event_has_told_of_is_written_until_a_moment_has_passed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("api.yaml");
        let file = fs::File::create(&path).unwrap();
        let modified = SystemTime::now();
        file.set_modified(modified).unwrap();
        let after =
            |milliseconds| was_just_written(&path, modified + Duration::from_millis(milliseconds));
        assert!(after(1) && after(49));
        assert!(!after(51));
        assert!(!was_just_written(&path, modified - PAUSE));
        let writes = || Writers::default().write(&BTreeSet::from([path.clone()]));
        file.set_modified(modified - PAUSE).unwrap();
        assert!(!writes());
        // It begins again until the file is found to be written, for a busy machine may stop this test at any time.
        let is_written = || {
            file.set_modified(SystemTime::now()).unwrap();
            writes()
        };
        assert!((0..1_000).any(|_| is_written()));
        assert!(!was_just_written(&folder.path().join("missing"), modified));
    }

    #[test]
    fn files_that_are_not_written_any_more_are_forgotten() {
        let begin = Instant::now();
        let writers = Writers::default();
        for number in 0..1_000 {
            let now = begin + Duration::from_millis(number);
            for kind in [WRITTEN, CLOSED] {
                writers.note_at(
                    &Event::new(kind).add_path(PathBuf::from(number.to_string())),
                    now,
                );
            }
        }
        assert!(writers.lock().len() <= MAX + 1);
    }
}
