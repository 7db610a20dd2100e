// What scripts request, in pages and in workers, and its handlers.
const REQUESTS =
    "fetch:fetch Navigator#sendBeacon:beacon XMLHttpRequest#open:open XMLHttpRequest#send:send WebSocket:construct " +
    "EventSource:construct Worker:work SharedWorker:work URL.createObjectURL:create URL.revokeObjectURL:revoke " +
    "importScripts:load fetchLater:later";

// How requests of scripts towards withheld hosts are answered, without a look at the page: in workers there is none.
function requests(global, withheld, native, worker, like) {
    const base = () => (global.document ? global.document.baseURI : global.location.href);
    const blocked = (input) => withheld((typeof input === "object" && input && input.url) || input, base);

    // What is constructed instead: never open, and over at once.
    const closed = (url, names) => {
        const target = new EventTarget();
        Object.assign(target, { url: String(url), readyState: 3, bufferedAmount: 0 });
        for (const name of ["send", "close", "postMessage", "terminate", "start"]) target[name] = () => {};
        target.port = target;
        for (const name of names) target.addEventListener(name, (event) => target["on" + name] && target["on" + name](event));
        global.setTimeout(() => {
            for (const name of names) target.dispatchEvent(new Event(name));
        });
        return target;
    };

    // A worker made of text gets the same guard before its own first line.
    const blobs = new Map();
    const addresses = new Map();
    const guarded = (given) => {
        const url = String(given).replace(/#.*/, "");
        const blob = blobs.get(url);
        if (!blob) return given;
        // One for each: a shared worker is known by its address.
        if (!addresses.has(url)) {
            // On the same line, so that errors are told of where the page expects them.
            const both = new Blob([worker(), blob], { type: blob.type });
            addresses.set(url, native["URL.createObjectURL"].call(global.URL, both));
        }
        return like(given, addresses.get(url));
    };

    // Requests that are not sent, and whether their callers wait for them.
    const silent = new WeakMap();
    return {
        fetch: (go, _, [input]) => (blocked(input) ? Promise.resolve(new Response(null, { status: 204 })) : go()),
        beacon: (go, _, [url]) => blocked(url) || go(),
        open(go, self, [, url, isAsync]) {
            delete self.readyState;
            silent.delete(self);
            if (!blocked(url)) return go();
            silent.set(self, isAsync === false);
            // Opened, so that what callers do before `send` is no error.
            return go(["GET", global.location.href, true]);
        },
        send(go, self) {
            if (!silent.has(self)) return go();
            const end = () => {
                Object.defineProperty(self, "readyState", { value: 4, configurable: true });
                for (const name of ["readystatechange", "error", "loadend"]) self.dispatchEvent(new ProgressEvent(name));
            };
            if (silent.get(self)) end();
            else global.setTimeout(end);
        },
        later: (go, _, [url]) => (blocked(url) ? { activated: false } : go()),
        construct: (go, _, [url], name) => (blocked(url) ? closed(url, name === "WebSocket" ? ["error", "close"] : ["error"]) : go()),
        work: (go, _, given) =>
            blocked(given[0]) ? closed(given[0], ["error"]) : go(given.map((one, at) => (at ? one : guarded(one)))),
        create(go, _, [blob]) {
            const url = go();
            // What has no size is a stream of media.
            if ("size" in blob) blobs.set(url, blob);
            return url;
        },
        revoke(go, _, [url]) {
            blobs.delete(String(url));
            addresses.delete(String(url));
            return go();
        },
        load: (go, _, given) => go(given.filter((url) => !blocked(url))),
    };
}
