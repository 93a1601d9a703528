//! `import` and `from ... import`.

use bytecode::oparg::Intrinsic1;
use bytecode::{Const, Opcode};
use parser::ast::Alias;

use super::{Compiler, Ctx, Result};
use crate::instrs::Location;

impl<'a> Compiler<'a> {
    pub(super) fn import(&mut self, at: Location, names: &[Alias<'a>]) -> Result {
        for alias in names {
            self.load_const(at, Const::Int(0));
            self.load_none(at);
            self.op_name(at, Opcode::ImportName, alias.name);
            match alias.asname {
                Some(asname) => self.import_as(at, alias.name, asname)?,
                None => {
                    let first = alias.name.split_once('.').map_or(alias.name, |(first, _)| first);
                    self.nameop(at, first, Ctx::Store)?;
                }
            }
        }
        Ok(())
    }

    /// `import a.b.c as name` imports `a` and walks to `c`.
    fn import_as(&mut self, at: Location, name: &'a str, asname: &'a str) -> Result {
        let Some((_, path)) = name.split_once('.') else {
            return self.nameop(at, asname, Ctx::Store);
        };
        let mut parts = path.split('.').peekable();
        while let Some(part) = parts.next() {
            self.op_global_name(at, Opcode::ImportFrom, part);
            if parts.peek().is_some() {
                self.op_i(at, Opcode::Swap, 2);
                self.op(at, Opcode::PopTop);
            }
        }
        self.nameop(at, asname, Ctx::Store)?;
        self.op(at, Opcode::PopTop);
        Ok(())
    }

    pub(super) fn import_from(
        &mut self,
        at: Location,
        module: Option<&'a str>,
        names: &[Alias<'a>],
        level: i32,
    ) -> Result {
        self.load_const(at, Const::Int(i64::from(level)));
        self.load_names(at, names.iter().map(|alias| alias.name));
        self.op_name(at, Opcode::ImportName, module.unwrap_or_default());
        if names.first().is_some_and(|alias| alias.name.starts_with('*')) {
            self.intrinsic_1(at, Intrinsic1::ImportStar);
            self.op(Location::NONE, Opcode::PopTop);
            return Ok(());
        }
        for alias in names {
            self.op_name(at, Opcode::ImportFrom, alias.name);
            self.nameop(at, alias.asname.unwrap_or(alias.name), Ctx::Store)?;
        }
        // The module itself.
        self.op(at, Opcode::PopTop);
        Ok(())
    }
}
