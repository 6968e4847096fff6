//! What a client of each protocol gets.

use serde_json::{Value, json};
use slotless_recall::Store;

use super::super::{example, meaning};
use super::{Server, pair};

#[test]
fn a_session_of_the_newest_revision() {
    let place = example();
    let mut server = Server::start(&place, "");
    let found = server.request("server/discover", json!({}))["result"].clone();
    assert_eq!(found["supportedVersions"][0], "2026-07-28");
    assert_eq!(found["capabilities"], json!({"tools": {}}));
    assert_eq!(found["resultType"], "complete");
    assert_eq!(
        found["_meta"]["io.modelcontextprotocol/serverInfo"]["name"],
        "slotless"
    );
    assert!(found["ttlMs"].is_u64() && found["cacheScope"] == "private");
    let listed = server.request("tools/list", json!({}))["result"].clone();
    let tools = listed["tools"].as_array().unwrap();
    let hints: Vec<(&str, &Value)> = tools
        .iter()
        .map(|tool| (tool["name"].as_str().unwrap(), &tool["annotations"]))
        .collect();
    let names: Vec<&str> = hints.iter().map(|one| one.0).collect();
    assert_eq!(names, ["remember", "recall", "forget", "update", "list"]);
    for (name, hints) in hints {
        assert_eq!(
            hints["readOnlyHint"],
            matches!(name, "recall" | "list"),
            "{name}"
        );
        let destroys = matches!(name, "forget" | "update").then_some(true);
        assert_eq!(
            hints["destructiveHint"].as_bool().filter(|&is| is),
            destroys,
            "{name}"
        );
    }
    for tool in tools {
        assert_eq!(tool["inputSchema"]["additionalProperties"], false);
        let properties = tool["inputSchema"]["properties"].as_object().unwrap();
        assert!(
            properties
                .values()
                .all(|property| property["description"].is_string()),
            "{tool}"
        );
    }
    let recall = |server: &mut Server, letter: &str, more: Value| {
        let mut arguments = json!({"question": "how?", "vector": meaning(letter)});
        for (key, value) in more.as_object().unwrap() {
            arguments[key] = value.clone();
        }
        server.call("recall", &arguments)
    };
    let answer = recall(&mut server, "A", json!({}));
    assert_eq!(answer["close"], true);
    let best = &answer["items"][0];
    assert_eq!(
        (
            &best["id"],
            &best["target"],
            &best["cue"],
            &best["score"],
            &best["close"]
        ),
        (
            &json!(1),
            &json!("b one"),
            &json!("a"),
            &json!(0.9435),
            &json!(true)
        )
    );
    let far = recall(&mut server, "A", json!({"threshold": 0.95, "top": 1}));
    assert_eq!(far["close"], false);
    assert_eq!(
        (
            far["items"].as_array().unwrap().len(),
            &far["items"][0]["close"]
        ),
        (1, &json!(false))
    );
    assert_eq!(
        far["message"],
        "nothing stored is close: the best score is 0.943, below 0.95"
    );

    let mut new = pair("d", "a four");
    new["tags"] = json!({"speaker": "Ann"});
    new["time"] = json!("2026-03-05");
    new["tags"]["key"] = json!("where");
    assert_eq!(
        server.call("remember", &new),
        json!({"id": 4, "replaced": false})
    );
    assert_eq!(
        server.call("remember", &new),
        json!({"id": 4, "replaced": true})
    );
    let by_ann = recall(
        &mut server,
        "d",
        json!({"where": {"speaker": "Ann"}, "before": "2026-04"}),
    );
    let tags = json!({"key": "where", "speaker": "Ann"});
    assert_eq!(by_ann["items"][0]["tags"], tags);
    assert_eq!(by_ann["items"][0]["time"], "2026-03-05T00:00:00Z");
    let by_bo = recall(&mut server, "d", json!({"where": {"speaker": "Bo"}}));
    assert_eq!(
        (&by_bo["close"], &by_bo["items"]),
        (&json!(false), &json!([]))
    );
    assert_eq!(
        by_bo["message"],
        "nothing stored is close: no item is one of these"
    );
    // A text alone is asked for by itself.
    let alone = server.call(
        "remember",
        &json!({"target": "B alone", "vectors": [meaning("B")]}),
    );
    let item = Store::open(&place.path("m"))
        .unwrap()
        .item(alone["id"].as_u64().unwrap())
        .unwrap();
    assert_eq!(
        (&item.target, &item.cues),
        (&"B alone".to_owned(), &vec!["B alone".to_owned()])
    );

    let updated = server.call(
        "update",
        &json!({"id": 4, "target": "c new", "vectors": [meaning("c")], "tags": {"x": "y"}}),
    );
    assert_eq!(updated["item"]["target"], "c new");
    assert_eq!(updated["item"]["cues"], json!(["d"]));
    assert_eq!(
        updated["item"]["tags"],
        json!({"key": "where", "speaker": "Ann", "x": "y"})
    );
    let updated = server.call(
        "update",
        &json!({"id": 4, "cues": ["a", "b"], "vectors": [meaning("a"), meaning("b")]}),
    );
    assert_eq!(
        (&updated["item"]["target"], &updated["item"]["cues"]),
        (&json!("c new"), &json!(["a", "b"]))
    );
    let updated = server.call("update", &json!({"id": 4, "time": "2026-05"}));
    assert_eq!(updated["item"]["time"], "2026-05-01T00:00:00Z");
    assert_eq!(
        server.call("forget", &json!({"id": 5}))["forgot"]["target"],
        "B alone"
    );
    let page = server.call("list", &json!({"limit": 3}));
    let ids = |page: &Value| -> Vec<u64> {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["id"].as_u64().unwrap())
            .collect()
    };
    assert_eq!(
        (ids(&page), &page["count"], &page["next"]),
        (vec![1, 2, 3], &json!(4), &json!(4))
    );
    let page = server.call("list", &json!({"first": 4}));
    assert_eq!(
        (ids(&page), &page["count"], page.get("next")),
        (vec![4], &json!(4), None)
    );
    assert_eq!(
        ids(&server.call("list", &json!({"where": {"x": "y"}}))),
        [4]
    );
    assert_eq!(server.end(), "");
    place.ok("recall verify -m m");
}

