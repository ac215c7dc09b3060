//! What the window does about what happens. Decides and does nothing itself, so that it is tested without a window.

use sotto_engine::{
    EngineEvent,
    view::{AppEvent, Notification, Settings, Theme},
};

/// Something that concerns the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Happening<'a> {
    /// The engine says something.
    Engine(&'a EngineEvent),
    /// The window gained or lost focus.
    Focus(bool),
    /// A notification was clicked.
    Clicked {
        /// The chat that it told of.
        chat: i64,
        /// The message.
        order: i64,
    },
}

/// Something to be done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Show a native notification.
    Notify(Notification),
    /// Bring the window to the front.
    Raise,
    /// Have the window show a message in its chat.
    OpenChat {
        /// Which chat.
        chat: i64,
        /// Where in it.
        order: i64,
    },
    /// Tell the engine whether somebody is looking.
    TellFocus(bool),
    /// Give the window this background, and remember it for the next start.
    Paint(Theme),
}

/// What is known of the window.
#[derive(Debug, Default)]
pub(crate) struct Controller {
    focus: bool,
    theme: Option<Theme>,
}

impl Controller {
    pub(crate) fn handle(&mut self, happening: Happening<'_>) -> Vec<Effect> {
        match happening {
            Happening::Focus(focus) if focus == self.focus => Vec::new(),
            Happening::Focus(focus) => {
                self.focus = focus;
                vec![Effect::TellFocus(focus)]
            }
            // Whoever looks at the window sees the message in the list.
            Happening::Engine(EngineEvent::Notification(_)) if self.focus => Vec::new(),
            Happening::Engine(EngineEvent::Notification(notification)) => vec![Effect::Notify(notification.clone())],
            Happening::Engine(EngineEvent::Rings { .. }) => vec![Effect::Raise],
            Happening::Engine(EngineEvent::App(AppEvent::State { state })) => self.paint(state.settings.as_ref()),
            Happening::Engine(EngineEvent::App(_)) => Vec::new(),
            Happening::Clicked { chat, order } => vec![Effect::Raise, Effect::OpenChat { chat, order }],
        }
    }

    fn paint(&mut self, settings: Option<&Settings>) -> Vec<Effect> {
        match settings.map(|settings| settings.theme) {
            Some(theme) if self.theme != Some(theme) => {
                self.theme = Some(theme);
                vec![Effect::Paint(theme)]
            }
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use sotto_engine::view::{AppState, Connection, Stage};

    use super::*;

    fn notification() -> Notification {
        Notification { chat: 7, order: 3, title: "Bob".to_owned(), text: Some("Hello".to_owned()) }
    }

    fn state(theme: Option<Theme>) -> EngineEvent {
        let settings = theme.map(|theme| Settings { theme, ..Settings::default() });
        let state =
            AppState { stage: Stage::Ready, me: None, settings, connection: Connection::Idle, version: String::new() };
        EngineEvent::App(AppEvent::State { state })
    }

    #[test]
    fn messages_are_announced_only_to_those_who_look_elsewhere() {
        let mut controller = Controller::default();
        let event = EngineEvent::Notification(notification());
        let arrived = Happening::Engine(&event);
        assert_eq!(controller.handle(arrived), [Effect::Notify(notification())]);
        controller.handle(Happening::Focus(true));
        assert_eq!(controller.handle(arrived), []);
        controller.handle(Happening::Focus(false));
        assert_eq!(controller.handle(arrived), [Effect::Notify(notification())]);
    }

    #[test]
    fn the_engine_hears_of_focus_once() {
        let mut controller = Controller::default();
        assert_eq!(controller.handle(Happening::Focus(false)), []);
        assert_eq!(controller.handle(Happening::Focus(true)), [Effect::TellFocus(true)]);
        assert_eq!(controller.handle(Happening::Focus(true)), []);
        assert_eq!(controller.handle(Happening::Focus(false)), [Effect::TellFocus(false)]);
    }

    #[test]
    fn a_click_raises_the_window_and_opens_the_chat() {
        let effects = Controller::default().handle(Happening::Clicked { chat: 7, order: 3 });
        assert_eq!(effects, [Effect::Raise, Effect::OpenChat { chat: 7, order: 3 }]);
    }

    #[test]
    fn the_window_is_painted_when_the_theme_changes() {
        let mut controller = Controller::default();
        assert_eq!(controller.handle(Happening::Engine(&state(None))), []);
        assert_eq!(controller.handle(Happening::Engine(&state(Some(Theme::Dark)))), [Effect::Paint(Theme::Dark)]);
        assert_eq!(controller.handle(Happening::Engine(&state(Some(Theme::Dark)))), []);
        assert_eq!(controller.handle(Happening::Engine(&state(Some(Theme::Light)))), [Effect::Paint(Theme::Light)]);
    }

    #[test]
    fn what_the_pages_hear_themselves_is_left_to_them() {
        let typing = EngineEvent::App(AppEvent::Typing { chat: 7, writing: true });
        assert_eq!(Controller::default().handle(Happening::Engine(&typing)), []);
    }
}
