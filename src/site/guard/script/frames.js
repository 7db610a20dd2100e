// Documents that share this page's origin without coming from its server: frames that scripts fill, and new windows.
function frames(window, install) {
    const enter = (inner) => {
        try {
            if (inner && inner.document) install(inner);
        } catch (_) {
            // Of another origin: not this page's to guard.
        }
    };
    for (const type of ["HTMLIFrameElement", "HTMLFrameElement", "HTMLObjectElement"]) {
        const owner = window[type] && window[type].prototype;
        for (const [name, view] of [
            ["contentWindow", (value) => value],
            ["contentDocument", (value) => value && value.defaultView],
        ]) {
            const found = owner && Object.getOwnPropertyDescriptor(owner, name);
            if (!found) continue;
            Object.defineProperty(owner, name, {
                ...found,
                get() {
                    const value = found.get.call(this);
                    enter(view(value));
                    return value;
                },
            });
        }
    }
    const open = window.open;
    window.open = function (...given) {
        const opened = open.apply(window, given);
        enter(opened);
        return opened;
    };
}
