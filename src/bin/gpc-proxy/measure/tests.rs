use std::fs;

use tower_gpc::GpcLayer;

use super::*;

/// Measures pages that are written to a folder first.
fn measure(files: &[(&str, &[u8])], reference: Option<&str>) -> serde_json::Value {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let reference = reference.map(|text| {
        fs::write(folder.path().join("r.json"), text).unwrap();
        Reference::read(&folder.path().join("r.json")).unwrap()
    });
    let layer = GpcLayer::new();
    let mut survey = Survey::new(layer.filter(Syntax::Html).rules(), reference).unwrap();
    let (paths, _) = pages::find(folder.path()).unwrap();
    for path in paths {
        pages::read(&path, folder.path(), &layer, &mut survey).unwrap();
    }
    let mut text_out = Vec::new();
    text::write(&mut text_out, &survey.summary(), 0).unwrap();
    for line in String::from_utf8(text_out).unwrap().lines().filter(|line| line.starts_with("  ")) {
        assert!(line.chars().count() <= 100, "{line}");
    }
    serde_json::to_value(survey.summary()).unwrap()
}

fn rows(value: &serde_json::Value, fields: &[&str]) -> Vec<String> {
    let row = |row: &serde_json::Value| {
        let cells: Vec<_> = fields.iter().map(|field| row[field].to_string().replace('"', "")).collect();
        cells.join(" ")
    };
    value.as_array().unwrap().iter().map(row).collect()
}

#[test]
fn a_folder_is_counted_by_kind_purpose_vendor_and_host() {
    let page = b"<link rel=canonical href=https://www.shop.example/>
        <script src=https://cdn.shop.example/own.js></script><img src=/own.png>
        <script src=https://connect.facebook.net/en_US/fbevents.js></script>
        <script>fbq('init', '1')</script><script>own()</script>
        <img src=//unknown.example/1><img src=//unknown.example/2><script src=//other.example/></script>";
    let found = measure(&[("a.html", page), ("b/C.HTM", b"<img src=//unknown.example/3>"), ("d.txt", page)], None);
    assert_eq!((&found["pages"], &found["pages_without_own_host"]), (&2.into(), &1.into()));
    assert_eq!(
        rows(&found["kinds"], &["kind", "seen", "own", "own_withheld", "third_party", "withheld", "kept"]),
        ["image 4 1 0 3 0 3", "script 3 1 0 2 1 1"]
    );
    assert_eq!(
        rows(&found["unknown_hosts"], &["host", "urls", "pages", "kind"]),
        ["unknown.example 3 2 image", "other.example 1 1 script"]
    );
    assert_eq!(rows(&found["vendors"], &["vendor", "withheld", "kept", "pages"]), ["meta-pixel 2 0 1"]);
    assert_eq!(found["inline_scripts"]["withheld"], 1);
    assert_eq!(found["inline_scripts"]["kept_without"], 1);
}

#[test]
fn a_reference_finds_misses_and_extras() {
    let reference = r#"[
        {"category": "ad", "domains": ["*.unknown.example"]},
        {"category": "social", "domains": ["*.facebook.net"]},
        {"category": "cdn", "domains": ["*.criteo.net"]}
    ]"#;
    let page = b"<script src=https://connect.facebook.net/en_US/fbevents.js></script>
        <img src=//x.unknown.example/a/b><img src=//x.unknown.example/a/c><script src=//static.criteo.net/js/ld.js></script>";
    let found = &measure(&[("a.html", page)], Some(reference))["reference"];
    assert_eq!((&found["urls"], &found["withheld"]), (&3.into(), &1.into()));
    assert_eq!(rows(&found["misses"], &["place", "urls", "category", "why"]), ["x.unknown.example/a/ 2 ad no rule"]);
    assert_eq!(
        rows(&found["extras"], &["place", "urls", "category", "vendor"]),
        ["static.criteo.net/js/ 1 cdn criteo"]
    );
}

#[test]
fn pages_nobody_has_seen_are_no_trouble() {
    let mut large = b"<img src='//a.example/".to_vec();
    large.resize(300_000, b'x');
    large.extend_from_slice(b"'><img src=//b.example/>\xff\x81");
    let found =
        measure(&[("large.html", &large), ("none.html", b""), ("x.xhtml", b"<script src='//c.example'/>")], None);
    assert_eq!((&found["pages"], &found["over_limit"]), (&3.into(), &1.into()));
    assert_eq!(rows(&found["unknown_hosts"], &["host"]), ["b.example", "c.example"]);

    let folder = tempfile::tempdir().unwrap();
    let options = |folder: &std::path::Path| Options {
        folder: folder.to_owned(),
        reference: None,
        config: None,
        format: Format::Json,
        rows: 0,
    };
    let error = run(&options(folder.path())).unwrap_err().to_string();
    assert!(error.contains("no page in it"), "{error}");
    let error = run(&options(&folder.path().join("none"))).unwrap_err().to_string();
    assert!(error.contains("none: "), "{error}");
    fs::write(folder.path().join("wide.html"), b"\xff\xfe<\0").unwrap();
    let error = run(&options(folder.path())).unwrap_err().to_string();
    assert!(error.contains("1 could not be read") && error.contains("wide.html: UTF-16"), "{error}");
}
