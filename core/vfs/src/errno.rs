use std::fmt;

macro_rules! errnos {
    ($($name:ident $code:literal $text:literal;)*) => {
        /// A Linux error number (x86-64 values). `Display` gives the text of musl's `strerror`, as Alpine prints it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Errno {
            $(#[doc = $text] $name = $code,)*
        }

        impl Errno {
            /// Every error number known here, ascending.
            pub const ALL: &[Errno] = &[$(Errno::$name),*];

            /// The symbolic name, e.g. `ENOENT`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Errno::$name => stringify!($name),)*
                }
            }

            /// The text of musl's `strerror`.
            pub const fn text(self) -> &'static str {
                match self {
                    $(Errno::$name => $text,)*
                }
            }
        }
    };
}

// Recorded from musl 1.2.5 (Alpine 3.20), in the kernel's order.
errnos! {
    EPERM 1 "Operation not permitted";
    ENOENT 2 "No such file or directory";
    ESRCH 3 "No such process";
    EINTR 4 "Interrupted system call";
    EIO 5 "I/O error";
    ENXIO 6 "No such device or address";
    E2BIG 7 "Argument list too long";
    ENOEXEC 8 "Exec format error";
    EBADF 9 "Bad file descriptor";
    ECHILD 10 "No child process";
    EAGAIN 11 "Resource temporarily unavailable";
    ENOMEM 12 "Out of memory";
    EACCES 13 "Permission denied";
    EFAULT 14 "Bad address";
    ENOTBLK 15 "Block device required";
    EBUSY 16 "Resource busy";
    EEXIST 17 "File exists";
    EXDEV 18 "Cross-device link";
    ENODEV 19 "No such device";
    ENOTDIR 20 "Not a directory";
    EISDIR 21 "Is a directory";
    EINVAL 22 "Invalid argument";
    ENFILE 23 "Too many open files in system";
    EMFILE 24 "No file descriptors available";
    ENOTTY 25 "Not a tty";
    ETXTBSY 26 "Text file busy";
    EFBIG 27 "File too large";
    ENOSPC 28 "No space left on device";
    ESPIPE 29 "Invalid seek";
    EROFS 30 "Read-only file system";
    EMLINK 31 "Too many links";
    EPIPE 32 "Broken pipe";
    EDOM 33 "Domain error";
    ERANGE 34 "Result not representable";
    EDEADLK 35 "Resource deadlock would occur";
    ENAMETOOLONG 36 "Filename too long";
    ENOLCK 37 "No locks available";
    ENOSYS 38 "Function not implemented";
    ENOTEMPTY 39 "Directory not empty";
    ELOOP 40 "Symbolic link loop";
    ENOMSG 42 "No message of desired type";
    EIDRM 43 "Identifier removed";
    ENOSTR 60 "Device not a stream";
    ENODATA 61 "No data available";
    ETIME 62 "Device timeout";
    ENOSR 63 "Out of streams resources";
    ENOLINK 67 "Link has been severed";
    EPROTO 71 "Protocol error";
    EMULTIHOP 72 "Multihop attempted";
    EBADMSG 74 "Bad message";
    EOVERFLOW 75 "Value too large for data type";
    EBADFD 77 "File descriptor in bad state";
    EILSEQ 84 "Illegal byte sequence";
    ENOTSOCK 88 "Not a socket";
    EDESTADDRREQ 89 "Destination address required";
    EMSGSIZE 90 "Message too large";
    EPROTOTYPE 91 "Protocol wrong type for socket";
    ENOPROTOOPT 92 "Protocol not available";
    EPROTONOSUPPORT 93 "Protocol not supported";
    ESOCKTNOSUPPORT 94 "Socket type not supported";
    ENOTSUP 95 "Not supported";
    EPFNOSUPPORT 96 "Protocol family not supported";
    EAFNOSUPPORT 97 "Address family not supported by protocol";
    EADDRINUSE 98 "Address in use";
    EADDRNOTAVAIL 99 "Address not available";
    ENETDOWN 100 "Network is down";
    ENETUNREACH 101 "Network unreachable";
    ENETRESET 102 "Connection reset by network";
    ECONNABORTED 103 "Connection aborted";
    ECONNRESET 104 "Connection reset by peer";
    ENOBUFS 105 "No buffer space available";
    EISCONN 106 "Socket is connected";
    ENOTCONN 107 "Socket not connected";
    ESHUTDOWN 108 "Cannot send after socket shutdown";
    ETIMEDOUT 110 "Operation timed out";
    ECONNREFUSED 111 "Connection refused";
    EHOSTDOWN 112 "Host is down";
    EHOSTUNREACH 113 "Host is unreachable";
    EALREADY 114 "Operation already in progress";
    EINPROGRESS 115 "Operation in progress";
    ESTALE 116 "Stale file handle";
    EUCLEAN 117 "No error information";
    EREMOTEIO 121 "Remote I/O error";
    EDQUOT 122 "Quota exceeded";
    ENOMEDIUM 123 "No medium found";
    EMEDIUMTYPE 124 "Wrong medium type";
    ECANCELED 125 "Operation canceled";
    ENOKEY 126 "Required key not available";
    EKEYEXPIRED 127 "Key has expired";
    EKEYREVOKED 128 "Key has been revoked";
    EKEYREJECTED 129 "Key was rejected by service";
    EOWNERDEAD 130 "Previous owner died";
    ENOTRECOVERABLE 131 "State not recoverable";
}

impl Errno {
    /// Linux gives `EWOULDBLOCK` the number of `EAGAIN`.
    pub const EWOULDBLOCK: Errno = Errno::EAGAIN;
    /// Linux gives `EOPNOTSUPP` the number of `ENOTSUP`.
    pub const EOPNOTSUPP: Errno = Errno::ENOTSUP;

    /// The number.
    pub const fn code(self) -> i32 {
        self as i32
    }

    /// The error with this number, if it is one known here.
    pub fn from_code(code: i32) -> Option<Errno> {
        Errno::ALL.iter().copied().find(|errno| errno.code() == code)
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text())
    }
}

impl std::error::Error for Errno {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_numbers_and_texts_are_those_of_linux_and_musl() {
        let shown = |code| Errno::from_code(code).map(|errno| (errno.name(), errno.to_string()));
        assert_eq!(shown(2), Some(("ENOENT", "No such file or directory".to_owned())));
        assert_eq!(shown(5), Some(("EIO", "I/O error".to_owned())));
        assert_eq!(shown(24), Some(("EMFILE", "No file descriptors available".to_owned())));
        assert_eq!(shown(40), Some(("ELOOP", "Symbolic link loop".to_owned())));
        assert_eq!(shown(95), Some(("ENOTSUP", "Not supported".to_owned())));
        assert_eq!(shown(41), None);
    }
}
