//! Notifications of the desktop, over D-Bus: one thread shows them, another hears what becomes of them. Neither waits
//! longer than a moment for a bus that does not answer, and where nothing shows notifications they are left out.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    thread,
    time::Duration,
};

use tracing::debug;
use zbus::{
    blocking::{Proxy, connection::Builder, proxy},
    proxy::CacheProperties,
    zvariant::Value,
};

use super::{Answer, Shown, body};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// How long the desktop may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

type Answered = Arc<dyn Fn(i64, i64, Answer) + Send + Sync>;

/// Shows one notification for each chat; a newer one takes the place of the one before.
#[derive(Clone)]
pub(crate) struct Notifier {
    orders: mpsc::Sender<Order>,
}

enum Order {
    Show(Box<Shown>),
    Withdraw(i64),
    Clear,
}

impl Notifier {
    /// `answered` is called with the chat, the message's place and what was done, on a thread of its own.
    pub(crate) fn new(answered: impl Fn(i64, i64, Answer) + Send + Sync + 'static) -> Self {
        Self::on(None, answered)
    }

    /// On the bus at this address, else on that of the session.
    pub(super) fn on(address: Option<String>, answered: impl Fn(i64, i64, Answer) + Send + Sync + 'static) -> Self {
        let (orders, given) = mpsc::channel();
        let mut desktop = Desktop { address, answered: Arc::new(answered), shown: Shelf::default(), connected: None };
        let thread = thread::Builder::new().name("notifications".to_owned());
        if let Err(error) = thread.spawn(move || desktop.work(&given)) {
            debug!(%error, "no thread for notifications");
        }
        Self { orders }
    }

    /// Returns at once: the system may take its time.
    pub(crate) fn show(&self, shown: Shown) {
        let _ = self.orders.send(Order::Show(Box::new(shown)));
    }

    /// What a chat's notification told of was read, or is gone.
    pub(crate) fn withdraw(&self, chat: i64) {
        let _ = self.orders.send(Order::Withdraw(chat));
    }

    /// The program ends: nothing would come of a click.
    pub(crate) fn clear(&self) {
        let _ = self.orders.send(Order::Clear);
    }
}

impl std::fmt::Debug for Notifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Notifier").finish_non_exhaustive()
    }
}

/// What is on the screen: the desktop's number of it, the chat and the message's place.
#[derive(Clone, Default)]
struct Shelf(Arc<Mutex<BTreeMap<u32, (i64, i64)>>>);

impl Shelf {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<u32, (i64, i64)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Desktop {
    address: Option<String>,
    answered: Answered,
    shown: Shelf,
    connected: Option<Connected>,
}

struct Connected {
    proxy: Proxy<'static>,
    abilities: Vec<String>,
}

impl Desktop {
    fn work(&mut self, orders: &mpsc::Receiver<Order>) {
        while let Ok(order) = orders.recv() {
            let done = match order {
                Order::Show(shown) => self.show(&shown),
                Order::Withdraw(chat) => self.close(|shown| shown == chat),
                Order::Clear => self.close(|_| true),
            };
            if let Err(error) = done {
                debug!(%error, "nothing shows notifications here");
                // The next one tries again.
                self.connected = None;
                self.shown.lock().clear();
            }
        }
    }

