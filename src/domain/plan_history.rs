//! What the plans of an edition were reckoned with at a moment: every change, only ever added to.

use super::estimate::PlanBasis;
use super::japan_time::UnixMillis;

/// A change of the basis of an edition's plans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BasisChange {
    pub recorded_at: UnixMillis,
    pub actor_name: String,
    pub actor_body: String,
    pub old: PlanBasis,
    pub new: PlanBasis,
}

/// The basis at a moment, from all changes in their order and what holds now.
pub fn basis_at<'a>(
    changes: &'a [BasisChange],
    now: &'a PlanBasis,
    moment: UnixMillis,
) -> &'a PlanBasis {
    // The first change after the moment says what held until then.
    let later = changes.iter().find(|change| change.recorded_at > moment);
    later.map_or(now, |change| &change.old)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_moment_has_its_basis() {
        let basis = |yen| PlanBasis {
            standard_amount: yen,
            ..PlanBasis::default()
        };
        let change = |at, old, new| BasisChange {
            recorded_at: UnixMillis(at),
            actor_name: String::new(),
            actor_body: String::new(),
            old: basis(old),
            new: basis(new),
        };
        let changes = [change(10, 1, 2), change(20, 2, 3)];
        let now = basis(3);
        for (moment, yen) in [(9, 1), (10, 2), (19, 2), (20, 3), (99, 3)] {
            let found = basis_at(&changes, &now, UnixMillis(moment));
            assert_eq!(found.standard_amount, yen, "at {moment}");
        }
        assert_eq!(basis_at(&[], &now, UnixMillis(0)), &now);
    }
}
