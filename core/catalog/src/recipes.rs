//! Images of the hub that are built here, as anybody would build them: from a Dockerfile on a base.

/// How an image is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipe {
    /// Its repository, such as `node`.
    pub repository: &'static str,
    /// Its tags.
    pub tags: &'static [&'static str],
    /// The build context, by path, with the permission bits.
    pub files: &'static [(&'static str, u32, &'static str)],
}

/// The recipes, one row each.
pub const RECIPES: &[Recipe] = &[
    Recipe {
        repository: "nginx",
        tags: &["alpine", "1.26-alpine", "stable-alpine"],
        files: &[
            ("Dockerfile", 0o644, include_str!("../recipes/nginx/Dockerfile")),
            ("default.conf", 0o644, include_str!("../recipes/nginx/default.conf")),
            ("index.html", 0o644, include_str!("../recipes/nginx/index.html")),
            ("nginx.conf", 0o644, include_str!("../recipes/nginx/nginx.conf")),
        ],
    },
    Recipe {
        repository: "node",
        tags: &["20-alpine", "20-alpine3.20"],
        files: &[
            ("Dockerfile", 0o644, include_str!("../recipes/node/Dockerfile")),
            ("docker-entrypoint.sh", 0o755, include_str!("../recipes/node/docker-entrypoint.sh")),
        ],
    },
    Recipe {
        repository: "redis",
        tags: &["7-alpine", "alpine"],
        files: &[
            ("Dockerfile", 0o644, include_str!("../recipes/redis/Dockerfile")),
            ("docker-entrypoint.sh", 0o755, include_str!("../recipes/redis/docker-entrypoint.sh")),
        ],
    },
];
