// What runs first on a page for an opted-out browser. `rules` and `page` are made by the server, and what privacy APIs are
// to answer stands in the attributes of its element.
const guard = AT_LOAD(function (window, rules, page, inFrame) {
    const mark = Symbol.for("tower-gpc guard");
    const { document } = window;
    const own = inFrame ? null : document.currentScript;
    const parts = [];
    if (!window[mark]) {
        Object.defineProperty(window, mark, { value: (inner) => guard(inner, rules, page, true) });
        // Documents made of text begin with the same script.
        page.prelude = page.prelude || (() => prelude(own));
        const judge = later(() => matcher(rules));
        // What its policies make, its frames take.
        page.kinds = page.kinds || later(trusted);
        const { kinds } = page;
        parts.push(
            [hook, kinds, POLICIES],
            [
                hook,
                (native) => requests(window, judge(), native, worker(hook, matcher, requests, REQUESTS, rules), kinds().like),
                REQUESTS,
            ],
            [hook, (native) => elements(window, judge(), native, page.prelude, kinds().like), ELEMENTS],
            [hook, () => frames(window[mark]), FRAMES],
        );
        if (inFrame) parts.push([signal, {}]);
    }
    // A page may take the place of the empty document that its window began with, and was guarded in.
    if (!inFrame && window[mark].told !== document) {
        window[mark].told = document;
        parts.push([signal, (own && own.dataset) || {}], [google, page], [stubs, page.stubs.split(" ")]);
    }
    for (const [part, ...given] of parts) {
        try {
            part(window, ...given);
        } catch (_) {
            // Whatever a browser lacks, the page goes on.
        }
    }
    // A page that is compared with what its own script would have made has nothing more in it.
    if (own) own.remove();
});
