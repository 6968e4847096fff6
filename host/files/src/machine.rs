//! What the machine has for a program: memory that may be used, and its caches.
//!
//! On Linux the least of the machine's memory, of what the program's control groups allow (versions 1 and 2, and all groups
//! above its own) and of its limit of addresses (`ulimit -v`); on macOS the machine's memory. Swap is not counted: work that
//! lives there does not come to its end.

use std::fmt;
use std::path::{Component, Path, PathBuf};

use crate::input;

/// Memory that a program may use, and what says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Bytes.
    pub bytes: u64,
    /// What allows no more.
    pub of: Limit,
}

/// What limits memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The machine has no more.
    Machine,
    /// The program's control group, as of a container or a scheduler's job.
    Group,
    /// The shell's limit of addresses, `ulimit -v`.
    Addresses,
}

/// `25.2 GB, all that this machine has`.
impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = match self.of {
            Limit::Machine => "all that this machine has",
            Limit::Group => "all that its control group allows",
            Limit::Addresses => "all that ulimit -v allows",
        };
        write!(f, "{}, {of}", Size(self.bytes))
    }
}

/// A number of bytes, for people: `25.2 GB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(pub u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0 as f64;
        let units = ["kB", "MB", "GB", "TB", "PB", "EB"];
        let mut scaled = bytes / 1e3;
        for unit in &units[..5] {
            if scaled < 999.95 {
                return write!(f, "{scaled:.1} {unit}");
            }
            scaled /= 1e3;
        }
        write!(f, "{scaled:.1} {}", units[5])
    }
}

/// A cache of the first core that holds data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cache {
    /// Its level, from 1.
    pub level: u32,
    /// Bytes.
    pub bytes: u64,
}

/// The caches, by level; none where the operating system does not tell: Linux does.
#[must_use]
pub fn caches() -> Vec<Cache> {
    caches_below(Path::new("/"))
}

fn caches_below(root: &Path) -> Vec<Cache> {
    let cache = |number: u32| {
        let folder = root.join(format!("sys/devices/system/cpu/cpu0/cache/index{number}"));
        let line = |name| Some(read(&folder.join(name))?.trim().to_owned());
        let holds_data = line("type")? != "Instruction";
        let kibibytes: u64 = line("size")?.strip_suffix('K')?.parse().ok()?;
        Some((
            holds_data,
            Cache {
                level: line("level")?.parse().ok()?,
                bytes: kibibytes.checked_mul(1024)?,
            },
        ))
    };
    let mut found: Vec<Cache> = (0..)
        .map_while(cache)
        .filter_map(|(holds_data, cache)| holds_data.then_some(cache))
        .collect();
    found.sort_by_key(|cache| cache.level);
    found
}

/// The memory that this program may use; none where the operating system is not asked.
#[must_use]
pub fn memory() -> Option<Memory> {
    if cfg!(target_os = "linux") {
        return memory_below(Path::new("/"));
    }
    if cfg!(target_os = "macos") {
        let asked = std::process::Command::new("/usr/sbin/sysctl")
            .args(["-n", "hw.memsize"])
            .output()
            .ok()?;
        let bytes = String::from_utf8(asked.stdout).ok()?.trim().parse().ok()?;
        return Some(Memory {
            bytes,
            of: Limit::Machine,
        });
    }
    None
}

/// As [`memory`], of the files of Linux below `root`: `proc/meminfo`, `proc/self/limits`, `proc/self/cgroup` and
/// `sys/fs/cgroup`.
#[must_use]
pub fn memory_below(root: &Path) -> Option<Memory> {
    let machine = machine(&root.join("proc/meminfo")).map(|bytes| (bytes, Limit::Machine));
    let addresses =
        addresses(&root.join("proc/self/limits")).map(|bytes| (bytes, Limit::Addresses));
    let groups = groups(root).into_iter().map(|bytes| (bytes, Limit::Group));
    let all = machine.into_iter().chain(groups).chain(addresses);
    all.min_by_key(|(bytes, _)| *bytes)
        .map(|(bytes, of)| Memory { bytes, of })
}

