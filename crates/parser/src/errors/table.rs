//! Reads the notation of the rules once, when the first syntax error comes.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::actions::Action;
use super::mistakes::MISTAKES;
use super::rules::RULES;
use crate::kind::{KEYWORDS, Kind, k};
use crate::token::TokenKind;

pub(super) type RuleId = usize;

pub(super) struct Grammar {
    pub(super) rules: Vec<Rule>,
    ids: HashMap<&'static str, RuleId>,
}

pub(super) struct Rule {
    pub(super) memo: bool,
    /// Within the rule, mistakes are not looked for.
    pub(super) without_mistakes: bool,
    pub(super) alternatives: Vec<Alternative>,
    /// What may follow the value again and again: the left-recursive alternatives.
    pub(super) continuations: Vec<Alternative>,
}

pub(super) struct Alternative {
    pub(super) items: Vec<Item>,
    pub(super) actions: Vec<Action>,
    /// One rule that matches mistakes and nothing else.
    pub(super) mistake: bool,
}

pub(super) enum Item {
    Token(Kind),
    /// A name with this text.
    Soft(&'static str),
    /// A name that is some soft keyword.
    SoftKeyword,
    Rule(RuleId),
    Group(Vec<Alternative>),
    Optional(Box<Item>),
    Many {
        item: Box<Item>,
        least: usize,
    },
    Separated {
        separator: Kind,
        item: Box<Item>,
    },
    Ahead {
        item: Box<Item>,
        wanted: bool,
    },
    Forced(Kind, &'static str),
    Cut,
}

impl Grammar {
    pub(super) fn get() -> &'static Grammar {
        static GRAMMAR: LazyLock<Grammar> = LazyLock::new(Grammar::read);
        &GRAMMAR
    }

    pub(super) fn rule(&self, name: &str) -> RuleId {
        *self.ids.get(name).expect("a rule of the table")
    }

    fn read() -> Grammar {
        let lines = || RULES.lines().chain(MISTAKES.lines());
        let headers = lines().filter_map(|line| line.strip_suffix(':'));
        let mut ids = HashMap::new();
        for header in headers {
            let name = header.strip_suffix(" memo").unwrap_or(header);
            let id = ids.len();
            ids.insert(name, id);
        }
        let mut rules: Vec<Rule> = Vec::with_capacity(ids.len());
        for line in lines() {
            if let Some(header) = line.strip_suffix(':') {
                let name = header.strip_suffix(" memo").unwrap_or(header);
                rules.push(Rule {
                    memo: name != header,
                    without_mistakes: name.ends_with("_without_invalid"),
                    alternatives: Vec::new(),
                    continuations: Vec::new(),
                });
                continue;
            }
            let Some(rule) = rules.last_mut() else { continue };
            if let Some(text) = line.strip_prefix("| ") {
                rule.alternatives.push(Reader::new(text, &ids).alternative());
            } else if let Some(text) = line.strip_prefix("> ") {
                rule.continuations.push(Reader::new(text, &ids).alternative());
            }
        }
        Grammar { rules, ids }
    }
}

/// Reads one line.
struct Reader<'g> {
    rest: &'static str,
    ids: &'g HashMap<&'static str, RuleId>,
}

impl<'g> Reader<'g> {
    fn new(rest: &'static str, ids: &'g HashMap<&'static str, RuleId>) -> Reader<'g> {
        Reader { rest, ids }
    }

    fn alternative(&mut self) -> Alternative {
        let mut items = Vec::new();
        // The names of the items that have a value; `None` for those without a name.
        let mut labels: Vec<Option<u8>> = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            if self.rest.is_empty() || self.rest.starts_with(['|', ')', ']']) {
                break;
            }
            if let Some(actions) = self.rest.strip_prefix("=> ") {
                self.rest = "";
                let actions = actions.split(" => ");
                let actions = actions.map(|text| Action::read(text, &labels)).collect();
                return Alternative { mistake: false, items, actions };
            }
            let mut label = None;
            if let [letter @ b'a'..=b'z', b'=', ..] = self.rest.as_bytes() {
                label = Some(*letter);
                self.rest = &self.rest[2..];
            }
            let item = self.item();
            if !matches!(item, Item::Ahead { .. } | Item::Cut) {
                labels.push(label);
            }
            items.push(item);
        }
        let mistake = match items.as_slice() {
            [Item::Rule(id)] => self.is_mistake(*id),
            _ => false,
        };
        Alternative { items, actions: Vec::new(), mistake }
    }

