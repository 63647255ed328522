//! The build checks of the current Docker, as warnings of a build.

use std::collections::BTreeMap;

use api::{CheckReport, Finding, SolveReply, SourcePlace};
use digest::Digest;
use dockerfile::lint::{self, BaseImage, Options, Platform, Scope, Warning};
use pattern::ignore::{self, PatternMatcher};

use super::front::Resolved;
use super::solve::{Failure, Solve};

impl Solve<'_> {
    /// Runs the checks and tells what they find. Gives the sentence of a violation that is an error.
    pub(super) fn checks(
        &mut self,
        definition: Digest,
        images: &BTreeMap<String, Resolved>,
    ) -> Option<String> {
        if self.old {
            return None;
        }
        let report = self.check(images, Scope::Target);
        for warning in &report.warnings {
            let finding = self.finding(warning);
            self.record.warned(self.clock, definition, finding);
        }
        let message = report.error?.message;
        message.starts_with("lint violation found").then_some(message)
    }

    /// Why the options of the checks cannot be read.
    pub(super) fn bad_check_options(&self) -> Option<String> {
        let report = self.check(&BTreeMap::new(), Scope::Target);
        let message = report.error.map(|error| error.message)?;
        (!self.old && message.starts_with("failed to parse check options")).then_some(message)
    }

    /// The checks' own report.
    pub(super) fn check(&self, images: &BTreeMap<String, Resolved>, scope: Scope) -> lint::Report {
        let here =
            Platform { os: "linux".to_owned(), architecture: "amd64".to_owned(), variant: String::new() };
        let platform = |text: &str| {
            let parsed = crate::platform::parse(text)?;
            Ok(Platform { os: parsed.os, architecture: parsed.architecture, variant: parsed.variant })
        };
        let wanted = self.request.platforms.first().and_then(|text| platform(text).ok());
        let patterns = self.request.ignore.as_deref().map(String::from_utf8_lossy);
        let matcher = patterns.and_then(|text| PatternMatcher::new(&ignore::read(&text)).ok());
        let base = |name: &str| images.get(name).map(base_image);
        let options = Options {
            build_args: &self.request.build_args,
            target: self.request.target.as_deref().unwrap_or_default(),
            scope,
            ignore: matcher.as_ref(),
            build_platform: here.clone(),
            target_platform: wanted.unwrap_or(here),
            is_reference: &|name| crate::Reference::parse_normalized(name).is_ok(),
            parse_platform: &platform,
            base: &base,
        };
        lint::check(&self.text, &options)
    }

    /// The answer of `--check`.
    pub(super) fn check_reply(&self, images: &BTreeMap<String, Resolved>) -> SolveReply {
        let report = self.check(images, Scope::All);
        let warnings = report.warnings.iter().map(|warning| self.finding(warning)).collect();
        let error = report.error.map(|error| self.error(error.message, error.lines));
        SolveReply { check: Some(CheckReport { warnings, error }), ..SolveReply::default() }
    }

    /// The answer of `--check` about a Dockerfile that cannot be read.
    pub(super) fn failed_check(&self, failure: Failure) -> Result<SolveReply, Failure> {
        let Failure::Failed { message, lines } = failure else { return Err(failure) };
        let error = Some(self.error(message, lines));
        let check = Some(CheckReport { warnings: Vec::new(), error });
        Ok(SolveReply { check, ..SolveReply::default() })
    }

    fn error(&self, message: String, lines: Option<dockerfile::Lines>) -> Finding {
        Finding {
            rule: String::new(),
            description: String::new(),
            url: String::new(),
            detail: message,
            place: lines.map(|lines| self.place(lines)),
        }
    }

    /// A finding with its place.
    pub(super) fn finding(&self, warning: &Warning) -> Finding {
        Finding {
            rule: warning.rule.name.to_owned(),
            description: warning.rule.description.to_owned(),
            url: warning.rule.url.to_owned(),
            detail: warning.detail.clone(),
            place: Some(self.place(warning.lines)),
        }
    }

    /// Lines of this Dockerfile.
    pub(super) fn place(&self, lines: dockerfile::Lines) -> SourcePlace {
        SourcePlace {
            name: self.request.dockerfile_name.clone(),
            text: self.text.clone(),
            first: u32::try_from(lines.first).unwrap_or(u32::MAX),
            last: u32::try_from(lines.last).unwrap_or(u32::MAX),
        }
    }
}

fn base_image(resolved: &Resolved) -> BaseImage {
    let config = &resolved.config;
    let pair = |entry: &String| {
        let (name, value) = entry.split_once('=').unwrap_or((entry, ""));
        (name.to_owned(), value.to_owned())
    };
    BaseImage {
        env: config.config.env.iter().map(pair).collect(),
        has_shell: !config.config.shell.is_empty(),
        onbuild: config.config.on_build.clone().unwrap_or_default(),
        platform: Platform {
            os: config.os.clone(),
            architecture: config.architecture.clone(),
            variant: config.variant.clone(),
        },
    }
}
