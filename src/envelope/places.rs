//! Which line of the file a line of the log is from.

/// So many changes of step are kept; after that, lines are counted as if each were one of the file.
const MOST: usize = 1 << 18;

/// Lines that are as far from one another as those of the file that they are from: one line each, or
/// all from the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    made: u64,
    line: u64,
    step: Option<u64>,
}

/// The lines of a log and those of the file.
#[derive(Debug, Default)]
pub struct Places {
    stretches: Vec<Stretch>,
    /// Lines of the file that are over.
    over: u64,
    /// Lines of the log so far.
    made: u64,
    /// The line of the file in which the line of the log began that is under way.
    begun: Option<u64>,
}

impl Places {
    /// Lines of the file.
    pub fn lines(&self) -> u64 {
        self.over
    }

    /// A line of the file is over.
    pub fn next_line(&mut self) {
        self.over += 1;
    }

    /// The line of the log that comes next began here, though it ends later.
    pub fn begin_line(&mut self) {
        self.begun = Some(self.over + 1);
    }

    /// A line of the log is over.
    pub fn made_line(&mut self) {
        let line = self.begun.take().unwrap_or(self.over + 1);
        self.made += 1;
        let made = self.made;
        if let Some(last) = self.stretches.last_mut() {
            let (lines, mades) = (line - last.line, made - last.made);
            let step = lines
                .checked_div(mades)
                .filter(|step| step * mades == lines);
            if step.is_some_and(|step| step <= 1) && (last.step.is_none() || last.step == step) {
                last.step = step;
                return;
            }
        }
        if self.stretches.len() < MOST {
            let step = None;
            self.stretches.push(Stretch { made, line, step });
        }
    }

    /// The line of the file that a line of the log is from, both counted from 1.
    pub fn line(&self, made: u64) -> u64 {
        let after = self.stretches.partition_point(|s| s.made <= made);
        let stretch = after.checked_sub(1).and_then(|at| self.stretches.get(at));
        stretch.map_or(made, |s| s.line + (made - s.made) * s.step.unwrap_or(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_again() {
        let mut places = Places::default();
        // One each, three from the fourth line, then one from two lines, then one each.
        let mut from = Vec::new();
        for _ in 0..3 {
            from.push(places.lines() + 1);
            places.made_line();
            places.next_line();
        }
        from.extend([4; 3]);
        (0..3).for_each(|_| places.made_line());
        places.next_line();
        places.begin_line();
        places.next_line();
        from.push(5);
        places.made_line();
        places.next_line();
        for _ in 0..2 {
            from.push(places.lines() + 1);
            places.made_line();
            places.next_line();
        }
        let found: Vec<_> = (1..=from.len() as u64)
            .map(|made| places.line(made))
            .collect();
        assert_eq!(found, from);
        assert_eq!(places.lines(), 8);
    }
}
