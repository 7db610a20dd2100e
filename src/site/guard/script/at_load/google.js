// Google's consent defaults, before any container: what is kept of its tags has the advertising parts off.
const google = AT_LOAD(function (window, page) {
    if (!page.google) return;
    const layer = (window.dataLayer = window.dataLayer || []);
    const tell = AT_LOAD(function () {
        layer.push(arguments);
    });
    const denied = { ad_storage: "denied", ad_user_data: "denied", ad_personalization: "denied" };
    tell("consent", "default", { ...denied });
    tell("set", { allow_google_signals: false, allow_ad_personalization_signals: false, ads_data_redaction: true });
    const filter = later(() => entries(window, layer, denied, page.ads));
    // A container puts a `push` of its own over the one that it found, and calls that in turn.
    let push = layer.push;
    Object.defineProperty(layer, "push", { configurable: true, get: () => filter()(push), set: (value) => (push = value) });
    // A page's own declaration takes its place.
    if (!("gtag" in window)) put(window, "gtag", tell);
});
