// Documents that share this page's origin without coming from its server: frames that scripts fill, and new windows.
const FRAMES = "IFrame Frame Object".replace(
    /\w+/g,
    "HTML$&Element#contentWindow.get:view HTML$&Element#contentDocument.get:view",
) + " open:view";

// Installs the guard in the windows that a page gets hold of.
function frames(install) {
    return {
        view(go) {
            const view = go();
            try {
                const inner = view.defaultView || view;
                if (inner.document) install(inner);
            } catch (_) {
                // There is none, or one of another origin, which is not this page's to guard.
            }
            return view;
        },
    };
}
