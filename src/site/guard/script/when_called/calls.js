// What a stub does with all that is done to it: it takes any call, and calls back who waits.
function calls(window) {
    const called = new WeakSet();
    const call = (value) => {
        if (typeof value !== "function" || called.has(value)) return;
        called.add(value);
        window.setTimeout(() => {
            try {
                value(nothing);
            } catch (_) {
                // It wanted an answer that only the vendor has.
            }
        });
    };
    const answer = (given) => {
        for (const value of given) {
            call(value);
            if (!value || typeof value !== "object") continue;
            for (const name of Object.keys(value)) if (/callback$|handler$/i.test(name)) call(value[name]);
        }
    };
    const fixed = {
        length: 0,
        push: (...given) => (answer(given), given.length),
        then: (done) => Promise.resolve().then(() => done && done()),
        [Symbol.toPrimitive]: () => "",
        [Symbol.iterator]: () => [][Symbol.iterator](),
    };
    const traps = {
        get: (target, key) =>
            Object.prototype.hasOwnProperty.call(target, key) && key !== "length" && key !== "name"
                ? target[key]
                : key in fixed
                  ? fixed[key]
                  : typeof key === "symbol"
                    ? undefined
                    : nothing,
        apply: (_, self, given) => (answer(given), nothing),
        construct: () => stub(),
    };
    const stub = () => new Proxy(function () {}, traps);
    const nothing = stub();
    return traps;
}
