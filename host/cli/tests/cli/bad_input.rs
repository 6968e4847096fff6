//! Input that must be refused: one line that names the value and what is allowed, exit code 2, nothing written.

use super::common::{Draws, Place, Ran, TINY, csv_of};

/// What a message quotes is seen whole: what acts on a terminal is written out, in flags as in files.
#[cfg(unix)]
#[test]
fn what_acts_is_written_out() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let place = Place::new();
    place.refused_with(
        &["memory", "run", "--k", "1\u{1b}[31m2"],
        &["'1\\u001b[31m2'", "--k"],
    );
    place.refused_with(
        &["plot", "x", "--quantity", "a\u{7}b\nc"],
        &["'a\\u0007b\\u000ac'"],
    );
    let ran = place.run_with(&[
        "memory",
        "run",
        "--n-i",
        "16",
        "--n-h",
        "16",
        "--s",
        "4",
        "--k",
        "2",
        "--f",
        "1",
        "--learned",
        "3",
        "--burn-in",
        "0",
        "--trials",
        "2",
        "--name",
        "a\u{1b}[2Jb",
        "--out",
        "out",
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    for file in ["out/run.csv", "out/run.svg", "out/manifest.json"] {
        assert!(!place.read(file).contains(&0x1b), "{file}");
    }
    let table = String::from_utf8(place.read("out/run.csv")).unwrap();
    assert!(table.contains("a\\u001b[2Jb"), "{table}");
    // Which value is no text, and of which flag; a path may be anything.
    for (flag, value) in [("--images", &b"p\xff"[..]), ("--corrupt", b"\xffhalf")] {
        let mut command = place.command(&["hopfield", "recall", "--out"]);
        let ran: super::common::Ran = command
            .arg(OsStr::from_bytes(b"o\xfft"))
            .args([OsStr::new(flag), OsStr::from_bytes(value)])
            .output()
            .unwrap()
            .into();
        assert_eq!(
            (ran.code, ran.err.lines().count()),
            (Some(2), 1),
            "{}",
            ran.err
        );
        let said = format!(
            "slotless: {flag} is {:?}, allowed text in UTF-8",
            String::from_utf8_lossy(value)
        );
        assert_eq!(ran.err.trim_end(), said);
    }
}

/// The range that a message states is the one that is taken: its ends are, and what lies beyond is not.
#[test]
fn stated_ranges_are_those_that_are_taken() {
    let place = Place::new();
    for line in [
        "hopfield recall --memories 2 --beta 1e-45 --out a",
        "hopfield recall --memories 2 --beta 3.4028235e38 --out a",
        "transformer train -L 2 --batches 1 --trials 1 --init-scale 0 --out b",
        "transformer train -L 2 --batches 1 --trials 1 --beta 1e-45 --out c",
    ] {
        place.ok(line);
    }
    place.refused(
        "hopfield recall --beta 3.5e38",
        &["allowed 1e-45 to 3.4028235e38, in single precision\n"],
    );
    place.refused(
        "hopfield recall --beta 1e-46",
        &["allowed 1e-45 to 3.4028235e38, in single precision\n"],
    );
    place.refused(
        "hopfield recall --beta 0",
        &["beta is 0, allowed finite numbers above 0"],
    );
    place.refused("transformer train --init-scale 1e39", &["init_scale is 1e39, allowed finite numbers from 0, of single precision (up to 3.4028235e38)"]);
    place.refused(
        "transformer train --beta 1e39",
        &["(from 1e-45 to 3.4028235e38)"],
    );
    place.refused(
        "reproduce exp07 --pairs 20001",
        &["pairs is 20001, allowed up to 20000"],
    );
}

/// What is told goes into the run or is refused; and 0 is one number, whatever its sign.
#[test]
fn nothing_that_is_told_is_left_out() {
    let place = Place::new();
    for (line, needle) in [
        (
            "memory sweep --memory willshaw,ring --n-h 5 --parts 5",
            "parts is 5, allowed none: no parameter of memory willshaw, ring\n",
        ),
        (
            "memory run --memory coded-ring --n-h 1",
            "n_h is 1, allowed from 2 (a code of 100 ones takes up to 513 bits)\n",
        ),
        ("memory run --cue=-0", "cue is -0, allowed 0 to 1"),
        (
            "hopfield recall --corrupt noise:-0",
            "noise is \"-0\", allowed a probability",
        ),
        (
            "hopfield recall --network classical --threshold=-0",
            "threshold is \"-0\", allowed",
        ),
        (
            "transformer train --init-scale=-0",
            "init_scale is -0, allowed finite numbers from 0",
        ),
    ] {
        place.refused(line, &[needle]);
    }
}

#[test]
fn numbers_out_of_range() {
    let place = Place::new();
    for (arguments, needles) in [
        ("--k 81", ["k is 81", "1..=80 (n_h)"]),
        ("--k 0", ["k is 0", "1..=80 (n_h)"]),
        ("--n-h 0", ["n_h is 0", "from 1"]),
        ("--n-i 0", ["n_i is 0", "from 1"]),
        ("--s 0", ["s is 0", "1..=60 (n_i)"]),
        ("--s 61", ["s is 61", "1..=60 (n_i)"]),
        ("--f 0", ["f is 0", "above 0 to 1"]),
        ("--f 0.01", ["f is 0.01", "allowed from 1/60"]),
        ("--f 1.5", ["f is 1.5", "above 0 to 1"]),
        ("--f -0.5", ["f is -0.5", "above 0 to 1"]),
        ("--f nan", ["f is NaN", "above 0 to 1"]),
        ("--eps 0", ["eps is 0", "above 0 to 1"]),
        ("--eps 1.01", ["eps is 1.01", "above 0 to 1"]),
        ("--eps -0.1", ["eps is -0.1", "above 0 to 1"]),
        ("--eps nan", ["eps is NaN", "above 0 to 1"]),
        ("--eps inf", ["eps is inf", "above 0 to 1"]),
        ("--cue -0.5,1", ["cue is -0.5", "0 to 1"]),
        ("--eps 1e-9", ["eps is 0.000000001", "1/131072 to 1"]),
        ("--cue 1.2", ["cue is 1.2", "0 to 1"]),
        ("--cue -0.2", ["cue is -0.2", "0 to 1"]),
        ("--cue nan", ["cue is NaN", "0 to 1"]),
        ("--cue 1,0.5,1", ["cue is 1", "each level once"]),
        (
            "--cue 0.3,0.30000000000000004",
            ["cue is 0.30000000000000004", "0.3 is cue30, too"],
        ),
        ("--trials 0", ["trials is 0", "from 1"]),
        ("--learned 0", ["learned is 0", "from 1"]),
        (
            "--learned 4000000000",
            ["burn_in + 2 learned is 8000000060", "up to 100000000"],
        ),
        (
            "--burn-in 4000000000",
            ["burn_in + 2 learned is 4000000080", "up to 100000000"],
        ),
        (
            "--preprocess 100,2,3",
            ["preprocess f is 2", "above 0 to 1"],
        ),
        (
            "--preprocess 100,.001,3",
            ["preprocess f is 0.001", "from 1/60"],
        ),
        (
            "--preprocess 100,.1,101",
            ["preprocess k is 101", "1..=100"],
        ),
        ("--preprocess 0,.1,1", ["preprocess n is 0", "from 1"]),
    ] {
        // The flag's own value stands last, so TINY's is left out.
        place.refused(&replaced(TINY, arguments), &needles);
    }
}

/// `line` with a flag of `change` put in place of its own.
fn replaced(line: &str, change: &str) -> String {
    let flag = change.split(' ').next().unwrap();
    let mut words = line.split(' ').collect::<Vec<_>>();
    if let Some(at) = words.iter().position(|&word| word == flag) {
        words.drain(at..at + 2);
    }
    format!("{} {change}", words.join(" "))
}

#[test]
fn data_out_of_range() {
    let place = Place::new();
    for (arguments, needles) in [
        ("--data tree --b 7", ["b is 7", "1..=6"]),
        ("--data tree --b 0", ["b is 0", "1..=6"]),
        ("--data tree", ["needs --b", "tree"]),
        ("--data correlated --b 7", ["b is 7", "1..=6"]),
        ("--data correlated --b 0", ["b is 0", "1..=6"]),
        ("--data correlated", ["needs --b", "correlated"]),
        (
            "--data correlated --b 2 --categories 0",
            ["categories is 0", "from 1"],
        ),
        (
            "--data correlated --b 2 --categories 7",
            ["burn_in is 60", "multiples of 7"],
        ),
        (
            "--data correlated --b 2 --categories 12",
            ["learned is 40", "multiples of 12"],
        ),
        ("--b 2", ["--b", "tree, correlated or drift"]),
        ("--categories 4", ["--categories", "correlated"]),
        ("--data file", ["--patterns", "file"]),
        ("--data random --patterns x.csv", ["--patterns", "file"]),
    ] {
        place.refused(&format!("{TINY} {arguments}"), &needles);
    }
    // The smaller of s and n_i - s: here n_i - s.
    let arguments = replaced(&format!("{TINY} --data tree --b 5"), "--s 56");
    place.refused(&arguments, &["b is 5", "1..=4"]);
}

#[test]
fn what_is_no_number_or_no_choice() {
    let place = Place::new();
    for (arguments, needles) in [
        ("--k x", ["'x' for '--k", "expected a whole number"]),
        ("--k 5.5", ["'5.5' for '--k", "expected a whole number"]),
        ("--k -3", ["-3", "0 to 4294967295"]),
        ("--trials 5000000000", ["5000000000", "0 to 4294967295"]),
        ("--seed -1", ["'-1' for '--seed", "expected a whole number"]),
        ("--eps fast", ["'fast' for '--eps", "expected a number"]),
        ("--weights u3", ["'u3'", "u1, u2, u4, u8, u16, float"]),
        ("--rounding up", ["'up'", "nearest, stochastic"]),
        ("--assignment up", ["'up'", "competitive, random-k"]),
        ("--wiring up", ["'up'", "random, structured"]),
        ("--wiring structured", ["n_h 80", "is 79"]),
        (
            "--data blue",
            [
                "'blue'",
                "random, tree, correlated, drift, pairs, sequence, similarity, file",
            ],
        ),
        ("--preprocess 1,2", ["'1,2'", "n,f,k"]),
        ("--learnt 3", ["--learnt", "--learned"]),
    ] {
        place.refused(&replaced(TINY, arguments), &needles);
    }
    for (arguments, needles) in [
        ("reproduce fig9 --out out", ["'fig9'", "fig4, s1, s2"]),
        ("reproduce --out out", ["FIGURE", "not provided"]),
        (
            "reproduce fig4 --trials 0 --out out",
            ["trials is 0", "from 1"],
        ),
        (
            "reproduce fig4 --trials -1 --out out",
            ["-1", "0 to 4294967295"],
        ),
        ("fly", ["'fly'", "subcommand"]),
    ] {
        place.refused(arguments, &needles);
    }
}

/// Float weights are an oracle: what only fixed point has is refused, in a grid too.
#[test]
fn what_float_weights_do_not_take() {
    let place = Place::new();
    let float = format!("{TINY} --weights float");
    place.refused(
        &format!("{float} --rounding stochastic"),
        &["rounding is stochastic", "nearest with weights float"],
    );
    place.refused(
        &format!("{float} --assignment random-k"),
        &["assignment is random-k", "competitive with weights float"],
    );
    place.refused(
        &format!("{float} --wiring structured"),
        &["wiring is structured", "random with weights float"],
    );
    let grid = TINY.replace(" run ", " sweep ");
    place.refused(
        &format!("{grid} --weights u8,float --rounding nearest,stochastic"),
        &["rounding is stochastic", "nearest with weights float"],
    );
    let one = |change| replaced(&float, change);
    place.refused(&one("--k 81"), &["k is 81", "1..=80 (n_h)"]);
    place.refused(&one("--eps 1.01"), &["eps is 1.01", "above 0 to 1"]);
    place.refused(&one("--f 0.01"), &["f is 0.01", "allowed from 1/60"]);
    place.refused(
        &replaced(&replaced(&one("--n-i 100000"), "--n-h 100000"), "--f 1"),
        &["n_h m is 10000000000", "up to 4294967295"],
    );
}

#[test]
fn several_values_and_one_run() {
    let place = Place::new();
    let arguments = replaced(TINY, "--k 5,6");
    place.refused(&arguments, &["k = [5, 6]", "memory sweep"]);
    let arguments = replaced(TINY, "--eps 0.1 --eps 0.25");
    place.refused(&arguments, &["eps = [0.1, 0.25]", "memory sweep"]);
    let arguments = replaced(&TINY.replace(" run ", " sweep "), "--k 5,5");
    place.refused(&arguments, &["k = 5", "names that differ"]);
    let arguments = replaced(&TINY.replace(" run ", " sweep "), "--k 5,81");
    place.refused(&arguments, &["k is 81", "1..=80"]);
    // Weights that 1 winner with 3 hidden units' weights cannot match.
    let arguments = replaced(&replaced(TINY, "--n-h 2"), "--k 1");
    place.refused(
        &format!("{arguments} --matched"),
        &["n_h f is 0.4", "from 1"],
    );
}

#[test]
fn pattern_files() {
    let place = Place::new();
    let mut draws = Draws(1);
    let rows: Vec<Vec<u8>> = (0..140).map(|_| draws.row(60, 6)).collect();
    let changed = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let mut rows = rows.clone();
        change(&mut rows);
        csv_of(&rows)
    };
    place.write("few.csv", changed(&|rows| rows.truncate(139)));
    place.write("ragged.csv", changed(&|rows| rows[2].truncate(59)));
    place.write("two.csv", changed(&|rows| rows[4][9] = 2));
    place.write("zero.csv", changed(&|rows| rows[3].fill(0)));
    place.write("empty.csv", "");
    place.write("comment.csv", "# no rows\n\n");
    place.write("bytes.csv", [0xff, 0xfe, 0x00]);
    place.write("empty.npy", "");
    place.write("cut.npy", b"\x93NUMPY\x01\x00");
    let npy = |name: &str, descr: &str, shape: &str, data: &[u8]| {
        let header =
            format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({shape}), }}");
        let header = format!("{header:<117}\n");
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(data);
        place.write(name, bytes);
    };
    npy("flat.npy", "|u1", "6,", &[1; 6]);
    npy("cube.npy", "|u1", "2, 3, 1", &[1; 6]);
    npy("text.npy", "<U1", "2, 3", &[0; 24]);
    npy("three.npy", "|u1", "2, 3", &[1, 0, 1, 0, 3, 1]);
    npy(
        "half.npy",
        "<f4",
        "1, 2",
        &[0, 0, 0x80, 0x3f, 0, 0, 0, 0x3f],
    );
    npy("none.npy", "|u1", "0, 60", &[]);
    npy("narrow.npy", "|u1", "1000000000000000000, 0", &[]);
    npy("huge.npy", "<f8", "100000000000, 60000", &[0; 64]);
    npy("short.npy", "<f8", "2, 10", &[0; 64]);
    let line = "memory run --n-h 80 --f .2 --k 5 --burn-in 60 --learned 40 --trials 2 --out out --patterns";
    for (name, why) in [
        ("few.csv", "139 rows, expected at least 140"),
        ("ragged.csv", "row 3 has 59 cells, expected 60"),
        ("two.csv", "row 5, column 10 is \"2\", allowed 0 and 1"),
        ("zero.csv", "row 4 has no 1 in it"),
        ("empty.csv", "no pattern in it"),
        ("comment.csv", "no pattern in it"),
        ("bytes.csv", "UTF-8"),
        ("missing.csv", "No such file"),
        ("missing.npy", "No such file"),
        ("empty.npy", "does not begin as a .npy does"),
        ("cut.npy", "it ends within its header"),
        (
            "flat.npy",
            "it has 1 axis (6), expected two: rows and columns (a pattern per row",
        ),
        ("cube.npy", "it has 3 axes (2, 3, 1), expected two"),
        ("text.npy", "allowed bool, integers and floats"),
        ("three.npy", "row 2, column 2 is 3, allowed 0 and 1"),
        ("half.npy", "row 1, column 2 is 0.5, allowed 0 and 1"),
        ("none.npy", "no pattern in it"),
        ("narrow.npy", "no pattern in it"),
        ("huge.npy", "promises (100000000000, 60000) cells"),
        ("short.npy", "short.npy"),
    ] {
        place.refused(
            &format!("{line} {name}"),
            &[&format!("pattern file {name}"), why],
        );
    }
    place.write("good.csv", csv_of(&rows));
    let needles = ["good.csv", "rows of 60 bits, expected 50 (n_i)"];
    place.refused(&format!("{line} good.csv --n-i 50"), &needles);
    place.refused(
        &format!("{} good.csv", line.replace("--learned 40", "--learned 41")),
        &["140 rows", "at least 142"],
    );
}

