//! Whether what is on disk is whole: the document, its parts, the history, the image layout, and what ended calls left.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use digest::Digest;
use oci::{BlobError, Blobs, Index, Manifest, layout};
use simulator::Simulator;

use super::{
    Archive, DOCUMENT, Done, History,
    folder::{Folder, Layout, TEMPORARY, write_whole},
    load, step_of, take_lock,
};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// Something is lost or changed.
    Damage,
    /// A call that was ended left it; nothing is wrong with the world.
    Leftover,
}

/// Something that should not be so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    pub(crate) verdict: Verdict,
    /// The file or folder, below the state's folder.
    pub(crate) place: String,
    pub(crate) what: String,
}

/// Looks at everything in a folder; with `repair`, puts right what can be put right. Others wait meanwhile.
pub(crate) fn check(home: &Path, repair: bool) -> Result<Vec<Finding>, String> {
    if !home.exists() {
        return Ok(Vec::new());
    }
    let _lock = take_lock(home).map_err(|error| format!("{}: {error}", home.display()))?;
    let mut check = Check::new(home);
    let failed = |error: io::Error| format!("{}: {error}", home.display());
    let world = check.state();
    check.history(world.as_ref()).map_err(failed)?;
    check.images(world.as_ref()).map_err(failed)?;
    check.leftovers().map_err(failed)?;
    if repair {
        check.repair(world)?;
    }
    check.found.sort();
    Ok(check.found)
}

struct Check {
    home: PathBuf,
    parts: Folder,
    archive: Archive,
    blobs: Folder,
    /// Parts that were looked at, and whether they are whole.
    seen: BTreeMap<Digest, bool>,
    /// Parts, states and inputs that something names.
    named: BTreeSet<Digest>,
    /// States of the history that can be gone to.
    whole: BTreeSet<Digest>,
    found: Vec<Finding>,
}

impl Check {
    fn new(home: &Path) -> Self {
        Check {
            home: home.to_owned(),
            parts: Folder::new(home.join("parts")),
            archive: Archive::new(home),
            blobs: Folder::new(home.join("images/blobs/sha256")),
            seen: BTreeMap::new(),
            named: BTreeSet::new(),
            whole: BTreeSet::new(),
            found: Vec::new(),
        }
    }

    fn say(&mut self, verdict: Verdict, place: impl Into<String>, what: impl Into<String>) {
        self.found.push(Finding { verdict, place: place.into(), what: what.into() });
    }

    /// The world of the document; none where there is no document, or a damaged one.
    fn state(&mut self) -> Option<(Vec<u8>, Simulator)> {
        let document = match fs::read(self.home.join(DOCUMENT)) {
            Ok(document) => document,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => {
                self.say(Verdict::Damage, DOCUMENT, error.to_string());
                return None;
            }
        };
        let world = self.world(&document, DOCUMENT)?;
        Some((document, world))
    }

    /// The world of a document whose parts are all whole.
    fn world(&mut self, document: &[u8], place: &str) -> Option<Simulator> {
        let parts = match load(&self.home, document).and_then(|world| Ok((world.save()?.parts, world))) {
            Ok(loaded) => loaded,
            Err(reason) => {
                self.say(Verdict::Damage, place, reason);
                return None;
            }
        };
        let (parts, world) = parts;
        let mut is_whole = true;
        for part in parts {
            self.named.insert(part);
            let whole = *self.seen.entry(part).or_insert_with(|| self.parts.get(&part).is_some());
            if !whole {
                let how = if self.parts.has(&part) { "is not what its name says" } else { "is missing" };
                self.say(
                    Verdict::Damage,
                    format!("parts/{}", part.hex()),
                    format!("{how}; {place} names it"),
                );
            }
            is_whole &= whole;
        }
        is_whole.then_some(world)
    }

