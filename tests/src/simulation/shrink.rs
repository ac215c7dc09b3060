//! Makes a failing script smaller: leaves out whatever it fails without.

use super::{Fault, Script, World};

/// The smallest script found that still fails.
pub fn shrink(script: &Script, fault: Option<Fault>) -> Script {
    let mut smallest = script.clone();
    let mut width = smallest.actions.len().div_ceil(2);
    while width > 0 {
        let mut start = 0;
        while start < smallest.actions.len() {
            let end = (start + width).min(smallest.actions.len());
            let mut without = smallest.clone();
            without.actions.drain(start..end);
            if World::play(&without, fault).holds() {
                start = end;
            } else {
                smallest = without;
            }
        }
        width /= 2;
    }
    smallest
}
