//! `docker network`.

use api::{ConnectRequest, NetworkRequest, NetworkSummary};
use serde_json::{Map, Value, json};

use super::BASE;
use crate::{
    Command,
    command::{ArgRule, Call},
    failure::Failure,
    flags::{list, switch, text},
    listing::Listing,
};

pub(crate) const CREATE: Command = Command {
    names: &["network create"],
    usage: "[OPTIONS] NETWORK",
    summary: "Create a network",
    args: ArgRule::Exactly(1),
    flags: &[
        text("driver", Some('d'), "Network driver: bridge"),
        text("gateway", None, "Address of the bridge"),
        switch("internal", None, "Leave no way out"),
        list("label", None, "Set a label"),
        text("subnet", None, "Range of its addresses (10.1.0.0/16)"),
        switch("attachable", None, "Not simulated"),
        text("ip-range", None, "Not simulated"),
        switch("ipv6", None, "Not simulated"),
        list("opt", Some('o'), "Not simulated"),
        list("aux-address", None, "Not simulated"),
        text("config-from", None, "Not simulated"),
        switch("config-only", None, "Not simulated"),
        switch("ingress", None, "Not simulated"),
        text("ipam-driver", None, "Not simulated"),
        list("ipam-opt", None, "Not simulated"),
        text("scope", None, "Not simulated"),
    ],
    run: create,
    ..BASE
};

pub(crate) const LS: Command = Command {
    names: &["network ls", "network list"],
    usage: "[OPTIONS]",
    summary: "List networks",
    flags: &[
        list("filter", Some('f'), "Keep only what meets a condition (driver=, name=, id=, label=, type=)"),
        text("format", None, "Print each row by a Go template"),
        switch("no-trunc", None, "Do not shorten ids"),
        switch("quiet", Some('q'), "Print ids only"),
    ],
    run: ls,
    ..BASE
};

pub(crate) const INSPECT: Command = Command {
    names: &["network inspect"],
    usage: "[OPTIONS] NETWORK [NETWORK...]",
    summary: "Show all that is known of networks",
    args: ArgRule::AtLeast(1),
    flags: &[
        text("format", Some('f'), "Print by a Go template"),
        switch("verbose", Some('v'), "Show what a swarm knows: there is none"),
    ],
    run: |call| super::inspect::run(call, super::inspect::Kind::Network),
    ..BASE
};

pub(crate) const RM: Command = Command {
    names: &["network rm", "network remove"],
    usage: "NETWORK [NETWORK...]",
    summary: "Remove one or more networks",
    args: ArgRule::AtLeast(1),
    run: |call| {
        call.for_each_argument(|call, name| {
            call.backend.remove_network(name).map_err(|error| match error.kind {
                api::ErrorKind::NotFound => Failure::client(format!("Error: No such network: {name}")),
                _ => error.into(),
            })?;
            call.print(format!("{name}\n"));
            Ok(())
        })
    },
    ..BASE
};

pub(crate) const PRUNE: Command = Command {
    names: &["network prune"],
    usage: "[OPTIONS]",
    summary: "Remove all unused networks",
    flags: &[
        list("filter", None, "Keep what does not meet a condition (label=)"),
        switch("force", Some('f'), "Do not ask"),
    ],
    run: prune,
    ..BASE
};

pub(crate) const CONNECT: Command = Command {
    names: &["network connect"],
    usage: "[OPTIONS] NETWORK CONTAINER",
    summary: "Connect a container to a network",
    args: ArgRule::Exactly(2),
    flags: &[
        list("alias", None, "A further name on that network"),
        text("ip", None, "The address it gets"),
        list("driver-opt", None, "Not simulated"),
        text("ip6", None, "Not simulated"),
        list("link", None, "Not simulated"),
        list("link-local-ip", None, "Not simulated"),
    ],
    run: connect,
    ..BASE
};

