//! Values, objects, types, frames, the eval loop, builtin types, import, GC.
