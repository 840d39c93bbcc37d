//! The few pieces that a page is put together from. Text is escaped here and only here.

/// `text` fit for HTML text and quoted attributes. Control characters, which HTML forbids,
/// become U+FFFD.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

/// An element around finished HTML.
pub(crate) fn wrap(tag: &str, class: &str, inner: &str) -> String {
    if class.is_empty() {
        format!("<{tag}>{inner}</{tag}>\n")
    } else {
        format!("<{tag} class=\"{class}\">{inner}</{tag}>\n")
    }
}

/// An element around plain text.
pub(crate) fn element(tag: &str, class: &str, text: &str) -> String {
    wrap(tag, class, &escape(text))
}

/// A table with a caption; the first cell of each row is its heading. Cells are plain
/// text; what follows a line break stands below, smaller and unbroken.
pub(crate) struct Table {
    caption: String,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(caption: &str, head: &[String]) -> Table {
        Table { caption: caption.to_owned(), head: head.to_vec(), rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    pub(crate) fn html(&self) -> String {
        let mut out = element("caption", "", &self.caption);
        if !self.head.is_empty() {
            let cells: String =
                self.head.iter().map(|h| format!("<th scope=\"col\">{}</th>", escape(h))).collect();
            out.push_str(&format!("<thead><tr>{cells}</tr></thead>\n"));
        }
        out.push_str("<tbody>\n");
        for row in &self.rows {
            out.push_str("<tr>");
            for (i, cell) in row.iter().enumerate() {
                let text = match cell.split_once('\n') {
                    Some((first, below)) => {
                        format!("{}<span class=\"under\">{}</span>", escape(first), escape(below))
                    }
                    None => escape(cell),
                };
                out.push_str(&match i {
                    0 => format!("<th scope=\"row\">{text}</th>"),
                    _ => format!("<td>{text}</td>"),
                });
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody>");
        // Focusable, so that a wide table can be scrolled by keyboard.
        format!(
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">{}</div>\n",
            escape(&self.caption),
            wrap("table", "", &out)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        let nasty = "</title><script>alert('x')</script>&\"\0";
        let safe = escape(nasty);
        assert!(!safe.contains('<') && !safe.contains('"') && !safe.contains('\0'));
        assert!(element("p", "", nasty).starts_with("<p>&lt;/title&gt;"));
        let mut table = Table::new(nasty, &[nasty.to_owned()]);
        table.row(vec![nasty.to_owned(), nasty.to_owned()]);
        assert!(!table.html().contains("<script"));
    }
}
