//! What must hold for all input: parsers are total, the database round-trips, and the solver finds what a search of all
//! possibilities finds.

use std::{collections::BTreeMap, rc::Rc};

use apk::{
    Checksum, Database, Dependency, Engine, Package, Sources, TagId, Walk, index,
    installed::{self, FileOrder},
    solver::solve,
    version,
};
use proptest::prelude::*;

/// A package of a small universe: its number gives name and version, the rest what it needs.
#[derive(Clone, Debug)]
struct Small {
    name: &'static str,
    version: u32,
    needs: Vec<String>,
}

const NAMES: [&str; 3] = ["a", "b", "c"];

fn need() -> impl Strategy<Value = String> {
    (0..3usize, 0..5u32, 1..3u32).prop_map(|(name, kind, version)| match kind {
        0 => format!("{}={version}", NAMES[name]),
        1 => format!("{}>={version}", NAMES[name]),
        2 => format!("!{}", NAMES[name]),
        _ => NAMES[name].to_owned(),
    })
}

/// Up to six packages: each name in one or two versions.
fn universe() -> impl Strategy<Value = Vec<Small>> {
    let needs = prop::collection::vec(need(), 0..3);
    let package = (any::<bool>(), needs);
    prop::collection::vec(package, 6).prop_map(|drafts| {
        let packages = drafts.into_iter().enumerate().map(|(i, (there, mut needs))| {
            // Versions of apk differ in what a package means that forbids itself.
            needs.retain(|need| need.strip_prefix('!') != Some(NAMES[i / 2]));
            let package = Small { name: NAMES[i / 2], version: i as u32 % 2 + 1, needs };
            (there || i % 2 == 0).then_some(package)
        });
        packages.flatten().collect()
    })
}

/// Whether a set of packages, by name, has what a need asks.
fn is_met(set: &BTreeMap<&str, u32>, need: &str) -> bool {
    let dependency = Dependency::parse(need).expect("a need");
    let version = set.get(&*dependency.name).map(u32::to_string);
    let fits = |version: &String| {
        dependency.version.as_ref().is_none_or(|(op, v)| op.accepts(Engine::default(), version, v))
    };
    version.as_ref().is_some_and(fits) != dependency.conflict
}

fn is_sound(universe: &[Small], world: &[String], set: &BTreeMap<&str, u32>) -> bool {
    let members = universe.iter().filter(|package| set.get(package.name) == Some(&package.version));
    let needs = members.flat_map(|package| &package.needs).chain(world);
    needs.into_iter().all(|need| is_met(set, need))
}

/// Whether the world leads to every member.
fn is_needed(universe: &[Small], world: &[String], set: &BTreeMap<&str, u32>) -> bool {
    let mut reached: Vec<Rc<str>> = Vec::new();
    let mut open: Vec<String> = world.to_vec();
    while let Some(need) = open.pop() {
        let dependency = Dependency::parse(&need).expect("a need");
        if dependency.conflict || reached.contains(&dependency.name) {
            continue;
        }
        let member = universe.iter().find(|package| {
            *package.name == *dependency.name && set.get(package.name) == Some(&package.version)
        });
        open.extend(member.iter().flat_map(|package| package.needs.clone()));
        reached.push(dependency.name);
    }
    set.keys().all(|name| reached.iter().any(|other| **other == **name))
}

/// All sets that are sound and have nothing that is not needed.
fn possibilities<'u>(universe: &'u [Small], world: &[String]) -> Vec<BTreeMap<&'u str, u32>> {
    let mut sets = vec![BTreeMap::new()];
    for name in NAMES {
        let versions: Vec<&Small> = universe.iter().filter(|package| package.name == name).collect();
        let with = |set: &BTreeMap<&'u str, u32>| {
            let mut grown = vec![set.clone()];
            grown.extend(versions.iter().map(|package| {
                let mut set = set.clone();
                set.insert(package.name, package.version);
                set
            }));
            grown
        };
        sets = sets.iter().flat_map(with).collect();
    }
    sets.retain(|set| is_sound(universe, world, set) && is_needed(universe, world, set));
    sets
}

