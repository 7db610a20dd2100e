//! Firefox, by WebDriver BiDi.

use std::fs;
use std::io;
use std::path::Path;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::super::Options;
use super::super::visit::{Cookie, Head};
use super::launch::{Process, Start};
use super::socket::Socket;
use super::{Driver, Traffic, cookies, status, text};

/// The person's own setting.
const SETTING: &str = "privacy.globalprivacycontrol.enabled";

const EVENTS: [&str; 4] = [
    "browsingContext.load",
    "browsingContext.navigationFailed",
    "network.beforeRequestSent",
    "network.responseStarted",
];

/// A running Firefox with one tab.
#[derive(Debug)]
pub(super) struct Firefox {
    process: Process,
    socket: Socket,
    name: String,
    tab: String,
    /// Where the browser's own scripts run.
    own: String,
}

impl Firefox {
    pub(super) async fn start(program: &Path, options: &Options) -> io::Result<Self> {
        let profile = tempfile::tempdir()?;
        fs::write(profile.path().join("user.js"), settings(options))?;
        let arguments = [
            "--headless",
            "--no-remote",
            "--remote-debugging-port=0",
            // The setting can only be changed from inside of the browser.
            "--remote-allow-system-access",
            "--profile",
        ];
        let folder = profile.path().display().to_string();
        let arguments = arguments.map(str::to_owned).into_iter().chain([folder, "about:blank".to_owned()]).collect();
        let start = Start { program, arguments, announces: "WebDriver BiDi listening on ", profile };
        let (process, address) = Process::start(start).await?;
        let mut socket = Socket::connect(&format!("{address}/session")).await?;
        let capabilities = json!({"capabilities": {"alwaysMatch": {"acceptInsecureCerts": options.insecure}}});
        let session = socket.call(json!({"method": "session.new", "params": capabilities})).await?;
        let version = text(&session, "/capabilities/browserVersion");
        let name = format!("Firefox {version}");
        socket.call(json!({"method": "session.subscribe", "params": {"events": EVENTS}})).await?;
        let tab = first_context(&mut socket, json!({"maxDepth": 0})).await?;
        let own = first_context(&mut socket, json!({"maxDepth": 0, "moz:scope": "chrome"})).await?;
        Ok(Self { process, socket, name, tab, own })
    }

    async fn run(&mut self, script: &str, context: &str) -> io::Result<Value> {
        let params = json!({"expression": script, "target": {"context": context}, "awaitPromise": true});
        self.socket.call(json!({"method": "script.evaluate", "params": params})).await
    }

    /// Lets the page and its frames say nothing when they are left.
    async fn hush(&mut self) -> io::Result<()> {
        let params = json!({"root": self.tab});
        let tree = self.socket.call(json!({"method": "browsingContext.getTree", "params": params})).await?;
        let mut open: Vec<&Value> = tree.get("contexts").and_then(Value::as_array).into_iter().flatten().collect();
        while let Some(frame) = open.pop() {
            // A frame may have gone since.
            let _ = self.run(include_str!("hush.js"), text(frame, "/context")).await;
            open.extend(frame.get("children").and_then(Value::as_array).into_iter().flatten());
        }
        Ok(())
    }

    fn responded(&self, params: &Value, traffic: &mut Traffic) {
        if text(params, "/context") != self.tab || params.get("navigation").is_none_or(Value::is_null) {
            return;
        }
        let fields = params.pointer("/response/headers").and_then(Value::as_array).into_iter().flatten();
        traffic.answered(Head {
            url: text(params, "/response/url").to_owned(),
            status: status(params.pointer("/response/status")),
            fields: fields
                .map(|field| (text(field, "/name").to_ascii_lowercase(), text(field, "/value/value").to_owned()))
                .collect(),
        });
        let sent = params.pointer("/request/headers").and_then(Value::as_array).into_iter().flatten();
        traffic.signalled = sent
            .into_iter()
            .any(|field| text(field, "/name").eq_ignore_ascii_case("sec-gpc") && text(field, "/value/value") == "1");
    }
}

