//! Parameters of functions and lambdas, lambdas, and type parameters.

use crate::ast::{Arg, Arguments, Expr, ExprKind, TypeParam, TypeParamKind};
use crate::kind::{Kind, k};
use crate::parser::{Fail, Parsed, Parser};

/// What tells the parameters of a `def` from those of a `lambda`.
#[derive(Clone, Copy)]
struct Style {
    close: Kind,
    /// Annotations and type comments are for `def` only.
    annotated: bool,
}

const DEF: Style = Style { close: k::RPAR, annotated: true };
const LAMBDA: Style = Style { close: k::COLON, annotated: false };

#[derive(Default)]
struct Parameters<'a> {
    posonlyargs: Vec<&'a Arg<'a>>,
    args: Vec<&'a Arg<'a>>,
    defaults: Vec<&'a Expr<'a>>,
    slash: bool,
    star: bool,
    vararg: Option<&'a Arg<'a>>,
    kwonlyargs: Vec<&'a Arg<'a>>,
    kw_defaults: Vec<Option<&'a Expr<'a>>>,
    kwarg: Option<&'a Arg<'a>>,
}

impl<'a> Parser<'a, '_> {
    // lambdef: 'lambda' [lambda_params] ':' expression
    pub(crate) fn lambdef(&mut self) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        self.expect(k::LAMBDA)?;
        let args = self.parameters(LAMBDA)?;
        self.expect(k::COLON)?;
        let body = self.expression()?;
        Ok(self.expr(start, ExprKind::Lambda { args, body }))
    }

    // params: parameters
    pub(crate) fn def_parameters(&mut self) -> Parsed<&'a Arguments<'a>> {
        self.parameters(DEF)
    }

    /// Parameters up to the closing token, which is left alone.
    // parameters: positional params, '/', '*', '**' in that order, each with its comma
    fn parameters(&mut self, style: Style) -> Parsed<&'a Arguments<'a>> {
        if self.at(style.close) {
            return Ok(self.arena.alloc(Arguments::EMPTY));
        }
        let mut all = Parameters::default();
        while !self.at(style.close) {
            match self.kind() {
                k::SLASH => {
                    if all.slash || all.star || all.args.is_empty() {
                        return Err(Fail);
                    }
                    self.since(8)?;
                    self.advance();
                    all.slash = true;
                    all.posonlyargs = std::mem::take(&mut all.args);
                    if !self.eat(k::COMMA) && !self.at(style.close) {
                        return Err(Fail);
                    }
                }
                k::STAR => {
                    if std::mem::replace(&mut all.star, true) {
                        return Err(Fail);
                    }
                    self.advance();
                    if self.eat(k::COMMA) {
                        // A bare star must have parameters to make keyword-only.
                        if !self.at(k::NAME) {
                            return Err(Fail);
                        }
                    } else {
                        let arg = self.parameter(style, true)?;
                        all.vararg = Some(self.end_of_parameter(style, arg)?);
                    }
                }
                k::DOUBLESTAR => {
                    self.advance();
                    let arg = self.parameter(style, false)?;
                    all.kwarg = Some(self.end_of_parameter(style, arg)?);
                    if !self.at(style.close) {
                        return Err(Fail);
                    }
                }
                _ => self.plain_parameter(style, &mut all)?,
            }
        }
        Ok(self.arena.alloc(Arguments {
            posonlyargs: self.slice(&all.posonlyargs),
            args: self.slice(&all.args),
            vararg: all.vararg,
            kwonlyargs: self.slice(&all.kwonlyargs),
            kw_defaults: self.slice(&all.kw_defaults),
            kwarg: all.kwarg,
            defaults: self.slice(&all.defaults),
        }))
    }

    // param_maybe_default: param ['=' expression] (',' | &close)
    fn plain_parameter(&mut self, style: Style, all: &mut Parameters<'a>) -> Parsed<()> {
        let arg = self.parameter(style, false)?;
        let default = if self.eat(k::EQUAL) { Some(self.expression()?) } else { None };
        let arg = self.end_of_parameter(style, arg)?;
        if all.star {
            all.kwonlyargs.push(arg);
            all.kw_defaults.push(default);
            return Ok(());
        }
        match default {
            Some(default) => all.defaults.push(default),
            None if !all.defaults.is_empty() => return Err(Fail),
            None => {}
        }
        all.args.push(arg);
        Ok(())
    }

    // param: NAME [':' expression]
    fn parameter(&mut self, style: Style, variadic: bool) -> Parsed<Arg<'a>> {
        let start = self.pos;
        let arg = self.name()?;
        let annotation = if !style.annotated || !self.eat(k::COLON) {
            None
        } else if variadic && self.at(k::STAR) {
            Some(self.star_expression()?)
        } else {
            Some(self.expression()?)
        };
        Ok(Arg { arg, annotation, type_comment: None, range: self.range(start) })
    }

    // (',' TYPE_COMMENT? | TYPE_COMMENT? &close)
    fn end_of_parameter(&mut self, style: Style, mut arg: Arg<'a>) -> Parsed<&'a Arg<'a>> {
        let comma = self.eat(k::COMMA);
        if style.annotated {
            arg.type_comment = self.type_comment();
        }
        if !comma && !self.at(style.close) {
            return Err(Fail);
        }
        Ok(self.arena.alloc(arg))
    }

    /// Takes a type comment if one comes next.
    pub(crate) fn type_comment(&mut self) -> Option<&'a str> {
        if !self.at(k::TYPE_COMMENT) {
            return None;
        }
        let text = self.text();
        self.advance();
        Some(text)
    }

    // type_params: '[' type_param (',' type_param)* [','] ']'
    pub(crate) fn type_params(&mut self) -> Parsed<&'a [&'a TypeParam<'a>]> {
        if !self.eat(k::LSQB) {
            return Ok(&[]);
        }
        let mut list = Vec::new();
        loop {
            list.push(self.type_param()?);
            if !self.eat(k::COMMA) || self.at(k::RSQB) {
                break;
            }
        }
        self.expect(k::RSQB)?;
        self.since(12)?;
        Ok(self.slice(&list))
    }

    // type_param: NAME [':' expression] ['=' expression]
    //           | '*' NAME ['=' star_expression] | '**' NAME ['=' expression]
    fn type_param(&mut self) -> Parsed<&'a TypeParam<'a>> {
        let start = self.pos;
        let kind = if self.eat(k::STAR) {
            let name = self.name()?;
            TypeParamKind::TypeVarTuple { name, default_value: self.type_default(true)? }
        } else if self.eat(k::DOUBLESTAR) {
            let name = self.name()?;
            TypeParamKind::ParamSpec { name, default_value: self.type_default(false)? }
        } else {
            let name = self.name()?;
            let bound = if self.eat(k::COLON) { Some(self.expression()?) } else { None };
            TypeParamKind::TypeVar { name, bound, default_value: self.type_default(false)? }
        };
        Ok(self.arena.alloc(TypeParam { kind, range: self.range(start) }))
    }

    fn type_default(&mut self, starred: bool) -> Parsed<Option<&'a Expr<'a>>> {
        if !self.eat(k::EQUAL) {
            return Ok(None);
        }
        let value = if starred { self.star_expression()? } else { self.expression()? };
        self.since(13)?;
        Ok(Some(value))
    }
}
