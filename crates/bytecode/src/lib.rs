//! The instruction table, raw code objects, tables, marshal and the verifier.
