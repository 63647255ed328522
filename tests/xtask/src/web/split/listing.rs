use std::{collections::BTreeMap, fmt::Write};

use wasmparser::{KnownCustom, Name, NameSectionReader, Parser, Payload};

use super::{
    parsed::{Parsed, said},
    plan::Plan,
};

/// Bytes and names of the functions of the first part, the largest first. `module` is the one that has the names.
pub(super) fn listing(module: &[u8], parsed: &Parsed<'_>, plan: &Plan) -> Result<String, String> {
    let names = names(module)?;
    let mut rows: Vec<(usize, &str)> = Vec::new();
    for function in &plan.first {
        let bytes = parsed.body(*function).range().len();
        rows.push((bytes, names.get(function).copied().unwrap_or("?")));
    }
    rows.sort_unstable_by(|a, b| b.cmp(a));
    let mut text = String::new();
    for (bytes, name) in rows {
        writeln!(text, "{bytes:7} {name}").map_err(said)?;
    }
    Ok(text)
}

fn names(module: &[u8]) -> Result<BTreeMap<u32, &str>, String> {
    let mut names = BTreeMap::new();
    for payload in Parser::new(0).parse_all(module) {
        let Payload::CustomSection(section) = payload.map_err(said)? else { continue };
        let KnownCustom::Name(section) = section.as_known() else { continue };
        collect(section, &mut names)?;
    }
    Ok(names)
}

fn collect<'a>(section: NameSectionReader<'a>, names: &mut BTreeMap<u32, &'a str>) -> Result<(), String> {
    for part in section {
        let Name::Function(map) = part.map_err(said)? else { continue };
        for naming in map {
            let naming = naming.map_err(said)?;
            names.insert(naming.index, naming.name);
        }
    }
    Ok(())
}
