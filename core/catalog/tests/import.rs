//! A repository of the user's own, made here as `abuild` and `apk index` would.

mod machine;

use std::io::Write;

use catalog::{Catalog, ImportError};
use flate2::{Compression, write::GzEncoder};
use machine::Machine;
use tar::{Builder, EntryType, Header};

const URL: &str = "https://packages.example.org/v1";

/// One gzip member: a tar of files, names that end in a slash being directories, texts that begin with `-> ` links.
fn member(files: &[(&str, &str)], end: bool) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for (name, text) in files {
        let mut header = Header::new_ustar();
        let (text, target) = text.strip_prefix("-> ").map_or((*text, None), |target| ("", Some(target)));
        header.set_entry_type(match target {
            Some(_) => EntryType::Symlink,
            None if name.ends_with('/') => EntryType::Directory,
            None => EntryType::Regular,
        });
        if let Some(target) = target {
            header.as_old_mut().linkname[..target.len()].copy_from_slice(target.as_bytes());
        }
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

fn package(path: &str) -> Vec<u8> {
    package_of(&[("usr/", ""), ("usr/bin/", ""), (path, "#!/bin/sh\necho hello, $1\n")])
}

fn package_of(data: &[(&str, &str)]) -> Vec<u8> {
    let info = "pkgname = hello\npkgver = 1.0-r0\narch = x86_64\nsize = 4096\n";
    let post = "#!/bin/sh\necho hello is here\n";
    [member(&[(".PKGINFO", info), (".post-install", post)], false), member(data, true)].concat()
}

fn play(file: Option<Vec<u8>>) -> String {
    let add = "apk add --no-cache hello; hello world; head -1 /etc/passwd";
    let setting = "touch /etc/apk/keys/me@example.org.rsa.pub";
    run(file, &format!("echo {URL} >/etc/apk/repositories; {setting}; {add}"))
}

fn run(file: Option<Vec<u8>>, command: &str) -> String {
    let catalog = Catalog::new().expect("the facts are intact");
    let give = move |name: &str| file.clone().filter(|_| name == "hello-1.0-r0.apk");
    catalog.import_repository(URL, &index(), give).expect("the index is one");
    assert_eq!(catalog.imported_repositories(), [(URL.to_owned(), "mine 1".to_owned())]);
    Machine::new(&catalog).run(command).1
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
    assert_eq!(play(Some(package("usr/bin/hello"))), expected);
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
    for path in ["usr/../../etc/passwd", "/etc/passwd", "../etc/passwd"] {
        assert_eq!(play(Some(package(path))), expected, "{path}");
    }
}

/// Where the root of apk is not the root of the machine, a link in it that leads elsewhere is not followed.
#[test]
fn a_link_that_leads_out_of_another_root_is_not_followed() {
    let add = format!(
        "apk --root /r --initdb --allow-untrusted --no-cache --repositories-file /dev/null -X {URL} --no-scripts \
         add hello; echo $?; head -1 /etc/passwd"
    );
    let expected = |errno: &str| {
        format!(
            "fetch https://packages.example.org/v1/x86_64/APKINDEX.tar.gz\n(1/1) Installing hello (1.0-r0)\n\
             ERROR: Failed to create usr/passwd: {errno}\n1 error; 0 MiB in 1 packages\n1\n\
             root:x:0:0:root:/root:/bin/sh\n"
        )
    };
    for link in ["/etc", "../etc", "../r/../etc", "hop"] {
        let file = package_of(&[("usr/passwd", "evil\n")]);
        let command = format!("mkdir /r; ln -s /etc /r/hop; ln -s {link} /r/usr; {add}");
        assert_eq!(run(Some(file), &command), expected("Cross-device link"), "{link}");
        // One of the package itself is in place after its files are.
        let target = format!("-> {link}");
        let file = package_of(&[("hop", "-> /etc"), ("usr", &target), ("usr/passwd", "evil\n")]);
        let command = format!("mkdir /r; {add}");
        assert_eq!(run(Some(file), &command), expected("No such file or directory"), "{link}");
    }
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