/// Lets all threads allocate from one place where addresses are limited (`ulimit -v`): glibc would take 64 MB of them for each
/// thread, used or not. To be called before the first thread is started; elsewhere it does nothing.
pub fn spare_addresses() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    if addresses(Path::new("/proc/self/limits")).is_some() {
        /// `M_ARENA_MAX` of malloc.h.
        const ARENAS: std::ffi::c_int = -8;
        unsafe extern "C" {
            fn mallopt(parameter: std::ffi::c_int, value: std::ffi::c_int) -> std::ffi::c_int;
        }
        // SAFETY: a function of the C library that the program is linked with anyway; it takes two numbers, and may be called at
        // any time. Where it refuses, all is as before.
        let _ = unsafe { mallopt(ARENAS, 1) };
    }
}

/// A file in which the system says something.
fn read(path: &Path) -> Option<String> {
    input::read_text(path, 1 << 20).ok()
}

/// `MemTotal:       24689752 kB`.
fn machine(meminfo: &Path) -> Option<u64> {
    let text = read(meminfo)?;
    let mut lines = text.lines();
    let rest = lines.find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kilobytes: u64 = rest.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1024)
}

/// The soft limit in `Max address space         unlimited            unlimited            bytes`.
fn addresses(limits: &Path) -> Option<u64> {
    let text = read(limits)?;
    let mut lines = text.lines();
    let rest = lines.find_map(|line| line.strip_prefix("Max address space"))?;
    rest.split_whitespace().next()?.parse().ok()
}

