//! Names that loaders use, and nothing else that a site would miss.

/// Words behind which a URL is fetched, for scripts that are not understood.
pub(super) const LOADING: [&[u8]; 11] = [
    b"createElement",
    b".src",
    b"document.write",
    b"insertBefore",
    b"appendChild",
    b"getScript",
    b"import(",
    b"new Image",
    b"fetch(",
    b"sendBeacon",
    b"XMLHttpRequest",
];

/// Sets of words as functions: compiled, they look at a word's length first and compare it with few others.
macro_rules! words {
    ($($(#[$doc:meta])* fn $name:ident = $($word:literal)|+;)*) => {
        $($(#[$doc])* pub(super) fn $name(word: &[u8]) -> bool { matches!(word, $($word)|+) })*
    };
}

words! {
    /// Globals of browsers and of the language that a vendor's snippet may call.
    fn is_global = b"window" | b"self" | b"top" | b"parent" | b"globalThis" | b"document" | b"navigator"
        | b"location" | b"screen" | b"console" | b"Image" | b"Date" | b"Math" | b"Array" | b"Object" | b"JSON"
        | b"String" | b"Number" | b"Boolean" | b"Function" | b"RegExp" | b"Promise" | b"Error" | b"Map" | b"Set"
        | b"URL" | b"URLSearchParams" | b"encodeURIComponent" | b"decodeURIComponent" | b"escape" | b"unescape"
        | b"encodeURI" | b"decodeURI" | b"parseInt" | b"parseFloat" | b"isNaN" | b"setTimeout" | b"clearTimeout"
        | b"setInterval" | b"clearInterval" | b"XMLHttpRequest" | b"fetch" | b"performance" | b"crypto"
        | b"localStorage" | b"sessionStorage" | b"history" | b"arguments" | b"Event" | b"requestAnimationFrame"
        | b"btoa" | b"atob" | b"Uint8Array";

    /// Keywords that may stand in front of a bracket or a dot.
    fn is_keyword = b"if" | b"for" | b"while" | b"do" | b"switch" | b"with" | b"function" | b"catch" | b"return"
        | b"typeof" | b"void" | b"delete" | b"new" | b"in" | b"of" | b"instanceof" | b"else" | b"try" | b"throw"
        | b"case" | b"this" | b"super" | b"async" | b"await" | b"yield" | b"var" | b"let" | b"const";

    /// What a site does to its own page: a snippet with one of these is not a vendor's alone.
    fn is_own = b"classList" | b"innerHTML" | b"insertAdjacentHTML" | b"textContent" | b"querySelectorAll"
        | b"innerText" | b"replaceWith";

    /// The names of the statements that put a script element into the page: all that stands in them is here.
    fn is_boilerplate = b"var" | b"let" | b"const" | b"new" | b"window" | b"document" | b"location"
        | b"protocol" | b"hostname" | b"Image" | b"Date" | b"Math" | b"random" | b"getTime" | b"now"
        | b"createElement" | b"getElementsByTagName" | b"getElementById" | b"head" | b"body"
        | b"documentElement" | b"firstChild" | b"parentNode" | b"insertBefore" | b"appendChild" | b"async"
        | b"defer" | b"src" | b"type" | b"id" | b"charset" | b"crossOrigin" | b"setAttribute" | b"width"
        | b"height" | b"style" | b"display" | b"border" | b"language" | b"true" | b"false" | b"null" | b"self"
        | b"encodeURIComponent" | b"escape" | b"referrer" | b"this" | b"querySelector" | b"title" | b"alt"
        | b"undefined";

    /// Elements that loaders make; a `div` is the site's.
    fn is_element = b"script" | b"img" | b"iframe" | b"link";

    /// Commands of Google's shared queue that belong to no product of their own.
    fn is_shared_command = b"js" | b"set" | b"consent" | b"event" | b"get";

    /// Names that any vendor's code may share with the site.
    fn is_shared = b"window" | b"self" | b"document" | b"dataLayer" | b"gtag" | b"script" | b"push" | b"queue"
        | b"src" | b"async" | b"type" | b"id" | b"onload" | b"location" | b"name" | b"length";
}
