//! What a configuration may say, and what it may not.

use super::*;

fn from_variables(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::read(None, variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

#[test]
fn nothing_need_be_said() {
    let config = from_variables(&[]).unwrap();
    assert_eq!(config, Config::default());
    config.check().unwrap();
}

#[test]
fn variables_reach_into_tables_and_keep_their_kind() {
    let config = from_variables(&[
        ("SOTTO_RELAY_LISTEN", "127.0.0.1:0"),
        ("SOTTO_RELAY_LIMITS__CONNECTIONS", "7"),
        ("SOTTO_RELAY_CODES__CONSOLE", "false"),
        ("HOME", "/nowhere"),
    ]);
    let config = config.unwrap();
    assert_eq!((config.listen.as_str(), config.limits.connections, config.codes.console), ("127.0.0.1:0", 7, false));
}

#[test]
fn unknown_keys_are_errors_wherever_they_stand() {
    assert!(from_variables(&[("SOTTO_RELAY_LISTN", "x")]).is_err());
    assert!(from_variables(&[("SOTTO_RELAY_LIMITS__CONECTIONS", "7")]).is_err());
    assert!(matches!(
        from_variables(&[("SOTTO_RELAY_LISTEN", "x"), ("SOTTO_RELAY_LISTEN__PORT", "7")]),
        Err(ConfigError::Variable(_))
    ));
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), "[tls]\ncertificat = \"a.pem\"\n").unwrap();
    assert!(Config::read(Some(file.path()), []).is_err());
}

#[test]
fn a_variable_wins_over_the_file() {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), "name = \"one\"\n[limits]\nconnections = 3\nmailbox_messages = 9\n").unwrap();
    let variables = [("SOTTO_RELAY_LIMITS__CONNECTIONS".to_owned(), "4".to_owned())];
    let config = Config::read(Some(file.path()), variables).unwrap();
    assert_eq!((config.name.as_str(), config.limits.connections, config.limits.mailbox_messages), ("one", 4, 9));
}

#[test]
fn the_world_is_not_served_in_the_clear() {
    let open = Config { listen: "0.0.0.0:8750".to_owned(), ..Config::default() };
    assert!(matches!(open.check(), Err(ConfigError::Unprotected(_))));
    Config { behind_proxy: true, ..open.clone() }.check().unwrap();
    let tls = TlsConfig { certificate: Some("a.pem".into()), key: None };
    assert!(matches!(Config { tls, ..open }.check(), Err(ConfigError::HalfOfTls)));
}

#[test]
fn what_is_shown_can_be_read_back() {
    let shown = Config { data_dir: Some("/tmp/relay".into()), ..Config::default() }.show().unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), &shown).unwrap();
    assert_eq!(Config::read(Some(file.path()), []).unwrap().show().unwrap(), shown);
}
