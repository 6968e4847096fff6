//! With an encoder: a memory is made, and texts are all that a request has.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use serde_json::json;

use super::super::super::common::Place;
use super::super::super::embed::tiny::Tiny;
use super::Server;

#[test]
fn a_memory_is_made_and_asked_in_words() {
    let place = Place::new();
    Tiny::new().write(&place, "tiny");
    let mut server = Server::start(&place, "--protocol lines --model tiny");
    let nothing = server.ask(&json!({"op": "recall", "question": "w1 w2"}));
    let message = "nothing stored is close: nothing is stored";
    assert_eq!(
        nothing["result"],
        json!({"close": false, "items": [], "message": message})
    );
    let new = json!({"op": "remember", "target": "w9", "cues": ["w1 w2", "w3 w4 w5"]});
    assert_eq!(
        server.ask(&new)["result"],
        json!({"id": 1, "replaced": false})
    );
    let answer = server.ask(&json!({"op": "recall", "question": "w1 w2"}))["result"].clone();
    let best = &answer["items"][0];
    assert_eq!(
        (&best["target"], &best["score"]),
        (&json!("w9"), &json!(1.0))
    );
    let update = json!({"op": "update", "id": 1, "cues": ["w6 w7"], "tags": {"x": "y"}});
    assert_eq!(
        server.ask(&update)["result"]["item"]["cues"],
        json!(["w6 w7"])
    );
    let vector = json!({"op": "recall", "question": "w1", "vector": [1, 2]});
    let answer = server.ask(&vector);
    assert!(
        answer["error"]
            .as_str()
            .is_some_and(|why| why.contains("this memory has an encoder")),
        "{answer}"
    );
    // Questions from standard input are answered with what is added meanwhile.
    let mut asking = place
        .command(&["recall", "ask", "-", "-m", "m", "--threshold", "0.999"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = asking.stdin.take().unwrap();
    let mut lines = BufReader::new(asking.stdout.take().unwrap()).lines();
    let mut ask = || {
        input.write_all(b"w8\n").unwrap();
        assert_eq!(lines.next().unwrap().unwrap(), "> w8");
        lines.next().unwrap().unwrap()
    };
    assert!(ask().starts_with("nothing stored is close"));
    let new = json!({"op": "remember", "target": "w0", "cues": ["w8"]});
    assert_eq!(
        server.ask(&new)["result"],
        json!({"id": 2, "replaced": false})
    );
    assert_eq!(ask(), "1.000  w0  (2: w8)");
    drop(input);
    assert!(asking.wait().unwrap().success());
    assert_eq!(server.end(), "");
    // The memory remembers its encoder.
    let mut server = Server::start(&place, "--protocol lines");
    let answer = server.ask(&json!({"op": "recall", "question": "w8", "top": 1}));
    assert_eq!(answer["result"]["items"][0]["target"], "w0");
    server.end();
}
