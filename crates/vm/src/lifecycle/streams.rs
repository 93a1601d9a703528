//! `sys.stdin`, `sys.stdout` and `sys.stderr`, made as CPython makes them.

use crate::prelude::*;

impl VirtualMachine {
    /// Makes the standard streams and `open`; nothing happens without an `_io`.
    pub(super) fn make_streams(&self) -> PyResult<()> {
        let Some(io) = self.import_native("_io")? else { return Ok(()) };
        let open = self.get_attr(io.as_object(), &self.names().open)?;
        self.builtins_dict().set_str(self, &self.names().open, open)?;
        let n = self.names();
        for (fd, name, dunder) in
            [(0, &n.stdin, "__stdin__"), (1, &n.stdout, "__stdout__"), (2, &n.stderr, "__stderr__")]
        {
            let stream = self.standard_stream(io.as_object(), fd)?;
            self.sys_dict().set_str(self, name, stream.clone())?;
            self.sys_dict().set_str(self, &self.intern(dunder), stream)?;
        }
        self.interp.import.streams_made.set(true);
        Ok(())
    }

    fn standard_stream(&self, io: PyObject<'_>, fd: i32) -> PyResult {
        // A closed descriptor gives None, and programs check for that.
        if host::files::stat_file(fd).is_err() {
            return Ok(self.none());
        }
        let settings = &self.interp.settings;
        let n = self.names();
        let unbuffered = settings.unbuffered && fd != 0;
        let number = self.new_int(i64::from(fd));
        let raw = self.call_keywords(
            self.get_attr(io, &self.intern("FileIO"))?.as_object(),
            &[number.as_object()],
            &[
                ("mode", self.intern(if fd == 0 { "rb" } else { "wb" }).into()),
                ("closefd", self.new_bool(false)),
            ],
        )?;
        let name = ["<stdin>", "<stdout>", "<stderr>"][fd as usize];
        self.set_attr(raw.as_object(), &n.name, Some(self.new_str(name).as_object()))?;
        let terminal = host::terminal::is_terminal(fd);
        let buffer = if unbuffered {
            raw
        } else {
            let class = if fd == 0 { "BufferedReader" } else { "BufferedWriter" };
            let class = self.get_attr(io, &self.intern(class))?;
            self.call_positional(class.as_object(), &[raw.as_object()])?
        };
        let (encoding, errors) = match &settings.stdio {
            Some((encoding, errors)) => (encoding.as_str(), errors.as_str()),
            None => ("", ""),
        };
        let chosen = !encoding.is_empty();
        let encoding = if chosen {
            // By the name that the codec itself goes by.
            let codecs = self.import_native("_codecs")?.unwrap_or_else(|| self.none());
            let name = self.new_str(encoding);
            let lookup = self.intern("lookup");
            let info = self.call_method(codecs.as_object(), &lookup, &[name.as_object()])?;
            self.get_attr(info.as_object(), &n.name)?
        } else {
            self.new_str(if settings.ascii_names { "ascii" } else { "utf-8" }).into()
        };
        let errors = match (fd, errors) {
            (2, _) => "backslashreplace",
            (_, "") if chosen => "strict",
            (_, "") if settings.lenient_stdio => "surrogateescape",
            (_, "") => "strict",
            (_, e) => e,
        };
        let text = self.call_keywords(
            self.get_attr(io, &self.intern("TextIOWrapper"))?.as_object(),
            &[buffer.as_object()],
            &[
                ("encoding", encoding),
                ("errors", self.new_str(errors).into()),
                ("newline", self.new_str("\n").into()),
                ("line_buffering", self.new_bool(terminal || fd == 2)),
                ("write_through", self.new_bool(unbuffered)),
            ],
        )?;
        let mode = self.intern(if fd == 0 { "r" } else { "w" });
        self.set_attr(text.as_object(), &n.mode, Some(mode.as_object()))?;
        Ok(text)
    }

    /// `callee(*args, **keywords)`.
    pub fn call_keywords(
        &self,
        callee: PyObject<'_>,
        args: &[PyObject<'_>],
        keywords: &[(&str, PyObjectRef)],
    ) -> PyResult {
        let names = keywords.iter().map(|(k, _)| self.intern(k).into()).collect();
        let names = self.new_tuple(names);
        let mut words = args.to_vec();
        words.extend(keywords.iter().map(|(_, v)| v.as_object()));
        self.call(callee, ArgList::of(&words, Some(&names)).args())
    }
}
