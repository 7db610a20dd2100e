// Google's consent defaults, before any container: what is kept of its tags has the advertising parts off.
const google = AT_LOAD(function (window, page) {
    if (!page.google) return;
    const denied = { ad_storage: "denied", ad_user_data: "denied", ad_personalization: "denied" };
    const first = [];
    const note = AT_LOAD(function () {
        first.push(arguments);
    });
    note("consent", "default", { ...denied });
    const off = { allow_google_signals: false, allow_ad_personalization_signals: false, ads_data_redaction: true };
    note("set", off);
    const filter = later(() => entries(denied, off, page.ads));
    const adopted = new WeakSet();
    let layer;
    // Whatever list the page makes its layer begins with them.
    const adopt = AT_LOAD(function (list) {
        layer = list;
        if (!Array.isArray(list) || !Object.isExtensible(list) || adopted.has(list)) return;
        adopted.add(list);
        // A container puts a `push` of its own over the one that it found, and calls that in turn.
        let push = list.push;
        Object.defineProperty(list, "push", { configurable: true, get: () => filter()(push), set: (value) => (push = value) });
        const old = list.splice(0);
        if (!old.includes(first[0])) push.apply(list, first);
        if (old.length) list.push(...old);
    });
    adopt(window.dataLayer || []);
    Object.defineProperty(window, "dataLayer", { configurable: true, enumerable: true, get: () => layer, set: adopt });
    // A page's own declaration takes its place.
    if (!("gtag" in window)) {
        put(window, "gtag", function () {
            layer.push(arguments);
        });
    }
});
