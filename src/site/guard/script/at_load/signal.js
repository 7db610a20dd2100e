// Scripts that ask get the right answer, by whatever signal the opt-out came.
const signal = AT_LOAD(function (window, told) {
    if (window.navigator.globalPrivacyControl !== true) {
        Object.defineProperty(window.Navigator.prototype, "globalPrivacyControl", {
            configurable: true,
            enumerable: true,
            get: () => true,
        });
    }
    apis(window, told);
});
