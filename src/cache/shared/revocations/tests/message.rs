//! The format of a message.

use super::*;

#[test]
fn a_message_is_read_only_with_its_secret_in_its_log_and_whole() {
    let message = |revoked| Message {
        incarnation: Incarnation(u128::MAX - 5),
        read: Read {
            position: LogPosition(u128::MAX - 7),
            link: [9; 16],
        },
        revoked,
    };
    for revoked in [
        Revoked::Earlier,
        Revoked::Everything,
        groups(&[]),
        groups(&[ONE, OTHER]),
        Revoked::Principal(ONE),
        Revoked::Tag(OTHER),
    ] {
        let message = message(revoked);
        let sealed = message.seal(&secret(), LOG, 1);
        assert_eq!(open(&sealed), Some(message.clone()));
        assert_ne!(sealed, message.seal(&secret(), LOG, 2));
        assert_eq!(Message::open(&secret(), "another", &sealed), None);
        let other_secret = Secret::new(&[8; 32]).unwrap();
        assert_eq!(Message::open(&other_secret, LOG, &sealed), None);
        for length in 0..sealed.len() {
            assert_eq!(open(&sealed[..length]), None);
            let mut altered = sealed.clone();
            altered[length] ^= 1;
            assert_eq!(open(&altered), None);
        }
    }
    let many = groups(&[ONE; 256]);
    let read = open(&message(many).seal(&secret(), LOG, 1)).unwrap();
    assert_eq!(read.revoked, Revoked::Everything);
}
