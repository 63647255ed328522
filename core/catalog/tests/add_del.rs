//! What is added and removed again leaves the root as it was.

mod machine;

use std::collections::BTreeSet;

use catalog::Catalog;
use machine::Machine;

/// Every so many packages of `main` one is tried.
const STEP: usize = 613;

/// Paths with their contents' lengths, without the files that apk keeps for itself.
fn listing(machine: &mut Machine<'_>) -> BTreeSet<String> {
    // The trigger of busybox makes the links that its image has not.
    let command = "/bin/busybox --install -s; find / -path /proc -prune -o -type f -exec stat -c '%n %s %a %u %g' {} + -o -print";
    let (_, output) = machine.run(command);
    let kept = |line: &&str| !line.starts_with("/lib/apk/db/") && !line.starts_with("/lib/apk/exec");
    output.lines().filter(kept).map(str::to_owned).collect()
}

#[test]
fn add_then_del_restores_the_root() {
    let catalog = Catalog::new().expect("the facts are intact");
    let url = "https://dl-cdn.alpinelinux.org/alpine/v3.20/main";
    let packages = catalog.mirror().open(url, "x86_64").expect("a repository").all();
    let fresh = Machine::new(&catalog);
    let before = listing(&mut Machine::new(&catalog));
    let database = fresh.root.read_file("/lib/apk/db/installed").expect("a database");
    let mut tried = 0;
    for package in packages.iter().step_by(STEP) {
        let mut machine = Machine::new(&catalog);
        let name = &package.name;
        let (status, output) = machine.run(&format!("apk add -q --no-cache {name}"));
        // Users stay when their package goes.
        let made_users = machine.root.read_file("/etc/passwd") != fresh.root.read_file("/etc/passwd");
        if status != 0 || output.contains("glasshull") || made_users {
            continue;
        }
        let (status, output) = machine.run(&format!("apk del -q {name}"));
        assert_eq!(status, 0, "{name}: {output}");
        let after = listing(&mut machine);
        let differs: Vec<&String> = after.symmetric_difference(&before).collect();
        assert!(differs.is_empty(), "{name}: {differs:?}");
        assert_eq!(
            machine.root.read_file("/etc/apk/world"),
            fresh.root.read_file("/etc/apk/world"),
            "{name}"
        );
        let kept = machine.root.read_file("/lib/apk/db/installed").expect("a database");
        assert!(kept == database, "{name}: {}", String::from_utf8_lossy(&kept));
        tried += 1;
    }
    assert!(tried >= 5, "{tried} packages were tried");
}
