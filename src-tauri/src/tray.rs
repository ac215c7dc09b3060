//! Sotto beside the clock, while its window is closed: what is unread, and the way back in.
//!
//! A desktop without a place for such things never gets it, and then closing the window ends the program.

/// What is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Entries not read yet.
    pub(crate) unread: u32,
    /// No notifications for now.
    pub(crate) do_not_disturb: bool,
    /// In the person's language.
    pub(crate) words: crate::words::Words,
}

/// What happens there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TrayEvent {
    /// The window is wanted.
    Open,
    /// Notifications are, or are not.
    DoNotDisturb(bool),
    /// Everything is to end.
    Quit,
    /// The desktop shows it no longer, and may show it again.
    Gone,
}

/// A picture, four bytes a point: red, green, blue, opacity.
#[derive(Debug, Clone, Default)]
pub(crate) struct Picture {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) points: Vec<u8>,
}

pub(crate) use imp::Tray;

#[cfg(not(target_os = "linux"))]
mod imp {
    use super::{Picture, Standing, TrayEvent};

    /// There is none here: closing the window ends the program.
    #[derive(Debug)]
    pub(crate) struct Tray;

    impl Tray {
        pub(crate) fn start(_: Picture, _: Standing, _: impl Fn(TrayEvent) + Send + 'static) -> Self {
            Self
        }

        pub(crate) fn is_there(&self) -> bool {
            false
        }

        pub(crate) fn show(&self, _: Standing) {}
    }
}

