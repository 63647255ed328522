//! Seconds since 1970 and the calendar.

/// A broken-down UTC time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Civil {
    /// The year, as written.
    pub year: i64,
    /// 1 to 12.
    pub month: i64,
    /// 1 to 31.
    pub day: i64,
    /// 0 to 23.
    pub hour: i64,
    /// 0 to 59.
    pub minute: i64,
    /// 0 to 60.
    pub second: i64,
}

const DAY: i64 = 86400;

impl Civil {
    /// The calendar of a second (proleptic Gregorian).
    pub fn from_seconds(seconds: i64) -> Self {
        let (days, rest) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        // Years begin in March here, so that the leap day is the last one; an era has 400 years.
        let shifted = days + 719_468;
        let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month,
            day: day_of_year - (153 * march_month + 2) / 5 + 1,
            hour: rest / 3600,
            minute: rest % 3600 / 60,
            second: rest % 60,
        }
    }

    /// The second it names; parts out of range carry over (30 February is 1 or 2 March).
    pub fn seconds(&self) -> i64 {
        let month = self.month - 1;
        let year = self.year + month.div_euclid(12);
        let days = days_before(year, month.rem_euclid(12) + 1) + self.day - 1;
        days * DAY + self.hour * 3600 + self.minute * 60 + self.second
    }

    /// 0 is Sunday.
    pub fn weekday(&self) -> i64 {
        (self.seconds().div_euclid(DAY) + 4).rem_euclid(7)
    }

    /// 0 is the first of January.
    pub fn day_of_year(&self) -> i64 {
        days_before(self.year, self.month) + self.day - 1 - days_before(self.year, 1)
    }

    /// The ISO 8601 year and week.
    pub fn iso_week(&self) -> (i64, i64) {
        let monday_based = (self.weekday() + 6) % 7;
        let week = (self.day_of_year() - monday_based + 10) / 7;
        if week < 1 {
            let last = Self { year: self.year - 1, month: 12, day: 31, ..*self };
            return last.iso_week();
        }
        let next = Self { year: self.year + 1, month: 1, day: 1, ..*self };
        let belongs_to_next = week == 53 && (1..=4).contains(&next.weekday());
        if belongs_to_next { (self.year + 1, 1) } else { (self.year, week) }
    }
}

/// Days from 1970 to the first of a month.
fn days_before(year: i64, month: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_back() {
        for seconds in [0, -1, 951_782_400, 1_709_211_909, 253_402_300_800, -62_135_596_800] {
            assert_eq!(Civil::from_seconds(seconds).seconds(), seconds);
        }
        let leap = Civil::from_seconds(1_709_211_909);
        assert_eq!(leap, Civil { year: 2024, month: 2, day: 29, hour: 13, minute: 5, second: 9 });
        assert_eq!((leap.weekday(), leap.day_of_year(), leap.iso_week()), (4, 59, (2024, 9)));
    }

    #[test]
    fn iso_weeks_at_the_turn_of_the_year() {
        let weeks = [(2021, 1, 1), (2022, 1, 1), (2020, 12, 31), (2026, 12, 31), (2024, 12, 31)]
            .map(|(year, month, day)| Civil { year, month, day, hour: 0, minute: 0, second: 0 }.iso_week());
        assert_eq!(weeks, [(2020, 53), (2021, 52), (2020, 53), (2026, 53), (2025, 1)]);
    }
}
