//! The options, from the file and the flags.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use tower_gpc::{GpcLayer, StatusNotice};

use crate::args::Args;
use crate::gpc_table;
use crate::origin::Origin;

/// Where the proxy listens unless told otherwise: reachable from this machine only.
pub(crate) const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// All options, checked.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) listen: SocketAddr,
    pub(crate) upstream: Origin,
    pub(crate) trust_forwarded: bool,
    pub(crate) preserve_host: bool,
    pub(crate) connect_timeout: Duration,
    pub(crate) header_timeout: Duration,
    pub(crate) grace: Duration,
    pub(crate) layer: GpcLayer,
    /// The files of the filter lists that `layer` has.
    pub(crate) lists: Vec<PathBuf>,
}

impl Config {
    /// Reads the file that the flags name, if any, and lets the flags override it.
    pub(crate) fn load(args: &Args) -> Result<Self, Invalid> {
        let (file, layer) = match &args.config {
            Some(path) => read(path)?,
            None => (File::default(), with_defaults(GpcLayer::new(), true, true)),
        };
        let Some(upstream) = args.upstream.clone().or(file.upstream.clone()) else {
            let example = "http://127.0.0.1:3000";
            return Err(Invalid::new(match &args.config {
                Some(path) => {
                    format!("{}: no upstream; expected a line such as `upstream = \"{example}\"`", path.display())
                }
                None => format!("no upstream; expected a flag such as `--upstream {example}`"),
            }));
        };
        let lists = args.config.as_deref().map(|path| file.lists(path)).unwrap_or_default();
        Ok(Self { lists, ..Self::new(args.listen, upstream, file, layer) })
    }

    /// The defaults, for one upstream.
    pub(crate) fn for_upstream(listen: SocketAddr, upstream: Origin) -> Self {
        Self::new(Some(listen), upstream, File::default(), with_defaults(GpcLayer::new(), true, true))
    }

    fn new(listen: Option<SocketAddr>, upstream: Origin, file: File, layer: GpcLayer) -> Self {
        let seconds =
            |given: Option<NonZeroU32>, default| Duration::from_secs(given.map_or(default, |n| n.get().into()));
        Self {
            listen: listen.or(file.listen).unwrap_or(DEFAULT_LISTEN),
            upstream,
            trust_forwarded: file.trust_forwarded.unwrap_or(false),
            preserve_host: file.preserve_host.unwrap_or(true),
            connect_timeout: seconds(file.connect_timeout, 10),
            header_timeout: seconds(file.header_timeout, 60),
            grace: seconds(file.grace, 30),
            layer,
            lists: Vec::new(),
        }
    }
}

/// The layer alone, as the file that is named has it, if any: for whoever needs no upstream.
pub(crate) fn layer_alone(path: Option<&Path>) -> Result<GpcLayer, Invalid> {
    path.map_or_else(|| Ok(with_defaults(GpcLayer::new(), true, true)), |path| read(path).map(|(_, layer)| layer))
}

/// The file as it is written. Times are whole seconds, at least one.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct File {
    #[serde(default, deserialize_with = "listen")]
    listen: Option<SocketAddr>,
    #[serde(default, deserialize_with = "upstream")]
    upstream: Option<Origin>,
    trust_forwarded: Option<bool>,
    preserve_host: Option<bool>,
    connect_timeout: Option<NonZeroU32>,
    header_timeout: Option<NonZeroU32>,
    grace: Option<NonZeroU32>,
    /// Read by the library; here only so that it is no unknown field.
    gpc: Option<toml::Spanned<toml::Table>>,
}

impl File {
    /// The files of `[[gpc.list]]`, in the folder of this one.
    fn lists(&self, path: &Path) -> Vec<PathBuf> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let lists = self.gpc.as_ref().and_then(|gpc| gpc.get_ref().get("list")).and_then(toml::Value::as_array);
        let files = lists.into_iter().flatten().filter_map(|list| list.get("file").and_then(toml::Value::as_str));
        files.map(|file| folder.join(file)).collect()
    }
}

fn listen<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SocketAddr>, D::Error> {
    parsed(deserializer, |_| "this is no address to listen on; expected one with a port, such as 127.0.0.1:8080".into())
}