#[cfg(target_os = "linux")]
mod imp {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicBool, Ordering},
            mpsc,
        },
        thread,
    };

    use ksni::{
        Icon, OfflineReason, ToolTip,
        blocking::TrayMethods as _,
        menu::{CheckmarkItem, MenuItem, StandardItem},
    };
    use tracing::debug;

    use super::{Picture, Standing, TrayEvent};

    /// Lives on a thread of its own, since the desktop may take its time.
    #[derive(Debug)]
    pub(crate) struct Tray {
        there: Arc<AtomicBool>,
        updates: mpsc::Sender<Standing>,
    }

    impl Tray {
        pub(crate) fn start(picture: Picture, standing: Standing, told: impl Fn(TrayEvent) + Send + 'static) -> Self {
            let there = Arc::new(AtomicBool::new(false));
            let (updates, given) = mpsc::channel();
            let item = Item { picture, standing, told, there: Arc::clone(&there), lost: AtomicBool::new(false).into() };
            let thread = thread::Builder::new().name("tray".to_owned());
            if let Err(error) = thread.spawn(move || work(item, &given)) {
                debug!(%error, "no thread for the tray");
            }
            Self { there, updates }
        }

        /// The desktop shows it.
        pub(crate) fn is_there(&self) -> bool {
            self.there.load(Ordering::SeqCst)
        }

        pub(crate) fn show(&self, standing: Standing) {
            let _ = self.updates.send(standing);
        }
    }

    fn work<F: Fn(TrayEvent) + Send + 'static>(item: Item<F>, given: &mpsc::Receiver<Standing>) {
        let (there, lost) = (Arc::clone(&item.there), Arc::clone(&item.lost));
        // A desktop that starts later than this is waited for.
        let handle = match item.assume_sni_available(true).spawn() {
            Ok(handle) => handle,
            Err(error) => return debug!(%error, "no tray here"),
        };
        there.store(!lost.load(Ordering::SeqCst), Ordering::SeqCst);
        while let Ok(standing) = given.recv() {
            handle.update(|item| item.standing = standing);
        }
    }

    struct Item<F> {
        picture: Picture,
        standing: Standing,
        told: F,
        there: Arc<AtomicBool>,
        /// The desktop has said that it shows none.
        lost: Arc<AtomicBool>,
    }

    impl<F: Fn(TrayEvent) + Send + 'static> ksni::Tray for Item<F> {
        fn id(&self) -> String {
            "sotto".to_owned()
        }

        fn title(&self) -> String {
            "Sotto".to_owned()
        }

        fn icon_pixmap(&self) -> Vec<Icon> {
            vec![drawn(&self.picture, self.standing.unread > 0)]
        }

        fn tool_tip(&self) -> ToolTip {
            let Standing { unread, words, .. } = self.standing;
            let description = if unread > 0 { format!("{}: {unread}", words.unread) } else { String::new() };
            ToolTip { title: "Sotto".to_owned(), description, ..ToolTip::default() }
        }

        fn activate(&mut self, _: i32, _: i32) {
            (self.told)(TrayEvent::Open);
        }

        fn menu(&self) -> Vec<MenuItem<Self>> {
            let Standing { unread, do_not_disturb, words } = self.standing;
            let line = |label: &str, event| -> MenuItem<Self> {
                StandardItem {
                    label: label.to_owned(),
                    activate: Box::new(move |item: &mut Self| (item.told)(event)),
                    ..StandardItem::default()
                }
                .into()
            };
            let mut menu = Vec::new();
            if unread > 0 {
                let label = format!("{}: {unread}", words.unread);
                menu.push(StandardItem { label, enabled: false, ..StandardItem::default() }.into());
            }
            menu.push(line(words.open, TrayEvent::Open));
            menu.push(
                CheckmarkItem {
                    label: words.do_not_disturb.to_owned(),
                    checked: do_not_disturb,
                    activate: Box::new(move |item: &mut Self| (item.told)(TrayEvent::DoNotDisturb(!do_not_disturb))),
                    ..CheckmarkItem::default()
                }
                .into(),
            );
            menu.push(MenuItem::Separator);
            menu.push(line(words.quit, TrayEvent::Quit));
            menu
        }

        fn watcher_online(&self) {
            self.lost.store(false, Ordering::SeqCst);
            self.there.store(true, Ordering::SeqCst);
        }

        fn watcher_offline(&self, reason: OfflineReason) -> bool {
            debug!(?reason, "the desktop shows no tray");
            self.lost.store(true, Ordering::SeqCst);
            if self.there.swap(false, Ordering::SeqCst) {
                (self.told)(TrayEvent::Gone);
            }
            true
        }
    }

    /// Opacity first, as the desktop wants it; with a dot in its corner when something is unread.
    fn drawn(picture: &Picture, dot: bool) -> Icon {
        const DOT: [u8; 4] = [0xff, 0xd2, 0x4b, 0x2c];
        let mut data: Vec<u8> = Vec::with_capacity(picture.points.len());
        let radius = picture.width / 5;
        for (at, point) in (0_u32..).zip(picture.points.chunks_exact(4)) {
            let (x, y) = (at % picture.width, at / picture.width);
            let away = (x.abs_diff(picture.width - radius).pow(2), y.abs_diff(radius).pow(2));
            match point {
                _ if dot && away.0 + away.1 <= radius.pow(2) => data.extend(DOT),
                [red, green, blue, opacity] => data.extend([*opacity, *red, *green, *blue]),
                _ => {}
            }
        }
        let side = |length: u32| i32::try_from(length).unwrap_or(0);
        Icon { width: side(picture.width), height: side(picture.height), data }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn the_picture_is_turned_around_and_has_a_dot_only_when_something_is_unread() {
            let picture = Picture { width: 10, height: 10, points: [1, 2, 3, 4].repeat(100) };
            let quiet = drawn(&picture, false);
            assert_eq!((quiet.width, quiet.height, quiet.data), (10, 10, [4, 1, 2, 3].repeat(100)));
            let dotted = drawn(&picture, true);
            assert_eq!(dotted.data.len(), 400);
            assert_eq!(dotted.data[(2 * 10 + 8) * 4..][..4], [0xff, 0xd2, 0x4b, 0x2c]);
            assert_eq!(dotted.data[(9 * 10) * 4..][..4], [4, 1, 2, 3]);
        }
    }
}
