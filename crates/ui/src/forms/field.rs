//! One field with its label, help and error.

use std::fmt::Write;

use crate::forms::FormErrors;
use crate::html::{SafeHtml, escape};
use crate::lang::Lang;

/// One of several answers.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// One more line for radio buttons; may be empty.
    pub help: String,
}

impl Choice {
    /// A choice without help.
    pub fn new(value: &str, label: &str) -> Self {
        Self {
            value: value.to_owned(),
            label: label.to_owned(),
            help: String::new(),
        }
    }
}

#[derive(Clone, Debug)]
enum Kind {
    Input(&'static str),
    Textarea {
        rows: u8,
    },
    Select(Vec<Choice>),
    Checkbox {
        checked: bool,
    },
    Radios(Vec<Choice>),
    Checkboxes {
        choices: Vec<Choice>,
        chosen: Vec<String>,
    },
    File {
        accept: &'static str,
    },
}

/// A field of a form; [`Field::render`] writes it.
#[derive(Clone, Debug)]
pub struct Field {
    name: String,
    label: String,
    kind: Kind,
    value: String,
    help: String,
    required: bool,
    optional: bool,
    width: &'static str,
    attributes: String,
    /// Instead of the one that its name gives.
    id: Option<String>,
    suggestions: Vec<String>,
}

/// The element id of a field's name: `when[start]` becomes `f-when-start-`.
pub(super) fn id_of(name: &str) -> String {
    let safe: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '_' {
                c
            } else {
                '-'
            }
        })
        .collect();
    format!("f-{safe}")
}

impl Field {
    fn new(name: &str, label: impl Into<String>, kind: Kind) -> Self {
        Self {
            name: name.to_owned(),
            label: label.into(),
            kind,
            value: String::new(),
            help: String::new(),
            required: false,
            optional: false,
            width: "",
            attributes: String::new(),
            id: None,
            suggestions: Vec::new(),
        }
    }