pub(crate) const DISCONNECT: Command = Command {
    names: &["network disconnect"],
    usage: "[OPTIONS] NETWORK CONTAINER",
    summary: "Disconnect a container from a network",
    args: ArgRule::Exactly(2),
    flags: &[switch("force", Some('f'), "Disconnect it whatever it does")],
    run: |call| {
        let (network, container) = (call.args()[0].clone(), call.args()[1].clone());
        call.backend.disconnect_network(&network, &container)?;
        Ok(0)
    },
    ..BASE
};

fn create(call: &mut Call<'_>) -> Result<u8, Failure> {
    call.refuse(&[
        "attachable",
        "aux-address",
        "config-from",
        "config-only",
        "ingress",
        "ip-range",
        "ipam-driver",
        "ipam-opt",
        "ipv6",
        "opt",
        "scope",
    ])?;
    let text = |long: &str| call.matches.text(long).unwrap_or_default().to_owned();
    let request = NetworkRequest {
        name: call.args()[0].clone(),
        driver: text("driver"),
        subnet: text("subnet"),
        gateway: text("gateway"),
        labels: super::create::labels(call.matches.list("label")),
        internal: call.switch("internal"),
    };
    // Docker's client looks at the gateway itself.
    let id = call.backend.create_network(&request).map_err(|error| match &error.message {
        message if message.starts_with("no matching subnet") => Failure::client(message.clone()),
        _ => error.into(),
    })?;
    call.print(format!("{id}\n"));
    Ok(0)
}

fn connect(call: &mut Call<'_>) -> Result<u8, Failure> {
    call.refuse(&["driver-opt", "ip6", "link", "link-local-ip"])?;
    let request = ConnectRequest {
        network: call.args()[0].clone(),
        container: call.args()[1].clone(),
        aliases: call.matches.list("alias").to_vec(),
        ip: call.matches.text("ip").unwrap_or_default().to_owned(),
    };
    call.backend.connect_network(&request)?;
    Ok(0)
}

const LISTING: Listing = Listing {
    headers: &[
        ("ID", "NETWORK ID"),
        ("Name", "NAME"),
        ("Driver", "DRIVER"),
        ("Scope", "SCOPE"),
        ("IPv6", "IPV6"),
        ("Internal", "INTERNAL"),
        ("Labels", "LABELS"),
        ("CreatedAt", "CREATED AT"),
    ],
    default: "{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}",
    raw: "network_id: {{.ID}}\nname: {{.Name}}\ndriver: {{.Driver}}\nscope: {{.Scope}}\n",
    type_name: "*network.networkContext",
};

fn ls(call: &mut Call<'_>) -> Result<u8, Failure> {
    let mut networks = call.backend.networks()?;
    let filters = super::images::filters(call.matches.list("filter"))?;
    // Conditions of one kind are alternatives, those of several kinds must all hold.
    let keys: std::collections::BTreeSet<&String> = filters.iter().map(|(key, _)| key).collect();
    for key in keys {
        let values = filters.iter().filter(|(other, _)| other == key);
        let keeps = values.map(|(_, value)| filter(key, value)).collect::<Result<Vec<_>, _>>()?;
        networks.retain(|network| keeps.iter().any(|keep| keep(network)));
    }
    let whole = call.switch("no-trunc");
    let rows: Vec<Value> = networks.iter().map(|network| row(network, whole)).collect();
    let format = call.matches.text("format");
    let text = match call.switch("quiet") {
        true => LISTING.show_quiet(format, "ID", "network_id: ", &rows)?,
        false => LISTING.show(format, &rows)?,
    };
    call.print(text);
    Ok(0)
}

fn row(network: &NetworkSummary, whole: bool) -> Value {
    let labels: Vec<String> = network.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    json!({
        "ID": if whole { network.id.to_string() } else { network.id.short() },
        "Name": network.name, "Driver": network.driver, "Scope": "local", "IPv6": "false",
        "Internal": network.internal.to_string(), "Labels": labels.join(","),
        "CreatedAt": super::version::local_time(network.created),
    })
}

type Keep = Box<dyn Fn(&NetworkSummary) -> bool>;

