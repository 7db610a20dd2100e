//! Several lists, asked as if they were one.

use adblock::request::Request;

use super::list::{FilterList, Judgement};

/// The place of the first list that blocks a fetch, of those whose word counts (`blocks`).
///
/// `url` is a whole one. Without the host of the `page` every URL is a third party's. `kind` is the type of resource, by its
/// name in the lists' `$` options.
///
/// As in a browser's blocker, the exception of one list counts against the rules of all, unless a rule is `$important`.
pub(crate) fn find(
    lists: &[FilterList],
    url: &str,
    page: Option<&str>,
    kind: &'static str,
    blocks: impl Fn(usize) -> bool,
) -> Option<usize> {
    if lists.is_empty() {
        return None;
    }
    let page = page.map(|host| format!("https://{host}/")).unwrap_or_default();
    let request = Request::new(url, &page, kind, "get").ok()?;
    let mut found = None;
    let mut excepted = false;
    for (place, list) in lists.iter().enumerate() {
        match list.judge(&request) {
            Judgement::Important if blocks(place) => return Some(place),
            Judgement::Block if found.is_none() && blocks(place) => found = Some(place),
            Judgement::Exception => excepted = true,
            Judgement::Nothing | Judgement::Block | Judgement::Important => {}
        }
    }
    found.filter(|_| !excepted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Purpose;

    fn lists(texts: &[&str]) -> Vec<FilterList> {
        texts.iter().map(|text| FilterList::parse("mine", "Mine", Purpose::Advertising, text).unwrap()).collect()
    }

    #[test]
    fn options_look_at_page_and_kind() {
        let lists = lists(&["||third.test^$third-party\n||img.test^$image\n||frame.test^$subdocument\n\
                             ||only.test^$domain=shop.test\n/collect?id=\n||any.test^\n||not.test^$~script\n"]);
        let shop = Some("www.shop.test");
        for (url, page, kind, want) in [
            ("https://third.test/x", shop, "script", true),
            ("https://third.test/x", None, "script", true),
            ("https://third.test/x", Some("www.third.test"), "script", false),
            ("https://img.test/x", shop, "image", true),
            ("https://img.test/x", shop, "script", false),
            ("https://frame.test/x", shop, "subdocument", true),
            ("https://frame.test/x", shop, "other", false),
            ("https://only.test/x", shop, "script", true),
            ("https://only.test/x", Some("other.test"), "script", false),
            ("https://only.test/x", None, "script", false),
            ("https://shop.test/collect?id=7", shop, "image", true),
            ("https://any.test/x", shop, "other", true),
            ("http://any.test", shop, "other", true),
            ("https://myany.test/", shop, "other", false),
            ("https://not.test/x", shop, "script", false),
            ("https://not.test/x", shop, "image", true),
        ] {
            assert_eq!(find(&lists, url, page, kind, |_| true).is_some(), want, "{url} {page:?} {kind}");
        }
    }

    #[test]
    fn an_exception_of_one_list_counts_against_all_but_important_rules() {
        let lists =
            lists(&["||a.test^\n||b.test^$important\n", "@@||a.test/own/\n@@||b.test^\n", "||a.test^\n||c.test^\n"]);
        let ask = |url, blocks: fn(usize) -> bool| find(&lists, url, None, "script", blocks);
        assert_eq!(ask("https://a.test/x", |_| true), Some(0));
        assert_eq!(ask("https://a.test/own/x", |_| true), None);
        assert_eq!(ask("https://b.test/x", |_| true), Some(0));
        assert_eq!(ask("https://c.test/x", |_| true), Some(2));
        // A list that the policy keeps blocks nothing, but its exceptions stand.
        assert_eq!(ask("https://a.test/x", |place| place != 0), Some(2));
        assert_eq!(ask("https://b.test/x", |place| place != 0), None);
        assert_eq!(ask("https://a.test/x", |_| false), None);
    }

    #[test]
    fn no_url_is_trouble() {
        let lists = lists(&["||a.test^\n/x/\n"]);
        for url in
            ["", "x", "https://", "https://a.test", "https://[::1]/x", "https://a b/", "//a.test", "https://ä.test/x"]
        {
            let _ = find(&lists, url, Some("shop.test"), "script", |_| true);
        }
    }
}