    fn history(&mut self, world: Option<&(Vec<u8>, Simulator)>) -> io::Result<()> {
        let mut history = match History::open(&self.home) {
            Ok(history) => history,
            Err(reason) => {
                self.say(Verdict::Damage, "history/journal.json", reason.lines().next().unwrap_or_default());
                return Ok(());
            }
        };
        let states: BTreeSet<Digest> =
            history.branches().values().flat_map(|branch| &branch.steps).map(|step| step.state).collect();
        for state in states {
            self.named.insert(state);
            // A state that is not there was forgotten.
            if !self.archive.has(&state) {
                continue;
            }
            let place = format!("history/states/{}", state.hex());
            match self.archive.document(&state) {
                None => self.say(Verdict::Damage, place, "is not what its name says"),
                Some(document) => {
                    if self.world(&document, &place).is_some() {
                        self.whole.insert(state);
                    }
                }
            }
        }
        for input in history.inputs() {
            self.named.insert(input);
            if self.archive.input(&input).is_none() {
                let place = format!("history/inputs/{}", input.hex());
                self.say(Verdict::Damage, place, "is missing or not what its name says");
            }
        }
        if let Some((document, _)) = world
            && !history.find(&digest::sha256(document))
        {
            self.say(
                Verdict::Leftover,
                "history/journal.json",
                "does not know the state that the world is in",
            );
        }
        Ok(())
    }

