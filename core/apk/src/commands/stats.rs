use std::collections::BTreeSet;

use crate::{
    command::{Command, Section},
    commit::Outcome,
    console::Stream,
    directories::Directories,
    installed::Access,
    open::Needs,
    options::GLOBAL,
    session::Session,
};

pub(crate) const COMMAND: Command = Command {
    name: "stats",
    section: Section::Miscellaneous,
    arguments: "",
    summary: "Show statistics about repositories and installations",
    groups: &[&GLOBAL],
    options: &[],
    drops_empty: false,
    needs: |_, _| Needs { any_arch: false, ..Needs::READ },
    run: |session, _| Box::pin(async move { run(session) }),
};

fn run(session: &mut Session<'_>) -> Outcome {
    let db = &mut session.db;
    db.universe.complete_all();
    let directories = Directories::of(db).all().count();
    let owned = db.installed.iter().flat_map(|installed| &installed.record.directories);
    let files: usize = owned.map(|directory| directory.files.len()).sum();
    let text = format!(
        "installed:\n  packages: {}\n  dirs: {directories}\n  files: {files}\n  bytes: {}\n  triggers: {}\n\
         available:\n  names: {}\n  packages: {}\natoms:\n  num: {}\n",
        db.installed.len(),
        db.installed_bytes(),
        db.trigger_order.len(),
        db.universe.name_count(),
        db.universe.package_count(),
        atoms(session),
    );
    session.console.write(Stream::Out, text);
    if session.engine.is_third() {
        session.console.line("");
    }
    0
}

/// How many different short strings apk keeps: versions, licences, access rights and the like.
fn atoms(session: &Session<'_>) -> usize {
    let universe = &session.db.universe;
    let mut atoms: BTreeSet<&str> = BTreeSet::from([session.arch.as_str()]);
    for id in universe.package_ids() {
        let candidate = universe.candidate(id);
        let package = &candidate.package;
        let about = package.about();
        atoms.extend([&*package.version, &*about.license]);
        let optional = [&package.arch, &about.origin, &about.maintainer];
        atoms.extend(optional.into_iter().flatten().map(|text| &**text));
        let lists = candidate.depends.iter().chain(&*candidate.provides).chain(&*candidate.install_if);
        atoms.extend(lists.filter_map(|need| need.version.as_ref()).map(|(_, version)| &**version));
        if session.engine.is_third() {
            atoms.extend([about.description(), &*about.url]);
            atoms.extend(about.commit.as_deref());
        }
    }
    if session.engine.is_third() {
        atoms.insert("noarch");
        atoms.extend(session.sources.iter().filter_map(|source| source.description.as_deref()));
    }
    atoms.remove("");
    atoms.len() + rights(session)
}

/// How many different owners and modes there are, the usual ones included.
fn rights(session: &Session<'_>) -> usize {
    let directories = session.db.installed.iter().flat_map(|installed| &installed.record.directories);
    let all = directories
        .flat_map(|directory| directory.files.iter().map(|file| file.access).chain([directory.access]));
    let key = |access: Access| (access.uid, access.gid, access.mode, access.xattrs);
    let usual = [(0, 0, 0o755, None), (0, 0, 0o644, None)];
    all.map(key).chain(usual).collect::<BTreeSet<_>>().len()
}
