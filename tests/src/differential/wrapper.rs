use std::{
    fs, io,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
};

/// Makes `bin/docker` and `bin/buildx`: the program under those names, with the `--network none` that every recorded build had and no
/// recorded command shows.
///
/// # Errors
/// What the file system gives.
pub fn install(program: &Path, bin: &Path) -> io::Result<()> {
    let real = bin.join("real");
    fs::create_dir_all(&real)?;
    symlink(program, real.join("docker"))?;
    let wrapper = bin.join("docker");
    let real = real.join("docker");
    let real = real.display();
    let script = format!(
        "#!/bin/sh\ncase $1 in build) shift; exec '{real}' build --network none \"$@\";; esac\nexec '{real}' \"$@\"\n"
    );
    executable(&wrapper, &script)?;
    let script = format!(
        "#!/bin/sh\ncase $1 in build) shift; exec '{real}' buildx build --network none \"$@\";; esac\nexec '{real}' buildx \"$@\"\n"
    );
    executable(&bin.join("buildx"), &script)
}

fn executable(path: &Path, script: &str) -> io::Result<()> {
    fs::write(path, script)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}
