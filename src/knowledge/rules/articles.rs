//! The articles that remedies point to, and what has become of them.
//!
//! Many were withdrawn with the pages and tools that they describe. The list says so, names what
//! took their place, and says how far that could be checked, so that nobody is sent to a page
//! that is gone without a word.

use std::sync::LazyLock;

use crate::knowledge::table::rows;

const TABLE: &str = include_str!("../articles.tsv");

/// All articles, in the order of the table.
pub static ARTICLES: LazyLock<Vec<Article>> = LazyLock::new(|| rows(TABLE).collect());

/// One article.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize)]
pub struct Article {
    /// Knowledge base number, or a short key for pages that have none.
    pub kb: &'static str,
    /// What it is about, in our words.
    pub title: &'static str,
    /// Its address.
    pub url: &'static str,
    /// What has become of it: `live` (its text is published today), `retired` (withdrawn, or its
    /// tool no longer works), `replaced` (another article or tool took its place) or `archived` (to
    /// be read in an archive only).
    pub status: &'static str,
    /// What to use instead: the key of another article, or words.
    pub replaced_by: Option<&'static str>,
    /// How far its state was checked, and when.
    pub checked: &'static str,
    /// What a reader should know before following it.
    pub note: &'static str,
    /// Where this is written.
    pub source: &'static str,
}

/// The article with this key.
pub fn article(kb: &str) -> Option<&'static Article> {
    ARTICLES.iter().find(|article| article.kb == kb)
}

#[cfg(test)]
mod tests {
    use super::{ARTICLES, TABLE, article};

    #[test]
    fn every_row_is_read_and_complete() {
        assert_eq!(ARTICLES.len(), TABLE.lines().count() - 1);
        for line in TABLE.lines() {
            assert_eq!(line.split('\t').count(), 8, "{line}");
        }
        for article in ARTICLES.iter() {
            let states = ["live", "retired", "replaced", "archived"];
            assert!(states.contains(&article.status), "{}", article.kb);
            assert!(article.url.starts_with("https://"), "{}", article.kb);
            assert!(
                !article.title.is_empty() && !article.checked.is_empty(),
                "{}",
                article.kb
            );
            let same = ARTICLES
                .iter()
                .filter(|other| other.kb == article.kb)
                .count();
            assert_eq!(same, 1, "{}", article.kb);
        }
    }

    #[test]
    fn what_is_replaced_says_by_what() {
        for article in ARTICLES.iter().filter(|a| a.status == "replaced") {
            assert!(article.replaced_by.is_some(), "{}", article.kb);
        }
    }

    #[test]
    fn numbers_that_nobody_could_confirm_are_not_listed() {
        for kb in [
            "872904", "824643", "555175", "299803", "2688946", "2640494", "839547", "922377",
            "949545", "17588", "2519277",
        ] {
            assert_eq!(article(kb), None, "{kb}");
        }
    }

    #[test]
    fn the_article_of_the_fix_it_says_that_the_fix_it_is_gone() {
        assert!(article("971187").unwrap().note.contains("Fix it"));
    }
}
