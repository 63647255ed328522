//! The provenance that BuildKit puts beside an image.

use api::SolveRequest;
use digest::{Digest, sha256};
use oci::manifest::media_type;
use oci::{Descriptor, Manifest};
use vfs::Time;

/// Media type of the statements.
const IN_TOTO: &str = "application/vnd.in-toto+json";
/// What the statement is about.
const PREDICATE: &str = "https://slsa.dev/provenance/v1";

/// An attestation as it is stored: the manifest and what it points to.
pub(super) struct Attestation {
    /// The manifest's bytes.
    pub(super) manifest: Vec<u8>,
}

/// The smallest provenance: how the image was asked for, and when it was made.
pub(super) fn provenance(request: &SolveRequest, subject: Digest, start: Time, end: Time) -> Attestation {
    let text = |text: &str| String::from_utf8_lossy(&oci::to_json(&text)).into_owned();
    let subjects: Vec<String> = request
        .tags
        .iter()
        .map(|tag| {
            let name = text(&format!("pkg:docker/{tag}?platform=linux%2Famd64"));
            format!("{{\"name\":{name},\"digest\":{{\"sha256\":\"{}\"}}}}", subject.hex())
        })
        .collect();
    let args = request.target.iter().map(|target| format!("\"target\":{}", text(target)));
    let args: Vec<String> = args.collect();
    let statement = format!(
        "{{\"_type\":\"https://in-toto.io/Statement/v0.1\",\"predicateType\":\"{PREDICATE}\",\"subject\":[{}],\
         \"predicate\":{{\"buildDefinition\":{{\"buildType\":\"https://github.com/moby/buildkit/blob/master/docs/\
         attestations/slsa-definitions.md\",\"externalParameters\":{{\"configSource\":{{\"path\":{}}},\"request\":\
         {{\"frontend\":\"dockerfile.v0\",\"args\":{{{}}}}}}},\"internalParameters\":{{\"builderPlatform\":\
         \"linux/amd64\"}}}},\"runDetails\":{{\"builder\":{{\"id\":\"\"}},\"metadata\":{{\"startedOn\":\"{}\",\
         \"finishedOn\":\"{}\"}}}}}}}}",
        subjects.join(","),
        text(&request.dockerfile_name),
        args.join(","),
        start.rfc3339(),
        end.rfc3339()
    );
    let statement = statement.into_bytes();
    let config = format!(
        "{{\"architecture\":\"unknown\",\"os\":\"unknown\",\"config\":{{}},\"rootfs\":{{\"type\":\"layers\",\
         \"diff_ids\":[\"{}\"]}}}}",
        sha256(&statement)
    );
    let config = config.into_bytes();
    let mut layer = Descriptor::of(IN_TOTO, &statement);
    layer.annotations.insert("in-toto.io/predicate-type".to_owned(), PREDICATE.to_owned());
    let manifest = Manifest::new(Descriptor::of(media_type::CONFIG, &config), vec![layer]);
    Attestation { manifest: manifest.to_json() }
}
