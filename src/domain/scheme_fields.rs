//! The fields of a scheme that a version of it can change, each by itself.

use super::scheme::Scheme;

/// A field that tables and pages show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemeField {
    Law,
    NameCatalogue,
    NameForm1,
    NameStatusTable,
    Group,
    Implementers,
    ImplementerKinds,
    ValidFrom,
    ValidUntil,
    Subsidy,
    FirstYear,
    Form1Order,
    Note,
}

impl SchemeField {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 13] = [
        Self::Law,
        Self::NameCatalogue,
        Self::NameForm1,
        Self::NameStatusTable,
        Self::Group,
        Self::Implementers,
        Self::ImplementerKinds,
        Self::ValidFrom,
        Self::ValidUntil,
        Self::Subsidy,
        Self::FirstYear,
        Self::Form1Order,
        Self::Note,
    ];

    /// As the page calls it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Law => "法律名",
            Self::NameCatalogue => "制度一覧での名称",
            Self::NameForm1 => "様式1での名称",
            Self::NameStatusTable => "状況表での名称",
            Self::Group => "区分",
            Self::Implementers => "実施主体の書き方",
            Self::ImplementerKinds => "実施主体",
            Self::ValidFrom => "有効な最初の年度",
            Self::ValidUntil => "有効な最後の年度",
            Self::Subsidy => "補助の対象になる年度",
            Self::FirstYear => "状況表の年度の印",
            Self::Form1Order => "様式1の行（令和7年1月）",
            Self::Note => "備考",
        }
    }

    /// Whether two schemes say different things here.
    pub fn differs(self, one: &Scheme, other: &Scheme) -> bool {
        match self {
            Self::Law => one.law != other.law,
            Self::NameCatalogue => one.name_catalogue != other.name_catalogue,
            Self::NameForm1 => one.name_form1 != other.name_form1,
            Self::NameStatusTable => one.name_status_table != other.name_status_table,
            Self::Group => one.group != other.group,
            Self::Implementers => one.implementers != other.implementers,
            Self::ImplementerKinds => one.implementer_kinds != other.implementer_kinds,
            Self::ValidFrom => one.valid_from != other.valid_from,
            Self::ValidUntil => one.valid_until != other.valid_until,
            Self::Subsidy => one.subsidy != other.subsidy,
            Self::FirstYear => one.first_year != other.first_year,
            Self::Form1Order => one.form1_r6_order != other.form1_r6_order,
            Self::Note => one.note != other.note,
        }
    }

    /// Makes `to` say here what `from` says.
    pub fn copy(self, from: &Scheme, to: &mut Scheme) {
        match self {
            Self::Law => to.law.clone_from(&from.law),
            Self::NameCatalogue => to.name_catalogue.clone_from(&from.name_catalogue),
            Self::NameForm1 => to.name_form1.clone_from(&from.name_form1),
            Self::NameStatusTable => to.name_status_table.clone_from(&from.name_status_table),
            Self::Group => to.group = from.group,
            Self::Implementers => to.implementers.clone_from(&from.implementers),
            Self::ImplementerKinds => to.implementer_kinds.clone_from(&from.implementer_kinds),
            Self::ValidFrom => to.valid_from = from.valid_from,
            Self::ValidUntil => to.valid_until = from.valid_until,
            Self::Subsidy => to.subsidy.clone_from(&from.subsidy),
            Self::FirstYear => to.first_year = from.first_year,
            Self::Form1Order => to.form1_r6_order = from.form1_r6_order,
            Self::Note => to.note.clone_from(&from.note),
        }
    }

    /// The fields in which two schemes differ.
    pub fn changed(one: &Scheme, other: &Scheme) -> Vec<Self> {
        let fields = Self::ALL.into_iter();
        fields.filter(|field| field.differs(one, other)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::scheme_catalogue::tests::shipped;

    /// Nothing of a scheme but id and version is left behind.
    #[test]
    fn the_fields_together_are_the_scheme() {
        let catalogue = shipped();
        let schemes = catalogue.schemes();
        for one in schemes {
            for other in schemes {
                let mut copy = Scheme {
                    note: "備考".to_owned(),
                    valid_until: "R20".parse().ok(),
                    ..one.clone()
                };
                for field in SchemeField::changed(&copy, other) {
                    field.copy(other, &mut copy);
                }
                copy.id = other.id.clone();
                assert_eq!(copy, *other);
            }
        }
    }
}
