//! The other spellings of a path.

use std::borrow::Cow;

/// The spellings of a path that a service may treat as the same resource. Most paths have only one.
///
/// Each step adds a spelling if it changes the path: as received, then decoded, then with consecutive slashes merged,
/// then without a slash at the end. The last two steps are repeated for each [other path](other_paths) that servers read.
pub(crate) fn spellings(path: &str, decoded: &str) -> Vec<String> {
    let mut spellings = vec![path.to_owned()];
    add_with_slashes(&mut spellings, decoded);
    for other in other_paths(decoded) {
        add_with_slashes(&mut spellings, &other);
    }
    spellings
}

/// Adds a path as it is, then with slashes merged, then without one at the end.
fn add_with_slashes(spellings: &mut Vec<String>, path: &str) {
    let merged = merge_slashes(path);
    let trimmed = merged
        .strip_suffix('/')
        .filter(|trimmed| !trimmed.is_empty());
    for spelling in [Some(path), Some(&merged), trimmed].into_iter().flatten() {
        add(spellings, spelling);
    }
}

pub(super) fn add(paths: &mut Vec<String>, path: &str) {
    if !paths.iter().any(|known| known == path) {
        paths.push(path.to_owned());
    }
}

/// The other paths that servers read if they drop a `;`, if they look for a host, or if they do both.
///
/// Java servers drop the `;` and what follows it in a segment, so `/admin;x/b` is `/admin/b`. For others the query begins there
/// (Fastify before version 5), so it is `/admin`. Programs that read the path as a reference to a URL take what follows two
/// slashes at its beginning for a host, so `//x/admin` is `/admin`.
pub(super) fn other_paths(path: &str) -> Vec<String> {
    let mut paths = without_semicolons(path);
    let after_hosts = paths.iter().filter_map(|path| after_host(path));
    let after_hosts: Vec<_> = after_hosts.map(str::to_owned).collect();
    paths.extend(after_hosts);
    if let Some(after) = after_host(path) {
        paths.push(after.to_owned());
        paths.extend(without_semicolons(after));
    }
    paths
}

fn without_semicolons(path: &str) -> Vec<String> {
    match path.split_once(';') {
        None => Vec::new(),
        Some((before, _)) => vec![without_parameters(path), before.to_owned()],
    }
}

/// Each segment up to its first `;`.
pub(crate) fn without_parameters(path: &str) -> String {
    let segments = path.split('/');
    let names = segments.map(|segment| segment.split(';').next().unwrap_or(segment));
    names.collect::<Vec<_>>().join("/")
}

/// What comes after the host, if the path is read as a reference to a URL: `//host/path`. JavaScript's `new URL(path, base)`
/// reads it like this, also with more slashes.
pub(crate) fn after_host(path: &str) -> Option<&str> {
    let host = path.strip_prefix("//")?.trim_start_matches('/');
    let end = host.find('/');
    Some(end.and_then(|end| host.get(end..)).unwrap_or("/"))
}

pub(crate) fn merge_slashes(path: &str) -> Cow<'_, str> {
    if !path.contains("//") {
        return Cow::Borrowed(path);
    }
    let mut merged = String::with_capacity(path.len());
    for c in path.chars() {
        if c != '/' || !merged.ends_with('/') {
            merged.push(c);
        }
    }
    Cow::Owned(merged)
}

#[cfg(test)]
mod tests {
    use super::{super::decode, *};

    #[test]
    fn a_path_has_the_spellings_of_its_resource() {
        let spellings = |path: &str| spellings(path, &decode(path).unwrap()).split_off(1);
        assert!(spellings("/").is_empty());
        assert!(spellings("/admin").is_empty());
        assert_eq!(spellings("/%61dmin"), ["/admin"]);
        assert_eq!(spellings("/admin/"), ["/admin"]);
        assert_eq!(spellings("//admin"), ["/admin", "/"]);
        assert_eq!(spellings("//"), ["/"]);
        assert_eq!(spellings("//admin/"), ["/admin/", "/admin", "/"]);
        assert_eq!(spellings("///x/admin/b"), ["/x/admin/b", "/admin/b"]);
        assert_eq!(spellings("/a//%62/"), ["/a//b/", "/a/b/", "/a/b"]);
        assert_eq!(spellings("/admin;x"), ["/admin"]);
        assert_eq!(spellings("/admin;x/b"), ["/admin/b", "/admin"]);
        assert_eq!(
            spellings("/a//admin/;x/b"),
            [
                "/a/admin/;x/b",
                "/a//admin//b",
                "/a/admin/b",
                "/a//admin/",
                "/a/admin/",
                "/a/admin"
            ]
        );
        assert_eq!(
            spellings("/;x/admin;y=/;z"),
            ["//admin/", "/admin/", "/admin", "/"]
        );
        assert_eq!(spellings("/a%3Bx"), ["/a;x", "/a"]);
        assert_eq!(
            spellings("//x/admin;y/z"),
            [
                "/x/admin;y/z",
                "//x/admin/z",
                "/x/admin/z",
                "//x/admin",
                "/x/admin",
                "/admin/z",
                "/admin",
                "/admin;y/z"
            ]
        );
    }
}
