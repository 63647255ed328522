//! Looking for text.

use kernel::{Exit, Process};
use pattern::{Regex, RegexOptions};

use super::Less;

/// What was looked for.
#[derive(Debug, Default)]
pub(super) struct Search {
    pub(super) regex: Option<Regex>,
    /// Which of the rows with it was gone to.
    at: usize,
}

impl Less {
    /// `/` and `?`: asks for an expression and goes to the first row with it below the top, or the one before that.
    pub(super) async fn ask_search(&mut self, p: &mut Process, key: u8) -> Result<(), Exit> {
        let text = self.ask(p, &[key]).await?;
        if text.is_empty() {
            self.search.regex = None;
            return self.draw(p).await;
        }
        let options = RegexOptions { icase: self.icase, ..RegexOptions::default() };
        match Regex::new(&text, options) {
            Ok(regex) => self.search.regex = Some(regex),
            Err(error) => {
                self.search.regex = None;
                return self.tell(p, error.to_string()).await;
            }
        }
        self.read(p, usize::MAX).await?;
        let below = self.matches().partition_point(|row| *row <= self.top);
        let at = if key == b'/' { below } else { below.saturating_sub(1) };
        self.go_to_match(p, at).await
    }

    /// So many matches on.
    pub(super) async fn search_on(&mut self, p: &mut Process, steps: isize) -> Result<(), Exit> {
        if self.search.regex.is_none() {
            return Ok(());
        }
        self.read(p, usize::MAX).await?;
        self.go_to_match(p, self.search.at.saturating_add_signed(steps)).await
    }

    async fn go_to_match(&mut self, p: &mut Process, at: usize) -> Result<(), Exit> {
        let matches = self.matches();
        let Some(last) = matches.len().checked_sub(1) else { return self.tell(p, "No matches found").await };
        self.search.at = at.min(last);
        self.go(p, matches[self.search.at]).await
    }

    /// The rows with what is looked for.
    fn matches(&self) -> Vec<usize> {
        let Some(regex) = &self.search.regex else { return Vec::new() };
        let rows = self.rows.iter().enumerate();
        rows.filter(|(_, row)| regex.is_match(&row.text, 0, false)).map(|(at, _)| at).collect()
    }

    /// The bracket that closes one in the top row comes to the bottom.
    pub(super) async fn closing(&mut self, p: &mut Process, open: u8, close: u8) -> Result<(), Exit> {
        if !self.holds(self.top, open) {
            return self.tell(p, "No bracket in top line").await;
        }
        self.read(p, usize::MAX).await?;
        match (self.top + 1..self.rows.len()).find(|row| self.holds(*row, close)) {
            Some(row) => self.go(p, (row + 1).saturating_sub(self.height)).await,
            None => self.tell(p, "No matching bracket found").await,
        }
    }

    /// The bracket that opens one in the bottom row comes to the top.
    pub(super) async fn opening(&mut self, p: &mut Process, open: u8, close: u8) -> Result<(), Exit> {
        let bottom = self.top + self.height - 1;
        if !self.holds(bottom, close) {
            return self.tell(p, "No bracket in bottom line").await;
        }
        match (0..=bottom).rev().find(|row| self.holds(*row, open)) {
            Some(row) => self.go(p, row).await,
            None => self.tell(p, "No matching bracket found").await,
        }
    }

    fn holds(&self, row: usize, bracket: u8) -> bool {
        self.rows.get(row).is_some_and(|row| row.text.contains(&bracket))
    }
}
