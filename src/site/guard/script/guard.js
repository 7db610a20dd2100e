// What runs first on a page for an opted-out browser. `rules` and `page` are made by the server, and what privacy APIs are
// to answer stands in the attributes of its element.
function guard(window, rules, page, inFrame) {
    const mark = Symbol.for("tower-gpc guard");
    if (window[mark]) return;
    Object.defineProperty(window, mark, { value: true });
    const attempt = (part) => {
        try {
            return part();
        } catch (_) {
            // Whatever a browser lacks, the page goes on.
        }
    };
    const withheld = matcher(rules);
    const inWorker = () => "(" + requests + ")(self,(" + matcher + ")(" + JSON.stringify(rules) + "));";
    const install = (inner) => guard(inner, rules, page, true);
    // Documents made of text begin with the same script.
    const own = window.document.currentScript;
    page.prelude = page.prelude || (() => {
        if (!own) return "";
        const nonce = own.nonce ? ' nonce="' + own.nonce + '"' : "";
        return own.src
            ? '<script src="' + own.src + '"' + nonce + "><\/script>"
            : "<script" + nonce + ">" + own.textContent + "<\/script>";
    });
    attempt(() => requests(window, withheld, inWorker));
    attempt(() => elements(window, withheld, page.prelude));
    attempt(() => frames(window, install));
    attempt(() => signal(window, (own && own.dataset) || {}));
    if (inFrame) return;
    if (page.google) attempt(() => google(window, page.ads));
    attempt(() => stubs(window, page.stubs.split(" ")));
}
