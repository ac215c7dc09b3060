//! Padmé padding (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with
//! PURBs", 2019): the length leaks O(log log n) bits at a cost of at most 12%.

use crate::codec::Malformed;

const MARK: u8 = 0x80;

/// The data, a mark, and zeros up to the next Padmé length.
pub(crate) fn pad(mut data: Vec<u8>) -> Vec<u8> {
    data.push(MARK);
    let length = padded_length(data.len() as u64);
    // A message in memory is far from where this could be cut off.
    data.resize(usize::try_from(length).unwrap_or(data.len()), 0);
    data
}

/// What [`pad`] was given.
pub(crate) fn unpad(mut data: Vec<u8>) -> Result<Vec<u8>, Malformed> {
    let mark = data.iter().rposition(|&b| b != 0).ok_or(Malformed)?;
    if data.get(mark) != Some(&MARK) {
        return Err(Malformed);
    }
    data.truncate(mark);
    Ok(data)
}

/// Lengths are rounded up so that only their leading bits vary; nothing is shorter than 64 bytes.
pub(crate) fn padded_length(length: u64) -> u64 {
    const SHORTEST: u64 = 64;
    let length = length.max(SHORTEST);
    let exponent = length.ilog2();
    let kept = exponent.ilog2() + 1;
    let step = 1_u64 << (exponent - kept);
    length.div_ceil(step) * step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_padded_comes_back() {
        for length in [0, 1, 63, 64, 65, 1_000, 16_000] {
            let data = vec![0x80; length];
            assert_eq!(unpad(pad(data.clone())), Ok(data));
        }
    }

    #[test]
    fn nearby_lengths_look_alike() {
        assert_eq!(pad(vec![1; 3]).len(), pad(vec![1; 50]).len());
        assert_eq!(pad(vec![1; 1_030]).len(), pad(vec![1; 1_050]).len());
    }

    #[test]
    fn padding_costs_at_most_an_eighth() {
        for length in 64..5_000 {
            assert!(padded_length(length) <= length + length / 8 + 1, "{length}");
        }
    }

    #[test]
    fn bytes_without_a_mark_are_refused() {
        assert_eq!(unpad(vec![0; 64]), Err(Malformed));
        assert_eq!(unpad(vec![1; 64]), Err(Malformed));
        assert_eq!(unpad(Vec::new()), Err(Malformed));
    }
}
