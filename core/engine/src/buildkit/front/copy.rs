use digest::Digest;
use dockerfile::instruction::{Add, Copy, CopySource as Written, InlineFile, Instruction};

use super::Front;
use super::state::{FrontError, State};
use crate::buildkit::files::Mode;
use crate::buildkit::graph::{Node, NodeId};
use crate::buildkit::ops::Op;
use crate::buildkit::ops::copy::{CopyOp, CopySource, Unpack};
use crate::buildkit::ops::http::{self, HttpOp};
use crate::buildkit::ops::make::{Made, MakeOp};

/// What COPY and ADD have in common.
struct Transfer<'c> {
    name: &'static str,
    sources: &'c [Written],
    dest: &'c str,
    from: Option<&'c str>,
    chown: Option<&'c str>,
    chmod: Option<&'c str>,
    link: bool,
    parents: bool,
    exclude: &'c [String],
    unpack: Option<bool>,
    checksum: Option<Digest>,
}

impl Front<'_> {
    /// COPY: files of the context, a stage or an image.
    pub(super) fn copy(
        &mut self,
        state: &mut State,
        instruction: &Instruction,
        copy: &Copy,
    ) -> Result<(), FrontError> {
        for source in &copy.sources {
            if let Written::Path(path) = source
                && is_url(path)
            {
                return Err(FrontError::new("source can't be a URL for COPY"));
            }
        }
        let transfer = Transfer {
            name: "COPY",
            sources: &copy.sources,
            dest: &copy.dest,
            from: copy.from.as_deref(),
            chown: copy.chown.as_deref(),
            chmod: copy.chmod.as_deref(),
            link: copy.link,
            parents: copy.parents,
            exclude: &copy.exclude,
            unpack: Some(false),
            checksum: None,
        };
        self.transfer(state, instruction, &transfer)
    }

    /// ADD: the same from the context, with archives unpacked.
    pub(super) fn add_files(
        &mut self,
        state: &mut State,
        instruction: &Instruction,
        add: &Add,
    ) -> Result<(), FrontError> {
        let paths = add.sources.iter().filter_map(|source| match source {
            Written::Path(path) => Some(path),
            Written::Inline(_) => None,
        });
        for path in paths {
            // 20.10 knows no repositories: such a name is a path like others.
            if is_url(path) && (!self.old || path.starts_with("http")) {
                if !path.starts_with("http") {
                    let message = format!("glasshull: ADD of a Git repository is not simulated: {path}");
                    return Err(FrontError::new(message));
                }
                continue;
            }
            if add.checksum.is_some() {
                let message = "checksum requires HTTP(S) or Git sources";
                return Err(FrontError::new(message));
            }
        }
        let checksum = match &add.checksum {
            Some(text) => Some(http::checksum(text).map_err(FrontError::new)?),
            None => None,
        };
        let transfer = Transfer {
            name: "ADD",
            sources: &add.sources,
            dest: &add.dest,
            from: None,
            chown: add.chown.as_deref(),
            chmod: add.chmod.as_deref(),
            link: add.link,
            parents: false,
            exclude: &add.exclude,
            unpack: add.unpack,
            checksum,
        };
        self.transfer(state, instruction, &transfer)
    }

    /// What `--from` names: its node, and whether nothing was done to it. None is an empty file system.
    pub(super) fn from(&mut self, from: &str) -> Result<(Option<NodeId>, bool), FrontError> {
        if let Some(stage) = self.outline.names.by_name_or_index(from)? {
            let state = self.states.get(&stage);
            return Ok((state.and_then(|state| state.node), state.is_some_and(|state| state.bare)));
        }
        if let Some(node) = self.named_context(from) {
            return Ok((Some(node), false));
        }
        let Some(resolved) = self.images.get(from).cloned() else {
            return Err(FrontError::new(format!("{from}: not found")));
        };
        // 20.10 gives an image that is only copied from the tag that it was asked for without.
        let last = resolved.shown.rsplit('/').next().unwrap_or_default();
        let tag = if self.old && !last.contains([':', '@']) { ":latest" } else { "" };
        let name = resolved.context.unwrap_or_else(|| format!("FROM {}{tag}", resolved.shown));
        Ok((Some(self.add(Op::Image(resolved.op), Vec::new(), name)), true))
    }

    fn transfer(
        &mut self,
        state: &mut State,
        instruction: &Instruction,
        transfer: &Transfer<'_>,
    ) -> Result<(), FrontError> {
        let chmod = match transfer.chmod {
            // What is no number is overlooked by 20.10.
            Some(text) if self.old => u32::from_str_radix(text, 8).ok().and_then(|_| Mode::parse(text)),
            Some(text) => Some(Mode::parse(text).ok_or_else(|| bad_mode(text))?),
            None => None,
        };
        let name = self.step_name(state, instruction);
        let has_base = state.node.is_some() && !transfer.link;
        let mut inputs: Vec<NodeId> = if has_base { state.node.into_iter().collect() } else { Vec::new() };
        let sources = self.sources(state, transfer, &name, &mut inputs)?;
        let op = CopyOp {
            has_base,
            sources,
            dest: destination(state, transfer.dest),
            chown: transfer.chown.map(str::to_owned),
            chmod,
            parents: transfer.parents,
            exclude: transfer.exclude.to_vec(),
            old: self.old,
        };
        let below = state.node;
        match (transfer.link, below) {
            (true, Some(below)) => {
                let ignore_cache = state.ignore_cache;
                let lines = Some(instruction.lines);
                let copied = self.graph.add(Node {
                    op: Op::Copy(op),
                    inputs,
                    name: name.clone(),
                    ignore_cache,
                    lines,
                });
                self.step(state, Op::Merge, vec![below, copied], name, instruction.lines);
            }
            _ => self.step(state, Op::Copy(op), inputs, name, instruction.lines),
        }
        state.commit(&created_by(transfer), true);
        Ok(())
    }

    fn sources(
        &mut self,
        state: &State,
        transfer: &Transfer<'_>,
        step: &str,
        inputs: &mut Vec<NodeId>,
    ) -> Result<Vec<CopySource>, FrontError> {
        let mut sources = Vec::new();
        let unpack = match transfer.unpack {
            Some(false) => Unpack::Never,
            _ => Unpack::Archives,
        };
        for source in transfer.sources {
            let (node, path, unpack, bare) = match (source, transfer.from) {
                (Written::Inline(file), _) => {
                    let node = self.document(state, file)?;
                    (Some(node), file.name.clone(), Unpack::Never, false)
                }
                (Written::Path(path), Some(from)) => {
                    let (node, bare) = self.from(from)?;
                    (node, path.clone(), unpack, bare)
                }
                (Written::Path(url), None) if is_url(url) && (!self.old || url.starts_with("http")) => {
                    let op = HttpOp { url: url.clone(), checksum: transfer.checksum };
                    let file = op.file_name();
                    let shown = if self.old { url.clone() } else { step.to_owned() };
                    let unpack = if transfer.unpack == Some(true) { unpack } else { Unpack::Never };
                    (Some(self.add(Op::Http(op), Vec::new(), shown)), file, unpack, false)
                }
                (Written::Path(path), None) => {
                    (Some(self.context(std::slice::from_ref(path))), path.clone(), unpack, false)
                }
            };
            let Some(node) = node else {
                let cleaned = crate::paths::clean(format!("/{path}"));
                return Err(FrontError::new(format!("\"{cleaned}\" not found: not found")));
            };
            let input = inputs.iter().position(|known| *known == node).unwrap_or_else(|| {
                inputs.push(node);
                inputs.len() - 1
            });
            sources.push(CopySource { input, path, unpack, bare });
        }
        Ok(sources)
    }

    /// A document of the Dockerfile as a file.
    fn document(&mut self, state: &State, file: &InlineFile) -> Result<NodeId, FrontError> {
        let text = match file.expand {
            true => {
                let literal = dockerfile::expand::Expander {
                    quotes: dockerfile::expand::Quotes::Literal,
                    ..self.expander
                };
                literal.word(&file.data, &|name| state.variable(name))?
            }
            false => file.data.clone(),
        };
        let op =
            MakeOp { has_base: false, path: format!("/{}", file.name), what: Made::File(text), owner: None };
        Ok(self.add(Op::Make(op), Vec::new(), "[internal] preparing inline document".to_owned()))
    }
}

