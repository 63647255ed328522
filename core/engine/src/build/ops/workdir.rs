use bstr::ByteSlice;
use dockerfile::instruction::Workdir;

use crate::build::settings::Settings;
use crate::paths;

/// WORKDIR: relative paths go on from the last one; an absolute one stays as it is typed.
pub(in crate::build) fn apply(settings: &mut Settings, workdir: &Workdir) -> Result<String, String> {
    let config = &mut settings.config;
    if workdir.path.is_empty() {
        return Err("cannot normalize nothing".to_owned());
    }
    config.working_dir = if workdir.path.starts_with('/') {
        workdir.path.clone()
    } else {
        let parts: [&[u8]; 3] = [b"/", config.working_dir.as_bytes(), workdir.path.as_bytes()];
        paths::join(&parts).to_str_lossy().into_owned()
    };
    Ok(format!("WORKDIR {}", config.working_dir))
}
