//! The shell's budgets. Each is far above what scripts need and low enough that a hostile one ends in an error.

/// How deep compound commands, substitutions and expansions may nest in the input. The parser recurses on the
/// host's stack, which a browser tab keeps at one megabyte.
pub const MAX_NESTING: usize = 150;

/// How deep function calls, `eval` and `.` may nest. They live on the shell's own heap stack.
pub const MAX_CALL_DEPTH: usize = 12_000;

/// How deep parentheses, unary operators and variables that name expressions may nest in arithmetic.
pub const MAX_ARITHMETIC_DEPTH: usize = 100;

/// How many alias texts one command may be made of.
pub const MAX_ALIAS_TEXTS: usize = 10_000;

/// The longest value that one expansion may build, in bytes.
pub const MAX_EXPANSION: usize = 16 << 20;

/// The most words that one command may have.
pub const MAX_WORDS: usize = 1_000_000;
