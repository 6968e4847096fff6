//! What files say of their columns and arrays: in the manifest, in an `.npz` itself, and in docs/data.md.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::Path;

use slotless::run::manifest::Manifest;
use slotless_files::FileEntry;
use slotless_files::dictionary::Kind;

use super::common::{Place, TINY};

/// Names of columns and arrays by the name of a file, as the page has them.
fn page() -> Vec<(String, BTreeSet<String>)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/data.md");
    let text = fs::read_to_string(path).unwrap();
    let name = |line: &str, start: &str| {
        let (name, _) = line.strip_prefix(start)?.split_once('`')?;
        Some(name.to_owned())
    };
    let mut files: Vec<(String, BTreeSet<String>)> = Vec::new();
    for line in text.lines() {
        if let Some(file) = name(line, "### `") {
            files.push((file, BTreeSet::new()));
        } else if let (Some(variable), Some((_, known))) = (name(line, "| `"), files.last_mut()) {
            known.insert(variable);
        }
    }
    files
}

/// Whether a name is one of those that a declaration stands for: with something in place of each pair of braces.
fn stands_for(declared: &str, name: &str) -> bool {
    let Some((before, rest)) = declared.split_once('{') else {
        return declared == name;
    };
    let (_, after) = rest.split_once('}').unwrap();
    name.strip_prefix(before).is_some_and(|rest| {
        let mut places = rest.char_indices().skip(1).map(|(at, _)| at);
        places.any(|at| stands_for(after, &rest[at..])) || (after.is_empty() && !rest.is_empty())
    })
}

/// What the array `dictionary` says, as Python's `json.loads(str(arrays["dictionary"]))` reads it, and names of all arrays.
fn dictionary(path: &Path) -> (serde_json::Map<String, serde_json::Value>, Vec<String>) {
    let mut zip = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let names = zip.file_names().map(|name| name.replace(".npy", ""));
    let names = names.filter(|name| name != "dictionary").collect();
    let mut bytes = Vec::new();
    let mut array = zip.by_name("dictionary.npy").unwrap();
    array.read_to_end(&mut bytes).unwrap();
    let length = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let (head, text) = bytes[10..].split_at(length);
    let (characters, rest) = text.as_chunks();
    let promised = format!(
        "{{'descr': '<U{}', 'fortran_order': False, 'shape': ()}}",
        characters.len()
    );
    assert!(rest.is_empty() && head.starts_with(promised.as_bytes()));
    let character = |&four: &[u8; 4]| char::from_u32(u32::from_le_bytes(four)).unwrap();
    let text: String = characters.iter().map(character).collect();
    (serde_json::from_str(&text).unwrap(), names)
}

/// That a part of docs/data.md about such files has all these columns or arrays.
pub fn on_page(file: &str, names: &[String]) {
    let has_all = |known: &BTreeSet<String>| {
        let mut names = names.iter();
        names.all(|name| known.iter().any(|one| stands_for(one, name)))
    };
    let page = page();
    let mut of_file = page.iter().filter(|(of, _)| stands_for(of, file));
    assert!(
        of_file.any(|(_, known)| has_all(known)),
        "docs/data.md has not all of {file}: {names:?}"
    );
}

/// Holds an archive without a manifest against the page.
pub fn archive(path: &Path) {
    let (known, names) = dictionary(path);
    assert_eq!(
        known.keys().collect::<Vec<_>>(),
        names.iter().collect::<Vec<_>>()
    );
    on_page(&path.file_name().unwrap().to_string_lossy(), &names);
}

