//! The articles that remedies point to, and what has become of them.
//!
//! Many were withdrawn with the pages and tools that they describe. The list says so, names what
//! took their place, and says how far that could be checked, so that nobody is sent to a page
//! that is gone without a word.

use std::sync::LazyLock;

use crate::knowledge::table::rows;

/// What has become of an article.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ArticleStatus {
    /// Its text is published today.
    Live,
    /// Withdrawn, or its tool no longer works.
    Retired,
    /// Another article or tool took its place.
    Replaced,
    /// To be read in an archive only.
    Archived,
}

impl ArticleStatus {
    /// `live`, `retired`, `replaced` or `archived`, as in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Retired => "retired",
            Self::Replaced => "replaced",
            Self::Archived => "archived",
        }
    }
}

/// One article.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize)]
pub struct Article {
    /// Knowledge base number, or a short key for pages that have none.
    pub kb: &'static str,
    /// What it is about, in our words.
    pub title: &'static str,
    /// Its address.
    pub url: &'static str,
    /// What has become of it.
    pub status: ArticleStatus,
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
    articles().iter().find(|article| article.kb == kb)
}

/// All articles, in the order of the table.
pub fn articles() -> &'static [Article] {
    static ARTICLES: LazyLock<Vec<Article>> =
        LazyLock::new(|| rows(include_str!("../articles.tsv")).collect());
    &ARTICLES
}

#[cfg(test)]
mod tests {
    use super::{ArticleStatus, article, articles};

    const TABLE: &str = include_str!("../articles.tsv");

    #[test]
    fn every_row_is_read_and_complete() {
        assert_eq!(articles().len(), TABLE.lines().count() - 1);
        for line in TABLE.lines() {
            assert_eq!(line.split('\t').count(), 8, "{line}");
        }
        for article in articles() {
            assert!(article.url.starts_with("https://"), "{}", article.kb);
            assert!(
                !article.title.is_empty() && !article.checked.is_empty(),
                "{}",
                article.kb
            );
            let same = articles()
                .iter()
                .filter(|other| other.kb == article.kb)
                .count();
            assert_eq!(same, 1, "{}", article.kb);
        }
    }

    #[test]
    fn what_is_replaced_says_by_what() {
        for article in articles()
            .iter()
            .filter(|a| a.status == ArticleStatus::Replaced)
        {
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
