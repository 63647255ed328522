use serde_json::json;

use super::*;

/// What Docker's client 20.10.24 answered to `docker inspect -f TEMPLATE` for the container of [`inspect`].
const INSPECTED: &str = include_str!("inspected.txt");

fn inspect(template: &str) -> String {
    let data = json!({
        "Id": "4b07f85657c8", "Created": "2026-11-23T23:29:39.668292535Z", "Args": ["100"], "Name": "/c1",
        "State": {
            "Status": "created", "Running": false, "Paused": false, "Restarting": false, "OOMKilled": false,
            "Dead": false, "Pid": 0, "ExitCode": 0, "Error": "", "StartedAt": "0001-01-01T00:00:00Z",
            "FinishedAt": "0001-01-01T00:00:00Z",
        },
        "HostConfig": {
            "Binds": null, "LogConfig": { "Type": "json-file", "Config": {} }, "PortBindings": {}, "Memory": 0,
            "RestartPolicy": { "Name": "no", "MaximumRetryCount": 0 }, "ShmSize": 67_108_864,
        },
        "Mounts": [],
        "Config": {
            "Hostname": "4b07f85657c8", "Domainname": "", "User": "", "AttachStdin": false, "AttachStdout": true,
            "AttachStderr": true, "Tty": false, "OpenStdin": false, "StdinOnce": false, "Env": ["A=1"],
            "Cmd": ["sleep", "100"], "Image": "alpine:3.20", "Volumes": null, "WorkingDir": "",
            "Entrypoint": null, "OnBuild": null, "Labels": {},
        },
        "NetworkSettings": {
            "Ports": {},
            "Networks": { "bridge": { "IPAddress": "172.17.0.2" } },
        },
    });
    shown(Template::parse(template).and_then(|parsed| parsed.execute(&data, Data::Inspected)))
}

fn row(template: &str) -> String {
    let data = json!({ "ID": "abc", "Names": "c1", "Labels": "a=1,b=2" });
    let done = Template::parse(template);
    shown(done.and_then(|parsed| parsed.execute(&data, Data::Row("*formatter.ContainerContext"))))
}

fn shown(done: Result<String, TemplateError>) -> String {
    done.unwrap_or_else(|error| format!("! {error}"))
}

#[test]
fn templates_answer_as_in_docker() {
    let mut cases = INSPECTED.split("\n$ ").peekable();
    let mut count = 0;
    let mut wrong = String::new();
    for case in cases.by_ref() {
        let case = case.strip_prefix("$ ").unwrap_or(case);
        let (template, expected) = case.split_once('\n').unwrap_or((case, ""));
        let got = inspect(template);
        if got.trim_end_matches('\n') != expected.trim_end_matches('\n') {
            wrong += &format!("$ {template}\n- {expected}\n+ {got}\n");
        }
        count += 1;
    }
    assert_eq!(wrong, "");
    assert!(count > 100, "only {count} cases");
}

#[test]
fn rows_are_structs_with_methods() {
    assert_eq!(row("{{.ID}} {{.Names}} {{.Label \"b\"}} {{.Label \"z\"}}"), "abc c1 2 ");
    assert_eq!(
        row("{{.Nope}}"),
        "! template: :1:2: executing \"\" at <.Nope>: can't evaluate field Nope in type *formatter.ContainerContext"
    );
    assert_eq!(
        row("{{.Names 3}}"),
        "! template: :1:2: executing \"\" at <.Names>: wrong number of args for Names: want 0 got 1"
    );
    assert_eq!(
        row("{{.Label}}"),
        "! template: :1:2: executing \"\" at <.Label>: wrong number of args for Label: want 1 got 0"
    );
    assert_eq!(
        row("{{.Names.Foo}}"),
        "! template: :1:8: executing \"\" at <.Names.Foo>: can't evaluate field Foo in type string"
    );
}

#[test]
fn the_limits_are_named() {
    assert_eq!(
        inspect(&"{{if .Id}}".repeat(100)),
        "! template: :1: glasshull: more than 64 blocks and parentheses in one another"
    );
    assert_eq!(
        inspect(&format!("{{{{{}1{}}}}}", "(".repeat(100), ")".repeat(100))),
        "! template: :1: glasshull: more than 64 blocks and parentheses in one another"
    );
    assert_eq!(
        inspect("{{define \"x\"}}{{template \"x\"}}{{end}}{{template \"x\"}}"),
        "! template: :1:25: executing \"\" at <{{template \"x\"}}>: glasshull: more than 64 templates in one another"
    );
}
