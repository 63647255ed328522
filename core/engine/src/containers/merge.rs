use std::collections::BTreeSet;

use oci::{ContainerConfig, HealthConfig};

/// Fills what a container's configuration leaves open from its image's, as docker does at creation. Labels become a
/// map even when there are none, which shows in image configurations.
pub(crate) fn merge(config: &mut ContainerConfig, image: &ContainerConfig) {
    fill(&mut config.user, &image.user);
    fill(&mut config.working_dir, &image.working_dir);
    fill(&mut config.stop_signal, &image.stop_signal);
    config.exposed_ports.extend(image.exposed_ports.iter().cloned());
    merge_env(config, image);
    let labels = config.labels.get_or_insert_default();
    for (key, value) in image.labels.iter().flatten() {
        labels.entry(key.clone()).or_insert_with(|| value.clone());
    }
    if config.entrypoint.as_ref().is_none_or(Vec::is_empty) {
        if config.cmd.as_ref().is_none_or(Vec::is_empty) {
            config.cmd.clone_from(&image.cmd);
            config.args_escaped = image.args_escaped;
        }
        if config.entrypoint.is_none() {
            config.entrypoint.clone_from(&image.entrypoint);
        }
    }
    if let Some(image) = &image.healthcheck {
        merge_healthcheck(&mut config.healthcheck, image);
    }
    match &mut config.volumes {
        Some(volumes) if !volumes.is_empty() => volumes.extend(image.volumes.iter().flatten().cloned()),
        volumes => volumes.clone_from(&image.volumes),
    }
}

fn fill(value: &mut String, default: &str) {
    if value.is_empty() {
        default.clone_into(value);
    }
}

/// The image's variables that the container does not set go to the end.
fn merge_env(config: &mut ContainerConfig, image: &ContainerConfig) {
    let name = |entry: &str| entry.split_once('=').map_or(entry, |pair| pair.0).to_owned();
    let set: BTreeSet<String> = config.env.iter().map(|entry| name(entry)).collect();
    let missing = image.env.iter().filter(|entry| !set.contains(&name(entry))).cloned();
    config.env.extend(missing);
}

fn merge_healthcheck(config: &mut Option<HealthConfig>, image: &HealthConfig) {
    let Some(own) = config else {
        *config = Some(image.clone());
        return;
    };
    if own.test.is_empty() {
        own.test.clone_from(&image.test);
    }
    for (own, image) in [
        (&mut own.interval, image.interval),
        (&mut own.timeout, image.timeout),
        (&mut own.start_period, image.start_period),
        (&mut own.retries, image.retries),
    ] {
        if *own == 0 {
            *own = image;
        }
    }
}
