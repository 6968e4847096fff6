//! docs/data.md, of the declarations of files.

use slotless_files::dictionary::{Kind, Variable};

use super::tests::{cell, holds};
use super::*;

const START: &str = r#"# Data

What is in the files that the command writes for people: every column of a CSV and every array of an `.npz`, by what it is of. Made
from the declarations by which the program writes them; nothing without one is written.

## How to read a folder

| file | what is in it |
|---|---|
| `manifest.json` | what was run (`conditions` and their like, seed, trials, versions), `checks` and their verdicts, a `report` in words, and in `files` every other file: length, SHA-256, and its `columns` or `arrays`, each with unit and definition |
| `NAME.csv` | numbers to plot, a row each as said below; NAME is `run`, `sweep`, `train` or the figure's. UTF-8, commas, names in the first row, no comments; an empty cell is a number that there is not |
| `NAME.npz` | every trial, as measured. `dictionary` has what each other array is: `json.loads(str(arrays["dictionary"]))` |
| `NAME.svg`, `.png`, `.pdf` | pictures |
| `.trials/` | kept trials, in a form of the program's own: the same command goes on from them, `slotless plot` draws from them |
| `shard-I-of-N/` | the same of a share of a run, until `slotless merge` makes its files of them, byte for byte as without shards |

What stands in braces differs from file to file, or from column to column. The same name is the same thing in every file:

* `network`, `data`, `cue` and `age` say what a row is of, in one spelling, so that tables of a run and of several runs can be joined on
  those that both have. Structured data has a row for each `baseline`, too. A network is named by what differs in its run: the K-winner
  network of figure 4 is `16 bits, nearest` beside other widths. What a network is, the manifest has in full.
* `cue` is a number, 1 for whole cues and 0.5 for half ones; a share is 0 to 1.
* `_se` is the standard error of the column whose name stands before it, `_sd` a standard deviation, `_per_` a quotient. The one name
  from before is `trials_a_sample`.
* A unit that is empty is that of a pure number. Bits are of information or of storage.

```sh
slotless reproduce fig4 --quick --out fig4
slotless reproduce s1 --quick --out s1
```

```python
import json, numpy, pandas

curves, fits = pandas.read_csv("s1/s1.csv"), pandas.read_csv("s1/s1_fits.csv")
rows = curves.merge(fits, on=["network", "data", "cue"], validate="many_to_one")
rows["misfit"] = rows.raw_difference - rows.amplitude * numpy.exp(-rows.rate * rows.age)

key = ["network", "data", "cue", "age"]
both = curves.merge(pandas.read_csv("fig4/fig4.csv"), on=key, suffixes=("_s1", "_fig4"), validate="one_to_one")

files = {file["name"]: file for file in json.load(open("fig4/manifest.json"))["files"]}
units = {column["name"]: column["unit"] for column in files["fig4.csv"]["columns"]}

arrays = numpy.load("fig4/fig4.npz")
about = json.loads(str(arrays["dictionary"]))
about["k_winner_mhn_random_cue50_real_overlap"]["shape"]    # ['trials', 'ages']
```
"#;

/// A column or array as a row, without axes where the others have none.
fn row(of: &Variable, has_axes: bool) -> String {
    let name = format!("`{}`", of.name);
    let axes = of.axes.join(" x ");
    let mut cells = vec![name.as_str(), of.kind.name()];
    cells.extend(has_axes.then_some(axes.as_str()));
    cells.extend([of.unit, of.definition]);
    let cells: Vec<String> = cells.into_iter().map(cell).collect();
    format!("| {} |\n", cells.join(" | "))
}

#[test]
fn the_page_of_files_is_that_of_the_declarations() {
    let mut page = START.to_owned();
    for (family, files) in FILES {
        page += &format!("\n## {family}\n");
        for file in files {
            let has_axes = file.variables.iter().any(|of| !of.axes.is_empty());
            let head = match has_axes {
                false => "| column | values | unit | what it is |\n|---|---|---|---|\n",
                true => "| array | values | shape | unit | what it is |\n|---|---|---|---|---|\n",
            };
            page += &format!(
                "\n### `{}`\n\nBy {}. {}.\n\n{head}",
                file.name, file.by, file.of
            );
            for of in file.variables {
                page += &row(of, has_axes);
                if of.name != "{parameter}" {
                    continue;
                }
                let parameters = PARAMETERS.iter().find(|(name, _)| *name == family);
                for parameter in parameters.map_or(&[][..], |of| of.1) {
                    page += &row(&parameter.variable(), has_axes);
                }
            }
        }
    }
    holds("data.md", &page);
}

/// Every declaration says what it is, in a sentence without a full stop, and no name stands twice in a file with one shape.
#[test]
fn declarations_say_something() {
    for file in FILES.iter().flat_map(|(_, files)| *files) {
        assert!(!file.by.is_empty() && !file.of.is_empty(), "{}", file.name);
        let is_npz = file.name.ends_with(".npz");
        for (at, of) in file.variables.iter().enumerate() {
            let what = format!("{} of {}", of.name, file.name);
            assert!(
                !of.definition.is_empty() && !of.definition.ends_with('.'),
                "{what}: {}",
                of.definition
            );
            // It is read alone, in a manifest.
            let leans = ["The same", "Its ", "Their ", "That ", "Those "];
            assert!(
                !leans.iter().any(|start| of.definition.starts_with(start)),
                "{what}: {}",
                of.definition
            );
            assert!(of.kind != Kind::Text || of.unit.is_empty(), "{what}");
            assert_eq!(is_npz, !of.axes.is_empty(), "{what}");
            let same = |other: &&Variable| {
                (other.name, other.axes, other.kind) == (of.name, of.axes, of.kind)
            };
            assert_eq!(
                file.variables.iter().position(|other| same(&other)),
                Some(at),
                "{what}"
            );
        }
    }
}
