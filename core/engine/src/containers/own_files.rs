//! What docker mounts into a container: the files that tell it its names and those of others, and its volumes.

use api::{DockerVersion, MountKind, MountPoint};
use bstr::BString;
use digest::Id;
use kernel::MountSpec;
use vfs::{Metadata, Node, Tree};

use super::{Container, Journal};
use crate::Engine;
use crate::networks::Nic;

impl Engine {
    /// The text of `/etc/hosts`.
    pub(crate) fn hosts(&self, container: &Container, nics: &[Nic]) -> String {
        let zero = if self.version == DockerVersion::V29 { "" } else { "0" };
        let mut hosts = format!(
            "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::{zero}\tip6-localnet\n\
             ff00::{zero}\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n",
        );
        for extra in &container.host.extra_hosts {
            if let Some((name, address)) = extra.split_once(':') {
                hosts.push_str(&format!("{address}\t{name}\n"));
            }
        }
        hosts += &self.link_hosts(container);
        for nic in nics {
            let [a, b, c, d] = nic.address;
            let config = &container.config;
            let name = match config.domainname.as_str() {
                "" => config.hostname.clone(),
                domain => format!("{0}.{domain}\t{0}", config.hostname),
            };
            // Docker parts the full name from the short one by a blank.
            hosts.push_str(&format!("{a}.{b}.{c}.{d}\t{}\n", name.replacen('\t', " ", 1)));
        }
        hosts
    }

    /// The text of `/etc/resolv.conf`: docker's own name server on user-defined networks.
    pub(super) fn resolver(&self, container: &Container) -> String {
        let host = &container.host;
        let defined = |name: &str| self.networks.values().any(|net| net.name == name && !net.predefined);
        let is_named = container.endpoints.iter().any(|endpoint| defined(&endpoint.network));
        let mut options = host.dns_options.clone();
        let servers: Vec<&str> = match host.dns.is_empty() {
            _ if is_named => {
                options.push("ndots:0".to_owned());
                vec!["127.0.0.11"]
            }
            true => vec!["8.8.8.8", "8.8.4.4"],
            false => host.dns.iter().map(String::as_str).collect(),
        };
        let mut text = String::new();
        // A dot alone stands for no domain.
        if !host.dns_search.is_empty() && host.dns_search != ["."] {
            text += &format!("search {}\n", host.dns_search.join(" "));
        }
        text.extend(servers.iter().map(|server| format!("nameserver {server}\n")));
        if !options.is_empty() {
            text += &format!("options {}\n", options.join(" "));
        }
        text
    }
}

/// The files that docker mounts into every container, and its volumes.
pub(super) fn mounts(container: &Container, id: Id, resolver: String, journal: &Journal) -> Vec<MountSpec> {
    let files = [
        ("/etc/resolv.conf", resolver),
        (
            "/etc/hostname",
            format!("{}\n", journal.start.hostname.as_ref().unwrap_or(&container.config.hostname)),
        ),
        ("/etc/hosts", journal.start.hosts.clone()),
    ];
    let file = |(target, text): (&str, String)| MountSpec {
        shows: None,
        target: target.into(),
        tree: Tree::with_root(Node::File(text.into()), Metadata::new(0o644, journal.start.clock)),
        read_only: container.host.read_only,
        fs_type: "ext4".into(),
        source: format!("/dev/vda1[/var/lib/docker/containers/{id}{}]", &target[4..]).into(),
    };
    let volume = |(mount, tree): (&MountPoint, &Tree)| {
        let is_tmpfs = mount.kind == MountKind::Tmpfs;
        MountSpec {
            shows: first_of(&container.mounts, mount),
            target: mount.destination.clone().into(),
            tree: tree.clone(),
            read_only: mount.read_only || is_tmpfs && mount.mode.split(',').any(|option| option == "ro"),
            fs_type: if is_tmpfs { "tmpfs" } else { "ext4" }.into(),
            source: if is_tmpfs { "tmpfs" } else { "/dev/vda1" }.into(),
        }
    };
    let volumes = container.mounts.iter().zip(&journal.volumes);
    let mut all: Vec<MountSpec> = files.into_iter().map(file).chain(volumes.map(volume)).collect();
    if container.host.init {
        all.push(super::init::mount(journal.start.clock));
    }
    // Docker mounts what lies higher up first, so that nothing hides what is below it.
    all.sort_by_key(|mount| mount.target.split(|byte| *byte == b'/').count());
    all
}

/// Where the same files are mounted before; docker mounts by depth, and by name.
fn first_of(mounts: &[MountPoint], mount: &MountPoint) -> Option<BString> {
    let depth = |mount: &MountPoint| mount.destination.split('/').count();
    let is_same = |other: &&MountPoint| {
        other.kind == mount.kind && other.name == mount.name && other.source == mount.source
    };
    let first = mounts.iter().filter(is_same).min_by_key(|other| depth(other))?;
    let is_shared = mount.kind != MountKind::Tmpfs && first.destination != mount.destination;
    is_shared.then(|| first.destination.as_str().into())
}
