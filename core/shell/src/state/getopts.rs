/// Where `getopts` stands. `OPTIND` shows it and can set it, but is not where it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GetoptsState {
    /// The number of the next word, from 1 up.
    pub(crate) index: usize,
    /// Offset in the word before; none before its first letter.
    pub(crate) offset: Option<usize>,
}

impl Default for GetoptsState {
    fn default() -> GetoptsState {
        GetoptsState { index: 1, offset: None }
    }
}
