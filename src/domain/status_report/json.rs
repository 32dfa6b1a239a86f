//! The report as JSON, in the shape other programs rely on. Keys keep the order of the tables.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};

use super::{
    Figures, Former, Invariant, ListedBody, Part, Participant, SchemeFigure, StatusReport,
    YearFigures,
};

impl StatusReport<'_> {
    /// The report as JSON text, UTF-8.
    pub fn to_json(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(96 * (self.municipalities.len() + 64));
        serde_json::to_writer(&mut bytes, self).expect("every value is a text, a number or a list");
        bytes
    }
}

impl Serialize for StatusReport<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let former: Vec<_> = self.former().map(OneFormer).collect();
        let fields = 10 + usize::from(!former.is_empty());
        let mut object = serializer.serialize_struct("StatusReport", fields)?;
        object.serialize_field("fiscal_year", &self.fiscal_year.short())?;
        object.serialize_field("as_of", &self.as_of.to_string())?;
        object.serialize_field("cumulative", &Years(&self.years, |year| year.cumulative))?;
        object.serialize_field("by_year", &Years(&self.years, |year| year.by_year))?;
        object.serialize_field("breakdown", &Breakdown(self.year()))?;
        object.serialize_field(
            "prefecture_by_scheme",
            &Schemes(self, &self.prefecture_by_scheme),
        )?;
        object.serialize_field(
            "municipality_by_scheme",
            &Schemes(self, &self.municipality_by_scheme),
        )?;
        object.serialize_field("prefectures", &Participants(&self.prefectures, false))?;
        object.serialize_field("municipalities", &Participants(&self.municipalities, true))?;
        object.serialize_field("invariants", &self.invariants)?;
        // Only where there are some: the shape of all other reports stays what programs know.
        if !former.is_empty() {
            object.serialize_field("former", &former)?;
        }
        object.end()
    }
}

impl Serialize for Figures {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Figures", 3)?;
        for part in Part::ALL {
            object.serialize_field(part.as_str(), &self.of(part))?;
        }
        object.end()
    }
}

impl Serialize for Invariant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Invariant", 2)?;
        object.serialize_field("name", self.name)?;
        object.serialize_field("holds", &self.holds)?;
        object.end()
    }
}

struct Years<'r>(&'r [YearFigures], fn(&YearFigures) -> Figures);

impl Serialize for Years<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.0.len()))?;
        for year in self.0 {
            object.serialize_entry(&year.year.short(), &self.1(year))?;
        }
        object.end()
    }
}

struct Breakdown<'r>(&'r YearFigures);

impl Serialize for Breakdown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Breakdown", 2)?;
        object.serialize_field("new", &self.0.new)?;
        object.serialize_field("continuing", &self.0.continuing)?;
        object.end()
    }
}

struct Schemes<'r, 'a>(&'r StatusReport<'a>, &'r [SchemeFigure]);

impl Serialize for Schemes<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.1.len()))?;
        for figure in self.1 {
            if let Some(scheme) = self.0.catalogue().get(figure.scheme) {
                object.serialize_entry(scheme.id.as_str(), &figure.bodies)?;
            }
        }
        object.end()
    }
}

struct OneFormer<'a>((ListedBody<'a>, Former));

impl Serialize for OneFormer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (body, former) = &self.0;
        let mut object = serializer.serialize_struct("Former", 4)?;
        object.serialize_field("code", body.code.as_str())?;
        object.serialize_field("name", body.name)?;
        object.serialize_field("prefecture_code", &body.code.as_str()[..2])?;
        object.serialize_field("former", former.as_str())?;
        object.end()
    }
}

struct Participants<'r, 'a>(&'r [Participant<'a>], bool);

impl Serialize for Participants<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for participant in self.0 {
            list.serialize_element(&OneParticipant(participant, self.1))?;
        }
        list.end()
    }
}

struct OneParticipant<'r, 'a>(&'r Participant<'a>, bool);

impl Serialize for OneParticipant<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Participant { body, status } = self.0;
        let mut object = serializer.serialize_struct("Participant", 3 + usize::from(self.1))?;
        object.serialize_field("code", body.code.as_str())?;
        object.serialize_field("name", body.name)?;
        if self.1 {
            let code = body.code.as_str();
            object.serialize_field("prefecture_code", &code[..2])?;
        }
        object.serialize_field("status", status.as_str())?;
        object.end()
    }
}
