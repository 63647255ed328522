//! The native front end of Glasshull.

fn main() {}
