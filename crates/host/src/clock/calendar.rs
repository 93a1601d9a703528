//! Calendar dates in UTC and in the local time zone, by the C library's database.

use core::ffi::{CStr, c_char};
use core::mem::MaybeUninit;
use std::ffi::CString;

use crate::{Errno, Result};

/// A broken-down time, with C's conventions: months from 0, years in full, weekdays
/// from Sunday.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Date {
    pub year: i64,
    pub month: i32,
    pub day: i32,
    pub hour: i32,
    pub minute: i32,
    pub second: i32,
    pub weekday: i32,
    pub yearday: i32,
    /// 1 in summer time, 0 not, -1 unknown.
    pub summer: i32,
    /// Seconds east of Greenwich.
    pub offset: i64,
    pub zone: Option<CString>,
}

impl Date {
    fn new(raw: &libc::tm) -> Date {
        // SAFETY: the name is absent or a C string of the library that lives on.
        let zone =
            (!raw.tm_zone.is_null()).then(|| unsafe { CStr::from_ptr(raw.tm_zone) }.to_owned());
        Date {
            year: i64::from(raw.tm_year) + 1900,
            month: raw.tm_mon,
            day: raw.tm_mday,
            hour: raw.tm_hour,
            minute: raw.tm_min,
            second: raw.tm_sec,
            weekday: raw.tm_wday,
            yearday: raw.tm_yday,
            summer: raw.tm_isdst,
            offset: raw.tm_gmtoff,
            zone,
        }
    }

    /// The raw structure, which borrows the zone's name from `self`.
    fn raw(&self) -> Result<libc::tm> {
        Ok(libc::tm {
            tm_sec: self.second,
            tm_min: self.minute,
            tm_hour: self.hour,
            tm_mday: self.day,
            tm_mon: self.month,
            tm_year: i32::try_from(self.year - 1900).map_err(|_| Errno::EOVERFLOW)?,
            tm_wday: self.weekday,
            tm_yday: self.yearday,
            tm_isdst: self.summer,
            tm_gmtoff: self.offset,
            tm_zone: self.zone.as_deref().map_or(core::ptr::null(), CStr::as_ptr),
        })
    }
}

/// The date in UTC; `EOVERFLOW` where the year does not fit.
pub fn utc(seconds: i64) -> Result<Date> {
    let mut raw = MaybeUninit::uninit();
    // SAFETY: the call reads the time and fills the structure when it succeeds.
    unsafe {
        if libc::gmtime_r(&raw const seconds, raw.as_mut_ptr()).is_null() {
            return Err(Errno::last());
        }
        Ok(Date::new(raw.assume_init_ref()))
    }
}

/// The date in the local time zone.
pub fn local(seconds: i64) -> Result<Date> {
    let mut raw = MaybeUninit::uninit();
    // SAFETY: the call reads the time and fills the structure when it succeeds.
    unsafe {
        if libc::localtime_r(&raw const seconds, raw.as_mut_ptr()).is_null() {
            return Err(Errno::last());
        }
        Ok(Date::new(raw.assume_init_ref()))
    }
}

/// Seconds since the epoch of a local date; `EOVERFLOW` if there are none.
pub fn to_seconds(date: &Date) -> Result<i64> {
    let mut raw = date.raw()?;
    // -1 is an answer as well; the call writes a weekday only when it succeeds.
    raw.tm_wday = -1;
    // SAFETY: the structure is complete; the call may normalise it.
    let seconds = unsafe { libc::mktime(&raw mut raw) };
    if seconds == -1 && raw.tm_wday == -1 { Err(Errno::EOVERFLOW) } else { Ok(seconds) }
}

/// Formats a date whose fields are within C's ranges (the caller has checked).
pub fn format(format: &CStr, date: &Date) -> Result<Vec<u8>> {
    if format.is_empty() {
        return Ok(Vec::new());
    }
    let raw = date.raw()?;
    // An empty result looks like one that does not fit: 256 times the format is the
    // size at which an empty one is believed.
    let most = format.count_bytes().saturating_mul(256).max(1024);
    let mut text = vec![0u8; 1024.min(most)];
    loop {
        let place = text.as_mut_ptr().cast::<c_char>();
        // SAFETY: the buffer is writable for its length, the format is a C string and
        // the structure's zone lives as long as `date`.
        let length = unsafe { libc::strftime(place, text.len(), format.as_ptr(), &raw const raw) };
        if length > 0 || text.len() >= most {
            text.truncate(length);
            return Ok(text);
        }
        let more = text.len() * 3;
        text.try_reserve_exact(more).map_err(|_| Errno::ENOMEM)?;
        text.resize(text.len() + more, 0);
    }
}

unsafe extern "C" {
    fn tzset();
}

/// Reads the `TZ` variable again.
pub fn reset_zone() {
    // SAFETY: the function takes its own lock.
    unsafe { tzset() }
}

/// What the `time` module says of the local zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Seconds *west* of Greenwich in winter and in summer.
    pub timezone: i64,
    pub altzone: i64,
    /// Whether there is a summer time.
    pub daylight: bool,
    pub names: [Vec<u8>; 2],
}

/// Compares January and July of the current year, as CPython does.
pub fn zone() -> Result<Zone> {
    const YEAR: i64 = (365 * 24 + 6) * 3600;
    let now = crate::clock::realtime() / 1_000_000_000;
    let start = now / YEAR * YEAR;
    let january = local(start)?;
    let july = local(start + YEAR / 2)?;
    let name = |date: &Date| date.zone.as_deref().unwrap_or(c"").to_bytes().to_vec();
    let (west_january, west_july) = (-january.offset, -july.offset);
    // In the south summer is in January.
    let (winter, summer, timezone, altzone) = if west_january < west_july {
        (&july, &january, west_july, west_january)
    } else {
        (&january, &july, west_january, west_july)
    };
    Ok(Zone {
        timezone,
        altzone,
        daylight: west_january != west_july,
        names: [name(winter), name(summer)],
    })
}
