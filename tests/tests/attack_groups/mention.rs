//! Mentions that no window would make.

use sotto_machine::{
    post::{Mention, Post},
    rows::Content,
};
use sotto_tests::{forger, group_forger};
use sotto_wire::MessageId;

use super::scene;

#[test]
fn a_mention_that_lies_nowhere_or_names_a_stranger_is_only_words() {
    let (mut town, group) = scene();
    let (carol, dave) = (town.account("carol"), town.account("dave"));
    let chat = town.group_chat("carol", &group);
    let at = |start, length, account| Mention { start, length, account };
    let forged = [
        vec![at(0, 60, carol)],
        vec![at(0, 6, carol), at(3, 6, carol)],
        vec![at(u32::MAX, 6, carol)],
        vec![at(0, 0, carol)],
        vec![at(0, 6, dave)],
    ];
    for (n, mentions) in (60..).zip(forged) {
        let mut inner = group_forger::inner(town.person("bob"), &group, n, "", town.now);
        inner.body.clear();
        let post = Post { mentions, ..Post::text("@Carol, look") };
        minicbor::encode(forger::ForgedBody::Post(post), &mut inner.body).unwrap();
        let secret = group_forger::secret_of(town.person("bob"), &group);
        let mut session = group_forger::session_of(town.person("bob"), &group);
        (0..n - 60).for_each(|_| drop(session.encrypt("skipped")));
        town.post_group_payload("carol", group_forger::payload(&secret, &mut session, &inner));
        let heard = town.person("carol").rows.conversation(chat).pop().expect("the words");
        assert_eq!(heard.id, MessageId([n; 16]));
        assert_eq!(heard.content, Content::Post(Post::text("@Carol, look")), "{n}");
        assert!(!heard.marks.mentioned, "{n}");
    }
}
