use std::path::Path;

use crate::shell;

/// What rustc's target switches on by default.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Makes the module smaller in place: with the binaryen of the npm lock file, so that it has one size everywhere. The names of
/// functions stay, for those who look where the bytes are; what is loaded has none.
pub(super) fn module(path: &Path) -> Result<(), String> {
    let path = path.to_str().ok_or("the module's path is no text")?;
    let mut arguments = vec!["-Oz", "-g", "--low-memory-unused", "--zero-filled-memory", path, "-o", path];
    arguments.extend(FEATURES);
    shell::run("wasm/node_modules/.bin/wasm-opt", &arguments, &[])
}
