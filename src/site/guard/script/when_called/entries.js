// What a page tells Google's tags later: a "granted" loses to the signal, and where the tags of its ads are kept, too, their
// events go.
function entries(denied, ads) {
    const seen = new WeakSet();
    const passes = (entry) => {
        if (!entry || typeof entry !== "object") return true;
        const { 0: command, 2: fields } = entry;
        if (command === "consent" && fields) entry[2] = { ...fields, ...denied };
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