/// Holds every table and archive that a manifest lists against what is said of them.
pub fn check(folder: &Path, manifest: &Manifest) {
    for file in &manifest.files {
        let path = folder.join(&file.name);
        let FileEntry {
            columns, arrays, ..
        } = file;
        let described: Vec<&str> = columns.iter().chain(arrays).map(|one| &*one.name).collect();
        let is = |end: &str| file.name.ends_with(end);
        // A run may have been redrawn, and its files deleted.
        if !(is(".csv") || is(".npz")) || !path.exists() {
            assert!(is(".csv") || is(".npz") || described.is_empty());
            continue;
        }
        let names = if is(".csv") {
            let mut reader = csv::Reader::from_path(&path).unwrap();
            let header: Vec<String> = reader
                .headers()
                .unwrap()
                .iter()
                .map(str::to_owned)
                .collect();
            assert_eq!(header, described, "{}", file.name);
            for row in reader.records().map(Result::unwrap) {
                let cells = row.iter().zip(columns);
                let wrong = cells
                    .filter(|(cell, _)| !cell.is_empty())
                    .find(|(cell, of)| {
                        let number: Result<f64, _> = cell.parse();
                        match of.kind {
                            Kind::Text => false,
                            Kind::Number => number.is_err(),
                            Kind::Integer => number.map_or(true, |number| number.fract() != 0.0),
                        }
                    });
                assert!(wrong.is_none(), "{}: {wrong:?}", file.name);
            }
            header
        } else {
            let (known, names) = dictionary(&path);
            assert_eq!(
                known.keys().collect::<Vec<_>>(),
                names.iter().collect::<Vec<_>>()
            );
            for (name, of) in &known {
                let said = arrays.iter().filter(|one| stands_for(&one.name, name));
                let mut said = said.map(|one| serde_json::to_value(one).unwrap());
                let same = |mut one: serde_json::Value| {
                    one.as_object_mut().unwrap().remove("name");
                    one == *of
                };
                assert!(said.any(same), "{name} of {}", file.name);
            }
            names
        };
        on_page(&file.name, &names);
    }
}

#[test]
fn names_stand_for_those_with_something_in_their_braces() {
    for (declared, name, stands) in [
        ("age", "age", true),
        ("age", "ages", false),
        ("accuracy_age_{age}", "accuracy_age_10", true),
        ("accuracy_age_{age}", "accuracy_age_", false),
        (
            "{condition}_{cue}_{set}_score",
            "a_b_cue50_real_score",
            true,
        ),
        ("{condition}_{cue}_{set}_score", "a_real_score", false),
        ("{name}.csv", "run.csv", true),
        ("{name}_statistics.csv", "run.csv", false),
    ] {
        assert_eq!(stands_for(declared, name), stands, "{declared}, {name}");
    }
}

/// That no row of a table is left out where it is joined to another on these columns.
pub fn joins(place: &Place, [file, to]: [&str; 2], key: &[&str]) {
    let rows: BTreeSet<Vec<String>> = keyed(place, to, key).into_iter().collect();
    let own = keyed(place, file, key);
    assert!(
        !own.is_empty() && own.iter().all(|row| rows.contains(row)),
        "{file}, {to}"
    );
}

/// Rows of a table by the columns that say what they are of.
fn keyed(place: &Place, file: &str, key: &[&str]) -> Vec<Vec<String>> {
    let rows = place.table(file);
    let cells = |row: &std::collections::BTreeMap<String, String>| {
        key.iter().map(|&column| row[column].clone()).collect()
    };
    rows.iter().map(cells).collect()
}

/// Tables of a run, and of several, are joined on what their rows are of, and no row is left out.
#[test]
fn tables_are_joined() {
    let place = Place::new();
    let sweep = TINY
        .replace("memory run", "memory sweep")
        .replace("--k 5", "--k 3,5");
    place.ok(&format!("{sweep} --cue 1,0.5,0.25"));
    let key = ["network", "data", "cue"];
    let summary = keyed(&place, "out/sweep_summary.csv", &key);
    let curves = keyed(&place, "out/sweep.csv", &key);
    let cues: BTreeSet<&str> = summary.iter().map(|row| row[2].as_str()).collect();
    assert_eq!(cues, BTreeSet::from(["0.25", "0.5", "1"]));
    let distinct: BTreeSet<&Vec<String>> = summary.iter().collect();
    assert_eq!(distinct.len(), summary.len());
    assert_eq!(distinct, curves.iter().collect());
    // The same networks in a run of its own, by age.
    place.ok(&format!(
        "{} --seed 2",
        sweep.replace("--out out", "--out other")
    ));
    let key = ["network", "data", "cue", "age"];
    assert_eq!(place.table("other/sweep.csv").len(), 2 * 2 * 40);
    joins(&place, ["other/sweep.csv", "out/sweep.csv"], &key);
    place.manifest("out");
}