    /// One line of text.
    pub fn text(name: &str, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Input("text"))
    }

    /// An e-mail address.
    pub fn email(name: &str, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Input("email"))
            .attribute("autocomplete", "email")
            .attribute("spellcheck", "false")
    }

    /// A password; `new` when it is being chosen. Its value is never written back.
    pub fn password(name: &str, label: impl Into<String>, new: bool) -> Self {
        Self::new(name, label, Kind::Input("password")).attribute(
            "autocomplete",
            if new {
                "new-password"
            } else {
                "current-password"
            },
        )
    }

    /// A web address.
    pub fn url(name: &str, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Input("url"))
            .attribute("inputmode", "url")
            .attribute("spellcheck", "false")
    }

    /// Words to look for.
    pub fn search(name: &str, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Input("search"))
    }

    /// A day, `2026-07-04`, with the browser's own picker.
    pub fn date(name: &str, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Input("date")).width("date")
    }

    /// A time of day, `20:30`.
    pub fn time(name: &str, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Input("time")).width("short")
    }

    /// A whole number.
    pub fn number(name: &str, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Input("number"))
            .attribute("inputmode", "numeric")
            .width("short")
    }

    /// A decimal number typed as text, such as a latitude.
    pub fn decimal(name: &str, label: impl Into<String>) -> Self {
        Self::text(name, label)
            .attribute("inputmode", "decimal")
            .width("short")
    }

    /// A hue or another value on a scale.
    pub fn slider(name: &str, label: impl Into<String>, min: i32, max: i32) -> Self {
        Self::new(name, label, Kind::Input("range"))
            .attribute("min", &min.to_string())
            .attribute("max", &max.to_string())
    }

    /// Several lines.
    pub fn textarea(name: &str, label: impl Into<String>, rows: u8) -> Self {
        Self::new(name, label, Kind::Textarea { rows })
    }

    /// One of many, in a list that opens.
    pub fn select(name: &str, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::new(name, label, Kind::Select(choices))
    }

    /// Yes or no; sends `on` when checked.
    pub fn checkbox(name: &str, label: impl Into<String>, checked: bool) -> Self {
        Self::new(name, label, Kind::Checkbox { checked })
    }

    /// One of a few, all visible.
    pub fn radios(name: &str, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::new(name, label, Kind::Radios(choices))
    }

    /// Any of a few, all visible; the name is sent once for each chosen value.
    pub fn checkboxes(
        name: &str,
        label: impl Into<String>,
        choices: Vec<Choice>,
        chosen: Vec<String>,
    ) -> Self {
        Self::new(name, label, Kind::Checkboxes { choices, chosen })
    }

    /// A file; `accept` as in HTML (`image/*`, `.ics`).
    pub fn file(name: &str, label: impl Into<String>, accept: &'static str) -> Self {
        Self::new(name, label, Kind::File { accept })
    }

    /// What was typed, or the present value.
    pub fn value(mut self, value: &str) -> Self {
        value.clone_into(&mut self.value);
        self
    }

    /// A sentence under the label.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// Must be filled in.
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Says "(optional)" beside the label.
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// Longest text, in characters.
    pub fn max_length(self, characters: u32) -> Self {
        self.attribute("maxlength", &characters.to_string())
    }

    /// The kind of personal data, so that browsers can fill it in (WCAG 1.3.5).
    pub fn autocomplete(self, token: &str) -> Self {
        self.attribute("autocomplete", token)
    }

    /// The keyboard of a telephone.
    pub fn inputmode(self, mode: &str) -> Self {
        self.attribute("inputmode", mode)
    }

    /// The language of what is typed.
    pub fn text_lang(self, tag: &str) -> Self {
        self.attribute("lang", tag)
    }

    /// Answers proposed while typing.
    pub fn suggestions(mut self, suggestions: Vec<String>) -> Self {
        self.suggestions = suggestions;
        self
    }

    /// How wide: `short`, `date`, or empty for the whole line.
    pub fn width(mut self, width: &'static str) -> Self {
        self.width = width;
        self
    }

    /// An id of its own, where a page has several fields of this name. One that is wrong has the name's all the same: the
    /// error summary leads to it.
    pub fn id(mut self, id: &str) -> Self {
        self.id = Some(id.to_owned());
        self
    }

    /// Any other attribute. `name` is ours, never somebody's text.
    pub fn attribute(mut self, name: &'static str, value: &str) -> Self {
        let _ = write!(self.attributes, " {name}=\"{}\"", escape(value));
        self
    }

    /// The label, help, error and control.
    pub fn render(&self, errors: &FormErrors, lang: Lang) -> SafeHtml {
        let id = match &self.id {
            Some(own) if errors.get(&self.name).is_none() => id_of(own),
            _ => id_of(&self.name),
        };
        let error = errors.get(&self.name).map(|e| e.message(lang));
        let mut described = Vec::new();
        let mut notes = String::new();
        if !self.help.is_empty() {
            let _ = write!(
                notes,
                "<p class=\"help\" id=\"{id}-help\">{}</p>",
                escape(&self.help)
            );
            described.push(format!("{id}-help"));
        }
        if let Some(error) = &error {
            let _ = write!(
                notes,
                "<p class=\"error\" id=\"{id}-error\"><span class=\"sr\">{} </span>{}</p>",
                escape(&lang.t("form-error-prefix")),
                escape(error)
            );
            described.push(format!("{id}-error"));
        }
        let mut state = String::new();
        if !described.is_empty() {
            let _ = write!(state, " aria-describedby=\"{}\"", described.join(" "));
        }
        if error.is_some() {
            state.push_str(" aria-invalid=\"true\"");
        }
        let required = if self.required { " required" } else { "" };
        let class = if error.is_some() {
            "field wrong"
        } else {
            "field"
        };
        let optional = if self.optional {
            format!(
                " <span class=\"optional\">{}</span>",
                escape(&lang.t("form-optional"))
            )
        } else {
            String::new()
        };
        let label = escape(&self.label);
        let html = match &self.kind {
            Kind::Radios(choices) => self.group(
                class,
                &id,
                &label,
                &optional,
                &notes,
                &state,
                "radio",
                choices,
                std::slice::from_ref(&self.value),
            ),
            Kind::Checkboxes { choices, chosen } => self.group(
                class, &id, &label, &optional, &notes, &state, "checkbox", choices, chosen,
            ),
            Kind::Checkbox { checked } => format!(
                "<div class=\"{class} check\"><input type=\"checkbox\" id=\"{id}\" name=\"{}\"{}{state}{required}{}><label for=\"{id}\">{label}</label>{notes}</div>",
                escape(&self.name),
                if *checked { " checked" } else { "" },
                self.attributes,
            ),
            _ => format!(
                "<div class=\"{class}\"><label for=\"{id}\">{label}{optional}</label>{notes}{}</div>",
                self.control(&id, &format!("{state}{required}{}", self.attributes)),
            ),
        };
        SafeHtml::trusted(html)
    }

    fn control(&self, id: &str, state: &str) -> String {
        let name = escape(&self.name);
        let width = if self.width.is_empty() {
            String::new()
        } else {
            format!(" class=\"{}\"", self.width)
        };
        match &self.kind {
            Kind::Textarea { rows } => format!(
                // The first line break after the tag is dropped by browsers.
                "<textarea id=\"{id}\" name=\"{name}\" rows=\"{rows}\"{width}{state}>\n{}</textarea>",
                escape(&self.value)
            ),
            Kind::Select(choices) => {
                let options: String = choices
                    .iter()
                    .map(|c| {
                        format!(
                            "<option value=\"{}\"{}>{}</option>",
                            escape(&c.value),
                            if c.value == self.value {
                                " selected"
                            } else {
                                ""
                            },
                            escape(&c.label)
                        )
                    })
                    .collect();
                format!("<select id=\"{id}\" name=\"{name}\"{width}{state}>{options}</select>")
            }
            Kind::File { accept } => format!(
                "<input type=\"file\" id=\"{id}\" name=\"{name}\" accept=\"{accept}\"{width}{state}>"
            ),
            Kind::Input(kind) => {
                let value = if *kind == "password" || self.value.is_empty() {
                    String::new()
                } else {
                    format!(" value=\"{}\"", escape(&self.value))
                };
                let (list, datalist) = self.datalist(id);
                format!(
                    "<input type=\"{kind}\" id=\"{id}\" name=\"{name}\"{value}{width}{list}{state}>{datalist}"
                )
            }
            Kind::Checkbox { .. } | Kind::Radios(_) | Kind::Checkboxes { .. } => String::new(),
        }
    }

    fn datalist(&self, id: &str) -> (String, String) {
        if self.suggestions.is_empty() {
            return Default::default();
        }
        let options: String = self
            .suggestions
            .iter()
            .map(|s| format!("<option value=\"{}\">", escape(s)))
            .collect();
        (
            format!(" list=\"{id}-list\""),
            format!("<datalist id=\"{id}-list\">{options}</datalist>"),
        )
    }

    #[allow(clippy::too_many_arguments)]
    fn group(
        &self,
        class: &str,
        id: &str,
        legend: &str,
        optional: &str,
        notes: &str,
        state: &str,
        kind: &str,
        choices: &[Choice],
        chosen: &[String],
    ) -> String {
        let name = escape(&self.name);
        let mut items = String::new();
        for (i, choice) in choices.iter().enumerate() {
            // The first one has the field's own id: the error summary leads to it.
            let item = if i == 0 {
                id.to_owned()
            } else {
                format!("{id}-{i}")
            };
            let help = if choice.help.is_empty() {
                String::new()
            } else {
                format!("<p class=\"help\">{}</p>", escape(&choice.help))
            };
            let _ = write!(
                items,
                "<div class=\"check\"><input type=\"{kind}\" id=\"{item}\" name=\"{name}\" value=\"{}\"{}{}><label for=\"{item}\">{}</label>{help}</div>",
                escape(&choice.value),
                if chosen.contains(&choice.value) {
                    " checked"
                } else {
                    ""
                },
                self.attributes,
                escape(&choice.label)
            );
        }
        format!(
            "<fieldset class=\"{class} choices\"{state}><legend>{legend}{optional}</legend>{notes}{items}</fieldset>"
        )
    }
}
