//! The filter's work, done with lol_html as well as it can be.
//!
//! It asks the same rules. What it does not do: it never sees inside `noscript`, decodes no character references,
//! takes a `srcset` for one URL, and leaves the empty `script` of inline code behind.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

use lol_html::html_content::{ContentType, Element, TextChunk};
use lol_html::{ElementContentHandlers, HtmlRewriter, Selector, Settings};
use tower_gpc::html::FilterOptions;
use tower_gpc::policy::{Rules, Script};

use super::pages::CHUNK;
use super::tally::Tally;

/// The elements besides `script` that are asked for, with their URL attributes.
const FETCHING: [(&str, &[&str]); 3] =
    [("iframe", &["src", "data-src"]), ("img", &["src", "data-src", "srcset"]), ("link[href]", &["href"])];

/// What lasts from page to page: selectors are parsed once, and the text of scripts goes to the same buffer.
pub(crate) struct LolHtml {
    fetching: Vec<Selector>,
    script: Selector,
    text: RefCell<String>,
    /// The script that is open has code of its own.
    inline: Cell<bool>,
    removed: Cell<usize>,
    /// A longer script is passed on unread, as our filter does: real pages have some of a megabyte.
    held_limit: usize,
}

impl LolHtml {
    pub(crate) fn new() -> Self {
        Self {
            fetching: FETCHING.iter().map(|(name, _)| name.parse().unwrap()).collect(),
            script: "script".parse().unwrap(),
            text: RefCell::default(),
            inline: Cell::new(false),
            removed: Cell::new(0),
            held_limit: FilterOptions::default().held_limit,
        }
    }

    /// Filters a page that comes in chunks: tags, and the text of inline scripts if asked.
    pub(crate) fn filter(&self, rules: &Arc<Rules>, page: &[u8], inline: bool) -> Tally {
        self.removed.set(0);
        let mut settings = Settings::new().with_strict(false);
        for (selector, (_, names)) in self.fetching.iter().zip(FETCHING) {
            let handlers = ElementContentHandlers::default().element(move |element: &mut Element<'_, '_>| {
                if withheld(rules, element, names) {
                    self.count();
                    element.remove();
                }
                Ok(())
            });
            settings = settings.append_element_content_handler((Cow::Borrowed(selector), handlers));
        }
        let mut script = ElementContentHandlers::default().element(move |element: &mut Element<'_, '_>| {
            if withheld(rules, element, &["src", "data-src"]) {
                self.count();
                element.remove();
                self.inline.set(false);
            } else if inline {
                self.inline
                    .set(!element.has_attribute("src") && element.get_attribute("type").is_none_or(|t| runs(&t)));
            }
            Ok(())
        });
        if inline {
            script = script.text(move |chunk: &mut TextChunk<'_>| {
                if self.inline.get() {
                    self.text(rules, chunk);
                }
                Ok(())
            });
        }
        settings = settings.append_element_content_handler((Cow::Borrowed(&self.script), script));
        let mut bytes = 0;
        let mut rewriter = HtmlRewriter::new(settings, |piece: &[u8]| bytes += piece.len());
        for chunk in page.chunks(CHUNK) {
            rewriter.write(chunk).unwrap();
        }
        rewriter.end().unwrap();
        Tally { bytes, removed: self.removed.get() }
    }

    /// A piece of an inline script: it is held back until the script is whole, unless it is whole already.
    fn text(&self, rules: &Rules, chunk: &mut TextChunk<'_>) {
        let mut text = self.text.borrow_mut();
        let last = chunk.last_in_text_node();
        if last && text.is_empty() {
            if let Some(left) = self.left(rules, chunk.as_str()) {
                chunk.replace(&left, ContentType::Html);
            }
            return;
        }
        text.push_str(chunk.as_str());
        if text.len() > self.held_limit {
            chunk.replace(&text, ContentType::Html);
            text.clear();
            self.inline.set(false);
            return;
        }
        chunk.remove();
        if last {
            let left = self.left(rules, &text);
            chunk.replace(left.as_deref().unwrap_or(&text), ContentType::Html);
            text.clear();
        }
    }

    /// What is left of an inline script that is not kept as it is.
    fn left(&self, rules: &Rules, text: &str) -> Option<String> {
        let parts = match rules.script(text.as_bytes()) {
            Script::Withhold(_) => {
                self.count();
                return Some(String::new());
            }
            Script::Parts(parts) => parts,
            _ => return None,
        };
        let mut left = text.to_owned();
        for cut in parts.cuts().iter().rev() {
            self.count();
            left.replace_range(cut.range(), "");
        }
        Some(left)
    }

    fn count(&self) {
        self.removed.set(self.removed.get() + 1);
    }
}

fn withheld(rules: &Rules, element: &Element<'_, '_>, names: &[&str]) -> bool {
    let mut values = names.iter().filter_map(|name| element.get_attribute(name));
    values.any(|value| rules.url(value.as_bytes()).is_some())
}

/// Data blocks and templates do not run.
fn runs(type_: &str) -> bool {
    !["json", "template", "html"].iter().any(|word| type_.contains(word))
}
