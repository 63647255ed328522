//! What is typed in the last line.

use bstr::{BString, ByteSlice};
use kernel::{Exit, Process};

use super::Less;

impl Less {
    /// A line of text after a prompt; a single character is no inverse one.
    pub(super) async fn ask(&mut self, p: &mut Process, prompt: &[u8]) -> Result<BString, Exit> {
        match prompt {
            [_] => self.write(p, bytes!("{}{}", self.bottom(), prompt.as_bstr())).await?,
            _ => self.tell(p, prompt).await?,
        }
        let mut text = BString::default();
        let room = self.columns.saturating_sub(prompt.len() + 1);
        loop {
            self.write(p, self.place(prompt.len() + text.len() + 1)).await?;
            match self.key(p).await? {
                0x0a | 0x0d => return Ok(text),
                0x08 | 0x7f if text.pop().is_some() => self.write(p, "\x08 \x08").await?,
                key @ 0x20..0x100 if text.len() < room => {
                    let byte = key.to_le_bytes()[0];
                    self.write(p, [byte]).await?;
                    text.push(byte);
                }
                _ => {}
            }
        }
    }

    /// A key after a prompt in so many columns.
    pub(super) async fn ask_key(&mut self, p: &mut Process, prompt: &str) -> Result<u32, Exit> {
        match prompt {
            "-" => self.write(p, format!("{}-", self.bottom())).await?,
            _ => self.tell(p, prompt).await?,
        }
        self.write(p, self.place(prompt.len() + 1)).await?;
        self.key(p).await
    }

    /// A number that begins with a digit, and the key after it.
    pub(super) async fn number(&mut self, p: &mut Process, first: u32) -> Result<(Option<usize>, u32), Exit> {
        let mut digits = String::new();
        let mut key = first;
        self.write(p, format!("{}:", self.bottom())).await?;
        loop {
            match char::from_u32(key).filter(char::is_ascii_digit) {
                Some(digit) => {
                    digits.push(digit);
                    self.write(p, format!("{digit}{}", self.place(digits.len() + 2))).await?;
                }
                None if key == 0x1b => self.write(p, self.place(digits.len() + 2)).await?,
                None => break,
            }
            key = self.key(p).await?;
        }
        let number = digits.parse().ok().filter(|number| (1..=MOST).contains(number));
        Ok((number, key))
    }

    fn place(&self, column: usize) -> String {
        format!("\x1b[{};{column}H", self.height + 1)
    }
}

/// Numbers beyond it are none.
const MOST: usize = 99_999_999;