#[test]
fn clients_of_older_revisions_settle_on_theirs() {
    let place = example();
    for (wanted, settled) in [
        ("2024-11-05", "2024-11-05"),
        ("2025-03-26", "2025-03-26"),
        ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"),
        ("2026-07-28", "2025-11-25"),
        ("1999-01-01", "2025-11-25"),
    ] {
        let mut server = Server::start(&place, "");
        let ping = json!({"jsonrpc": "2.0", "id": "p", "method": "ping"});
        assert_eq!(
            server.ask(&ping),
            json!({"jsonrpc": "2.0", "id": "p", "result": {}})
        );
        let list = json!({"jsonrpc": "2.0", "id": 2, "method": "tools/list"});
        assert_eq!(server.ask(&list)["error"]["code"], -32602);
        let params = json!({"protocolVersion": wanted, "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}});
        let initialize =
            json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params});
        let answer = server.ask(&initialize);
        assert_eq!(answer["result"]["protocolVersion"], settled);
        assert_eq!(answer["result"]["serverInfo"]["name"], "slotless");
        assert_eq!(answer["result"]["capabilities"], json!({"tools": {}}));
        server.send(br#"{"jsonrpc": "2.0", "method": "notifications/initialized"}"#);
        let answer = server.ask(&list);
        assert_eq!(
            (
                &answer["id"],
                answer["result"]["tools"].as_array().unwrap().len()
            ),
            (&json!(2), 5)
        );
        assert_eq!(answer["result"].get("resultType"), None);
        let call = json!({"jsonrpc": "2.0", "id": "c", "method": "tools/call",
            "params": {"name": "list", "arguments": {"limit": 1}}});
        assert_eq!(server.ask(&call)["result"]["structuredContent"]["count"], 3);
        // One revision has lists of messages.
        let batch = json!([ping, {"jsonrpc": "2.0", "method": "notifications/cancelled"}, list, 7]);
        let answer = server.ask(&batch);
        if settled == "2025-03-26" {
            let answers = answer.as_array().unwrap();
            let ids: Vec<&Value> = answers.iter().map(|answer| &answer["id"]).collect();
            assert_eq!(ids, [&json!("p"), &json!(2), &Value::Null]);
        } else {
            assert_eq!(answer["error"]["code"], -32600);
        }
        // Both are spoken at once.
        assert!(server.request("tools/list", json!({}))["result"]["resultType"].is_string());
        assert_eq!(server.end(), "");
    }
}

#[test]
fn lines_of_json_do_the_same() {
    let place = example();
    let mut server = Server::start(&place, "--protocol lines");
    let mut new = pair("d", "a four");
    new["op"] = json!("remember");
    new["request"] = json!({"any": "thing"});
    assert_eq!(
        server.ask(&new),
        json!({"request": {"any": "thing"}, "result": {"id": 4, "replaced": false}})
    );
    let question = json!({"op": "recall", "question": "how?", "vector": meaning("d"), "top": 1});
    let answer = server.ask(&question);
    assert_eq!(answer["result"]["items"][0]["id"], 4);
    assert_eq!(answer.get("request"), None);
    let answer = server.ask(&json!({"op": "update", "id": 4, "tags": {"x": "y"}}));
    assert_eq!(answer["result"]["item"]["tags"], json!({"x": "y"}));
    let answer = server.ask(&json!({"request": 1, "op": "forget", "id": 4}));
    assert_eq!(
        (&answer["request"], &answer["result"]["forgot"]["id"]),
        (&json!(1), &json!(4))
    );
    assert_eq!(server.ask(&json!({"op": "list"}))["result"]["count"], 3);
    for (line, needle) in [
        (&b"{"[..], "the line is no JSON"),
        (b"\xff", "no text in UTF-8"),
        (b"[1]", "no object"),
        (b"{}", "op is missing, allowed: remember, recall"),
        (br#"{"op": "erase"}"#, "op is \"erase\", allowed: remember"),
        (br#"{"op": 1}"#, "op is no text"),
        (br#"{"op": "list", "x": 1}"#, "\"x\" is not known"),
        (br#"{"op": "forget", "id": 4}"#, "there is no item 4"),
    ] {
        server.send(line);
        let answer = server.receive();
        assert!(
            answer["error"]
                .as_str()
                .is_some_and(|why| why.contains(needle)),
            "{answer}"
        );
    }
    assert_eq!(server.end(), "");
}
