use super::{
    MAX_DEPTH, TemplateError, functions,
    lex::{Piece, Token, pieces},
};

/// A parsed template.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Template {
    pub(super) nodes: Vec<Node>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Text(String),
    Print(Pipeline),
    If { branches: Vec<(Pipeline, Vec<Node>)>, otherwise: Vec<Node> },
    Range { over: Pipeline, body: Vec<Node>, otherwise: Vec<Node> },
    With { value: Pipeline, body: Vec<Node>, otherwise: Vec<Node> },
}

/// `$a, $b := command | command`
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pipeline {
    pub(super) names: Vec<String>,
    pub(super) declares: bool,
    pub(super) commands: Vec<Vec<Operand>>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Operand {
    Field(Vec<String>),
    Variable(String, Vec<String>),
    Function(String),
    Text(String),
    Number(i64),
    Bool(bool),
    Nil,
    Group(Box<Pipeline>, Vec<String>),
}

impl Template {
    /// Parses a template; the error is Go's.
    pub(crate) fn parse(source: &str) -> Result<Template, TemplateError> {
        let mut parser = Parser { pieces: pieces(source)?.into_iter() };
        match parser.nodes(0)? {
            (nodes, Stop::End) => Ok(Template { nodes }),
            (_, Stop::Keyword(word, _)) => Err(TemplateError::new(format!("unexpected {{{{{word}}}}}"))),
        }
    }
}

struct Parser {
    pieces: std::vec::IntoIter<Piece>,
}

/// What ended a list of nodes.
enum Stop {
    End,
    Keyword(String, Vec<Token>),
}

impl Parser {
    fn nodes(&mut self, depth: usize) -> Result<(Vec<Node>, Stop), TemplateError> {
        if depth > MAX_DEPTH {
            return Err(TemplateError::new(format!("more than {MAX_DEPTH} nested blocks")));
        }
        let mut nodes = Vec::new();
        while let Some(piece) = self.pieces.next() {
            let tokens = match piece {
                Piece::Text(text) => {
                    nodes.push(Node::Text(text));
                    continue;
                }
                Piece::Action(tokens) => tokens,
            };
            match tokens.first() {
                Some(Token::Word(word)) if word == "end" || word == "else" => {
                    return Ok((nodes, Stop::Keyword(word.clone(), tokens[1..].to_vec())));
                }
                Some(Token::Word(word)) if matches!(word.as_str(), "if" | "range" | "with") => {
                    nodes.push(self.block(word, &tokens[1..], depth + 1)?);
                }
                Some(_) => nodes.push(Node::Print(pipeline(&tokens, 0)?)),
                None => return Err(TemplateError::new("missing value for command")),
            }
        }
        Ok((nodes, Stop::End))
    }

    fn block(&mut self, keyword: &str, head: &[Token], depth: usize) -> Result<Node, TemplateError> {
        let head = pipeline(head, 0)?;
        let (body, stop) = self.nodes(depth)?;
        let mut branches = vec![(head, body)];
        let otherwise = self.rest_of_block(keyword, stop, &mut branches, depth)?;
        if keyword == "if" {
            return Ok(Node::If { branches, otherwise });
        }
        let (head, body) = branches.remove(0);
        Ok(match keyword {
            "range" => Node::Range { over: head, body, otherwise },
            _ => Node::With { value: head, body, otherwise },
        })
    }

    /// Reads `else`, `else if` and `end`; further branches go to `branches`.
    fn rest_of_block(
        &mut self,
        keyword: &str,
        mut stop: Stop,
        branches: &mut Vec<(Pipeline, Vec<Node>)>,
        depth: usize,
    ) -> Result<Vec<Node>, TemplateError> {
        let mut otherwise = Vec::new();
        let mut last = false;
        loop {
            let (word, tokens) = match stop {
                Stop::End => return Err(TemplateError::new("unexpected EOF")),
                Stop::Keyword(word, tokens) => (word, tokens),
            };
            match (word.as_str(), tokens.first()) {
                ("end", None) => return Ok(otherwise),
                ("else", None) if !last => {
                    (otherwise, stop) = self.nodes(depth)?;
                    last = true;
                }
                ("else", Some(Token::Word(next))) if next == "if" && keyword == "if" && !last => {
                    let head = pipeline(&tokens[1..], 0)?;
                    let (body, next_stop) = self.nodes(depth)?;
                    branches.push((head, body));
                    stop = next_stop;
                }
                _ => return Err(TemplateError::new(format!("unexpected {{{{{word}}}}}"))),
            }
        }
    }
}

fn pipeline(tokens: &[Token], depth: usize) -> Result<Pipeline, TemplateError> {
    let (names, declares, tokens) = declaration(tokens);
    let mut reader = Operands { tokens, at: 0 };
    let commands = reader.commands(depth)?;
    match reader.tokens.get(reader.at) {
        None => Ok(Pipeline { names, declares, commands }),
        Some(_) => Err(TemplateError::new("unexpected right paren")),
    }
}

/// `$a, $b :=` or `$a =` in front.
fn declaration(tokens: &[Token]) -> (Vec<String>, bool, &[Token]) {
    let sign = tokens.iter().position(|token| matches!(token, Token::Declare | Token::Assign));
    let Some(sign) = sign.filter(|&at| at == 1 || at == 3) else { return (Vec::new(), false, tokens) };
    let names = tokens[..sign].iter().filter_map(|token| match token {
        Token::Variable(name, _) => Some(name.clone()),
        _ => None,
    });
    (names.collect(), tokens[sign] == Token::Declare, &tokens[sign + 1..])
}

struct Operands<'a> {
    tokens: &'a [Token],
    at: usize,
}

