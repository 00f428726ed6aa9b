//! What a file is, by its bytes.

use rf_kernel::{Failure, names};

use crate::{codes, gif, jpeg, png, text, webp};

/// Largest file, bytes.
pub const MAX_FILE_BYTES: usize = 5 * 1_024 * 1_024;
/// Widest and highest picture, pixels.
pub const MAX_SIDE: u32 = 16_384;
/// Most pixels of a picture: whoever shows it needs four bytes for each, however small the file is.
pub const MAX_PIXELS: u64 = 40_000_000;

names! {
    /// What a file is.
    FileKind {
        /// A PNG.
        Png = "png",
        /// A JPEG.
        Jpeg = "jpeg",
        /// A GIF.
        Gif = "gif",
        /// A WebP.
        Webp = "webp",
        /// The text of a log.
        Log = "log",
    }
}

impl FileKind {
    /// What it is served as.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Log => "text/plain; charset=utf-8",
        }
    }

    /// Whether it is a picture.
    #[must_use]
    pub const fn is_picture(self) -> bool {
        !matches!(self, Self::Log)
    }

    /// The picture a file begins as, whatever its name says.
    fn begins(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            _ => None,
        }
    }
}

/// What is kept of a picture.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) size: (u32, u32),
    pub(crate) bytes: Vec<u8>,
}

/// Why a file is not the picture it begins as, for people.
pub(crate) type Broken = &'static str;

/// It ends too early.
pub(crate) const CUT_OFF: Broken = "it ends in the middle";
/// Something stands behind the picture's end.
pub(crate) const GOES_ON: Broken = "something stands behind the picture's end";

/// Refuses a picture nobody could show.
pub(crate) fn fitting(size: (u32, u32)) -> Result<(u32, u32), Broken> {
    let (width, height) = size;
    if width == 0 || height == 0 {
        return Err("it has no size");
    }
    Ok(size)
}

/// Whether a picture has more pixels than are taken.
pub(crate) fn is_huge((width, height): (u32, u32)) -> bool {
    width.max(height) > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS
}

/// A file that was looked at: what it is, and what of it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// What it is.
    pub kind: FileKind,
    /// What is kept: of a picture its parts that are picture, of a log its text in UTF-8.
    pub bytes: Vec<u8>,
    /// Width and height of a picture, pixels.
    pub size: Option<(u32, u32)>,
}

impl Content {
    /// Looks at a file.
    ///
    /// # Errors
    /// `upload_empty`, `upload_too_large`, `upload_type_refused`, `upload_broken`.
    pub fn read(file: &[u8]) -> Result<Self, Failure> {
        if file.len() > MAX_FILE_BYTES {
            return Err(too_large());
        }
        let Some(kind) = FileKind::begins(file) else { return Self::log(file) };
        let read = match kind {
            FileKind::Png => png::read(file),
            FileKind::Jpeg => jpeg::read(file),
            FileKind::Gif => gif::read(file),
            FileKind::Webp | FileKind::Log => webp::read(file),
        };
        let picture = read.map_err(|why| {
            let detail = format!("This is no {} anybody could show: {why}.", kind.as_str().to_uppercase());
            Failure::new(codes::UPLOAD_BROKEN, detail)
        })?;
        let (width, height) = picture.size;
        if is_huge(picture.size) {
            let detail = format!(
                "The picture has {width} × {height} pixels; up to {MAX_SIDE} a side and {} million in all are taken. \
                 Cut out the part that matters.",
                MAX_PIXELS / 1_000_000
            );
            return Err(Failure::new(codes::UPLOAD_TOO_LARGE, detail));
        }
        Ok(Self { kind, bytes: picture.bytes, size: Some(picture.size) })
    }

    fn log(file: &[u8]) -> Result<Self, Failure> {
        let text = text::log(file)?;
        if text.len() > MAX_FILE_BYTES {
            return Err(too_large());
        }
        Ok(Self { kind: FileKind::Log, bytes: text.into_bytes(), size: None })
    }

    /// The text of a log.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        if self.kind.is_picture() { None } else { std::str::from_utf8(&self.bytes).ok() }
    }
}

fn too_large() -> Failure {
    let detail = format!(
        "The file is larger than {} MB. Bring the part that matters, such as the lines around the error.",
        MAX_FILE_BYTES / 1_024 / 1_024
    );
    Failure::new(codes::UPLOAD_TOO_LARGE, detail)
}
