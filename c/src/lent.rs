//! What C lends: addresses, checked as far as an address can be.

use core::mem;

use crate::status::{Result, Status};

/// What a call does with memory.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Reads it.
    Read,
    /// Writes to it.
    Write,
}

/// Bytes of the caller's, for as long as a call takes.
#[derive(Clone, Copy)]
pub(crate) struct Region {
    start: usize,
    bytes: usize,
    access: Access,
}

/// Where nothing is: it overlaps with nothing.
pub(crate) const NOWHERE: Region = Region {
    start: 0,
    bytes: 0,
    access: Access::Read,
};

/// Checks that nothing that is written to is part of anything else.
#[inline(never)]
pub(crate) fn apart(regions: &[Region]) -> Result<()> {
    // A loop, and not one comparison after another of the regions that calls have.
    let mut rest = core::hint::black_box(regions);
    while let Some((one, others)) = rest.split_first() {
        for other in others {
            let writes = one.access == Access::Write || other.access == Access::Write;
            let (first, last) = if one.start <= other.start {
                (one, other)
            } else {
                (other, one)
            };
            // Each ends within the address space.
            let common = last.start - first.start < first.bytes && last.bytes > 0;
            if writes && common {
                return Err(Status::Overlap);
            }
        }
        rest = others;
    }
    Ok(())
}

/// `count` values at an address that is not null, aligned and within the address space.
pub(crate) struct Lent<T> {
    at: *mut T,
    count: usize,
    access: Access,
}

impl<T> Clone for Lent<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Lent<T> {}

impl<T> Lent<T> {
    /// What is only read.
    pub(crate) fn read(at: *const T, count: u32) -> Result<Self> {
        Self::new(at.cast_mut(), count, Access::Read)
    }

    /// What Rust lends, to be read.
    pub(crate) fn of(values: &[T]) -> Self {
        Self {
            at: values.as_ptr().cast_mut(),
            count: values.len(),
            access: Access::Read,
        }
    }

    /// What is written to.
    pub(crate) fn write(at: *mut T, count: u32) -> Result<Self> {
        Self::new(at, count, Access::Write)
    }

    /// A result.
    pub(crate) fn out(at: *mut T) -> Result<Self> {
        Self::new(at, 1, Access::Write)
    }

    /// A result that need not be wanted: null is none.
    pub(crate) fn optional(at: *mut T) -> Result<Option<Self>> {
        if at.is_null() {
            return Ok(None);
        }
        Self::out(at).map(Some)
    }

    fn new(at: *mut T, count: u32, access: Access) -> Result<Self> {
        if at.is_null() {
            return Err(Status::Null);
        }
        if !at.is_aligned() {
            return Err(Status::Alignment);
        }
        let count = count as usize;
        let bytes = count.checked_mul(mem::size_of::<T>());
        match bytes.and_then(|bytes| at.addr().checked_add(bytes).map(|_| bytes)) {
            Some(bytes) if bytes <= isize::MAX as usize => Ok(Self { at, count, access }),
            _ => Err(Status::Address),
        }
    }

    /// The same address, of other values.
    ///
    /// Of a handle alone, which has room for them.
    pub(crate) fn cast<U>(self) -> Lent<U> {
        Lent {
            at: self.at.cast(),
            count: 1,
            access: self.access,
        }
    }

    /// How many values there are.
    pub(crate) fn count(self) -> usize {
        self.count
    }

    /// The first of them.
    pub(crate) fn first(self, count: usize) -> Option<Self> {
        (count <= self.count).then_some(Self { count, ..self })
    }

    pub(crate) fn region(self) -> Region {
        Region {
            start: self.at.addr(),
            bytes: self.count * mem::size_of::<T>(),
            access: self.access,
        }
    }

    /// Whether it may be written to.
    pub(crate) fn writable(self) -> bool {
        self.access == Access::Write
    }

    /// As it is within a call that does not write to it.
    pub(crate) fn to_read(self) -> Self {
        Self {
            access: Access::Read,
            ..self
        }
    }

    /// Its values, to read.
    ///
    /// # Safety
    /// There are so many values, and none of them is written to while the slice lives: [`apart`] has had its region.
    pub(crate) unsafe fn slice<'a>(self) -> &'a [T] {
        // SAFETY: not null, aligned and of no more than isize::MAX bytes by `new`; the rest is the caller's promise.
        unsafe { core::slice::from_raw_parts(self.at, self.count) }
    }

    /// Its values, to write.
    ///
    /// # Safety
    /// There are so many values, and nothing else reads or writes them while the slice lives: [`apart`] has had its region, as one
    /// that is written to.
    pub(crate) unsafe fn slice_mut<'a>(self) -> &'a mut [T] {
        // SAFETY: not null, aligned and of no more than isize::MAX bytes by `new`; the rest is the caller's promise.
        unsafe { core::slice::from_raw_parts_mut(self.at, self.count) }
    }

    /// Writes the result.
    ///
    /// # Safety
    /// There is room for it: it is one by [`Lent::out`].
    pub(crate) unsafe fn put(self, value: T) {
        // SAFETY: not null and aligned by `new`; that there is room is the caller's promise.
        unsafe { self.at.write(value) }
    }
}

/// The region of a result that may not be wanted.
pub(crate) fn region_of<T>(out: Option<Lent<T>>) -> Region {
    out.map_or(NOWHERE, Lent::region)
}

/// Writes a result that may not be wanted.
///
/// # Safety
/// As of [`Lent::put`].
pub(crate) unsafe fn put<T>(out: Option<Lent<T>>, value: T) {
    if let Some(out) = out {
        // SAFETY: the caller's promise.
        unsafe { out.put(value) }
    }
}
