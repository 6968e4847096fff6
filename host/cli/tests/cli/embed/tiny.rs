//! A small BERT of random weights as a folder, and the same model again, naively and in double precision.

use std::collections::BTreeMap;

use safetensors::tensor::{Dtype, TensorView, serialize};
use serde_json::{Value, json};
use slotless_recall::encoder::Encoder;

use super::super::common::{Draws, Place};

pub const HIDDEN: usize = 32;
pub const HEADS: usize = 4;
pub const LAYERS: usize = 2;
pub const INNER: usize = 48;
pub const POSITIONS: usize = 24;
/// Words of the vocabulary, after five special tokens: `w0`, `w1`, and so on.
pub const WORDS: usize = 60;
const SPECIAL: [&str; 5] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
pub const VOCABULARY: usize = WORDS + SPECIAL.len();
const EPS: f64 = 1e-12;

/// Rows, columns and numbers; vectors have one column.
type Matrix = (usize, usize, Vec<f32>);

/// The weights by name.
pub struct Tiny(BTreeMap<String, Matrix>);

impl Tiny {
    pub fn new() -> Self {
        let mut draws = Draws(77);
        let mut weights = BTreeMap::new();
        let mut add = |name: &str, rows: usize, columns: usize, middle: f32, reach: f32| {
            let draw = |_| middle + reach * (draws.below(20_001) as f32 / 10_000.0 - 1.0);
            let values = (0..rows * columns).map(draw).collect();
            weights.insert(name.to_owned(), (rows, columns, values));
        };
        add(
            "embeddings.word_embeddings.weight",
            VOCABULARY,
            HIDDEN,
            0.0,
            1.0,
        );
        add(
            "embeddings.position_embeddings.weight",
            POSITIONS,
            HIDDEN,
            0.0,
            0.5,
        );
        add(
            "embeddings.token_type_embeddings.weight",
            2,
            HIDDEN,
            0.0,
            0.5,
        );
        add("embeddings.LayerNorm.weight", HIDDEN, 1, 1.0, 0.3);
        add("embeddings.LayerNorm.bias", HIDDEN, 1, 0.0, 0.3);
        for layer in 0..LAYERS {
            let mut dense = |name: &str, rows: usize, columns: usize| {
                let name = format!("encoder.layer.{layer}.{name}");
                let reach = 2.0 / (columns as f32).sqrt();
                add(&format!("{name}.weight"), rows, columns, 0.0, reach);
                add(&format!("{name}.bias"), rows, 1, 0.0, 0.5);
            };
            for part in ["query", "key", "value"] {
                dense(&format!("attention.self.{part}"), HIDDEN, HIDDEN);
            }
            dense("attention.output.dense", HIDDEN, HIDDEN);
            dense("intermediate.dense", INNER, HIDDEN);
            dense("output.dense", HIDDEN, INNER);
            for norm in ["attention.output.LayerNorm", "output.LayerNorm"] {
                let name = format!("encoder.layer.{layer}.{norm}");
                add(&format!("{name}.weight"), HIDDEN, 1, 1.0, 0.3);
                add(&format!("{name}.bias"), HIDDEN, 1, 0.0, 0.3);
            }
        }
        Self(weights)
    }

    /// The bytes of `model.safetensors`.
    pub fn safetensors(&self) -> Vec<u8> {
        let bytes: Vec<(&String, &Matrix, Vec<u8>)> = self
            .0
            .iter()
            .map(|(name, matrix)| {
                let values = matrix.2.iter();
                (
                    name,
                    matrix,
                    values.flat_map(|value| value.to_le_bytes()).collect(),
                )
            })
            .collect();
        let views = bytes.iter().map(|(name, (rows, columns, _), bytes)| {
            let shape = match columns {
                1 => vec![*rows],
                _ => vec![*rows, *columns],
            };
            (*name, TensorView::new(Dtype::F32, shape, bytes).unwrap())
        });
        serialize(views, None).unwrap()
    }

    /// Writes the model into a folder of the place.
    pub fn write(&self, place: &Place, folder: &str) {
        std::fs::create_dir_all(place.path(folder)).unwrap();
        place.write(&format!("{folder}/config.json"), config().to_string());
        place.write(&format!("{folder}/tokenizer.json"), tokenizer().to_string());
        place.write(&format!("{folder}/model.safetensors"), self.safetensors());
    }

    /// The vector of a text, from the definition of the model.
    pub fn naive(&self, tokens: &[usize]) -> Vec<f64> {
        let word = &self.0["embeddings.word_embeddings.weight"];
        let place = &self.0["embeddings.position_embeddings.weight"];
        let segment = &self.0["embeddings.token_type_embeddings.weight"];
        let row = |matrix: &Matrix, row: usize, at: usize| f64::from(matrix.2[row * HIDDEN + at]);
        let mut states: Vec<Vec<f64>> = tokens
            .iter()
            .enumerate()
            .map(|(at, &token)| {
                let sum = |j| row(word, token, j) + row(place, at, j) + row(segment, 0, j);
                self.norm(
                    "embeddings.LayerNorm",
                    &(0..HIDDEN).map(sum).collect::<Vec<_>>(),
                )
            })
            .collect();
        for layer in 0..LAYERS {
            states = self.layer(&format!("encoder.layer.{layer}"), &states);
        }
        let mean = |j: usize| states.iter().map(|state| state[j]).sum::<f64>();
        let mean: Vec<f64> = (0..HIDDEN).map(mean).collect();
        let length = mean.iter().map(|value| value * value).sum::<f64>().sqrt();
        mean.iter().map(|value| value / length).collect()
    }

