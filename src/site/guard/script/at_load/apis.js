// Has the privacy APIs answer where the page has no consent platform of its own: one that is there speaks for its site. It has
// until the page is loaded to say so, and till then there is nothing where it looks. Nothing runs before somebody asks.
const apis = AT_LOAD(function (window, told) {
    const answers = later(() => privacy(window, told));
    for (const [name, string] of [["__uspapi", told.usp], ["__gpp", told.gpp]]) {
        if (!string) continue;
        Object.defineProperty(window, name, {
            configurable: true,
            enumerable: true,
            get: () => (window.document.readyState === "complete" ? answers()[name] : undefined),
            set: (value) => put(window, name, value),
        });
    }
});
