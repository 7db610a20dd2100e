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
    const place = AT_LOAD(function (_, first, sign, second, half, handler) {
        const key = second || first;
        const of = sign ? global[first] : global;
        const owner = sign === "#" ? of && of.prototype : of;
        const found = half && owner && Object.getOwnPropertyDescriptor(owner, key);
        const own = half ? found && found[half] : owner && owner[key];
        if (typeof own !== "function") return;
        native[first + sign + second] = own;
        if (!handler) return;
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
    });
    places.replace(/(\w+)([#.]?)(\w*)\.?(\w*):?(\w*)/g, place);
});
