//! Every system call of ours, safe outside.
