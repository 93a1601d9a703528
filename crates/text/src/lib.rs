//! Strings as bytes: generalised UTF-8, Unicode tables, codecs, format specs, floats.
