//! Completions and man pages.

use super::common::Place;

#[test]
fn completions_of_every_shell_name_commands_and_flags() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = place.ok(&format!("completions {shell}")).out;
        for word in ["slotless", "reproduce", "n-h", "transformer"] {
            assert!(
                script.contains(word),
                "{word} in the completions of {shell}"
            );
        }
    }
    place.refused("completions nushell", &["nushell", "bash"]);
    place.refused("completions", &["SHELL"]);
    // Bash takes what is meant for it.
    let script = place.ok("completions bash").out;
    place.write("slotless.bash", script);
    if let Ok(checked) = std::process::Command::new("bash")
        .arg("-n")
        .arg(place.path("slotless.bash"))
        .status()
    {
        assert!(checked.success());
    }
}

#[test]
fn a_page_of_all_and_one_of_each_command() {
    let place = Place::new();
    let page = place.ok("man").out;
    assert!(
        page.contains(".TH slotless 1") && page.contains("reproduce"),
        "{page}"
    );
    place.ok("man --out pages");
    let names = place.names("pages");
    for name in [
        "slotless.1",
        "slotless-memory-run.1",
        "slotless-recall-ask.1",
        "slotless-man.1",
    ] {
        assert!(
            names.iter().any(|found| found == name),
            "{name} in {names:?}"
        );
    }
    let run = String::from_utf8(place.read("pages/slotless-memory-run.1")).unwrap();
    assert!(
        run.contains("\\-\\-n\\-h") && run.contains("Hidden units"),
        "{run}"
    );
}
