//! `gpc-proxy measure`: what the filter makes of a folder of saved pages.
//!
//! | file | speaks of |
//! |---|---|
//! | `pages` | the files of a folder |
//! | `site` | which host a page calls its own |
//! | `survey` | what is counted while pages are read |
//! | `reference` | other people's opinion on hosts |
//! | `compare` | where that opinion and what was done differ |
//! | `summary` | the counts as rows, most frequent first; also the JSON |
//! | `text` | the rows as text |

mod compare;
mod pages;
mod reference;
mod site;
mod summary;
mod survey;
mod text;

use std::io;
use std::path::PathBuf;

use tower_gpc::html::Syntax;

use crate::Failure;
use crate::config::{self, Invalid};
use crate::output::{self, Format};

use self::reference::Reference;
use self::survey::Survey;

/// What `measure` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Folder with saved pages: every *.html, *.htm and *.xhtml in it and in its folders, or one such file
    folder: PathBuf,

    /// Entities of third-party-web (JSON): what they call ad, social, marketing or tag-manager is compared
    #[arg(long, value_name = "FILE")]
    reference: Option<PathBuf>,

    /// TOML file of the proxy, for its catalog and policy
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Rows of each table of text; 0 is all of them
    #[arg(long, value_name = "N", default_value_t = 40)]
    rows: usize,
}

/// Reads the pages and prints what was found. Files that cannot be read are named at the end, as a failure.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let layer = config::layer_alone(options.config.as_deref())?;
    let reference = options.reference.as_deref().map(Reference::read).transpose()?;
    let (paths, mut unreadable) = pages::find(&options.folder)?;
    if paths.is_empty() && unreadable.is_empty() {
        let folder = options.folder.display();
        return Err(Invalid::new(format!("{folder}: no page in it; expected files that end in .html")).into());
    }
    let mut survey = Survey::new(layer.filter(Syntax::Html).rules(), reference)?;
    for path in &paths {
        if let Err(error) = pages::read(path, &options.folder, &layer, &mut survey) {
            unreadable.push(format!("{}: {error}", path.display()));
        }
    }
    output::print(options.format, &survey.summary(), |out, summary| text::write(out, summary, options.rows))?;
    match unreadable.len() {
        0 => Ok(()),
        n => Err(io::Error::other(format!("{n} could not be read:\n  {}", unreadable.join("\n  "))).into()),
    }
}

#[cfg(test)]
mod tests;
