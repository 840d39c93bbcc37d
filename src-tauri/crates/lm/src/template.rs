//! Chat templates (placeholder until the renderer lands).

use std::path::Path;

use candle_core::quantized::gguf_file;
use serde::{Deserialize, Serialize};

use crate::error::LmError;

/// One turn of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// `system`, `user` or `assistant`.
    pub role: String,
    /// Its text.
    pub content: String,
}

/// A model's chat template.
#[derive(Debug, Clone, Default)]
pub struct ChatTemplate {
    source: String,
}

impl ChatTemplate {
    /// From GGUF metadata (`tokenizer.chat_template`, with bos/eos texts).
    ///
    /// # Errors
    /// A template that doesn't compile. A missing one is no error here, but in [`ChatTemplate::render`].
    pub fn from_gguf(content: &gguf_file::Content) -> Result<Self, LmError> {
        let _ = content;
        Ok(Self::default())
    }

    /// From a folder's `chat_template.jinja` or `tokenizer_config.json`.
    ///
    /// # Errors
    /// As [`ChatTemplate::from_gguf`].
    pub fn from_folder(dir: &Path) -> Result<Self, LmError> {
        let _ = dir;
        Ok(Self::default())
    }

    /// The template's source text; empty when the model has none.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Messages as the model was trained to see them.
    ///
    /// # Errors
    /// [`LmError::TemplateMissing`], [`LmError::Template`].
    pub fn render(&self, messages: &[Message], add_generation_prompt: bool) -> Result<String, LmError> {
        let _ = (messages, add_generation_prompt);
        Err(LmError::TemplateMissing)
    }
}
