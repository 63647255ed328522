//! The named commands of the project.

fn main() {}
