//! The fixed inputs whose cost is counted: each is hard on another part of the filter.

use std::fmt::Write as _;

use bytes::Bytes;

use super::pages::{self, CHUNK};

/// A page, and how it comes.
pub(crate) struct Input {
    pub(crate) name: &'static str,
    pub(crate) page: fn() -> Bytes,
    pub(crate) chunk: usize,
}

/// Never reorder or change what has a count on record: add a new one.
pub(crate) const INPUTS: [Input; 5] = [
    Input { name: "shop-50-trackers", page: || pages::shop(50), chunk: CHUNK },
    Input { name: "shop-byte-by-byte", page: || pages::shop(10), chunk: 1 },
    Input { name: "article", page: article, chunk: CHUNK },
    Input { name: "app-state", page: app_state, chunk: CHUNK },
    Input { name: "icons-minified", page: icons, chunk: CHUNK },
];

/// Prose with links and entities: text is the most of it.
fn article() -> Bytes {
    let mut page = String::from("<!doctype html><meta charset=utf-8><title>On tanning</title><article>\n");
    for n in 0..300 {
        let _ = writeln!(
            page,
            "<p id=\"p{n}\">Bark of the oak has been ground for tanning since the middle ages &mdash; see \
             <a href=\"/notes?n={n}&amp;from=tanning\" title=\"What is > and what is not\">note {n}</a>. It takes a \
             year, and <em>nobody</em> who has worn such a boot asks why. A hide loses a third of its weight.</p>"
        );
    }
    page.push_str("</article>");
    page.into()
}

/// What frameworks write into a page: long scripts of state and code, with markup quoted in them.
fn app_state() -> Bytes {
    let mut page = String::from("<!doctype html><html><head><script>window.__STATE__={\"items\":[");
    for n in 0..900 {
        let _ = write!(
            page,
            "{{\"id\":{n},\"title\":\"Boots no. {n}\",\"html\":\"<p class=\\\"a\\\">of <b>leather<\\/b></p>\"}},"
        );
    }
    page.push_str("null]};</script></head><body><div id=\"app\"></div>");
    for n in 0..60 {
        let _ = writeln!(
            page,
            "<script>(function(w,d){{var e=d.getElementById('c{n}');if(!e||e.items<{n})return;w.onload=function(){{\
             for(var i=0;i<10;i++){{e.appendChild(d.createElement('i'))}}}}}})(window,document);</script>"
        );
    }
    page.push_str("</body></html>");
    page.into()
}

/// A minified page of icons: attributes without quotes, SVG, and hardly any text.
fn icons() -> Bytes {
    let mut page = String::from("<!doctype html><html lang=en><body class=\"dark wide\"><ul class=icons>");
    for n in 0..700 {
        let _ = write!(
            page,
            "<li class=icon data-n={n}><a href=/icons/{n} aria-label='Icon {n}'><svg viewBox=\"0 0 24 24\"><g fill=none>\
             <path d=\"M12 2L2 {n}l10 5 10-5-10-5z\"/><circle cx=12 cy={n} r=3></circle></g></svg><b>{n}</b></a></li>"
        );
    }
    page.push_str("</ul></body></html>");
    page.into()
}
