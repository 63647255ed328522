//! The releases of which there are facts, and where the facts of each are.

/// Where the facts of a release are, and what cannot be read from them.
pub(crate) struct Release {
    /// As in the URL of its repositories.
    pub(crate) name: &'static str,
    /// The version of its base image.
    pub(crate) image: &'static str,
    /// When that was made, in seconds since 1970.
    pub(crate) created: u64,
    /// The files of its base image, without `.tree.tsv` and `.installed`.
    pub(crate) base: &'static str,
    /// The release whose texts (`/etc/passwd` and the like) stand in for unknown ones.
    pub(crate) texts_of: (&'static str, &'static str),
    /// The release whose scripts, triggers and paths stand in for unknown ones.
    pub(crate) extras_of: &'static str,
    /// The world of the base image, where it is not that of `texts_of`.
    pub(crate) world: Option<&'static str>,
    /// Whether there is a `community` index.
    pub(crate) community: bool,
    /// What the indexes say of themselves.
    pub(crate) descriptions: [&'static str; 2],
    /// The base image is newer than the index: its packages get the versions of the index.
    pub(crate) newer_than_index: bool,
}

/// The world since 3.21.
const WORLD: &str = "alpine-baselayout\nalpine-keys\nalpine-release\napk-tools\nbusybox\nlibc-utils\n";

/// All of them.
pub(crate) const RELEASES: &[Release] = &[
    Release {
        name: "v3.18",
        image: "3.18.9",
        created: 1_725_661_207,
        base: "base-3.18.9",
        texts_of: ("v3.18", "base-3.18.9"),
        extras_of: "v3.18",
        world: None,
        community: true,
        descriptions: ["v3.18.5-143", "v3.18.5-142"],
        newer_than_index: true,
    },
    Release {
        name: "v3.19",
        image: "3.19.4",
        created: 1_725_661_207,
        base: "base-3.19.4",
        texts_of: ("v3.19", "base-3.19.4"),
        extras_of: "v3.20",
        world: None,
        community: false,
        descriptions: ["v3.19.0-327", ""],
        newer_than_index: true,
    },
    Release {
        name: "v3.20",
        image: "3.20.3",
        created: 1_725_661_207,
        base: "base-3.20.3",
        texts_of: ("v3.20", "base-3.20.3"),
        extras_of: "v3.20",
        world: None,
        community: true,
        descriptions: ["v3.20.3-38-g5b99a0b2f22", "v3.20.3-38-g5b99a0b2f22"],
        newer_than_index: false,
    },
    Release {
        name: "v3.21",
        image: "3.21.2",
        created: 1_736_334_000,
        base: "base-3.21.2",
        texts_of: ("v3.20", "base-3.20.3"),
        extras_of: "v3.20",
        world: Some(WORLD),
        community: false,
        descriptions: ["v3.21.3-659", ""],
        newer_than_index: false,
    },
    Release {
        name: "v3.22",
        image: "3.22.2",
        created: 1_759_916_000,
        base: "base-3.22.2.derived",
        texts_of: ("v3.20", "base-3.20.3"),
        extras_of: "v3.22",
        world: Some(WORLD),
        community: true,
        descriptions: ["v3.22.2-206-ge2cfd1f9853", "v3.22.2-206-ge2cfd1f9853"],
        newer_than_index: false,
    },
];
