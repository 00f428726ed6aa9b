//! PNG: of its chunks those that are picture are kept. Texts, times, profiles and whatever is unknown are not, and
//! nothing may stand behind the end.

use crate::{
    content::{Broken, CUT_OFF, GOES_ON, Picture, fitting},
    cursor::Cursor,
};

const BEGINNING: usize = 8;

pub(crate) fn read(file: &[u8]) -> Result<Picture, Broken> {
    let mut input = Cursor::new(file);
    let mut bytes = input.take(BEGINNING).ok_or(CUT_OFF)?.to_vec();
    let (mut size, mut has_data) = (None, false);
    loop {
        let mut chunk = input;
        let length = input.u32_be().and_then(|length| usize::try_from(length).ok()).ok_or(CUT_OFF)?;
        let kind = input.take(4).ok_or(CUT_OFF)?;
        let mut data = Cursor::new(input.take(length).ok_or(CUT_OFF)?);
        input.take(4).ok_or(CUT_OFF)?;
        let whole = chunk.take(12 + length).ok_or(CUT_OFF)?;
        if size.is_none() != (kind == b"IHDR") {
            return Err("its header is not where it belongs");
        }
        match kind {
            b"IHDR" => {
                let read = data.u32_be().zip(data.u32_be()).filter(|_| length == 13);
                size = Some(fitting(read.ok_or("its header is broken")?)?);
            }
            b"IEND" => {
                bytes.extend_from_slice(whole);
                return match size {
                    _ if length > 0 || !input.is_empty() => Err(GOES_ON),
                    Some(size) if has_data => Ok(Picture { size, bytes }),
                    _ => Err("there is no picture in it"),
                };
            }
            b"IDAT" => has_data = true,
            b"PLTE" | b"tRNS" | b"gAMA" | b"cHRM" | b"sRGB" | b"sBIT" | b"bKGD" | b"pHYs" | b"acTL"
            | b"fcTL" | b"fdAT" => {}
            // A lower-case letter says that a picture can do without it.
            [first, ..] if first.is_ascii_lowercase() => continue,
            _ => return Err("it has parts nobody knows"),
        }
        bytes.extend_from_slice(whole);
    }
}
