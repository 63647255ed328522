/// Adjectives of generated container names.
const ADJECTIVES: [&str; 48] = [
    "able", "agile", "amber", "bold", "brave", "bright", "brisk", "calm", "candid", "cheerful", "clear",
    "clever", "cool", "crisp", "curious", "daring", "eager", "earnest", "fair", "fearless", "fresh",
    "gentle", "glad", "golden", "happy", "hardy", "honest", "jolly", "keen", "kind", "lively", "lucid",
    "merry", "mellow", "modest", "neat", "noble", "patient", "placid", "quick", "quiet", "ready", "serene",
    "sharp", "steady", "sunny", "vivid", "witty",
];

/// Surnames of generated container names: people of science and computing.
const SURNAMES: [&str; 48] = [
    "agnesi",
    "babbage",
    "backus",
    "bohr",
    "boole",
    "cantor",
    "carson",
    "chandrasekhar",
    "church",
    "curie",
    "darwin",
    "dijkstra",
    "einstein",
    "euclid",
    "euler",
    "faraday",
    "fermi",
    "feynman",
    "franklin",
    "galileo",
    "gauss",
    "germain",
    "goodall",
    "hamilton",
    "hawking",
    "hopper",
    "hypatia",
    "johnson",
    "kepler",
    "knuth",
    "lamarr",
    "lamport",
    "lovelace",
    "maxwell",
    "meitner",
    "mendel",
    "minsky",
    "newton",
    "noether",
    "pasteur",
    "ramanujan",
    "ritchie",
    "shannon",
    "stallman",
    "tesla",
    "thompson",
    "torvalds",
    "turing",
];

/// A name of docker's form `adjective_surname`; real docker chooses at random, here `choice` does. From the seventh
/// `attempt` at a free name on, a digit is added, as docker does after its retries.
pub(crate) fn generated(choice: u64, attempt: u32) -> String {
    let choice = choice.wrapping_add(u64::from(attempt).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let adjective = ADJECTIVES[(choice % 48) as usize];
    let surname = SURNAMES[(choice / 48 % 48) as usize];
    if attempt < 6 {
        format!("{adjective}_{surname}")
    } else {
        format!("{adjective}_{surname}{}", attempt - 5)
    }
}

/// Whether docker takes `name` as a container's name (`[a-zA-Z0-9][a-zA-Z0-9_.-]+`).
pub(crate) fn is_valid(name: &str) -> bool {
    let mut bytes = name.bytes();
    let first = bytes.next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    first && name.len() > 1 && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
}