/// What the profile begins with.
fn settings(options: &Options) -> String {
    let mut settings = format!(
        "user_pref(\"{SETTING}\", false);
user_pref(\"privacy.globalprivacycontrol.functionality.enabled\", true);
user_pref(\"app.update.enabled\", false);
user_pref(\"browser.safebrowsing.malware.enabled\", false);
user_pref(\"browser.safebrowsing.phishing.enabled\", false);
user_pref(\"browser.shell.checkDefaultBrowser\", false);
user_pref(\"browser.startup.homepage_override.mstone\", \"ignore\");
user_pref(\"datareporting.policy.dataSubmissionEnabled\", false);
user_pref(\"extensions.update.enabled\", false);
user_pref(\"network.captive-portal-service.enabled\", false);
user_pref(\"network.connectivity-service.enabled\", false);
user_pref(\"privacy.trackingprotection.enabled\", false);
user_pref(\"toolkit.telemetry.reportingpolicy.firstRun\", false);
"
    );
    if let Some((host, port)) = options.proxy() {
        settings += "user_pref(\"network.proxy.type\", 1);\n";
        settings += "user_pref(\"network.proxy.no_proxies_on\", \"\");\n";
        settings += "user_pref(\"network.proxy.allow_hijacking_localhost\", true);\n";
        for kind in ["http", "ssl"] {
            settings += &format!("user_pref(\"network.proxy.{kind}\", \"{host}\");\n");
            settings += &format!("user_pref(\"network.proxy.{kind}_port\", {port});\n");
        }
    }
    settings
}

async fn first_context(socket: &mut Socket, params: Value) -> io::Result<String> {
    let tree = socket.call(json!({"method": "browsingContext.getTree", "params": params})).await?;
    Ok(text(&tree, "/contexts/0/context").to_owned())
}

impl Driver for Firefox {
    async fn name(&mut self) -> io::Result<String> {
        Ok(self.name.clone())
    }

    async fn signal(&mut self, on: bool) -> io::Result<()> {
        if on {
            self.hush().await?;
        }
        let own = self.own.clone();
        self.run(&format!("Services.prefs.setBoolPref('{SETTING}', {on})"), &own).await.map(drop)
    }

    async fn open(&mut self, url: &str) -> io::Result<Option<String>> {
        let params = json!({"context": self.tab, "url": url, "wait": "none"});
        let opened = self.socket.call(json!({"method": "browsingContext.navigate", "params": params})).await;
        Ok(opened.err().map(|error| error.to_string()))
    }

    async fn reload(&mut self) -> io::Result<Option<String>> {
        let params = json!({"context": self.tab, "wait": "none"});
        self.socket.call(json!({"method": "browsingContext.reload", "params": params})).await?;
        Ok(None)
    }

    async fn event(&mut self, until: Instant) -> io::Result<Option<Value>> {
        self.socket.event(until).await
    }

    async fn note(&mut self, event: &Value, traffic: &mut Traffic) -> io::Result<()> {
        let Some(params) = event.get("params") else { return Ok(()) };
        match text(event, "/method") {
            "network.beforeRequestSent" => traffic.ask(text(params, "/request/url")),
            "network.responseStarted" => self.responded(params, traffic),
            "browsingContext.navigationFailed" if text(params, "/context") == self.tab => {
                traffic.failure = Some(text(params, "/message").to_owned());
            }
            "browsingContext.load" if text(params, "/context") == self.tab => traffic.loaded = true,
            _ => {}
        }
        Ok(())
    }

    async fn evaluate(&mut self, script: &str) -> io::Result<Value> {
        let tab = self.tab.clone();
        let mut answer = self.run(script, &tab).await?;
        Ok(answer.pointer_mut("/result/value").map(Value::take).unwrap_or_default())
    }

    async fn cookies(&mut self) -> io::Result<Vec<Cookie>> {
        let all = self.socket.call(json!({"method": "storage.getCookies", "params": {}})).await?;
        Ok(cookies(&all, "/value/value"))
    }

    async fn close(mut self) -> io::Result<()> {
        self.socket.call(json!({"method": "browser.close", "params": {}})).await?;
        self.process.end().await;
        Ok(())
    }
}
