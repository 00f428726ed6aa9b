//! Files as hostile people make them, and as honest ones do.

use proptest::prelude::*;
use rf_kernel::Failure;

use crate::{Content, FileKind, MAX_FILE_BYTES, MAX_NAME, codes, decode, file_name};

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length[..], kind, data, b"sums"].concat()
}

fn png_of(width: u32, height: u32, between: &[Vec<u8>]) -> Vec<u8> {
    let data = b"\x78\x9c\x63\x00\x00\x00\x01\x00\x01";
    png_with(width, height, [8, 6, 0, 0, 0], &[between, &[chunk(b"IDAT", data)]].concat())
}

/// How deep, which colours, and whether interlaced; its chunks.
fn png_with(width: u32, height: u32, how: [u8; 5], chunks: &[Vec<u8>]) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &how].concat();
    let beginning = b"\x89PNG\r\n\x1a\n".to_vec();
    [beginning, chunk(b"IHDR", &header), chunks.concat(), chunk(b"IEND", b"")].concat()
}

fn packed(size: usize) -> Vec<u8> {
    let mut out = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut out, &vec![0; size]).unwrap();
    out.finish().unwrap()
}

fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker][..], &length, data].concat()
}

fn jpeg_of(width: u16, height: u16, before: &[Vec<u8>]) -> Vec<u8> {
    let frame = [&[8][..], &height.to_be_bytes(), &width.to_be_bytes(), &[1, 1, 0x11, 0]].concat();
    [
        vec![0xff, 0xd8],
        before.concat(),
        segment(0xdb, &[0; 65]),
        segment(0xc0, &frame),
        segment(0xc4, &[0; 20]),
        segment(0xda, &[1, 1, 0, 0, 63, 0]),
        b"\x12\x34\xff\x00\x56\xff\xd0\x78".to_vec(),
        vec![0xff, 0xd9],
    ]
    .concat()
}

fn gif_of(width: u16, height: u16, frame: (u16, u16), between: &[u8]) -> Vec<u8> {
    let frame = [frame.0.to_le_bytes(), frame.1.to_le_bytes()].concat();
    [
        b"GIF89a",
        &width.to_le_bytes()[..],
        &height.to_le_bytes(),
        &[0x80, 0, 0],
        b"\0\0\0\xff\xff\xff",
        between,
        &[0x2c, 0, 0, 0, 0],
        &frame,
        &[0],
        b"\x02\x02\x44\x01\0",
        b"\x3b",
    ]
    .concat()
}

fn riff(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (kind, data) in chunks {
        body.extend_from_slice(*kind);
        body.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        body.extend_from_slice(data);
        if data.len() % 2 == 1 {
            body.push(0);
        }
    }
    [&b"RIFF"[..], &u32::try_from(body.len()).unwrap().to_le_bytes(), &body].concat()
}

fn lossless(width: u32, height: u32) -> Vec<u8> {
    [&[0x2f][..], &((width - 1) | ((height - 1) << 14)).to_le_bytes(), b"data"].concat()
}

fn extended(flags: u8, width: u32, height: u32) -> Vec<u8> {
    let three = |side: u32| (side - 1).to_le_bytes()[..3].to_vec();
    [vec![flags, 0, 0, 0], three(width), three(height)].concat()
}

fn webp_of(width: u32, height: u32) -> Vec<u8> {
    riff(&[(b"VP8L", lossless(width, height))])
}

fn refused(file: &[u8]) -> Failure {
    Content::read(file).expect_err("it is refused")
}

