"""What machine this is, and how peers are held to less than it has. Needs nothing but Python's library."""

import os
import pathlib
import platform

# From newest to oldest: the first whose flags are all there is the machine's.
SETS = {
    "avx512": ["avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512vbmi", "avx512_vbmi2", "avx512_vpopcntdq"],
    "avx2": ["avx2"],
}

# What holds programs to AVX2 where there is more. Those that are left out take no order: see `held`.
AVX2 = {
    "NUMBA_CPU_NAME": "x86-64-v3",
    "NUMBA_CPU_FEATURES": "",
    "FAISS_SIMD_LEVEL": "AVX2",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4,AVX512_ICL,AVX512_SPR",
    "OPENBLAS_CORETYPE": "Haswell",
    "ATEN_CPU_CAPABILITY": "avx2",
    "DNNL_MAX_CPU_ISA": "AVX2",
    "MKL_ENABLE_INSTRUCTIONS": "AVX2",
}


def fields(cpuinfo):
    """The first processor of /proc/cpuinfo."""
    lines = [line.partition(":") for line in cpuinfo.split("\n\n")[0].splitlines()]
    return {name.strip(): value.strip() for name, _, value in lines}


def best_set(flags, architecture):
    if architecture in ("aarch64", "arm64"):
        return "neon"
    return next((name for name, needed in SETS.items() if set(needed) <= set(flags)), "portable")


def caches(folder):
    """Sizes by level and type as /sys/devices/system/cpu/cpu0/cache has them, instructions' left out: `L1d 48 KiB`."""
    found = []
    for index in sorted(pathlib.Path(folder).glob("index*")):
        level, kind, size = ((index / name).read_text().strip() for name in ("level", "type", "size"))
        if kind == "Instruction":
            continue
        kibibytes = int(size.removesuffix("K"))
        size = f"{kibibytes // 1024} MiB" if kibibytes >= 1024 and kibibytes % 1024 == 0 else f"{kibibytes} KiB"
        found.append(f"L{level}{'d' if kind == 'Data' else ''} {size}")
    return found


def describe():
    """This machine, as far as the system tells: Linux does."""
    known = {}
    if os.path.exists("/proc/cpuinfo"):
        known = fields(pathlib.Path("/proc/cpuinfo").read_text())
    flags = known.get("flags", known.get("Features", "")).split()
    model = known.get("model name") or platform.processor() or platform.machine()
    if "cpu family" in known:
        model += f" (family {known['cpu family']}, model {known['model']})"
    sizes = caches("/sys/devices/system/cpu/cpu0/cache")
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "best": best_set(flags, platform.machine()),
        "flags": [flag for flag in flags if flag.startswith(("avx", "sve", "asimd")) or flag in ("fma", "bmi2")],
        "caches": sizes,
        "virtual": "hypervisor" in flags,
    }


def hold(isa, best):
    """Sets the environment that programs read when they are loaded. Nothing where they may use all there is."""
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        os.environ.pop(name, None)
    if isa == "avx2" and best == "avx512":
        os.environ.update(AVX2)


def asked(arguments):
    """The set that `--isa NAME` or `--isa=NAME` asks for, before anything reads arguments in earnest."""
    for place, argument in enumerate(arguments):
        if argument.startswith("--isa="):
            return argument.removeprefix("--isa=")
        if argument == "--isa" and place + 1 < len(arguments):
            return arguments[place + 1]
    return None
