//! What a thief looks for in files, logs and memory.

use std::{fs, path::Path};

/// Something to look for, in each form in which it could lie around: as it is, in digits, as a list of bytes.
pub struct Wanted {
    name: String,
    forms: [Vec<u8>; 3],
}

impl Wanted {
    /// These bytes, and what they are called when they are found.
    pub fn new(name: &str, bytes: &[u8]) -> Self {
        let listed: Vec<String> = bytes.iter().map(u8::to_string).collect();
        let forms = [bytes.to_vec(), hex::encode(bytes).into_bytes(), listed.join(", ").into_bytes()];
        Self { name: name.to_owned(), forms }
    }

    /// A text.
    pub fn text(text: &str) -> Self {
        Self::new(text, text.as_bytes())
    }

    /// The key of a database, from its file.
    pub fn key_in(file: &Path) -> Self {
        let digits = fs::read_to_string(file).expect("a key file");
        Self::new(&format!("the key in {}", file.display()), &hex::decode(digits.trim()).expect("a key"))
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it lies in these bytes.
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        self.forms.iter().any(|form| memchr::memmem::find(bytes, form).is_some())
    }
}
