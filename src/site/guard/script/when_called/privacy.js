const PLATFORMS =
    "cookielaw onetrust cookiebot didomi usercentrics trustarc privacy-mgmt osano iubenda termly cookieyes " +
    "ketch transcend consentmanager cookiefirst axeptio";

// What the privacy APIs answer, by name. Those of a platform that has only said where it is to be found are left to it.
function privacy(window, told) {
    const { document } = window;
    const isFound = (selectors) => document.querySelector(selectors.join()) !== null;
    const hasPlace = (name) => isFound([`[name=${name}Locator]`]);
    const answers = {};
    const isPlatform = (name) => typeof window[name] === "function" || hasPlace(name);
    if (isPlatform("__tcfapi") || isPlatform("__cmp")) return answers;
    if (isFound(PLATFORMS.split(" ").map((name) => `script[src*="${name}"]`))) return answers;
    const { usp, gpp: gppString } = told;
    // `7:usnat,8:usca`
    const supported = told.sections ? told.sections.split(",") : [];
    const ids = supported.map((section) => parseInt(section, 10));

    const usPrivacy = (command, version, callback) => {
        const known = command === "getUSPData" && (!version || version === 1);
        if (typeof callback === "function") callback(known ? { version: 1, uspString: usp } : null, known);
    };

    const listeners = new Map();
    let count = 0;
    const ping = () => ({
        gppVersion: "1.1", cmpStatus: "loaded", cmpDisplayStatus: "hidden", signalStatus: "ready", cmpId: 0,
        supportedAPIs: supported, sectionList: ids, applicableSections: ids, gppString, parsedSections: {},
    });
    const event = (eventName, data, listenerId) => ({ eventName, listenerId, data, pingData: ping() });
    const commands = {
        ping,
        hasSection: (name) => supported.some((section) => section.split(":")[1] === name),
        addEventListener(_, callback) {
            listeners.set(++count, callback);
            return event("listenerRegistered", true, count);
        },
        removeEventListener: (id) => event("listenerRemoved", listeners.delete(id), id),
    };
    const gpp = (command, callback, parameter) => {
        if (typeof callback !== "function") return;
        const answer = Object.getOwnPropertyDescriptor(commands, command);
        callback(answer ? answer.value(parameter, callback) : null, !!answer);
    };

    if (!hasPlace("__uspapi")) answers.__uspapi = usPrivacy;
    if (!hasPlace("__gpp")) answers.__gpp = gpp;
    return answers;
}
