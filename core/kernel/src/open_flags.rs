use std::ops::{BitOr, BitOrAssign};

/// The flags of `open(2)`, without their `O_`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenFlags(u32);

impl OpenFlags {
    /// Read only.
    pub const RDONLY: OpenFlags = OpenFlags(1);
    /// Write only.
    pub const WRONLY: OpenFlags = OpenFlags(2);
    /// Read and write.
    pub const RDWR: OpenFlags = OpenFlags(3);
    /// Create the file when it is missing.
    pub const CREAT: OpenFlags = OpenFlags(4);
    /// With `CREAT`: fail when it exists.
    pub const EXCL: OpenFlags = OpenFlags(8);
    /// Cut a regular file to nothing.
    pub const TRUNC: OpenFlags = OpenFlags(16);
    /// Every write goes to the end.
    pub const APPEND: OpenFlags = OpenFlags(32);
    /// Never wait.
    pub const NONBLOCK: OpenFlags = OpenFlags(64);
    /// Closed by exec.
    pub const CLOEXEC: OpenFlags = OpenFlags(128);
    /// Fail unless it is a directory.
    pub const DIRECTORY: OpenFlags = OpenFlags(256);
    /// Fail when the last component is a symbolic link.
    pub const NOFOLLOW: OpenFlags = OpenFlags(512);
    /// What `> file` uses: write only, created, cut.
    pub const OUTPUT: OpenFlags = OpenFlags(2 | 4 | 16);
    /// What `>> file` uses: write only, created, appending.
    pub const APPENDING: OpenFlags = OpenFlags(2 | 4 | 32);

    /// Whether all of `other`'s bits are set.
    pub const fn contains(self, other: OpenFlags) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether reading is asked for.
    pub const fn readable(self) -> bool {
        self.contains(OpenFlags::RDONLY)
    }

    /// Whether writing is asked for.
    pub const fn writable(self) -> bool {
        self.contains(OpenFlags::WRONLY)
    }

    /// The flags without those of `other`.
    pub const fn without(self, other: OpenFlags) -> OpenFlags {
        OpenFlags(self.0 & !other.0)
    }
}

impl BitOr for OpenFlags {
    type Output = OpenFlags;
    fn bitor(self, other: OpenFlags) -> OpenFlags {
        OpenFlags(self.0 | other.0)
    }
}

impl BitOrAssign for OpenFlags {
    fn bitor_assign(&mut self, other: OpenFlags) {
        self.0 |= other.0;
    }
}
