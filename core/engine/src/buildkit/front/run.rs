use dockerfile::instruction::{
    InlineScript, Instruction, Mount, MountType, NetworkMode, Run, RunForm, SecurityMode, Sharing,
};

use super::Front;
use super::state::{FrontError, State, shown_run};
use crate::buildkit::graph::NodeId;
use crate::buildkit::ops::Op;
use crate::buildkit::ops::exec::{ExecOp, SANDBOX};
use crate::buildkit::ops::make::{Made, MakeOp};
use crate::buildkit::ops::mounts::{CacheMount, ExecMount, MountKind, SSH_KEY};

/// Where documents are mounted that are programs of their own.
const PIPES: &str = "/dev/pipes";
/// Names of proxy variables in capitals.
const PROXIES: [&str; 5] = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"];

impl Front<'_> {
    /// RUN: a process.
    pub(super) fn run(
        &mut self,
        state: &mut State,
        instruction: &Instruction,
        run: &Run,
    ) -> Result<(), FrontError> {
        let mut text = instruction.original.clone();
        let mut mounts = Vec::new();
        let mut inputs: Vec<NodeId> = state.node.into_iter().collect();
        let argv = self.command(state, run, &mut text, &mut mounts, &mut inputs);
        if argv.is_empty() {
            return Err(FrontError::nowhere("failed to marshal LLB definition: arguments are required"));
        }
        let lookup = |word: &str| {
            self.expander.word(word, &|name| state.variable(name)).map_err(|error| error.to_string())
        };
        let wanted = run.mounts(&lookup)?;
        let secret_names: Vec<String> = wanted.iter().filter_map(secret_variable).collect();
        for mount in &wanted {
            let made = self.mount(state, mount, &mut inputs)?;
            // A secret that has a name and a place is a variable and a file.
            if let (MountKind::Secret { id, required, .. }, Some(name)) = (&made.kind, &mount.env) {
                let (id, required) = (id.clone(), *required);
                let name = if name.is_empty() { id.clone() } else { name.clone() };
                let kind = MountKind::SecretEnv { id, required, name };
                mounts.push(ExecMount { target: made.target.clone(), read_only: true, kind });
            }
            mounts.push(made);
        }
        if run.network == NetworkMode::Host {
            return Err(FrontError::nowhere("failed to load LLB: network.host is not allowed"));
        }
        if run.security == SecurityMode::Insecure {
            return Err(FrontError::nowhere("failed to load LLB: security.insecure is not allowed"));
        }
        let proxies =
            self.request.build_args.iter().filter(|(name, _)| PROXIES.contains(&&*name.to_uppercase()));
        let op = ExecOp {
            has_base: state.node.is_some(),
            argv: argv.clone(),
            env: state.env.clone(),
            proxies: proxies.cloned().collect(),
            cwd: state.image.config.working_dir.clone(),
            user: state.image.config.user.clone(),
            mounts,
            no_network: run.network == NetworkMode::None || self.request.network == "none",
            extra_hosts: self.request.extra_hosts.clone(),
            ulimits: self.request.ulimits.clone(),
            hostname: self.hostname(),
            old: self.old,
        };
        let text = shown_run(self.expander, state, &text, &secret_names);
        let name = state.naming.next(&text);
        self.step(state, Op::Exec(Box::new(op)), inputs, name, instruction.lines);
        let created_by = created_by(state, &argv);
        state.commit(&created_by, true);
        Ok(())
    }

    /// The name of the machine that a process sees.
    fn hostname(&self) -> String {
        let given = self.request.build_args.iter().rfind(|(name, _)| name == "BUILDKIT_SANDBOX_HOSTNAME");
        given.filter(|(_, value)| !value.is_empty()).map_or(SANDBOX, |(_, value)| value).to_owned()
    }

    /// What is executed: the words, or the documents of a heredoc.
    fn command(
        &mut self,
        state: &State,
        run: &Run,
        text: &mut String,
        mounts: &mut Vec<ExecMount>,
        inputs: &mut Vec<NodeId>,
    ) -> Vec<String> {
        let shell = state.shell();
        let (RunForm::Shell(line), Some(first)) = (&run.form, run.scripts.first()) else {
            let mut argv = run.form.argv(&shell);
            if run.form.is_shell() && run.form.is_empty() {
                argv.push(String::new());
            }
            return argv;
        };
        let body = body(first);
        let is_whole = run.scripts.len() == 1 && is_document_alone(line);
        if !is_whole {
            let mut whole = line.clone();
            for script in &run.scripts {
                whole.push_str(&format!("\n{}{}", script.data, script.name));
            }
            return shell.into_iter().chain([whole]).collect();
        }
        text.push_str(&format!(" ({})", summary(&body)));
        if body.starts_with("#!") {
            let path = format!("{PIPES}/{}", first.name);
            let file = format!("/{}", first.name);
            let op = MakeOp { has_base: false, path: file.clone(), what: Made::Script(body), owner: None };
            let title = "[internal] preparing inline document".to_owned();
            inputs.push(self.add(Op::Make(op), Vec::new(), title));
            let kind = MountKind::Bind { input: Some(inputs.len() - 1), source: file };
            mounts.push(ExecMount { target: path.clone(), read_only: true, kind });
            return vec![path];
        }
        shell.into_iter().chain([body]).collect()
    }

    /// A cache folder with permissions of its own is made by a vertex.
    fn cache_permissions(
        &mut self,
        mount: &Mount,
        inputs: &mut Vec<NodeId>,
        cache: CacheMount,
    ) -> CacheMount {
        if !self.old && (mount.mode.is_some() || mount.uid.is_some() || mount.gid.is_some()) {
            let path = format!("/cache-{:o}-{}-{}", cache.mode, cache.uid, cache.gid);
            let op = MakeOp { has_base: false, path, what: Made::Directory, owner: None };
            let title = "[internal] setting cache mount permissions".to_owned();
            inputs.push(self.add(Op::Make(op), Vec::new(), title));
        }
        cache
    }

    fn mount(
        &mut self,
        state: &State,
        mount: &Mount,
        inputs: &mut Vec<NodeId>,
    ) -> Result<ExecMount, FrontError> {
        let input = match (mount.kind, &*mount.from) {
            (MountType::Bind, "") => Some(self.context(std::slice::from_ref(&mount.source))),
            (MountType::Bind | MountType::Cache, from) if !from.is_empty() => self.from(from)?.0,
            _ => None,
        };
        let input = input.map(|node| {
            inputs.push(node);
            inputs.len() - 1
        });
        let secret =
            || if mount.id.is_empty() { base(&mount.source, &mount.target) } else { mount.id.clone() };
        let kind = match mount.kind {
            MountType::Bind => MountKind::Bind { input, source: mount.source.clone() },
            MountType::Cache => MountKind::Cache(self.cache_permissions(
                mount,
                inputs,
                CacheMount {
                    id: if mount.id.is_empty() { clean(&mount.target) } else { mount.id.clone() },
                    sharing: mount.sharing.unwrap_or(Sharing::Shared),
                    input,
                    source: mount.source.clone(),
                    mode: mount.mode.unwrap_or(0o755),
                    uid: mount.uid.unwrap_or(0),
                    gid: mount.gid.unwrap_or(0),
                },
            )),
            MountType::Tmpfs => MountKind::Tmpfs,
            // There is never an agent on the client's side: an optional mount is left out.
            MountType::Ssh => {
                let id = if mount.id.is_empty() && !self.old { "default" } else { &mount.id };
                let id = format!("{SSH_KEY}{id}");
                MountKind::Secret { id, required: mount.required, mode: 0, uid: 0, gid: 0 }
            }
            MountType::Secret => match &mount.env {
                Some(name) if mount.target.is_empty() => {
                    let id = secret();
                    let name = if name.is_empty() { id.clone() } else { name.clone() };
                    MountKind::SecretEnv { id, required: mount.required, name }
                }
                _ => MountKind::Secret {
                    id: secret(),
                    required: mount.required,
                    mode: mount.mode.unwrap_or(0o400),
                    uid: mount.uid.unwrap_or(0),
                    gid: mount.gid.unwrap_or(0),
                },
            },
        };
        let target = match (mount.kind, mount.target.is_empty()) {
            (MountType::Secret, true) => format!("/run/secrets/{}", secret()),
            (MountType::Ssh, true) => "/run/buildkit/ssh_agent.0".to_owned(),
            (_, true) => "/".to_owned(),
            (_, false) => clean(&state.absolute(&mount.target)),
        };
        if target == "/" {
            return Err(FrontError::new("invalid mount target \"/\""));
        }
        Ok(ExecMount { target, read_only: mount.read_only, kind })
    }
}

