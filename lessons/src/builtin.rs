/// A lesson that comes with the program.
#[derive(Clone, Copy, Debug)]
pub struct Builtin {
    /// Its id.
    pub id: &'static str,
    /// `lesson.yaml`.
    pub yaml: &'static str,
    /// `content.en.md`.
    pub content: &'static str,
    /// The files that a learner starts with, and a solution: name and text.
    pub start: &'static [(&'static str, &'static str)],
    /// The files of a solution.
    pub solution: &'static [(&'static str, &'static str)],
}

/// All lessons that come with the program, one row each.
pub const BUILTIN: &[Builtin] = &[Builtin {
    id: "redis-on-alpine",
    yaml: include_str!("../content/redis-on-alpine/lesson.yaml"),
    content: include_str!("../content/redis-on-alpine/content.en.md"),
    start: &[("Dockerfile", include_str!("../content/redis-on-alpine/files/Dockerfile"))],
    solution: &[("Dockerfile", include_str!("../content/redis-on-alpine/solution/Dockerfile"))],
}];

/// The lesson of an id.
pub fn builtin(id: &str) -> Option<&'static Builtin> {
    BUILTIN.iter().find(|lesson| lesson.id == id)
}
