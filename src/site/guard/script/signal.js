// Scripts that ask get the right answer, by whatever signal the opt-out came.
function signal(window, told) {
    const { document, navigator } = window;
    const { usp, gpp: gppString } = told;
    // `7:usnat,8:usca`
    const supported = told.sections ? told.sections.split(",") : [];
    const ids = supported.map((section) => parseInt(section, 10));
    if (navigator.globalPrivacyControl !== true) {
        Object.defineProperty(window.Navigator.prototype, "globalPrivacyControl", {
            configurable: true,
            enumerable: true,
            get: () => true,
        });
    }
    const PLATFORM = /cookielaw|onetrust|cookiepro|cookiebot|didomi|usercentrics|trustarc|consensu|privacy-mgmt|osano|iubenda|termly|cookieyes|quantcast|sirdata|fundingchoices|ketch|transcend|consentmanager|cookiefirst|axeptio|civiccomputing/;
    const has = (name) => typeof window[name] === "function" || document.getElementsByName(name + "Locator").length > 0;
    // A consent platform speaks for its site. It has had until now to say that it is there.
    const platform = () =>
        has("__tcfapi") || has("__cmp") || Array.from(document.scripts).some((script) => PLATFORM.test(script.src));
    const define = (name, value) => {
        if (!has(name)) Object.defineProperty(window, name, { value, writable: true, configurable: true, enumerable: true });
    };

    const usPrivacy = (command, version, callback) => {
        const known = command === "getUSPData" && (!version || version === 1);
        if (typeof callback === "function") callback(known ? { version: 1, uspString: usp } : null, known);
    };

    const listeners = new Map();
    const ping = () => ({
        gppVersion: "1.1", cmpStatus: "loaded", cmpDisplayStatus: "hidden", signalStatus: "ready", cmpId: 0,
        supportedAPIs: supported, sectionList: ids, applicableSections: ids, gppString, parsedSections: {},
    });
    const event = (eventName, data, listenerId) => ({ eventName, listenerId, data, pingData: ping() });
    const gpp = (command, callback, parameter) => {
        if (typeof callback !== "function") return;
        const named = supported.some((section) => section.split(":")[1] === parameter);
        if (command === "ping") callback(ping(), true);
        else if (command === "hasSection") callback(named, true);
        else if (command === "addEventListener") {
            const id = listeners.size + 1;
            listeners.set(id, callback);
            callback(event("listenerRegistered", true, id), true);
        } else if (command === "removeEventListener") {
            callback(event("listenerRemoved", listeners.delete(parameter), parameter), true);
        } else callback(null, false);
    };

    window.addEventListener("load", () => {
        if (platform()) return;
        if (usp) define("__uspapi", usPrivacy);
        if (gppString) define("__gpp", gpp);
    });
}
