//! What a browser of either kind fetches from a page, and what it should have been spared.

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use tower_gpc::policy::Rules;

use crate::oracle::{Element, Want, want};

/// Elements that a page has for a browser that runs scripts, or for one that does not. The text of scripts is left out:
/// what is looked at here are URLs.
pub(crate) fn elements(page: &[u8], scripts: bool) -> Vec<Element> {
    let mut options = ParseOpts::default();
    options.tree_builder.scripting_enabled = scripts;
    let dom = parse_document(RcDom::default(), options).from_utf8().one(page);
    let mut found = Vec::new();
    let mut open: Vec<Handle> = vec![dom.document.clone()];
    while let Some(node) = open.pop() {
        let children = node.children.borrow();
        if let NodeData::Element { name, attrs, template_contents, .. } = &node.data {
            found.push(Element {
                name: name.local.to_string(),
                attributes: attrs
                    .borrow()
                    .iter()
                    .map(|attr| {
                        let prefix = attr.name.prefix.as_ref().map_or(String::new(), |prefix| format!("{prefix}:"));
                        (format!("{prefix}{}", attr.name.local), attr.value.to_string())
                    })
                    .collect(),
                text: String::new(),
                foreign: &*name.ns != "http://www.w3.org/1999/xhtml",
            });
            open.extend(template_contents.borrow().iter().cloned());
        }
        open.extend(children.iter().rev().cloned());
    }
    found
}

/// The first element of a filtered page that fetches, in either kind of browser, what it should not.
pub(crate) fn missed(rules: &Rules, filtered: &[u8]) -> Option<(bool, Element)> {
    [true, false].into_iter().find_map(|scripts| {
        let mut elements = elements(filtered, scripts).into_iter();
        // Nothing runs where scripts do not.
        let found =
            elements.find(|element| (scripts || element.name != "script") && want(rules, element) != Want::Keep);
        found.map(|element| (scripts, element))
    })
}
