// What runs first on a page for an opted-out browser. `rules` and `page` are made by the server, and what privacy APIs are
// to answer stands in the attributes of its element.
const guard = AT_LOAD(function (window, rules, page, inFrame) {
    const mark = Symbol.for("tower-gpc guard");
    if (window[mark]) return;
    Object.defineProperty(window, mark, { value: true });
    const own = window.document.currentScript;
    // Documents made of text begin with the same script.
    page.prelude = page.prelude || (() => prelude(own));
    const judge = later(() => matcher(rules));
    const parts = [
        [hook, (native) => requests(window, judge(), native, () => worker(rules)), REQUESTS],
        [hook, (native) => elements(window, judge(), native, page.prelude), ELEMENTS],
        [hook, () => frames((inner) => guard(inner, rules, page, true)), FRAMES],
        [signal, (own && own.dataset) || {}],
    ];
    if (!inFrame) parts.push([google, page], [stubs, page.stubs.split(" ")]);
    for (const [part, ...given] of parts) {
        try {
            part(window, ...given);
        } catch (_) {
            // Whatever a browser lacks, the page goes on.
        }
    }
});
