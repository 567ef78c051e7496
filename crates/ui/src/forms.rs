//! Forms: labels above, help under, what was typed kept, errors said at the top
//! and beside their field. Everything works without a script.

mod errors;
mod field;

use crate::html::{SafeHtml, escape};
use crate::icons::icon;
use crate::lang::Lang;

pub use errors::{FieldError, FormErrors};
pub use field::{Choice, Field};

/// A button of a form.
#[derive(Clone, Debug)]
pub struct Button {
    label: String,
    about: String,
    name_value: Option<(String, String)>,
    class: &'static str,
}

impl Button {
    /// The one action the form is for.
    pub fn primary(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            about: String::new(),
            name_value: None,
            class: "button",
        }
    }

    /// Another action, less visible.
    pub fn quiet(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            about: String::new(),
            name_value: None,
            class: "button quiet",
        }
    }

    /// An action that destroys.
    pub fn danger(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            about: String::new(),
            name_value: None,
            class: "button danger",
        }
    }

    /// What it acts on, said to screen readers alone: for a button repeated on
    /// each line of a table.
    pub fn about(mut self, name: &str) -> Self {
        name.clone_into(&mut self.about);
        self
    }

    /// What the button sends, to tell it from the others.
    pub fn sends(mut self, name: &str, value: &str) -> Self {
        self.name_value = Some((name.to_owned(), value.to_owned()));
        self
    }

    /// The element.
    pub fn render(&self) -> SafeHtml {
        let sends = self
            .name_value
            .as_ref()
            .map_or_else(String::new, |(name, value)| {
                format!(" name=\"{}\" value=\"{}\"", escape(name), escape(value))
            });
        let about = if self.about.is_empty() {
            String::new()
        } else {
            format!("<span class=\"sr\"> {}</span>", escape(&self.about))
        };
        SafeHtml::trusted(format!(
            "<button class=\"{}\" type=\"submit\"{sends}>{}{about}</button>",
            self.class,
            escape(&self.label)
        ))
    }
}

/// A whole `<form>`.
#[derive(Clone, Debug)]
pub struct Form {
    action: String,
    post: bool,
    multipart: bool,
    csrf: String,
    hidden: Vec<(String, String)>,
    class: &'static str,
    body: SafeHtml,
    buttons: Vec<Button>,
}

impl Form {
    /// A form that changes something; `csrf` is the session's token.
    pub fn post(action: &str, csrf: &str) -> Self {
        Self {
            action: action.to_owned(),
            post: true,
            multipart: false,
            csrf: csrf.to_owned(),
            hidden: Vec::new(),
            class: "form",
            body: SafeHtml::default(),
            buttons: Vec::new(),
        }
    }

    /// A form that only asks (search, filters): its address can be shared.
    pub fn get(action: &str) -> Self {
        Self {
            post: false,
            ..Self::post(action, "")
        }
    }

    /// The form carries files (`multipart/form-data`).
    pub fn multipart(mut self) -> Self {
        self.multipart = true;
        self
    }

    /// One more hidden value.
    pub fn hidden(mut self, name: &str, value: &str) -> Self {
        self.hidden.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A one-line form: a field and its button, or a button alone.
    pub fn inline(mut self) -> Self {
        self.class = "form inline";
        self
    }

    /// Appends content.
    pub fn body(mut self, body: SafeHtml) -> Self {
        self.body.push(&body);
        self
    }

    /// Appends a button to the last row.
    pub fn button(mut self, button: Button) -> Self {
        self.buttons.push(button);
        self
    }

    /// The element, with its hidden fields first and its buttons last.
    pub fn render(&self) -> SafeHtml {
        let method = if self.post { "post" } else { "get" };
        let enctype = if self.multipart {
            " enctype=\"multipart/form-data\""
        } else {
            ""
        };
        // Our messages, in the page's language, keep all that was typed and say
        // everything at once; the browsers' own stop at the first field.
        let mut html = format!(
            "<form class=\"{}\" method=\"{method}\" action=\"{}\"{enctype}{}>",
            self.class,
            escape(&self.action),
            if self.post { " novalidate" } else { "" },
        );
        if self.post {
            html.push_str(csrf_field(&self.csrf).as_str());
        }
        for (name, value) in &self.hidden {
            html.push_str(hidden_field(name, value).as_str());
        }
        html.push_str(self.body.as_str());
        if !self.buttons.is_empty() {
            html.push_str(submit_row(&self.buttons).as_str());
        }
        html.push_str("</form>");
        SafeHtml::trusted(html)
    }
}

/// The hidden token every form that changes something carries; named `csrf`.
pub fn csrf_field(token: &str) -> SafeHtml {
    hidden_field("csrf", token)
}

/// A hidden value.
pub fn hidden_field(name: &str, value: &str) -> SafeHtml {
    SafeHtml::trusted(format!(
        "<input type=\"hidden\" name=\"{}\" value=\"{}\">",
        escape(name),
        escape(value)
    ))
}

/// The row of buttons at the end.
pub fn submit_row(buttons: &[Button]) -> SafeHtml {
    let buttons: String = buttons.iter().map(|b| b.render().into_string()).collect();
    SafeHtml::trusted(format!("<p class=\"actions\">{buttons}</p>"))
}

/// Fields that answer one question together. `help` may be empty.
pub fn fieldset(legend: &str, help: &str, body: &SafeHtml) -> SafeHtml {
    let help = if help.is_empty() {
        String::new()
    } else {
        format!("<p class=\"help\">{}</p>", escape(help))
    };
    SafeHtml::trusted(format!(
        "<fieldset class=\"group\"><legend>{}</legend>{help}{body}</fieldset>",
        escape(legend)
    ))
}

/// Optional things, folded. `open` when one of them is filled in or wrong.
pub fn more_options(summary: &str, open: bool, body: &SafeHtml) -> SafeHtml {
    SafeHtml::trusted(format!(
        "<details class=\"more\"{}><summary>{}{}</summary><div class=\"inside\">{body}</div></details>",
        if open { " open" } else { "" },
        icon("down"),
        escape(summary)
    ))
}

/// Short fields side by side on a wide screen.
pub fn row(fields: &[SafeHtml]) -> SafeHtml {
    SafeHtml::trusted(format!(
        "<div class=\"row\">{}</div>",
        SafeHtml::concat(fields)
    ))
}

/// What went wrong, at the top of the form, each line leading to its field.
/// Empty without errors. Put it before the form; the page focuses it.
pub fn error_summary(errors: &FormErrors, lang: Lang) -> SafeHtml {
    if errors.is_empty() {
        return SafeHtml::default();
    }
    let items: String = errors
        .iter()
        .map(|error| {
            let text = escape(&error.message(lang));
            match error.field() {
                "" => format!("<li>{text}</li>"),
                field => format!(
                    "<li><a href=\"#{}\">{text}</a></li>",
                    escape(&field::id_of(field))
                ),
            }
        })
        .collect();
    SafeHtml::trusted(format!(
        "<div class=\"error-summary\" role=\"alert\" tabindex=\"-1\" id=\"errors\" autofocus><h2>{}</h2><ul>{items}</ul></div>",
        escape(&lang.ta("form-errors", &[("n", errors.len().into())]))
    ))
}

#[cfg(test)]
mod tests;