    fn images(&mut self, world: Option<&(Vec<u8>, Simulator)>) -> io::Result<()> {
        let root = self.home.join("images");
        if !root.exists() {
            return Ok(());
        }
        if fs::read(root.join(layout::MARKER)).ok().as_deref() != Some(layout::MARKER_JSON.as_bytes()) {
            self.say(Verdict::Damage, format!("images/{}", layout::MARKER), "is missing or changed");
        }
        let place = format!("images/{}", layout::INDEX);
        let index = match fs::read(root.join(layout::INDEX)) {
            // A call that dies in its first save has written blobs alone.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.say(Verdict::Leftover, place, "is missing");
                return Ok(());
            }
            json => Index::from_json(&json?),
        };
        let index = match index {
            Ok(index) => index,
            Err(error) => {
                self.say(Verdict::Damage, place, error.to_string());
                return Ok(());
            }
        };
        self.blobs_of(&index);
        let Some((_, world)) = world else { return Ok(()) };
        match world.export(&mut Dry { disk: &self.blobs, made: BTreeMap::new() }) {
            Err(error) => self.say(Verdict::Damage, place, error.0),
            Ok(current) if current.to_json() != index.to_json() => {
                self.say(Verdict::Leftover, place, "is that of another state");
            }
            Ok(_) => {}
        }
        Ok(())
    }

    fn blobs_of(&mut self, index: &Index) {
        let mut named = Vec::new();
        for descriptor in &index.manifests {
            named.push(descriptor.digest);
            let manifest =
                self.blobs.get(&descriptor.digest).and_then(|json| Manifest::from_json(&json).ok());
            if let Some(manifest) = manifest {
                named.push(manifest.config.digest);
                named.extend(manifest.layers.iter().map(|layer| layer.digest));
            }
        }
        named.sort();
        named.dedup();
        for blob in named {
            self.named.insert(blob);
            if self.blobs.get(&blob).is_none() {
                let place = format!("images/blobs/sha256/{}", blob.hex());
                self.say(Verdict::Damage, place, "is missing or not what its name says");
            }
        }
    }

    fn leftovers(&mut self) -> io::Result<()> {
        let top = Folder::new(self.home.clone());
        let images = Folder::new(self.home.join("images"));
        let history = Folder::new(self.home.join("history"));
        for (folder, shown) in [(&top, ""), (&images, "images/"), (&history, "history/")] {
            for entry in folder.entries()? {
                let name = entry.file_name().to_string_lossy().into_owned();
                if name.starts_with(TEMPORARY) {
                    self.found.push(leftover(format!("{shown}{name}")));
                }
            }
        }
        let named = |file: &str| Digest::from_hex(file).is_ok_and(|digest| self.named.contains(&digest));
        let mut found = Vec::new();
        for (folder, shown) in [
            (&self.parts, "parts"),
            (&self.archive.states, "history/states"),
            (&self.archive.inputs, "history/inputs"),
            (&self.blobs, "images/blobs/sha256"),
        ] {
            for entry in folder.entries()? {
                let name = entry.file_name().to_string_lossy().into_owned();
                if !named(&name) {
                    found.push(leftover(format!("{shown}/{name}")));
                }
            }
        }
        self.found.extend(found);
        Ok(())
    }

    /// Goes back to the newest whole state if the present one is damaged, makes the image layout anew and removes what
    /// nothing names.
    fn repair(&mut self, world: Option<(Vec<u8>, Simulator)>) -> Result<(), String> {
        if self.found.is_empty() {
            return Ok(());
        }
        let failed = |error: io::Error| error.to_string();
        let mut history = History::open(&self.home).unwrap_or_default();
        let is_there = self.home.join(DOCUMENT).exists();
        let (document, world) = match world {
            Some(world) => world,
            None if !is_there => {
                (Vec::new(), Simulator::new(simulator::Options::default()).map_err(|e| e.to_string())?)
            }
            None => self.earlier(&mut history)?,
        };
        let mut kept = self.whole.clone();
        if !document.is_empty() {
            let state = digest::sha256(&document);
            if !history.find(&state) {
                history.push(step_of(&world, &document, Done::Unknown));
            }
            self.archive.states.write(&state, &document).map_err(failed)?;
            kept.insert(state);
            write_whole(&self.home.join(DOCUMENT), &document).map_err(failed)?;
        }
        self.archive.states.keep_only(&kept).map_err(failed)?;
        self.archive.write(&history).map_err(failed)?;
        self.remake_images(&world).map_err(failed)?;
        self.archive.collect(&history, &self.parts, usize::MAX).map_err(failed)?;
        for finding in &self.found {
            let name = finding.place.rsplit('/').next().unwrap_or_default();
            if name.starts_with(TEMPORARY) {
                let _ = fs::remove_file(self.home.join(&finding.place));
            }
        }
        Ok(())
    }

    /// The newest state of the branch that is whole.
    fn earlier(&self, history: &mut History) -> Result<(Vec<u8>, Simulator), String> {
        let branch = history.branch();
        let steps = (branch.dropped..=branch.last()).rev();
        let whole =
            |number: &usize| branch.step(*number).is_some_and(|step| self.whole.contains(&step.state));
        let number = steps
            .filter(|number| *number <= branch.at)
            .find(whole)
            .ok_or("the state is damaged, and the history has no earlier one that is whole")?;
        let state = branch.step(number).map(|step| step.state).ok_or("no step")?;
        history.go(number);
        let document = self.archive.document(&state).ok_or("no document")?;
        let world = load(&self.home, &document)?;
        Ok((document, world))
    }

    fn remake_images(&self, world: &Simulator) -> io::Result<()> {
        let root = self.home.join("images");
        for entry in self.blobs.entries()? {
            let name = entry.file_name();
            let digest = name.to_str().and_then(|name| Digest::from_hex(name).ok());
            if digest.is_none_or(|digest| self.blobs.get(&digest).is_none()) {
                fs::remove_file(entry.path())?;
            }
        }
        write_whole_in(&root, layout::MARKER, layout::MARKER_JSON.as_bytes())?;
        let mut layout = Layout::open(&root)?;
        let index = world.export(&mut layout).map_err(|error| io::Error::other(error.0))?;
        layout.finish(&index)?;
        layout.forget_unused(&index)
    }
}

fn write_whole_in(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    write_whole(&folder.join(name), bytes)
}

fn leftover(place: String) -> Finding {
    Finding { verdict: Verdict::Leftover, place, what: "nothing names it".to_owned() }
}

/// The blobs on disk, to which nothing is written.
struct Dry<'a> {
    disk: &'a Folder,
    made: BTreeMap<Digest, u64>,
}

impl Blobs for Dry<'_> {
    fn has(&self, digest: &Digest) -> bool {
        self.disk.has(digest) || self.made.contains_key(digest)
    }

    fn size(&self, digest: &Digest) -> Result<Option<u64>, BlobError> {
        match self.disk.size(digest) {
            Ok(None) => Ok(self.made.get(digest).copied()),
            found => found.map_err(|error| BlobError(error.to_string())),
        }
    }

    fn get(&self, digest: &Digest) -> Result<Option<Vec<u8>>, BlobError> {
        Ok(self.disk.get(digest))
    }

    fn put(&mut self, bytes: &[u8]) -> Result<Digest, BlobError> {
        let digest = digest::sha256(bytes);
        self.made.insert(digest, bytes.len() as u64);
        Ok(digest)
    }
}
