use super::print;

/// Prints the JSON Schema of lesson.yaml.
pub(super) fn run() -> Result<bool, String> {
    let schema = serde_json::to_string_pretty(&lessons::schema()).map_err(|error| error.to_string())?;
    print(&(schema + "\n"));
    Ok(true)
}
