//! OCI and Docker image formats: references, configs, manifests, layers, layouts and archives.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]
