use dockerfile::Dockerfile;
use dockerfile::expand::{ExpandError, Expander};
use dockerfile::instruction::Command;

/// Variables that `FROM` can use and that stages can declare: those of the platform, and the `ARG`s before `FROM`.
#[derive(Clone, Debug, Default)]
pub(in crate::buildkit) struct Globals {
    /// Predefined ones and global ARGs with a value, in order.
    values: Vec<(String, String)>,
}

/// The platform on which builds run.
const ARCHITECTURE: &str = "amd64";

impl Globals {
    /// The variables of a build: `target` is the stage that is built, `given` the build arguments.
    pub(super) fn new(
        dockerfile: &Dockerfile,
        target: &str,
        platform: Option<&oci::Platform>,
        given: &[(String, String)],
    ) -> Result<Self, ExpandError> {
        let mut globals = Globals { values: predefined(target, platform, dockerfile.vintage) };
        for name in globals.values.iter_mut() {
            if let Some((_, value)) = given.iter().rfind(|(key, _)| *key == name.0) {
                name.1.clone_from(value);
            }
        }
        let expander = Expander::new(dockerfile.escape, dockerfile.vintage);
        for instruction in &dockerfile.global_args {
            let Command::Arg(arg) = &instruction.command else { continue };
            for pair in &arg.args {
                let key = expander.word(&pair.key, &|name| globals.get(name))?;
                let given = given.iter().rfind(|(name, _)| *name == key).map(|(_, value)| value.clone());
                let value = match (given, &pair.default) {
                    (Some(value), _) => Some(value),
                    (None, Some(default)) => Some(expander.word(default, &|name| globals.get(name))?),
                    (None, None) => None,
                };
                if let Some(value) = value {
                    globals.values.retain(|(name, _)| *name != key);
                    globals.values.push((key, value));
                }
            }
        }
        Ok(globals)
    }

    /// The value of a variable.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        self.values.iter().rfind(|(key, _)| key == name).map(|(_, value)| value.clone())
    }
}

fn predefined(
    target: &str,
    platform: Option<&oci::Platform>,
    vintage: dockerfile::Vintage,
) -> Vec<(String, String)> {
    let build = oci::Platform {
        os: "linux".to_owned(),
        architecture: ARCHITECTURE.to_owned(),
        ..oci::Platform::default()
    };
    let wanted = platform.unwrap_or(&build);
    let mut values = Vec::new();
    for (prefix, platform) in [("BUILD", &build), ("TARGET", wanted)] {
        values.push((format!("{prefix}PLATFORM"), platform.to_string()));
        values.push((format!("{prefix}OS"), platform.os.clone()));
        values.push((format!("{prefix}ARCH"), platform.architecture.clone()));
        values.push((format!("{prefix}VARIANT"), platform.variant.clone()));
    }
    if vintage == dockerfile::Vintage::Current {
        values.push(("TARGETSTAGE".to_owned(), target.to_owned()));
    }
    values
}
