//! Files of packages whose bytes are known, since they are short and their checksum says so.

/// Path and text.
const FILES: &[(&str, &str)] = &[(
    "usr/lib/node_modules/npm/bin/npm-cli.js",
    "#!/usr/bin/env node\nrequire('../lib/cli.js')(process)\n",
)];

/// The text of a file.
pub(crate) fn text(path: &str) -> Option<&'static str> {
    FILES.iter().find(|(known, _)| *known == path).map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the list of files of Alpine 3.18's package has it.
    #[test]
    fn the_checksum_is_that_of_the_package() {
        let text = text("usr/lib/node_modules/npm/bin/npm-cli.js").unwrap();
        assert_eq!(apk::Checksum::of(text).to_string(), "Q1CH1vfdvBpIIws5kdUweWR3VOcnU=");
    }
}
