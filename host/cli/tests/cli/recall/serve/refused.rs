//! What is refused: at the start by the command, later by an answer, after which the server goes on.

use serde_json::json;

use super::super::{example, meaning};
use super::{Server, meta};

#[test]
fn whatever_comes_is_answered_or_passed_over() {
    let place = example();
    let before = place.everything();
    let mut server = Server::start(&place, "");
    let long = [
        b"{\"jsonrpc\": \"2.0\", \"id\": 1, \"x\": \"",
        &vec![b'x'; 17 << 20][..],
        b"\"}",
    ]
    .concat();
    let deep = "[".repeat(100_000);
    for (line, code) in [
        (&b"{"[..], -32700),
        (b"nothing", -32700),
        (b"\xff\xfe", -32700),
        (deep.as_bytes(), -32700),
        (&long, -32600),
        (b"[]", -32600),
        (b"7", -32600),
        (b"null", -32600),
        (b"{}", -32600),
        (br#"{"jsonrpc": "1.0", "id": 1, "method": "ping"}"#, -32600),
        (br#"{"jsonrpc": "2.0", "id": null, "method": "ping"}"#, -32600),
        (br#"{"jsonrpc": "2.0", "id": 1.5, "method": "ping"}"#, -32600),
        (br#"{"jsonrpc": "2.0", "id": {}, "method": "ping"}"#, -32600),
        (br#"{"jsonrpc": "2.0", "id": 1}"#, -32600),
        (br#"{"jsonrpc": "2.0", "id": 1, "method": 7}"#, -32600),
        (br#"{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": [1]}"#, -32602),
        (br#"{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}"#, -32602),
        (br#"{"jsonrpc": "2.0", "id": 1, "method": "initialize"}"#, -32602),
        (br#"{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": 7}}"#, -32602),
    ] {
        server.send(line);
        let answer = server.receive();
        let shown = String::from_utf8_lossy(&line[..line.len().min(80)]);
        assert_eq!(answer["error"]["code"], code, "{shown}: {answer}");
        assert!(answer["error"]["message"].as_str().is_some_and(|why| !why.contains('\n')));
    }
    // Of these nothing is said.
    for line in [
        r#"{"jsonrpc": "2.0", "method": "notifications/unknown", "params": {"x": [1]}}"#,
        r#"{"jsonrpc": "2.0", "method": "tools/call", "params": {"name": "forget", "arguments": {"id": 1}}}"#,
        r#"{"jsonrpc": "2.0", "id": 1, "result": {}}"#,
        r#"{"jsonrpc": "2.0", "id": 1, "error": {}}"#,
        "",
        "   ",
    ] {
        server.send(line.as_bytes());
    }
    for (method, params, code) in [
        ("nothing", json!({}), -32601),
        ("initialize", json!({}), -32601),
        ("ping", json!({}), -32601),
        ("resources/list", json!({}), -32601),
        ("tools/list", json!({"cursor": "x"}), -32602),
        ("tools/call", json!({}), -32602),
        ("tools/call", json!({"name": "erase"}), -32602),
        ("tools/call", json!({"name": 7}), -32602),
        (
            "tools/call",
            json!({"name": "list", "arguments": [1]}),
            -32602,
        ),
    ] {
        let answer = server.request(method, params);
        assert_eq!(answer["error"]["code"], code, "{method}: {answer}");
    }
    let mut other =
        json!({"jsonrpc": "2.0", "id": 9, "method": "tools/list", "params": {"_meta": meta()}});
    other["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"] = json!("1900-01-01");
    let answer = server.ask(&other);
    assert_eq!(answer["error"]["code"], -32022);
    assert_eq!(answer["error"]["data"]["requested"], "1900-01-01");
    assert_eq!(answer["error"]["data"]["supported"][0], "2026-07-28");
    other["params"]["_meta"] = meta();
    other["params"]["_meta"]
        .as_object_mut()
        .unwrap()
        .remove("io.modelcontextprotocol/clientCapabilities");
    assert_eq!(server.ask(&other)["error"]["code"], -32602);

    let vector = meaning("a");
    for (tool, arguments, needle) in [
        ("remember", json!({}), "target is missing"),
        (
            "remember",
            json!({"target": 7}),
            "target is 7, expected a text",
        ),
        (
            "remember",
            json!({"target": "x", "cues": "y"}),
            "cues is \"y\", expected a list of texts",
        ),
        (
            "remember",
            json!({"target": "x", "cues": [null]}),
            "cues is null, expected a text",
        ),
        (
            "remember",
            json!({"target": "x", "vectors": [vector], "when": 1}),
            "\"when\" is not known, allowed: target, cues, time, tags, vectors",
        ),
        ("remember", json!({"target": "x"}), "0 vectors for 1 texts"),
        (
            "remember",
            json!({"target": " ", "vectors": [vector]}),
            "a text is empty",
        ),
        (
            "remember",
            json!({"target": "x".repeat((1 << 20) + 1), "vectors": [vector]}),
            "1048577 bytes, allowed 1048576",
        ),
        (
            "remember",
            json!({"target": "x", "vectors": [[1, 2]]}),
            "the vector has 2 numbers, this memory takes 4",
        ),
        (
            "remember",
            json!({"target": "x", "vectors": [[0, 0, 0, 0]]}),
            "no direction",
        ),
        (
            "remember",
            json!({"target": "x", "vectors": [[1e39, 0, 0, 0]]}),
            "inf",
        ),
        (
            "remember",
            json!({"target": "x", "vectors": [["1", 0, 0, 0]]}),
            "vectors is \"1\", expected a list of numbers",
        ),
        (
            "remember",
            json!({"target": "x", "vectors": [vector], "tags": {"a b": "c"}}),
            "a tag's key is \"a b\"",
        ),
        (
            "remember",
            json!({"target": "x", "vectors": [vector], "tags": {"a": 1}}),
            "tags: a is 1, expected a text",
        ),
        (
            "remember",
            json!({"target": "x", "vectors": [vector], "time": "yesterday"}),
            "time is \"yesterday\", allowed: a time in UTC",
        ),
        ("recall", json!({"question": "x"}), "0 vectors for 1 texts"),
        (
            "recall",
            json!({"question": "", "vector": vector}),
            "a text is empty",
        ),
        (
            "recall",
            json!({"question": "x", "vector": vector, "top": 0}),
            "top is 0, expected a whole number, 1 to 1000",
        ),
        (
            "recall",
            json!({"question": "x", "vector": vector, "top": 1.5}),
            "top is 1.5",
        ),
        (
            "recall",
            json!({"question": "x", "vector": vector, "threshold": 7}),
            "threshold is 7, allowed -1 to 1",
        ),
        (
            "recall",
            json!({"question": "x", "vector": vector, "after": "2027", "before": "2026"}),
            "no time is between them",
        ),
        ("forget", json!({"id": 9}), "there is no item 9"),
        (
            "forget",
            json!({"id": "1"}),
            "id is \"1\", expected a whole number from 1 on",
        ),
        ("forget", json!({}), "id is missing"),
        ("update", json!({"id": 1}), "nothing to update"),
        (
            "update",
            json!({"id": 9, "time": "2026"}),
            "there is no item 9",
        ),
        (
            "list",
            json!({"limit": 1001}),
            "limit is 1001, expected a whole number, 1 to 1000",
        ),
        ("list", json!({"first": -1}), "first is -1"),
        (
            "list",
            json!({"\u{1b}[2J": 1}),
            "\"\\u001b[2J\" is not known",
        ),
    ] {
        let line = server.refused(tool, &arguments);
        assert!(line.contains(needle), "{tool} {needle}: {line}");
    }
    assert_eq!(server.call("list", &json!({}))["count"], 3);
    assert_eq!(server.end(), "");
    // Of what was refused nothing was written; whoever writes leaves a lock's file at most.
    assert!(before == place.everything());
}

#[test]
fn what_cannot_be_served_is_refused() {
    let place = example();
    place.refused(
        "recall serve -m nowhere",
        &["no vectors: expected --model DIR"],
    );
    place.refused("recall serve -m m --wait 4000", &["--wait"]);
    place.refused(
        "recall serve -m m --protocol http",
        &["--protocol", "mcp, lines"],
    );
    place.refused("recall serve -m m --model nowhere", &[]);
    let whole = place.read("m/log");
    let mut damaged = whole.clone();
    damaged[100] ^= 1;
    place.write("m/log", &damaged);
    place.refused("recall serve -m m", &["m/log: damaged at byte"]);
    // Damage that comes while it is served is told of, and the server stays.
    place.write("m/log", &whole);
    let mut server = Server::start(&place, "");
    assert_eq!(server.call("list", &json!({}))["count"], 3);
    let broken = [&whole[..], &[7; 300]].concat();
    place.write("m/log", &broken);
    let line = server.refused("list", &json!({}));
    assert!(line.contains("m/log: damaged at byte"), "{line}");
    place.write("m/log", &whole);
    assert_eq!(server.call("list", &json!({}))["count"], 3);
    server.end();
}
