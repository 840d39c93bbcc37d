//! Stored weights to f32, compiled for the widest vectors that the machine has.

use super::lanes::vectorised;
use crate::weights::DType;

vectorised! {
    /// [`DType::read`], to the same bits.
    pub fn read(dtype: DType, row: &[u8], first: usize, to: &mut [f32]) {
        dtype.read(row, first, to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng;

    #[test]
    fn wide_vectors_read_the_same_bits() {
        for dtype in [DType::F32, DType::F16, DType::Bf16, DType::Q8_0, DType::Q4_0, DType::Q4_1] {
            let bytes = dtype.bytes(512);
            // Any bytes at all: scales that are no numbers must come out alike, too.
            let row: Vec<u8> = (0..bytes).map(|i| rng::bits(5, 0, i as u64) as u8).collect();
            for (first, len) in [(0, 512), (16, 16), (48, 224), (496, 16)] {
                let (mut plain, mut quick) = (vec![0.0; len], vec![0.0; len]);
                dtype.read(&row, first, &mut plain);
                read(dtype, &row, first, &mut quick);
                let bits = |x: &[f32]| x.iter().map(|v| v.to_bits()).collect::<Vec<u32>>();
                assert_eq!(bits(&plain), bits(&quick), "{dtype:?} from {first}");
            }
        }
    }
}
