// Tells vendors that are bound by contract, by their own switches, to restrict what they do with the data. Each switch is the
// first thing that a vendor's queue holds, and what the page says to the contrary later is put right on its way; of Google's
// two only the consent is, by the guard.
const restrict = AT_LOAD(function (window, vendors) {
    // A global that the page will set: what arrives is looked after before the page has it.
    const arriving = (name, current, look) => {
        Object.defineProperty(window, name, {
            configurable: true,
            enumerable: true,
            get: () => current,
            set: (value) => {
                current = look(value);
            },
        });
    };
    // A function that queues what it is called with: `first` goes before its first call, and `change` sees every call.
    const caller = (names, first, change) => {
        const told = new WeakSet();
        const made = new WeakMap();
        const look = (value) => {
            if (typeof value !== "function") return value;
            if (!made.has(value)) {
                const proxy = new Proxy(value, {
                    apply: (target, self, given) => {
                        if (first && !told.has(target)) {
                            told.add(target);
                            Reflect.apply(target, self, first());
                        }
                        return Reflect.apply(target, self, change(given));
                    },
                    // Some have themselves as their `push`.
                    get: (target, key) => (target[key] === target ? proxy : target[key]),
                });
                made.set(value, proxy);
                made.set(proxy, proxy);
            }
            return made.get(value);
        };
        for (const name of names) arriving(name, undefined, look);
    };
    // A list that the vendor's library reads, or an object of the library with a `push`: `first` is in it from the start, and
    // `change` sees every entry, or drops it.
    const list = (name, first, change) => {
        const seen = new WeakSet();
        const look = (value) => {
            if (!value || typeof value !== "object" || seen.has(value)) return value;
            seen.add(value);
            const push = value.push;
            const through = (...given) => {
                const changed = change(given);
                return changed ? push.apply(value, changed) : value.length;
            };
            Object.defineProperty(value, "push", { configurable: true, writable: true, value: through });
            if (Array.isArray(value)) first(push, value);
            return value;
        };
        arriving(name, look([]), look);
    };
    const fields = (given, at, more) => {
        const changed = [...given];
        changed[at] = { ...changed[at], ...more };
        return changed;
    };

    const DENIED = { ad_storage: "denied" };
    const LIMITED = { opt_out_type: "LDP" };
    const switches = {
        "meta-pixel": () => {
            const limited = () => ["dataProcessingOptions", ["LDU"], 0, 0];
            const allows = ([command, options]) =>
                command === "dataProcessingOptions" && !(Array.isArray(options) && options.includes("LDU"));
            caller(["fbq", "_fbq"], limited, (given) => (allows(given) ? limited() : given));
        },
        "pinterest-tag": () => {
            // Without a state: where this person lives is not known.
            const change = (given) => (given[0] === "set" ? fields(given, 1, LIMITED) : given);
            caller(["pintrk"], () => ["set", { ...LIMITED }], change);
        },
        "reddit-pixel": () => {
            caller(["rdt"], null, (given) => (given[0] === "init" ? fields(given, 2, { dpm: "LDU" }) : given));
        },
        "x-pixel": () => {
            const RESTRICTED = { restricted_data_use: "restrict_optimization" };
            const speaks = ([command]) => command === "config" || command === "event";
            caller(["twq"], null, (given) => (speaks(given) ? fields(given, 2, RESTRICTED) : given));
        },
        "microsoft-advertising": () => {
            const change = (given) => (given[0] === "consent" ? fields(given, 2, DENIED) : given);
            list("uetq", (push, queue) => push.call(queue, "consent", "default", { ...DENIED }), change);
        },
        "tiktok-pixel": () => {
            const GRANTS = ["grantConsent", "enableCookie", "holdConsent"];
            const first = (push, queue) => {
                push.call(queue, ["disableCookie"], ["revokeConsent"]);
                // The page's own snippet, and later the library, would put theirs here.
                for (const name of GRANTS) Object.defineProperty(queue, name, { get: () => () => {}, set: () => {} });
            };
            list("ttq", first, (given) => given.filter((entry) => !GRANTS.includes(entry && entry[0])));
        },
        "google-ads": () => {
            const layer = (window.dataLayer = window.dataLayer || []);
            (function () {
                layer.push(arguments);
            })("set", "restricted_data_processing", true);
        },
        "google-ad-manager": () => {
            const seen = new WeakSet();
            const look = (value) => {
                if (!value || typeof value !== "object" || seen.has(value)) return value;
                seen.add(value);
                value.cmd = value.cmd || [];
                value.cmd.push(() => value.pubads().setPrivacySettings({ restrictDataProcessing: true }));
                return value;
            };
            arriving("googletag", look({}), look);
        },
    };
    for (const vendor of vendors) {
        try {
            switches[vendor]();
        } catch (_) {
            // Whatever a browser lacks, the page goes on.
        }
    }
});
