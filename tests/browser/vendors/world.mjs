// Every host but the site's own: a proxy that takes each connection for itself, answers in everybody's name, and remembers
// what it was asked for. Nothing leaves this machine.

import { createServer as createHttp, request as ask } from "node:http";
import { createServer as createHttps } from "node:https";
import { connect } from "node:net";
import { generate } from "selfsigned";
import { listen } from "../listen.mjs";
import { container } from "./container.mjs";

const PIXEL = Buffer.from("R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==", "base64");

const PATIENCE = 10_000;

/**
 * `own` says which hosts are the site's, and the ports of this machine where they are; libraries ask for more unless they
 * are `silent`.
 */
export async function startWorld({ own = new Map(), silent = false } = {}) {
    const requests = [];
    const waiting = new Set();
    const remember = (request) => {
        requests.push(request);
        for (const look of waiting) look();
    };
    const answer = (request, response) => {
        const port = own.get(request.headers.host);
        if (port) return forward(request, response, port);
        const url = `https://${request.headers.host}${request.url}`;
        const kind = request.headers["sec-fetch-dest"];
        remember({ url, kind });
        const send = (type, body) => {
            response.writeHead(200, { "content-type": type, "access-control-allow-origin": "*", "cache-control": "no-store" });
            response.end(body);
        };
        const { hostname, pathname, searchParams } = new URL(url);
        if (hostname === "www.googletagmanager.com" && pathname === "/gtm.js") {
            send("text/javascript", container(searchParams.get("id")));
        } else if (kind === "script") {
            send("text/javascript", silent ? "" : library(hostname));
        } else if (kind === "iframe" || kind === "frame") {
            send("text/html", "<!doctype html><title>frame</title>");
        } else {
            send("image/gif", PIXEL);
        }
    };
    const { private: key, cert } = await generate([{ name: "commonName", value: "everybody" }], { keyType: "ec", algorithm: "sha256" });
    const tls = createHttps({ key, cert }, answer);
    tls.on("upgrade", (request, socket) => {
        remember({ url: `wss://${request.headers.host}${request.url}`, kind: "websocket" });
        socket.on("error", () => {});
        socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
    });
    tls.on("tlsClientError", () => {});
    const { port: inner } = await listen(tls);
    const server = createHttp((request, response) => {
        const { host, pathname, search } = new URL(request.url, "http://nobody");
        request.url = pathname + search;
        if (own.has(host)) return forward(request, response, own.get(host));
        // So do the browsers' own calls home, which go nowhere.
        remember({ url: `http://${host}${request.url}` });
        response.writeHead(502).end();
    });
    server.on("connect", (_, client) => {
        const there = connect(inner, "127.0.0.1", () => {
            client.write("HTTP/1.1 200 OK\r\n\r\n");
            there.pipe(client).pipe(there);
        });
        for (const socket of [client, there]) socket.on("error", () => [client, there].forEach((one) => one.destroy()));
    });
    /** Waits until each of these hosts was asked for something after the first requests, or until that takes too long. */
    const asked = async (hosts, first) => {
        const all = () => {
            const those = new Set(requests.slice(first).map(({ url }) => new URL(url).hostname));
            return hosts.every((host) => those.has(host));
        };
        if (all()) return;
        await new Promise((resolve) => {
            const look = () => all() && resolve();
            waiting.add(look);
            setTimeout(resolve, PATIENCE).unref();
        });
        waiting.clear();
    };
    return { requests, asked, ...(await listen(server)) };
}

/** Hands a request of the site's own to it. */
function forward({ method, url, headers }, response, port) {
    const there = ask({ host: "127.0.0.1", port, method, path: url, headers }, (answer) => {
        response.writeHead(answer.statusCode, answer.rawHeaders);
        answer.pipe(response);
    });
    there.on("error", () => response.destroy()).end();
}

/** A vendor's library: it asks its own host for more, in some of the ways that libraries have. */
function library(host) {
    const at = (path) => JSON.stringify(`https://${host}${path}`);
    return `(function(){new Image().src=${at("/collect?from=image")};navigator.sendBeacon(${at("/collect?from=beacon")},"x");})();`;
}
