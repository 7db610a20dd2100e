// Documents that share this page's origin without coming from its server: frames that scripts fill, and new windows.
const FRAMES =
    "HTMLIFrameElement#contentWindow.get:view HTMLIFrameElement#contentDocument.get:page " +
    "HTMLFrameElement#contentWindow.get:view HTMLFrameElement#contentDocument.get:page " +
    "HTMLObjectElement#contentWindow.get:view HTMLObjectElement#contentDocument.get:page open:view";

// Installs the guard in the windows that a page gets hold of.
function frames(install) {
    const entered = (inner) => {
        try {
            if (inner && inner.document) install(inner);
        } catch (_) {
            // Of another origin: not this page's to guard.
        }
    };
    return {
        view(own, self, given) {
            const view = Reflect.apply(own, self, given);
            entered(view);
            return view;
        },
        page(own, self, given) {
            const page = Reflect.apply(own, self, given);
            entered(page && page.defaultView);
            return page;
        },
    };
}
