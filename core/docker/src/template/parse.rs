//! Go's parser of templates (text/template/parse of Go 1.19), complaint for complaint.

use std::collections::BTreeMap;

use super::{
    MAX_DEPTH, TemplateError, functions,
    lex::{Kind, Token, tokens},
    literal,
    node::{Call, Command, Node, Operand, Pipeline, Word},
};

/// A parsed template.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    pub(super) source: String,
    pub(super) name: &'static str,
    pub(super) nodes: Vec<Node>,
    /// What `define` and `block` have named.
    pub(super) named: BTreeMap<String, Vec<Node>>,
}

impl Template {
    /// Parses a template; the error is Go's.
    pub(crate) fn parse(source: &str) -> Result<Template, TemplateError> {
        Template::named(source, "")
    }

    /// Parses a template that has a name in messages.
    pub(crate) fn named(source: &str, name: &'static str) -> Result<Template, TemplateError> {
        let mut parser = Parser {
            tokens: tokens(source),
            next: 0,
            seen: 0,
            variables: vec!["$".to_owned()],
            ranges: 0,
            depth: 0,
            named: BTreeMap::new(),
        };
        let nodes = parser.top().map_err(|text| {
            let line = parser.tokens[parser.seen].line;
            TemplateError(format!("template: {name}:{line}: {text}"))
        })?;
        Ok(Template { source: source.to_owned(), name, nodes, named: parser.named })
    }
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
    /// The furthest token that has been looked at.
    seen: usize,
    variables: Vec<String>,
    /// How many `range` are open.
    ranges: usize,
    depth: usize,
    named: BTreeMap<String, Vec<Node>>,
}

/// Nodes and what came after them.
enum Part {
    Node(Node),
    Else,
    End,
}

type Parsed<T> = Result<T, String>;

impl Parser {
    fn peek(&mut self) -> &Token {
        self.seen = self.seen.max(self.next);
        &self.tokens[self.next]
    }

    fn take(&mut self) -> Token {
        let token = self.peek().clone();
        // The last token is the end, and stays.
        self.next = (self.next + 1).min(self.tokens.len() - 1);
        token
    }

    fn skip_space(&mut self) {
        if self.peek().kind == Kind::Space {
            self.next += 1;
        }
    }

    fn take_solid(&mut self) -> Token {
        self.skip_space();
        self.take()
    }

    fn peek_solid(&mut self) -> &Token {
        self.skip_space();
        self.peek()
    }

    fn is_keyword(&mut self, word: &str) -> bool {
        let token = self.peek_solid();
        token.kind == Kind::Keyword && token.text == word
    }

    fn expect(&mut self, kind: Kind, context: &str) -> Parsed<Token> {
        let token = self.take_solid();
        if token.kind == kind { Ok(token) } else { Err(unexpected(&token, context)) }
    }

