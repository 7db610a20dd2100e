// The real `gpc-proxy`, as a process.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** Starts one before a site, with a configuration if there is one, and learns its port from the line that it prints. */
export async function startGpcProxy(program, port, config) {
    const upstream = `http://127.0.0.1:${port}`;
    const child = spawn(program, ["--upstream", upstream, "--listen", "127.0.0.1:0", "--log", "warn", ...(config ? ["--config", config] : [])], {
        stdio: ["ignore", "pipe", "inherit"],
    });
    const close = () => child.kill("SIGKILL");
    process.once("exit", close);
    const failed = once(child, "exit").then(() => Promise.reject(new Error("gpc-proxy ended")));
    failed.catch(() => {});
    const [line] = await Promise.race([once(createInterface(child.stdout), "line"), once(child, "error").then(fail), failed]);
    return { port: Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(line)[1]), close };
}

function fail([error]) {
    throw error;
}
