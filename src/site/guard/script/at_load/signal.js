// Scripts that ask get the right answer, by whatever signal the opt-out came.
const signal = AT_LOAD(function (window, told) {
    if (window.navigator.globalPrivacyControl !== true) {
        Object.defineProperty(window.Navigator.prototype, "globalPrivacyControl", {
            configurable: true,
            enumerable: true,
            get: () => true,
        });
    }
    const apisToo = AT_LOAD(function () {
        apis(window, told);
    });
    if (told.usp || told.gpp) window.addEventListener("load", apisToo);
});
