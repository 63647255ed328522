//! Random universes of up to six packages with all that a package can say of others: whatever the solver chooses has
//! to be among the sets that a search of all possibilities finds, and no better one may differ from it in one version.

use std::rc::Rc;

use apk::{
    Checksum, Database, Dependency, Engine, Package, Sources, TagId, Walk, installed::InstalledPackage,
    solver::solve,
};
use proptest::prelude::*;

const OWN: [&str; 3] = ["a", "b", "c"];
const VIRTUAL: [&str; 2] = ["v", "w"];
const ENGINES: [Engine; 5] = Engine::ALL;

/// A package as it is made up: its place gives name and version.
#[derive(Clone, Debug, Default)]
struct Draft {
    there: bool,
    needs: Vec<String>,
    provides: Vec<String>,
    rule: Vec<String>,
    priority: u32,
    pinned: bool,
    installed: bool,
}

/// A package of the universe.
#[derive(Clone, Debug)]
struct Small {
    name: &'static str,
    version: u32,
    draft: Draft,
}

fn need() -> impl Strategy<Value = String> {
    (0..5usize, 0..6u32, 1..3u32).prop_map(|(name, kind, version)| {
        let name = OWN.iter().chain(&VIRTUAL).nth(name).expect("five names");
        match kind {
            0 => format!("{name}={version}"),
            1 => format!("{name}>={version}"),
            2 => format!("!{name}"),
            _ => (*name).to_owned(),
        }
    })
}

fn draft() -> impl Strategy<Value = Draft> {
    let provided = (0..2usize, 0..3u32).prop_map(|(name, version)| match version {
        0 => VIRTUAL[name].to_owned(),
        version => format!("{}={version}", VIRTUAL[name]),
    });
    (
        any::<bool>(),
        prop::collection::vec(need(), 0..3),
        prop::collection::vec(provided, 0..2),
        prop::option::weighted(0.2, prop::collection::vec(need(), 1..3)),
        0..3u32,
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.2),
    )
        .prop_map(|(there, needs, provides, rule, priority, pinned, installed)| Draft {
            there,
            needs,
            provides,
            rule: rule.unwrap_or_default(),
            priority,
            pinned,
            installed,
        })
}

fn universe() -> impl Strategy<Value = Vec<Small>> {
    prop::collection::vec(draft(), 6).prop_map(|drafts| {
        let mut former = false;
        let packages = drafts.into_iter().enumerate().map(|(i, mut draft)| {
            let name = OWN[i / 2];
            // Nobody forbids or waits for himself; engines differ in what that means.
            let of_others = |text: &String| {
                let dependency = Dependency::parse(text).expect("a need");
                *dependency.name != *name
                    && !draft.provides.iter().any(|own| own.starts_with(&*dependency.name))
            };
            let (needs, rule) = (draft.needs.clone(), draft.rule.clone());
            (draft.needs, draft.rule) =
                (needs.into_iter().filter(of_others).collect(), rule.into_iter().filter(of_others).collect());
            // Of the two versions of a name, one is installed at most.
            draft.installed &= i % 2 == 0 || !former;
            former = draft.installed;
            (draft.there || i % 2 == 0).then_some(Small { name, version: i as u32 % 2 + 1, draft })
        });
        packages.flatten().collect()
    })
}

/// What a package answers to a name with, if it does: a version or none.
fn answers(package: &Small, name: &str) -> Vec<Option<String>> {
    let own = (package.name == name).then(|| Some(package.version.to_string()));
    let provided = package.draft.provides.iter().filter_map(|text| {
        let dependency = Dependency::parse(text).expect("a provided name");
        (*dependency.name == *name).then(|| dependency.version.map(|(_, version)| version.to_string()))
    });
    own.into_iter().chain(provided).collect()
}

fn fits(engine: Engine, dependency: &Dependency, answer: &Option<String>) -> bool {
    match (&dependency.version, answer) {
        (None, _) => true,
        (Some((operator, wanted)), Some(version)) => operator.accepts(engine, version, wanted),
        (Some(_), None) => engine == Engine::V3_0_6,
    }
}

/// The members of a set that do what a need asks.
fn fulfilling<'s>(engine: Engine, set: &[&'s Small], dependency: &Dependency) -> Vec<&'s Small> {
    let name = &*dependency.name;
    let does =
        |package: &&&Small| answers(package, name).iter().any(|answer| fits(engine, dependency, answer));
    set.iter().filter(does).copied().collect()
}

