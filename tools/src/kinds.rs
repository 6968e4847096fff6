//! Kinds of networks that are budgeted: what is measured of each, and the columns of its table.

/// What may be exceeded, in per cent: nothing that is exact. Instructions are counted to about three.
const INSTRUCTIONS: u32 = 1;
const FLASH: u32 = 2;
const EXACT: u32 = 0;

/// A kind of network: what is measured of it, and the table that shows it.
pub struct Kind {
    /// The names of its cases start with it.
    pub prefix: &'static str,
    /// The image without a network, whose sizes are taken off those of its cases.
    pub nothing: &'static str,
    /// Each measure and its tolerance, in the order of the file.
    pub measures: &'static [(&'static str, u32)],
    /// Around the table in the text.
    pub begin: &'static str,
    pub end: &'static str,
    /// Measures that tell its sizes, with what they count.
    pub sizes: &'static [(&'static str, &'static str)],
    pub columns: &'static [Column],
}

/// A column of a table.
pub struct Column {
    pub title: &'static str,
    pub measures: &'static [&'static str],
    pub shown: Shown,
}

/// What a column shows of its measures.
pub enum Shown {
    Each,
    Largest,
}

const fn each(title: &'static str, measures: &'static [&'static str]) -> Column {
    Column {
        title,
        measures,
        shown: Shown::Each,
    }
}

const fn largest(title: &'static str, measures: &'static [&'static str]) -> Column {
    Column {
        title,
        measures,
        shown: Shown::Largest,
    }
}

const RAM: Column = each("RAM", &["ram"]);
const FLASH_COLUMN: Column = each("flash: code, tables", &["flash_code", "flash_tables"]);

/// The first whose prefix a case's name has is the case's.
pub const KINDS: [Kind; 7] = [
    Kind {
        prefix: "hopfield-classical",
        nothing: "hopfield-nothing",
        measures: &[
            ("units", EXACT),
            ("memories", EXACT),
            ("store", INSTRUCTIONS),
            ("store_largest", INSTRUCTIONS),
            ("start", INSTRUCTIONS),
            ("start_largest", INSTRUCTIONS),
            ("keep", INSTRUCTIONS),
            ("keep_largest", INSTRUCTIONS),
            ("flip", INSTRUCTIONS),
            ("flip_largest", INSTRUCTIONS),
            ("recall", INSTRUCTIONS),
            ("recall_largest", INSTRUCTIONS),
            ("updates_in_all", EXACT),
            ("flips_in_all", EXACT),
            ("energy", INSTRUCTIONS),
            ("energy_largest", INSTRUCTIONS),
            ("stack_store", EXACT),
            ("stack_start", EXACT),
            ("stack_keep", EXACT),
            ("stack_flip", EXACT),
            ("stack_recall", EXACT),
            ("stack_energy", EXACT),
            ("ram_network", EXACT),
            ("ram_scratch", EXACT),
            ("ram", EXACT),
            ("flash_code", FLASH),
            ("flash_tables", FLASH),
        ],
        begin: "<!-- budgets of classical networks: written by budgets.sh --bless -->\n",
        end: "<!-- end of budgets of classical networks -->\n",
        sizes: &[("units", "units"), ("memories", "memories")],
        columns: &[
            each("store", &["store"]),
            each("start", &["start"]),
            each("update that keeps", &["keep"]),
            each("that flips, largest", &["flip", "flip_largest"]),
            each("recall, largest", &["recall", "recall_largest"]),
            each("energy", &["energy"]),
            largest(
                "stack",
                &[
                    "stack_store",
                    "stack_start",
                    "stack_keep",
                    "stack_flip",
                    "stack_recall",
                    "stack_energy",
                ],
            ),
            RAM,
            FLASH_COLUMN,
        ],
    },
    Kind {
        prefix: "hopfield-modern",
        nothing: "hopfield-nothing",
        measures: &[
            ("units", EXACT),
            ("memories", EXACT),
            ("open", INSTRUCTIONS),
            ("open_largest", INSTRUCTIONS),
            ("step", INSTRUCTIONS),
            ("step_largest", INSTRUCTIONS),
            ("recall", INSTRUCTIONS),
            ("recall_largest", INSTRUCTIONS),
            ("steps_in_all", EXACT),
            ("energy", INSTRUCTIONS),
            ("energy_largest", INSTRUCTIONS),
            ("stack_open", EXACT),
            ("stack_step", EXACT),
            ("stack_recall", EXACT),
            ("stack_energy", EXACT),
            ("ram_scratch", EXACT),
            ("ram", EXACT),
            ("flash_code", FLASH),
            ("flash_tables", FLASH),
        ],
        begin: "<!-- budgets of modern networks: written by budgets.sh --bless -->\n",
        end: "<!-- end of budgets of modern networks -->\n",
        sizes: &[("units", "units"), ("memories", "memories")],
        columns: &[
            each("memories checked", &["open"]),
            each("step", &["step"]),
            each("recall, largest", &["recall", "recall_largest"]),
            each("energy", &["energy"]),
            largest(
                "stack",
                &["stack_open", "stack_step", "stack_recall", "stack_energy"],
            ),
            RAM,
            FLASH_COLUMN,
        ],
    },
    Kind {
        prefix: "attractor-",
        nothing: "hopfield-nothing",
        measures: &[
            ("units", EXACT),
            ("pairs", EXACT),
            ("encode", INSTRUCTIONS),
            ("encode_largest", INSTRUCTIONS),
            ("learn", INSTRUCTIONS),
            ("learn_largest", INSTRUCTIONS),
            ("recall", INSTRUCTIONS),
            ("recall_largest", INSTRUCTIONS),
            ("right_in_all", EXACT),
            ("stack_encode", EXACT),
            ("stack_learn", EXACT),
            ("stack_recall", EXACT),
            ("ram_network", EXACT),
            ("ram_scratch", EXACT),
            ("ram", EXACT),
            ("flash_code", FLASH),
            ("flash_tables", FLASH),
        ],
        begin: "<!-- budgets of attractor memories: written by budgets.sh --bless -->\n",
        end: "<!-- end of budgets of attractor memories -->\n",
        sizes: &[("units", "units"), ("pairs", "pairs")],
        columns: &[
            each("encode", &["encode"]),
            each("learn", &["learn"]),
            each("recall, largest", &["recall", "recall_largest"]),
            each("units right", &["right_in_all"]),
            largest("stack", &["stack_encode", "stack_learn", "stack_recall"]),
            RAM,
            FLASH_COLUMN,
        ],
    },
    Kind {
        prefix: "recency-",
        nothing: "hopfield-nothing",
        measures: &[
            ("units", EXACT),
            ("learn", INSTRUCTIONS),
            ("learn_largest", INSTRUCTIONS),
            ("recall", INSTRUCTIONS),
            ("recall_largest", INSTRUCTIONS),
            ("novel", INSTRUCTIONS),
            ("novel_largest", INSTRUCTIONS),
            ("right_in_all", EXACT),
            ("stack_learn", EXACT),
            ("stack_recall", EXACT),
            ("stack_novel", EXACT),
            ("ram_network", EXACT),
            ("ram_scratch", EXACT),
            ("ram", EXACT),
            ("flash_code", FLASH),
            ("flash_tables", FLASH),
        ],
        begin: "<!-- budgets of the last patterns: written by budgets.sh --bless -->\n",
        end: "<!-- end of budgets of the last patterns -->\n",
        sizes: &[("units", "units")],
        columns: &[
            each("learn, largest", &["learn", "learn_largest"]),
            each("recall, largest", &["recall", "recall_largest"]),
            each("of a new pattern, largest", &["novel", "novel_largest"]),
            each("ones right", &["right_in_all"]),
            largest("stack", &["stack_learn", "stack_recall", "stack_novel"]),
            RAM,
            FLASH_COLUMN,
        ],
    },
    Kind {
        prefix: "encode-",
        nothing: "hopfield-nothing",
        measures: &[
            ("units", EXACT),
            ("thermometer", INSTRUCTIONS),
            ("thermometer_largest", INSTRUCTIONS),
            ("bucket", INSTRUCTIONS),
            ("bucket_largest", INSTRUCTIONS),
            ("bucket_back", INSTRUCTIONS),
            ("bucket_back_largest", INSTRUCTIONS),
            ("circular", INSTRUCTIONS),
            ("circular_largest", INSTRUCTIONS),
            ("sparse", INSTRUCTIONS),
            ("sparse_largest", INSTRUCTIONS),
            ("sparse_back", INSTRUCTIONS),
            ("sparse_back_largest", INSTRUCTIONS),
            ("sensors", INSTRUCTIONS),
            ("sensors_largest", INSTRUCTIONS),
            ("sensors_back", INSTRUCTIONS),
            ("sensors_back_largest", INSTRUCTIONS),
            ("push", INSTRUCTIONS),
            ("push_largest", INSTRUCTIONS),
            ("ngram", INSTRUCTIONS),
            ("ngram_largest", INSTRUCTIONS),
            ("calibrate", INSTRUCTIONS),
            ("calibrate_largest", INSTRUCTIONS),
            ("calibrated_width", EXACT),
            ("stack_thermometer", EXACT),
            ("stack_bucket", EXACT),
            ("stack_bucket_back", EXACT),
            ("stack_circular", EXACT),
            ("stack_sparse", EXACT),
            ("stack_sparse_back", EXACT),
            ("stack_sensors", EXACT),
            ("stack_sensors_back", EXACT),
            ("stack_push", EXACT),
            ("stack_ngram", EXACT),
            ("stack_calibrate", EXACT),
            ("ram", EXACT),
            ("flash_code", FLASH),
            ("flash_tables", FLASH),
        ],
        begin: "<!-- budgets of encoders: written by budgets.sh --bless -->\n",
        end: "<!-- end of budgets of encoders -->\n",
        sizes: &[("units", "units")],
        columns: &[
            each("thermometer", &["thermometer"]),
            each("bucket, back", &["bucket", "bucket_back"]),
            each("circular", &["circular"]),
            each("sparse random, back", &["sparse", "sparse_back"]),
            each("six sensors, back", &["sensors", "sensors_back"]),
            each("window: push", &["push"]),
            each("3-gram", &["ngram"]),
            each("calibration, largest", &["calibrate", "calibrate_largest"]),
            largest(
                "stack",
                &[
                    "stack_thermometer",
                    "stack_bucket",
                    "stack_bucket_back",
                    "stack_circular",
                    "stack_sparse",
                    "stack_sparse_back",
                    "stack_sensors",
                    "stack_sensors_back",
                    "stack_push",
                    "stack_ngram",
                    "stack_calibrate",
                ],
            ),
            RAM,
            FLASH_COLUMN,
        ],
    },
    Kind {
        prefix: "recogniser-",
        nothing: "hopfield-nothing",
        measures: &[
            ("features", EXACT),
            ("learn", INSTRUCTIONS),
            ("learn_largest", INSTRUCTIONS),
            ("recognise", INSTRUCTIONS),
            ("recognise_largest", INSTRUCTIONS),
            ("right_in_all", EXACT),
            ("stack_learn", EXACT),
            ("stack_recognise", EXACT),
            ("ram_network", EXACT),
            ("ram", EXACT),
            ("flash_code", FLASH),
            ("flash_tables", FLASH),
        ],
        begin: "<!-- budgets of recognisers: written by budgets.sh --bless -->\n",
        end: "<!-- end of budgets of recognisers -->\n",
        sizes: &[("features", "features")],
        columns: &[
            each("learn, largest", &["learn", "learn_largest"]),
            each("recognise, largest", &["recognise", "recognise_largest"]),
            each("right of 64", &["right_in_all"]),
            largest("stack", &["stack_learn", "stack_recognise"]),
            RAM,
            FLASH_COLUMN,
        ],
    },
    Kind {
        prefix: "",
        nothing: "nothing",
        measures: &[
            ("hidden", EXACT),
            ("hidden_code", INSTRUCTIONS),
            ("hidden_code_largest", INSTRUCTIONS),
            ("recall", INSTRUCTIONS),
            ("recall_largest", INSTRUCTIONS),
            ("learn", INSTRUCTIONS),
            ("learn_largest", INSTRUCTIONS),
            ("learn_beyond", INSTRUCTIONS),
            ("learn_beyond_largest", INSTRUCTIONS),
            ("stochastic", INSTRUCTIONS),
            ("stochastic_largest", INSTRUCTIONS),
            ("stochastic_beyond", INSTRUCTIONS),
            ("stochastic_beyond_largest", INSTRUCTIONS),
            ("stack_hidden_code", EXACT),
            ("stack_recall", EXACT),
            ("stack_learn", EXACT),
            ("ram_network", EXACT),
            ("ram_scratch", EXACT),
            ("ram", EXACT),
            ("flash_code", FLASH),
            ("flash_tables", FLASH),
        ],
        begin: "<!-- budgets: written by budgets.sh --bless -->\n",
        end: "<!-- end of budgets -->\n",
        sizes: &[("hidden", "hidden")],
        columns: &[
            each("hidden code", &["hidden_code"]),
            each("recall", &["recall"]),
            each("learn, beyond hidden code", &["learn_beyond"]),
            each("the same, stochastic", &["stochastic_beyond"]),
            largest(
                "stack",
                &["stack_hidden_code", "stack_recall", "stack_learn"],
            ),
            RAM,
            FLASH_COLUMN,
        ],
    },
];

/// The kind of a case; the last one takes any name.
pub fn kind(case: &str) -> &'static Kind {
    let [.., last] = &KINDS;
    let mut kinds = KINDS.iter();
    kinds
        .find(|kind| case.starts_with(kind.prefix))
        .unwrap_or(last)
}
