//! Pages behind links as windows draw them.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sotto_machine::post::LinkPreview;
use url::Url;

use crate::view::LinkPreviewView;

/// The page behind an address. `None` when the address cannot be read after all.
pub(crate) fn preview(preview: &LinkPreview) -> Option<LinkPreviewView> {
    let host = Url::parse(&preview.url).ok()?.host_str()?.to_owned();
    let picture = preview.picture.as_ref().map(|jpeg| format!("data:image/jpeg;base64,{}", STANDARD.encode(jpeg)));
    Some(LinkPreviewView {
        url: preview.url.clone(),
        host,
        title: preview.title.clone(),
        description: preview.description.clone(),
        picture,
    })
}