    fn is_mistake(&self, id: RuleId) -> bool {
        self.ids.iter().any(|(name, other)| *other == id && name.starts_with("invalid_"))
    }

    fn group(&mut self, close: char) -> Vec<Alternative> {
        let mut alternatives = Vec::new();
        loop {
            alternatives.push(self.alternative());
            let more = self.rest.starts_with('|');
            assert!(more || self.rest.starts_with(close), "unbalanced: {}", self.rest);
            self.rest = &self.rest[1..];
            if !more {
                return alternatives;
            }
        }
    }

    fn item(&mut self) -> Item {
        if let Some(rest) = self.rest.strip_prefix("&&'") {
            self.rest = rest;
            let text = self.quoted('\'');
            return Item::Forced(token_kind(text), text);
        }
        match self.rest.as_bytes()[0] {
            b'&' | b'!' => {
                let wanted = self.rest.starts_with('&');
                self.rest = &self.rest[1..];
                return Item::Ahead { item: Box::new(self.atom()), wanted };
            }
            b'~' => {
                self.rest = &self.rest[1..];
                return Item::Cut;
            }
            _ => {}
        }
        let atom = self.atom();
        let Some(suffix) = self.rest.chars().next() else { return atom };
        if suffix == '.' {
            self.rest = &self.rest[1..];
            let Item::Token(separator) = atom else { panic!("a separator is a token") };
            let item = Box::new(self.atom());
            self.rest = self.rest.strip_prefix('+').expect("a separated list has a +");
            return Item::Separated { separator, item };
        }
        let item = match suffix {
            '?' => Item::Optional(Box::new(atom)),
            '*' => Item::Many { item: Box::new(atom), least: 0 },
            '+' => Item::Many { item: Box::new(atom), least: 1 },
            _ => return atom,
        };
        self.rest = &self.rest[1..];
        item
    }

    fn atom(&mut self) -> Item {
        let first = self.rest.as_bytes()[0];
        match first {
            b'\'' => {
                self.rest = &self.rest[1..];
                Item::Token(token_kind(self.quoted('\'')))
            }
            b'"' => {
                self.rest = &self.rest[1..];
                Item::Soft(self.quoted('"'))
            }
            b'(' => {
                self.rest = &self.rest[1..];
                Item::Group(self.group(')'))
            }
            b'[' => {
                self.rest = &self.rest[1..];
                let mut group = self.group(']');
                let single = matches!(group.as_slice(), [one] if one.items.len() == 1 && one.actions.is_empty());
                let item = match group.pop() {
                    Some(mut alternative) if single => alternative.items.remove(0),
                    last => {
                        group.extend(last);
                        Item::Group(group)
                    }
                };
                Item::Optional(Box::new(item))
            }
            _ => {
                let end = self
                    .rest
                    .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                    .unwrap_or(self.rest.len());
                let (name, rest) = self.rest.split_at(end);
                self.rest = rest;
                if name == "SOFT_KEYWORD" {
                    Item::SoftKeyword
                } else if first.is_ascii_uppercase() {
                    let kind = TokenKind::ALL.iter().find(|kind| kind.name() == name);
                    Item::Token(Kind::of(*kind.expect("a kind of token")))
                } else {
                    let id = self.ids.get(name);
                    Item::Rule(*id.unwrap_or_else(|| panic!("no rule {name}")))
                }
            }
        }
    }

    fn quoted(&mut self, quote: char) -> &'static str {
        let (text, rest) = self.rest.split_once(quote).expect("a closing quote");
        self.rest = rest;
        text
    }
}

fn token_kind(text: &str) -> Kind {
    if let Some((_, kind)) = KEYWORDS.iter().find(|(keyword, _)| *keyword == text) {
        return *kind;
    }
    let kind = TokenKind::ALL.iter().find(|kind| kind.spelling() == Some(text));
    kind.map_or(k::ERROR, |kind| Kind::of(*kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_well_formed() {
        let grammar = Grammar::get();
        assert!(grammar.rules.len() > 200);
        assert_eq!(grammar.rules[grammar.rule("primary")].continuations.len(), 4);
        assert!(grammar.rules[grammar.rule("expression")].alternatives[0].mistake);
        assert!(grammar.rules.iter().all(|rule| !rule.alternatives.is_empty()), "an empty rule");
    }
}
