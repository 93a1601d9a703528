//! Syntax tree to symbol tables to flow graph to code.
