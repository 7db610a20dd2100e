//! Real saved pages, when the folder with them is there, and what tests do with pages: our filter against an independent parser.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use proptest::prelude::*;
use tower_gpc::catalog::UrlRule;
use tower_gpc::html::{FilterOptions, TagFilter};
use tower_gpc::policy::Rules;
use tower_gpc::{Catalog, Policy};

use crate::oracle;

/// Where they are, seen from the project.
pub(crate) const FOLDER: &str = "../shared/pages";

/// The saved pages beside the project. A missing folder is said aloud: nothing is tested then.
pub(crate) fn saved() -> Vec<(String, Bytes)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(FOLDER);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("skipped: no folder with saved pages beside the project");
        return Vec::new();
    };
    let mut pages: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "html"))
        .map(|path| {
            (path.file_name().unwrap().to_string_lossy().into_owned(), Bytes::from(std::fs::read(path).unwrap()))
        })
        .collect();
    pages.sort();
    pages
}

/// A page without the guard, whose text names much that pages must not fetch.
pub(crate) fn without_guard(page: impl AsRef<str>) -> String {
    let page = page.as_ref();
    let start = page.find("<script data-usp=").expect("the page has a guard");
    let end = start + page[start..].find("</script>").unwrap() + "</script>".len();
    [&page[..start], &page[end..]].concat()
}

/// A URL that a rule holds for.
pub(crate) fn url_of(rule: &UrlRule) -> String {
    let path = rule.path().trim_end_matches('$').replace('*', "x");
    let path = if path.is_empty() { "/x.js" } else { &path };
    let query = if rule.query().is_empty() { String::new() } else { format!("?{}1", rule.query()) };
    format!("https://{}{path}{query}", rule.host())
}

pub(crate) fn builtin_rules() -> Arc<Rules> {
    static RULES: LazyLock<Arc<Rules>> =
        LazyLock::new(|| Arc::new(Rules::new(Catalog::builtin().clone(), &Policy::default()).unwrap()));
    Arc::clone(&RULES)
}

pub(crate) fn filter(rules: &Arc<Rules>, page: &Bytes, chunk: usize) -> Vec<u8> {
    let starts = (0..page.len()).step_by(chunk);
    filter_chunks(rules, starts.map(|start| page.slice(start..page.len().min(start + chunk))))
}

pub(crate) fn filter_chunks(rules: &Arc<Rules>, chunks: impl IntoIterator<Item = Bytes>) -> Vec<u8> {
    let options = FilterOptions { held_limit: 4 * 1024 * 1024, ..FilterOptions::default() };
    let mut filter = TagFilter::new(Arc::clone(rules), options);
    let mut out = VecDeque::new();
    for chunk in chunks {
        filter.push(chunk, &mut out);
    }
    filter.finish(&mut out);
    assert_eq!(filter.report().over_limit(), 0);
    out.into_iter().flatten().collect()
}

#[test]
fn every_withheld_tag_of_the_saved_pages_goes_and_nothing_else() {
    let rules = builtin_rules();
    let mut withheld = 0;
    for (name, page) in saved() {
        let filtered = filter(&rules, &page, 16 * 1024);
        match oracle::compare(&rules, &page, &filtered) {
            Ok(count) => withheld += count,
            Err(difference) => panic!("{name}: {difference}"),
        }
    }
    println!("{withheld} elements withheld in all");
}

#[test]
fn saved_pages_come_out_the_same_whatever_the_chunks() {
    let rules = builtin_rules();
    for (name, page) in saved() {
        let want = filter(&rules, &page, page.len().max(1));
        // Byte by byte is slow without optimisation: only the smaller pages.
        let smallest = if page.len() < 40_000 { 1 } else { 61 };
        for chunk in [smallest, 1021, 16 * 1024] {
            assert!(filter(&rules, &page, chunk) == want, "{name} in chunks of {chunk}");
        }
    }
}

/// Pieces whose meaning depends on what stands before them.
pub(crate) fn generated() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<",
        "<p>text",
        "</p>",
        "<div title=\"<img src=//static.criteo.net/1>\">",
        "<img src=https://ib.adnxs.com/px?1>",
        "<img src=/own alt='>'>",
        "<img src=/own data-src='//ib.adnxs.com/px?2'>",
        "<script src=//static.criteo.net/ld.js></script>",
        "<script>own('<!--')</script>",
        "<script><!-- <script> own() </script> --></script>",
        "<script>criteo_q.push(1)</script>",
        "<script>var s = '</' + 'script>'</script>",
        "<script type=application/ld+json>{\"a\":\"criteo_q\"}</script>",
        "<style>p{} <img src=//ib.adnxs.com/px?3> </style>",
        "<textarea><img src=//ib.adnxs.com/px?4></textarea>",
        "<title><img src=//ib.adnxs.com/px?5></title>",
        "<xmp><img src=//ib.adnxs.com/px?6></xmp>",
        "<!-- <img src=//ib.adnxs.com/px?7> -->",
        "<!--><img src=//ib.adnxs.com/px?8>",
        "<!--x--!><img src=//ib.adnxs.com/px?9>",
        "<!-- -- > <img src=//ib.adnxs.com/px?10> -->",
        "<? <img src=//ib.adnxs.com/px?11> <b>",
        "</ <img src=//ib.adnxs.com/px?12> <b>",
        "<noscript><img src=//ib.adnxs.com/px?13></noscript>",
        "<noscript><!-- </noscript><img src=//ib.adnxs.com/px?14>-->",
        "<svg><path d='M0 0'/></svg>",
        "<svg><title><img src=//ib.adnxs.com/px?15></title></svg>",
        "<svg><style><b></style></svg>",
        "<svg><![CDATA[ <img src=//ib.adnxs.com/px?16> ]]></svg>",
        "<svg><p><style><img src=//ib.adnxs.com/px?26></style></p>",
        "<svg><font color=red><textarea><img src=//ib.adnxs.com/px?27></textarea></font>",
        "<svg><foreignObject><img src=//ib.adnxs.com/px?17></foreignObject></svg>",
        "<math><mi><img src=//ib.adnxs.com/px?18></mi></math>",
        "<template><img src=//ib.adnxs.com/px?19></template>",
        "<iframe src=//static.criteo.net/f><img src=//ib.adnxs.com/px?20></iframe>",
        "<iframe src=/own></iframe>",
        "<a href=x ping='//ib.adnxs.com/px?21 /own'>a</a>",
        "<link rel=preload href=//static.criteo.net/ld.js>",
        "<link rel=canonical href=//static.criteo.net/>",
        "<IMG/SRC=//ib.adnxs.com/px?22/>",
        "<img src=//ib.adnxs.com/px?23&amp;a=b>",
        "<img src='https:&#x2f;/ib.adnxs.com/px?24'>",
        "<b a=\"x\"b='y'c=z/d>",
        " < 1 ",
        "&lt;img src=//ib.adnxs.com/px?25&gt;",
    ]);
    prop::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn generated_pages_lose_what_the_oracle_says(page in generated(), chunk in 1usize..200) {
        let rules = builtin_rules();
        let filtered = filter(&rules, &Bytes::from(page.clone()), chunk);
        if let Err(difference) = oracle::compare(&rules, page.as_bytes(), &filtered) {
            prop_assert!(false, "{}\nbecame\n{}\n{}", page, String::from_utf8_lossy(&filtered), difference);
        }
    }
}
