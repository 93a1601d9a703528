//! Runs the rules over the tokens: a PEG machine with CPython's memory (results are kept for
//! the rules marked so), its eagerness (an error, once found, ends everything) and its habit
//! of remembering how far it has looked.

use bumpalo::Bump;

use super::table::{Alternative, Grammar, Item, Rule, RuleId};
use super::value::{Node, Place, Shape, Value};
use crate::ParseOptions;
use crate::errors::{Dated, SyntaxError, too_complex};
use crate::kind::{Kind, k};
use crate::lexer::Done;
use crate::token::{Token, TokenKind};
use crate::tokens::{TokenIndex, TokenReader};

/// Rules in rules before CPython gives up.
pub(super) const MAX_LEVEL: usize = 6000;

/// An error has been found: it is in [`Machine::error`].
#[derive(Debug)]
pub(super) struct Stop;

/// The value of what matched, or nothing if it did not match.
pub(super) type Matched<'a> = Result<Option<Value<'a>>, Stop>;

/// A token with its place, as errors tell it.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) token: Token,
    pub(super) kind: Kind,
    pub(super) place: Place,
}

struct Memo<'a> {
    rule: RuleId,
    /// The value and the token behind it.
    result: Option<(Value<'a>, TokenIndex)>,
}

pub(super) struct Machine<'a> {
    pub(super) arena: &'a Bump,
    grammar: &'static Grammar,
    pub(super) options: &'a ParseOptions,
    pub(super) reader: TokenReader<'a>,
    /// What has been looked at so far.
    pub(super) tokens: Vec<Entry>,
    memo: Vec<Vec<Memo<'a>>>,
    pub(super) mark: TokenIndex,
    level: usize,
    max_level: usize,
    /// The token where the part of the source begins that is looked at.
    origin: TokenIndex,
    values: Vec<Value<'a>>,
    /// Whether rules for mistakes are tried.
    pub(super) mistakes: bool,
    pub(super) error: Option<SyntaxError>,
    pub(super) warnings: Vec<Dated>,
}

