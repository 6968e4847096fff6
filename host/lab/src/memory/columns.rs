//! Columns of tables of memories that several files have, and those of the curves.

use crate::figures::declared::file_kind;
use slotless_files::dictionary::Variable;

/// Name of a condition in files.
pub const CONDITION: Variable = Variable::text(
    "condition",
    "Name of the condition in files: network and data, in small letters",
);

/// Name of a network.
pub const NETWORK: Variable = Variable::text(
    "network",
    "Name of the network, as in specs, pictures and all tables",
);

/// The patterns.
pub const DATA: Variable = Variable::text("data", "What patterns it learned, as in pictures");

/// A cue level.
pub const CUE: Variable = Variable::number(
    "cue",
    "share",
    "Cue level c, 0 to 1: a cue keeps floor(c x) of the x ones of what it is drawn from: the pattern, of pairs and sequences their first half, of --target the units before, of --cues its row; in a chain the first step of a sequence alone",
);

/// An age.
pub const AGE: Variable = Variable::integer(
    "age",
    "patterns",
    "Age t: the pattern was learned t - 1 patterns before the last one, whose age is 1",
);
file_kind! {
    /// A row per condition, cue level, baseline and age
    pub CURVES: "{name}.csv" by "memory run, memory sweep, plot; reproduce fig4, s1 to s3, s6, s7, stack, precision, frontier, interference, decay" {
        CONDITION,
        NETWORK,
        DATA,
        CUE,
        Variable::text("baseline", "Never-learned patterns that learned ones are compared with: pseudo (of the same source) or unstructured (uniform; structured data only)"),
        AGE,
        Variable::integer("trials", "trials", "Trials whose accuracies are averaged"),
        Variable::number("accuracy", "share", "Accuracy of learned patterns: recalled ones that are right over ones of the pattern, mean over trials (paper, section 2)"),
        Variable::number("accuracy_se", "share", "Standard error of accuracy over trials: deviation (over n) / sqrt(n); empty for one trial"),
        Variable::number("baseline_accuracy", "share", "Accuracy of the baseline's patterns, mean over trials"),
        Variable::number("baseline_accuracy_se", "share", "Standard error of baseline_accuracy over trials; empty for one trial"),
        Variable::integer("samples", "samples", "Samples that trials are cut into, for the measures that follow"),
        Variable::integer("trials_a_sample", "trials", "Trials of a sample"),
        Variable::number("raw_difference", "share", "RD = accuracy of learned less of baseline patterns, paired by trial: mean over samples (paper, section 2)"),
        Variable::number("raw_difference_se", "share", "Standard error of raw_difference over samples: deviation (over n) / sqrt(n); empty for one sample"),
        Variable::number("dprime", "", "Sensitivity d' = RD / std(differences paired by trial), deviation over n, in each sample: mean over the samples where it is defined (paper, section 2)"),
        Variable::number("dprime_se", "", "Standard error of dprime over the samples where it is defined; empty for fewer than two"),
        Variable::integer("dprime_undefined", "samples", "Samples without d': their differences are equal and not 0"),
        Variable::number("dprime_classical", "", "d' of the textbook: RD / sqrt((variance of learned + variance of baseline) / 2), mean over samples"),
        Variable::number("dprime_classical_se", "", "Standard error of dprime_classical over samples"),
        Variable::number("dprime_all_trials", "", "d' as in dprime, with all trials as one sample; empty where it is not defined"),
        Variable::number("auc", "", "Area under the ROC curve, 0 to 1: how often a learned pattern's accuracy is above a baseline one's, ties half; mean over samples"),
        Variable::number("auc_se", "", "Standard error of auc over samples"),
        Variable::number("auc_dprime_median", "", "AUC on the scale of d', sqrt(2) times the normal quantile of it: median over samples"),
        Variable::number("match_dprime", "", "d' as in dprime, of the match score in place of accuracy: familiarity; mean over samples"),
        Variable::number("match_auc", "", "AUC of the match score: mean over samples"),
        Variable::number("match_auc_se", "", "Standard error of match_auc over samples"),
        Variable::number("recognition_bits", "bits", "What the match score says about learned or not, 1 at the most: a lower bound over all trials (host/lab/src/memory/measure/recognition.rs)"),
        Variable::number("content_bits", "bits", "What an answer says about the units that were not in the cue: the larger of two lower bounds, mean over trials (equations 1 and 2 of host/lab/src/memory/measure/content.rs); empty where it was not counted"),
        Variable::number("content_bits_se", "bits", "Standard error of content_bits over trials"),
        Variable::number("content_bits_by_units", "bits", "The bound that goes unit by unit (equation 1) alone"),
        Variable::integer("storage_bits", "bits", "Storage: of K-winner networks weights and random partial masks, of other memories all their words"),
        Variable::number("recalled", "share", "Answers that share most, and at least half of its ones, with the pattern that was asked for; of all trials; empty where it was not counted"),
        Variable::number("intrusions", "share", "Answers that share more with another pattern that was learned, and at least half as many ones as were asked for"),
        Variable::number("spurious", "share", "Other answers: no pattern that was learned; recalled, intrusions and spurious sum to 1"),
    }
}
