//! What the alternatives of the rules do once they match: make a value, or find a mistake and
//! say where and what. Most mistakes name one or two items, between which they stand; how
//! far the lexer has read decides the end of some, as in CPython.

use super::machine::{Machine, Matched, Stop};
use super::value::{Node, Place, Shape, Value};
use crate::errors::{ErrorKind, SyntaxError, char_offset};
use crate::kind::k;
use crate::tokens::TokenIndex;

/// An action as its line in the rules gives it: a verb, the items it is about, a text.
pub(super) struct Action {
    verb: Verb,
    /// Which values it is about.
    items: Vec<usize>,
    text: String,
}

macro_rules! verbs {
    ($($(#[$doc:meta])* $verb:ident $name:literal)*) => {
        #[derive(Clone, Copy)]
        enum Verb { $($(#[$doc])* $verb),* }

        fn verb(name: &str) -> Option<Verb> {
            match name {
                $($name => Some(Verb::$verb),)*
                _ => None,
            }
        }
    };
}

verbs! {
    /// The value is that of the item.
    Value "value"
    /// The value is a node of the named shape.
    Node "node"
    /// The syntax is newer than `feature_version` allows: a number, then what it is.
    Version "version"
    /// An error from the first item to the end of the last.
    Range "range"
    /// The same from the last part of a list on.
    After "after"
    /// An error at the item.
    At "at"
    /// An error from the item to where the lexer stands.
    From "from"
    /// An error at the last token that was looked at.
    Last "last"
    /// An error at the next token.
    Next "next"
    /// The same as `last`, as an `IndentationError`.
    Indent "indent"
    /// An error if the expression is no target of the kind.
    Target "target"
    /// The same as `range`, if nothing stands between the two.
    Adjacent "adjacent"
    Legacy "legacy"
    Comma "comma"
    Bound "bound"
    BareGenexp "bare_genexp"
    Misplaced "misplaced"
    Key "key"
    Barry "barry"
    Future "future"
    Exit "exit"
    Number "number"
    Real "real"
    Imaginary "imaginary"
    String "string"
    Strings "strings"
    Joined "joined"
    Decode "decode"
    Conversion "conversion"
}

impl Action {
    /// Reads an action; `labels` are the names of the values there are.
    pub(super) fn read(line: &str, labels: &[Option<u8>]) -> Action {
        let (words, text) = match line.split_once('"') {
            Some((words, text)) => (words, text.strip_suffix('"').expect("a closing quote")),
            None => (line, ""),
        };
        let mut words = words.split_whitespace();
        let name = words.next().expect("a verb");
        let verb = verb(name).unwrap_or_else(|| panic!("no action {name}"));
        let mut items = Vec::new();
        let mut text = text.replace("\\\"", "\"");
        for word in words {
            match word.as_bytes() {
                [letter @ b'a'..=b'z'] => {
                    let at = labels.iter().position(|label| *label == Some(*letter));
                    items.push(at.expect("a named item"));
                }
                // A version's number, a node's shape: kept before the text.
                _ => {
                    text = if text.is_empty() { word.to_owned() } else { format!("{word} {text}") }
                }
            }
        }
        Action { verb, items, text }
    }
}

impl<'a> Machine<'a> {
    /// Runs an action of an alternative that began at the token `start`, keeps the values of
    /// its items from `base` on, and has the given value itself.
    pub(super) fn act(
        &mut self,
        action: &'static Action,
        start: TokenIndex,
        base: usize,
        value: Value<'a>,
    ) -> Matched<'a> {
        let item = |index: usize| action.items.get(index).map(|item| self.value(base, *item));
        let first = item(0).unwrap_or(Value::Nothing);
        let second = item(1).unwrap_or(first);
        let text = action.text.as_str();
        match action.verb {
            Verb::Value => Ok(Some(first)),
            Verb::Node => {
                let shape = Shape::named(text).expect("a shape of the table");
                Ok(Some(self.node(start, shape, value)))
            }
            Verb::Version => self.version(text, value),
            Verb::Range => {
                let place = self.place(first).to(self.place(self.last_part(second)));
                Err(self.raise_at(place, self.message(text, first)))
            }
            Verb::After => {
                let from = self.parts(first).last().copied().unwrap_or(first);
                Err(self.raise_at(self.place(from).to(self.place(second)), text.to_owned()))
            }
            Verb::At => Err(self.raise_at(self.place(first), self.message(text, first))),
            Verb::From => Err(self.raise_from(first, text.to_owned())),
            Verb::Last => Err(self.raise_last(ErrorKind::Syntax, text.to_owned())),
            Verb::Indent => {
                let message = self.message(text, first);
                Err(self.raise_last(ErrorKind::Indentation, message))
            }
            Verb::Next => {
                self.fill()?;
                Err(self.raise_token(self.mark, ErrorKind::Syntax, text.to_owned()))
            }
            Verb::Target => self.target(text, first),
            Verb::Adjacent => {
                let (from, to) = (self.place(first), self.place(second));
                if (from.end_lineno, from.end_col) != (to.lineno, to.col) {
                    return Ok(None);
                }
                Err(self.raise_at(from.to(to), text.to_owned()))
            }
            Verb::Legacy => {
                if !self.is_legacy(first) {
                    return Ok(None);
                }
                let place = self.place(first).to(self.place(second));
                Err(self.raise_at(place, self.message(text, first)))
            }
            Verb::Comma => {
                // Only where a comma would help: within brackets.
                if self.is_legacy(first) || self.tokens[self.mark - 1].token.level == 0 {
                    return Ok(None);
                }
                let place = self.place(first).to(self.place(second));
                Err(self.raise_at(place, text.to_owned()))
            }
            Verb::Bound => {
                let what =
                    if self.shape(second) == Some(Shape::Tuple) { "constraints" } else { "bound" };
                Err(self.raise_from(first, format!("cannot use {what} with {text}")))
            }
            Verb::BareGenexp => {
                let positional = self.arguments(first, false);
                let [_, .., last] = positional.as_slice() else { return Ok(None) };
                let place = self.place(*last).to(self.place(self.last_part(second)));
                Err(self.raise_at(place, text.to_owned()))
            }
            Verb::Misplaced => {
                let unpacked = |value: &Value<'a>| self.shape(*value) == Some(Shape::Unpacking);
                let unpacking = self.arguments(first, true).iter().any(unpacked);
                let unpacking = if unpacking { " unpacking" } else { "" };
                Err(self.raise_last(ErrorKind::Syntax, format!("{text}{unpacking}")))
            }
            Verb::Key => {
                let place = self.place(first);
                let place = Place { col: place.end_col - 1, end_col: -1, ..place };
                Err(self.raise_place(ErrorKind::Syntax, place.plus_one(), text.to_owned()))
            }
            Verb::Barry => self.barry(first),
            Verb::Future => {
                if self.texts(first) == ["__future__"]
                    && self.texts(second).contains(&"barry_as_FLUFL")
                {
                    self.reader.barry = true;
                }
                Ok(Some(value))
            }
            Verb::Exit => Ok(None),
            Verb::Number => self.number(start, first),
            Verb::Real => self.number_part(first, false, "real number required in complex literal"),
            Verb::Imaginary => {
                self.number_part(first, true, "imaginary number required in complex literal")
            }
            Verb::String => self.string(start, first),
            Verb::Strings => self.strings(start, first),
            Verb::Joined => {
                self.joined(first, second)?;
                Ok(Some(value))
            }
            Verb::Decode => {
                self.decode_middle(first)?;
                Ok(Some(value))
            }
            Verb::Conversion => self.conversion(first, second),
        }
    }

    fn version(&mut self, text: &str, value: Value<'a>) -> Matched<'a> {
        let (minor, what) = text.split_once(' ').expect("a number and a text");
        if self.options.feature_version >= minor.parse().unwrap_or(0) {
            return Ok(Some(value));
        }
        let message = format!("{what} only supported in Python 3.{minor} and greater");
        Err(self.raise_last(ErrorKind::Syntax, message))
    }

    /// PEP 401.
    fn barry(&mut self, operator: Value<'a>) -> Matched<'a> {
        let Value::Token(index) = operator else { return Ok(None) };
        if self.reader.barry && self.text(index) == "!=" {
            let message = "with Barry as BDFL, use '<>' instead of '!='";
            return Err(self.raise_last(ErrorKind::Syntax, message.to_owned()));
        }
        Ok(Some(operator))
    }

    fn is_legacy(&self, value: Value<'a>) -> bool {
        match value {
            Value::Token(index) => {
                self.tokens[index].kind == k::NAME && matches!(self.text(index), "print" | "exec")
            }
            _ => false,
        }
    }

    fn target(&mut self, kind: &str, value: Value<'a>) -> Matched<'a> {
        let Some(wrong) = self.invalid_target(value, kind) else { return Ok(None) };
        let verb = if kind == "del" { "delete" } else { "assign to" };
        let message = self.message(&format!("cannot {verb} {{expr}}"), wrong);
        Err(self.raise_at(self.place(wrong), message))
    }

    /// The part of an expression that cannot be a target.
    fn invalid_target(&self, value: Value<'a>, kind: &str) -> Option<Value<'a>> {
        let Value::Node(node) = value else { return None };
        let parts = || self.parts(node.items);
        match node.shape {
            Shape::List | Shape::Tuple => {
                parts().into_iter().find_map(|part| self.invalid_target(part, kind))
            }
            Shape::Starred if kind == "del" => Some(value),
            Shape::Starred => {
                parts().into_iter().next().and_then(|part| self.invalid_target(part, kind))
            }
            // The `a in b` of `for a in b` reads as a comparison.
            Shape::Compare if kind == "for" => {
                let Value::List([left, Value::List([Value::List([operator, ..]), ..])]) =
                    node.items
                else {
                    return None;
                };
                let is_in = |token: &Value<'_>| matches!(token, Value::Token(index) if self.tokens[*index].kind == k::IN);
                if is_in(operator) { self.invalid_target(*left, kind) } else { None }
            }
            Shape::Attribute | Shape::Subscript => None,
            _ => Some(value),
        }
    }

    pub(super) fn shape(&self, value: Value<'a>) -> Option<Shape> {
        match value {
            Value::Node(node) => Some(node.shape),
            Value::Token(index) if self.tokens[index].kind == k::NAME => Some(Shape::Name),
            _ => None,
        }
    }

    /// The expressions directly in a value: its nodes and names, without punctuation.
    pub(super) fn parts(&self, value: Value<'a>) -> Vec<Value<'a>> {
        let mut parts = Vec::new();
        self.collect(value, &mut parts);
        parts
    }

    fn collect(&self, value: Value<'a>, parts: &mut Vec<Value<'a>>) {
        match value {
            Value::List(items) => items.iter().for_each(|item| self.collect(*item, parts)),
            Value::Node(_) => parts.push(value),
            Value::Token(index) if self.tokens[index].kind == k::NAME => parts.push(value),
            Value::Token(_) | Value::Nothing => {}
        }
    }

    /// The arguments of a call: those with a keyword, or those without.
    fn arguments(&self, value: Value<'a>, keywords: bool) -> Vec<Value<'a>> {
        let Value::Node(Node { shape: Shape::Args, items, .. }) = value else { return Vec::new() };
        let is_keyword =
            |part: &Value<'a>| matches!(self.shape(*part), Some(Shape::Keyword | Shape::Unpacking));
        self.parts(*items).into_iter().filter(|part| is_keyword(part) == keywords).collect()
    }

    /// Where a list ends: its last expression, without what closes brackets around it.
    fn last_part(&self, value: Value<'a>) -> Value<'a> {
        match value {
            Value::List(_) => self.parts(value).last().copied().unwrap_or(value),
            _ => value,
        }
    }

    fn texts(&self, value: Value<'a>) -> Vec<&'a str> {
        match value {
            Value::Token(index) => vec![self.text(index)],
            Value::List(items) => items.iter().flat_map(|item| self.texts(*item)).collect(),
            Value::Node(_) | Value::Nothing => Vec::new(),
        }
    }

    pub(super) fn place(&self, value: Value<'a>) -> Place {
        self.place_of(value).unwrap_or(Place { lineno: 1, col: 0, end_lineno: 1, end_col: 0 })
    }

    fn place_of(&self, value: Value<'a>) -> Option<Place> {
        match value {
            Value::Nothing => None,
            Value::Token(index) => Some(self.tokens[index].place),
            Value::Node(node) => Some(node.place),
            Value::List(items) => {
                let mut places = items.iter().filter_map(|item| self.place_of(*item));
                let first = places.next()?;
                Some(places.next_back().map_or(first, |last| first.to(last)))
            }
        }
    }

    fn message(&self, template: &str, about: Value<'a>) -> String {
        if !template.contains('{') {
            return template.to_owned();
        }
        let shape = self.shape(about).map_or("expression", Shape::name);
        let text = self.texts(about).first().copied().unwrap_or_default();
        let line = self.place(about).lineno.to_string();
        template.replace("{expr}", shape).replace("{text}", text).replace("{line}", &line)
    }

    pub(super) fn raise_at(&mut self, place: Place, message: String) -> Stop {
        self.raise_place(ErrorKind::Syntax, place.plus_one(), message)
    }

    fn raise_from(&mut self, value: Value<'a>, message: String) -> Stop {
        let place = self.place(value).plus_one();
        let lexer = &self.reader.lexer;
        let (end_lineno, end_col) = (lexer.lineno(), lexer.column() as i32);
        let end_col = end_col - i32::from(self.reader.is_within_token());
        self.raise_place(ErrorKind::Syntax, Place { end_lineno, end_col, ..place }, message)
    }

    pub(super) fn raise_last(&mut self, kind: ErrorKind, message: String) -> Stop {
        self.raise_token(self.tokens.len().saturating_sub(1), kind, message)
    }

    pub(super) fn raise_token(
        &mut self,
        index: TokenIndex,
        kind: ErrorKind,
        message: String,
    ) -> Stop {
        let Some(entry) = self.tokens.get(index) else {
            let nowhere = Place { lineno: 0, col: 0, end_lineno: 0, end_col: -1 };
            return self.raise_place(kind, nowhere, message);
        };
        let mut place = entry.place;
        place.col = match place.col {
            -1 => self.reader.lexer.column() as i32,
            col => col + 1,
        };
        if place.end_col != -1 {
            place.end_col += 1;
        }
        self.raise_place(kind, place, message)
    }

    /// Notes the error; columns are in bytes from 1 here, 0 and -1 being no columns.
    pub(super) fn raise_place(&mut self, kind: ErrorKind, place: Place, message: String) -> Stop {
        let text = self.reader.lexer.error_text(place.lineno);
        // Both offsets are counted on the first line, as in CPython.
        let characters = |col: i32| match usize::try_from(col) {
            Ok(col) => {
                let beyond = col > text.len();
                (char_offset(text.as_bytes(), col) + usize::from(beyond)) as i32
            }
            Err(_) => col,
        };
        let start = (place.lineno, characters(place.col));
        let end = (place.end_lineno, characters(place.end_col));
        self.error = Some(SyntaxError::new(kind, message).at(start, end, Some(text)));
        Stop
    }
}

impl Place {
    /// Columns counted from 1; none becomes 0.
    pub(super) fn plus_one(self) -> Place {
        Place { col: self.col + 1, end_col: self.end_col + 1, ..self }
    }
}
