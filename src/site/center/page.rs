//! The pages of the preference center.

use maud::{DOCTYPE, Markup, html};

use super::request::{Choice, Show};
use super::texts::{Language, Texts};
use super::{FORGET, PreferenceCenter, STYLE};
use crate::consent::ConsentState;
use crate::signal::Signal;

/// What a page is made of.
pub(super) struct View<'a> {
    pub(super) center: &'a PreferenceCenter,
    pub(super) texts: &'a Texts,
    pub(super) language: Language,
    pub(super) state: ConsentState,
}

impl View<'_> {
    fn say(&self, key: &str) -> &str {
        self.texts.get(key)
    }

    pub(super) fn page(&self, show: Show) -> String {
        let main = match show {
            Show::Choices => self.choices(None),
            Show::Done(choice) => self.choices(Some(choice)),
            // Nothing to be allowed again.
            Show::Change | Show::Confirm if !self.state.opted_out() => self.choices(None),
            // The signal came since the first step.
            Show::Confirm if self.state.by_header() => self.change(),
            Show::Change => self.change(),
            Show::Confirm => self.confirm(),
            Show::Expired => self.nothing_changed(self.say("expired-title"), self.say("expired-about")),
            Show::Refused => self.nothing_changed(self.say("refused-title"), self.say("refused-about")),
        };
        let page = html! {
            (DOCTYPE)
            html lang=(self.language.tag()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content="noindex";
                    title { (self.say("title")) }
                    link rel="stylesheet" href={ "?" (STYLE) };
                    @if let Some(sheet) = &self.center.stylesheet {
                        link rel="stylesheet" href=(sheet);
                    }
                    @if matches!(show, Show::Done(_)) {
                        // Where scripts do not run, no service worker does.
                        script src={ "?" (FORGET) } async {}
                    }
                }
                body {
                    header {
                        nav aria-label=(self.say("language")) {
                            @for language in Language::ALL {
                                a href={ "?lang=" (language.tag()) } lang=(language.tag()) hreflang=(language.tag())
                                    aria-current=[(language == self.language).then_some("true")] { (language.name()) }
                            }
                        }
                    }
                    main { (main) }
                    footer { (self.links()) }
                }
            }
        };
        page.into_string()
    }

    fn choices(&self, done: Option<Choice>) -> Markup {
        html! {
            h1 { (self.say("title")) }
            p { (self.say("intro")) }
            (self.status(done))
            (self.sale())
            (self.sensitive())
        }
    }

    /// 11 CCR §§ 7025(c)(6), 7026(g): whether it is honoured, with the state of a switch.
    fn status(&self, done: Option<Choice>) -> Markup {
        let honored = self.state.opted_out();
        html! {
            section aria-labelledby="status" {
                h2 id="status" { (self.say("status")) }
                div.state role="status" {
                    @if let Some(kept) = done.and_then(|choice| choice.is_kept(self.state)) {
                        p { @if kept { (self.say("done")) } @else { (self.say("not-kept")) } }
                    }
                    p {
                        span.switch.on[honored] aria-hidden="true" {}
                        @if honored { strong { (self.say("honored")) } } @else { (self.say("not-opted-out")) }
                    }
                }
                @if honored {
                    p { (self.say("heard")) }
                    ul {
                        @for source in self.sources() {
                            li { (source) }
                        }
                    }
                }
            }
        }
    }

    /// Where an opt-out was heard, in plain words, each once.
    fn sources(&self) -> Vec<&str> {
        let mut sources: Vec<&str> = Vec::new();
        let mut add = |source| {
            if !sources.contains(&source) {
                sources.push(source);
            }
        };
        for signal in self.state.heard().iter() {
            add(match signal {
                Signal::SecGpc => self.say("heard-gpc"),
                Signal::OptOutCookie | Signal::VariantKey => self.say("heard-choice"),
                Signal::UsPrivacy | Signal::Gpp => self.say("heard-strings"),
                Signal::Dnt => self.say("heard-dnt"),
                Signal::Adapter => self.say("heard-account"),
                _ => self.say("heard-banner"),
            });
        }
        if self.state.is_under_16() {
            add(self.say("heard-age"));
        }
        sources
    }

    fn sale(&self) -> Markup {
        html! {
            section aria-labelledby="sale" {
                h2 id="sale" { (self.say("sale")) }
                p { (self.say("sale-about")) }
                @if self.state.opted_out() {
                    p { (self.say("sale-is-out")) }
                    @if self.state.by_header() {
                        p.note { (self.say("conflict")) }
                    } @else if self.state.heard().contains(Signal::OptOutCookie) {
                        // A link to be found, and no question: Civ. Code § 1798.135(c)(4).
                        p { a href={ "?show=change&lang=" (self.language.tag()) } { (self.say("change")) } }
                    } @else {
                        p.note { (self.say("elsewhere")) }
                    }
                } @else {
                    (self.form("opt-out", self.say("sale-out"), true))
                }
            }
        }
    }

    fn sensitive(&self) -> Markup {
        let own = self.state.heard().contains(Signal::OptOutCookie);
        html! {
            section aria-labelledby="sensitive" {
                h2 id="sensitive" { (self.say("sensitive")) }
                p { (self.say("sensitive-about")) }
                @if !self.state.sensitive_opted_out() {
                    (self.form("limit", self.say("sensitive-limit"), true))
                } @else {
                    p { (self.say("sensitive-is-limited")) }
                    @if own {
                        (self.form("unlimit", self.say("sensitive-unlimit"), false))
                    } @else {
                        p.note { (self.say("sensitive-elsewhere")) }
                    }
                }
            }
        }
    }

    fn change(&self) -> Markup {
        html! {
            h1 { (self.say("change")) }
            @if self.state.by_header() {
                p.note { (self.say("conflict")) }
            } @else {
                p { (self.say("change-about")) }
                (self.form("opt-in", self.say("change-ask"), false))
            }
            (self.way_back(self.say("back")))
        }
    }

    fn confirm(&self) -> Markup {
        html! {
            h1 { (self.say("confirm-title")) }
            p { (self.say("confirm-about")) }
            (self.form("confirm", self.say("confirm"), false))
            (self.way_back(self.say("cancel")))
        }
    }

    fn nothing_changed(&self, title: &str, about: &str) -> Markup {
        html! {
            h1 { (title) }
            p { (about) }
            (self.way_back(self.say("back")))
        }
    }

    fn way_back(&self, text: &str) -> Markup {
        html! { p { a href={ "?lang=" (self.language.tag()) } { (text) } } }
    }

    /// One step: an address, and no field.
    fn form(&self, action: &str, label: &str, first: bool) -> Markup {
        html! {
            form method="post" action={ "?do=" (action) "&lang=" (self.language.tag()) } {
                button.first[first] type="submit" { (label) }
            }
        }
    }

    /// What others offer stands beside our own method, and is none itself (11 CCR § 7026(a)).
    fn links(&self) -> Markup {
        html! {
            h2 { (self.say("more")) }
            ul {
                @if let Some(policy) = &self.center.privacy_policy {
                    li { a href=(policy) { (self.say("policy")) } }
                }
                li { a href="https://optout.aboutads.info/" rel="noreferrer" { (self.say("daa")) } }
                li { a href="https://optout.networkadvertising.org/" rel="noreferrer" { (self.say("nai")) } }
            }
        }
    }
}