/// What the solver chooses, and whether it calls that a success.
fn chosen(universe: &[Small], world: &[String], engine: Engine) -> (BTreeMap<String, u32>, bool) {
    let mut db = Database::new(Walk::NameTable, engine);
    let source = Sources::repository(0);
    for small in universe {
        let label = format!("{}-{}", small.name, small.version);
        let mut package = Package::new(small.name, &small.version.to_string(), Checksum::of(label));
        package.installed_size = 1;
        package.depends = small.needs.iter().filter_map(|need| Dependency::parse(need)).collect();
        db.universe.add(Rc::new(package), source);
    }
    db.universe.available = db.universe.available.with(source);
    db.universe.allow(TagId::default(), source);
    db.universe.seal();
    let needs = world.iter().filter_map(|need| Dependency::parse(need)).collect::<Vec<_>>();
    let world = needs.iter().map(|dependency| db.universe.need(dependency)).collect();
    let request = db.request(world);
    let solution = solve(&mut db.universe, request).expect("no limit is near");
    let packages = solution.changes.iter().filter_map(|change| change.new).map(|id| db.package(id));
    let set = packages.map(|package| (package.name.to_string(), package.version.parse().expect("a number")));
    (set.collect(), solution.errors == 0)
}

fn parse_everything(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    // Only that they come back counts.
    let _ = (index::parse(bytes), installed::parse(bytes), apk::read_index(bytes), apk::read_package(bytes));
    let _ = (Dependency::parse_list(&text), Checksum::parse(&text), version::is_valid(&text));
    let _ = text.split_once('\n').map(|(a, b)| version::compare(a, b));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_solver_finds_what_a_search_finds(
        universe in universe(),
        world in prop::collection::vec(need(), 1..3),
        engine in prop::sample::select(vec![Engine::V2_14_0, Engine::V2_14_4, Engine::V2_14_9, Engine::V3_0_6]),
    ) {
        // A world has each name once.
        let mut world = world;
        world.dedup_by_key(|need| Dependency::parse(need).map(|dependency| dependency.name));
        let possible = possibilities(&universe, &world);
        let (set, success) = chosen(&universe, &world, engine);
        let set: BTreeMap<&str, u32> = set.iter().map(|(name, version)| (name.as_str(), *version)).collect();
        if success {
            prop_assert!(possible.contains(&set), "{set:?} is none of {possible:?}");
            // Nobody gets an older version where the newer one would do as well and nothing else changes.
            for name in NAMES.iter().filter(|name| set.get(**name) == Some(&1)) {
                let mut newer = set.clone();
                newer.insert(name, 2);
                prop_assert!(!possible.contains(&newer), "{newer:?} is better than {set:?}");
            }
        } else if let [only] = &possible[..] {
            // apk does not go back on a decision: where one possibility is left by deduction alone, it has to find it.
            let free = universe.iter().all(|package| package.needs.iter().all(|need| !need.starts_with('!')));
            let plain = NAMES.iter().all(|name| universe.iter().filter(|p| p.name == *name).count() == 1);
            prop_assert!(!(free && plain), "{only:?} was not found");
        }
    }

    #[test]
    fn parsers_take_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        parse_everything(&bytes);
    }

    #[test]
    fn parsers_take_what_is_nearly_right(
        lines in prop::collection::vec("[CPVASITULomtckDpirqsfFMRaZ]:[ -~]{0,30}", 0..20),
        end in "(\n\n)?",
    ) {
        parse_everything((lines.join("\n") + &end).as_bytes());
    }

    #[test]
    fn the_database_round_trips(
        names in prop::collection::btree_set("[a-z][a-z0-9+_-]{0,8}", 1..5),
        numbers in prop::collection::vec(0..99u32, 8),
        files in prop::collection::vec("[a-z.]{1,6}", 0..4),
    ) {
        let mut text = String::new();
        for (i, name) in names.iter().enumerate() {
            let [major, minor, size, mode] = [0, 1, 2, 3].map(|k| numbers[(i + k) % numbers.len()]);
            let checksum = Checksum::of(name);
            text += &format!("C:{checksum}\nP:{name}\nV:{major}.{minor}-r0\nA:x86_64\nS:{size}\nI:{size}\n");
            text += &format!("T:the {name}\nU:https://example.org/{name}\nL:MIT\no:{name}\nt:17000000{mode:02}\n");
            text += &format!("D:so:libc.so.6 {name}-libs>={major}\np:cmd:{name}={major}.{minor}-r0\nF:usr\nF:usr/{name}\n");
            text += &format!("M:{size}:0:{:o}\n", 0o700 + mode % 8);
            for file in &files {
                text += &format!("R:{file}\na:0:{size}:{:o}\nZ:{checksum}\n", 0o600 + mode % 8);
            }
            text.push('\n');
        }
        let parsed = installed::parse(text.as_bytes()).expect("a database");
        prop_assert_eq!(installed::write(&parsed, FileOrder::AsPackaged).to_string(), text);
    }
}
