//! `recall serve`, driven over its pipes: the Model Context Protocol, lines of JSON, and whatever else may come.

#[cfg(feature = "embed")]
mod encoder;
mod protocol;
mod refused;
mod shared;

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use super::super::common::Place;
use super::meaning;

/// A server that runs.
struct Server {
    child: Child,
    input: Option<ChildStdin>,
    output: Option<BufReader<ChildStdout>>,
    requests: u64,
}

/// The fields that a request of the newest revision has.
fn meta() -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "a test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    })
}

impl Server {
    fn start(place: &Place, arguments: &str) -> Self {
        let words = format!("recall serve -m m {arguments}");
        let words: Vec<&str> = words.split_whitespace().collect();
        let mut child = place
            .command(&words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            input: child.stdin.take(),
            output: child.stdout.take().map(BufReader::new),
            child,
            requests: 0,
        }
    }

    fn send(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes).unwrap();
        input.write_all(b"\n").unwrap();
    }

    fn receive(&mut self) -> Value {
        let mut line = String::new();
        let output = self.output.as_mut().unwrap();
        output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line:?}: {error}"))
    }

    fn ask(&mut self, message: &Value) -> Value {
        self.send(message.to_string().as_bytes());
        self.receive()
    }

    /// The answer to a request of the newest revision.
    fn request(&mut self, method: &str, mut params: Value) -> Value {
        self.requests += 1;
        params["_meta"] = meta();
        let message =
            json!({"jsonrpc": "2.0", "id": self.requests, "method": method, "params": params});
        let answer = self.ask(&message);
        assert_eq!(
            (&answer["jsonrpc"], &answer["id"]),
            (&json!("2.0"), &json!(self.requests))
        );
        answer
    }

    /// What a tool gives.
    fn call(&mut self, tool: &str, arguments: &Value) -> Value {
        let answer = self.request("tools/call", json!({"name": tool, "arguments": arguments}));
        let result = &answer["result"];
        assert_eq!(result["isError"], false, "{answer}");
        let text: Value =
            serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
        assert_eq!(text, result["structuredContent"]);
        text
    }

    /// The one line that a tool refuses its arguments with.
    fn refused(&mut self, tool: &str, arguments: &Value) -> String {
        let answer = self.request("tools/call", json!({"name": tool, "arguments": arguments}));
        let result = &answer["result"];
        assert_eq!(result["isError"], true, "{answer}");
        assert_eq!(result.get("structuredContent"), None);
        let line = result["content"][0]["text"].as_str().unwrap().to_owned();
        assert!(!line.is_empty() && !line.contains('\n'), "{line:?}");
        line
    }

    /// Closes its input: it ends, and says nothing more. What it said on standard error.
    fn end(mut self) -> String {
        drop(self.input.take());
        let mut rest = String::new();
        let output = self.output.as_mut().unwrap();
        output.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
        let output = self.child.wait_with_output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{err}");
        err
    }
}

/// What a text is remembered with.
fn pair(cue: &str, target: &str) -> Value {
    json!({"target": target, "cues": [cue], "vectors": [meaning(target), meaning(cue)]})
}
