//! A resource and its methods.

use http::Method;

use crate::{openapi::routing::path_template::PathTemplate, request::path::is_read_as_get};

/// Whether servers may answer a method with the handler for GET, if it has no handler of its own.
pub(in crate::openapi::routing) fn is_answered_like_get(method: &Method) -> bool {
    *method == Method::HEAD || is_read_as_get(method)
}

/// A resource with its methods.
#[derive(Debug)]
pub(in crate::openapi::routing) struct Resource {
    path: PathTemplate,
    methods: Vec<(Method, usize)>,
    any: Option<usize>,
}

impl Resource {
    pub(super) fn new(path: &PathTemplate) -> Self {
        Self {
            path: path.clone(),
            methods: Vec::new(),
            any: None,
        }
    }

    /// The operation for a method: the method's own, or that of `ANY`.
    pub(in crate::openapi::routing) fn operation(&self, method: &Method) -> Option<usize> {
        self.own(method).or(self.any)
    }

    /// The operation whose handler answers HEAD or CONNECT: that of the method itself, or of GET, or of `ANY`.
    pub(in crate::openapi::routing) fn like_get(&self, method: &Method) -> Option<usize> {
        let own = self.own(method).or_else(|| self.own(&Method::GET));
        own.or(self.any)
    }

    /// The operations that servers may call for a method, and whether every server calls one of them: some servers
    /// answer HEAD and CONNECT like GET, and others do not. If routers of one application may differ about the path, that
    /// of the method's own operation may not find it, and that of another one may.
    pub(in crate::openapi::routing) fn served(
        &self,
        method: &Method,
        routers_may_differ: bool,
    ) -> ([Option<usize>; 3], bool) {
        let own = self.own(method);
        let is_taken = own.is_some() || self.any.is_some();
        if own.is_some() && !routers_may_differ {
            return ([own, None, None], is_taken);
        }
        let like_get = is_answered_like_get(method).then(|| self.own(&Method::GET));
        ([own, like_get.flatten(), self.any], is_taken)
    }

    pub(super) fn path(&self) -> &PathTemplate {
        &self.path
    }

    /// Adds an operation. Fails if the resource has one for this method.
    pub(super) fn add(&mut self, method: Option<&Method>, operation: usize) -> Result<(), String> {
        let is_taken = match method {
            None => self.any.replace(operation).is_some(),
            Some(method) => {
                let is_taken = self.own(method).is_some();
                self.methods.push((method.clone(), operation));
                is_taken
            }
        };
        if is_taken {
            Err("the same method of the same path is defined twice; keep one".into())
        } else {
            Ok(())
        }
    }

    fn own(&self, method: &Method) -> Option<usize> {
        let own = self.methods.iter().find(|(own, _)| own == method);
        own.map(|(_, operation)| *operation)
    }
}
