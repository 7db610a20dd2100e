/**
 * Opts out a browser whose signal only scripts see. `name` is that of our cookie, and `attributes` stand behind its value;
 * `forget` takes pages out of what a service worker kept.
 */
function bridge(name, attributes, forget) {
    const has = (choice) => `; ${document.cookie}`.includes(`; ${name}=1.${choice}.`);
    const isOut = () => has("out") || has("out-limit");

    /** `back` is the event of a page that was brought back as it was left. */
    const go = (back) => {
        try {
            if (navigator.globalPrivacyControl !== true) return;
            const wasOut = isOut();
            if (!wasOut) document.cookie = `${name}=1.out${has("limit") ? "-limit" : ""}.${Math.floor(Date.now() / 864e5)}${attributes}`;
            if (!isOut()) return;
            // Something on the way may take the cookie away each time, or keep a page for everybody: no loop of that.
            const key = `gpc-bridge ${location.href}`;
            const times = +sessionStorage.getItem(key);
            if (!back && times > (wasOut ? 0 : 2)) return;
            sessionStorage.setItem(key, times + 1);
            if (back) back.stopImmediatePropagation();
            stop();
            const again = () => location.reload();
            forget().then(again, again);
        } catch {
            // Without storage the page goes on.
        }
    };
    addEventListener("pageshow", (event) => event.persisted && go(event));
    go();
}
