//! Byte strings from templates.

use bstr::BString;

/// `bytes!("can't open '{}'", name)`: [`fill`] with `format!`'s looks.
macro_rules! bytes {
    ($template:literal $(, $value:expr)* $(,)?) => {
        $crate::bytes::fill($template, &[$(&$value),*])
    };
}

/// Puts byte strings into the `{}` of a template; names are bytes, so `format!` would spoil them.
pub(crate) fn fill(template: &str, values: &[&dyn AsRef<[u8]>]) -> BString {
    let mut text = BString::default();
    let mut values = values.iter();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{}") {
        text.extend_from_slice(before.as_bytes());
        if let Some(value) = values.next() {
            text.extend_from_slice((*value).as_ref());
        }
        rest = after;
    }
    text.extend_from_slice(rest.as_bytes());
    text
}
