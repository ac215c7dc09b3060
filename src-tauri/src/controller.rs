//! What the window does about what happens. Decides and does nothing itself, so that it is tested without a window.

use crate::{
    notify::Answer,
    tray::{Standing, TrayEvent},
    words::Words,
};
use sotto_engine::{
    EngineEvent,
    view::{AppEvent, AppState, Notification, Settings, Stage, Theme},
};

/// Something that concerns the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Happening<'a> {
    /// The engine says something.
    Engine(&'a EngineEvent),
    /// The window gained or lost focus.
    Focus(bool),
    /// Somebody did something with a notification.
    Answered {
        /// The chat that it told of.
        chat: i64,
        /// The message.
        order: i64,
        /// What was done.
        answer: &'a Answer,
    },
    /// Something happened in the tray.
    Tray(TrayEvent),
    /// The program was started to wait in the tray. Nothing else happens before that.
    StartedAside {
        /// What the engine found.
        state: Option<&'a AppState>,
        /// The tray shows a way back.
        there: bool,
    },
    /// The program was started once more.
    StartedAgain,
    /// The call that rang rings no longer.
    Decided {
        /// Somebody answered it here.
        answered: bool,
    },
    /// The floating call is to be seen in the window again.
    CallWanted,
    /// The last window is gone. `there`: the tray shows a way back.
    Closed {
        /// Or it does not.
        there: bool,
    },
}

/// Something to be done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Show a native notification.
    Notify(Notification),
    /// Bring the window to the front, or make it.
    Raise,
    /// Everything up to a message was seen.
    MarkRead {
        /// In which chat.
        chat: i64,
        /// Which message.
        order: i64,
    },
    /// Send what was written in a notification.
    Send {
        /// To which chat.
        chat: i64,
        /// What.
        text: String,
    },
    /// Show this beside the clock.
    Tray(Standing),
    /// Take the notification of a chat away.
    Withdraw(i64),
    /// Open the window out of the way.
    OpenAside,
    /// If the desktop has no tray after a while either, open the window out of the way.
    ComeBack,
    /// Want notifications, or none for now.
    DoNotDisturb(bool),
    /// End everything.
    End,
    /// Have the window show a message in its chat.
    OpenChat {
        /// Which chat.
        chat: i64,
        /// Where in it.
        order: i64,
    },
    /// Tell the engine whether somebody is looking.
    TellFocus(bool),
    /// Say when the call that rings is decided.
    Listen,
    /// Show the small window of the call that rings, or show it no longer.
    Ring(bool),
    /// Give the window this background, and remember it for the next start.
    Paint(Theme),
}

/// What is known of the window.
#[derive(Debug, Default)]
pub(crate) struct Controller {
    focus: bool,
    /// There is no window: the tray is the way back.
    closed: bool,
    /// Somebody calls, and nothing was decided yet.
    ringing: bool,
    /// The small window says so.
    rings: bool,
    theme: Option<Theme>,
    keep_running: bool,
    unread: u32,
    do_not_disturb: bool,
    language: Option<String>,
    tray: Option<Standing>,
}

impl Controller {
    pub(crate) fn handle(&mut self, happening: Happening<'_>) -> Vec<Effect> {
        match happening {
            Happening::Focus(focus) if focus == self.focus => Vec::new(),
            Happening::Focus(focus) => {
                self.focus = focus;
                [Effect::TellFocus(focus)].into_iter().chain(self.ring()).collect()
            }
            // Whoever looks at the window sees the message in the list.
            Happening::Engine(EngineEvent::Notification(_)) if self.focus => Vec::new(),
            Happening::Engine(EngineEvent::Notification(notification)) => vec![Effect::Notify(notification.clone())],
            Happening::Engine(EngineEvent::Withdrawn { chat }) => vec![Effect::Withdraw(*chat)],
            Happening::Engine(EngineEvent::Rings { .. }) => {
                self.ringing = true;
                [Effect::Listen].into_iter().chain(self.ring()).collect()
            }
            Happening::Decided { answered } => {
                self.ringing = false;
                // Before the small window goes: it may be the last one.
                let raised = if answered && self.rings { self.raise() } else { Vec::new() };
                raised.into_iter().chain(self.ring()).collect()
            }
            Happening::Engine(EngineEvent::App(AppEvent::State { state })) => {
                let mut effects = self.paint(state.settings.as_ref());
                if let Some(settings) = &state.settings {
                    (self.keep_running, self.do_not_disturb) = (settings.keep_running, settings.do_not_disturb);
                    self.language.clone_from(&settings.language);
                }
                effects.extend(self.stand());
                effects
            }
            Happening::Engine(EngineEvent::App(AppEvent::Unread { count })) => {
                self.unread = *count;
                self.stand().into_iter().collect()
            }
            Happening::Engine(EngineEvent::App(_)) => Vec::new(),
            Happening::Answered { chat, order, answer: Answer::Open } => {
                [self.raise(), vec![Effect::OpenChat { chat, order }]].concat()
            }
            Happening::Answered { chat, order, answer: Answer::Read } => vec![Effect::MarkRead { chat, order }],
            Happening::Answered { chat, order, answer: Answer::Reply(text) } => {
                vec![Effect::Send { chat, text: text.clone() }, Effect::MarkRead { chat, order }]
            }
            Happening::Tray(TrayEvent::Open) | Happening::StartedAgain | Happening::CallWanted => self.raise(),
            Happening::Tray(TrayEvent::DoNotDisturb(wanted)) => vec![Effect::DoNotDisturb(wanted)],
            Happening::Tray(TrayEvent::Quit) => vec![Effect::End],
            // Nobody could reach the program any more.
            Happening::Tray(TrayEvent::Gone) if self.closed => vec![Effect::ComeBack],
            Happening::Tray(TrayEvent::Gone) => Vec::new(),
            Happening::StartedAside { state, there } => {
                let settings =
                    state.filter(|state| state.stage == Stage::Ready).and_then(|state| state.settings.as_ref());
                self.closed = there && settings.is_some_and(|settings| settings.keep_running);
                if self.closed { Vec::new() } else { vec![Effect::OpenAside] }
            }
            Happening::Closed { there } if there && self.keep_running => {
                (self.focus, self.closed) = (false, true);
                Vec::new()
            }
            Happening::Closed { .. } => vec![Effect::End],
        }
    }

