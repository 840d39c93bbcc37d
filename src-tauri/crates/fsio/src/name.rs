/// Longest name made here, in bytes of UTF-8: room is left under the usual
/// limit of 255 for an extension and a temporary's random part.
pub const MAX_NAME_BYTES: usize = 180;

/// What an empty name becomes.
const EMPTY: &str = "untitled";

/// Turns any text into one file or folder name that Linux, macOS and Windows
/// accept, close enough to the original to be recognised.
///
/// - Separators, their full-width look-alikes (`／＼：`), the characters Windows
///   refuses, control and direction-changing characters become `_`.
/// - White space is made single and trimmed; dots at either end go (Windows drops
///   them at the end; at the start they hide the file or climb out of a folder).
/// - Names of devices (`CON`, `com1.txt`, …) get a `_` in front.
/// - At most [`MAX_NAME_BYTES`], cut between characters.
///
/// The result is never empty, and applying it twice changes nothing.
///
/// ```
/// assert_eq!(shinsa_fsio::safe_name("../転倒／2026: 第1回?"), "_転倒_2026_ 第1回_");
/// ```
#[must_use]
pub fn safe_name(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    let mut space = false;
    for c in text.chars() {
        if c.is_whitespace() && !is_line_break(c) {
            space = true;
            continue;
        }
        if space && !name.is_empty() {
            name.push(' ');
        }
        space = false;
        name.push(if is_forbidden(c) { '_' } else { c });
    }
    let mut name = trimmed(&name).to_owned();
    if is_device(&name) {
        name.insert(0, '_');
    }
    if name.len() > MAX_NAME_BYTES {
        let mut end = MAX_NAME_BYTES;
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        name.truncate(end);
        name = trimmed(&name).to_owned();
    }
    if name.is_empty() { EMPTY.to_owned() } else { name }
}

/// Whether [`safe_name`] would leave this name as it is.
#[must_use]
pub fn is_safe_name(text: &str) -> bool {
    safe_name(text) == text
}

fn trimmed(name: &str) -> &str {
    name.trim_matches(|c: char| c.is_whitespace() || c == '.')
}

fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_forbidden(c: char) -> bool {
    c.is_control()
        || is_line_break(c)
        || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
        // Full-width and other look-alikes of the separators: best fit
        // conversion on old systems turns them into the real ones.
        || matches!(c, '／' | '＼' | '：' | '\u{2044}' | '\u{2215}' | '\u{29f8}' | '\u{29f5}')
        // Direction overrides and zero-width characters make a name look like another.
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        || matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// Names that Windows keeps for devices, whatever follows the first dot. It
/// counts the superscript digits ¹²³ as digits.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end();
    let stem = stem.to_uppercase();
    if matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$") {
        return true;
    }
    let Some(rest) = stem.strip_prefix("COM").or(stem.strip_prefix("LPT")) else {
        return false;
    };
    let mut chars = rest.chars();
    matches!((chars.next(), chars.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_climbs_out_of_its_folder() {
        for text in ["../../etc/passwd", "..", "..\\..\\a", "／etc", "a／..／b", "C:\\a"] {
            let name = safe_name(text);
            assert!(!name.contains(['/', '\\', ':', '／', '＼']), "{name}");
            assert!(!name.starts_with('.') && !name.ends_with('.'), "{name}");
        }
    }

    #[test]
    fn device_names_of_windows_are_moved_out_of_the_way() {
        for text in ["CON", "con", "nul.txt", "Com1", "lpt9.csv", "COM¹", "aux .x", "CONIN$"] {
            assert!(safe_name(text).starts_with('_'), "{text}");
        }
        for text in ["CONSOLE", "com10", "common", "null", "lpt"] {
            assert_eq!(safe_name(text), text);
        }
    }

    #[test]
    fn ordinary_japanese_and_english_names_stay() {
        for text in ["転倒・転落 2026年度(第1回)", "㈱髙﨑①", "e\u{301}tude-1_2", "が", "a.b.csv"]
        {
            assert_eq!(safe_name(text), text);
        }
    }

    #[test]
    fn control_and_invisible_characters_go() {
        assert_eq!(safe_name("a\u{0}b\nc\u{202e}d"), "a_b_c_d");
        assert_eq!(safe_name(" \u{3000}a \t  b\u{3000}"), "a b");
        assert_eq!(safe_name("name. . ."), "name");
    }

    #[test]
    fn an_empty_name_gets_a_word() {
        for text in ["", "...", " \u{3000} ", "."] {
            assert_eq!(safe_name(text), "untitled");
        }
    }

    #[test]
    fn long_names_are_cut_between_characters_and_twice_is_once() {
        for text in ["審".repeat(500), "a".repeat(1000), "😀".repeat(100), ". con".repeat(90)] {
            let name = safe_name(&text);
            assert!(name.len() <= MAX_NAME_BYTES);
            assert!(is_safe_name(&name), "{name}");
        }
        for text in ["con.", " .con", "../転倒／2026: 第1回?", "a\r\n b"] {
            assert!(is_safe_name(&safe_name(text)), "{text}");
        }
    }
}
