// Does not start what scripts would request from withheld hosts. In workers too, hence without a look at the page.
function requests(global, withheld, inWorker) {
    const address = (input) => (typeof input === "object" && input && input.url) || input;
    const base = () => (global.document ? global.document.baseURI : global.location.href);
    const blocked = (input) => withheld(String(address(input)), base());
    const later = (target, ...names) =>
        global.setTimeout(() => {
            for (const name of names) target.dispatchEvent(new Event(name));
        });
    const wrap = (owner, name, handler) => {
        const native = owner && owner[name];
        if (typeof native !== "function") return;
        owner[name] = new Proxy(native, { apply: (_, self, given) => handler(native, self, given) });
    };

    wrap(global, "fetch", (native, self, given) =>
        blocked(given[0]) ? Promise.resolve(new Response(null, { status: 204 })) : Reflect.apply(native, self, given),
    );
    wrap(global.Navigator && global.Navigator.prototype, "sendBeacon", (native, self, given) =>
        blocked(given[0]) || Reflect.apply(native, self, given),
    );

    if (global.XMLHttpRequest) {
        const silent = new WeakSet();
        wrap(global.XMLHttpRequest.prototype, "open", (native, self, given) => {
            silent.delete(self);
            if (!blocked(given[1])) return Reflect.apply(native, self, given);
            silent.add(self);
            // Opened, so that what callers do before `send` is no error.
            return native.call(self, "GET", global.location.href, true);
        });
        wrap(global.XMLHttpRequest.prototype, "send", (native, self, given) =>
            silent.has(self) ? void later(self, "error", "loadend") : Reflect.apply(native, self, given),
        );
    }

    // What is constructed instead: never open, and over at once.
    const closed = (url, names) => {
        const target = new EventTarget();
        const nothing = () => {};
        Object.assign(target, { url: String(url), readyState: 3, bufferedAmount: 0 });
        for (const name of ["send", "close", "postMessage", "terminate", "start"]) target[name] = nothing;
        target.port = target;
        for (const name of names) target.addEventListener(name, (event) => target["on" + name] && target["on" + name](event));
        later(target, ...names);
        return target;
    };
    const construct = (name, names, before) => {
        const native = global[name];
        if (typeof native !== "function") return;
        global[name] = new Proxy(native, {
            construct: (_, given, made) =>
                blocked(given[0]) ? closed(given[0], names) : Reflect.construct(native, before ? before(given) : given, made),
        });
    };
    construct("WebSocket", ["error", "close"]);
    construct("EventSource", ["error"]);

    // A worker made of text gets the same guard before its own first line.
    const blobs = new Map();
    const addresses = new Map();
    const create = global.URL.createObjectURL;
    const guarded = (given) => {
        const url = String(given[0]);
        const blob = blobs.get(url);
        if (!blob) return given;
        // One for each: a shared worker is known by its address.
        if (!addresses.has(url)) {
            addresses.set(url, create.call(global.URL, new Blob([inWorker(), "\n", blob], { type: blob.type })));
        }
        return [addresses.get(url), ...given.slice(1)];
    };
    if (inWorker && global.Blob) {
        wrap(global.URL, "createObjectURL", (native, self, given) => {
            const url = Reflect.apply(native, self, given);
            if (/^\[object (Blob|File)\]$/.test(String(given[0])) && /script|^$/.test(given[0].type)) blobs.set(url, given[0]);
            return url;
        });
        wrap(global.URL, "revokeObjectURL", (native, self, given) => {
            blobs.delete(String(given[0]));
            addresses.delete(String(given[0]));
            return Reflect.apply(native, self, given);
        });
    }
    construct("Worker", ["error"], guarded);
    construct("SharedWorker", ["error"], guarded);

    if (!global.document) {
        wrap(global, "importScripts", (native, self, given) =>
            Reflect.apply(native, self, given.filter((url) => !blocked(url))),
        );
    }
}
