// What the privacy APIs answer.
function privacy(told) {
    const { usp, gpp: gppString } = told;
    // `7:usnat,8:usca`
    const supported = told.sections ? told.sections.split(",") : [];
    const ids = supported.map((section) => parseInt(section, 10));

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

    return { __uspapi: usPrivacy, __gpp: gpp };
}