fn upstream<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Origin>, D::Error> {
    parsed(deserializer, |reason: String| reason)
}

fn parsed<'de, D: Deserializer<'de>, T: FromStr>(
    deserializer: D,
    explain: impl FnOnce(T::Err) -> String,
) -> Result<Option<T>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(|error| D::Error::custom(explain(error)))
}

fn read(path: &Path) -> Result<(File, GpcLayer), Invalid> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| Invalid::new(format!("{name}: {error}")))?;
    parse(&text, &name)
}

fn parse(text: &str, name: &str) -> Result<(File, GpcLayer), Invalid> {
    let file: File =
        toml::from_str(text).map_err(|error| Invalid::in_file(text, name, error.span(), error.message()))?;
    let layer = match &file.gpc {
        Some(table) => layer(text, name, table.span())?,
        None => GpcLayer::new(),
    };
    let is_set = |option| file.gpc.as_ref().is_some_and(|table| table.get_ref().contains_key(option));
    let layer = with_defaults(layer, !is_set("forward-signal"), !is_set("status"));
    Ok((file, layer))
}

/// The library's defaults, but that the origin hears of an opt-out that only a cookie tells: it is no handler that could ask
/// for the state (GPC "Sec-GPC Header Field": an intermediary that knows the preference may insert the field). And pages show
/// that it is honoured (11 CCR § 7025(c)(6)), since no handler could draw that either.
fn with_defaults(layer: GpcLayer, forward: bool, status: bool) -> GpcLayer {
    let layer = if forward { layer.forward_signal(true) } else { layer };
    if status { layer.status(StatusNotice::default()) } else { layer }
}

/// Hands the `[gpc]` table to the library, in a text that has it at the lines where the file has it.
fn layer(text: &str, name: &str, table: Range<usize>) -> Result<GpcLayer, Invalid> {
    let alone = gpc_table::alone(text).ok_or_else(|| {
        Invalid::in_file(text, name, Some(table), "expected a table that begins with the line `[gpc]`")
    })?;
    GpcLayer::from_toml(&alone, name).map_err(|error| Invalid::new(error.to_string()))
}

/// A set-up that cannot be used, in one line: where, what, and what was expected.
#[derive(Debug)]
pub(crate) struct Invalid {
    message: String,
}

