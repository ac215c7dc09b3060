//! A desktop's notifications and tray, on a bus of a test's own: the other side of the real protocols.
//!
//! `desktop_double EVENTS` takes one JSON command a line and writes one JSON event a line to the file EVENTS. It ends
//! with its input.

#[cfg(not(target_os = "linux"))]
fn main() {}

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    linux::run()
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{
        collections::{HashMap, VecDeque},
        fs::File,
        io::Write as _,
        sync::{Arc, Mutex, PoisonError},
    };

    use anyhow::Context as _;
    use serde::Deserialize;
    use serde_json::{Value as Json, json};
    use sotto_tests::client_bench::close_window;
    use zbus::{
        blocking::{Connection, Proxy, connection::Builder},
        zvariant::{OwnedValue, Value},
    };

    const NOTIFICATIONS: &str = "org.freedesktop.Notifications";
    const NOTIFICATIONS_PATH: &str = "/org/freedesktop/Notifications";
    const WATCHER: &str = "org.kde.StatusNotifierWatcher";
    const ITEM: &str = "org.kde.StatusNotifierItem";
    const MENU: &str = "com.canonical.dbusmenu";

    /// What the test wants.
    #[derive(Deserialize)]
    #[serde(tag = "do", rename_all = "snake_case")]
    enum Command {
        /// A button of a notification.
        Press { id: u32, action: String },
        /// Something written into one.
        Reply { id: u32, text: String },
        /// Do not disturb.
        Inhibit { on: bool },
        /// What stands in the tray.
        Tray,
        /// A press on what stands there.
        Activate,
        /// A line of its menu.
        Choose { label: String },
        /// The button in the frame of a window.
        Close { process: u32 },
    }

    #[derive(Clone)]
    struct Report(Arc<Mutex<File>>);

    impl Report {
        fn write(&self, event: &Json) {
            let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            writeln!(file, "{event}").expect("the report can be written");
        }
    }

    struct Notifications {
        report: Report,
        inhibited: bool,
        last: u32,
    }

    #[zbus::interface(name = "org.freedesktop.Notifications")]
    impl Notifications {
        fn get_capabilities(&self) -> Vec<&'static str> {
            vec!["actions", "body", "inline-reply"]
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
            _hints: HashMap<String, OwnedValue>,
            _timeout: i32,
        ) -> u32 {
            self.last += u32::from(replaces == 0);
            let id = if replaces == 0 { self.last } else { replaces };
            self.report
                .write(&json!({ "kind": "notified", "id": id, "title": title, "text": text, "actions": actions }));
            id
        }

        fn close_notification(&self, id: u32) {
            self.report.write(&json!({ "kind": "closed", "id": id }));
        }

        fn get_server_information(&self) -> (&'static str, &'static str, &'static str, &'static str) {
            ("desktop_double", "sotto", "1", "1.2")
        }

        #[zbus(property)]
        fn inhibited(&self) -> bool {
            self.inhibited
        }
    }

    /// Icon, pictures of it, title, text.
    type ToolTip = (String, Vec<(i32, i32, Vec<u8>)>, String, String);

    struct Watcher {
        report: Report,
        items: Arc<Mutex<Vec<String>>>,
    }

    #[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
    impl Watcher {
        fn register_status_notifier_item(&self, service: String) {
            self.report.write(&json!({ "kind": "item", "service": service }));
            self.items.lock().unwrap_or_else(PoisonError::into_inner).push(service);
        }

        #[zbus(property)]
        fn is_status_notifier_host_registered(&self) -> bool {
            true
        }
    }

    pub(super) fn run() -> anyhow::Result<()> {
        let path = std::env::args().nth(1).context("desktop_double EVENTS")?;
        let report = Report(Arc::new(Mutex::new(File::create(path)?)));
        let items = Arc::new(Mutex::new(Vec::new()));
        let notifications = Notifications { report: report.clone(), inhibited: false, last: 0 };
        let watcher = Watcher { report: report.clone(), items: Arc::clone(&items) };
        let connection = Builder::session()?
            .serve_at(NOTIFICATIONS_PATH, notifications)?
            .serve_at("/StatusNotifierWatcher", watcher)?
            .name(NOTIFICATIONS)?
            .name(WATCHER)?
            .build()?;
        report.write(&json!({ "kind": "ready" }));
        for line in std::io::stdin().lines() {
            let command: Command = serde_json::from_str(&line?)?;
            let item = items.lock().unwrap_or_else(PoisonError::into_inner).last().cloned();
            if let Err(error) = obey(&connection, &report, item, command) {
                report.write(&json!({ "kind": "failed", "why": format!("{error:#}") }));
            }
        }
        Ok(())
    }

    fn obey(connection: &Connection, report: &Report, item: Option<String>, command: Command) -> anyhow::Result<()> {
        let signal = |name, id: u32, what: String| {
            connection.emit_signal(None::<&str>, NOTIFICATIONS_PATH, NOTIFICATIONS, name, &(id, what))
        };
        match command {
            Command::Press { id, action } => signal("ActionInvoked", id, action)?,
            Command::Reply { id, text } => signal("NotificationReplied", id, text)?,
            Command::Inhibit { on } => {
                let interface = connection.object_server().interface::<_, Notifications>(NOTIFICATIONS_PATH)?;
                interface.get_mut().inhibited = on;
            }
            Command::Tray => {
                let item = item.context("no tray item")?;
                let proxy = Proxy::new(connection, item.clone(), "/StatusNotifierItem", ITEM)?;
                let tip: ToolTip = proxy.get_property("ToolTip")?;
                let menu: Vec<Json> = menu(connection, &item)?.into_iter().map(|(_, line)| line).collect();
                report.write(&json!({ "kind": "tray", "tip": tip.3, "menu": menu }));
            }
            Command::Activate => {
                let proxy = Proxy::new(connection, item.context("no tray item")?, "/StatusNotifierItem", ITEM)?;
                proxy.call::<_, _, ()>("Activate", &(0, 0))?;
            }
            Command::Choose { label } => {
                let item = item.context("no tray item")?;
                let found = menu(connection, &item)?.into_iter().find(|(_, line)| line["label"] == label.as_str());
                let (id, _) = found.with_context(|| format!("no line {label}"))?;
                let proxy = Proxy::new(connection, item, "/MenuBar", MENU)?;
                proxy.call::<_, _, ()>("Event", &(id, "clicked", Value::from(0), 0_u32))?;
            }
            Command::Close { process } => close_window(process)?,
        }
        Ok(())
    }

    type Properties = HashMap<String, OwnedValue>;

    /// The lines of the menu and their numbers.
    fn menu(connection: &Connection, item: &str) -> anyhow::Result<Vec<(i32, Json)>> {
        let proxy = Proxy::new(connection, item.to_owned(), "/MenuBar", MENU)?;
        let layout: (u32, (i32, Properties, Vec<OwnedValue>)) =
            proxy.call("GetLayout", &(0, -1, Vec::<String>::new()))?;
        let mut lines = VecDeque::from(layout.1.2);
        let mut found = Vec::new();
        while let Some(line) = lines.pop_front() {
            let (id, properties, inner): (i32, Properties, Vec<OwnedValue>) = line.try_into()?;
            lines.extend(inner);
            let text = |name: &str| properties.get(name).and_then(|value| <&str>::try_from(value).ok());
            let number = |name: &str| properties.get(name).and_then(|value| i32::try_from(value).ok());
            let enabled = properties.get("enabled").and_then(|value| bool::try_from(value).ok()).unwrap_or(true);
            let line = json!({ "label": text("label"), "enabled": enabled, "checked": number("toggle-state") });
            found.push((id, line));
        }
        Ok(found)
    }
}
