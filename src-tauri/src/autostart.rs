//! Starting with the computer: as each system has it, with the arguments that this program was started with.

use std::{ffi::OsString, io, path::PathBuf};

use anyhow::Context as _;

/// What the system starts, and whether it does.
#[derive(Debug)]
pub(crate) struct Autostart {
    /// One for each profile.
    name: String,
    program: PathBuf,
    arguments: Vec<String>,
}

impl Autostart {
    /// For the profile that this program was started with: `arguments` name it, and are none for the ordinary one.
    ///
    /// # Errors
    /// When the program does not know where it lies, or an argument is no text.
    pub(crate) fn new(arguments: Vec<OsString>) -> anyhow::Result<Self> {
        // An AppImage unpacks itself into another place each time.
        let image = std::env::var_os("APPIMAGE").map(PathBuf::from);
        let program = image.map_or_else(std::env::current_exe, Ok).context("where this program lies is not known")?;
        let text = |argument: OsString| argument.into_string().ok().context("an argument is no text");
        let mut arguments = arguments.into_iter().map(text).collect::<anyhow::Result<Vec<_>>>()?;
        let name = match arguments.as_slice() {
            [] => "Sotto".to_owned(),
            named => format!("Sotto-{:016x}", crate::instance::hash(named.join("\0").as_bytes())),
        };
        arguments.push("--minimised".to_owned());
        Ok(Self { name, program, arguments })
    }
}

#[cfg(target_os = "linux")]
impl Autostart {
    pub(crate) fn is_on(&self) -> bool {
        self.file().is_ok_and(|file| file.exists())
    }

    /// # Errors
    /// When the file cannot be written or removed.
    pub(crate) fn set(&self, on: bool) -> io::Result<()> {
        let file = self.file()?;
        if !on {
            return match std::fs::remove_file(file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        }
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(file, self.entry())
    }

    /// Desktop entry specification 1.5.
    fn entry(&self) -> String {
        let program = quoted(&self.program.to_string_lossy());
        let command: Vec<String> =
            std::iter::once(program).chain(self.arguments.iter().map(|argument| quoted(argument))).collect();
        let command = command.join(" ");
        format!("[Desktop Entry]\nType=Application\nName=Sotto\nExec={command}\nTerminal=false\nStartupNotify=false\n")
    }

    fn file(&self) -> io::Result<PathBuf> {
        let folder = dirs::config_dir().ok_or(io::ErrorKind::NotFound)?;
        Ok(folder.join("autostart").join(format!("{}.desktop", self.name)))
    }
}

/// One argument of `Exec`: quoted for its own rules, and once more for those of the file's strings.
#[cfg(target_os = "linux")]
fn quoted(argument: &str) -> String {
    let mut shown = String::from("\"");
    for sign in argument.chars() {
        match sign {
            '\\' => shown.push_str("\\\\\\\\"),
            '"' | '`' | '$' => shown.extend(["\\\\", &sign.to_string()]),
            '%' => shown.push_str("%%"),
            '\n' => shown.push_str("\\n"),
            other => shown.push(other),
        }
    }
    shown.push('"');
    shown
}

#[cfg(not(target_os = "linux"))]
impl Autostart {
    pub(crate) fn is_on(&self) -> bool {
        self.entry().and_then(|entry| entry.is_enabled().map_err(io::Error::other)).unwrap_or(false)
    }

    /// # Errors
    /// When the system refuses.
    pub(crate) fn set(&self, on: bool) -> io::Result<()> {
        let entry = self.entry()?;
        if on { entry.enable() } else { entry.disable() }.map_err(io::Error::other)
    }

    /// For this person only: an entry for all would need an administrator.
    fn entry(&self) -> io::Result<auto_launch::AutoLaunch> {
        auto_launch::AutoLaunchBuilder::new()
            .set_app_name(&self.name)
            .set_app_path(&self.program.to_string_lossy())
            .set_args(&self.arguments)
            .set_windows_enable_mode(auto_launch::WindowsEnableMode::CurrentUser)
            .build()
            .map_err(io::Error::other)
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn each_profile_has_an_entry_of_its_own_and_starts_out_of_the_way() {
        let plain = Autostart::new(Vec::new()).unwrap();
        assert_eq!((plain.name.as_str(), plain.arguments.as_slice()), ("Sotto", ["--minimised".to_owned()].as_slice()));
        let other = |path: &str| Autostart::new(vec!["--profile".into(), path.into()]).unwrap();
        assert_eq!(other("/a").name, other("/a").name);
        assert_ne!(other("/a").name, other("/b").name);
    }

    #[test]
    fn the_entry_keeps_arguments_apart_whatever_is_in_them() {
        let mut entry = Autostart::new(vec!["--profile".into(), "/my $HOME/100%\\\"x\"".into()]).unwrap();
        entry.program = "/opt/so tto/sotto".into();
        let line = r#"Exec="/opt/so tto/sotto" "--profile" "/my \\$HOME/100%%\\\\\\"x\\"" "--minimised""#;
        assert!(entry.entry().lines().any(|one| one == line), "{}", entry.entry());
    }
}
