// How each run of visits begins: with a folder of its own, and a deadline for whatever may hang.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes the folder, which is gone when the process ends; its end ends every process that was started, too. */
export function begin(kind, deadline) {
    setTimeout(() => {
        console.error(`FAIL  ${kind}: not done after ${deadline / 1000} s`);
        process.exit(1);
    }, deadline).unref();
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));
    const home = mkdtempSync(join(tmpdir(), "gpc-browser-"));
    process.once("exit", () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
    return home;
}
