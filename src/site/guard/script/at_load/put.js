// Makes a global as an assignment of the page's own would: it can be assigned, declared and deleted.
const put = AT_LOAD(function (window, name, value) {
    Object.defineProperty(window, name, { value, writable: true, configurable: true, enumerable: true });
});
