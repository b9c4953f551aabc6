//! Pictures with 256 colours, which take a third of the space.

use std::{collections::HashMap, io::Cursor};

use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Transformations};

type Colour = [u8; 3];

const MOST: usize = 256;

/// The same picture with a palette. A screen has few colours but those between a letter and its ground, so the most
/// frequent ones stand for those that resemble them.
pub(crate) fn with_palette(png: &[u8]) -> Vec<u8> {
    let mut decoder = Decoder::new(Cursor::new(png));
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let mut reader = decoder.read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    let pixels = bytes[..info.buffer_size()].chunks_exact(info.color_type.samples());
    let pixels: Vec<Colour> = pixels.map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();

    let palette = palette(&pixels);
    let mut nearest: HashMap<Colour, u8> = HashMap::new();
    let indices = pixels.iter().map(|pixel| {
        let found = || index_of_nearest(&palette, *pixel);
        *nearest.entry(*pixel).or_insert_with(found)
    });
    let indices: Vec<u8> = indices.collect();

    let mut small = Vec::new();
    let mut encoder = Encoder::new(&mut small, info.width, info.height);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::High);
    encoder.set_palette(palette.concat());
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&indices).unwrap();
    writer.finish().unwrap();
    small
}

/// The most frequent colours. Some are left out that resemble more frequent ones, so that the rare ones have a place.
fn palette(pixels: &[Colour]) -> Vec<Colour> {
    let mut counts: HashMap<Colour, usize> = HashMap::new();
    for pixel in pixels {
        *counts.entry(*pixel).or_default() += 1;
    }
    let mut colours: Vec<_> = counts.into_iter().collect();
    colours.sort_unstable_by_key(|(colour, count)| (usize::MAX - count, *colour));
    let colours: Vec<_> = colours.into_iter().map(|(colour, _)| colour).collect();
    let palettes = (0..).map(|apart| at_least_apart(&colours, 1 << apart));
    let mut palettes = palettes.skip_while(|palette| palette.len() > MOST);
    palettes.next().unwrap()
}

/// The colours without those that are nearer to one before.
fn at_least_apart(colours: &[Colour], apart: u32) -> Vec<Colour> {
    let mut chosen: Vec<Colour> = Vec::new();
    for colour in colours {
        if chosen.iter().all(|other| distance(other, colour) >= apart) {
            chosen.push(*colour);
        }
    }
    chosen
}

fn distance(a: &Colour, b: &Colour) -> u32 {
    let parts = a.iter().zip(b);
    parts.map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2)).sum()
}

fn index_of_nearest(palette: &[Colour], wanted: Colour) -> u8 {
    let colours = palette.iter().enumerate();
    let nearest = colours.min_by_key(|(_, colour)| distance(colour, &wanted));
    u8::try_from(nearest.unwrap().0).unwrap()
}
