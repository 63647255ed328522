//! `RUN --device`.

use super::csv;
use super::number::go_bool;
use crate::{Case, with_suggestion};

/// A device the command asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// Its CDI name.
    pub name: String,
    /// Whether the build fails without it.
    pub required: bool,
}

pub(super) fn parse(text: &str) -> Result<Device, String> {
    let fields = csv::fields(text).map_err(|error| format!("failed to parse csv devices: {error}"))?;
    let mut device = Device::default();
    for field in &fields {
        let (key, value) = match field.split_once('=') {
            Some((key, value)) => (key.to_lowercase(), Some(value)),
            None => (field.to_lowercase(), None),
        };
        match (key.as_str(), value) {
            ("required", None) => device.required = true,
            ("required", Some(value)) => {
                device.required =
                    go_bool(value).ok_or_else(|| format!("invalid value for {key}: {value}"))?;
            }
            ("name", Some(value)) => {
                if !device.name.is_empty() {
                    return Err(format!("device name already set to {}", device.name));
                }
                device.name = value.to_owned();
            }
            _ if device.name.is_empty() => device.name = field.clone(),
            (_, None) => return Err(format!("invalid field '{field}' must be a key=value pair")),
            (_, Some(_)) => {
                let message = format!("unexpected key '{key}' in '{field}'");
                return Err(with_suggestion(message, &key, ["name", "required"], Case::Sensitive));
            }
        }
    }
    Ok(device)
}
