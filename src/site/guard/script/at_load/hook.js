// Puts handlers of ours before functions of the browser. `places` names them: `fetch`, `URL.createObjectURL`, or
// `Element#innerHTML.set` for what sets the property of an element; and behind a colon the handler. What has none is only
// remembered.
//
// `make` gives the handlers by name. It is called when the first of them is, with the functions that were there. A handler gets
// what calls the function, with what was given or with something else; `this`; what was given; and the function's name.
const hook = AT_LOAD(function (global, make, places) {
    const native = {};
    let handlers;
    const run = (handler) => (handlers = handlers || make(native))[handler];
    for (const place of places.split(" ")) {
        const [path, handler] = place.split(":");
        const steps = path.replace("#", ".prototype.").split(".");
        const half = steps.length > 3 && steps.pop();
        const key = steps.pop();
        let owner = global;
        for (const step of steps) owner = owner?.[step];
        const found = half && owner && Object.getOwnPropertyDescriptor(owner, key);
        const own = half ? found?.[half] : owner?.[key];
        if (typeof own !== "function") continue;
        native[path] = own;
        if (!handler) continue;
        const put = new Proxy(own, {
            apply: (_, self, given) => run(handler)((other = given) => Reflect.apply(own, self, other), self, given, key),
            construct: (_, given, made) =>
                run(handler)((other = given) => Reflect.construct(own, other, made), made, given, key),
        });
        // What cannot be replaced is left, and does not keep the next from its handler.
        if (found) {
            found[half] = put;
            Reflect.defineProperty(owner, key, found);
        } else {
            Reflect.set(owner, key, put);
            if (own.prototype) Reflect.set(own.prototype, "constructor", put);
        }
    }
});
