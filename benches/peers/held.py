"""Which instructions each program uses, held to those asked for where it lets itself be held."""

import faiss
import numkong
import numpy as np
import simsimd
from numba import njit
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

# Names of both for what AVX2 has not.
WIDE = ("skylake", "ice", "icelake", "genoa", "turin", "sapphire", "diamond")


def narrowed(module):
    """Takes from simsimd or numkong what they have and AVX2 has not; of what they have not, numkong would add it."""
    for name in WIDE:
        if module.get_capabilities().get(name):
            module.disable_capability(name)


def capabilities(module):
    return " ".join(name for name, has in module.get_capabilities().items() if has)


@njit(fastmath=True)
def total(numbers):
    found = np.float32(0)
    for place in range(numbers.size):
        found += numbers[place] * numbers[place]
    return found


def numba_registers():
    """The widest registers that numba makes a sum of products with."""
    total(np.ones(64, np.float32))
    assembly = next(iter(total.inspect_asm().values()))
    return next((name for name in ("zmm", "ymm", "xmm") if name in assembly), "none")


def hold(isa, best):
    """What each program uses, and the names of those that could not be held; call it before they are used."""
    is_held = isa == "avx2" and best == "avx512"
    if is_held:
        narrowed(simsimd)
        narrowed(numkong)
    used = {
        "numba": numba_registers(),
        "faiss": faiss.SIMDConfig.get_level_name(),
        "numpy": " ".join(name for name in __cpu_dispatch__ if __cpu_features__.get(name)),
        "simsimd": capabilities(simsimd),
        "numkong": capabilities(numkong),
    }
    if not is_held:
        return used, []
    is_wide = {
        "numba": used["numba"] == "zmm",
        "faiss": "512" in used["faiss"],
        "numpy": any(name.startswith(("X86_V4", "AVX512")) for name in used["numpy"].split()),
        "simsimd": any(name in WIDE for name in used["simsimd"].split()),
        "numkong": any(name in WIDE for name in used["numkong"].split()),
        # It has no switch. It is the faster for it, if it is anything.
        "usearch": True,
        # Distances of the crate's optional vector instructions are chosen when it runs; the rest is compiled.
        "hopfield": True,
    }
    return used, [name for name, wide in is_wide.items() if wide]
