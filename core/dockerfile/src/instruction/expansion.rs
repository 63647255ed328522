//! Which parts of an instruction have their variables expanded.

use super::{Command, CopySource, KeyValue};

impl Command {
    /// Replaces each word that Docker expands before it runs the instruction by what `expand` makes
    /// of it, in Docker's order. RUN, CMD, ENTRYPOINT, SHELL, HEALTHCHECK, ONBUILD, MAINTAINER and
    /// the text of heredocs stay as they are; EXPOSE is expanded into words, FROM from the global
    /// arguments, and ARG by its default: all three by their own rules.
    ///
    /// # Errors
    /// The first of `expand`.
    pub fn expand_words<E>(&mut self, expand: &mut dyn FnMut(&str) -> Result<String, E>) -> Result<(), E> {
        match self {
            Self::Env(env) => expand_pairs(&mut env.pairs, expand),
            Self::Label(label) => expand_pairs(&mut label.pairs, expand),
            Self::Add(add) => {
                for flag in [&mut add.chown, &mut add.chmod, &mut add.checksum] {
                    expand_option(flag, expand)?;
                }
                expand_sources(&mut add.sources, &mut add.dest, expand)
            }
            Self::Copy(copy) => {
                expand_option(&mut copy.chown, expand)?;
                expand_option(&mut copy.chmod, expand)?;
                expand_sources(&mut copy.sources, &mut copy.dest, expand)
            }
            Self::Workdir(workdir) => expand_in_place(&mut workdir.path, expand),
            Self::User(user) => expand_in_place(&mut user.user, expand),
            Self::Stopsignal(stopsignal) => expand_in_place(&mut stopsignal.signal, expand),
            Self::Volume(volume) => {
                volume.paths.iter_mut().try_for_each(|path| expand_in_place(path, expand))
            }
            _ => Ok(()),
        }
    }

    /// Replaces the text of heredocs of ADD and COPY whose variables are expanded.
    ///
    /// # Errors
    /// The first of `expand`.
    pub fn expand_heredocs<E>(&mut self, expand: &mut dyn FnMut(&str) -> Result<String, E>) -> Result<(), E> {
        let sources = match self {
            Self::Add(add) => &mut add.sources,
            Self::Copy(copy) => &mut copy.sources,
            _ => return Ok(()),
        };
        for source in sources {
            if let CopySource::Inline(file) = source
                && file.expand
            {
                expand_in_place(&mut file.data, expand)?;
            }
        }
        Ok(())
    }
}

type Expand<'e, E> = &'e mut dyn FnMut(&str) -> Result<String, E>;

fn expand_in_place<E>(text: &mut String, expand: Expand<'_, E>) -> Result<(), E> {
    *text = expand(text)?;
    Ok(())
}

fn expand_option<E>(text: &mut Option<String>, expand: Expand<'_, E>) -> Result<(), E> {
    text.as_mut().map_or(Ok(()), |text| expand_in_place(text, expand))
}

fn expand_pairs<E>(pairs: &mut [KeyValue], expand: Expand<'_, E>) -> Result<(), E> {
    for pair in pairs {
        expand_in_place(&mut pair.key, expand)?;
        expand_in_place(&mut pair.value, expand)?;
    }
    Ok(())
}

fn expand_sources<E>(sources: &mut [CopySource], dest: &mut String, expand: Expand<'_, E>) -> Result<(), E> {
    for source in sources {
        if let CopySource::Path(path) = source {
            expand_in_place(path, expand)?;
        }
    }
    expand_in_place(dest, expand)
}
