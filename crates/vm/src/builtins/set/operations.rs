//! Set algebra on `PySet`, in the orders that CPython visits the items in: they decide the
//! order of the results.

use super::{PySet, hash_item};
use crate::prelude::*;

/// An iterable, looked at once.
enum Source<'a> {
    Set(&'a PySet),
    Dict(&'a Py<PyDict>),
    Other,
}

fn source<'a>(vm: &VirtualMachine, o: PyObject<'a>) -> Source<'a> {
    if let Some(s) = o.any_set() {
        return Source::Set(s);
    }
    match o.downcast_exact::<PyDict>(&vm.types().dict) {
        Some(d) => Source::Dict(d),
        None => Source::Other,
    }
}

impl PySet {
    pub fn from_iterable(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<PySet> {
        let set = PySet::new();
        set.update(vm, o)?;
        Ok(set)
    }

    pub fn copy(&self, vm: &VirtualMachine) -> PyResult<PySet> {
        let set = PySet::new();
        set.merge_unshared(vm, self)?;
        Ok(set)
    }

    /// Takes over another set's items into this one, which was never used.
    fn merge_unshared(&self, vm: &VirtualMachine, other: &PySet) -> PyResult<()> {
        self.prepare_merge(vm, other.len())?;
        self.table.merge_into_empty(&other.table);
        Ok(())
    }

    /// Makes room before `more` items are merged in.
    fn prepare_merge(&self, vm: &VirtualMachine, more: usize) -> PyResult<()> {
        vm.check_room(self.table.merge_growth(more))?;
        self.table.prepare_merge(more);
        Ok(())
    }

    /// `self |= o` for any iterable.
    pub fn update(&self, vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<()> {
        match source(vm, o) {
            Source::Set(s) => self.merge(vm, s),
            Source::Dict(d) => {
                self.prepare_merge(vm, d.len())?;
                let mut pos = 0;
                while let Some((hash, key)) = d.table().next_key(&mut pos) {
                    self.add_hashed(vm, key.as_object(), hash)?;
                }
                Ok(())
            }
            Source::Other => vm.for_each(o, |item| self.add(vm, item.as_object()).map(drop)),
        }
    }

    fn merge(&self, vm: &VirtualMachine, other: &PySet) -> PyResult<()> {
        if std::ptr::eq(self, other) || other.is_empty() {
            return Ok(());
        }
        if self.table.never_used() {
            return self.merge_unshared(vm, other);
        }
        self.prepare_merge(vm, other.len())?;
        let mut pos = 0;
        while let Some((hash, item)) = other.table.next_item(&mut pos) {
            self.add_hashed(vm, item.as_object(), hash)?;
        }
        Ok(())
    }

    /// `self & o` for any iterable.
    pub fn intersection(&self, vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<PySet> {
        let result = PySet::new();
        match o.any_set() {
            Some(s) if std::ptr::eq(self, s) => return self.copy(vm),
            Some(s) => {
                let (small, large) = if s.len() > self.len() { (self, s) } else { (s, self) };
                let mut pos = 0;
                while let Some((hash, item)) = small.table.next_item(&mut pos) {
                    if large.find(vm, item.as_object(), hash)?.is_some() {
                        result.add_hashed(vm, item.as_object(), hash)?;
                    }
                }
            }
            None => vm.for_each(o, |item| {
                let hash = hash_item(vm, item.as_object())?;
                if self.find(vm, item.as_object(), hash)?.is_some() {
                    result.add_hashed(vm, item.as_object(), hash)?;
                }
                Ok(())
            })?,
        }
        Ok(result)
    }

    /// `self -= o` for any iterable.
    pub fn difference_update(&self, vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<()> {
        match o.any_set() {
            Some(s) if std::ptr::eq(self, s) => {
                drop(self.table.take_all());
                return Ok(());
            }
            Some(s) => {
                // A much larger set is cut to what matters first.
                let common;
                let s = if s.len() >> 3 > self.len() {
                    common = self.common_with(vm, s)?;
                    &common
                } else {
                    s
                };
                let mut pos = 0;
                while let Some((hash, item)) = s.table.next_item(&mut pos) {
                    self.discard_hashed(vm, item.as_object(), hash)?;
                }
            }
            None => vm.for_each(o, |item| {
                let hash = hash_item(vm, item.as_object())?;
                self.discard_hashed(vm, item.as_object(), hash).map(drop)
            })?,
        }
        self.table.shrink_after_removals();
        Ok(())
    }

    /// The items of this set that a larger one has too.
    fn common_with(&self, vm: &VirtualMachine, large: &PySet) -> PyResult<PySet> {
        let result = PySet::new();
        let mut pos = 0;
        while let Some((hash, item)) = self.table.next_item(&mut pos) {
            if large.find(vm, item.as_object(), hash)?.is_some() {
                result.add_hashed(vm, item.as_object(), hash)?;
            }
        }
        Ok(result)
    }

    /// `self - o` for any iterable.
    pub fn difference(&self, vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<PySet> {
        let kind = source(vm, o);
        let other_len = match kind {
            Source::Set(s) => s.len(),
            Source::Dict(d) => d.len(),
            Source::Other => 0,
        };
        if matches!(kind, Source::Other) || self.len() >> 2 > other_len {
            let result = self.copy(vm)?;
            result.difference_update(vm, o)?;
            return Ok(result);
        }
        let result = PySet::new();
        let mut pos = 0;
        while let Some((hash, item)) = self.table.next_item(&mut pos) {
            let there = match kind {
                Source::Set(s) => s.find(vm, item.as_object(), hash)?.is_some(),
                Source::Dict(d) => d.find(vm, item.as_object(), hash)?.is_some(),
                Source::Other => false,
            };
            if !there {
                result.add_hashed(vm, item.as_object(), hash)?;
            }
        }
        Ok(result)
    }

    /// `self ^= o` for any iterable.
    pub fn symmetric_difference_update(
        &self,
        vm: &VirtualMachine,
        o: PyObject<'_>,
    ) -> PyResult<()> {
        let toggle = |item: PyObject<'_>, hash: i64| -> PyResult<()> {
            if !self.discard_hashed(vm, item, hash)? {
                self.add_hashed(vm, item, hash)?;
            }
            Ok(())
        };
        let made;
        let other = match source(vm, o) {
            Source::Set(s) if std::ptr::eq(self, s) => {
                drop(self.table.take_all());
                return Ok(());
            }
            Source::Set(s) => s,
            Source::Dict(d) => {
                let mut pos = 0;
                while let Some((hash, key)) = d.table().next_key(&mut pos) {
                    toggle(key.as_object(), hash)?;
                }
                return Ok(());
            }
            Source::Other => {
                made = PySet::from_iterable(vm, o)?;
                &made
            }
        };
        let mut pos = 0;
        while let Some((hash, item)) = other.table.next_item(&mut pos) {
            toggle(item.as_object(), hash)?;
        }
        Ok(())
    }

    /// `self <= other`.
    pub fn is_subset(&self, vm: &VirtualMachine, other: &PySet) -> PyResult<bool> {
        if self.len() > other.len() {
            return Ok(false);
        }
        let mut pos = 0;
        while let Some((hash, item)) = self.table.next_item(&mut pos) {
            if other.find(vm, item.as_object(), hash)?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// True when no item of an iterable is in the set.
    pub fn is_disjoint(&self, vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<bool> {
        if let Some(s) = o.any_set() {
            if std::ptr::eq(self, s) {
                return Ok(self.is_empty());
            }
            let (small, large) = if s.len() > self.len() { (self, s) } else { (s, self) };
            let mut pos = 0;
            while let Some((hash, item)) = small.table.next_item(&mut pos) {
                if large.find(vm, item.as_object(), hash)?.is_some() {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        let it = vm.get_iter(o)?;
        while let Some(item) = vm.iter_next(it.as_object())? {
            if self.contains(vm, item.as_object())? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
