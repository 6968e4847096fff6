//! The tools of the Model Context Protocol: what each does, takes and gives.

use serde_json::{Value, json};

use super::served::{Operation, Served};
use slotless_recall::Ask;

/// What a client may tell a model of the server.
pub(super) const INSTRUCTIONS: &str = "\
A memory of sentences that stays from one conversation to the next. Recall before answering what may have been said before; remember \
what is to be known later, with cues that say how it may be asked for. A score is a cosine: where \"close\" is false, nothing that is \
stored answers the question.";

/// A tool, as a client is told of it.
pub(super) fn tool(operation: Operation, served: &Served) -> Value {
    let name = operation.name();
    let (title, description) = about(operation);
    json!({
        "name": name,
        "title": title,
        "description": description,
        "inputSchema": input(operation, served),
        "outputSchema": output(operation),
        "annotations": annotations(operation, title),
    })
}

fn about(operation: Operation) -> (&'static str, &'static str) {
    match operation {
        Operation::Remember => (
            "Remember",
            "Store a text that is to be recalled later, on disk when this returns.",
        ),
        Operation::Recall => (
            "Recall",
            "Find the stored texts whose cues are most like a question, the best first. Where nothing stored is close, \"close\" is \
             false and a message says so; the items then are no answer.",
        ),
        Operation::Forget => (
            "Forget",
            "Forget an item for good: it is not recalled any more, and its number is not used again.",
        ),
        Operation::Update => (
            "Update",
            "Give an item another text, other cues, a time or tags. What is not given stays.",
        ),
        Operation::List => (
            "List",
            "List what is stored by ascending numbers, a page at a time; \"next\" is the \"first\" of the next page.",
        ),
    }
}

fn annotations(operation: Operation, title: &str) -> Value {
    let reads = !operation.changes();
    let mut annotations = json!({"title": title, "readOnlyHint": reads, "openWorldHint": false});
    if !reads {
        let replaces = operation != Operation::Remember;
        annotations["destructiveHint"] = json!(replaces);
        annotations["idempotentHint"] = json!(replaces);
    }
    annotations
}

fn input(operation: Operation, served: &Served) -> Value {
    let time = |what: &str| json!({"type": "string", "description": format!("{what}, as 2026-03-05 or 2026-03-05T09:30 (UTC)")});
    let tags = |what: &str| json!({"type": "object", "additionalProperties": {"type": "string"}, "description": what});
    let id = json!({"type": "integer", "minimum": 1, "description": "The item's number, as recall and list give it"});
    let cues = |what: &str| json!({"type": "array", "items": {"type": "string"}, "minItems": 1, "description": what});
    let (mut properties, required) = match operation {
        Operation::Remember => (
            json!({
                "target": {"type": "string", "description": "What is to be recalled: a sentence or more, up to a mebibyte"},
                "cues": cues("How it may be asked for, each in a sentence; without any, the target itself"),
                "time": time("When it happened; without it, now"),
                "tags": tags("What else is known of it, such as speaker, session, namespace; recall and list can choose by it. With a tag key it takes the place of the item of that key in its namespace, if there is one"),
            }),
            json!(["target"]),
        ),
        Operation::Recall => (
            json!({
                "question": {"type": "string", "description": "The question, in words like those of the cues"},
                "top": {"type": "integer", "minimum": 1, "maximum": 1000, "default": Served::TOP,
                    "description": "How many items are wanted at most"},
                "threshold": {"type": "number", "minimum": -1, "maximum": 1,
                    "description": format!("The least score that is close; without it {}, or what a calibrated memory has learned", rounded(Ask::THRESHOLD))},
                "where": tags("Only items with all of these tags"),
                "after": time("Only items of this time or later"),
                "before": time("Only items from before this time"),
            }),
            json!(["question"]),
        ),
        Operation::Forget => (json!({"id": id}), json!(["id"])),
        Operation::Update => (
            json!({
                "id": id,
                "target": {"type": "string", "description": "The new text"},
                "cues": cues("New cues, in place of all that it had"),
                "time": time("When it happened"),
                "tags": tags("Tags that it gets, in place of those of the same keys"),
            }),
            json!(["id"]),
        ),
        Operation::List => (
            json!({
                "first": {"type": "integer", "minimum": 1, "default": 1, "description": "The number from which on items are listed"},
                "limit": {"type": "integer", "minimum": 1, "maximum": Served::MOST, "default": Served::LIMIT,
                    "description": "How many items are listed at most"},
                "where": tags("Only items with all of these tags"),
                "after": time("Only items of this time or later"),
                "before": time("Only items from before this time"),
            }),
            json!([]),
        ),
    };
    let mut required = required;
    if served.takes_vectors() {
        let vector = json!({"type": "array", "items": {"type": "number"}});
        match operation {
            Operation::Recall => {
                properties["vector"] = vector;
                properties["vector"]["description"] =
                    json!("The question's vector: this memory has no encoder");
                required = json!(["question", "vector"]);
            }
            Operation::Remember | Operation::Update => {
                properties["vectors"] = json!({"type": "array", "items": vector, "description":
                    "A vector for the target, if it is given, and then one for each cue: this memory has no encoder"});
            }
            Operation::Forget | Operation::List => {}
        }
        if operation == Operation::Remember {
            required = json!(["target", "vectors"]);
        }
    }
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

/// A setting as it is written.
fn rounded(number: f32) -> f64 {
    (f64::from(number) * 1e4).round() / 1e4
}

fn output(operation: Operation) -> Value {
    let (properties, required) = match operation {
        Operation::Remember => (
            json!({
                "id": {"type": "integer"},
                "replaced": {"type": "boolean", "description": "Whether it took the place of the item of its key"},
            }),
            json!(["id", "replaced"]),
        ),
        Operation::Recall => {
            let mut item = item();
            item["properties"]["cue"] =
                json!({"type": "string", "description": "The cue that is nearest to the question"});
            item["properties"]["score"] =
                json!({"type": "number", "description": "The cosine of the question and this cue"});
            item["properties"]["close"] = json!({"type": "boolean"});
            item["required"] = json!(["id", "target", "cue", "score", "close"]);
            (
                json!({
                    "close": {"type": "boolean", "description": "Whether something stored is close to the question"},
                    "known": {"type": "number", "description": "How likely it is that the memory answers the question, 0 to 1; only of one that is calibrated"},
                    "items": {"type": "array", "items": item},
                    "message": {"type": "string", "description": "Why nothing is close"},
                }),
                json!(["close", "items"]),
            )
        }
        Operation::Forget => (json!({"forgot": item()}), json!(["forgot"])),
        Operation::Update => (json!({"item": item()}), json!(["item"])),
        Operation::List => (
            json!({
                "items": {"type": "array", "items": item()},
                "count": {"type": "integer", "description": "How many items there are of these, on all pages"},
                "next": {"type": "integer", "description": "The number from which on the next page begins; missing on the last"},
            }),
            json!(["items", "count"]),
        ),
    };
    json!({"type": "object", "properties": properties, "required": required})
}

fn item() -> Value {
    json!({
        "type": "object",
        "properties": {
            "id": {"type": "integer"},
            "added": {"type": ["string", "null"]},
            "updated": {"type": ["string", "null"]},
            "target": {"type": "string"},
            "cues": {"type": "array", "items": {"type": "string"}},
            "time": {"type": "string"},
            "tags": {"type": "object", "additionalProperties": {"type": "string"}},
        },
        "required": ["id", "target", "cues"],
    })
}
