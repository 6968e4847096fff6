//! The Model Context Protocol over lines: JSON-RPC 2.0, one message a line.
//!
//! Since revision 2026-07-28 each request says in `_meta` which revision it is of, and there is no session. Before, a client began with
//! `initialize`. Both are spoken, request by request; nothing is sent that was not asked for.

use serde_json::{Map, Value, json};

use super::super::show;
use super::json_lines::why;
use super::lines::Line;
use super::served::{Operation, Served};
use super::tools;

/// The revision without sessions.
const MODERN: &str = "2026-07-28";

/// Those with sessions, the newest first.
const LEGACY: [&str; 4] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/// The one of them that has several messages in a list.
const WITH_BATCHES: &str = "2025-03-26";

const VERSION_KEY: &str = "io.modelcontextprotocol/protocolVersion";
const CAPABILITIES_KEY: &str = "io.modelcontextprotocol/clientCapabilities";
const SERVER_KEY: &str = "io.modelcontextprotocol/serverInfo";

const NO_JSON: i32 = -32700;
const INVALID_REQUEST: i32 = -32600;
const NO_METHOD: i32 = -32601;
const INVALID_PARAMS: i32 = -32602;
const OTHER_VERSION: i32 = -32022;

/// For how long a client may keep what it was told of the tools, in milliseconds: they stay as long as the program runs.
const KEPT: u32 = 300_000;

/// A conversation with a client.
#[derive(Debug, Default)]
pub(super) struct Session {
    /// The revision that `initialize` has settled, if there was one.
    settled: Option<&'static str>,
}

/// How a request is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Era {
    Modern,
    Legacy,
}

/// Why a request is refused.
#[derive(Debug)]
struct Refusal {
    code: i32,
    message: String,
    data: Option<Value>,
}

fn refusal(code: i32, message: impl Into<String>) -> Refusal {
    Refusal {
        code,
        message: message.into(),
        data: None,
    }
}

type Params = Map<String, Value>;

impl Session {
    /// The answer to a line; none where it asks for none.
    pub fn answer(&mut self, line: Line, served: &mut Served) -> Option<String> {
        let is_long = line == Line::Long;
        let message = line.text().map_err(|why| {
            let code = if is_long { INVALID_REQUEST } else { NO_JSON };
            refusal(code, why)
        });
        let message = message.and_then(|text| {
            let parsed = serde_json::from_str(&text);
            parsed.map_err(|error| refusal(NO_JSON, format!("no JSON: {}", why(&error))))
        });
        let answer = match message {
            Err(refusal) => Some(refused(Value::Null, refusal)),
            Ok(Value::Array(messages)) => self.batch(messages, served),
            Ok(message) => self.message(message, served),
        };
        answer.map(|answer| show::json(&answer))
    }

    fn batch(&mut self, messages: Vec<Value>, served: &mut Served) -> Option<Value> {
        if messages.is_empty() || self.settled != Some(WITH_BATCHES) {
            let why = "a list, expected one message a line";
            return Some(refused(Value::Null, refusal(INVALID_REQUEST, why)));
        }
        let answers = messages.into_iter();
        let answers = answers.filter_map(|message| self.message(message, served));
        let answers: Vec<Value> = answers.collect();
        (!answers.is_empty()).then_some(Value::Array(answers))
    }

    fn message(&mut self, message: Value, served: &mut Served) -> Option<Value> {
        let invalid = |id: Value, why: &str| Some(refused(id, refusal(INVALID_REQUEST, why)));
        let Value::Object(mut message) = message else {
            return invalid(Value::Null, "no object, expected a request");
        };
        let is_response = message.contains_key("result") || message.contains_key("error");
        let id = match message.remove("id") {
            None => None,
            Some(id) if id.is_string() || id.is_i64() || id.is_u64() => Some(id),
            Some(_) => {
                let why = "id is neither a text nor a whole number";
                return invalid(Value::Null, why);
            }
        };
        let known = || id.clone().unwrap_or_default();
        if message.get("jsonrpc") != Some(&Value::from("2.0")) {
            return invalid(known(), "jsonrpc is not \"2.0\"");
        }
        let method = match message.remove("method") {
            Some(Value::String(method)) => method,
            // Nothing is asked of a client, and so no answer of one means anything.
            None if is_response => return None,
            _ => return invalid(known(), "method is missing, or no text"),
        };
        // What a client tells changes nothing here: each request is done when the next one is read.
        let id = id?;
        let params = match message.remove("params") {
            None => Ok(Params::new()),
            Some(Value::Object(params)) => Ok(params),
            Some(_) => Err(refusal(INVALID_PARAMS, "params is no object")),
        };
        let result = params.and_then(|params| self.result(&method, params, served));
        Some(match result {
            Ok(result) => json!({"jsonrpc": "2.0", "id": id, "result": result}),
            Err(refusal) => refused(id, refusal),
        })
    }