fn bad_mode(text: &str) -> FrontError {
    FrontError::new(format!(
        "invalid chmod parameter: '{text}'. it should be octal string and between 0 and 07777"
    ))
}

/// The destination from the root; a final slash or dot says that it is a directory.
fn destination(state: &State, dest: &str) -> String {
    let is_dir = dest.ends_with('/') || dest == "." || dest.ends_with("/.") || dest.is_empty();
    let mut path = crate::paths::clean(state.absolute(dest)).to_string();
    if is_dir && path != "/" {
        path.push('/');
    }
    path
}

/// The row of the history.
fn created_by(transfer: &Transfer<'_>) -> String {
    let mut text = transfer.name.to_owned();
    if transfer.parents {
        text.push_str(" --parents");
    }
    if let Some(chown) = transfer.chown {
        text.push_str(&format!(" --chown={chown}"));
    }
    if let Some(chmod) = transfer.chmod {
        text.push_str(&format!(" --chmod={chmod}"));
    }
    for source in transfer.sources {
        match source {
            Written::Path(path) => text.push_str(&format!(" {path}")),
            Written::Inline(file) => text.push_str(&format!(" <<{}", file.name)),
        }
    }
    format!("{text} {} # buildkit", transfer.dest)
}

/// Whether a source is fetched from elsewhere.
fn is_url(source: &str) -> bool {
    ["http://", "https://", "git@", "git://", "ssh://"].iter().any(|scheme| source.starts_with(scheme))
}
