use dockerfile::instruction::Label;

use crate::build::settings::Settings;

/// LABEL: sets labels.
pub(crate) fn apply(settings: &mut Settings, label: &Label) -> String {
    let labels = settings.config.labels.get_or_insert_default();
    let mut comment = String::from("LABEL");
    for pair in &label.pairs {
        labels.insert(pair.key.clone(), pair.value.clone());
        comment.push_str(&format!(" {}={}", pair.key, pair.value));
    }
    comment
}