#[test]
fn folders_that_cannot_be_written() {
    let place = Place::new();
    place.write("file", "a regular file");
    let tiny = |out: &str| TINY.replace("--out out", &format!("--out {out}"));
    for out in ["file", "file/out", "file/a/b"] {
        place.refused(&tiny(out), &["file: a file, expected a folder"]);
    }
    let arguments: Vec<&str> = TINY
        .split(' ')
        .map(|word| if word == "out" { "" } else { word })
        .collect();
    place.refused_with(&arguments, &["--out"]);
    // A warning is for a run that begins.
    place.refused(
        &replaced(&tiny("file/out"), "--weights u4"),
        &["file: a file"],
    );
}

#[cfg(unix)]
#[test]
fn folders_without_permission() {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    let place = Place::new();
    fs::create_dir(place.path("closed")).unwrap();
    fs::set_permissions(place.path("closed"), Permissions::from_mode(0o555)).unwrap();
    if fs::write(place.path("closed/probe"), "").is_ok() {
        eprintln!("skipped: this user may write everywhere");
        return;
    }
    for out in ["closed", "closed/a/b"] {
        let arguments = TINY.replace("--out out", &format!("--out {out}"));
        place.refused(&arguments, &[out, "Permission denied"]);
    }
}

#[test]
fn names_that_no_file_could_have() {
    let place = Place::new();
    let name = "x".repeat(250);
    place.refused(
        &format!("{TINY} --name {name}"),
        &["name", "is 257", "up to 200"],
    );
}