fn filter(key: &str, value: &str) -> Result<Keep, Failure> {
    let wanted = value.to_owned();
    let daemon = |text: String| Err(Failure::client(format!("Error response from daemon: {text}")));
    Ok(match (key, value) {
        ("driver", _) => Box::new(move |network| network.driver == wanted),
        ("name", _) => Box::new(move |network| network.name.contains(&wanted)),
        ("id", _) => Box::new(move |network| network.id.to_string().starts_with(&wanted)),
        ("scope", _) => Box::new(move |_| wanted == "local"),
        ("type", "custom") => Box::new(|network| !network.predefined),
        ("type", "builtin") => Box::new(|network| network.predefined),
        ("type", _) => return daemon(format!("invalid filter: 'type'='{value}'")),
        ("dangling", "true" | "1") => Box::new(|network| !network.predefined && network.endpoints.is_empty()),
        ("dangling", "false" | "0") => {
            Box::new(|network| network.predefined || !network.endpoints.is_empty())
        }
        ("label", _) => Box::new(move |network| has_label(network, &wanted)),
        _ => return daemon(format!("Invalid filter '{key}'")),
    })
}

fn has_label(network: &NetworkSummary, wanted: &str) -> bool {
    network.labels.iter().any(|(key, value)| key == wanted || format!("{key}={value}") == wanted)
}

const WARNING: &str = "WARNING! This will remove all custom networks not used by at least one container.\n\
                       Are you sure you want to continue? [y/N] ";

fn prune(call: &mut Call<'_>) -> Result<u8, Failure> {
    let conditions = super::conditions::Conditions::of(call, &["label", "label!", "until"])?;
    if !call.switch("force") && !call.agrees(WARNING)? {
        return Ok(0);
    }
    let keep = |network: &NetworkSummary| conditions.spare(&network.labels, network.created);
    let removed = call.backend.prune_networks(&keep)?;
    if !removed.is_empty() {
        call.print(format!("Deleted Networks:\n{}\n\n", removed.join("\n")));
    }
    Ok(0)
}

/// One network as `inspect` shows it.
pub(super) fn value(network: &NetworkSummary) -> Value {
    let map = |pairs: &[(String, String)]| {
        pairs.iter().map(|(key, value)| (key.clone(), Value::from(value.clone()))).collect::<Map<_, _>>()
    };
    let config = match network.subnet.is_empty() {
        true => json!([]),
        false => json!([{ "Subnet": network.subnet, "Gateway": network.gateway }]),
    };
    let containers: Map<String, Value> = network
        .endpoints
        .iter()
        .filter_map(|endpoint| {
            let address = match endpoint.address.is_empty() {
                true => String::new(),
                false => format!("{}/{}", endpoint.address, endpoint.prefix),
            };
            let value = json!({
                "Name": endpoint.container_name,
                "EndpointID": endpoint.id.map(|id| id.to_string()).unwrap_or_default(),
                "MacAddress": endpoint.mac,
                "IPv4Address": address,
                "IPv6Address": "",
            });
            Some((endpoint.container?.to_string(), value))
        })
        .collect();
    let options = match network.name.as_str() {
        "bridge" => json!({
            "com.docker.network.bridge.default_bridge": "true",
            "com.docker.network.bridge.enable_icc": "true",
            "com.docker.network.bridge.enable_ip_masquerade": "true",
            "com.docker.network.bridge.host_binding_ipv4": "0.0.0.0",
            "com.docker.network.bridge.name": "docker0",
            "com.docker.network.driver.mtu": "1500",
        }),
        _ => json!({}),
    };
    json!({
        "Name": network.name,
        "Id": network.id.to_string(),
        "Created": network.created.rfc3339(),
        "Scope": "local",
        "Driver": network.driver,
        "EnableIPv6": false,
        "IPAM": {
            "Driver": "default",
            "Options": if network.predefined { Value::Null } else { json!({}) },
            "Config": config,
        },
        "Internal": network.internal,
        "Attachable": false,
        "Ingress": false,
        "ConfigFrom": { "Network": "" },
        "ConfigOnly": false,
        "Containers": containers,
        "Options": options,
        "Labels": map(&network.labels),
    })
}
