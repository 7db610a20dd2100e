use super::*;

fn after(tags: &str) -> Foreign {
    let mut foreign = Foreign::default();
    for tag in tags.split_inclusive('>') {
        if let Some(name) = tag.strip_prefix("</") {
            foreign.end(name.trim_end_matches('>').as_bytes());
        } else {
            let name_end = tag.find([' ', '/', '>']).unwrap();
            foreign.start(Element::of(&tag.as_bytes()[1..name_end]), tag.as_bytes(), name_end);
        }
    }
    foreign
}

#[test]
fn foreign_content_begins_and_ends_as_the_standard_says() {
    use Reading::{Either, Foreign, Html};
    for (tags, want) in [
        ("<svg>", Foreign),
        ("<svg/>", Html),
        ("<svg></svg>", Html),
        ("<svg><svg></svg>", Foreign),
        ("<svg><g></svg>", Html),
        ("<svg><svg><g></svg>", Foreign),
        ("<svg><g><p>", Html),
        ("<svg><foreignObject>", Html),
        ("<svg><foreignObject/>", Foreign),
        ("<svg><foreignObject></foreignobject>", Foreign),
        ("<svg><foreignObject></svg>", Html),
        ("<svg><svg><foreignObject></svg>", Foreign),
        ("<svg><foreignObject><p></p></foreignobject>", Foreign),
        ("<svg><foreignObject><p><div></div></foreignobject>", Foreign),
        ("<svg><foreignObject><div><p></div></foreignobject>", Either),
        ("<svg><foreignObject><div></svg>", Either),
        ("<svg><foreignObject><img><br><input></foreignobject>", Foreign),
        ("<svg><foreignObject><div><svg></div></foreignobject>", Either),
        ("<svg><foreignObject><div><svg></foreignobject>", Either),
        ("<svg><foreignObject></div>", Html),
        ("<svg><foreignObject></td>", Either),
        ("<svg><title><div></title>", Either),
        ("<svg><title><b></b></title>", Foreign),
        ("<svg><font>", Foreign),
        ("<svg><font x=color>", Foreign),
        ("<svg><font color=red>", Html),
        ("<svg></p>", Html),
        ("<svg></br>", Html),
        ("<svg></div>", Either),
        ("<svg></div><p>", Html),
        ("<svg></div><svg>", Foreign),
        ("<svg></div><svg><g></g>", Foreign),
        ("<svg></div><svg></svg>", Either),
        ("<svg><desc><table><svg><g>", Foreign),
        ("<svg></div></svg>", Html),
        ("<svg></x-y>", Either),
        // The `u` around it may have closed the first: then its end tag is ignored, and the second is open still.
        ("<svg></u><math><mi></mi></svg>", Either),
        ("<math></u><svg><g></math>", Either),
        ("<svg></u><math></math></svg>", Html),
        ("<svg></u><math></svg><p>", Html),
        ("<svg></u><g></svg>", Html),
        ("<math><mi><table><math>", Foreign),
        ("<svg><desc><table><math>", Either),
        ("<svg><a></a>", Foreign),
        ("<svg></img></body></form></style>", Foreign),
        ("<svg><style></style>", Foreign),
        ("<svg><h\u{11}>", Foreign),
        ("<math><mi>", Html),
        ("<math><mi></mi>", Foreign),
        ("<math><mi><mglyph>", Foreign),
        ("<math><mi><mglyph/>", Html),
        ("<math><annotation-xml>", Foreign),
        ("<math><annotation-xml encoding='Text/HTML'>", Html),
        ("<math><annotation-xml encoding='text&#47;html'>", Html),
        ("<math><annotation-xml encoding=x encoding='text/html'>", Foreign),
        ("<math><annotation-xml><svg></svg>", Foreign),
        ("<math><annotation-xml><svg><desc>", Html),
        ("<math><svg><desc>", Foreign),
        ("<svg><math><mi>", Foreign),
        ("<div><p>", Html),
        ("<svg><desc><svg><div>", Html),
    ] {
        let mut foreign = after(tags);
        // A tag of no meaning in HTML, which stays foreign where it stands there.
        let got = foreign.start(Element::Plain, b"<any>", 4);
        assert_eq!(got, want, "{tags}");
    }
}

#[test]
fn cdata_sections_exist_where_the_standard_says() {
    for (tags, want) in [
        ("", false),
        ("<svg>", true),
        ("<svg><desc>", true),
        ("<svg><desc><b>", false),
        ("<math><mi>", true),
        ("<math><mi><b>", false),
        ("<svg></div>", false),
        ("<svg><p>", false),
    ] {
        assert_eq!(after(tags).reads_cdata(), want, "{tags}");
    }
}

#[test]
fn nesting_is_followed_as_deep_as_pages_go_and_doubted_beyond() {
    for depth in [1, 65, 100, MOST - 1] {
        let page = format!("<svg>{}{}", "<g>".repeat(depth), "</g>".repeat(depth));
        assert_eq!(after(&page).start(Element::Plain, b"<any>", 4), Reading::Foreign, "{depth}");
        assert!(!after(&format!("{page}</svg>")).is_open());
    }
    let mut deep = after(&"<svg>".repeat(MOST + 1));
    assert_eq!(deep.start(Element::Plain, b"<any>", 4), Reading::Either);
    assert!(deep.open.len() == MOST);
    let mut left = after(&format!("{}<p>", "<svg>".repeat(MOST + 1)));
    assert_eq!(left.start(Element::Plain, b"<any>", 4), Reading::Html);
}

#[test]
fn what_a_noscript_opened_is_in_doubt_behind_it() {
    for before in ["", "<svg><desc>"] {
        let mut foreign = after(before);
        let mark = foreign.mark();
        foreign.start(Element::Svg, b"<svg>", 4);
        foreign.back_to(mark);
        assert_eq!(foreign.start(Element::Plain, b"<any>", 4), Reading::Either, "{before}");
        foreign.start(Element::Plain, b"<p>", 2);
        // What stood around the `noscript` stays open, and so does the doubt.
        assert_eq!(foreign.in_doubt(), !before.is_empty(), "{before}");
    }
    let mut foreign = after("<svg><desc>");
    let mark = foreign.mark();
    foreign.start(Element::Svg, b"<svg>", 4);
    foreign.end(b"svg");
    foreign.back_to(mark);
    assert_eq!(foreign.start(Element::Plain, b"<any>", 4), Reading::Html);
}
