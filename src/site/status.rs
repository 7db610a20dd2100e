//! The status: "Opt-Out Request Honored", on every page for an opted-out browser.

use bytes::Bytes;
use http::HeaderName;

use super::address;
use crate::error::{ConfigError, ConfigErrorKind};

/// What a page shows an opted-out person: that the request was processed (11 CCR § 7025(c)(6)).
///
/// It is a passive element with the role `status`, the state of a switch and a text; without JavaScript, without a dialog,
/// and nothing to be closed (§ 7025(f)). It stands where the page has the comment `<!--gpc-status-->`, else at the end of
/// its `body`, once. The response has the field `gpc-status: honored` then, and one that has such a field already, from a layer
/// further in or from a service that draws its own, gets no other. Fragments, JSON and pages in report-only mode have none, and neither have pages in frames.
///
/// The style is in the element's attributes. Where a page's Content Security Policy does not allow these, they are left out, and the
/// element looks as the site's own style sheet says, by the class `gpc-status`.
///
/// # Example
///
/// ```
/// use tower_gpc::StatusNotice;
///
/// let notice = StatusNotice::default().text("We do not sell or share your data.")?.style("position:static")?;
/// assert!(notice.to_string().contains("role=\"status\""));
/// assert!(StatusNotice::default().text("").is_err());
/// # Ok::<(), tower_gpc::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct StatusNotice {
    text: String,
    style: String,
    link: Option<String>,
}

impl Default for StatusNotice {
    fn default() -> Self {
        Self { text: TEXT.to_owned(), style: STYLE.to_owned(), link: None }
    }
}

impl StatusNotice {
    /// The field by which a response tells that its page shows the status, or, sent by the inner service, that it does so by
    /// itself.
    pub(crate) const FIELD: HeaderName = HeaderName::from_static("gpc-status");

    /// Sets the text; "Opt-Out Request Honored", the wording of the regulation, by default.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] of kind [`Value`](crate::ConfigErrorKind::Value) for a text without anything to read.
    pub fn text(mut self, text: &str) -> Result<Self, ConfigError> {
        if text.trim().is_empty() || text.chars().any(char::is_control) {
            let message = format!("status text {text:?}: expected one line of text");
            return Err(ConfigError::new(ConfigErrorKind::Value, message));
        }
        self.text = text.to_owned();
        Ok(self)
    }

    /// Sets the declarations of the element's `style`; empty leaves it to the site's style sheet.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] of kind [`Value`](crate::ConfigErrorKind::Value) for braces or control characters, which no
    /// list of declarations has.
    pub fn style(mut self, style: &str) -> Result<Self, ConfigError> {
        if style.chars().any(|c| c.is_control() || matches!(c, '{' | '}')) {
            let message = format!("status style {style:?}: expected CSS declarations on one line");
            return Err(ConfigError::new(ConfigErrorKind::Value, message));
        }
        self.style = style.to_owned();
        Ok(self)
    }

    /// Makes the text a link, to the preference center or to the privacy policy.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] of kind [`Value`](crate::ConfigErrorKind::Value) for what is neither a path nor an `https` URL.
    pub fn link(mut self, url: &str) -> Result<Self, ConfigError> {
        self.link = Some(address::parse("status link", url)?);
        Ok(self)
    }

    /// The element, for HTML and XHTML alike.
    pub(crate) fn markup(&self) -> StatusMarkup {
        StatusMarkup { styled: self.element(&styled).into(), plain: self.element(&|_| String::new()).into() }
    }

    /// `style` makes the attribute for declarations.
    fn element(&self, style: &dyn Fn(&str) -> String) -> String {
        let text = escaped(&self.text);
        let text = match &self.link {
            Some(url) => format!("<a href=\"{}\"{}>{text}</a>", escaped(url), style("color:inherit")),
            None => text,
        };
        // The switch is a picture to eyes; its state is in the text that readers hear.
        format!(
            "<div class=\"gpc-status\" role=\"status\" data-gpc=\"honored\"{}>\
             <span class=\"gpc-status-switch\" aria-hidden=\"true\">{}</span> {text}</div>",
            style(&self.style),
            SWITCH.replace(" style", &style("vertical-align:-.2em")),
        )
    }
}

impl std::fmt::Display for StatusNotice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.element(&styled))
    }
}

/// The element of a [`StatusNotice`], made once.
#[derive(Clone, Debug)]
pub(crate) struct StatusMarkup {
    styled: Bytes,
    plain: Bytes,
}

impl StatusMarkup {
    /// For a page on which elements may have a `style`, or may not.
    pub(crate) fn of(&self, may_have_style: bool) -> &Bytes {
        if may_have_style { &self.styled } else { &self.plain }
    }
}

fn styled(declarations: &str) -> String {
    if declarations.is_empty() { String::new() } else { format!(" style=\"{}\"", escaped(declarations)) }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const TEXT: &str = "Opt-Out Request Honored";
const STYLE: &str = "box-sizing:border-box;padding:.5em 1em;font:14px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#f2f2f2;text-align:center";
/// A switch that is on, drawn without a font; `style` is put in.
const SWITCH: &str = "<svg width=\"28\" height=\"16\" viewBox=\"0 0 28 16\" style aria-hidden=\"true\" focusable=\"false\" xmlns=\"http://www.w3.org/2000/svg\"><rect width=\"28\" height=\"16\" rx=\"8\" fill=\"#0a6b2d\"/><circle cx=\"20\" cy=\"8\" r=\"6\" fill=\"#fff\"/></svg>";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_becomes_markup() {
        let notice =
            StatusNotice::default().text("a<b>&\"c").unwrap().style("x:\"y\"").unwrap().link("/a?b&c").unwrap();
        let html = notice.to_string();
        assert!(html.contains(">a&lt;b&gt;&amp;&quot;c</a>") && html.contains("style=\"x:&quot;y&quot;\""), "{html}");
        assert!(html.contains("href=\"/a?b&amp;c\""), "{html}");
    }

    #[test]
    fn without_a_style_it_is_the_same_element() {
        let notice = StatusNotice::default().link("/privacy").unwrap();
        let markup = notice.markup();
        let [styled, plain] = [true, false].map(|styled| String::from_utf8(markup.of(styled).to_vec()).unwrap());
        assert_eq!(styled, notice.to_string());
        assert_eq!((styled.matches(" style").count(), plain.matches(" style").count()), (3, 0));
        let without = ["color:inherit", STYLE, "vertical-align:-.2em"]
            .iter()
            .fold(styled, |text, declarations| text.replace(&format!(" style=\"{declarations}\""), ""));
        assert_eq!(without, plain);
    }

    #[test]
    fn what_cannot_be_shown_is_refused() {
        for text in ["", "  ", "a\nb"] {
            assert!(StatusNotice::default().text(text).is_err(), "{text:?}");
        }
        for style in ["}", "a{b", "a\n"] {
            assert!(StatusNotice::default().style(style).is_err(), "{style:?}");
        }
        for url in ["", "//evil.test", "http://a.test", "javascript:x", "/a b", "privacy"] {
            assert!(StatusNotice::default().link(url).is_err(), "{url:?}");
        }
    }
}