    fn layer(&self, name: &str, states: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let part = |part: &str| -> Vec<Vec<f64>> {
            let name = format!("{name}.attention.self.{part}");
            states
                .iter()
                .map(|state| self.dense(&name, state))
                .collect()
        };
        let (queries, keys, values) = (part("query"), part("key"), part("value"));
        let width = HIDDEN / HEADS;
        let attend = |at: usize| {
            let mut context = vec![0.0; HIDDEN];
            for head in (0..HIDDEN).step_by(width) {
                let score = |key: &Vec<f64>| {
                    let pairs = (head..head + width).map(|j| queries[at][j] * key[j]);
                    (pairs.sum::<f64>() / (width as f64).sqrt()).exp()
                };
                let scores: Vec<f64> = keys.iter().map(score).collect();
                let total: f64 = scores.iter().sum();
                for (score, value) in scores.iter().zip(&values) {
                    for j in head..head + width {
                        context[j] += score / total * value[j];
                    }
                }
            }
            context
        };
        let feed = |at: usize| {
            let attended = self.dense(&format!("{name}.attention.output.dense"), &attend(at));
            let norm = format!("{name}.attention.output.LayerNorm");
            let attended = self.norm(&norm, &sum(&attended, &states[at]));
            let gelu = |x: &f64| x / 2.0 * (1.0 + libm::erf(x / 2f64.sqrt()));
            let inner = self.dense(&format!("{name}.intermediate.dense"), &attended);
            let inner: Vec<f64> = inner.iter().map(gelu).collect();
            let out = self.dense(&format!("{name}.output.dense"), &inner);
            self.norm(&format!("{name}.output.LayerNorm"), &sum(&out, &attended))
        };
        (0..states.len()).map(feed).collect()
    }

    fn dense(&self, name: &str, input: &[f64]) -> Vec<f64> {
        let (rows, columns, weights) = &self.0[&format!("{name}.weight")];
        let bias = &self.0[&format!("{name}.bias")].2;
        let row = |row: usize| {
            let weights = &weights[row * columns..][..*columns];
            let products = weights.iter().zip(input).map(|(&w, x)| f64::from(w) * x);
            products.sum::<f64>() + f64::from(bias[row])
        };
        (0..*rows).map(row).collect()
    }

    fn norm(&self, name: &str, input: &[f64]) -> Vec<f64> {
        let n = input.len() as f64;
        let mean = input.iter().sum::<f64>() / n;
        let variance = input.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
        let (weight, bias) = (
            &self.0[&format!("{name}.weight")].2,
            &self.0[&format!("{name}.bias")].2,
        );
        let scaled = input.iter().map(|x| (x - mean) / (variance + EPS).sqrt());
        let scaled = scaled.zip(weight.iter().zip(bias));
        scaled
            .map(|(x, (&w, &b))| x * f64::from(w) + f64::from(b))
            .collect()
    }
}

fn sum(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

pub fn config() -> Value {
    json!({
        "model_type": "bert",
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "hidden_size": HIDDEN,
        "initializer_range": 0.02,
        "intermediate_size": INNER,
        "layer_norm_eps": EPS,
        "max_position_embeddings": POSITIONS,
        "num_attention_heads": HEADS,
        "num_hidden_layers": LAYERS,
        "pad_token_id": 0,
        "type_vocab_size": 2,
        "vocab_size": VOCABULARY,
    })
}

/// Cuts at 4 tokens and fills up to 16, as a file left by a training may: neither may be seen in the vectors.
pub fn tokenizer() -> Value {
    let words = (0..WORDS).map(|word| format!("w{word}"));
    let tokens = SPECIAL.into_iter().map(str::to_owned).chain(words);
    let vocabulary: BTreeMap<String, usize> = tokens.zip(0..).collect();
    let special = |id: usize| {
        json!({
            "id": id, "content": SPECIAL[id], "special": true, "single_word": false,
            "lstrip": false, "rstrip": false, "normalized": false,
        })
    };
    let mark = |id: usize| json!({"id": SPECIAL[id], "ids": [id], "tokens": [SPECIAL[id]]});
    let added: Vec<Value> = (0..SPECIAL.len()).map(special).collect();
    json!({
        "version": "1.0",
        "truncation": {"max_length": 4, "strategy": "LongestFirst", "stride": 0},
        "padding": {
            "strategy": {"Fixed": 16}, "direction": "Right", "pad_to_multiple_of": null,
            "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]",
        },
        "added_tokens": added,
        "normalizer": {
            "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
            "strip_accents": null, "lowercase": true,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [
                {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
            ],
            "pair": [
                {"Sequence": {"id": "A", "type_id": 0}},
                {"Sequence": {"id": "B", "type_id": 1}},
            ],
            "special_tokens": {"[CLS]": mark(2), "[SEP]": mark(3)},
        },
        "decoder": null,
        "model": {
            "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100, "vocab": vocabulary,
        },
    })
}

/// Numbers of tokens of a text of these words, the marks around it included.
pub fn tokens(words: &[usize]) -> Vec<usize> {
    let words = words.iter().map(|word| word + SPECIAL.len());
    [2].into_iter().chain(words).chain([3]).collect()
}

pub fn text(words: &[usize]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("w{word}")).collect();
    words.join(" ")
}

/// Texts of 0 to 20 words.
pub fn words(count: usize) -> Vec<Vec<usize>> {
    let mut draws = Draws(5);
    (0..count)
        .map(|_| {
            let length = draws.below(21);
            (0..length).map(|_| draws.below(WORDS)).collect()
        })
        .collect()
}

/// A place with the model in the folder `tiny`, and the encoder of it.
pub fn opened() -> (Place, Encoder) {
    let place = Place::new();
    Tiny::new().write(&place, "tiny");
    let encoder = Encoder::open(&place.path("tiny")).unwrap();
    (place, encoder)
}
