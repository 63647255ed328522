//! Commands as `jobs` shows them.

use bstr::BString;

use crate::ast::{Node, Part, SimpleCommand, Word};

/// A short text of a command: what ash keeps of a job under job control.
pub(crate) fn of_node(node: &Node) -> BString {
    let mut out = BString::default();
    node_into(node, &mut out);
    out
}

/// The words of a simple command.
pub(crate) fn of_simple(command: &SimpleCommand) -> BString {
    let mut out = BString::default();
    let mut separator: &[u8] = b"";
    for word in &command.words {
        out.extend_from_slice(separator);
        word_into(word, &mut out);
        separator = b" ";
    }
    out
}

fn node_into(node: &Node, out: &mut BString) {
    match node {
        Node::Simple(command) => out.extend_from_slice(&of_simple(command)),
        Node::Pipeline(commands) => joined(commands, b" | ", out),
        Node::List(commands) => joined(commands, b"; ", out),
        Node::Not(inner) => {
            out.extend_from_slice(b"! ");
            node_into(inner, out);
        }
        Node::AndOr(first, _) => node_into(first, out),
        Node::Background(inner) => node_into(inner, out),
        Node::Subshell(group) => {
            out.push(b'(');
            node_into(&group.body, out);
            out.push(b')');
        }
        Node::Group(group) => node_into(&group.body, out),
        Node::If(..) => out.extend_from_slice(b"if ..."),
        Node::Loop(..) => out.extend_from_slice(b"while ..."),
        Node::For(..) => out.extend_from_slice(b"for ..."),
        Node::Case(..) => out.extend_from_slice(b"case ..."),
        Node::Function(name, _) => {
            out.extend_from_slice(name);
            out.extend_from_slice(b"() { ... }");
        }
        Node::Empty => {}
    }
}

fn joined(commands: &[crate::ast::NodeRef], separator: &[u8], out: &mut BString) {
    for (index, command) in commands.iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(separator);
        }
        node_into(command, out);
    }
}

fn word_into(word: &Word, out: &mut BString) {
    for part in &word.parts {
        match part {
            Part::Literal(text) => out.extend_from_slice(text),
            Part::Quoted(text) => {
                out.push(b'"');
                out.extend_from_slice(text);
                out.push(b'"');
            }
            Part::Param(param, _) => match &param.name {
                crate::ast::ParamName::Variable(name) => {
                    out.extend_from_slice(b"${");
                    out.extend_from_slice(name);
                    out.push(b'}');
                }
                _ => out.extend_from_slice(b"$..."),
            },
            Part::Command(..) => out.extend_from_slice(b"$(...)"),
            Part::Arithmetic(..) => out.extend_from_slice(b"$((...))"),
            Part::Process(..) => out.extend_from_slice(b"<(...)"),
        }
    }
}
