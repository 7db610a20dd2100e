// Stands in for the globals of vendors that were withheld.
const stubs = AT_LOAD(function (window, names) {
    const made = later(() => calls(window));
    // The traps of every stub, made when the first is touched.
    const traps = new Proxy({}, { get: (_, trap) => made()[trap] });
    // Where a conversion was to be counted before a link is followed, it is followed.
    const report = function (url) {
        if (url) window.location = url;
        return false;
    };
    // What cannot be replaced is an extension's, and stays.
    for (const name of names) {
        Reflect.set(window, name, name.endsWith("_report_conversion") ? report : new Proxy(function () {}, traps));
    }
});
