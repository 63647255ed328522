//! /etc/hosts: all that the simulated machine knows of names.

use bstr::{BStr, BString, ByteSlice};
use kernel::Process;

use crate::frame::stream;

/// An address with its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Host {
    /// As it is written.
    pub(crate) address: BString,
    /// The canonical name first.
    pub(crate) names: Vec<BString>,
}

/// All entries of /etc/hosts.
pub(crate) async fn all(p: &mut Process) -> Vec<Host> {
    let text = stream::read_operand(p, "/etc/hosts".into()).await.unwrap_or_default();
    text.lines().filter_map(entry).collect()
}

/// The entries that list a name, the IPv6 ones first, as musl sorts loopback addresses.
pub(crate) async fn find(p: &mut Process, name: &BStr) -> Vec<Host> {
    let mut hosts = all(p).await;
    hosts.retain(|host| host.names.iter().any(|known| known == name));
    if hosts.is_empty() && name == "localhost" {
        let loopback = |address: &str| Host { address: address.into(), names: vec![name.to_owned()] };
        hosts = ["::1", "127.0.0.1"].map(loopback).into();
    }
    hosts.sort_by_key(|host| !host.address.contains(&b':'));
    hosts
}

fn entry(line: &[u8]) -> Option<Host> {
    let line = line.split_str("#").next()?;
    let mut words = line.fields_with(|c| c.is_ascii_whitespace()).map(BString::from);
    let address = words.next()?;
    let names: Vec<BString> = words.collect();
    (!names.is_empty()).then_some(Host { address, names })
}