impl Invalid {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }

    fn in_file(text: &str, name: &str, span: Option<Range<usize>>, message: &str) -> Self {
        let before = span.and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        Self::new(format!("{name}:{line}: {}", message.replace('\n', "; ")))
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;
    use std::io::Write;

    fn load(flags: &[&str], file: &str) -> Result<Config, String> {
        let mut on_disk = tempfile::NamedTempFile::new().unwrap();
        on_disk.write_all(file.as_bytes()).unwrap();
        let path = on_disk.path().to_str().unwrap();
        let args = Args::try_parse_from(["gpc-proxy", "--config", path].iter().chain(flags)).unwrap();
        Config::load(&args).map_err(|error| error.to_string().replace(path, "FILE"))
    }

    #[test]
    fn defaults_are_safe() {
        let config = load(&[], "upstream = 'http://127.0.0.1:3000'").unwrap();
        assert_eq!(config.listen, DEFAULT_LISTEN);
        assert_eq!(config.upstream.to_string(), "http://127.0.0.1:3000");
        assert!(!config.trust_forwarded);
        assert!(config.preserve_host);
        assert_eq!(config.connect_timeout.as_secs(), 10);
        assert_eq!(config.header_timeout.as_secs(), 60);
        assert_eq!(config.grace.as_secs(), 30);
    }

    #[test]
    fn the_origin_hears_of_a_remembered_opt_out_unless_told_otherwise() {
        for (gpc, want) in [
            ("", true),
            ("[gpc]\n", true),
            ("[gpc]\nread-cookies = true\n", true),
            ("[gpc]\nforward-signal = true\n", true),
            ("[gpc]\nforward-signal = false\n", false),
        ] {
            let config = load(&[], &format!("upstream = 'http://site'\n{gpc}")).unwrap();
            assert!(format!("{:?}", config.layer).contains(&format!("forward_signal: {want}")), "{gpc}");
        }
    }

    #[test]
    fn pages_show_that_an_opt_out_is_honoured_unless_told_otherwise() {
        for (gpc, want) in [
            ("", "Opt-Out Request Honored"),
            ("[gpc]\nstatus = true\n", "Opt-Out Request Honored"),
            ("[gpc]\nstatus = { text = 'Honoured' }\n", "Honoured"),
            ("[gpc]\nstatus = false\n", "status: None"),
        ] {
            let config = load(&[], &format!("upstream = 'http://site'\n{gpc}")).unwrap();
            assert!(format!("{:?}", config.layer).contains(want), "{gpc}");
        }
    }

    #[test]
    fn every_option_is_read() {
        let config = load(
            &[],
            "listen = '[::]:80'\nupstream = 'http://site'\ntrust-forwarded = true\npreserve-host = false\n\
             connect-timeout = 1\nheader-timeout = 2\ngrace = 3\n[gpc]\n",
        )
        .unwrap();
        assert_eq!(config.listen.to_string(), "[::]:80");
        assert!(config.trust_forwarded);
        assert!(!config.preserve_host);
        assert_eq!([config.connect_timeout, config.header_timeout, config.grace].map(|time| time.as_secs()), [1, 2, 3]);
    }

    #[test]
    fn flags_override_the_file() {
        let file = "listen = '127.0.0.1:1'\nupstream = 'http://file'\n";
        let config = load(&["--listen", "127.0.0.1:2", "--upstream", "http://flag"], file).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:2");
        assert_eq!(config.upstream.to_string(), "http://flag");
    }

    #[test]
    fn an_error_names_the_file_the_line_and_what_was_expected() {
        for (file, line, wants) in [
            ("\nupstream = 7", 2, vec!["integer `7`", "string"]),
            ("upstream = 'https://site'", 1, vec!["TLS", "http://127.0.0.1:3000"]),
            ("upstream = 'http://site/base'", 1, vec!["path"]),
            ("# one\n# two\nlisten = '8080'", 3, vec!["127.0.0.1:8080"]),
            ("listne = 'x'", 1, vec!["`listne`", "`listen`", "`upstream`"]),
            ("upstream = 'http://site'\ngrace = 0", 2, vec!["`0`", "nonzero"]),
            ("upstream = 'http://site'\ngrace = '30s'", 2, vec!["30s", "nonzero"]),
            ("trust-forwarded = 'yes'", 1, vec!["yes", "boolean"]),
            ("upstream = 'http://a'\nupstream = 'http://b'", 2, vec!["duplicate"]),
            ("upstream = http://a", 1, vec!["string"]),
            ("upstream = 'http://a'\n[gcp]\n", 2, vec!["`gcp`", "`gpc`"]),
            ("upstream = 'http://a'\ngpc = 1\n", 2, vec!["integer `1`"]),
            ("upstream = 'http://a'\ngpc = { read-cookies = true }\n", 2, vec!["[gpc]"]),
            ("upstream = 'http://a'\ngpc.read-cookies = true\n", 2, vec!["[gpc]"]),
        ] {
            let error = load(&[], file).unwrap_err();
            assert!(error.starts_with(&format!("FILE:{line}: ")), "{file}: {error}");
            assert!(!error.contains('\n'), "{file}: {error}");
            for want in wants {
                assert!(error.contains(want), "{file}: {error}");
            }
        }
    }

    #[test]
    fn a_missing_upstream_is_told_where_to_write_it() {
        assert!(load(&[], "").unwrap_err().contains("`upstream = "));
        let args = Args::try_parse_from(["gpc-proxy", "--listen", "127.0.0.1:0"]).unwrap();
        assert!(Config::load(&args).unwrap_err().to_string().contains("--upstream"));
    }

    #[test]
    fn a_missing_file_is_named() {
        let args = Args::try_parse_from(["gpc-proxy", "--config", "no/such.toml"]).unwrap();
        assert!(Config::load(&args).unwrap_err().to_string().starts_with("no/such.toml: "));
    }
}
