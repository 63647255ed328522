use super::matching::{sorted_names, sorted_offers};
use crate::{
    command::{Command, Section},
    commit::Outcome,
    open::Needs,
    options::GLOBAL,
    session::Session,
    universe::{NameId, Sources},
};

pub(crate) const COMMAND: Command = Command {
    name: "policy",
    section: Section::Queries,
    arguments: "PACKAGES...",
    summary: "Show repository policy for packages",
    groups: &[&GLOBAL],
    options: &[],
    drops_empty: false,
    needs: |_, _| Needs { any_arch: false, ..Needs::READ },
    run: |session, given| Box::pin(async move { run(session, &given.args) }),
};

fn run(session: &mut Session<'_>, args: &[String]) -> Outcome {
    if !args.is_empty() {
        for name in sorted_names(&mut session.db, args).items {
            session.policy(name);
        }
    }
    0
}

impl Session<'_> {
    fn policy(&mut self, name: NameId) {
        let universe = &self.db.universe;
        let offers = sorted_offers(&self.db, name);
        let own: Vec<_> =
            offers.into_iter().map(|id| universe.candidate(id)).filter(|c| c.name == name).collect();
        if own.is_empty() {
            return;
        }
        let mut text = format!("{} policy:\n", universe.text(name));
        for candidate in own {
            text += &format!("  {}:\n", candidate.package.version);
            if candidate.installed.is_some() {
                text += "    lib/apk/db/installed\n";
            }
            if self.cache.active && candidate.sources.meets(Sources::CACHE) {
                text += &format!("    {}\n", self.settings.cache_dir.as_deref().unwrap_or("etc/apk/cache"));
            }
            for (number, source) in self.sources.iter().enumerate() {
                if !candidate.sources.meets(Sources::repository(number)) {
                    continue;
                }
                for tag in universe.tags().iter().filter(|tag| tag.allowed.meets(candidate.sources)) {
                    let pin = if tag.name.is_empty() { String::new() } else { format!("@{} ", tag.name) };
                    text += &format!("    {pin}{}\n", source.url);
                }
            }
        }
        self.console.write(crate::console::Stream::Out, text);
    }
}
