//! Finds the operation of a request.

mod path_template;
mod paths;
mod prevailing;
mod resources;
mod route;
mod routes;
mod similar;

pub use self::routes::UnknownRoutes;
pub(super) use self::{
    path_template::PathTemplate,
    resources::Resources,
    route::Route,
    routes::{Choice, Routes},
};
