//! Storage that knows no Python: the dict's table, list items, words and bytes behind a
//! payload.  Its methods take and return words by value and never call out, which is why
//! they need no borrow flag.

#![allow(unsafe_code)]

pub mod byte_data;
pub mod dict_table;
pub mod list_items;
pub mod set_table;
pub mod str_data;
pub mod structseq_items;
pub mod tuple_items;