fn is_met(engine: Engine, set: &[&Small], need: &str) -> bool {
    let dependency = Dependency::parse(need).expect("a need");
    fulfilling(engine, set, &dependency).is_empty() == dependency.conflict
}

/// Whether nobody stands in anybody's way and all that is asked for is there.
fn is_sound(engine: Engine, set: &[&Small], world: &[String]) -> bool {
    let crowded = |name: &str| {
        let offers: Vec<Option<String>> = set.iter().flat_map(|package| answers(package, name)).collect();
        offers.len() > 1 && offers.iter().any(Option::is_some)
    };
    let needs = set.iter().flat_map(|package| &package.draft.needs).chain(world);
    !OWN.iter().chain(&VIRTUAL).any(|name| crowded(name))
        && needs.into_iter().all(|need| is_met(engine, set, need))
}

/// Whether the world, or a rule that holds, leads to every member.
fn is_needed(engine: Engine, set: &[&Small], world: &[String]) -> bool {
    let mut reached: Vec<&str> = Vec::new();
    let mut open: Vec<String> = world.to_vec();
    for package in set {
        let rule = &package.draft.rule;
        if !rule.is_empty() && rule.iter().all(|need| is_met(engine, set, need)) {
            open.push(package.name.to_owned());
        }
    }
    while let Some(need) = open.pop() {
        let dependency = Dependency::parse(&need).expect("a need");
        if dependency.conflict {
            continue;
        }
        for member in fulfilling(engine, set, &dependency) {
            if !reached.contains(&member.name) {
                reached.push(member.name);
                open.extend(member.draft.needs.iter().cloned());
            }
        }
    }
    set.iter().all(|member| reached.contains(&member.name))
}

fn describe(small: &Small) -> Rc<Package> {
    let label = format!("{}-{}", small.name, small.version);
    let list = |texts: &[String]| texts.iter().filter_map(|text| Dependency::parse(text)).collect();
    let mut package = Package::new(small.name, &small.version.to_string(), Checksum::of(label));
    package.installed_size = 1;
    package.provider_priority = small.draft.priority;
    package.depends = list(&small.draft.needs);
    package.provides = list(&small.draft.provides);
    package.install_if = list(&small.draft.rule);
    Rc::new(package)
}

/// What the solver chooses; `None` when it finds nothing.
fn chosen<'u>(
    universe: &'u [Small],
    world: &[String],
    tagged: bool,
    engine: Engine,
) -> Option<Vec<&'u Small>> {
    let mut db = Database::new(Walk::NameTable, engine);
    let (plain, pinned) = (Sources::repository(0), Sources::repository(1));
    let packages: Vec<Rc<Package>> = universe.iter().map(describe).collect();
    let installed = universe.iter().zip(&packages).filter(|(small, _)| small.draft.installed);
    db.add_installed(installed.map(|(_, package)| InstalledPackage::new(package.clone())).collect());
    for (small, package) in universe.iter().zip(packages) {
        db.universe.add(package, if small.draft.pinned { pinned } else { plain });
    }
    db.universe.available = db.universe.available.with(plain).with(pinned);
    db.universe.allow(TagId::default(), plain);
    let tag = db.universe.tag("edge");
    db.universe.allow(tag, pinned);
    db.universe.seal();
    let mut needs: Vec<Dependency> = world.iter().filter_map(|need| Dependency::parse(need)).collect();
    if tagged && let Some(first) = needs.first_mut() {
        first.tag = Some("edge".into());
    }
    let world = needs.iter().map(|dependency| db.universe.need(dependency)).collect();
    let request = db.request(world);
    let solution = solve(&mut db.universe, request).expect("no limit is near");
    let labels: Vec<String> =
        solution.changes.iter().filter_map(|change| change.new).map(|id| db.package(id).label()).collect();
    let is_in = |small: &&Small| labels.contains(&format!("{}-{}", small.name, small.version));
    (solution.errors == 0).then(|| universe.iter().filter(is_in).collect())
}

/// Every set of packages with one version of a name at most.
fn all_sets(universe: &[Small]) -> Vec<Vec<&Small>> {
    let mut sets: Vec<Vec<&Small>> = vec![Vec::new()];
    for name in OWN {
        let versions: Vec<&Small> = universe.iter().filter(|package| package.name == name).collect();
        let mut more = Vec::new();
        for set in &sets {
            more.extend(versions.iter().map(|package| [&set[..], &[*package]].concat()));
        }
        sets.extend(more);
    }
    sets
}