    fn deeper<T>(&mut self, part: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!("glasshull: more than {MAX_DEPTH} blocks and parentheses in one another"));
        }
        let done = part(self);
        self.depth -= 1;
        done
    }

    fn top(&mut self) -> Parsed<Vec<Node>> {
        let mut nodes = Vec::new();
        while self.peek().kind != Kind::End {
            let before = self.next;
            if self.peek().kind == Kind::Open {
                self.take();
                if self.is_keyword("define") {
                    self.take();
                    self.definition()?;
                    continue;
                }
                self.next = before;
            }
            match self.part()? {
                Part::Node(node) => nodes.push(node),
                Part::Else => return Err("unexpected {{else}}".to_owned()),
                Part::End => return Err("unexpected {{end}}".to_owned()),
            }
        }
        Ok(nodes)
    }

    fn definition(&mut self) -> Parsed<()> {
        const CONTEXT: &str = "define clause";
        let name = self.template_name(CONTEXT)?;
        self.expect(Kind::Close, CONTEXT)?;
        let outer = std::mem::replace(&mut self.variables, vec!["$".to_owned()]);
        let (nodes, last) = self.deeper(Parser::list)?;
        self.variables = outer;
        if last != "{{end}}" {
            return Err(format!("unexpected {last} in {CONTEXT}"));
        }
        self.named.insert(name, nodes);
        Ok(())
    }

    fn template_name(&mut self, context: &str) -> Parsed<String> {
        let token = self.take_solid();
        match token.kind {
            Kind::Quoted | Kind::Raw => literal::text(&token.text),
            _ => Err(unexpected(&token, context)),
        }
    }

    /// Nodes up to `{{end}}` or `{{else}}`, and which of them it was.
    fn list(&mut self) -> Parsed<(Vec<Node>, &'static str)> {
        let mut nodes = Vec::new();
        while self.peek_solid().kind != Kind::End {
            match self.part()? {
                Part::Node(node) => nodes.push(node),
                Part::Else => return Ok((nodes, "{{else}}")),
                Part::End => return Ok((nodes, "{{end}}")),
            }
        }
        Err("unexpected EOF".to_owned())
    }

    fn part(&mut self) -> Parsed<Part> {
        let token = self.take_solid();
        match token.kind {
            Kind::Text => Ok(Part::Node(Node::Text(token.text))),
            Kind::Open => self.action(),
            _ => Err(unexpected(&token, "input")),
        }
    }

    fn action(&mut self) -> Parsed<Part> {
        let token = self.peek_solid().clone();
        if token.kind != Kind::Keyword || token.text == "nil" {
            return Ok(Part::Node(Node::Print(self.pipeline("command", Kind::Close)?)));
        }
        self.take();
        let node = match token.text.as_str() {
            "end" => {
                self.expect(Kind::Close, "end")?;
                return Ok(Part::End);
            }
            "else" => {
                // `else if` stays to be read by whoever asked.
                if !self.is_keyword("if") {
                    self.expect(Kind::Close, "else")?;
                }
                return Ok(Part::Else);
            }
            "if" => self.if_block()?,
            "range" => self.range_block()?,
            "with" => {
                let (value, body, otherwise) = self.block("with")?;
                Node::With { value, body, otherwise }
            }
            "template" => self.call()?,
            "block" => self.named_block()?,
            word @ ("break" | "continue") => {
                let after = self.take_solid();
                if after.kind != Kind::Close {
                    return Err(unexpected(&after, &format!("{{{{{word}}}}}")));
                }
                match (self.ranges, word) {
                    (0, _) => return Err(format!("{{{{{word}}}}} outside {{{{range}}}}")),
                    (_, "break") => Node::Break,
                    _ => Node::Continue,
                }
            }
            _ => return Err(unexpected(&token, "command")),
        };
        Ok(Part::Node(node))
    }

    fn if_block(&mut self) -> Parsed<Node> {
        let (condition, body, otherwise) = self.block("if")?;
        Ok(Node::If { condition, body, otherwise })
    }

    fn range_block(&mut self) -> Parsed<Node> {
        let (over, body, otherwise) = self.block("range")?;
        Ok(Node::Range { over, body, otherwise })
    }

    /// What follows `if`, `range` and `with`, up to its `{{end}}`.
    fn block(&mut self, word: &str) -> Parsed<(Pipeline, Vec<Node>, Vec<Node>)> {
        let variables = self.variables.len();
        let head = self.pipeline(word, Kind::Close)?;
        let open = usize::from(word == "range");
        self.ranges += open;
        let (body, last) = self.deeper(Parser::list)?;
        self.ranges -= open;
        let mut otherwise = Vec::new();
        if last == "{{else}}" {
            if word == "if" && self.is_keyword("if") {
                self.take();
                otherwise.push(self.deeper(Parser::if_block)?);
            } else if self.peek_solid().kind == Kind::Keyword {
                // `{{else if}}` of anything else: Go sees the pipeline of an action.
                let token = self.take();
                return Err(unexpected(&token, "input"));
            } else {
                let (nodes, last) = self.deeper(Parser::list)?;
                if last != "{{end}}" {
                    return Err(format!("expected end; found {last}"));
                }
                otherwise = nodes;
            }
        }
        self.variables.truncate(variables);
        Ok((head, body, otherwise))
    }

    fn call(&mut self) -> Parsed<Node> {
        let at = self.peek_solid().at;
        let name = self.template_name("template clause")?;
        let dot = match self.peek_solid().kind {
            Kind::Close => {
                self.take();
                None
            }
            _ => Some(self.pipeline("template clause", Kind::Close)?),
        };
        Ok(Node::Call(Call { at, name, dot }))
    }

    fn named_block(&mut self) -> Parsed<Node> {
        const CONTEXT: &str = "block clause";
        let at = self.peek_solid().at;
        let name = self.template_name(CONTEXT)?;
        let dot = Some(self.pipeline(CONTEXT, Kind::Close)?);
        let outer = std::mem::replace(&mut self.variables, vec!["$".to_owned()]);
        let (nodes, last) = self.deeper(Parser::list)?;
        self.variables = outer;
        if last != "{{end}}" {
            return Err(format!("unexpected {last} in {CONTEXT}"));
        }
        self.named.insert(name.clone(), nodes);
        Ok(Node::Call(Call { at, name, dot }))
    }

    fn pipeline(&mut self, context: &str, end: Kind) -> Parsed<Pipeline> {
        let at = self.peek_solid().at;
        let mut pipeline = Pipeline { at, names: Vec::new(), assigns: false, commands: Vec::new() };
        self.declarations(&mut pipeline, context)?;
        loop {
            let token = self.peek_solid().clone();
            let begins = match token.kind {
                kind if kind == end => {
                    self.take();
                    return checked(pipeline, context);
                }
                Kind::Keyword => token.text == "nil",
                Kind::Bool | Kind::CharConstant | Kind::Number | Kind::Quoted | Kind::Raw => true,
                Kind::Field | Kind::Variable | Kind::Dot | Kind::Identifier | Kind::LeftParen => true,
                _ => false,
            };
            if !begins {
                self.take();
                return Err(unexpected(&token, context));
            }
            let command = self.command()?;
            pipeline.commands.push(command);
        }
    }

    /// `$a :=`, `$a =`, `$a, $b :=` in front of a pipeline.
    fn declarations(&mut self, pipeline: &mut Pipeline, context: &str) -> Parsed<()> {
        while self.peek_solid().kind == Kind::Variable {
            let before = self.next;
            let name = self.take().text;
            let sign = self.peek_solid().clone();
            let is_comma = sign.kind == Kind::Letter && sign.text == ",";
            if !is_comma && !matches!(sign.kind, Kind::Assign | Kind::Declare) {
                self.next = before;
                return Ok(());
            }
            self.take();
            pipeline.names.push(name.clone());
            self.variables.push(name);
            if !is_comma {
                pipeline.assigns = sign.kind == Kind::Assign;
                return Ok(());
            }
            if context != "range" || pipeline.names.len() > 1 {
                return Err(format!("too many declarations in {context}"));
            }
            if !matches!(self.peek_solid().kind, Kind::Variable | Kind::Close | Kind::RightParen) {
                return Err("range can only initialize variables".to_owned());
            }
        }
        Ok(())
    }

    fn command(&mut self) -> Parsed<Command> {
        let mut command = Command { at: self.peek_solid().at, words: Vec::new() };
        loop {
            self.skip_space();
            if let Some(word) = self.operand()? {
                command.words.push(word);
            }
            match self.peek().kind {
                Kind::Space => continue,
                Kind::Close | Kind::RightParen => {}
                Kind::Pipe => drop(self.take()),
                _ => {
                    let token = self.take();
                    return Err(unexpected(&token, "operand"));
                }
            }
            break;
        }
        if command.words.is_empty() {
            return Err("empty command".to_owned());
        }
        Ok(command)
    }

    fn operand(&mut self) -> Parsed<Option<Word>> {
        let Some(word) = self.term()? else { return Ok(None) };
        if self.peek().kind != Kind::Field {
            return Ok(Some(word));
        }
        let at = self.peek().at;
        let mut names = Vec::new();
        while self.peek().kind == Kind::Field {
            names.push(self.take().text[1..].to_owned());
        }
        let operand = match word.operand {
            Operand::Field(first) => Operand::Field([first, names].concat()),
            Operand::Variable(first) => Operand::Variable([first, names].concat()),
            Operand::Group(_) | Operand::Function(_) | Operand::Chain(..) => {
                Operand::Chain(Box::new(word), names)
            }
            _ => return Err(format!("unexpected . after term {:?}", word.to_string())),
        };
        Ok(Some(Word { at, operand }))
    }

    fn term(&mut self) -> Parsed<Option<Word>> {
        let token = self.peek_solid().clone();
        let Token { at, text, .. } = token;
        let operand = match token.kind {
            Kind::Identifier if !functions::exists(&text) => {
                self.take();
                return Err(format!("function {text:?} not defined"));
            }
            Kind::Identifier => Operand::Function(text),
            Kind::Dot => Operand::Dot,
            Kind::Keyword if text == "nil" => Operand::Nil,
            Kind::Variable if !self.variables.contains(&text) => {
                self.take();
                return Err(format!("undefined variable {text:?}"));
            }
            Kind::Variable => Operand::Variable(vec![text]),
            Kind::Field => Operand::Field(vec![text[1..].to_owned()]),
            Kind::Bool => Operand::Bool(text == "true"),
            Kind::CharConstant | Kind::Number => {
                let value = literal::number(&text)?;
                Operand::Number(text, value)
            }
            Kind::Quoted | Kind::Raw => {
                let value = literal::text(&text)?;
                Operand::Text(text, value)
            }
            Kind::LeftParen => {
                self.take();
                let inner = |parser: &mut Self| parser.pipeline("parenthesized pipeline", Kind::RightParen);
                let pipeline = self.deeper(inner)?;
                return Ok(Some(Word { at: pipeline.at, operand: Operand::Group(pipeline) }));
            }
            _ => return Ok(None),
        };
        self.take();
        Ok(Some(Word { at, operand }))
    }
}

/// Go lets only the first command of a pipeline be a plain value.
fn checked(pipeline: Pipeline, context: &str) -> Parsed<Pipeline> {
    if pipeline.commands.is_empty() {
        return Err(format!("missing value for {context}"));
    }
    let is_plain = |command: &Command| {
        let first = command.words.first().map(|word| &word.operand);
        matches!(
            first,
            Some(Operand::Bool(_) | Operand::Dot | Operand::Nil | Operand::Number(..) | Operand::Text(..))
        )
    };
    match pipeline.commands.iter().skip(1).position(is_plain) {
        Some(number) => Err(format!("non executable command in pipeline stage {}", number + 2)),
        None => Ok(pipeline),
    }
}

fn unexpected(token: &Token, context: &str) -> String {
    let text = &token.text;
    let shown = match token.kind {
        Kind::Error => return text.clone(),
        Kind::End => "EOF".to_owned(),
        Kind::Keyword | Kind::Dot => format!("<{text}>"),
        _ if text.len() > 10 => {
            format!("{:?}...", text.chars().take(10).collect::<String>())
        }
        _ => format!("{text:?}"),
    };
    format!("unexpected {shown} in {context}")
}
