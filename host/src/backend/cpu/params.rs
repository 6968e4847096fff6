//! Parameters whose weight width is known at run time only.

use slotless_core::kwinner::Params;
use slotless_core::weight::{U1, U2, U4, U8, U16};

/// Integer parameters of a network whose weight width is known at run time only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AnyParams {
    /// 1-bit weights.
    U1(Params<U1>),
    /// 2-bit weights.
    U2(Params<U2>),
    /// 4-bit weights.
    U4(Params<U4>),
    /// 8-bit weights.
    U8(Params<U8>),
    /// 16-bit weights.
    U16(Params<U16>),
}

/// Runs `$body` with `$p` bound to the typed parameters and `$w` to their width.
macro_rules! with_params {
    ($any:expr, $w:ident, $p:ident => $body:expr) => {
        match $any {
            AnyParams::U1($p) => {
                type $w = U1;
                $body
            }
            AnyParams::U2($p) => {
                type $w = U2;
                $body
            }
            AnyParams::U4($p) => {
                type $w = U4;
                $body
            }
            AnyParams::U8($p) => {
                type $w = U8;
                $body
            }
            AnyParams::U16($p) => {
                type $w = U16;
                $body
            }
        }
    };
}

pub(super) use with_params;
