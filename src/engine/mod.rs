//! From the bytes of a log to its report: pieces are read and boiled down on all threads, the formats
//! take their lines in order, the diagnosis completes what they tell, and the logs of one scan are
//! tied together.

mod analyse;
mod explain;
pub(crate) mod in_order;
mod notices;
mod numbers;
pub(crate) mod partly;
mod pipeline;
pub mod related;
pub(crate) mod scan;
pub(crate) mod weight;

pub use analyse::{AnalyseError, Options, analyse};
pub use explain::explain;
pub use scan::{Found, Reports, Scan};