    fn result(
        &mut self,
        method: &str,
        params: Params,
        served: &mut Served,
    ) -> Result<Value, Refusal> {
        let era = self.era(method, &params)?;
        let mut result = match (era, method) {
            (Era::Legacy, "initialize") => return self.initialize(&params),
            (Era::Legacy, "ping") => return Ok(json!({})),
            (Era::Modern, "server/discover") => json!({
                "supportedVersions": versions(),
                "capabilities": {"tools": {}},
                "instructions": tools::INSTRUCTIONS,
            }),
            (_, "tools/list") => list(&params, served)?,
            (_, "tools/call") => call(params, served)?,
            _ => {
                let why = format!("unknown method: {}", show::line(method));
                return Err(refusal(NO_METHOD, why));
            }
        };
        if era == Era::Modern {
            result["resultType"] = json!("complete");
            result["_meta"] = json!({SERVER_KEY: server()});
            if method != "tools/call" {
                result["ttlMs"] = json!(KEPT);
                result["cacheScope"] = json!("private");
            }
        }
        Ok(result)
    }

    /// Which rules a request goes by.
    fn era(&self, method: &str, params: &Params) -> Result<Era, Refusal> {
        let meta = params.get("_meta");
        match meta.and_then(|meta| meta.get(VERSION_KEY)) {
            Some(Value::String(version)) if version == MODERN => {
                let capabilities = meta.and_then(|meta| meta.get(CAPABILITIES_KEY));
                match capabilities {
                    Some(Value::Object(_)) => Ok(Era::Modern),
                    _ => {
                        let why = format!("_meta: {CAPABILITIES_KEY} is missing, or no object");
                        Err(refusal(INVALID_PARAMS, why))
                    }
                }
            }
            Some(Value::String(version)) => Err(Refusal {
                code: OTHER_VERSION,
                message: format!("unsupported protocol version: {}", show::line(version)),
                data: Some(json!({"supported": versions(), "requested": version})),
            }),
            Some(_) => Err(refusal(
                INVALID_PARAMS,
                format!("_meta: {VERSION_KEY} is no text"),
            )),
            None if self.settled.is_some() || matches!(method, "initialize" | "ping") => {
                Ok(Era::Legacy)
            }
            None => {
                let why = format!("_meta: {VERSION_KEY} is missing, and there was no initialize");
                Err(refusal(INVALID_PARAMS, why))
            }
        }
    }

    fn initialize(&mut self, params: &Params) -> Result<Value, Refusal> {
        let Some(Value::String(wanted)) = params.get("protocolVersion") else {
            let why = "protocolVersion is missing, or no text";
            return Err(refusal(INVALID_PARAMS, why));
        };
        // The newest where it is not known: the client then decides.
        let settled = LEGACY.into_iter().find(|version| version == wanted);
        let settled = settled.unwrap_or(LEGACY[0]);
        self.settled = Some(settled);
        Ok(json!({
            "protocolVersion": settled,
            "capabilities": {"tools": {}},
            "serverInfo": server(),
            "instructions": tools::INSTRUCTIONS,
        }))
    }
}

fn versions() -> Vec<&'static str> {
    [MODERN].into_iter().chain(LEGACY).collect()
}

fn server() -> Value {
    json!({"name": "slotless", "title": "A memory of sentences", "version": env!("CARGO_PKG_VERSION")})
}

fn refused(id: Value, refusal: Refusal) -> Value {
    let mut error = json!({"code": refusal.code, "message": refusal.message});
    if let Some(data) = refusal.data {
        error["data"] = data;
    }
    json!({"jsonrpc": "2.0", "id": id, "error": error})
}

fn list(params: &Params, served: &Served) -> Result<Value, Refusal> {
    if params.get("cursor").is_some_and(|cursor| !cursor.is_null()) {
        let why = "cursor is not known: all tools are on one page";
        return Err(refusal(INVALID_PARAMS, why));
    }
    let tools: Vec<Value> = served
        .operations()
        .map(|operation| tools::tool(operation, served))
        .collect();
    Ok(json!({"tools": tools}))
}

fn call(mut params: Params, served: &mut Served) -> Result<Value, Refusal> {
    let operation = match params.get("name") {
        Some(Value::String(name)) => {
            let operation = Operation::of(name);
            let operation = operation.filter(|&one| served.operations().any(|other| other == one));
            operation.ok_or_else(|| {
                refusal(
                    INVALID_PARAMS,
                    format!("unknown tool: {}", show::line(name)),
                )
            })?
        }
        _ => return Err(refusal(INVALID_PARAMS, "name is missing, or no text")),
    };
    let arguments = match params.remove("arguments") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(arguments)) => arguments,
        Some(_) => return Err(refusal(INVALID_PARAMS, "arguments is no object")),
    };
    let text = |text: String| json!([{"type": "text", "text": text}]);
    // What is wrong with arguments is told to the model, which can do better.
    Ok(match served.run(operation, arguments) {
        Ok(result) => {
            json!({"content": text(show::json(&result)), "structuredContent": result, "isError": false})
        }
        Err(why) => json!({"content": text(why), "isError": true}),
    })
}