    fn show(&mut self, shown: &Shown) -> zbus::Result<()> {
        let Shown { notification, words } = shown;
        let (proxy, abilities) = self.proxy()?;
        // The desktop's own wish not to be disturbed; those that have none do not know the property.
        if proxy.get_property("Inhibited").unwrap_or(false) {
            return Ok(());
        }
        // Held until the number is known: an answer may come before that.
        let mut shelf = self.shown.lock();
        let before = shelf.iter().find(|(_, (chat, _))| *chat == notification.chat).map_or(0, |(id, _)| *id);
        let can = |ability: &str| abilities.iter().any(|known| known == ability);
        let mut actions = Vec::new();
        if can("actions") {
            // The name that the specification gives to a click on the notification itself.
            actions.extend(["default", words.open, "mark-read", words.mark_read]);
        }
        // Where nothing can be written into a notification, an answer is written in the window.
        if can("inline-reply") {
            actions.extend(["inline-reply", words.reply]);
        } else if can("actions") {
            actions.extend(["reply", words.reply]);
        }
        let mut hints =
            HashMap::from([("category", Value::from("im.received")), ("desktop-entry", Value::from("Sotto"))]);
        match notification.sound {
            true => hints.insert("sound-name", Value::from("message-new-instant")),
            false => hints.insert("suppress-sound", Value::from(true)),
        };
        let text = body(notification.text.as_deref(), can("body-markup"));
        let arguments = ("Sotto", before, "sotto", notification.title.as_str(), text, actions, hints, -1_i32);
        let id: u32 = proxy.call("Notify", &arguments)?;
        shelf.remove(&before);
        shelf.insert(id, (notification.chat, notification.order));
        Ok(())
    }

    fn close(&mut self, which: impl Fn(i64) -> bool) -> zbus::Result<()> {
        let mut ids = Vec::new();
        self.shown.lock().retain(|id, (chat, _)| {
            let goes = which(*chat);
            ids.extend(goes.then_some(*id));
            !goes
        });
        if ids.is_empty() {
            return Ok(());
        }
        let (proxy, _) = self.proxy()?;
        for id in ids {
            proxy.call::<_, _, ()>("CloseNotification", &id)?;
        }
        Ok(())
    }

    /// What shows notifications, and what it can do; a connection is made with the first wish for it.
    fn proxy(&mut self) -> zbus::Result<(Proxy<'static>, Vec<String>)> {
        if let Some(Connected { proxy, abilities }) = &self.connected {
            return Ok((proxy.clone(), abilities.clone()));
        }
        let builder = match &self.address {
            Some(address) => Builder::address(address.as_str())?,
            None => Builder::session()?,
        };
        let connection = builder.method_timeout(PATIENCE).build()?;
        let proxy: Proxy<'static> = proxy::Builder::new(&connection)
            .destination(NAME)?
            .path(PATH)?
            .interface(NAME)?
            .cache_properties(CacheProperties::No)
            .build()?;
        let abilities: Vec<String> = proxy.call("GetCapabilities", &())?;
        self.listen(&proxy)?;
        self.connected = Some(Connected { proxy: proxy.clone(), abilities: abilities.clone() });
        Ok((proxy, abilities))
    }

    /// Hears what becomes of notifications until the connection ends.
    fn listen(&self, proxy: &Proxy<'static>) -> zbus::Result<()> {
        let signals = proxy.receive_all_signals()?;
        let (shown, answered) = (self.shown.clone(), Arc::clone(&self.answered));
        let hear = move || {
            for message in signals {
                hear(&message, &shown, &answered);
            }
        };
        thread::Builder::new().name("notification answers".to_owned()).spawn(hear)?;
        Ok(())
    }
}

/// Each notification is of somebody else too: what is not ours is not on the shelf.
fn hear(message: &zbus::Message, shown: &Shelf, answered: &Answered) {
    let (header, content) = (message.header(), message.body());
    let (id, answer) = match header.member().map(|member| member.as_str()) {
        Some("ActionInvoked") => match content.deserialize::<(u32, String)>() {
            Ok((id, action)) if action == "default" || action == "reply" => (id, Answer::Open),
            Ok((id, action)) if action == "mark-read" => (id, Answer::Read),
            _ => return,
        },
        Some("NotificationReplied") => match content.deserialize::<(u32, String)>() {
            Ok((id, text)) if !text.trim().is_empty() => (id, Answer::Reply(text)),
            _ => return,
        },
        Some("NotificationClosed") => {
            if let Ok((id, _)) = content.deserialize::<(u32, u32)>() {
                shown.lock().remove(&id);
            }
            return;
        }
        _ => return,
    };
    let found = shown.lock().remove(&id);
    if let Some((chat, order)) = found {
        answered(chat, order, answer);
    }
}
