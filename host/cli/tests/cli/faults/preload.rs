//! A library that is loaded before the C library: it makes calls fail. For `faults/mod.rs`, which compiles it.
//!
//! `FAULT_AT` is which call fails, from 1, of those in `FAULT_CALLS` (names between commas; `folder` is fsync of a folder) on files
//! other than the standard three; `FAULT_STAYS` makes those after it fail as well, with `other` every second one; `FAULT_ERRNO` is the
//! error; `FAULT_MARK` is a file that is made when the first fails. A write that fails has written half, unless a signal interrupted it.
#![allow(unsafe_code, clippy::missing_safety_doc)]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

unsafe extern "C" {
    fn dlsym(handle: *mut c_void, name: *const c_char) -> *mut c_void;
    fn __errno_location() -> *mut c_int;
}

struct Plan {
    at: u64,
    stays: String,
    errno: c_int,
    calls: String,
    mark: String,
}

static SEEN: AtomicU64 = AtomicU64::new(0);
static MARKED: AtomicBool = AtomicBool::new(false);
/// While it is true calls are this library's own.
static MARKING: AtomicBool = AtomicBool::new(false);
const EINTR: c_int = 4;

fn plan() -> &'static Plan {
    static PLAN: OnceLock<Plan> = OnceLock::new();
    PLAN.get_or_init(|| {
        let text = |name: &str| std::env::var(name).unwrap_or_default();
        Plan {
            at: text("FAULT_AT").parse().unwrap_or(0),
            stays: text("FAULT_STAYS"),
            errno: text("FAULT_ERRNO").parse().unwrap_or(5),
            calls: text("FAULT_CALLS"),
            mark: text("FAULT_MARK"),
        }
    })
}

/// Whether this call is to fail; then errno is set.
fn fails(call: &str, fd: c_int) -> bool {
    if MARKING.load(Ordering::SeqCst) {
        return false;
    }
    let plan = plan();
    if plan.at == 0 || (0..3).contains(&fd) || !plan.calls.split(',').any(|one| one == call) {
        return false;
    }
    let seen = SEEN.fetch_add(1, Ordering::SeqCst) + 1;
    let fails = match plan.stays.as_str() {
        "" => seen == plan.at,
        "other" => seen >= plan.at && (seen - plan.at).is_multiple_of(2),
        _ => seen >= plan.at,
    };
    if fails {
        if !plan.mark.is_empty() && !MARKED.swap(true, Ordering::SeqCst) {
            MARKING.store(true, Ordering::SeqCst);
            let _ = std::fs::File::create(&plan.mark);
            MARKING.store(false, Ordering::SeqCst);
        }
        // SAFETY: the C library's own place for this thread.
        unsafe { *__errno_location() = plan.errno };
    }
    fails
}

/// The function of the C library of a name.
fn next(name: &CStr) -> *mut c_void {
    const NEXT: *mut c_void = -1isize as *mut c_void;
    // SAFETY: RTLD_NEXT and a name that ends with a zero.
    unsafe { dlsym(NEXT, name.as_ptr()) }
}

macro_rules! passed_on {
    ($(fn $name:ident($($arg:ident: $of:ty),*) -> $out:ty, $real:literal, $call:expr, $fd:expr, $failed:expr;)*) => {$(
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name($($arg: $of),*) -> $out {
            type Real = unsafe extern "C" fn($($of),*) -> $out;
            // SAFETY: the C library's function of this name has these arguments.
            let real: Real = unsafe { std::mem::transmute(next($real)) };
            if fails($call, $fd) {
                return $failed(real);
            }
            // SAFETY: as the caller's.
            unsafe { real($($arg),*) }
        }
    )*};
}

type Write = unsafe extern "C" fn(c_int, *const c_void, usize) -> isize;

fn is_folder(fd: c_int) -> bool {
    std::fs::metadata(format!("/proc/self/fd/{fd}")).is_ok_and(|metadata| metadata.is_dir())
}

passed_on! {
    fn write(fd: c_int, bytes: *const c_void, count: usize) -> isize, c"write", "write", fd, |real: Write| {
        // SAFETY: as the caller's, of fewer bytes; errno is set again.
        unsafe {
            if plan().errno != EINTR {
                real(fd, bytes, count / 2);
            }
            *__errno_location() = plan().errno;
        }
        -1
    };
    fn fsync(fd: c_int) -> c_int, c"fsync", if is_folder(fd) { "folder" } else { "fsync" }, fd, |_| -1;
    fn fdatasync(fd: c_int) -> c_int, c"fdatasync", "fsync", fd, |_| -1;
    fn ftruncate(fd: c_int, length: i64) -> c_int, c"ftruncate", "ftruncate", fd, |_| -1;
    fn ftruncate64(fd: c_int, length: i64) -> c_int, c"ftruncate64", "ftruncate", fd, |_| -1;
    fn read(fd: c_int, bytes: *mut c_void, count: usize) -> isize, c"read", "read", fd, |_| -1;
    fn pread64(fd: c_int, bytes: *mut c_void, count: usize, at: i64) -> isize, c"pread64", "read", fd, |_| -1;
    fn open64(path: *const c_char, flags: c_int, mode: c_int) -> c_int, c"open64", "open", -1, |_| -1;
    fn opendir(path: *const c_char) -> *mut c_void, c"opendir", "open", -1, |_| std::ptr::null_mut();
    fn fchmod(fd: c_int, mode: c_int) -> c_int, c"fchmod", "chmod", fd, |_| -1;
    fn chmod(path: *const c_char, mode: c_int) -> c_int, c"chmod", "chmod", -1, |_| -1;
    fn pthread_create(id: *mut c_void, with: *const c_void, start: *mut c_void, of: *mut c_void) -> c_int,
        c"pthread_create", "thread", -1, |_| plan().errno;
    fn flock(fd: c_int, how: c_int) -> c_int, c"flock", "flock", fd, |_| -1;
    fn rename(from: *const c_char, to: *const c_char) -> c_int, c"rename", "rename", -1, |_| -1;
    fn mmap64(at: *mut c_void, length: usize, how: c_int, flags: c_int, fd: c_int, offset: i64) -> *mut c_void,
        c"mmap64", if fd >= 0 { "mmap" } else { "" }, fd, |_| -1isize as *mut c_void;
}
