//! Uploaded files, in memory, with Telegram's size limits.

use std::collections::BTreeMap;

use axum::body::Bytes;

/// What a bot may upload: 50 MB.
pub const UPLOAD_LIMIT_BYTES: usize = 50 * 1024 * 1024;
/// What a bot may download: 20 MB.
pub const DOWNLOAD_LIMIT_BYTES: usize = 20 * 1024 * 1024;

/// A file that somebody sent.
#[derive(Clone, Debug)]
pub struct StoredFile {
    /// Name given by the sender.
    pub name: String,
    /// MIME type.
    pub mime: String,
    /// The content.
    pub bytes: Bytes,
}

impl StoredFile {
    /// A file whose MIME type follows from the name's ending.
    #[must_use]
    pub fn named(name: &str, bytes: impl Into<Bytes>) -> Self {
        Self {
            name: name.to_owned(),
            mime: mime_of(name).to_owned(),
            bytes: bytes.into(),
        }
    }
}

/// The MIME type of the few endings that a server's owner sends.
pub(crate) fn mime_of(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "txt" | "log" => "text/plain",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}

/// Files by their `file_id`.
#[derive(Debug, Default)]
pub(crate) struct Files {
    by_id: BTreeMap<String, StoredFile>,
    next: u64,
}

impl Files {
    pub(crate) fn keep(&mut self, file: StoredFile) -> String {
        self.next += 1;
        let id = format!("BQACAgUAAxkD{:08}", self.next);
        self.by_id.insert(id.clone(), file);
        id
    }

    pub(crate) fn get(&self, id: &str) -> Option<&StoredFile> {
        self.by_id.get(id)
    }

    /// The file at a `file_path` that [`path_of`] made.
    pub(crate) fn at_path(&self, path: &str) -> Option<&StoredFile> {
        self.get(path.strip_prefix("documents/")?)
    }
}

/// `file_path` of a file.
pub(crate) fn path_of(id: &str) -> String {
    format!("documents/{id}")
}
