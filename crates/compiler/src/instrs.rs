//! What codegen hands to the flow graph: a flat instruction sequence with
//! labels, and the tables (constants, names, variables) of the code unit it
//! belongs to.  CPython's counterparts are `_PyInstructionSequence` and
//! `_PyCompile_CodeUnitMetadata`.
//!
//! A label stays symbolic until the control-flow graph is built, so inserting
//! an instruction never invalidates a jump.

use ahash::RandomState;
use bytecode::{Const, Opcode};
use indexmap::{IndexMap, IndexSet};

/// A source range, or one of the two markers below.  Lines count from 1,
/// columns are byte offsets from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Location {
    pub lineno: i32,
    pub end_lineno: i32,
    pub col_offset: i32,
    pub end_col_offset: i32,
}

impl Location {
    /// Code that belongs to no line.
    pub const NONE: Location = Location::all(-1);
    /// Takes the location of the instruction that follows it.
    pub const NEXT: Location = Location::all(-2);

    const fn all(value: i32) -> Location {
        Location { lineno: value, end_lineno: value, col_offset: value, end_col_offset: value }
    }

    pub const fn new(
        lineno: i32,
        end_lineno: i32,
        col_offset: i32,
        end_col_offset: i32,
    ) -> Location {
        Location { lineno, end_lineno, col_offset, end_col_offset }
    }
}

/// A place in an [`InstrSeq`] that jumps can name before it is reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Label(pub u32);

/// One instruction, real or pseudo.  For instructions with a target (jumps and
/// the `SETUP_*` pseudo instructions) `oparg` is the label's number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Instr {
    pub opcode: Opcode,
    pub oparg: u32,
    pub loc: Location,
}

/// The instructions of one code unit in the order codegen wrote them.
#[derive(Clone, Debug, Default)]
pub struct InstrSeq {
    pub(crate) instrs: Vec<Instr>,
    /// Position of each label; `UNSET` until it is used.
    pub(crate) labels: Vec<u32>,
    /// Replaces the `ANNOTATIONS_PLACEHOLDER`, if there is one.
    pub(crate) annotations: Option<Box<InstrSeq>>,
}

/// A label nobody placed yet.
pub(crate) const UNSET: u32 = u32::MAX;

impl InstrSeq {
    pub fn new() -> InstrSeq {
        InstrSeq::default()
    }

    pub fn new_label(&mut self) -> Label {
        self.labels.push(UNSET);
        Label(self.labels.len() as u32 - 1)
    }

    /// Places `label` before the next instruction to be added.
    pub fn use_label(&mut self, label: Label) {
        self.labels[label.0 as usize] = self.instrs.len() as u32;
    }

    pub fn addop(&mut self, opcode: Opcode, oparg: u32, loc: Location) {
        self.instrs.push(Instr { opcode, oparg, loc });
    }

    pub fn addop_jump(&mut self, opcode: Opcode, target: Label, loc: Location) {
        self.addop(opcode, target.0, loc);
    }

    /// Inserts before position `at`; labels at or after it move along.
    pub fn insert(&mut self, at: usize, opcode: Opcode, oparg: u32, loc: Location) {
        self.instrs.insert(at, Instr { opcode, oparg, loc });
        for position in &mut self.labels {
            if *position != UNSET && *position >= at as u32 {
                *position += 1;
            }
        }
    }

    /// The code that sets up annotations; it has no jumps.  It takes the place
    /// of the `ANNOTATIONS_PLACEHOLDER` instruction.
    pub fn set_annotations(&mut self, annotations: InstrSeq) {
        debug_assert!(annotations.labels.is_empty());
        self.annotations = Some(Box::new(annotations));
    }

    pub fn len(&self) -> usize {
        self.instrs.len()
    }

    pub fn is_empty(&self) -> bool {
        self.instrs.is_empty()
    }

    pub fn instrs(&self) -> &[Instr] {
        &self.instrs
    }

    /// Takes back the last instruction.
    pub fn pop(&mut self) -> Option<Instr> {
        self.instrs.pop()
    }
}

/// Names in the order of their first use; a name's place is its index.
pub type NameTable = IndexSet<Box<str>, RandomState>;

/// Index of `name`, which is added when it is new.
pub fn intern(table: &mut NameTable, name: &str) -> u32 {
    match table.get_index_of(name) {
        Some(index) => index as u32,
        None => table.insert_full(name.into()).0 as u32,
    }
}

/// Everything about a code unit that is not its instructions.
#[derive(Clone, Debug, Default)]
pub struct CodeUnit {
    pub name: Box<str>,
    pub qualname: Box<str>,
    /// Name of the class for private-name mangling, if inside one.
    pub private: Option<Box<str>>,
    pub consts: ConstTable,
    pub names: NameTable,
    pub varnames: NameTable,
    /// Its place in `cellvars` is the variable's number, before the shift by
    /// the number of locals; already sorted as CPython sorts it.
    pub cellvars: NameTable,
    /// Numbers go on after those of `cellvars`.
    pub freevars: NameTable,
    /// Names that are fast locals only inside an inlined comprehension; true
    /// while they are.  Every name in here makes a hidden local.
    pub fasthidden: IndexMap<Box<str>, bool, RandomState>,
    /// Positional-or-keyword parameters: the positional-only ones do not count here.
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    pub firstlineno: i32,
}

/// Constants in the order of their first use; those that [`Const`] calls equal
/// share a place: `1`, `1.0`, `True` and `0.0`, `-0.0` differ.
#[derive(Clone, Debug, Default)]
pub struct ConstTable {
    consts: IndexSet<Key, RandomState>,
}

/// A NaN equals nothing, not even the NaN that the same expression makes
/// elsewhere: each has a number of its own.  For the others it is 0.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key(Const, usize);

impl ConstTable {
    /// Index of the constant, which is added when it is new.
    pub fn add(&mut self, value: Const) -> u32 {
        let is_nan = match value {
            Const::Float(value) => value.is_nan(),
            Const::Complex(re, im) => re.is_nan() || im.is_nan(),
            _ => false,
        };
        let number = if is_nan { self.consts.len() + 1 } else { 0 };
        self.consts.insert_full(Key(value, number)).0 as u32
    }

    pub fn get(&self, index: u32) -> Option<&Const> {
        self.consts.get_index(index as usize).map(|key| &key.0)
    }

    pub fn len(&self) -> usize {
        self.consts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.consts.is_empty()
    }

    /// Keeps the constants whose index `keep` accepts, in their order.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(usize) -> bool) {
        let mut index = 0;
        self.consts.retain(|_| {
            index += 1;
            keep(index - 1)
        });
    }

    pub(crate) fn into_vec(self) -> Vec<Const> {
        self.consts.into_iter().map(|key| key.0).collect()
    }
}
