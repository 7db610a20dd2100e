//! What it costs to ask the rules about a URL or a script, with the built-in vendors and with very many.
#![expect(clippy::unwrap_used, reason = "a bench that cannot be set up has nothing to say")]

mod support {
    pub(crate) mod run;
    pub(crate) mod urls;
}

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use tower_gpc::policy::{Rules, Script};

use support::{run, urls};

/// Code of a site's own, of which any amount makes an inline script that is kept.
const CODE: &str = "(function(w,d){var c=w.shop=w.shop||{items:[],total:0};function add(id,price){c.items.push({id:id,\
    price:price});c.total+=price;d.querySelector('#cart .count').textContent=String(c.items.length)}\
    d.addEventListener('click',function(event){var b=event.target.closest('[data-sku]');if(!b){return}\
    add(b.getAttribute('data-sku'),parseFloat(b.dataset.price||'0'));if(w.localStorage){w.localStorage.setItem('cart',\
    JSON.stringify(c.items))}});fetch('https://api.shop.example/v1/prices?currency=EUR',{headers:{Accept:\
    'application/json'}}).then(function(r){return r.json()}).then(function(all){for(var i=0;i<all.length;i++){var p=\
    all[i];var el=d.getElementById('price-'+p.id);if(el){el.innerHTML='<b>'+p.text+'</b>'}}})})(window,document);\n";

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let added = if run::quick() { 500 } else { 50_000 };
    let catalogs = [("built-in".to_owned(), urls::rules(0)), (format!("{added} added"), urls::rules(added))];
    for (catalog, rules) in &catalogs {
        lookups(&mut criterion, catalog, rules);
    }
    for (catalog, rules) in &catalogs {
        scripts(&mut criterion, catalog, rules);
    }
    criterion.final_summary();
}

fn lookups(criterion: &mut Criterion, catalog: &str, rules: &Rules) {
    let mut group = criterion.benchmark_group(format!("matcher/url, {catalog}"));
    for (what, urls) in urls::URLS {
        for url in urls {
            assert_eq!(rules.url(url.as_bytes()).is_some(), what.starts_with("hit"), "{url}");
        }
        group.throughput(Throughput::Elements(urls.len() as u64));
        group.bench_function(what, |bencher| {
            bencher.iter(|| urls.iter().filter(|url| rules.url(black_box(url.as_bytes())).is_some()).count());
        });
    }
    group.finish();
}

fn scripts(criterion: &mut Criterion, catalog: &str, rules: &Rules) {
    let mut group = criterion.benchmark_group(format!("matcher/inline, {catalog}"));
    for len in [2_000, 100_000] {
        let kept: String = CODE.chars().cycle().take(len).collect();
        let withheld = format!("{kept};fbq('init','0')");
        for (what, script) in [("kept", kept), ("withheld", withheld)] {
            assert_eq!(rules.script(script.as_bytes()) != Script::Keep, what == "withheld");
            group.throughput(Throughput::Bytes(script.len() as u64));
            group.bench_function(format!("{what}, {len} bytes"), |bencher| {
                bencher.iter(|| rules.script(black_box(script.as_bytes())));
            });
        }
    }
    group.finish();
}
