//! Native modules that the interpreter can boot without.
