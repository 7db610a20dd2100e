//! What is known of a fetch besides its URL.

/// Where a URL stands, for filter lists whose rules look at it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Context<'a> {
    /// The host of the page, without a port.
    pub(crate) page: Option<&'a str>,
    /// What would be fetched.
    pub(crate) kind: Resource,
}

/// The type of what would be fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Resource {
    Script,
    Image,
    Frame,
    Stylesheet,
    Ping,
    Media,
    Object,
    #[default]
    Other,
}

impl Resource {
    /// The name of the option that filter lists have for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Script => "script",
            Self::Image => "image",
            Self::Frame => "subdocument",
            Self::Stylesheet => "stylesheet",
            Self::Ping => "ping",
            Self::Media => "media",
            Self::Object => "object",
            Self::Other => "other",
        }
    }
}
