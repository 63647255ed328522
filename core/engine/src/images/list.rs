use crate::Reference;
use api::{ApiError, ErrorKind, ImageQuery, ImageSummary};
use digest::Digest;
use pattern::filepath_match;
use vfs::Time;

use super::store::Image;
use crate::Engine;

/// The filters of a query, checked.
#[derive(Default)]
struct Filters {
    dangling: Option<bool>,
    labels: Vec<String>,
    before: Option<Time>,
    since: Option<Time>,
    references: Vec<String>,
}

impl Engine {
    /// `docker images`, newest first.
    ///
    /// # Errors
    /// An unknown filter or value of one.
    pub fn list_images(&self, query: &ImageQuery) -> Result<Vec<ImageSummary>, ApiError> {
        let filters = self.filters(query)?;
        let mut rows = Vec::new();
        for (id, image) in self.images.iter().filter(|(_, image)| filters.admit(image)) {
            rows.extend(self.row(*id, image, query.all, &filters));
        }
        rows.sort_by(|a, b| b.created.cmp(&a.created).then(a.id.cmp(&b.id)));
        Ok(rows)
    }

    fn filters(&self, query: &ImageQuery) -> Result<Filters, ApiError> {
        let mut filters =
            Filters { references: query.reference.iter().cloned().collect(), ..Filters::default() };
        for (key, value) in &query.filters {
            match &**key {
                "dangling" => filters.dangling = Some(boolean(value)?),
                "label" => filters.labels.push(value.clone()),
                "before" => filters.before = self.created(value)?,
                "since" => filters.since = self.created(value)?,
                "reference" => filters.references.push(value.clone()),
                other => {
                    return Err(ApiError::new(ErrorKind::BadRequest, format!("Invalid filter '{other}'")));
                }
            }
        }
        match filters.references.iter().any(|pattern| filepath_match(pattern, "").is_err()) {
            true => Err(ApiError::new(ErrorKind::BadRequest, "syntax error in pattern")),
            false => Ok(filters),
        }
    }

    fn created(&self, name: &str) -> Result<Option<Time>, ApiError> {
        let id = self.find_image(name)?;
        Ok(self.images.get(&id).and_then(|image| image.config.created))
    }

    fn row(&self, id: Digest, image: &Image, all: bool, filters: &Filters) -> Option<ImageSummary> {
        let mut names = Vec::new();
        for reference in self.references.of(id) {
            if filters.references.is_empty() || matches_any(&filters.references, &reference) {
                names.push(reference);
            }
        }
        let is_parent = self.children(id).next().is_some();
        let shown = if names.is_empty() {
            let hidden = is_parent && (!all || filters.dangling == Some(true));
            !hidden && filters.dangling != Some(false) && filters.references.is_empty()
        } else {
            let has_tag = names.iter().any(|name| name.digest().is_none());
            filters.dangling != Some(true) || !has_tag && !is_parent
        };
        if !shown {
            return None;
        }
        let (by_digest, by_tag): (Vec<_>, Vec<_>) =
            names.into_iter().partition(|name| name.digest().is_some());
        let labels = image.config.config.labels.clone().unwrap_or_default();
        Some(ImageSummary {
            id,
            parent: image.parent,
            repo_tags: by_tag.iter().map(Reference::familiar).collect(),
            repo_digests: by_digest.iter().map(Reference::familiar).collect(),
            created: image.config.created.unwrap_or(Time::EPOCH),
            size: self.image_size(image),
            containers: self.containers.values().filter(|container| container.image == Some(id)).count()
                as u64,
            labels: labels.into_iter().collect(),
        })
    }
}

impl Filters {
    fn admit(&self, image: &Image) -> bool {
        let created = image.config.created;
        let labels = image.config.config.labels.as_ref();
        let has = |label: &String| {
            let (key, value) =
                label.split_once('=').map_or((&**label, None), |(key, value)| (key, Some(value)));
            let found = labels.and_then(|labels| labels.get(key));
            found.is_some_and(|found| value.is_none_or(|value| found == value))
        };
        self.before.is_none_or(|before| created < Some(before))
            && self.since.is_none_or(|since| created > Some(since))
            && self.labels.iter().all(has)
    }
}

fn boolean(value: &str) -> Result<bool, ApiError> {
    match value {
        "1" | "true" => Ok(true),
        "0" | "false" => Ok(false),
        _ => Err(ApiError::new(ErrorKind::BadRequest, format!("Invalid filter 'dangling=[{value}]'"))),
    }
}

/// Docker's `FamiliarMatch`: a glob over the name with its tag, or without.
fn matches_any(patterns: &[String], reference: &Reference) -> bool {
    let texts = [reference.familiar(), reference.familiar_name()];
    let matches = |pattern: &String| texts.iter().any(|text| filepath_match(pattern, text) == Ok(true));
    patterns.iter().any(matches)
}
