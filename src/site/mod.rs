//! What we answer ourselves, in the place of the site behind us.

mod well_known;

pub use well_known::SupportResource;
