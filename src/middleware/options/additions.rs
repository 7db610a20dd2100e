//! `status`: what an opted-out person is shown.

use serde::Deserialize;

use crate::error::ConfigError;
use crate::site::StatusNotice;

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected true, false, or a table of text, style and link")]
pub(super) enum StatusOption {
    Shown(bool),
    Notice(NoticeOptions),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoticeOptions {
    text: Option<String>,
    style: Option<String>,
    link: Option<String>,
}

impl StatusOption {
    pub(super) fn notice(&self) -> Result<Option<StatusNotice>, ConfigError> {
        let NoticeOptions { text, style, link } = match self {
            Self::Shown(false) => return Ok(None),
            Self::Shown(true) => return Ok(Some(StatusNotice::default())),
            Self::Notice(options) => options,
        };
        let mut notice = StatusNotice::default();
        if let Some(text) = text {
            notice = notice.text(text)?;
        }
        if let Some(style) = style {
            notice = notice.style(style)?;
        }
        if let Some(link) = link {
            notice = notice.link(link)?;
        }
        Ok(Some(notice))
    }
}
