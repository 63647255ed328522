/// Where `getopts` stands within a group of option letters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct GetoptsState {
    /// Offset in the current argument; none before its first letter.
    pub(crate) offset: Option<usize>,
}
