//! Notifications on a bus of the test's own, shown by a desktop of the test's own.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
};

use zbus::{
    blocking::{Connection, connection::Builder},
    zvariant::OwnedValue,
};

use super::*;
use crate::bus::Bus;

/// What the desktop was asked to show.
#[derive(Debug)]
struct Asked {
    replaces: u32,
    title: String,
    text: String,
    actions: Vec<String>,
    quiet: bool,
}

struct Desktop {
    abilities: Vec<String>,
    asked: mpsc::Sender<Asked>,
    closed: mpsc::Sender<u32>,
    inhibited: Arc<AtomicBool>,
    last: u32,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Desktop {
    fn get_capabilities(&self) -> Vec<String> {
        self.abilities.clone()
    }

    #[expect(
        clippy::too_many_arguments,
        clippy::needless_pass_by_value,
        reason = "as the specification has them, and zbus gives them"
    )]
    fn notify(
        &mut self,
        _app: String,
        replaces: u32,
        _icon: String,
        title: String,
        text: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        let quiet = hints.contains_key("suppress-sound");
        self.asked.send(Asked { replaces, title, text, actions, quiet }).unwrap();
        if replaces == 0 {
            self.last += 1;
            return self.last;
        }
        replaces
    }

    #[zbus(property)]
    fn inhibited(&self) -> bool {
        self.inhibited.load(Ordering::SeqCst)
    }

    fn close_notification(&self, id: u32) {
        self.closed.send(id).unwrap();
    }
}

struct Scene {
    _bus: Bus,
    desktop: Connection,
    asked: mpsc::Receiver<Asked>,
    closed: mpsc::Receiver<u32>,
    inhibited: Arc<AtomicBool>,
    notifier: Notifier,
    answers: mpsc::Receiver<(i64, i64, Answer)>,
}

impl Scene {
    /// `None` where there is no `dbus-daemon` to begin a bus with.
    fn new(abilities: &[&str]) -> Option<Self> {
        let bus = Bus::begin()?;
        let address = bus.address.clone();
        let (asked, shown) = mpsc::channel();
        let (closed, gone) = mpsc::channel();
        let inhibited = Arc::new(AtomicBool::new(false));
        let abilities = abilities.iter().map(|ability| (*ability).to_owned()).collect();
        let desktop = Builder::address(address.as_str())
            .unwrap()
            .serve_at(
                "/org/freedesktop/Notifications",
                Desktop { abilities, asked, closed, inhibited: Arc::clone(&inhibited), last: 40 },
            )
            .unwrap()
            .name("org.freedesktop.Notifications")
            .unwrap()
            .build()
            .unwrap();
        let (answered, answers) = mpsc::channel();
        let notifier = Notifier::on(Some(address), move |chat, order, answer| {
            answered.send((chat, order, answer)).unwrap();
        });
        Some(Self { _bus: bus, desktop, asked: shown, closed: gone, inhibited, notifier, answers })
    }

    fn show(&self, chat: i64, order: i64, text: &str, sound: bool) -> Asked {
        self.offer(chat, order, text, sound);
        self.asked.recv().unwrap()
    }

    fn offer(&self, chat: i64, order: i64, text: &str, sound: bool) {
        let notification = Notification { chat, order, title: "Bob".into(), text: Some(text.into()), sound };
        self.notifier.show(Shown { notification, words: Words::of(Some("en")) });
    }

    fn signal(&self, name: &str, id: u32, what: &str) {
        let (path, interface) = ("/org/freedesktop/Notifications", "org.freedesktop.Notifications");
        self.desktop.emit_signal(None::<&str>, path, interface, name, &(id, what)).unwrap();
    }
}

#[test]
fn a_message_is_opened_marked_read_and_answered_from_its_notification() {
    let Some(scene) = Scene::new(&["actions", "inline-reply", "body-markup"]) else { return };
    let asked = scene.show(7, 3, "1 < 2", true);
    assert_eq!((asked.replaces, asked.title.as_str(), asked.text.as_str(), asked.quiet), (0, "Bob", "1 &lt; 2", false));
    let names: Vec<&str> = asked.actions.iter().step_by(2).map(String::as_str).collect();
    assert_eq!(names, ["default", "mark-read", "inline-reply"]);
    scene.signal("ActionInvoked", 41, "default");
    assert_eq!(scene.answers.recv().unwrap(), (7, 3, Answer::Open));
    scene.show(8, 5, "again", true);
    scene.signal("ActionInvoked", 42, "mark-read");
    assert_eq!(scene.answers.recv().unwrap(), (8, 5, Answer::Read));
    scene.show(9, 6, "well?", true);
    scene.signal("NotificationReplied", 43, "yes");
    assert_eq!(scene.answers.recv().unwrap(), (9, 6, Answer::Reply("yes".into())));
}

#[test]
fn a_newer_message_takes_the_place_of_the_one_before_and_others_are_none_of_ours() {
    let Some(scene) = Scene::new(&["actions"]) else { return };
    scene.show(7, 3, "one", true);
    let asked = scene.show(7, 4, "two", false);
    assert_eq!((asked.replaces, asked.quiet), (41, true));
    let names: Vec<&str> = asked.actions.iter().step_by(2).map(String::as_str).collect();
    assert_eq!(names, ["default", "mark-read", "reply"], "nothing is written into notifications here");
    // Of another program, empty, and of a name nobody offered.
    scene.signal("ActionInvoked", 7, "default");
    scene.signal("NotificationReplied", 41, "  ");
    scene.signal("ActionInvoked", 41, "explode");
    scene.signal("ActionInvoked", 41, "default");
    assert_eq!(scene.answers.recv().unwrap(), (7, 4, Answer::Open));
    assert!(scene.answers.try_recv().is_err());
    scene.show(7, 5, "three", true);
    scene.signal("ActionInvoked", 42, "reply");
    assert_eq!(scene.answers.recv().unwrap(), (7, 5, Answer::Open));
}

#[test]
fn what_was_read_elsewhere_goes_away() {
    let Some(scene) = Scene::new(&[]) else { return };
    scene.show(7, 3, "one", true);
    scene.show(8, 4, "two", true);
    scene.show(9, 5, "three", true);
    scene.notifier.withdraw(8);
    assert_eq!(scene.closed.recv().unwrap(), 42);
    scene.notifier.clear();
    let mut closed = [scene.closed.recv().unwrap(), scene.closed.recv().unwrap()];
    closed.sort_unstable();
    assert_eq!(closed, [41, 43]);
}

#[test]
fn a_desktop_that_is_not_to_be_disturbed_is_not() {
    let Some(scene) = Scene::new(&[]) else { return };
    scene.show(7, 3, "one", true);
    scene.inhibited.store(true, Ordering::SeqCst);
    scene.offer(7, 4, "two", true);
    // Done after the one before.
    scene.notifier.clear();
    scene.closed.recv().unwrap();
    scene.inhibited.store(false, Ordering::SeqCst);
    assert_eq!(scene.show(7, 5, "three", true).text, "three");
}
