// The rest of the world, as far as a browser under test can reach it: a proxy that refuses everything and remembers what it
// was asked for. The browsers use it for every host but ours, for calls of their own too, so that none leaves this machine.

import { createServer } from "node:http";
import { listen } from "./listen.mjs";

export async function startOutside() {
    const hosts = [];
    const server = createServer((request, response) => {
        hosts.push(new URL(request.url).hostname);
        response.writeHead(502).end();
    });
    server.on("connect", (request, socket) => {
        hosts.push(request.url.replace(/:\d+$/, ""));
        // A browser may hang up first.
        socket.on("error", () => {});
        socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    });
    return { hosts, ...(await listen(server)) };
}
