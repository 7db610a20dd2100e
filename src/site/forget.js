/** Takes HTML out of the Cache API; scripts, pictures and the like stay. */
async function forget() {
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
            const kept = await cache.match(request, { ignoreVary: true });
            if (/html/.test(kept.headers.get("content-type"))) await cache.delete(request, { ignoreVary: true });
        }
    }
}
