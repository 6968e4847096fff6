//! A request a line and an answer a line: `{"op": "recall", "question": "..."}`, and `{"result": ...}` or `{"error": "..."}`.

use serde_json::{Map, Value};

use super::super::show;
use super::lines::Line;
use super::served::{OPERATIONS, Operation, Served};

/// The answer to a line; the field `request`, if there is one, is in it as it came.
pub(super) fn answer(line: Line, served: &mut Served) -> String {
    let mut answer = Map::new();
    match line.text().and_then(|text| object(&text)) {
        Err(why) => answer.insert("error".to_owned(), Value::String(why)),
        Ok(mut object) => {
            if let Some(request) = object.remove("request") {
                answer.insert("request".to_owned(), request);
            }
            match run(object, served) {
                Ok(result) => answer.insert("result".to_owned(), result),
                Err(why) => answer.insert("error".to_owned(), Value::String(why)),
            }
        }
    };
    show::json(&answer)
}

fn object(text: &str) -> Result<Map<String, Value>, String> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err("the line is JSON, but no object".to_owned()),
        Err(error) => Err(format!("the line is no JSON: {}", why(&error))),
    }
}

/// What the parser says, of which every line is line 1.
pub(super) fn why(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    format!("{} (column {})", show::line(text), error.column())
}

fn run(mut object: Map<String, Value>, served: &mut Served) -> Result<Value, String> {
    let names = OPERATIONS.map(Operation::name).join(", ");
    let operation = match object.remove("op") {
        None => return Err(format!("op is missing, allowed: {names}")),
        Some(Value::String(name)) => Operation::of(&name)
            .ok_or_else(|| format!("op is \"{}\", allowed: {names}", show::line(&name)))?,
        Some(_) => return Err(format!("op is no text, allowed: {names}")),
    };
    served.run(operation, object)
}
