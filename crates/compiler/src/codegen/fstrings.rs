//! f-strings and t-strings.

use bytecode::oparg::{self, BinaryOp, Conversion};
use bytecode::{Const, Opcode, RawStr};
use parser::ast::{Constant, Expr, ExprKind};

use super::consts::constant;
use super::{Compiler, Result, STACK_USE_GUIDELINE};
use crate::error::CompileError;
use crate::instrs::Location;

fn conversion_of(conversion: i32) -> Result<Conversion> {
    Ok(match u8::try_from(conversion) {
        Err(_) => Conversion::None,
        Ok(b's') => Conversion::Str,
        Ok(b'r') => Conversion::Repr,
        Ok(b'a') => Conversion::Ascii,
        Ok(_) => {
            let msg = format!("Unrecognized conversion character {conversion}");
            return Err(CompileError::system(msg));
        }
    })
}

fn is_interpolation(e: &Expr<'_>) -> bool {
    matches!(e.kind, ExprKind::Interpolation { .. })
}

impl<'a> Compiler<'a> {
    fn load_empty_str(&mut self, at: Location) {
        self.load_const(at, Const::Str(RawStr::from("")));
    }

    pub(super) fn joined_str(&mut self, at: Location, values: &[&'a Expr<'a>]) -> Result {
        if values.len() > STACK_USE_GUIDELINE {
            self.load_empty_str(at);
            self.load_method(at, "join");
            self.op_i(at, Opcode::BuildList, 0);
            for value in values {
                self.expr(value)?;
                self.op_i(at, Opcode::ListAppend, 1);
            }
            self.op_i(at, Opcode::Call, 1);
            return Ok(());
        }
        self.exprs(values)?;
        match values.len() {
            0 => self.load_empty_str(at),
            1 => {}
            n => self.op_i(at, Opcode::BuildString, n as u32),
        }
        Ok(())
    }

    pub(super) fn formatted_value(
        &mut self,
        at: Location,
        value: &'a Expr<'a>,
        conversion: i32,
        spec: Option<&'a Expr<'a>>,
    ) -> Result {
        self.expr(value)?;
        let conversion = conversion_of(conversion)?;
        if conversion != Conversion::None {
            self.op_i(at, Opcode::ConvertValue, conversion as u32);
        }
        match spec {
            Some(spec) => {
                self.expr(spec)?;
                self.op(at, Opcode::FormatWithSpec);
            }
            None => self.op(at, Opcode::FormatSimple),
        }
        Ok(())
    }

    /// The strings between the interpolations, one more than there are of these, then
    /// the interpolations.
    pub(super) fn template_str(&mut self, at: Location, values: &[&'a Expr<'a>]) -> Result {
        let mut strings = 0;
        let mut last_was_interpolation = true;
        let mut rest = values;
        while let Some((first, others)) = rest.split_first() {
            rest = others;
            if is_interpolation(first) {
                if last_was_interpolation {
                    self.load_empty_str(at);
                    strings += 1;
                }
                last_was_interpolation = true;
                continue;
            }
            self.expr(first)?;
            while let Some((next, others)) = rest.split_first() {
                if is_interpolation(next) {
                    break;
                }
                rest = others;
                self.expr(next)?;
                self.binary(at, BinaryOp::InplaceAdd);
            }
            strings += 1;
            last_was_interpolation = false;
        }
        if last_was_interpolation {
            self.load_empty_str(at);
            strings += 1;
        }
        self.op_i(at, Opcode::BuildTuple, strings);
        let mut interpolations = 0;
        for value in values.iter().filter(|value| is_interpolation(value)) {
            self.expr(value)?;
            interpolations += 1;
        }
        self.op_i(at, Opcode::BuildTuple, interpolations);
        self.op(at, Opcode::BuildTemplate);
        Ok(())
    }

    pub(super) fn interpolation(
        &mut self,
        at: Location,
        value: &'a Expr<'a>,
        text: Constant<'a>,
        conversion: i32,
        spec: Option<&'a Expr<'a>>,
    ) -> Result {
        self.expr(value)?;
        self.load_const(at, constant(text));
        if let Some(spec) = spec {
            self.expr(spec)?;
        }
        let conversion = conversion_of(conversion)?;
        // Bit 1 is always set by CPython and means nothing.
        let arg = oparg::pack_interpolation(conversion, spec.is_some()) | 2;
        self.op_i(at, Opcode::BuildInterpolation, arg);
        Ok(())
    }
}
