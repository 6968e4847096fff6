//! What the laboratory's random numbers are for: every code of every family, in one table.
//!
//! The stream of a place begins with a seed and the code of a [`Purpose`](slotless_core::rng::Purpose), so that two purposes
//! under one seed never share their numbers. A code is part of the results: with another, published trials would be other
//! trials. So none here ever changes, and none that was given up is given again.
//!
//! Codes below 256 are the core's own: the constants of its `Purpose`, listed in [`slotless_core::contract`]. From 256 on
//! they are its users', of whom this crate is one; tests here take 900 and above. Firmware, examples and benchmarks of other
//! crates are users by themselves and count from 256, too: they draw under seeds of their own and share no trial with this one.
//!
//! A code stands here once, but for 345: [`paraphrase::SYNTHETIC`] and [`bench::VECTORS`]. Their streams do not meet. The
//! benchmark's seed is 20,260; that of a trial of sentences is a hash of 64 bits of the condition's seed, which would have
//! to come out as this one number, and then the benchmark draws from the key's first level of places and a trial from the
//! second. Another code for the sentences would change the published results of exp07, another for the benchmark the memory
//! that was timed so far.

/// Modules of constants, and for tests the list of all.
macro_rules! purposes {
    ($($(#[$about:meta])* $family:ident { $($(#[$what:meta])* $name:ident = $code:literal;)* })*) => {
        $($(#[$about])* pub(crate) mod $family {
            use slotless_core::rng::Purpose;
            $($(#[$what])* pub(crate) const $name: Purpose = Purpose($code);)*
        })*

        /// Family, name and code of each.
        #[cfg(test)]
        const ALL: &[(&str, &str, u32)] = &[$($((stringify!($family), stringify!($name), $code),)*)*];
    };
}

purposes! {
    /// K-winner and 1-winner networks, and the patterns that they learn.
    memory {
        /// Patterns that are learned, one stream per pattern.
        LEARNED = 256;
        /// Pseudo-patterns: as those learned, and never learned.
        PSEUDO = 257;
        /// Unstructured pseudo-patterns beside structured ones.
        UNSTRUCTURED = 258;
        /// A trial's tree: how it grows, and the bits that are flipped.
        TREE = 259;
        /// The order in which a tree's leaves, a file's rows and examples of categories are taken.
        SHUFFLE = 260;
        /// Prototypes of the categories that are learned.
        PROTOTYPES = 261;
        /// Prototypes of the categories of pseudo-patterns, where they have their own.
        FRESH_PROTOTYPES = 262;
        /// Examples of a prototype.
        EXAMPLES = 263;
        /// Ones that a cue of a learned pattern keeps.
        CUE_LEARNED = 264;
        /// Ones that a cue of a pseudo-pattern keeps.
        CUE_PSEUDO = 265;
        /// Ones that a cue of an unstructured pseudo-pattern keeps.
        CUE_UNSTRUCTURED = 266;
        /// Seed of a trial's network.
        NETWORK = 267;
        /// Seed of the fixed layer in front of it.
        PREPROCESS = 268;
        /// Seed of a condition, from that of the run and what the condition is.
        CONDITION = 269;
        /// Synapses of a Willshaw network that a pattern clears.
        FORGET = 270;
        /// Bits of a memory that are flipped after it has learned.
        FLIPPED = 271;
        /// Graded cells that move then, and which way.
        MOVED = 272;
        /// Wrong units of cues.
        ADDED = 273;
        /// Learning rates of hidden units, where they are drawn.
        RATES = 274;
        /// Contexts: what they drift by, and those of lists.
        CONTEXT = 280;
        /// What pairs of lists are answered with.
        TARGETS = 281;
        /// Elements of sequences.
        ELEMENTS = 282;
        /// Normal numbers behind patterns of given similarity, one stream per unit.
        NORMALS = 283;
    }

    /// What benchmarks work on, all under the seed 20,260 but for those of devices.
    bench {
        /// Patterns of the K-winner network.
        PATTERNS = 300;
        /// Memories of the classical Hopfield network, and rows of a search: two benchmarks that never run on each other's.
        MEMORIES = 301;
        /// Units of the classical network's cue that are flipped.
        FLIPS = 302;
        /// Memories of the modern Hopfield network.
        MODERN = 303;
        /// Vectors of a memory of sentences. The code of `paraphrase::SYNTHETIC`, see above.
        VECTORS = 345;
        /// Words of their texts.
        WORDS = 347;
        /// Numbers of a device's queries.
        #[cfg(feature = "cuda")]
        DEVICE = 346;
    }

    /// Transformers on the Case Sequence Task.
    transformer {
        /// Batches of a trial.
        TASK = 310;
        /// Modules of a trial: what the fast weights draw.
        MODULE = 311;
        /// Slow weights at the start.
        START = 312;
        /// Batches and modules of an evaluation.
        EVALUATION = 313;
    }

    /// Pictures that are corrupted.
    images {
        /// Pixels that noise falls on, one 32-bit number per pixel.
        NOISY = 320;
        /// What a noisy grey pixel becomes, one 32-bit number per pixel.
        NOISE = 321;
    }

    /// Classical and modern Hopfield networks.
    hopfield {
        /// Seed of a trial's network.
        NETWORK = 330;
        /// That seed for networks of one size.
        SIZES = 331;
        /// Memories.
        MEMORIES = 332;
        /// Units of a start or a cue that differ from its memory's.
        NOISE = 333;
        /// Starts at random.
        RANDOM = 334;
        /// Seed of a trial of memories of equal bits.
        EQUAL_BITS = 335;
    }

    /// Questions about conversations.
    retrieval {
        /// Haystacks that are drawn for an interval, one stream per draw.
        DRAWS = 360;
    }

    /// Sentences recalled from another wording.
    paraphrase {
        /// Seed of a trial.
        TRIAL = 340;
        /// Noise on a cue's vector.
        NOISE = 341;
        /// The order in which background pairs are stored.
        ORDER = 342;
        /// Words of background pairs.
        WORDS = 343;
        /// Vectors of a background without texts. The code of `bench::VECTORS`, see above.
        SYNTHETIC = 345;
    }
    /// Recognisers held against each other.
    recogniser {
        /// Divisions of samples, and the streams that are made of them.
        DIVISION = 350;
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use slotless_core::rng::Purpose;

    use super::ALL;

    /// The first code of the core's users, by the docs of [`Purpose`].
    const FIRST: u32 = 256;
    /// The first code of tests.
    const TESTS: u32 = 900;

    #[test]
    fn every_code_is_there_once_but_for_a_known_pair() {
        let mut codes = ALL.to_vec();
        codes.sort_by_key(|&(_, _, code)| code);
        let twice: Vec<_> = codes
            .windows(2)
            .filter(|pair| pair[0].2 == pair[1].2)
            .map(|pair| [pair[0], pair[1]])
            .collect();
        let known = [("bench", "VECTORS", 345), ("paraphrase", "SYNTHETIC", 345)];
        assert_eq!(twice, [known]);
    }

    #[test]
    fn no_code_is_the_cores_or_a_tests() {
        for (family, name, code) in ALL {
            assert!((FIRST..TESTS).contains(code), "{family}::{name}");
        }
        let core = [
            Purpose::WIRING,
            Purpose::START,
            Purpose::DITHER,
            Purpose::HIDDEN_TIE,
            Purpose::OUTPUT_TIE,
            Purpose::RANDOM_WINNERS,
            Purpose::UPDATE_ORDER,
            Purpose::PROJECTION,
            Purpose::CODE_TIE,
            Purpose::PAIR_TIE,
        ];
        assert!(core.iter().all(|purpose| purpose.0 < FIRST));
    }

    /// A code that is written elsewhere in this crate would be in no table; tests may, from 900 on.
    #[test]
    fn no_other_module_has_codes() {
        fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    sources(&path, found);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    found.push(path);
                }
            }
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut found = Vec::new();
        sources(&folder, &mut found);
        found.retain(|path| *path != folder.join("purpose.rs"));
        assert!(found.len() > 50, "{} files", found.len());
        for path in found {
            let text = fs::read_to_string(&path).unwrap();
            for (line, number) in text.lines().zip(1..) {
                for rest in line.split("Purpose(").skip(1) {
                    let end = rest.find(|c: char| !c.is_ascii_digit());
                    let code = rest[..end.unwrap_or(rest.len())].parse::<u32>();
                    let is_own = code.is_ok_and(|code| code < TESTS);
                    assert!(!is_own, "{}:{number}: {line}", path.display());
                }
            }
        }
    }
}