impl<'a> Machine<'a> {
    pub(super) fn new(
        arena: &'a Bump,
        source: &'a str,
        options: &'a ParseOptions,
        max_level: usize,
    ) -> Machine<'a> {
        Machine {
            arena,
            grammar: Grammar::get(),
            options,
            reader: TokenReader::new(source, options),
            tokens: Vec::new(),
            memo: Vec::new(),
            mark: 0,
            level: 0,
            max_level,
            origin: 0,
            values: Vec::new(),
            mistakes: false,
            error: None,
            warnings: Vec::new(),
        }
    }

    /// Passes over tokens that are known to be right.
    pub(super) fn skip(&mut self, tokens: usize) -> Result<(), Stop> {
        while self.mark < tokens {
            self.fill()?;
            self.mark += 1;
        }
        self.origin = self.mark;
        Ok(())
    }

    /// The value at `index` among those of the alternative that keeps them from `base` on.
    pub(super) fn value(&self, base: usize, index: usize) -> Value<'a> {
        self.values.get(base + index).copied().unwrap_or(Value::Nothing)
    }

    pub(super) fn start(&mut self, rule: &str) -> Matched<'a> {
        self.rule(self.grammar.rule(rule))
    }

    /// Starts over, looking for mistakes; the tokens stay.
    pub(super) fn second_pass(&mut self) {
        self.mark = self.origin;
        self.level = 0;
        self.values.clear();
        self.mistakes = true;
        self.memo.iter_mut().for_each(Vec::clear);
    }

    pub(super) fn done(&self) -> Done {
        self.reader.lexer.done()
    }

    pub(super) fn text(&self, index: TokenIndex) -> &'a str {
        let token = &self.tokens[index].token;
        &self.reader.source[token.start as usize..token.end as usize]
    }

    /// Makes sure that the next token has been read.
    pub(super) fn fill(&mut self) -> Result<(), Stop> {
        if self.mark < self.tokens.len() {
            return Ok(());
        }
        match self.reader.next() {
            Ok((token, kind)) => {
                self.tokens.push(Entry { token, kind, place: Place::of_token(&token, kind) });
                self.memo.push(Vec::new());
                Ok(())
            }
            Err(error) => {
                // What stopped the lexer counts as a token without a place.
                let lineno = self.reader.lexer.lineno();
                let place = Place { lineno, col: -1, end_lineno: lineno, end_col: -1 };
                let token = Token {
                    kind: TokenKind::ErrorToken,
                    level: 0,
                    start: 0,
                    end: 0,
                    lineno,
                    col: 0,
                    end_lineno: lineno,
                    end_col: 0,
                };
                self.tokens.push(Entry { token, kind: k::ERROR, place });
                self.memo.push(Vec::new());
                self.error = Some(error);
                Err(Stop)
            }
        }
    }

    fn token(&mut self, kind: Kind) -> Matched<'a> {
        self.fill()?;
        if self.tokens[self.mark].kind != kind {
            return Ok(None);
        }
        self.mark += 1;
        Ok(Some(Value::Token(self.mark - 1)))
    }

    fn soft_keyword(&mut self, accept: impl Fn(&str) -> bool) -> Matched<'a> {
        self.fill()?;
        if self.tokens[self.mark].kind != k::NAME || !accept(self.text(self.mark)) {
            return Ok(None);
        }
        self.mark += 1;
        Ok(Some(Value::Token(self.mark - 1)))
    }

    /// Levels are counted as CPython counts its calls: two for a left-recursive rule.
    fn enter(&mut self, levels: usize) -> Result<(), Stop> {
        self.level += levels;
        if self.level > self.max_level {
            self.error = Some(too_complex());
            return Err(Stop);
        }
        Ok(())
    }

    fn rule(&mut self, id: RuleId) -> Matched<'a> {
        let rule: &'static Rule = &self.grammar.rules[id];
        let start = self.mark;
        if rule.memo {
            self.fill()?;
            if let Some(memo) = self.memo[start].iter().find(|memo| memo.rule == id) {
                return Ok(memo.result.map(|(value, end)| {
                    self.mark = end;
                    value
                }));
            }
        }
        let levels = if rule.continuations.is_empty() { 1 } else { 2 };
        self.enter(levels)?;
        let mistakes = self.mistakes;
        self.mistakes &= !rule.without_mistakes;
        let mut result = self.alternatives(&rule.alternatives)?;
        while let Some(value) = result
            && !rule.continuations.is_empty()
        {
            match self.continuation(start, value, &rule.continuations)? {
                Some(longer) => result = Some(longer),
                None => break,
            }
        }
        self.mistakes = mistakes;
        self.level -= levels;
        if rule.memo {
            let result = result.map(|value| (value, self.mark));
            self.memo[start].push(Memo { rule: id, result });
        }
        Ok(result)
    }

    fn alternatives(&mut self, alternatives: &'static [Alternative]) -> Matched<'a> {
        let start = self.mark;
        for alternative in alternatives {
            if alternative.mistake && !self.mistakes {
                continue;
            }
            let mut cut = false;
            if let Some(value) = self.alternative(start, None, alternative, &mut cut)? {
                return Ok(Some(value));
            }
            self.mark = start;
            if cut {
                return Ok(None);
            }
        }
        Ok(None)
    }

    /// One more step of a left-recursive rule that began at `start`.
    fn continuation(
        &mut self,
        start: TokenIndex,
        value: Value<'a>,
        alternatives: &'static [Alternative],
    ) -> Matched<'a> {
        let here = self.mark;
        for alternative in alternatives {
            if let Some(value) = self.alternative(start, Some(value), alternative, &mut false)? {
                return Ok(Some(value));
            }
            self.mark = here;
        }
        Ok(None)
    }

    fn alternative(
        &mut self,
        start: TokenIndex,
        first: Option<Value<'a>>,
        alternative: &'static Alternative,
        cut: &mut bool,
    ) -> Matched<'a> {
        // The values of all alternatives under way share one list: this recursion is deep.
        let base = self.values.len();
        self.values.extend(first);
        for item in &alternative.items {
            if matches!(item, Item::Cut) {
                *cut = true;
                continue;
            }
            match self.item(item)? {
                Some(_) if matches!(item, Item::Ahead { .. }) => {}
                Some(value) => self.values.push(value),
                None => {
                    self.values.truncate(base);
                    return Ok(None);
                }
            }
        }
        let mut value = match &self.values[base..] {
            [value] => *value,
            values => Value::List(self.arena.alloc_slice_copy(values)),
        };
        for action in &alternative.actions {
            let result = self.act(action, start, base, value);
            match result? {
                Some(result) => value = result,
                None => {
                    self.values.truncate(base);
                    return Ok(None);
                }
            }
        }
        self.values.truncate(base);
        Ok(Some(value))
    }

    fn item(&mut self, item: &'static Item) -> Matched<'a> {
        match item {
            Item::Token(kind) => self.token(*kind),
            Item::Soft(text) => self.soft_keyword(|name| name == *text),
            Item::SoftKeyword => {
                self.soft_keyword(|name| matches!(name, "_" | "case" | "match" | "type"))
            }
            Item::Rule(id) => self.rule(*id),
            Item::Group(alternatives) => {
                self.enter(1)?;
                let result = self.alternatives(alternatives);
                self.level -= 1;
                result
            }
            Item::Optional(item) => Ok(Some(self.item(item)?.unwrap_or(Value::Nothing))),
            Item::Many { item, least } => {
                self.enter(1)?;
                let result = self.many(item, *least);
                self.level -= 1;
                result
            }
            Item::Separated { separator, item } => {
                self.enter(1)?;
                let result = self.separated(*separator, item);
                self.level -= 1;
                result
            }
            Item::Ahead { item, wanted } => {
                let here = self.mark;
                let found = self.item(item)?.is_some();
                self.mark = here;
                Ok((found == *wanted).then_some(Value::Nothing))
            }
            Item::Forced(kind, text) => {
                if let Some(value) = self.token(*kind)? {
                    return Ok(Some(value));
                }
                let place = self.tokens[self.mark].place;
                Err(self.raise_at(place, format!("expected '{text}'")))
            }
            Item::Cut => Ok(None),
        }
    }

    fn many(&mut self, item: &'static Item, least: usize) -> Matched<'a> {
        let mut values = Vec::new();
        loop {
            let here = self.mark;
            match self.item(item)? {
                Some(value) => values.push(value),
                None => {
                    self.mark = here;
                    break;
                }
            }
            // Nothing but optional parts: once is enough.
            if self.mark == here {
                break;
            }
        }
        if values.len() < least {
            return Ok(None);
        }
        Ok(Some(Value::List(self.arena.alloc_slice_copy(&values))))
    }

    fn separated(&mut self, separator: Kind, item: &'static Item) -> Matched<'a> {
        let mut values = Vec::new();
        let mut here = self.mark;
        while let Some(value) = self.item(item)? {
            values.push(value);
            here = self.mark;
            if self.token(separator)?.is_none() {
                break;
            }
        }
        self.mark = here;
        if values.is_empty() {
            return Ok(None);
        }
        Ok(Some(Value::List(self.arena.alloc_slice_copy(&values))))
    }

    /// A node over the tokens from `start` to here.
    pub(super) fn node(&mut self, start: TokenIndex, shape: Shape, items: Value<'a>) -> Value<'a> {
        let mut last = self.mark.saturating_sub(1);
        while last > start && self.tokens[last].kind.is_layout() {
            last -= 1;
        }
        let place = self.tokens[start].place.to(self.tokens[last].place);
        Value::Node(self.arena.alloc(Node { shape, place, items }))
    }
}
