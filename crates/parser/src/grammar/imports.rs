//! `import` and `from .. import`.

use crate::ast::{Alias, Stmt, StmtKind};
use crate::kind::k;
use crate::parser::{Fail, Parsed, Parser};

impl<'a> Parser<'a, '_> {
    // import_name: 'import' dotted_as_name (',' dotted_as_name)*
    pub(crate) fn import_name(&mut self) -> Parsed<&'a Stmt<'a>> {
        let start = self.pos;
        self.expect(k::IMPORT)?;
        let mut names = Vec::with_capacity(1);
        loop {
            let start = self.pos;
            let name = self.dotted_name()?;
            let asname = if self.eat(k::AS) { Some(self.name()?) } else { None };
            names.push(Alias { name, asname, range: self.range(start) });
            if !self.eat(k::COMMA) {
                break;
            }
        }
        let names = self.slice(&names);
        Ok(self.stmt(start, StmtKind::Import { names }))
    }

    // import_from: 'from' ('.' | '...')* [dotted_name] 'import' import_from_targets
    pub(crate) fn import_from(&mut self) -> Parsed<&'a Stmt<'a>> {
        let start = self.pos;
        self.expect(k::FROM)?;
        let mut level = 0;
        loop {
            if self.eat(k::DOT) {
                level += 1;
            } else if self.eat(k::ELLIPSIS) {
                level += 3;
            } else {
                break;
            }
        }
        let module = if level > 0 && self.at(k::IMPORT) { None } else { Some(self.dotted_name()?) };
        self.expect(k::IMPORT)?;
        let names = self.import_from_targets()?;
        if module == Some("__future__") && level == 0 {
            self.barry |= names.iter().any(|alias| alias.name == "barry_as_FLUFL");
        }
        Ok(self.stmt(start, StmtKind::ImportFrom { module, names, level: Some(level) }))
    }

    // import_from_targets: '(' import_from_as_names [','] ')' | import_from_as_names | '*'
    fn import_from_targets(&mut self) -> Parsed<&'a [Alias<'a>]> {
        if self.eat(k::STAR) {
            let star = Alias { name: "*", asname: None, range: self.range(self.pos - 1) };
            return Ok(self.slice(&[star]));
        }
        let parenthesized = self.eat(k::LPAR);
        let mut names = Vec::with_capacity(4);
        loop {
            let start = self.pos;
            let name = self.name()?;
            let asname = if self.eat(k::AS) { Some(self.name()?) } else { None };
            names.push(Alias { name, asname, range: self.range(start) });
            if !self.eat(k::COMMA) {
                break;
            }
            if parenthesized && self.at(k::RPAR) {
                break;
            }
        }
        if parenthesized {
            self.expect(k::RPAR)?;
        }
        Ok(self.slice(&names))
    }

    // dotted_name: NAME ('.' NAME)*
    fn dotted_name(&mut self) -> Parsed<&'a str> {
        let start = self.pos;
        let first = self.name()?;
        if !self.at(k::DOT) {
            return Ok(first);
        }
        let mut name = String::from(first);
        while self.eat(k::DOT) {
            name.push('.');
            name.push_str(self.name()?);
        }
        let begin = self.tokens.list[start].start as usize;
        let end = self.tokens.list[self.pos - 1].end as usize;
        let text = self.tokens.source.get(begin..end).ok_or(Fail)?;
        Ok(if text == name { text } else { self.arena.alloc_str(&name) })
    }
}