/// The variable that a mount puts a secret into.
fn secret_variable(mount: &Mount) -> Option<String> {
    let name = mount.env.clone().filter(|_| mount.kind == MountType::Secret)?;
    Some(if name.is_empty() { mount.id.clone() } else { name })
}

/// The row of the history: the declared arguments with their values in front.
fn created_by(state: &State, argv: &[String]) -> String {
    let mut words = Vec::new();
    if !state.args.is_empty() {
        words.push(format!("|{}", state.args.len()));
        for (name, value) in &state.args {
            let value = state.variable(name).or_else(|| value.clone()).unwrap_or_default();
            words.push(format!("{name}={value}"));
        }
    }
    words.extend(argv.iter().cloned());
    format!("RUN {} # buildkit", words.join(" "))
}

/// Whether a command line is nothing but `<<NAME`.
fn is_document_alone(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    matches!(words[..], [word] if word.starts_with("<<"))
}

fn body(script: &InlineScript) -> String {
    match script.chomp {
        true => dockerfile::syntax::chomp_tabs(&script.data),
        false => script.data.clone(),
    }
}

/// The first line of a document, with a mark if there is more.
fn summary(text: &str) -> String {
    let text = text.trim();
    match text.split_once('\n') {
        Some((first, _)) => format!("{}...", first.trim_end_matches('\r')),
        None => text.to_owned(),
    }
}

fn base(source: &str, target: &str) -> String {
    let path = if source.is_empty() { target } else { source };
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

fn clean(path: &str) -> String {
    crate::paths::clean(path).to_string()
}