#[test]
fn honest_pictures_stay_to_the_byte() {
    for (file, kind) in [
        (png_of(640, 480, &[chunk(b"sRGB", b"\0"), chunk(b"pHYs", &[0; 9])]), FileKind::Png),
        (jpeg_of(640, 480, &[segment(0xe0, b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0")]), FileKind::Jpeg),
        (gif_of(640, 480, (640, 480), b"\x21\xf9\x04\0\0\0\0\0"), FileKind::Gif),
        (webp_of(640, 480), FileKind::Webp),
    ] {
        let read = Content::read(&file).unwrap();
        assert_eq!((read.kind, read.size), (kind, Some((640, 480))));
        assert_eq!(read.bytes, file, "{kind:?}");
        assert_eq!(read.text(), None);
    }
}

/// Where it was taken, what programs wrote, and scripts that hope to be read as something else.
#[test]
fn of_a_picture_only_the_picture_is_kept() {
    const SECRET: &[u8] = b"<script>alert(1)</script> 51.5N 0.1W";
    let exif = [b"Exif\0\0", SECRET].concat();
    let png = png_of(
        9,
        9,
        &[
            chunk(b"tEXt", SECRET),
            chunk(b"zTXt", SECRET),
            chunk(b"eXIf", SECRET),
            chunk(b"iCCP", SECRET),
            chunk(b"sBIT", &[8; 4]),
        ],
    );
    let jfif = [b"JFIF\0\x01\x02\0\0\x01\0\x01\x08\x08", SECRET].concat();
    let jpeg = [
        jpeg_of(
            9,
            9,
            &[segment(0xe0, &jfif), segment(0xe1, &exif), segment(0xfe, SECRET), segment(0xe2, SECRET)],
        ),
        SECRET.to_vec(),
    ]
    .concat();
    let comment = [&[0x21, 0xfe, u8::try_from(SECRET.len()).unwrap()], SECRET, &[0]].concat();
    let program =
        [&b"\x21\xff\x0bXMP DataXMP"[..], &[u8::try_from(SECRET.len()).unwrap()], SECRET, &[0]].concat();
    let gif = gif_of(9, 9, (9, 9), &[comment, program].concat());
    let webp = riff(&[
        (b"VP8X", extended(0x3e, 9, 9)),
        (b"ICCP", SECRET.to_vec()),
        (b"VP8L", lossless(9, 9)),
        (b"EXIF", SECRET.to_vec()),
        (b"XMP ", SECRET.to_vec()),
        (b"evil", SECRET.to_vec()),
    ]);
    for file in [png, jpeg, gif, webp.clone()] {
        let read = Content::read(&file).unwrap();
        assert_eq!(read.size, Some((9, 9)));
        let is_in = |bytes: &[u8]| bytes.windows(8).any(|window| window == &SECRET[..8]);
        assert!(is_in(&file) && !is_in(&read.bytes), "{:?}", read.kind);
        // And what is kept is a picture that is kept as it is.
        assert_eq!(Content::read(&read.bytes).unwrap().bytes, read.bytes);
    }
    let kept = Content::read(&webp).unwrap().bytes;
    assert_eq!(kept[20], 0x12, "the flags say what is left: an animation's and transparency");
}

#[test]
fn a_photo_stays_turned_as_it_was_taken() {
    let turned = |exif: &[u8]| {
        let read = Content::read(&jpeg_of(9, 9, &[segment(0xe1, exif)])).unwrap();
        read.bytes.windows(4).any(|window| window == b"Exif").then(|| read.bytes[2 + 4 + 6 + 19])
    };
    let motorola = b"Exif\0\0MM\0*\0\0\0\x08\0\x02\x01\x0f\0\x02\0\0\0\x04ABC\0\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    assert_eq!(turned(motorola), Some(6));
    let intel = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x08\0\0\0\0\0\0\0";
    assert_eq!(turned(intel), Some(8));
    for broken in [
        &b"Exif\0\0MM\0*\0\0\0\x08\0\xff\x01\x12"[..],
        b"Exif\0\0MM\0*\xff\xff\xff\xff",
        b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x99\0\0\0\0\0\0\0",
        b"Exif\0\0",
    ] {
        assert_eq!(turned(broken), None, "{broken:?}");
    }
}

/// I4: a file of some bytes that would take gigabytes to be shown.
#[test]
fn a_picture_of_50_000_pixels_a_side_is_refused() {
    for file in [
        png_of(50_000, 50_000, &[]),
        jpeg_of(50_000, 50_000, &[]),
        gif_of(50_000, 50_000, (1, 1), b""),
        webp_of(16_384, 16_384),
        riff(&[(b"VP8X", extended(0x10, 50_000, 50_000)), (b"VP8L", lossless(9, 9))]),
        png_of(16_385, 1, &[]),
    ] {
        let failure = refused(&file);
        assert!(
            failure.code == codes::UPLOAD_TOO_LARGE || failure.code == codes::UPLOAD_BROKEN,
            "{failure}: {:?}",
            &file[..12]
        );
    }
    assert_eq!(refused(&png_of(50_000, 50_000, &[])).code, codes::UPLOAD_TOO_LARGE);
    assert_eq!(refused(&jpeg_of(50_000, 50_000, &[])).code, codes::UPLOAD_TOO_LARGE);
    assert!(Content::read(&png_of(16_384, 2_000, &[])).is_ok());
}

/// I4: a small picture whose data would be gigabytes; a viewer that does not count unpacks all of it.
#[test]
fn data_that_are_more_than_their_picture_are_refused() {
    let rgba = |data: &[u8]| png_with(30, 20, [8, 6, 0, 0, 0], &[chunk(b"IDAT", data)]);
    let whole = 20 * (1 + 30 * 4);
    assert!(Content::read(&rgba(&packed(whole))).is_ok());
    let more = refused(&rgba(&packed(whole + 1)));
    assert!(more.to_string().contains("more than the picture it says it is"), "{more}");
    let bomb = packed(16 * 1_024 * 1_024);
    assert!(bomb.len() < 100_000, "{}", bomb.len());
    assert_eq!(refused(&rgba(&bomb)).code, codes::UPLOAD_BROKEN);
    // Cut into chunks anywhere, and as a palette of one bit.
    let (first, rest) = bomb.split_at(1_000);
    let cut = png_with(30, 20, [8, 6, 0, 0, 0], &[chunk(b"IDAT", first), chunk(b"IDAT", rest)]);
    assert_eq!(refused(&cut).code, codes::UPLOAD_BROKEN);
    let bits = |data: &[u8]| png_with(30, 20, [1, 3, 0, 0, 0], &[chunk(b"IDAT", data)]);
    assert!(Content::read(&bits(&packed(20 * (1 + 4)))).is_ok());
    assert_eq!(refused(&bits(&packed(20 * (1 + 4) + 1))).code, codes::UPLOAD_BROKEN);
    for broken in [&b"\x78\x9cnonsense"[..], &[packed(9), b"more".to_vec()].concat()] {
        assert_eq!(refused(&rgba(broken)).code, codes::UPLOAD_BROKEN, "{broken:?}");
    }
}

/// Adam7: its rows in seven passes, each row with a byte before it.
#[test]
fn an_interlaced_picture_may_have_the_bytes_its_passes_take() {
    const PASSES: [(u32, u32, u32, u32); 7] =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];
    for (width, height) in [(1, 1), (3, 200), (200, 3), (30, 20), (257, 131)] {
        for (how, bits) in [([1, 0, 0, 0, 1], 1), ([8, 6, 0, 0, 1], 32), ([16, 6, 0, 0, 1], 64)] {
            let all: u32 = PASSES
                .iter()
                .map(|&(left, top, across, down)| {
                    let wide = width.max(left).saturating_sub(left).div_ceil(across);
                    let high = height.max(top).saturating_sub(top).div_ceil(down);
                    if wide == 0 { 0 } else { high * (1 + (wide * bits).div_ceil(8)) }
                })
                .sum();
            let file = png_with(width, height, how, &[chunk(b"IDAT", &packed(all as usize))]);
            assert!(Content::read(&file).is_ok(), "{width} × {height}, {bits} bits: {all} bytes");
        }
    }
}

#[test]
fn of_an_animation_the_first_picture_is_kept() {
    let moving = [chunk(b"acTL", &[0; 8]), chunk(b"IDAT", &packed(9)), chunk(b"fdAT", &packed(1_000_000))];
    let file = png_with(9, 9, [8, 6, 0, 0, 0], &moving);
    let still = png_with(9, 9, [8, 6, 0, 0, 0], &moving[1..2]);
    assert_eq!(Content::read(&file).unwrap().bytes, still);
}

#[test]
fn what_begins_as_a_picture_and_is_none_is_refused() {
    let (png, gif, webp) = (png_of(9, 9, &[]), gif_of(9, 9, (9, 9), b""), webp_of(9, 9));
    for file in [
        // Two files in one: an archive or a page behind the picture's end.
        [&png[..], b"PK\x03\x04"].concat(),
        [&gif[..], b"<html>"].concat(),
        [&webp[..], b"PK\x03\x04"].concat(),
        // A script that begins like a picture.
        b"GIF89a/*ABCDEFGHIJKL*/=1;alert(1)//;".to_vec(),
        b"\xff\xd8\xff\xe0/*alert(1)*/".to_vec(),
        b"\x89PNG\r\n\x1a\n<script>alert(1)</script>".to_vec(),
        b"RIFF\x10\0\0\0WEBP<svg onload=a()>".to_vec(),
        // Pictures without a picture, or with too much of it.
        png_of(0, 9, &[]),
        gif_of(9, 9, (10, 9), b""),
        riff(&[(b"VP8X", extended(0, 9, 9)), (b"VP8L", lossless(99, 9))]),
        riff(&[(b"VP8X", extended(0, 9, 9))]),
        [&png[..8], &chunk(b"IEND", b"")[..]].concat(),
        [&png[..33], &chunk(b"IEND", b"")[..]].concat(),
        png_of(9, 9, &[chunk(b"IHDR", &[0; 13])]),
        png_of(9, 9, &[chunk(b"EVIL", b"x")]),
        // Lengths that lie.
        [&png[..8], b"\xff\xff\xff\xffIHDR"].concat(),
        [&png[..8], b"\x7f\xff\xff\xffIHDRxxxx"].concat(),
        b"\xff\xd8\xff\xe0\0\0".to_vec(),
        b"\xff\xd8\xff\xe0\0\x01".to_vec(),
        b"RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff".to_vec(),
    ] {
        let failure = refused(&file);
        assert_eq!(failure.code, codes::UPLOAD_BROKEN, "{:?}", String::from_utf8_lossy(&file));
    }
    for file in [png, gif, webp, jpeg_of(9, 9, &[])] {
        for end in 12..file.len() {
            assert_eq!(refused(&file[..end]).code, codes::UPLOAD_BROKEN, "cut at {end}: {file:?}");
        }
    }
}

#[test]
fn a_log_is_kept_as_its_text() {
    let log = "2026-11-30 09:00:01 ERROR 0x80070005 Zugriff verweigert\r\n";
    let utf16: Vec<u8> = [0xfeff].into_iter().chain(log.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for file in [log.as_bytes().to_vec(), utf16, [b"\xef\xbb\xbf", log.as_bytes()].concat()] {
        let read = Content::read(&file).unwrap();
        assert_eq!((read.kind, read.text()), (FileKind::Log, Some(log)));
    }
    let read = Content::read(b"Gr\xfc\xdfe aus der Pr\xfcfung").unwrap();
    assert_eq!(read.text(), Some("Grüße aus der Prüfung"));
    let events = "<?xml version=\"1.0\"?>\n<Events><Event><EventID>4740</EventID></Event></Events>";
    assert!(Content::read(events.as_bytes()).is_ok(), "Windows writes its events so");
    assert!(Content::read(b"GET /a <script> 500 Internal Server Error").is_ok(), "a log may tell of markup");
}

#[test]
fn what_is_neither_picture_nor_log_is_refused_whatever_it_is_called() {
    for file in [
        &b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"[..],
        b"  \n<!DOCTYPE html><html><script>alert(1)</script>",
        b"<?xml version='1.0'?>\n<!-- x --><svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>",
        b"<?xml version='1.0'?><x:html xmlns:x='http://www.w3.org/1999/xhtml'><x:script/></x:html>",
        b"\xef\xbb\xbf<HTML><BODY>",
        b"<IFRAME src=//x>",
        b"%PDF-1.7\n1 0 obj",
        b"{\\rtf1 \\object}",
        b"PK\x03\x04\x14\0\0\0\x08\0word/document.xml",
        b"\x1f\x8b\x08\0\0\0\0\0\0\x03",
        b"MZ\x90\0\x03\0\0\0",
        b"\x7fELF\x02\x01\x01\0",
        b"BM\x36\0\0\0\0\0\0\0",
        b"II*\0\x08\0\0\0",
        b"a log\0with a NUL",
        b"\xff\xfea",
    ] {
        assert_eq!(refused(file).code, codes::UPLOAD_TYPE_REFUSED, "{:?}", String::from_utf8_lossy(file));
    }
    for file in [&b""[..], b"  \n\t", b"--- *** ---"] {
        assert_eq!(refused(file).code, codes::UPLOAD_EMPTY);
    }
    let largest = vec![b'a'; MAX_FILE_BYTES];
    assert!(Content::read(&largest).is_ok());
    assert_eq!(refused(&[&largest[..], b"a"].concat()).code, codes::UPLOAD_TOO_LARGE);
    // Every byte of it takes two as text.
    let grows = [&vec![0xfc; MAX_FILE_BYTES / 2 + 1][..], b" a"].concat();
    assert_eq!(refused(&grows).code, codes::UPLOAD_TOO_LARGE);
}

#[test]
fn a_name_is_a_name_and_no_place() {
    for (given, kept) in [
        ("app.log", "app.log"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\Windows\\win.ini", "win.ini"),
        ("C:\\logs\\", "file"),
        ("/", "file"),
        ("..", "file"),
        ("", "file"),
        ("a\0b\r\nSet-Cookie: x.log", "ab Set-Cookie: x.log"),
        ("gpj.\u{202e}exe.png", "gpj.exe.png"),
        ("  Bild  1.png ", "Bild 1.png"),
        ("..%2f..%2fetc", "%2f..%2fetc"),
        ("Größe 🕒.png", "Größe 🕒.png"),
    ] {
        assert_eq!(file_name(given), kept, "{given:?}");
    }
    let long = file_name(&format!("{}.evtx.log", "ä".repeat(400)));
    assert_eq!((long.chars().count(), long.ends_with("ä.evtx.log")), (MAX_NAME, true));
}

proptest! {
    /// S9 in small: whatever comes is read or refused.
    #[test]
    fn any_bytes_are_read_or_refused(begin in 0..5_usize, bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let begins: [&[u8]; 5] =
            [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\x40\0\0\0WEBP"];
        let file = [begins[begin], &bytes].concat();
        if let Ok(read) = Content::read(&file) {
            prop_assert!(!read.bytes.is_empty());
            prop_assert_eq!(read.kind.is_picture(), read.size.is_some());
            if read.kind.is_picture() {
                prop_assert!(read.bytes.len() <= file.len() + 64);
            }
        }
    }

    /// One byte of a picture that is another leads to a picture or a refusal, never to anything else.
    #[test]
    fn a_picture_with_one_byte_changed_is_read_or_refused(which in 0..4_usize, at in 0..200_usize, byte: u8) {
        let mut file = match which {
            0 => png_of(9, 9, &[chunk(b"tEXt", b"abc")]),
            1 => jpeg_of(9, 9, &[segment(0xe1, b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x08\0\0\0")]),
            2 => gif_of(9, 9, (9, 9), b"\x21\xfe\x01a\0"),
            _ => riff(&[(b"VP8X", extended(0, 9, 9)), (b"VP8L", lossless(9, 9))]),
        };
        let length = file.len();
        file[at % length] = byte;
        let _ = Content::read(&file);
    }

    #[test]
    fn any_name_is_safe(name in any::<String>()) {
        let kept = file_name(&name);
        prop_assert!(!kept.is_empty() && kept.chars().count() <= MAX_NAME);
        prop_assert!(!kept.contains(['/', '\\', '\0', '\n', '\r']) && kept != "." && kept != "..");
    }

    #[test]
    fn text_of_utf_8_is_itself(text in "[ -~äöü\n\t]{0,80}") {
        prop_assert_eq!(decode(text.as_bytes()), Some(text));
    }
}
