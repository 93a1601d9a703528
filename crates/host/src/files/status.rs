//! What is known about a file or a file system.

use core::ffi::CStr;
use core::mem::MaybeUninit;

use crate::Result;
use crate::call::check;

/// `struct stat`, whole.  Times are nanoseconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    pub mode: u32,
    pub inode: u64,
    pub device: u64,
    pub links: u64,
    pub uid: u32,
    pub gid: u32,
    pub size: i64,
    pub accessed: FileTime,
    pub modified: FileTime,
    pub changed: FileTime,
    pub block_size: i64,
    pub blocks: i64,
    /// The device that a special file stands for.
    pub special_device: u64,
}

/// Seconds since the epoch and nanoseconds `0..1_000_000_000`: dates of files may lie
/// beyond what one 64-bit count of nanoseconds reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileTime {
    pub seconds: i64,
    pub nanoseconds: u32,
}

impl FileTime {
    pub fn as_nanoseconds(self) -> i128 {
        i128::from(self.seconds) * 1_000_000_000 + i128::from(self.nanoseconds)
    }
}

impl Stat {
    fn new(raw: &libc::stat) -> Stat {
        let time = |seconds, nanoseconds| FileTime { seconds, nanoseconds: nanoseconds as u32 };
        Stat {
            mode: raw.st_mode,
            inode: raw.st_ino,
            device: raw.st_dev,
            links: raw.st_nlink,
            uid: raw.st_uid,
            gid: raw.st_gid,
            size: raw.st_size,
            accessed: time(raw.st_atime, raw.st_atime_nsec),
            modified: time(raw.st_mtime, raw.st_mtime_nsec),
            changed: time(raw.st_ctime, raw.st_ctime_nsec),
            block_size: raw.st_blksize,
            blocks: raw.st_blocks,
            special_device: raw.st_rdev,
        }
    }

    fn is(&self, kind: u32) -> bool {
        self.mode & libc::S_IFMT == kind
    }

    pub fn is_directory(&self) -> bool {
        self.is(libc::S_IFDIR)
    }

    pub fn is_regular(&self) -> bool {
        self.is(libc::S_IFREG)
    }

    pub fn is_symlink(&self) -> bool {
        self.is(libc::S_IFLNK)
    }

    pub fn is_character_device(&self) -> bool {
        self.is(libc::S_IFCHR)
    }

    pub fn is_fifo(&self) -> bool {
        self.is(libc::S_IFIFO)
    }
}

/// `stat`, or `lstat` if links are not followed.
pub fn stat(directory: i32, path: &CStr, follow: bool) -> Result<Stat> {
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    let mut raw = MaybeUninit::<libc::stat>::uninit();
    // SAFETY: the path is a C string, and the call fills the structure when it succeeds.
    let raw = unsafe {
        check(libc::fstatat(directory, path.as_ptr(), raw.as_mut_ptr(), flags))?;
        raw.assume_init()
    };
    Ok(Stat::new(&raw))
}

pub fn stat_file(fd: i32) -> Result<Stat> {
    let mut raw = MaybeUninit::<libc::stat>::uninit();
    // SAFETY: the call fills the structure when it succeeds.
    let raw = unsafe {
        check(libc::fstat(fd, raw.as_mut_ptr()))?;
        raw.assume_init()
    };
    Ok(Stat::new(&raw))
}

/// `struct statvfs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileSystem {
    pub block_size: u64,
    pub fragment_size: u64,
    pub blocks: u64,
    pub blocks_free: u64,
    pub blocks_available: u64,
    pub files: u64,
    pub files_free: u64,
    pub files_available: u64,
    pub flags: u64,
    pub name_max: u64,
    pub id: u64,
}

impl FileSystem {
    fn new(raw: &libc::statvfs) -> FileSystem {
        FileSystem {
            block_size: raw.f_bsize,
            fragment_size: raw.f_frsize,
            blocks: raw.f_blocks,
            blocks_free: raw.f_bfree,
            blocks_available: raw.f_bavail,
            files: raw.f_files,
            files_free: raw.f_ffree,
            files_available: raw.f_favail,
            flags: raw.f_flag,
            name_max: raw.f_namemax,
            id: raw.f_fsid,
        }
    }
}

pub fn file_system(path: &CStr) -> Result<FileSystem> {
    let mut raw = MaybeUninit::<libc::statvfs>::uninit();
    // SAFETY: the path is a C string, and the call fills the structure when it succeeds.
    let raw = unsafe {
        check(libc::statvfs(path.as_ptr(), raw.as_mut_ptr()))?;
        raw.assume_init()
    };
    Ok(FileSystem::new(&raw))
}

pub fn file_system_of(fd: i32) -> Result<FileSystem> {
    let mut raw = MaybeUninit::<libc::statvfs>::uninit();
    // SAFETY: the call fills the structure when it succeeds.
    let raw = unsafe {
        check(libc::fstatvfs(fd, raw.as_mut_ptr()))?;
        raw.assume_init()
    };
    Ok(FileSystem::new(&raw))
}

pub fn device_major(device: u64) -> u32 {
    libc::major(device)
}

pub fn device_minor(device: u64) -> u32 {
    libc::minor(device)
}

pub fn make_device(major: u32, minor: u32) -> u64 {
    libc::makedev(major, minor)
}