    fn raise(&mut self) -> Vec<Effect> {
        self.closed = false;
        vec![Effect::Raise]
    }

    /// The small window, if it has to come or go: whoever looks at the large one sees there who calls, and whoever is
    /// not to be disturbed sees nothing.
    fn ring(&mut self) -> Option<Effect> {
        let rings = self.ringing && !self.focus && !self.do_not_disturb;
        (std::mem::replace(&mut self.rings, rings) != rings).then_some(Effect::Ring(rings))
    }

    /// What notification and tray say is in this language.
    pub(crate) fn words(&self) -> Words {
        Words::of(self.language.as_deref())
    }

    /// The tray, if it has to look different.
    fn stand(&mut self) -> Option<Effect> {
        let standing = Standing { unread: self.unread, do_not_disturb: self.do_not_disturb, words: self.words() };
        (self.tray.replace(standing) != Some(standing)).then_some(Effect::Tray(standing))
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
    use sotto_engine::view::Connection;

    use super::*;

    fn notification() -> Notification {
        Notification { chat: 7, order: 3, title: "Bob".to_owned(), text: Some("Hello".to_owned()), sound: true }
    }

    fn with(settings: Settings) -> EngineEvent {
        let EngineEvent::App(AppEvent::State { state }) = state(None) else { panic!("a state") };
        EngineEvent::App(AppEvent::State { state: AppState { settings: Some(settings), ..state } })
    }

    fn state(theme: Option<Theme>) -> EngineEvent {
        let language = Some("en".to_owned());
        let settings = theme.map(|theme| Settings { theme, language, ..Settings::default() });
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
    fn a_notification_is_opened_read_or_answered() {
        let answered =
            |answer: &Answer| Controller::default().handle(Happening::Answered { chat: 7, order: 3, answer });
        assert_eq!(answered(&Answer::Open), [Effect::Raise, Effect::OpenChat { chat: 7, order: 3 }]);
        assert_eq!(answered(&Answer::Read), [Effect::MarkRead { chat: 7, order: 3 }]);
        let (send, read) = (Effect::Send { chat: 7, text: "yes".into() }, Effect::MarkRead { chat: 7, order: 3 });
        assert_eq!(answered(&Answer::Reply("yes".into())), [send, read]);
    }

    #[test]
    fn closing_ends_the_program_unless_there_is_a_way_back_and_it_is_wanted() {
        let mut controller = Controller::default();
        assert_eq!(controller.handle(Happening::Closed { there: true }), [Effect::End], "nobody is signed in");
        controller.handle(Happening::Engine(&state(Some(Theme::Dark))));
        assert_eq!(controller.handle(Happening::Closed { there: true }), []);
        assert_eq!(controller.handle(Happening::Closed { there: false }), [Effect::End]);
        let unwanted = with(Settings { keep_running: false, ..Settings::default() });
        controller.handle(Happening::Engine(&unwanted));
        assert_eq!(controller.handle(Happening::Closed { there: true }), [Effect::End]);
        assert_eq!(controller.handle(Happening::Tray(TrayEvent::Quit)), [Effect::End]);
        assert_eq!(controller.handle(Happening::StartedAgain), [Effect::Raise]);
    }

    #[test]
    fn a_closed_window_comes_back_when_the_tray_goes() {
        let mut controller = Controller::default();
        controller.handle(Happening::Engine(&state(Some(Theme::Dark))));
        let gone = Happening::Tray(TrayEvent::Gone);
        assert_eq!(controller.handle(gone), []);
        controller.handle(Happening::Closed { there: true });
        assert_eq!(controller.handle(gone), [Effect::ComeBack]);
        assert_eq!(controller.handle(Happening::Tray(TrayEvent::Open)), [Effect::Raise]);
        assert_eq!(controller.handle(gone), []);
    }

    #[test]
    fn a_start_aside_waits_in_the_tray_only_if_somebody_is_signed_in_and_wants_it_and_there_is_one() {
        let settings = Some(Settings::default());
        let state = |stage, settings| {
            let EngineEvent::App(AppEvent::State { state }) = state(None) else { panic!("a state") };
            AppState { stage, settings, ..state }
        };
        let aside =
            |state: Option<&AppState>, there| Controller::default().handle(Happening::StartedAside { state, there });
        assert_eq!(aside(Some(&state(Stage::Ready, settings.clone())), true), []);
        assert_eq!(aside(Some(&state(Stage::Ready, settings.clone())), false), [Effect::OpenAside]);
        assert_eq!(aside(Some(&state(Stage::Unlock, None)), true), [Effect::OpenAside]);
        assert_eq!(aside(None, true), [Effect::OpenAside], "the engine did not start, and says so in the window");
        let unwanted = Settings { keep_running: false, ..Settings::default() };
        assert_eq!(aside(Some(&state(Stage::Ready, Some(unwanted))), true), [Effect::OpenAside]);
    }

    #[test]
    fn the_tray_shows_what_is_unread_and_what_was_read_is_announced_no_longer() {
        let mut controller = Controller::default();
        let unread = |count| EngineEvent::App(AppEvent::Unread { count });
        let words = controller.words();
        let three = Standing { unread: 3, do_not_disturb: false, words };
        assert_eq!(controller.handle(Happening::Engine(&unread(3))), [Effect::Tray(three)]);
        assert_eq!(controller.handle(Happening::Engine(&unread(3))), []);
        let none = Standing { unread: 0, ..three };
        assert_eq!(controller.handle(Happening::Engine(&unread(0))), [Effect::Tray(none)]);
        let read = EngineEvent::Withdrawn { chat: 7 };
        assert_eq!(controller.handle(Happening::Engine(&read)), [Effect::Withdraw(7)]);
    }

    #[test]
    fn the_window_is_painted_when_the_theme_changes() {
        let mut controller = Controller::default();
        let mut painted = |theme| {
            let effects = controller.handle(Happening::Engine(&state(theme)));
            effects.into_iter().find(|effect| matches!(effect, Effect::Paint(_)))
        };
        assert_eq!(painted(None), None);
        assert_eq!(painted(Some(Theme::Dark)), Some(Effect::Paint(Theme::Dark)));
        assert_eq!(painted(Some(Theme::Dark)), None);
        assert_eq!(painted(Some(Theme::Light)), Some(Effect::Paint(Theme::Light)));
    }

    #[test]
    fn a_call_rings_in_a_small_window_for_those_who_look_elsewhere() {
        let rings = EngineEvent::Rings { chat: 7 };
        let rings = Happening::Engine(&rings);
        let decided = |answered| Happening::Decided { answered };
        let mut controller = Controller::default();
        assert_eq!(controller.handle(rings), [Effect::Listen, Effect::Ring(true)]);
        assert_eq!(controller.handle(decided(true)), [Effect::Raise, Effect::Ring(false)]);
        controller.handle(rings);
        assert_eq!(controller.handle(decided(false)), [Effect::Ring(false)]);
        controller.handle(Happening::Focus(true));
        assert_eq!(controller.handle(rings), [Effect::Listen], "it is to be seen where one looks");
        assert_eq!(controller.handle(Happening::Focus(false)), [Effect::TellFocus(false), Effect::Ring(true)]);
        assert_eq!(controller.handle(Happening::Focus(true)), [Effect::TellFocus(true), Effect::Ring(false)]);
        assert_eq!(controller.handle(decided(true)), [], "the window is in front already");
        assert_eq!(controller.handle(Happening::CallWanted), [Effect::Raise]);
    }

    #[test]
    fn no_call_comes_to_the_front_for_those_who_are_not_to_be_disturbed() {
        let mut controller = Controller::default();
        let quiet = with(Settings { do_not_disturb: true, ..Settings::default() });
        controller.handle(Happening::Engine(&quiet));
        assert_eq!(controller.handle(Happening::Engine(&EngineEvent::Rings { chat: 7 })), [Effect::Listen]);
    }

    #[test]
    fn what_the_pages_hear_themselves_is_left_to_them() {
        let typing = EngineEvent::App(AppEvent::Typing { chat: 7, writing: true, names: Vec::new() });
        assert_eq!(Controller::default().handle(Happening::Engine(&typing)), []);
    }
}
