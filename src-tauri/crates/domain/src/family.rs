//! Which models are one model under several names.

use unicode_normalization::UnicodeNormalization;

/// Words of a model's name that say how it was stored or taught to converse, and
/// not which model it is.
const MANNER: [&str; 34] = [
    "instruct",
    "chat",
    "it",
    "base",
    "gguf",
    "ggml",
    "awq",
    "gptq",
    "mlx",
    "exl2",
    "bnb",
    "nf4",
    "hf",
    "latest",
    "unsloth",
    "quantized",
    "f16",
    "f32",
    "bf16",
    "fp16",
    "fp32",
    "fp8",
    "int4",
    "int8",
    "4bit",
    "8bit",
    "bit",
    "safetensors",
    "bin",
    "ggmlv3",
    "imatrix",
    "ud",
    "mxfp4",
    "w4a16",
];

/// The model's own name, so that one model under several names is recognised:
/// without owner and folder, ending, way of storage, `instruct` and `chat`, and date,
/// in lower case and with hyphens. `Qwen/Qwen3-0.6B`, `qwen3:0.6b-q4_K_M` and
/// `Qwen3-0.6B-Instruct-Q8_0.gguf` are all `qwen3-0.6b`; sizes and versions stay.
///
/// A name that says nothing else stays as it is. Empty for an empty name.
#[must_use]
pub fn model_family(name: &str) -> String {
    let plain: String = name.nfkc().collect::<String>().to_lowercase();
    let own = plain.trim().trim_end_matches(['/', '\\']);
    let own = own.rsplit(['/', '\\']).next().unwrap_or(own);
    let words: Vec<&str> =
        own.split(|c: char| !(c.is_alphanumeric() || c == '.')).filter(|w| !w.is_empty()).collect();
    let mut kept: Vec<&str> = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        let word = word.trim_matches('.');
        let word = [".gguf", ".safetensors", ".bin"]
            .iter()
            .find_map(|end| word.strip_suffix(end))
            .unwrap_or(word);
        if is_quantised(word) {
            // What follows says how: q4-k-m, q8-0.
            while words.get(at).is_some_and(|next| is_quantised_how(next)) {
                at += 1;
            }
        } else if is_year(word) && words[at..].iter().take_while(is_two_digits).count() >= 2 {
            at += 2;
        } else if !(word.is_empty() || MANNER.contains(&word) || is_date(word)) {
            kept.push(word);
        }
    }
    if kept.is_empty() { words.join("-") } else { kept.join("-") }
}

/// `q4`, `iq3`, `q8`.
fn is_quantised(word: &str) -> bool {
    let digits = word.strip_prefix("iq").or_else(|| word.strip_prefix('q'));
    digits.is_some_and(|d| d.len() == 1 && d.chars().all(|c| c.is_ascii_digit()))
}

fn is_quantised_how(word: &str) -> bool {
    let word = word.strip_suffix(".gguf").unwrap_or(word);
    ["0", "1", "k", "m", "s", "l", "xl", "xs", "xxs", "nl", "p"].contains(&word)
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.starts_with("20") && word.chars().all(|c| c.is_ascii_digit())
}

fn is_two_digits(word: &&&str) -> bool {
    word.len() == 2 && word.chars().all(|c| c.is_ascii_digit())
}

/// `20240806`.
fn is_date(word: &str) -> bool {
    word.len() == 8 && word.starts_with("20") && word.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_model_under_its_names() {
        for name in [
            "Qwen/Qwen3-0.6B",
            "Qwen3 0.6B Instruct",
            "qwen3:0.6b",
            "qwen3:0.6b-q4_K_M",
            "Qwen3-0.6B-Instruct-Q8_0.gguf",
            "unsloth/Qwen3-0.6B-unsloth-bnb-4bit",
            r"C:\models\Qwen3-0.6B-IQ3_XXS.GGUF",
            "Ｑｗｅｎ３－０．６Ｂ",
        ] {
            assert_eq!(model_family(name), "qwen3-0.6b", "{name}");
        }
        for name in ["SmolLM2 135M Instruct", "smollm2-135m-instruct-q4_1.gguf", "smollm2:135m"] {
            assert_eq!(model_family(name), "smollm2-135m", "{name}");
        }
        assert_eq!(model_family("gpt-4o-2024-08-06"), model_family("gpt-4o"));
        assert_eq!(model_family("openai/gpt-oss-20b:latest"), "gpt-oss-20b");
        assert_eq!(model_family("llm-jp/llm-jp-3-1.8b-instruct3"), "llm-jp-3-1.8b-instruct3");
    }

    #[test]
    fn sizes_and_versions_keep_models_apart() {
        let names =
            ["Qwen3-0.6B", "Qwen3-8B", "Qwen2.5-0.5B", "mistral-7b-v0.2", "mistral-7b-v0.3"];
        for (i, a) in names.iter().enumerate() {
            for b in &names[i + 1..] {
                assert_ne!(model_family(a), model_family(b));
            }
        }
    }

    #[test]
    fn a_name_that_says_nothing_else_stays() {
        assert_eq!(model_family("Q4_K_M.gguf"), "q4-k-m.gguf");
        assert_eq!(model_family("instruct"), "instruct");
        assert_eq!(model_family("  "), "");
    }
}
