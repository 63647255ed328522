//! House rules that the compiler does not know: the floor plan, the sizes of files and functions, the words that a
//! finished tree does not hold. See ARCHITECTURE.md.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use syn::{spanned::Spanned, visit::Visit};

/// The floor of every crate. A crate depends on strictly lower floors only.
const FLOORS: &[(&str, u8)] = &[
    ("digest", 0),
    ("diag", 0),
    ("pattern", 0),
    ("vfs", 1),
    ("dockerfile", 1),
    ("kernel", 2),
    ("oci", 2),
    ("applets", 3),
    ("apk", 3),
    ("registry", 3),
    ("api", 3),
    ("shell", 4),
    ("engine", 4),
    ("catalog", 5),
    ("docker", 5),
    ("simulator", 6),
    ("lessons", 7),
    ("cli", 8),
    ("wasm", 8),
    ("tests", 9),
    ("xtask", 9),
];

const FILE_MEDIAN: usize = 180;
const FILE_P90: usize = 450;
const FILE_MAX: usize = 800;
const FUNCTION_P90: usize = 35;
const FUNCTION_MAX: usize = 80;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// All Rust sources of the project, tests and benches left out.
fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for top in ["core", "cli", "wasm", "lessons", "tests"] {
        collect(&root().join(top), &mut found);
    }
    found.sort();
    assert!(found.len() > 20, "the sources were not found");
    found
}

fn collect(dir: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        let is_test = matches!(&*name, "tests" | "benches" | "target" | "fuzz" | "node_modules" | "pkg");
        if path.is_dir() && !is_test {
            collect(&path, found);
        } else if name.ends_with(".rs") && name != "tests.rs" {
            found.push(path);
        }
    }
}

fn percentile(sorted: &[usize], percent: usize) -> usize {
    sorted.get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1))).copied().unwrap_or(0)
}

#[test]
fn every_edge_goes_down() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
    let floors: BTreeMap<&str, u8> = FLOORS.iter().copied().collect();
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for package in metadata["packages"].as_array().expect("packages") {
        let name = package["name"].as_str().expect("a name");
        let Some(&floor) = floors.get(name) else {
            wrong.push(format!("{name} has no floor: give it one here and in ARCHITECTURE.md"));
            continue;
        };
        seen.insert(name.to_owned());
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let below = dependency["name"].as_str().expect("a name");
            let ours = dependency["path"].is_string();
            if ours
                && floors.get(below).is_none_or(|&below| below >= floor && !(name == "xtask" && below == 9))
            {
                wrong.push(format!("{name} (F{floor}) must not depend on {below}"));
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
    assert_eq!(seen.len(), FLOORS.len(), "a floor without a crate");
}

#[test]
fn files_stay_small() {
    let mut sizes: Vec<(usize, PathBuf)> = sources()
        .into_iter()
        .map(|path| (std::fs::read_to_string(&path).unwrap_or_default().lines().count(), path))
        .collect();
    sizes.sort();
    let lines: Vec<usize> = sizes.iter().map(|(lines, _)| *lines).collect();
    let long: Vec<_> = sizes.iter().filter(|(lines, _)| *lines > FILE_MAX).collect();
    assert!(long.is_empty(), "files over {FILE_MAX} lines: {long:?}");
    assert!(percentile(&lines, 50) <= FILE_MEDIAN, "median file: {} lines", percentile(&lines, 50));
    assert!(percentile(&lines, 90) <= FILE_P90, "90th percentile of files: {} lines", percentile(&lines, 90));
}

#[derive(Default)]
struct Functions {
    /// Name, lines, text of the body without its blanks.
    found: Vec<(String, usize, String)>,
}

impl Functions {
    fn add(&mut self, signature: &syn::Signature, whole: proc_macro2::Span, block: &syn::Block) {
        let lines = whole.end().line - signature.span().start().line + 1;
        let body = quote::quote!(#block).to_string();
        self.found.push((signature.ident.to_string(), lines, body));
    }
}

fn is_test_code(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let text = quote::quote!(#attribute).to_string();
        text.contains("cfg (test)") || text.contains("[test]")
    })
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !is_test_code(&module.attrs) {
            syn::visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        if !is_test_code(&function.attrs) {
            self.add(&function.sig, function.span(), &function.block);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.add(&function.sig, function.span(), &function.block);
    }
}

fn functions_of(path: &Path) -> Functions {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut functions = Functions::default();
    functions.visit_file(&file);
    functions
}

#[test]
fn functions_stay_small() {
    let mut all: Vec<(usize, String)> = Vec::new();
    for path in sources() {
        let found = functions_of(&path).found;
        let named = |name: &str| format!("{}: {name}", path.strip_prefix(root()).unwrap_or(&path).display());
        all.extend(found.iter().map(|(name, lines, _)| (*lines, named(name))));
    }
    all.sort();
    let long: Vec<_> = all.iter().filter(|(lines, _)| *lines > FUNCTION_MAX).collect();
    assert!(long.is_empty(), "functions over {FUNCTION_MAX} lines: {long:?}");
    let lines: Vec<usize> = all.iter().map(|(lines, _)| *lines).collect();
    let p90 = percentile(&lines, 90);
    assert!(p90 <= FUNCTION_P90, "90th percentile of functions: {p90} lines");
}

#[test]
fn no_function_stands_in_two_crates() {
    let mut seen: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for path in sources() {
        let relative = path.strip_prefix(root()).unwrap_or(&path).to_path_buf();
        let parts: Vec<_> =
            relative.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
        let home = if parts[0] == "core" { parts[1].clone() } else { parts[0].clone() };
        for (name, lines, body) in functions_of(&path).found {
            if lines > 4 {
                seen.entry((name, body)).or_default().insert(home.clone());
            }
        }
    }
    let twice: Vec<_> =
        seen.iter().filter(|(_, homes)| homes.len() > 1).map(|((name, _), homes)| (name, homes)).collect();
    assert!(twice.is_empty(), "functions of one name and body in several crates: {twice:?}");
}

#[test]
fn nothing_is_left_undone() {
    let forbidden = [
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("FIX", "ME"),
        concat!("#[", "ignore"),
    ];
    let mut found = Vec::new();
    for path in sources() {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        for (number, line) in text.lines().enumerate() {
            if forbidden.iter().any(|word| line.contains(word)) {
                found.push(format!("{}:{}: {line}", path.display(), number + 1));
            }
        }
    }
    assert_eq!(found, [""; 0]);
}

#[test]
fn core_forbids_what_it_must() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("the workspace manifest");
    assert!(manifest.contains("unsafe_code = \"forbid\""));
    for entry in std::fs::read_dir(root().join("core")).expect("core").flatten() {
        let manifest = entry.path().join("Cargo.toml");
        if let Ok(text) = std::fs::read_to_string(&manifest) {
            assert!(
                text.contains("[lints]\nworkspace = true"),
                "{} has no workspace lints",
                manifest.display()
            );
            let lib = std::fs::read_to_string(entry.path().join("src/lib.rs")).unwrap_or_default();
            assert!(lib.contains("missing_docs"), "{} does not ask for docs", entry.path().display());
        }
    }
}
