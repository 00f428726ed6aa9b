//! WebP: the pictures are kept. Profiles, what the camera wrote and whatever is unknown are not, and nothing may stand
//! behind the end.

use crate::{
    content::{Broken, CUT_OFF, GOES_ON, Picture, fitting},
    cursor::Cursor,
};

/// That there is a profile, what a camera wrote, or what a program did.
const DROPPED_FLAGS: u8 = 0x20 | 0x08 | 0x04;
const CONFUSED: Broken = "its parts are not where they belong";

pub(crate) fn read(file: &[u8]) -> Result<Picture, Broken> {
    let mut input = Cursor::new(file);
    let mut bytes = input.take(4).ok_or(CUT_OFF)?.to_vec();
    let length = input.u32_le().and_then(|length| usize::try_from(length).ok()).ok_or(CUT_OFF)?;
    match input.rest().len() {
        left if left < length => return Err(CUT_OFF),
        left if left > length + length % 2 => return Err(GOES_ON),
        _ => {}
    }
    bytes.extend([0; 4]);
    bytes.extend_from_slice(input.take(4).ok_or(CUT_OFF)?);
    let (mut canvas, mut drawn) = (None, None);
    while !input.is_empty() {
        let kind = input.take(4).ok_or(CUT_OFF)?;
        let length = input.u32_le().ok_or(CUT_OFF)?;
        let data = input.take(usize::try_from(length).unwrap_or(usize::MAX)).ok_or(CUT_OFF)?;
        if length % 2 == 1 && !input.is_empty() {
            input.take(1).ok_or(CUT_OFF)?;
        }
        let mut kept = data.to_vec();
        match kind {
            b"VP8X" if canvas.is_none() && drawn.is_none() => {
                canvas = Some(extended(data)?);
                kept[0] &= !DROPPED_FLAGS;
            }
            b"VP8 " | b"VP8L" if drawn.is_none() => {
                let size = if kind == b"VP8 " { lossy(data) } else { lossless(data) };
                drawn = Some(size.ok_or("its header is broken")?);
            }
            b"ANMF" => {
                let (wide, high) = frame(data).ok_or("its header is broken")?;
                let (width, height) = canvas.ok_or(CONFUSED)?;
                if wide > width || high > height {
                    return Err("a part of it is larger than the picture");
                }
                drawn = Some((width, height));
            }
            b"ALPH" | b"ANIM" if canvas.is_some() => {}
            b"VP8X" | b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" => return Err(CONFUSED),
            _ => continue,
        }
        bytes.extend_from_slice(kind);
        bytes.extend(length.to_le_bytes());
        bytes.append(&mut kept);
        if length % 2 == 1 {
            bytes.push(0);
        }
    }
    let drawn = fitting(drawn.ok_or("there is no picture in it")?)?;
    if canvas.is_some_and(|canvas| canvas != drawn) {
        return Err("it has two sizes");
    }
    // As large as what was read, or smaller.
    let length = u32::try_from(bytes.len() - 8).unwrap_or(u32::MAX);
    bytes[4..8].copy_from_slice(&length.to_le_bytes());
    Ok(Picture { size: drawn, bytes })
}

fn extended(data: &[u8]) -> Result<(u32, u32), Broken> {
    let mut header = Cursor::new(data);
    header.take(4).ok_or(CUT_OFF)?;
    let (width, height) = header.u24_le().zip(header.u24_le()).ok_or(CUT_OFF)?;
    Ok((width + 1, height + 1))
}

fn lossy(data: &[u8]) -> Option<(u32, u32)> {
    let mut header = Cursor::new(data);
    header.take(3)?;
    (header.take(3)? == [0x9d, 0x01, 0x2a]).then_some(())?;
    let side = |bits: u16| u32::from(bits & 0x3fff);
    Some((side(header.u16_le()?), side(header.u16_le()?)))
}

fn lossless(data: &[u8]) -> Option<(u32, u32)> {
    let mut header = Cursor::new(data);
    (header.byte()? == 0x2f).then_some(())?;
    let bits = header.u32_le()?;
    Some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
}

fn frame(data: &[u8]) -> Option<(u32, u32)> {
    let mut header = Cursor::new(data);
    header.take(6)?;
    Some((header.u24_le()? + 1, header.u24_le()? + 1))
}
