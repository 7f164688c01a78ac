//! The frames that these programs put around their sentences.

/// A line without its frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The time, `2026-07-07T12:02:17`, where the frame gives it beyond doubt.
    pub time: Option<String>,
    /// The sentence.
    pub text: &'a str,
}

/// Takes the frame off.
#[must_use]
pub fn frame(line: &str) -> Frame<'_> {
    trace(line)
        .or_else(|| toolkit(line))
        .or_else(|| update(line))
        .or_else(|| dated(line))
        .unwrap_or(Frame {
            time: None,
            text: line,
        })
}

/// `<![LOG[text]LOG]!><time="10:11:12.345+060" date="5-1-2023" component="X" …>`: the format of
/// Configuration Manager, in which the month comes first.
fn trace(line: &str) -> Option<Frame<'_>> {
    let (text, rest) = line.strip_prefix("<![LOG[")?.split_once("]LOG]!>")?;
    let value = |name: &str| rest.split_once(name)?.1.split('"').next();
    let time = value("time=\"").and_then(|time| time.get(..8));
    let date = value("date=\"").map(|date| date.split('-').collect::<Vec<_>>());
    let time = match (date.as_deref(), time) {
        (Some([month, day, year]), Some(time)) => iso(year, month, day, time),
        _ => None,
    };
    Some(Frame { time, text })
}

/// `[05-01-2023 10:11:12.345] [Installation] [Execute-Process] [Error] :: text`
fn toolkit(line: &str) -> Option<Frame<'_>> {
    let (front, text) = line.split_once("] :: ")?;
    let (date, rest) = front.strip_prefix('[')?.split_once(' ')?;
    let parts: Vec<&str> = date.split('-').collect();
    let time = match parts.as_slice() {
        [month, day, year] => iso(year, month, day, rest.get(..8)?),
        _ => None,
    };
    Some(Frame { time, text })
}

/// `2014-05-14<tab>10:11:12:345<tab> 816<tab>b58<tab>Agent<tab>text`
fn update(line: &str) -> Option<Frame<'_>> {
    let mut fields = line.splitn(6, '\t');
    let (date, time) = (fields.next()?, fields.next()?);
    let text = fields.nth(3)?;
    let parts: Vec<&str> = date.split(['-', '/']).collect();
    let [year, month, day] = parts.as_slice() else {
        return None;
    };
    Some(Frame {
        time: iso(year, month, day, time.get(..8)?),
        text,
    })
}

/// `2023-05-01 10:11:12,345 1234 [ERROR] - text` and `2023-05-01 10:11:12.345 [CLI ] text`
fn dated(line: &str) -> Option<Frame<'_>> {
    let (date, rest) = line.split_at_checked(10)?;
    let parts: Vec<&str> = date.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return None;
    };
    let rest = rest.strip_prefix(' ')?;
    let time = iso(year, month, day, rest.get(..8)?)?;
    let (_, rest) = rest.split_once('[')?;
    let (_, text) = rest.split_once(']')?;
    Some(Frame {
        time: Some(time),
        text: text
            .trim_start()
            .strip_prefix("- ")
            .unwrap_or(text)
            .trim_start(),
    })
}

fn iso(year: &str, month: &str, day: &str, time: &str) -> Option<String> {
    let digits = |text: &str, most: usize| {
        !text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_digit())
    };
    let sound = year.len() == 4 && digits(year, 4) && digits(month, 2) && digits(day, 2);
    let clock = time.len() == 8
        && time.bytes().enumerate().all(|(at, b)| match at {
            2 | 5 => b == b':',
            _ => b.is_ascii_digit(),
        });
    (sound && clock).then(|| format!("{year}-{month:0>2}-{day:0>2}T{time}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_off() {
        for (line, time, text) in [
            (
                r#"<![LOG[Some text]LOG]!><time="10:11:12.345+060" date="5-1-2023" component="X" context="" type="1" thread="1" file="">"#,
                Some("2023-05-01T10:11:12"),
                "Some text",
            ),
            (
                "[05-01-2023 10:11:12.345] [Installation] [Execute-Process] [Error] :: Some text",
                Some("2023-05-01T10:11:12"),
                "Some text",
            ),
            (
                "2014-05-14\t10:11:12:345\t 816\tb58\tAgent\tSome text",
                Some("2014-05-14T10:11:12"),
                "Some text",
            ),
            (
                "2023-05-01 10:11:12,345 1234 [ERROR] - Some text",
                Some("2023-05-01T10:11:12"),
                "Some text",
            ),
            (
                "2023-05-01 10:11:12.345 [CLI ] Some text",
                Some("2023-05-01T10:11:12"),
                "Some text",
            ),
            ("Some text", None, "Some text"),
            ("2023-99", None, "2023-99"),
        ] {
            let found = frame(line);
            assert_eq!((found.time.as_deref(), found.text), (time, text), "{line}");
        }
    }
}
