use std::{env, path::PathBuf};

use etcetera::BaseStrategy;

/// Where the world lies: `GLASSHULL_HOME`, or a folder among the user's state.
pub(crate) fn home() -> Result<PathBuf, String> {
    if let Some(home) = env::var_os("GLASSHULL_HOME").filter(|home| !home.is_empty()) {
        return Ok(PathBuf::from(home));
    }
    let places = etcetera::choose_base_strategy()
        .map_err(|_| "no home directory is known: set GLASSHULL_HOME to a folder".to_owned())?;
    Ok(places.state_dir().unwrap_or_else(|| places.data_dir()).join("glasshull"))
}
