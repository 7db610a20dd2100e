// What scripts request, in pages and in workers, and its handlers.
const REQUESTS =
    "fetch:fetch Navigator#sendBeacon:beacon XMLHttpRequest#open:open XMLHttpRequest#send:send WebSocket:construct " +
    "EventSource:construct Worker:work SharedWorker:work URL.createObjectURL:create URL.revokeObjectURL:revoke " +
    "importScripts:load";

// How requests of scripts towards withheld hosts are answered, without a look at the page: in workers there is none.
function requests(global, withheld, native, worker) {
    const address = (input) => (typeof input === "object" && input && input.url) || input;
    const base = () => (global.document ? global.document.baseURI : global.location.href);
    const blocked = (input) => withheld(String(address(input)), base());
    const fire = (target, ...names) =>
        global.setTimeout(() => {
            for (const name of names) target.dispatchEvent(new Event(name));
        });

    // What is constructed instead: never open, and over at once.
    const closed = (url, names) => {
        const target = new EventTarget();
        Object.assign(target, { url: String(url), readyState: 3, bufferedAmount: 0 });
        for (const name of ["send", "close", "postMessage", "terminate", "start"]) target[name] = () => {};
        target.port = target;
        for (const name of names) target.addEventListener(name, (event) => target["on" + name] && target["on" + name](event));
        fire(target, ...names);
        return target;
    };
    const construct = (own, made, given, name) =>
        blocked(given[0])
            ? closed(given[0], name === "WebSocket" ? ["error", "close"] : ["error"])
            : Reflect.construct(own, given, made);

    // A worker made of text gets the same guard before its own first line.
    const blobs = new Map();
    const addresses = new Map();
    const guarded = (given) => {
        const url = String(given[0]);
        const blob = blobs.get(url);
        if (!blob) return given;
        // One for each: a shared worker is known by its address.
        if (!addresses.has(url)) {
            const both = new Blob([worker(), "\n", blob], { type: blob.type });
            addresses.set(url, native["URL.createObjectURL"].call(global.URL, both));
        }
        return [addresses.get(url), ...given.slice(1)];
    };

    const silent = new WeakSet();
    return {
        fetch: (own, self, given) =>
            blocked(given[0]) ? Promise.resolve(new Response(null, { status: 204 })) : Reflect.apply(own, self, given),
        beacon: (own, self, given) => blocked(given[0]) || Reflect.apply(own, self, given),
        open(own, self, given) {
            silent.delete(self);
            if (!blocked(given[1])) return Reflect.apply(own, self, given);
            silent.add(self);
            // Opened, so that what callers do before `send` is no error.
            return own.call(self, "GET", global.location.href, true);
        },
        send: (own, self, given) =>
            silent.has(self) ? void fire(self, "error", "loadend") : Reflect.apply(own, self, given),
        construct,
        work: (own, made, given, name) => construct(own, made, guarded(given), name),
        create(own, self, given) {
            const url = Reflect.apply(own, self, given);
            // What has no type at all is a stream of media.
            if (worker && /script|^$/.test(given[0].type)) blobs.set(url, given[0]);
            return url;
        },
        revoke(own, self, given) {
            blobs.delete(String(given[0]));
            addresses.delete(String(given[0]));
            return Reflect.apply(own, self, given);
        },
        load: (own, self, given) => Reflect.apply(own, self, given.filter((url) => !blocked(url))),
    };
}
