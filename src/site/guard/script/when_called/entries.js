// What a page tells Google's tags later: a "granted" loses to the signal, features stay off, and if the tags of its ads are
// withheld, their events go.
function entries(denied, off, ads) {
    const seen = new WeakSet();
    const passes = (entry) => {
        if (!entry || typeof entry !== "object") return true;
        const { 0: command, 2: fields } = entry;
        const [at, more] = { consent: [2, denied], config: [2, off], set: [1, off] }[command] || [];
        // On a copy: the object is the page's own.
        if (at && typeof entry[at] === "object") entry[at] = { ...entry[at], ...more };
        if (ads || command !== "event" || !fields || !/^(AW|DC)-/.test([].concat(fields.send_to)[0])) return true;
        const after = fields.event_callback;
        if (typeof after === "function" && !seen.has(fields)) {
            seen.add(fields);
            setTimeout(after);
        }
        return false;
    };
    const settle = (entry) => {
        try {
            return passes(entry);
        } catch (_) {
            // Whatever was pushed, the page goes on.
            return true;
        }
    };
    const through = new Map();
    return (inner) => {
        if (!through.has(inner)) {
            through.set(inner, function (...given) {
                return inner.apply(this, given.filter(settle));
            });
        }
        return through.get(inner);
    };
}