/// What is no regular file is refused by every reader, and nothing waits for a fifo's writer.
#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_waited_for() {
    let outside = tempfile::tempdir().unwrap();
    let fifo = |name: &str| {
        let path = outside.path().join(name);
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        assert!(made.unwrap().success());
        path.display().to_string()
    };
    std::fs::create_dir(outside.path().join("run")).unwrap();
    fifo("run/manifest.json");
    let (pipe, run) = (
        fifo("pipe"),
        outside.path().join("run").display().to_string(),
    );
    let place = Place::new();
    place.write("pairs.tsv", "a\tb\n");
    for arguments in [
        format!("memory run --out out --spec {pipe}"),
        format!("memory run --out out --patterns {pipe}"),
        format!("transformer train --out out --spec {pipe}"),
        format!("transformer eval --weights {pipe}"),
        format!("hopfield recall --out out --images {pipe}"),
        format!("snapshot info {pipe}"),
        format!("plot {run}"),
        format!("recall add -m m --vectors v.npy --tsv {pipe}"),
        format!("recall add -m m --tsv pairs.tsv --vectors {pipe}"),
    ] {
        place.refused(&arguments, &["a fifo, expected a regular file"]);
    }
    place.refused(
        &format!("recall add -m m --vectors v.npy --tsv {pipe}"),
        &["- reads standard input"],
    );
    place.refused(
        "memory run --out out --spec .",
        &["a folder, expected a regular file"],
    );
    // No more is read than a spec can have, and none is too deep.
    let long = std::fs::File::create(place.path("long.toml")).unwrap();
    long.set_len(1 << 40).unwrap();
    let limit = &["long.toml", "1099511627776 bytes or more, allowed 16777216"];
    let spec = |name: &str, needles: &[&str]| {
        let line = |command: &str| format!("{command} --out out --spec {name}");
        for command in ["memory run", "transformer train"] {
            let ran = place.run(&line(command));
            assert_eq!(
                (ran.code, ran.err.matches('\n').count()),
                (Some(2), 1),
                "{}",
                ran.err
            );
            for needle in needles {
                assert!(ran.err.contains(needle), "{needle} not in {}", ran.err);
            }
        }
    };
    spec("long.toml", limit);
    std::fs::remove_file(place.path("long.toml")).unwrap();
    for deep in [
        "a = ".to_owned() + &"[".repeat(100_000),
        "[a".to_owned() + &".a".repeat(100_000) + "]",
        "a = ".to_owned() + &"{a = ".repeat(100_000),
    ] {
        place.write("deep.toml", deep);
        spec("deep.toml", &["deep.toml, line 1"]);
    }
    let many =
        "trials = 1\n[[network]]\nn_i = 60\nn_h = 80\ns = 6\nf = 0.2\nk = 5\neps = 0.3\n[sweep]\n"
            .to_owned()
            + &["n_i", "n_h", "s", "k"]
                .map(|name| format!("{name} = {:?}\n", (1..100).collect::<Vec<u32>>()))
                .concat();
    place.write("many.toml", many);
    place.refused(
        "memory sweep --out out --spec many.toml",
        &["number of combinations is 96059601, allowed up to 65536"],
    );
    place.write("file", "");
    place.refused(
        "memory run --out file",
        &["file: a file, expected a folder"],
    );
    place.refused(
        "memory run --out file/below",
        &["file: a file, expected a folder"],
    );
}

/// Specs and manifests are text, and so are the paths in them.
#[cfg(unix)]
#[test]
fn a_path_that_is_no_text() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let place = Place::new();
    let name = OsStr::from_bytes(b"na\xffme.csv");
    std::fs::write(place.path("").join(name), "1,0,1,0\n0,1,0,1\n1,1,0,0\n").unwrap();
    for last in ["--print-spec", "--out=runs"] {
        let line = "memory run --data file --burn-in 1 --learned 1 --n-h 8 --k 1 --f .5 --trials 1 --patterns";
        let mut command = place.command(&line.split(' ').collect::<Vec<_>>());
        let ran: Ran = command.arg(name).arg(last).output().unwrap().into();
        assert_eq!(ran.code, Some(2), "{}", ran.err);
        assert!(
            ran.err.contains("patterns is na") && ran.err.contains("UTF-8"),
            "{}",
            ran.err
        );
        assert_eq!((ran.err.lines().count(), ran.out.as_str()), (1, ""));
    }
    assert!(!place.path("runs").exists());
}
