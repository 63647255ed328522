use std::str::FromStr;

/// A part of the submissions: every `of`-th, from the `number`-th on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    number: usize,
    of: usize,
}

impl Shard {
    /// The names that belong to it.
    pub(super) fn of(self, names: &[String]) -> impl Iterator<Item = &String> {
        names.iter().skip(self.number - 1).step_by(self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let numbers =
            text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match numbers {
            Some((number, of)) if (1..=of).contains(&number) => Ok(Shard { number, of }),
            _ => Err("expected I/N with I from 1 to N, such as 2/4".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_share_all_names_out() {
        let names: Vec<String> = (0..10).map(|number| number.to_string()).collect();
        let of = |text: &str| {
            text.parse::<Shard>().map(|shard| shard.of(&names).cloned().collect::<Vec<_>>().join(" "))
        };
        assert_eq!(of("1/3"), Ok("0 3 6 9".to_owned()));
        assert_eq!(of("3/3"), Ok("2 5 8".to_owned()));
        let expected = Err("expected I/N with I from 1 to N, such as 2/4".to_owned());
        assert_eq!([of("0/3"), of("4/3"), of("1"), of("1/0")], [(); 4].map(|()| expected.clone()));
    }
}
