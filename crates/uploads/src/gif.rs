//! GIF: the pictures and how long each is shown are kept. Comments, texts and whatever programs left in it are not, and
//! nothing may stand behind the end.

use crate::{
    content::{Broken, CUT_OFF, GOES_ON, Picture, fitting},
    cursor::Cursor,
};

/// Pictures of an animation.
const MOST_FRAMES: usize = 1_000;

pub(crate) fn read(file: &[u8]) -> Result<Picture, Broken> {
    let mut input = Cursor::new(file);
    let mut bytes = input.take(6).ok_or(CUT_OFF)?.to_vec();
    let mut header = input;
    let size = header.u16_le().zip(header.u16_le()).ok_or(CUT_OFF)?;
    let (width, height) = fitting((size.0.into(), size.1.into()))?;
    let flags = header.byte().ok_or(CUT_OFF)?;
    bytes.extend_from_slice(input.take(7 + colours(flags)).ok_or(CUT_OFF)?);
    let mut frames = 0;
    loop {
        match input.byte().ok_or(CUT_OFF)? {
            0x3b if !input.is_empty() => return Err(GOES_ON),
            0x3b if frames == 0 => return Err("there is no picture in it"),
            0x3b => {
                bytes.push(0x3b);
                return Ok(Picture { size: (width, height), bytes });
            }
            0x2c => {
                frames += 1;
                if frames > MOST_FRAMES {
                    return Err("it has more pictures than are taken");
                }
                let descriptor = input.take(9).ok_or(CUT_OFF)?;
                within(descriptor, width, height)?;
                bytes.push(0x2c);
                bytes.extend_from_slice(descriptor);
                // Its colours, and how many bits a colour has.
                bytes.extend_from_slice(input.take(colours(descriptor[8]) + 1).ok_or(CUT_OFF)?);
                bytes.extend_from_slice(blocks(&mut input)?);
            }
            0x21 => {
                let label = input.byte().ok_or(CUT_OFF)?;
                let body = blocks(&mut input)?;
                let repeats = body.starts_with(b"\x0bNETSCAPE2.0\x03") && body.len() == 17;
                if label == 0xf9 || (label == 0xff && repeats) {
                    bytes.extend([0x21, label]);
                    bytes.extend_from_slice(body);
                }
            }
            _ => return Err("it has parts nobody knows"),
        }
    }
}

/// Bytes of the table of colours that these flags announce.
const fn colours(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 0x07) + 1) }
}

/// Refuses a frame that is larger than its picture.
fn within(descriptor: &[u8], width: u32, height: u32) -> Result<(), Broken> {
    let mut place = Cursor::new(descriptor);
    let mut next = || place.u16_le().map(u32::from).ok_or(CUT_OFF);
    let (left, top, wide, high) = (next()?, next()?, next()?, next()?);
    fitting((wide, high))?;
    if left + wide > width || top + high > height {
        return Err("a part of it is larger than the picture");
    }
    Ok(())
}

/// Blocks with their lengths before them, up to an empty one.
fn blocks<'a>(input: &mut Cursor<'a>) -> Result<&'a [u8], Broken> {
    let mut whole = *input;
    let before = input.rest().len();
    loop {
        let length = input.byte().ok_or(CUT_OFF)?;
        input.take(length.into()).ok_or(CUT_OFF)?;
        if length == 0 {
            return whole.take(before - input.rest().len()).ok_or(CUT_OFF);
        }
    }
}
