//! Tests of all writers together, and the reports made by hand that all tests of writers share.

#[cfg(feature = "formats")]
mod formats;
pub(crate) mod specimen;
