//! The client under a stopwatch: the real window on a real screen, and the real engine on a profile of many years.
//!
//! Everything is measured from outside: the window by what an X server is told to draw and by the kernel's books, the
//! engine by what it has committed. The program holds nothing that serves the measuring.

mod catch_up;
mod closing;
mod cryptography;
mod full_profile;
mod group;
mod home;
mod media;
mod screen;
mod search;
mod sitting;
mod window;
mod x_server;

pub use catch_up::caught_up_per_second;
pub use closing::close_window;
pub use cryptography::opened_per_second;
pub use full_profile::{Amount, fill};
pub use group::{GroupCosts, group_costs};
pub use home::{Home, Village};
pub use media::{MediaCosts, PHOTO, media};
pub use search::{Searched, search};
pub use sitting::{Programs, Rounds, Sitting, sit_down};
