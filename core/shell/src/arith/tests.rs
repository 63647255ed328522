//! Expressions and what busybox 1.37 makes of them: value and `$x`, or the error.

use std::collections::BTreeMap;

use super::*;

struct Table(BTreeMap<BString, BString>);

impl Variables for Table {
    fn value(&mut self, name: NameRef<'_>) -> Result<Value, ArithmeticError> {
        Ok(self.0.get(bstr::BStr::new(name.text)).map(|value| value.as_slice()).into())
    }

    fn assign(&mut self, name: NameRef<'_>, value: i64) -> Result<(), ArithmeticError> {
        self.0.insert(name.text.into(), value.to_string().into());
        Ok(())
    }
}

#[test]
fn expressions_give_what_busybox_gives() {
    let mut wrong = Vec::new();
    for line in include_str!("expressions.txt").lines() {
        let (expression, expected) = line.split_once(" => ").unwrap();
        let pairs = [
            ("x", "3"),
            ("e", ""),
            ("s", " 4 "),
            ("n", "-5"),
            ("q", "abc"),
            ("r", "x+1"),
            ("b", "c"),
            ("c", "b"),
        ];
        let mut table = Table(pairs.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect());
        let text = expression.replace("\\n", "\n");
        let read = Expression::from(text.as_bytes());
        let again = evaluate_read(&read, &mut Table(table.0.clone()));
        let value = evaluate(text.as_bytes(), &mut table);
        assert_eq!(again, value, "{expression}");
        let got = match value {
            Ok(value) => format!("{value} {}", table.0[bstr::BStr::new("x")]),
            Err(error) => error.to_string(),
        };
        if got != expected {
            wrong.push(format!("{expression}: {got}, not {expected}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
