//! One program for each profile: a second one asks the first to come forward, and ends.
//!
//! A name on the session's bus stands for the profile. Where there is no bus, or it does not answer in time, the
//! program starts as ever; the database lets only one in anyway.

use std::path::Path;

/// What became of the wish to be the only one.
#[derive(Debug)]
pub(crate) enum Instance {
    /// This one is. It is as long as this is kept.
    Only {
        /// Nobody reads it: it is there for its life.
        _kept: Option<imp::Kept>,
    },
    /// Another one has been asked to come forward.
    Other,
}

/// Asks to be the only program of a profile. `come` is called, on another thread, whenever another one is started.
pub(crate) fn claim(profile: &Path, come: impl Fn() + Send + Sync + 'static) -> Instance {
    imp::claim(profile, None, come)
}

/// The same for the same bytes, in every version of the program (FNV-1a: it only has to differ).
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(not(target_os = "linux"))]
mod imp {
    use std::path::Path;

    use super::Instance;

    #[derive(Debug)]
    pub(crate) enum Kept {}

    pub(super) fn claim(_: &Path, _: Option<&str>, _: impl Fn() + Send + Sync + 'static) -> Instance {
        Instance::Only { _kept: None }
    }
}

#[cfg(target_os = "linux")]
mod imp {
    use std::{
        path::{Path, PathBuf},
        time::Duration,
    };

    use tracing::{debug, info};
    use zbus::{
        blocking::{Connection, Proxy, connection::Builder},
        fdo::RequestNameFlags,
    };

    use super::Instance;

    pub(crate) type Kept = Connection;

    const PATH: &str = "/app/sotto/Sotto";
    const INTERFACE: &str = "app.sotto.Sotto";
    /// How long bus and other program may take.
    const PATIENCE: Duration = Duration::from_secs(2);

    struct Door<F>(F);

    #[zbus::interface(name = "app.sotto.Sotto")]
    impl<F: Fn() + Send + Sync + 'static> Door<F> {
        /// Another one was started.
        fn come(&self) {
            (self.0)();
        }
    }

    pub(super) fn claim(profile: &Path, address: Option<&str>, come: impl Fn() + Send + Sync + 'static) -> Instance {
        match ask(&name_of(profile), address, come) {
            Ok(instance) => instance,
            Err(error) => {
                debug!(%error, "no bus to be the only one on");
                Instance::Only { _kept: None }
            }
        }
    }

    fn ask(name: &str, address: Option<&str>, come: impl Fn() + Send + Sync + 'static) -> zbus::Result<Instance> {
        let builder = match address {
            Some(address) => Builder::address(address)?,
            None => Builder::session()?,
        };
        let connection = builder.method_timeout(PATIENCE).serve_at(PATH, Door(come))?.build()?;
        match connection.request_name_with_flags(name, RequestNameFlags::DoNotQueue.into()) {
            Ok(_) => Ok(Instance::Only { _kept: Some(connection) }),
            Err(zbus::Error::NameTaken) => {
                info!("this profile is open already");
                Proxy::new(&connection, name, PATH, INTERFACE)?.call::<_, _, ()>("Come", &())?;
                Ok(Instance::Other)
            }
            Err(error) => Err(error),
        }
    }

    /// The same for the same profile, whatever it is called.
    fn name_of(profile: &Path) -> String {
        let path = settled(profile);
        format!("{INTERFACE}.p{:016x}", super::hash(path.as_os_str().as_encoded_bytes()))
    }

    /// Without links, also for a folder that the first start will make.
    fn settled(profile: &Path) -> PathBuf {
        let known = profile.ancestors().find_map(|part| {
            let whole = part.canonicalize().ok()?.join(profile.strip_prefix(part).ok()?);
            // Again part by part, since joining nothing leaves a slash behind.
            Some(whole.components().collect())
        });
        known.unwrap_or_else(|| profile.to_owned())
    }

    #[cfg(test)]
    mod tests {
        use std::sync::mpsc;

        use super::*;
        use crate::bus::Bus;

        #[test]
        fn a_second_program_of_a_profile_asks_the_first_to_come_and_one_of_another_profile_does_not() {
            let Some(bus) = Bus::begin() else { return };
            let (told, came) = mpsc::channel();
            let dir = tempfile::tempdir().unwrap();
            let other = tempfile::tempdir().unwrap();
            let first = claim(dir.path(), Some(&bus.address), move || told.send(()).unwrap());
            assert!(matches!(first, Instance::Only { _kept: Some(_) }));
            assert!(matches!(claim(other.path(), Some(&bus.address), || ()), Instance::Only { _kept: Some(_) }));
            assert!(matches!(claim(dir.path(), Some(&bus.address), || ()), Instance::Other));
            came.recv().unwrap();
            drop(first);
        }

        #[test]
        fn a_profile_has_one_name_before_and_after_its_first_start() {
            let dir = tempfile::tempdir().unwrap();
            let profile = dir.path().join("alice");
            let before = name_of(&profile);
            std::fs::create_dir(&profile).unwrap();
            assert_eq!(name_of(&profile), before);
            std::os::unix::fs::symlink(&profile, dir.path().join("link")).unwrap();
            assert_eq!(name_of(&dir.path().join("link")), before);
        }

        #[test]
        fn without_a_bus_the_program_starts() {
            let dir = tempfile::tempdir().unwrap();
            let claimed = claim(dir.path(), Some("unix:path=/nowhere/at/all"), || ());
            assert!(matches!(claimed, Instance::Only { _kept: None }));
        }
    }
}
