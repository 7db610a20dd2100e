// Google's consent defaults, before any container: what is kept of its tags has the advertising parts off. Where those of its
// `ads` are kept, too, their events go.
function google(window, ads) {
    const DENIED = { ad_storage: "denied", ad_user_data: "denied", ad_personalization: "denied" };
    const layer = (window.dataLayer = window.dataLayer || []);
    const seen = new WeakSet();
    const settle = (entry) => {
        try {
            return passes(entry);
        } catch (_) {
            // Whatever was pushed, the page goes on.
            return true;
        }
    };
    const passes = (entry) => {
        if (!entry || typeof entry !== "object") return true;
        const [command, , fields] = [entry[0], entry[1], entry[2]];
        // A later "granted" loses to the signal.
        if (command === "consent" && fields) Object.assign(fields, DENIED);
        if (ads || command !== "event" || !fields || !/^(AW|DC)-/.test([].concat(fields.send_to)[0])) return true;
        const after = fields.event_callback;
        if (typeof after === "function" && !seen.has(fields)) {
            seen.add(fields);
            window.setTimeout(after);
        }
        return false;
    };
    // A container puts a `push` of its own over the one that it found, and calls that in turn.
    let push = layer.push;
    const through = new Map();
    const wrapped = (inner) => {
        if (!through.has(inner)) through.set(inner, (...given) => inner.apply(layer, given.filter(settle)));
        return through.get(inner);
    };
    Object.defineProperty(layer, "push", { configurable: true, get: () => wrapped(push), set: (value) => (push = value) });
    function tell() {
        layer.push(arguments);
    }
    tell("consent", "default", { ...DENIED });
    tell("set", { allow_google_signals: false, allow_ad_personalization_signals: false, ads_data_redaction: true });
    if (!("gtag" in window)) {
        // A page's own declaration takes its place.
        Object.defineProperty(window, "gtag", { value: tell, writable: true, configurable: true, enumerable: true });
    }
}
