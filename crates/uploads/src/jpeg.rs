//! JPEG: the tables and scans are kept, and how it is turned. Comments, what the camera wrote and where it stood are not,
//! nor what phones put behind the picture.

use crate::{
    content::{Broken, CUT_OFF, Picture, fitting},
    cursor::Cursor,
};

const CONFUSED: Broken = "its parts are not where they belong";

pub(crate) fn read(file: &[u8]) -> Result<Picture, Broken> {
    let mut input = Cursor::new(file);
    let mut bytes = input.take(2).ok_or(CUT_OFF)?.to_vec();
    let (mut size, mut has_data) = (None, false);
    loop {
        let marker = marker(&mut input)?;
        if marker == 0xd9 {
            bytes.extend([0xff, marker]);
            let size = size.filter(|_| has_data).ok_or("there is no picture in it")?;
            return Ok(Picture { size, bytes });
        }
        if matches!(marker, 0x00..=0x01 | 0xd0..=0xd8) {
            return Err(CONFUSED);
        }
        let length = input.u16_be().ok_or(CUT_OFF)?;
        let data = input.take(usize::from(length).checked_sub(2).ok_or(CONFUSED)?).ok_or(CUT_OFF)?;
        match marker {
            // Frames; three of the numbers between mean something else.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                if size.is_some() {
                    return Err("it has two headers");
                }
                let mut header = Cursor::new(data);
                header.byte().ok_or(CUT_OFF)?;
                let (height, width) = header.u16_be().zip(header.u16_be()).ok_or(CUT_OFF)?;
                size = Some(fitting((width.into(), height.into()))?);
                segment(&mut bytes, marker, data);
            }
            0xc4 | 0xcc | 0xdb | 0xdd => segment(&mut bytes, marker, data),
            0xda => {
                if size.is_none() {
                    return Err(CONFUSED);
                }
                segment(&mut bytes, marker, data);
                bytes.extend_from_slice(scan(&mut input)?);
                has_data = true;
            }
            // Without the small picture it may carry.
            0xe0 if data.starts_with(b"JFIF\0") && data.len() >= 14 => {
                segment(&mut bytes, marker, &[&data[..12], &[0, 0]].concat());
            }
            0xe1 => {
                if let Some(turned) = orientation(data).filter(|turned| (2..=8).contains(turned)) {
                    segment(&mut bytes, marker, &how_turned(turned));
                }
            }
            // How its colours are written.
            0xee if data.starts_with(b"Adobe") && data.len() >= 12 => {
                segment(&mut bytes, marker, &data[..12]);
            }
            0xe0..=0xef | 0xfe | 0xdc => {}
            _ => return Err("it has parts nobody knows"),
        }
    }
}

/// The next marker; any number of fill bytes may stand before it.
fn marker(input: &mut Cursor<'_>) -> Result<u8, Broken> {
    if input.byte().ok_or(CUT_OFF)? != 0xff {
        return Err(CONFUSED);
    }
    loop {
        match input.byte().ok_or(CUT_OFF)? {
            0xff => {}
            marker => return Ok(marker),
        }
    }
}

fn segment(bytes: &mut Vec<u8>, marker: u8, data: &[u8]) {
    // What was read of 16 bits, or less.
    let length = u16::try_from(data.len() + 2).unwrap_or(u16::MAX);
    bytes.extend([0xff, marker]);
    bytes.extend(length.to_be_bytes());
    bytes.extend_from_slice(data);
}

/// The coded picture up to the next marker. Within it a 0xff is followed by a zero, or begins again.
fn scan<'a>(input: &mut Cursor<'a>) -> Result<&'a [u8], Broken> {
    let rest = input.rest();
    let is_end = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7 | 0xff);
    let end = rest.windows(2).position(is_end).ok_or(CUT_OFF)?;
    input.take(end).ok_or(CUT_OFF)
}

/// How the camera was held, 1 to 8.
fn orientation(data: &[u8]) -> Option<u16> {
    const TURNED: u16 = 0x0112;
    let file = data.strip_prefix(b"Exif\0\0")?;
    let big = match file.get(..4)? {
        b"MM\0*" => true,
        b"II*\0" => false,
        _ => return None,
    };
    let short = |input: &mut Cursor<'_>| if big { input.u16_be() } else { input.u16_le() };
    let mut at = Cursor::new(file.get(4..)?);
    let first = if big { at.u32_be() } else { at.u32_le() }?;
    let mut entries = Cursor::new(file.get(usize::try_from(first).ok()?..)?);
    for _ in 0..short(&mut entries)? {
        let mut entry = Cursor::new(entries.take(12)?);
        if short(&mut entry)? == TURNED {
            entry.take(6)?;
            return short(&mut entry);
        }
    }
    None
}

/// The shortest note that says how the camera was held.
fn how_turned(turned: u16) -> Vec<u8> {
    let [high, low] = turned.to_be_bytes();
    [&b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01"[..], &[high, low], &b"\0\0\0\0\0\0"[..]]
        .concat()
}
