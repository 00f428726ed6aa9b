//! PNG: of its chunks those that are picture are kept. Texts, times, profiles, further pictures of an animation and whatever
//! is unknown are not, and nothing may stand behind the end.

use flate2::{Decompress, FlushDecompress, Status};

use crate::{
    content::{Broken, CUT_OFF, GOES_ON, Picture, fitting, is_huge},
    cursor::Cursor,
};

const BEGINNING: usize = 8;
/// Unpacked at once.
const PIECE: usize = 32 * 1_024;

/// What the header says of the picture.
#[derive(Clone, Copy)]
struct Header {
    size: (u32, u32),
    bits_per_pixel: u64,
    is_interlaced: bool,
}

impl Header {
    /// PNG specification (third edition), 11.2.2.
    fn read(mut data: Cursor<'_>) -> Result<Self, Broken> {
        let mut fields = || {
            let size = data.u32_be().zip(data.u32_be())?;
            Some((size, data.byte()?, data.byte()?, data.byte()?, data.byte()?, data.byte()?))
        };
        let broken = "its header is broken";
        let (size, depth, colour, 0, 0, interlace @ (0 | 1)) = fields().ok_or(broken)? else {
            return Err(broken);
        };
        let channels = match (colour, depth) {
            (0, 1 | 2 | 4 | 8 | 16) | (3, 1 | 2 | 4 | 8) => 1,
            (2, 8 | 16) => 3,
            (4, 8 | 16) => 2,
            (6, 8 | 16) => 4,
            _ => return Err(broken),
        };
        if !data.is_empty() {
            return Err(broken);
        }
        let bits_per_pixel = channels * u64::from(depth);
        Ok(Self { size: fitting(size)?, bits_per_pixel, is_interlaced: interlace == 1 })
    }

    /// Most bytes its data may be: for each row one that says how it is packed, and its pixels. Of an interlaced picture
    /// the rows are cut into up to seven passes, each row of them rounded up.
    fn most_data(self) -> u64 {
        let (width, height) = (u64::from(self.size.0), u64::from(self.size.1));
        let whole = height * (1 + (width * self.bits_per_pixel).div_ceil(8));
        if self.is_interlaced { whole + 4 * (height + 7) } else { whole }
    }
}

/// Unpacks the data and throws it away: however small it is, it may not become more than the picture it says it is.
struct Unpacking {
    stream: Decompress,
    most: u64,
    piece: Vec<u8>,
    ended: bool,
}

impl Unpacking {
    fn of(header: Header) -> Self {
        Self { stream: Decompress::new(true), most: header.most_data(), piece: vec![0; PIECE], ended: false }
    }

    fn take(&mut self, mut packed: &[u8]) -> Result<(), Broken> {
        while !packed.is_empty() {
            if self.ended {
                return Err("its data go on behind their end");
            }
            let (read, made) = (self.stream.total_in(), self.stream.total_out());
            let status = self.stream.decompress(packed, &mut self.piece, FlushDecompress::None);
            self.ended = status.map_err(|_| "its data are broken")? == Status::StreamEnd;
            if self.stream.total_out() > self.most {
                return Err("its data are more than the picture it says it is");
            }
            let read = usize::try_from(self.stream.total_in() - read).map_err(|_| CUT_OFF)?;
            if read == 0 && made == self.stream.total_out() && !self.ended {
                return Err("its data are broken");
            }
            packed = &packed[read..];
        }
        Ok(())
    }
}

/// # Errors
/// What is wrong with it. Of a picture with more pixels than are taken the data are not looked at.
pub(crate) fn read(file: &[u8]) -> Result<Picture, Broken> {
    let mut input = Cursor::new(file);
    let mut bytes = input.take(BEGINNING).ok_or(CUT_OFF)?.to_vec();
    let (mut header, mut data): (Option<Header>, Option<Unpacking>) = (None, None);
    loop {
        let mut chunk = input;
        let length = input.u32_be().and_then(|length| usize::try_from(length).ok()).ok_or(CUT_OFF)?;
        let kind = input.take(4).ok_or(CUT_OFF)?;
        let content = input.take(length).ok_or(CUT_OFF)?;
        input.take(4).ok_or(CUT_OFF)?;
        let whole = chunk.take(12 + length).ok_or(CUT_OFF)?;
        if header.is_none() != (kind == b"IHDR") {
            return Err("its header is not where it belongs");
        }
        match kind {
            b"IHDR" => header = Some(Header::read(Cursor::new(content))?),
            b"IEND" => {
                bytes.extend_from_slice(whole);
                return match header {
                    _ if length > 0 || !input.is_empty() => Err(GOES_ON),
                    Some(header) if data.is_some() => Ok(Picture { size: header.size, bytes }),
                    _ => Err("there is no picture in it"),
                };
            }
            b"IDAT" => {
                let header = header.ok_or("its header is not where it belongs")?;
                let data = data.get_or_insert_with(|| Unpacking::of(header));
                if !is_huge(header.size) {
                    data.take(content)?;
                }
            }
            b"PLTE" | b"tRNS" | b"gAMA" | b"cHRM" | b"sRGB" | b"sBIT" | b"bKGD" | b"pHYs" => {}
            // A lower-case letter says that a picture can do without it.
            [first, ..] if first.is_ascii_lowercase() => continue,
            _ => return Err("it has parts nobody knows"),
        }
        bytes.extend_from_slice(whole);
    }
}
