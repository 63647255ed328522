//! `(did you mean X?)`.

/// Suggestions are made below this edit distance.
const DISTANCE_LIMIT: usize = 3;

/// How letter case is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// `a` and `A` differ.
    Sensitive,
    /// They do not; the suggestion comes in the case of the word that was typed.
    Insensitive,
}

/// The first option whose edit distance to `word` is least and below 3. An exact match means that
/// the word was not the trouble, and gives nothing.
pub fn suggest<'o>(word: &str, options: impl IntoIterator<Item = &'o str>, case: Case) -> Option<String> {
    let fold = |text: &str| match case {
        Case::Sensitive => text.to_owned(),
        Case::Insensitive => text.to_lowercase(),
    };
    let folded: Vec<char> = fold(word).chars().collect();
    let mut best: Option<String> = None;
    let mut least = DISTANCE_LIMIT;
    for option in options {
        let option = fold(option);
        let candidate: Vec<char> = option.chars().collect();
        if candidate == folded {
            return None;
        }
        let distance = distance(&folded, &candidate);
        if distance < least {
            least = distance;
            best = Some(option);
        }
    }
    let best = best.filter(|text| !text.is_empty())?;
    Some(if case == Case::Insensitive && word == word.to_uppercase() && word != word.to_lowercase() {
        best.to_uppercase()
    } else {
        best
    })
}

/// The message with ` (did you mean X?)` after it when there is a suggestion.
pub fn with_suggestion<'o>(
    message: String,
    word: &str,
    options: impl IntoIterator<Item = &'o str>,
    case: Case,
) -> String {
    match suggest(word, options, case) {
        Some(found) => format!("{message} (did you mean {found}?)"),
        None => message,
    }
}

/// Levenshtein distance. Words whose lengths alone differ too much are not compared.
fn distance(left: &[char], right: &[char]) -> usize {
    if left.len().abs_diff(right.len()) >= DISTANCE_LIMIT {
        return DISTANCE_LIMIT;
    }
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, from) in left.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}
