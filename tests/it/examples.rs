//! The examples, run as a reader would run them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::pages::without_guard;

/// Where cargo put an example: beside the folder of this test's own program.
fn program(name: &str) -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    let path = path.join("examples").join(name);
    // `cargo test` builds them on the way; `cargo test --test it` alone does not.
    assert!(path.exists(), "{name} is not built: run `cargo test` without `--test`, or `cargo build --examples` first");
    path
}

fn output(name: &str) -> String {
    let output = Command::new(program(name)).output().unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A running example that ends with the test.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(name: &str) -> Self {
        let mut child = Command::new(program(name)).arg("127.0.0.1:0").stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").unwrap().to_owned();
        Self { child, address }
    }

    fn get(&self, path: &str, fields: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{fields}\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_hyper_service_takes_tags_out_for_opted_out_browsers() {
    let server = Server::start("hyper_service");
    let plain = server.get("/", "");
    assert!(plain.contains("fbevents.js") && plain.contains("fbq('init'"), "{plain}");
    let opted_out = without_guard(server.get("/", "sec-gpc: 1\r\n"));
    assert!(!opted_out.contains("fb") && opted_out.contains("<h1>Shoes</h1>"), "{opted_out}");
    assert!(opted_out.contains("opted out of sale, sharing"), "{opted_out}");
}

#[cfg(feature = "axum")]
#[test]
fn the_axum_app_gives_handlers_the_state() {
    let server = Server::start("axum_app");
    let plain = server.get("/", "");
    assert!(plain.contains("fbevents.js") && plain.contains("Hello."), "{plain}");
    let opted_out = without_guard(server.get("/", "cookie: usprivacy=1YYN\r\n"));
    assert!(!opted_out.contains("facebook") && opted_out.contains("We sell nothing about you."), "{opted_out}");
    assert!(server.get("/api", "sec-gpc: 1\r\n").contains("{\"opted_out\":true}"));
    assert!(server.get("/.well-known/gpc.json", "").contains("{\"gpc\":true,"));
}

#[test]
fn the_custom_catalog_withholds_what_its_policy_says() {
    let output = output("custom_catalog");
    for gone in ["pixel.partner.example", "partnerAds", "google-analytics.com"] {
        assert!(!output.contains(gone), "{output}");
    }
    assert!(output.contains("static.hotjar.com"), "{output}");
    assert!(output.contains("withheld: partner-network script 1"), "{output}");
    assert!(output.contains("withheld: partner-network inline-script 1"), "{output}");
    assert!(output.contains("withheld: google-analytics script 1"), "{output}");
}

#[test]
fn the_conversion_gate_reports_nothing_of_who_opted_out() {
    assert_eq!(output("conversion_gate"), "reported: /orders/1\n");
}

#[test]
fn the_account_setting_is_heard_while_somebody_is_logged_in() {
    let all = "opted out of sale, sharing and targeted advertising";
    let want = [
        "nobody is logged in: not opted out".to_owned(),
        format!("nobody is logged in, Sec-GPC: {all} (Sec-GPC)"),
        format!("ann opted out elsewhere: {all} (adapter)"),
        format!("ben is twelve: {all} (under 16)"),
        "cat opted in, Sec-GPC: not opted out (Sec-GPC; overridden by a recorded opt-in)".to_owned(),
    ];
    assert_eq!(output("account_setting").lines().collect::<Vec<_>>(), want);
}
