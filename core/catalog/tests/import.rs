//! A repository of the user's own, made here as `abuild` and `apk index` would.

mod machine;

use std::io::Write;

use catalog::{Catalog, ImportError};
use flate2::{Compression, write::GzEncoder};
use machine::Machine;
use tar::{Builder, EntryType, Header};

const URL: &str = "https://packages.example.org/v1";

/// One gzip member: a tar of files, names that end in a slash being directories.
fn member(files: &[(&str, &str)], end: bool) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for (name, text) in files {
        let mut header = Header::new_ustar();
        header.set_entry_type(if name.ends_with('/') { EntryType::Directory } else { EntryType::Regular });
        header.set_mode(0o755);
        header.set_size(text.len() as u64);
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        builder.append(&header, text.as_bytes()).expect("a vector takes all");
    }
    let mut tar = builder.into_inner().expect("a vector takes all");
    // The parts of a package but the last have no end mark.
    if !end {
        tar.truncate(tar.len() - 1024);
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&tar).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}

fn index() -> Vec<u8> {
    let stanza = "C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:hello\nV:1.0-r0\nA:x86_64\nS:400\nI:4096\nT:greets\nU:\nL:MIT\n\n";
    let signature = member(&[(".SIGN.RSA.me@example.org.rsa.pub", "signature")], false);
    [signature, member(&[("DESCRIPTION", "mine 1"), ("APKINDEX", stanza)], true)].concat()
}

fn package(evil: bool) -> Vec<u8> {
    let info = "pkgname = hello\npkgver = 1.0-r0\narch = x86_64\nsize = 4096\n";
    let post = "#!/bin/sh\necho hello is here\n";
    let path = if evil { "usr/../../etc/passwd" } else { "usr/bin/hello" };
    let data = [("usr/", ""), ("usr/bin/", ""), (path, "#!/bin/sh\necho hello, $1\n")];
    [member(&[(".PKGINFO", info), (".post-install", post)], false), member(&data, true)].concat()
}

fn play(file: Option<Vec<u8>>) -> String {
    let catalog = Catalog::new().expect("the facts are intact");
    let give = move |name: &str| file.clone().filter(|_| name == "hello-1.0-r0.apk");
    catalog.import_repository(URL, &index(), give).expect("the index is one");
    assert_eq!(catalog.imported_repositories(), [(URL.to_owned(), "mine 1".to_owned())]);
    let mut machine = Machine::new(&catalog);
    let command = format!(
        "echo {URL} >/etc/apk/repositories; touch /etc/apk/keys/me@example.org.rsa.pub; \
         apk add --no-cache hello; hello world; head -1 /etc/passwd"
    );
    machine.run(&command).1
}

#[test]
fn packages_of_a_real_mirror_are_installed() {
    let expected = "\
fetch https://packages.example.org/v1/x86_64/APKINDEX.tar.gz
(1/1) Installing hello (1.0-r0)
Executing hello-1.0-r0.post-install
hello is here
Executing busybox-1.36.1-r29.trigger
OK: 8 MiB in 15 packages
hello, world
root:x:0:0:root:/root:/bin/sh
";
    assert_eq!(play(Some(package(false))), expected);
}

#[test]
fn a_path_that_leads_out_is_refused() {
    let expected = "\
fetch https://packages.example.org/v1/x86_64/APKINDEX.tar.gz
(1/1) Installing hello (1.0-r0)
ERROR: hello-1.0-r0: BAD archive
1 error; 8 MiB in 14 packages
/bin/sh: hello: not found
root:x:0:0:root:/root:/bin/sh
";
    assert_eq!(play(Some(package(true))), expected);
}

#[test]
fn a_package_that_is_not_there_fails() {
    let expected = "\
fetch https://packages.example.org/v1/x86_64/APKINDEX.tar.gz
(1/1) Installing hello (1.0-r0)
ERROR: hello-1.0-r0: package mentioned in index not found (try 'apk update')
1 error; 8 MiB in 14 packages
/bin/sh: hello: not found
root:x:0:0:root:/root:/bin/sh
";
    assert_eq!(play(None), expected);
}

#[test]
fn what_is_no_index_is_refused() {
    let catalog = Catalog::new().expect("the facts are intact");
    let refuse = |file: &[u8]| catalog.import_repository(URL, file, |_| None);
    assert_eq!(refuse(b"APKINDEX"), Err(ImportError::Archive(apk::ArchiveError::Malformed)));
    assert_eq!(
        refuse(&member(&[("README", "")], true)),
        Err(ImportError::Archive(apk::ArchiveError::Missing("APKINDEX")))
    );
    let whole = index();
    // Whatever is cut off, it is an error and not a panic, or nothing that matters was lost.
    for length in 0..whole.len() {
        let cut = refuse(&whole[..length]);
        assert!(cut.is_err() || length > whole.len() - 16, "{length} of {}", whole.len());
    }
}
