//! One reading of HTML, token by token: elements of the list, well nested, not deep, within a budget.
//!
//! A parser that builds a tree spends the square of the depth on elements in one another, and repeats elements
//! that are never closed in each paragraph; a hundred kilobytes took seconds (DOS-12). What comes out here has
//! neither, so the cleaner's tree behind it costs as much as the text is long.

use crate::{ATTRIBUTES, ELEMENTS, LONGEST, REL};
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use std::cell::RefCell;
use std::fmt::Write;
use url::Url;

/// Elements in one another; more lose their tags and keep their text.
const DEEPEST: usize = 32;

/// Bytes of "&quot;" and "&nbsp;".
const LONGEST_ENTITY: usize = 6;

/// What a reader makes of the tokens.
pub(crate) trait Reader {
    fn start(&mut self, tag: &Tag);
    fn end(&mut self, name: &str);
    fn text(&mut self, text: &str);
}

struct Sink<R> {
    reader: RefCell<R>,
    /// Inside an element whose content is no text for people.
    hidden: RefCell<bool>,
}

impl<R: Reader> TokenSink for Sink<R> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut reader = self.reader.borrow_mut();
        let mut hidden = self.hidden.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                let raw = match &*tag.name {
                    "script" | "style" => {
                        *hidden = true;
                        RawKind::Rawtext
                    }
                    "xmp" | "iframe" | "noembed" | "noframes" => RawKind::Rawtext,
                    "title" | "textarea" => RawKind::Rcdata,
                    "plaintext" => return TokenSinkResult::Plaintext,
                    _ => {
                        reader.start(&tag);
                        return TokenSinkResult::Continue;
                    }
                };
                return TokenSinkResult::RawData(raw);
            }
            // In a hidden element only its own end is a tag.
            Token::TagToken(_) if *hidden => *hidden = false,
            Token::TagToken(tag) => reader.end(&tag.name),
            Token::CharacterTokens(text) if !*hidden => reader.text(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// Shows the tokens of a text to a reader.
pub(crate) fn read<R: Reader>(html: &str, reader: R) -> R {
    let sink = Sink {
        reader: RefCell::new(reader),
        hidden: RefCell::new(false),
    };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(html.into());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.reader.into_inner()
}

/// A link whose words are being read.
struct Link {
    /// Its place among the open elements.
    place: usize,
    /// Where its words begin.
    start: usize,
    words: String,
    target: Url,
}

/// Writes the elements of the list again.
#[derive(Default)]
pub(crate) struct Shaped {
    html: String,
    open: Vec<&'static str>,
    /// Bytes of the end tags that are still to come.
    ends: usize,
    /// Bytes that the cleaner adds.
    added: usize,
    /// Nothing more fits.
    full: bool,
    /// The link that is open.
    link: Option<Link>,
    /// At the beginning of a `pre`, where a parser drops a line break, one at each reading.
    begins: bool,
}

impl Shaped {
    /// The text, with what is open closed.
    pub(crate) fn finish(mut self) -> String {
        self.close(0);
        self.html
    }

    fn fits(&mut self, bytes: usize) -> bool {
        self.full |= self.html.len() + self.added + self.ends + bytes > LONGEST;
        !self.full
    }

    /// Closes what was opened since the element at a place, and that one.
    fn close(&mut self, place: usize) {
        while self.open.len() > place {
            let Some(name) = self.open.pop() else { break };
            self.settle_link();
            self.ends -= name.len() + "</>".len();
            let _ = write!(self.html, "</{name}>");
        }
    }

    /// Puts a link's own address in place of words that name another, when it ends here.
    fn settle_link(&mut self) {
        let Some(link) = self.link.take_if(|link| link.place == self.open.len()) else {
            return;
        };
        let Some(address) = crate::links::instead(&link.words, &link.target) else {
            return;
        };
        let mut shown = String::new();
        address.chars().for_each(|c| escape(c, &mut shown));
        self.html.truncate(link.start);
        // With room for each of its letters to be read again.
        if self.fits(shown.len() + LONGEST_ENTITY) {
            self.html.push_str(&shown);
        }
    }

    /// Closes an element that the next one cannot stand in.
    fn close_last(&mut self, names: &[&str], within: &[&str]) {
        let place = self
            .open
            .iter()
            .rposition(|open| names.contains(open) || within.contains(open));
        if let Some(place) = place.filter(|place| names.contains(&self.open[*place])) {
            self.close(place);
        }
    }

    fn make_room(&mut self, name: &str) {
        match name {
            "li" => self.close_last(&["li", "p"], &["ul", "ol"]),
            "a" => self.close_last(&["a"], &[]),
            _ => {}
        }
        match name {
            "li" => self.close_last(&["li"], &["ul", "ol"]),
            "p" | "ul" | "ol" | "blockquote" | "pre" | "hr" => self.close_last(&["p"], &[]),
            "h2" | "h3" | "h4" | "h5" => self.close_last(&["p", "h2", "h3", "h4", "h5"], &[]),
            _ => {}
        }
    }
}

impl Reader for Shaped {
    fn start(&mut self, tag: &Tag) {
        let Some(name) = ELEMENTS.iter().find(|name| ***name == *tag.name) else {
            return;
        };
        self.make_room(name);
        let stays = !["br", "hr"].contains(name);
        if stays && self.open.len() == DEEPEST {
            return;
        }
        let mut written = format!("<{name}");
        for attribute in &tag.attrs {
            if ATTRIBUTES.contains(&&*attribute.name.local) {
                let _ = write!(written, " {}=\"", &*attribute.name.local);
                attribute
                    .value
                    .chars()
                    .for_each(|c| escape(c, &mut written));
                written.push('"');
            }
        }
        written.push('>');
        let end = if stays { name.len() + "</>".len() } else { 0 };
        // What the cleaner adds to a link counts too.
        let added = if *name == "a" {
            REL.len() + " rel=\"\"".len()
        } else {
            0
        };
        if !self.fits(written.len() + end + added) {
            return;
        }
        self.html.push_str(&written);
        self.added += added;
        self.begins = *name == "pre";
        if stays {
            self.open.push(name);
            self.ends += end;
        }
        let href = tag.attrs.iter().find(|one| &*one.name.local == "href");
        if *name == "a"
            && let Some(target) = href.and_then(|href| crate::links::target(&href.value))
        {
            self.link = Some(Link {
                place: self.open.len() - 1,
                start: self.html.len(),
                words: String::new(),
                target,
            });
        }
    }

    fn end(&mut self, name: &str) {
        self.begins = false;
        if let Some(place) = self.open.iter().rposition(|open| *open == name) {
            self.close(place);
        }
    }

    fn text(&mut self, text: &str) {
        for c in text.chars() {
            if self.begins && matches!(c, '\n' | '\r') {
                continue;
            }
            self.begins = false;
            if !self.fits(LONGEST_ENTITY) {
                return;
            }
            if let Some(link) = &mut self.link {
                link.words.push(c);
            }
            escape(c, &mut self.html);
        }
    }
}

fn escape(c: char, into: &mut String) {
    match c {
        '&' => into.push_str("&amp;"),
        '<' => into.push_str("&lt;"),
        '>' => into.push_str("&gt;"),
        '"' => into.push_str("&quot;"),
        // As the cleaner writes it, so that its length is counted.
        '\u{a0}' => into.push_str("&nbsp;"),
        c => into.push(c),
    }
}

/// The words alone.
#[derive(Default)]
pub(crate) struct Words(pub(crate) String);

impl Words {
    /// A space where a line would end.
    fn part(&mut self, name: &str) {
        const INLINE: [&str; 14] = [
            "a", "abbr", "b", "code", "del", "em", "i", "s", "span", "strong", "sub", "sup", "u",
            "font",
        ];
        if !INLINE.contains(&name) {
            self.0.push(' ');
        }
    }
}

impl Reader for Words {
    fn start(&mut self, tag: &Tag) {
        self.part(&tag.name);
    }

    fn end(&mut self, name: &str) {
        self.part(name);
    }

    fn text(&mut self, text: &str) {
        self.0.push_str(text);
    }
}