/// Whether some package, chosen or not, has something against a version: apk counts what all candidates have in common.
fn is_bound(universe: &[Small], world: &[String], member: &Small) -> bool {
    let answers: Vec<&str> = std::iter::once(member.name).chain(VIRTUAL).collect();
    let needs = universe
        .iter()
        .flat_map(|package| package.draft.needs.iter().chain(&package.draft.rule))
        .chain(world);
    needs
        .filter_map(|need| Dependency::parse(need))
        .any(|need| answers.contains(&&*need.name) && (need.conflict || need.version.is_some()))
}

/// Without any choice: one version of each name, one provider with a version of each virtual one, no rules.
fn without_choice(universe: Vec<Small>) -> Vec<Small> {
    let mut provided: Vec<String> = Vec::new();
    let mut packages: Vec<Small> = universe.into_iter().filter(|package| package.version == 1).collect();
    for draft in packages.iter_mut().map(|package| &mut package.draft) {
        draft.rule.clear();
        (draft.pinned, draft.installed) = (false, false);
        draft.provides.retain(|text| {
            let name = text.split('=').next().unwrap_or_default().to_owned();
            let first = text.contains('=') && !provided.contains(&name);
            provided.push(name);
            first
        });
    }
    packages
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_solver_keeps_to_what_a_search_finds(
        universe in universe(),
        world in prop::collection::vec(need(), 1..3),
        tagged in any::<bool>(),
        engine in prop::sample::select(ENGINES.to_vec()),
    ) {
        let mut world = world;
        world.sort_by_key(|need| Dependency::parse(need).map(|dependency| dependency.name));
        world.dedup_by_key(|need| Dependency::parse(need).map(|dependency| dependency.name));
        let Some(set) = chosen(&universe, &world, tagged, engine) else { return Ok(()) };
        let labels = |set: &[&Small]| set.iter().map(|s| format!("{}-{}", s.name, s.version)).collect::<Vec<_>>();
        let possible: Vec<Vec<&Small>> = all_sets(&universe)
            .into_iter()
            .filter(|set| is_sound(engine, set, &world) && is_needed(engine, set, &world))
            .collect();
        prop_assert!(
            possible.iter().any(|other| labels(other) == labels(&set)),
            "{:?} is none of {:?}", labels(&set), possible.iter().map(|set| labels(set)).collect::<Vec<_>>()
        );
        // Nobody gets another version than the installed one, nor an older one than need be, where the other, that says
        // the same of itself, would do and nothing else changes.
        for member in set.iter().filter(|member| member.version == 1 || !member.draft.installed) {
            let alike = |other: &&Small| {
                let (a, b) = (&member.draft, &other.draft);
                let says = |draft: &Draft| (draft.provides.clone(), draft.rule.clone(), draft.pinned, draft.priority);
                other.name == member.name && other.version != member.version && says(a) == says(b)
            };
            let Some(other) = universe.iter().find(alike) else { continue };
            let preferred = match (member.draft.installed, other.draft.installed) {
                (false, false) => other.version > member.version,
                (_, is_installed) => is_installed && !is_bound(&universe, &world, member),
            };
            let exchanged: Vec<&Small> =
                set.iter().map(|member| if member.name == other.name { other } else { *member }).collect();
            let found = possible.iter().any(|other| labels(other) == labels(&exchanged));
            prop_assert!(!(preferred && found), "{:?} is better than {:?}", labels(&exchanged), labels(&set));
        }
        let plain = |member: &&Small| !member.draft.pinned || member.draft.installed;
        prop_assert!(tagged || set.iter().all(plain), "nobody asked for the pin");
    }

    #[test]
    fn where_there_is_no_choice_a_failure_means_that_nothing_is_possible(
        universe in universe(),
        world in prop::collection::vec(need(), 1..4),
        engine in prop::sample::select(ENGINES.to_vec()),
    ) {
        let universe = without_choice(universe);
        let mut world = world;
        world.sort_by_key(|need| Dependency::parse(need).map(|dependency| dependency.name));
        world.dedup_by_key(|need| Dependency::parse(need).map(|dependency| dependency.name));
        let possible: Vec<Vec<&Small>> = all_sets(&universe)
            .into_iter()
            .filter(|set| is_sound(engine, set, &world) && is_needed(engine, set, &world))
            .collect();
        let set = chosen(&universe, &world, false, engine);
        prop_assert_eq!(set.is_some(), !possible.is_empty());
    }
}
