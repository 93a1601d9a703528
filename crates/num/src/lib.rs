//! Integers beyond a word.