impl Operands<'_> {
    fn commands(&mut self, depth: usize) -> Result<Vec<Vec<Operand>>, TemplateError> {
        if depth > MAX_DEPTH {
            return Err(TemplateError::new(format!("more than {MAX_DEPTH} nested parentheses")));
        }
        let mut commands = vec![Vec::new()];
        while let Some(token) = self.tokens.get(self.at) {
            if matches!(token, Token::Close(_)) {
                break;
            }
            self.at += 1;
            if *token == Token::Pipe {
                commands.push(Vec::new());
                continue;
            }
            let operand = self.operand(token, depth)?;
            if let Some(command) = commands.last_mut() {
                command.push(operand);
            }
        }
        match commands.iter().any(Vec::is_empty) {
            true => Err(TemplateError::new("missing value for command")),
            false => Ok(commands),
        }
    }

    fn operand(&mut self, token: &Token, depth: usize) -> Result<Operand, TemplateError> {
        Ok(match token {
            Token::Field(names) => Operand::Field(names.clone()),
            Token::Variable(name, fields) => Operand::Variable(name.clone(), fields.clone()),
            Token::Text(text) => Operand::Text(text.clone()),
            Token::Number(number) => Operand::Number(*number),
            Token::Word(word) if word == "true" || word == "false" => Operand::Bool(word == "true"),
            Token::Word(word) if word == "nil" => Operand::Nil,
            Token::Word(word) if functions::exists(word) => Operand::Function(word.clone()),
            Token::Word(word) => return Err(TemplateError::new(format!("function {word:?} not defined"))),
            Token::Open => self.group(depth)?,
            Token::Pipe | Token::Close(_) | Token::Declare | Token::Assign | Token::Comma => {
                return Err(TemplateError::new("unexpected token in operand"));
            }
        })
    }

    fn group(&mut self, depth: usize) -> Result<Operand, TemplateError> {
        let commands = self.commands(depth + 1)?;
        let Some(Token::Close(fields)) = self.tokens.get(self.at) else {
            return Err(TemplateError::new("unclosed left paren"));
        };
        self.at += 1;
        let inner = Pipeline { names: Vec::new(), declares: false, commands };
        Ok(Operand::Group(Box::new(inner), fields.clone()))
    }
}
