//! A small disk that can be full: a file mounted as a disk of its own where that is allowed.
//!
//! A journal that has been longer before still has room on a full disk, so a full disk alone need not show. Therefore
//! the program is also forbidden, after a while, to write any file past its beginning; where nothing can be mounted,
//! that is all.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::ensure;

/// Its size. The image is sparse.
const SIZE: &str = "512M";
/// Pieces in which it is filled, the largest first.
const PIECES: [u64; 5] = [64 << 20, 8 << 20, 1 << 20, 64 << 10, 4 << 10];
/// What takes the room.
const FILLER: &str = "filler";

/// A place for one program's data.
#[derive(Debug)]
pub(super) struct Disk {
    dir: PathBuf,
    mounted: bool,
}

impl Disk {
    pub(super) fn new(dir: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(dir)?;
        let image = dir.with_extension("img");
        let mounted = run("truncate", &["-s", SIZE], &[&image])
            && run("mkfs.ext4", &["-q", "-m", "0"], &[&image])
            && run("mount", &["-o", "loop"], &[&image, dir]);
        Ok(Self { dir: dir.to_owned(), mounted })
    }

    /// Where the program is to keep its data.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// From now on there is no room.
    pub(super) fn fill(&self) -> anyhow::Result<()> {
        if self.mounted {
            let (filler, mut filled) = (self.dir.join(FILLER), 0);
            for piece in PIECES {
                while run("fallocate", &["-o", &filled.to_string(), "-l", &piece.to_string()], &[&filler]) {
                    filled += piece;
                }
            }
            ensure!(filled > 0, "the disk cannot be filled");
        }
        Ok(())
    }

    /// Nor is there any in files that this process has.
    pub(super) fn tighten(&self, process: u32) -> anyhow::Result<()> {
        ensure!(limit(process, "4096:unlimited"), "prlimit refuses");
        Ok(())
    }

    /// There is room again.
    pub(super) fn clear(&self, process: u32) -> anyhow::Result<()> {
        if self.mounted {
            fs::remove_file(self.dir.join(FILLER))?;
        }
        ensure!(limit(process, "unlimited:unlimited"), "prlimit refuses");
        Ok(())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if self.mounted {
            run("umount", &["-l"], &[&self.dir]);
        }
    }
}

fn limit(process: u32, limits: &str) -> bool {
    run("prlimit", &["--pid", &process.to_string(), &format!("--fsize={limits}")], &[])
}

fn run(program: &str, arguments: &[&str], paths: &[&Path]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).args(paths).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
