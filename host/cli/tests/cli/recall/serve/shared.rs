//! A memory that others have, too, and servers that are ended.

use std::fs;

use serde_json::json;
use slotless_recall::{Locking, Store, Writer};

use super::super::example;
use super::{Server, meta, pair};

#[test]
fn several_servers_and_commands_share_a_memory() {
    let place = example();
    let mut one = Server::start(&place, "");
    let mut other = Server::start(&place, "--protocol lines --wait 0");
    assert_eq!(
        one.call("remember", &pair("a", "b by one")),
        json!({"id": 4, "replaced": false})
    );
    let list = json!({"op": "list"});
    assert_eq!(other.ask(&list)["result"]["count"], 4);
    place.vectors("pair.npy", &["c", "d"]);
    place.ok("recall add --cue c --target by-a-command --vectors pair.npy -m m");
    assert_eq!(
        other.ask(&list)["result"]["items"][4]["target"],
        "by-a-command"
    );
    assert_eq!(one.call("list", &json!({}))["count"], 5);
    // The log is written anew under both.
    other.ask(&json!({"op": "forget", "id": 1}));
    place.ok("recall compact -m m");
    assert_eq!(
        one.call("remember", &pair("d", "b after")),
        json!({"id": 6, "replaced": false})
    );
    assert_eq!(other.ask(&list)["result"]["count"], 5);
    // While somebody writes, reading goes on, and writing waits, or says why it does not.
    let writer = Writer::open_with(&place.path("m"), Locking::Now).unwrap();
    assert_eq!(one.call("list", &json!({}))["count"], 5);
    let answer = other.ask(&json!({"op": "forget", "id": 2}));
    assert!(
        answer["error"]
            .as_str()
            .is_some_and(|why| why.contains("another process is writing")),
        "{answer}"
    );
    let forget = json!({"jsonrpc": "2.0", "id": 99, "method": "tools/call",
        "params": {"name": "forget", "arguments": {"id": 2}, "_meta": meta()}});
    one.send(forget.to_string().as_bytes());
    drop(writer);
    assert_eq!(one.receive()["result"]["isError"], false);
    assert_eq!(other.ask(&list)["result"]["count"], 4);
    // The folder goes away, and comes back.
    fs::rename(place.path("m"), place.path("away")).unwrap();
    for refused in [
        one.refused("list", &json!({})),
        one.refused("remember", &pair("a", "b")),
    ] {
        assert!(refused.contains("m: no memory of slotless"), "{refused}");
    }
    assert!(!place.path("m").exists());
    fs::rename(place.path("away"), place.path("m")).unwrap();
    assert_eq!(one.call("list", &json!({}))["count"], 4);
    assert_eq!(one.end() + &other.end(), "");
    place.ok("recall verify -m m");
}

#[test]
fn a_server_that_may_only_read_changes_nothing() {
    let place = example();
    fs::remove_file(place.path("m/lock")).unwrap();
    let before = place.everything();
    let mut server = Server::start(&place, "--read-only");
    let tools = server.request("tools/list", json!({}))["result"]["tools"].clone();
    let names: Vec<&str> = tools
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["recall", "list"]);
    let answer = server.request(
        "tools/call",
        json!({"name": "forget", "arguments": {"id": 1}}),
    );
    assert_eq!(answer["error"]["code"], -32602);
    assert_eq!(server.call("list", &json!({}))["count"], 3);
    assert_eq!(server.end(), "");
    let mut server = Server::start(&place, "--read-only --protocol lines");
    let answer = server.ask(&json!({"op": "forget", "id": 1}));
    assert!(
        answer["error"]
            .as_str()
            .is_some_and(|why| why.contains("--read-only")),
        "{answer}"
    );
    server.end();
    assert!(before == place.everything());
    place.refused(
        "recall serve -m nowhere --read-only",
        &["nowhere: no memory of slotless"],
    );
}

/// Nothing that was answered as stored is lost, and the folder opens every time.
#[test]
fn a_server_that_is_killed_loses_nothing_that_it_answered() {
    let place = example();
    let mut stored = 3;
    for kill in 0..12 {
        let mut server = Server::start(&place, "");
        for _ in 0..kill % 4 {
            stored = server.call("remember", &pair("a", "b kept"))["id"]
                .as_u64()
                .unwrap();
        }
        // Killed while it is at work on more, of which nothing was answered.
        let mut lines = String::new();
        for id in 0..20 {
            let params = json!({"name": "remember", "arguments": pair("c", "d lost or not"), "_meta": meta()});
            lines += &format!(
                "{}\n",
                json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params})
            );
        }
        server.send(lines.as_bytes());
        if kill % 2 == 0 {
            stored = server.receive()["result"]["structuredContent"]["id"]
                .as_u64()
                .unwrap();
        }
        server.child.kill().unwrap();
        server.child.wait().unwrap();
        let store = Store::open(&place.path("m")).unwrap();
        let ids: Vec<u64> = store.ids().collect();
        assert!(
            ids.len() as u64 >= stored && ids.iter().copied().eq(1..=ids.len() as u64),
            "kill {kill}"
        );
        stored = ids.len() as u64;
    }
    place.ok("recall verify -m m");
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_and_a_client_that_goes_away_does_too() {
    let place = example();
    let mut server = Server::start(&place, "");
    assert_eq!(server.call("list", &json!({}))["count"], 3);
    let pid = server.child.id().to_string();
    let sent = std::process::Command::new("kill")
        .args(["-TERM", &pid])
        .status()
        .unwrap();
    assert!(sent.success());
    assert_eq!(server.child.wait().unwrap().code(), Some(143));
    // A client that no longer reads; its request is done all the same.
    let mut server = Server::start(&place, "");
    let forget = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": "forget", "arguments": {"id": 1}, "_meta": meta()}});
    drop(server.output.take());
    server.send(forget.to_string().as_bytes());
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
    assert_eq!(
        Store::open(&place.path("m"))
            .unwrap()
            .ids()
            .collect::<Vec<_>>(),
        [2, 3]
    );
}