/// The limits of all control groups that the program is in.
fn groups(root: &Path) -> Vec<u64> {
    let text = read(&root.join("proc/self/cgroup")).unwrap_or_default();
    let mut limits = Vec::new();
    for line in text.lines() {
        // `0::/user.slice/session` (version 2), `9:memory:/docker/1f` (version 1).
        let mut parts = line.splitn(3, ':');
        let (Some(number), Some(of), Some(path)) = (parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let version_2 = number == "0" && of.is_empty();
        let version_1 = of.split(',').any(|of| of == "memory");
        let (mounts, file): (&[&str], _) = match (version_2, version_1) {
            (true, _) => (&["sys/fs/cgroup", "sys/fs/cgroup/unified"], "memory.max"),
            (_, true) => (&["sys/fs/cgroup/memory"], "memory.limit_in_bytes"),
            _ => continue,
        };
        for mount in mounts {
            let mount = root.join(mount);
            // A container may see its own group as the root of all, under a path that is not there.
            for group in relative(path).ancestors() {
                let limit = read(&mount.join(group).join(file));
                // `max`, or in version 1 a number beyond all memory, is no limit.
                limits.extend(limit.and_then(|limit| limit.trim().parse::<u64>().ok()));
            }
        }
    }
    limits
}

/// A group's path below its mount, without anything that would lead out of it.
fn relative(path: &str) -> PathBuf {
    let parts = Path::new(path).components();
    parts
        .filter(|part| matches!(part, Component::Normal(_)))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Files below a folder that is gone at the end of the test.
    fn files(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        root
    }

    #[test]
    fn caches_of_data_by_level() {
        let index = |number: u32, name: &str| {
            format!("sys/devices/system/cpu/cpu0/cache/index{number}/{name}")
        };
        let mut named = Vec::new();
        for (number, [level, kind, size]) in (0..).zip([
            ["1", "Data", "48K"],
            ["1", "Instruction", "32K"],
            ["3", "Unified", "266240K"],
            ["2", "Unified", "2048K"],
            ["4", "Unified", "much"],
        ]) {
            named.extend([
                (index(number, "level"), level),
                (index(number, "type"), kind),
                (index(number, "size"), size),
            ]);
        }
        let named: Vec<_> = named
            .iter()
            .map(|(name, text)| (&name[..], *text))
            .collect();
        let root = files(&named);
        let found = caches_below(root.path());
        let expected = [(1, 48 << 10), (2, 2 << 20), (3, 260 << 20)];
        assert_eq!(found, expected.map(|(level, bytes)| Cache { level, bytes }));
        assert!(caches_below(files(&[]).path()).is_empty());
    }

    const MEMINFO: (&str, &str) = (
        "proc/meminfo",
        "MemTotal:        2000000 kB\nMemFree:          100 kB\n",
    );

    fn found(more: &[(&str, &str)]) -> Option<(u64, Limit)> {
        let root = files(&[&[MEMINFO], more].concat());
        memory_below(root.path()).map(|memory| (memory.bytes, memory.of))
    }

    #[test]
    fn the_machine_s_memory_where_nothing_limits_it() {
        let whole = Some((2_048_000_000, Limit::Machine));
        assert_eq!(found(&[]), whole);
        assert_eq!(
            found(&[
                ("proc/self/cgroup", "0::/a/b\n"),
                ("sys/fs/cgroup/a/b/memory.max", "max\n"),
                (
                    "proc/self/limits",
                    "Limit  Soft  Hard  Units\nMax address space         unlimited            unlimited            bytes\n",
                ),
            ]),
            whole
        );
        // Version 1 says "no limit" by a number of 63 bits.
        assert_eq!(
            found(&[
                ("proc/self/cgroup", "9:memory:/x\n"),
                (
                    "sys/fs/cgroup/memory/x/memory.limit_in_bytes",
                    "9223372036854771712\n"
                ),
            ]),
            whole
        );
    }

    #[test]
    fn a_group_s_limit_and_those_above_it() {
        for (group, limits, expected) in [
            ("0::/a/b\n", &[("a/b/memory.max", "5000")][..], 5000),
            (
                "0::/a/b\n",
                &[("a/b/memory.max", "max"), ("a/memory.max", "7000")],
                7000,
            ),
            ("0::/a/b\n", &[("memory.max", "8000")], 8000),
            ("0::/../../a\n", &[("a/memory.max", "9000")], 9000),
            (
                "9:cpu:/x\n5:memory,hugetlb:/x\n",
                &[("memory/x/memory.limit_in_bytes", "6000")],
                6000,
            ),
            (
                "5:memory:/not/there\n",
                &[("memory/memory.limit_in_bytes", "6500")],
                6500,
            ),
            (
                "5:memory:/y\n0::/z\n",
                &[
                    ("unified/z/memory.max", "3000"),
                    ("memory/y/memory.limit_in_bytes", "4000"),
                ],
                3000,
            ),
        ] {
            let paths: Vec<(String, &str)> = limits
                .iter()
                .map(|(name, text)| (format!("sys/fs/cgroup/{name}"), *text))
                .collect();
            let mut all = vec![("proc/self/cgroup", group)];
            all.extend(paths.iter().map(|(name, text)| (name.as_str(), *text)));
            assert_eq!(found(&all), Some((expected, Limit::Group)), "{group:?}");
        }
    }

    #[test]
    fn the_shell_s_limit() {
        let limits = "Max address space         1024000            2048000            bytes\n";
        assert_eq!(
            found(&[("proc/self/limits", limits)]),
            Some((1_024_000, Limit::Addresses))
        );
    }

    #[test]
    fn nonsense_is_no_limit() {
        let all = [
            ("proc/meminfo", "MemTotal: many kB\n"),
            ("proc/self/cgroup", "0:\n:::\nmemory\n"),
            ("sys/fs/cgroup/memory.max", "-1\n"),
            ("proc/self/limits", "Max address space\n"),
        ];
        assert_eq!(memory_below(files(&all).path()), None);
        assert_eq!(memory_below(Path::new("/nowhere at all")), None);
    }

    #[test]
    fn sizes_for_people() {
        for (bytes, text) in [
            (0, "0.0 kB"),
            (999_949, "999.9 kB"),
            (999_951, "1.0 MB"),
            (25_200_000_000, "25.2 GB"),
            (u64::MAX, "18.4 EB"),
        ] {
            assert_eq!(Size(bytes).to_string(), text);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_machine_has_some() {
        let bytes = memory().unwrap().bytes;
        assert!(bytes > 1 << 24, "{bytes}");
    }
}
