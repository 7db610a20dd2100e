// Runs in each frame of the page that is left for its successor: what it would say as a last word is said before the signal
// is on, and is not the successor's.
(() => {
    for (const type of ["pagehide", "unload", "beforeunload", "visibilitychange"]) {
        const stop = (event) => event.stopImmediatePropagation();
        addEventListener(type, stop, true);
        document.addEventListener(type, stop, true);
    }
    navigator.sendBeacon = () => true;
})()
