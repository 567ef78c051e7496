//! The look of a site: languages, dates, theme, layout, forms and page components.
//!
//! Everything here is a pure function from plain structs to markup: no database,
//! no clock, no network. A page is made in two steps: a component gives a
//! [`SafeHtml`] body, and [`layout`] (or [`embed_layout`]) puts the site around it.
//!
//! The content security policy of every page allows neither inline style nor
//! inline script, so nothing here writes a `style` attribute or an event handler.

pub mod agenda;
pub mod assets;
pub mod dates;
pub mod error_pages;
pub mod event;
pub mod event_form;
pub mod following;
pub mod forms;
pub mod html;
pub mod icons;
pub mod lang;
pub mod layout;
pub mod pages;
pub mod pattern;
pub mod peers;
pub mod theme;

pub use assets::{Asset, asset, asset_path, assets};
pub use error_pages::{bare_error_page, error_page};
pub use forms::{Field, Form, FormErrors};
pub use html::{SafeHtml, json_for_script, safe_href};
pub use icons::icon;
pub use lang::{Arg, Lang};
pub use layout::{
    Alternate, Flash, NavItem, OpenGraph, Page, Picture, Routes, SiteLook, Viewer, embed_layout,
    focus_class, layout,
};
pub use theme::{Paper, theme_css, theme_path};
