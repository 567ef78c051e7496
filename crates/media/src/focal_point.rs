//! Which point of a picture must survive cropping.

/// A point in a picture as in the `toot:focalPoint` term: x from -1 (left) to 1 (right), y from -1
/// (bottom) to 1 (top) (R-MA-02).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct FocalPoint {
    x: f32,
    y: f32,
}

impl FocalPoint {
    /// The middle, which is what a peer assumes where none is given.
    pub const CENTRE: Self = Self { x: 0.0, y: 0.0 };

    /// `None` outside -1 to 1, or where not a number.
    pub fn new(x: f32, y: f32) -> Option<Self> {
        let range = -1.0..=1.0;
        (range.contains(&x) && range.contains(&y)).then_some(Self { x, y })
    }

    /// As sent: `[x, y]`.
    pub fn as_pair(self) -> [f32; 2] {
        [self.x, self.y]
    }

    /// The value of CSS `object-position` that keeps this point in sight.
    pub fn object_position(self) -> String {
        let percent = |offset: f32| (offset + 1.0) * 50.0;
        format!("{:.1}% {:.1}%", percent(self.x), percent(-self.y))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_in_range_and_turns_the_vertical_axis() {
        let css = |x, y| {
            let point = FocalPoint::new(x, y).unwrap();
            point.object_position()
        };
        assert_eq!(css(0.0, 0.0), "50.0% 50.0%");
        assert_eq!(css(-1.0, 1.0), "0.0% 0.0%");
        assert_eq!(css(0.5, -1.0), "75.0% 100.0%");
        assert_eq!(FocalPoint::new(1.01, 0.0), None);
        assert_eq!(FocalPoint::new(0.0, f32::NAN), None);
    }
}
