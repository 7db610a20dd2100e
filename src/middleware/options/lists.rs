//! The filter lists that a configuration names.

use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::source::Source;
use crate::catalog::Purpose;
use crate::error::{ConfigError, ConfigErrorKind};
use crate::lists::FilterList;
use crate::middleware::layer::GpcLayer;

/// One `[[list]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ListOptions {
    file: Spanned<String>,
    purpose: Purpose,
    id: Option<String>,
    name: Option<String>,
}

impl ListOptions {
    /// Reads the list from its file, which is looked for in the folder of the configuration.
    pub(super) fn add(&self, layer: GpcLayer, _at: usize, source: &Source<'_>) -> Result<GpcLayer, ConfigError> {
        let file = Path::new(self.file.get_ref());
        let path = Path::new(source.file).parent().unwrap_or(Path::new("")).join(file);
        let text = std::fs::read_to_string(&path).map_err(|error| {
            let message = format!("{}: {error}", path.display());
            source.error(self.file.span().start, ConfigErrorKind::Value, &message).with_source(error)
        })?;
        let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let id = self.id.as_deref().unwrap_or(stem);
        let list = FilterList::parse(id, self.name.as_deref().unwrap_or(id), self.purpose, &text);
        source.refuse(&self.file, list.and_then(|list| layer.list(list)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::load;
    use super::super::tests::check;
    use super::*;

    #[test]
    fn lists_are_read_from_the_folder_of_the_configuration() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("gpc.toml");
        std::fs::write(folder.path().join("mine.txt"), "! Mine\n||a.test^\n||b.test^$nonsense\n").unwrap();
        std::fs::write(folder.path().join("empty.txt"), "! nothing\n").unwrap();
        std::fs::write(folder.path().join("latin.txt"), b"||a.test/\xe9^\n").unwrap();
        let load = |text: &str| load(text, file.to_str().unwrap()).map(|layer| format!("{layer:?}"));

        let shown =
            load("[[list]]\nfile = 'mine.txt'\npurpose = 'advertising'\n[policy.vendor]\nmine = 'keep'\n").unwrap();
        let want = "FilterList { id: \"mine\", purpose: Advertising, rules: 1, skipped: 1, .. }";
        assert!(shown.contains(want), "{shown}");
        let shown = load("[[list]]\nfile = 'mine.txt'\nid = 'x'\nname = 'X'\npurpose = 'analytics'\n").unwrap();
        assert!(shown.contains("FilterList { id: \"x\", purpose: Analytics"), "{shown}");

        let list = |file: &str, more: &str| format!("\n[[list]]\npurpose = 'advertising'\nfile = '{file}'\n{more}");
        for (text, why) in [
            (list("none.txt", ""), "none.txt: "),
            (list("empty.txt", ""), "filter list \"empty\": no rule in 1 lines"),
            (list("latin.txt", ""), "latin.txt: "),
            (list("mine.txt", "id = 'My list'"), "kebab-case"),
            (list("mine.txt", "id = 'hotjar'"), "has a vendor of this id"),
        ] {
            let message = load(&text).unwrap_err().to_string();
            assert!(message.contains("gpc.toml:4: list.file: ") && message.contains(why), "{message}");
        }
        let twice = format!("{}{}", list("mine.txt", ""), list("mine.txt", ""));
        assert!(load(&twice).unwrap_err().to_string().contains("gpc.toml:8: list.file: "));
    }

    #[test]
    fn a_list_that_is_none_is_refused_with_its_line() {
        for (text, parts) in [
            ("\n[[list]]\npurpose = 'advertising'", &["gpc.toml:2: list", "missing field `file`"][..]),
            ("[[list]]\nfile = 'x'\npurpose = 'ads'", &["gpc.toml:3: list.purpose", "ads"]),
            ("[[list]]\nfile = 'x'\nurl = 'https://x'", &["gpc.toml:3: list.url", "unknown field `url`"]),
            ("list = 'x'", &["gpc.toml:1: list: "]),
        ] {
            check(text, ConfigErrorKind::Syntax, parts);
        }
    }
}
