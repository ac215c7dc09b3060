//! How values lie in columns: ids and secrets as blobs, words as text, counters and times as integers.

use rusqlite::{
    Row, ToSql,
    types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, Value, ValueRef},
};
use sotto_machine::rows::{ChatId, Secret32};
use sotto_wire::{
    AccountId, DeviceId, DeviceList, DeviceToken, GroupId, Hash, KeyId, MessageId, PhoneNumber, PublicKey, SendId,
    Signed,
};

/// A type that lies in one column.
pub(crate) trait Column: Sized {
    fn to_column(&self) -> ToSqlOutput<'_>;
    fn from_column(value: ValueRef<'_>) -> FromSqlResult<Self>;
}

/// Binds a value as a parameter.
pub(crate) struct Bind<'a, T>(pub(crate) &'a T);

impl<T: Column> ToSql for Bind<'_, T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.to_column())
    }
}

struct Taken<T>(T);

impl<T: Column> FromSql for Taken<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        T::from_column(value).map(Self)
    }
}

/// The columns of one result row, taken from left to right in the order in which the query lists them.
pub(crate) struct Fields<'r, 's> {
    row: &'r Row<'s>,
    next: usize,
}

impl<'r, 's> Fields<'r, 's> {
    pub(crate) fn of(row: &'r Row<'s>) -> Self {
        Self { row, next: 0 }
    }

    pub(crate) fn take<T: Column>(&mut self) -> rusqlite::Result<T> {
        let value = self.row.get::<_, Taken<T>>(self.next)?.0;
        self.next += 1;
        Ok(value)
    }

    /// True when the next column is NULL; it is not taken.
    pub(crate) fn next_is_null(&self) -> rusqlite::Result<bool> {
        Ok(matches!(self.row.get_ref(self.next)?, ValueRef::Null))
    }
}

fn integer(value: i64) -> ToSqlOutput<'static> {
    ToSqlOutput::Owned(Value::Integer(value))
}

pub(crate) fn unreadable(what: &'static str) -> FromSqlError {
    FromSqlError::Other(format!("not a {what}").into())
}

macro_rules! blob_column {
    ($($name:ident),+) => {$(
        impl Column for $name {
            fn to_column(&self) -> ToSqlOutput<'_> {
                ToSqlOutput::Borrowed(ValueRef::Blob(&self.0))
            }

            fn from_column(value: ValueRef<'_>) -> FromSqlResult<Self> {
                value.as_blob()?.try_into().map($name).map_err(|_| unreadable(stringify!($name)))
            }
        }
    )+};
}

blob_column!(AccountId, DeviceId, GroupId, MessageId, SendId, KeyId, Hash, PublicKey, DeviceToken, Secret32);

/// The tag in front of a group's payloads.
impl Column for [u8; 16] {
    fn to_column(&self) -> ToSqlOutput<'_> {
        ToSqlOutput::Borrowed(ValueRef::Blob(self))
    }

    fn from_column(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_blob()?.try_into().map_err(|_| unreadable("tag"))
    }
}

/// Unsigned times and counters. SQLite's integers are signed: what does not fit is kept as the greatest one and
/// read as `u64::MAX`, so that order holds, "never" survives, and no number a stranger chose can fail a batch.
impl Column for u64 {
    fn to_column(&self) -> ToSqlOutput<'_> {
        integer(i64::try_from(*self).unwrap_or(i64::MAX))
    }

    fn from_column(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_i64()? {
            i64::MAX => Ok(Self::MAX),
            fits => Self::try_from(fits).map_err(|_| unreadable("time or counter")),
        }
    }
}

macro_rules! integer_column {
    ($($name:ty),+) => {$(
        impl Column for $name {
            fn to_column(&self) -> ToSqlOutput<'_> {
                integer(i64::from(*self))
            }

            fn from_column(value: ValueRef<'_>) -> FromSqlResult<Self> {
                Self::try_from(value.as_i64()?).map_err(|_| unreadable(stringify!($name)))
            }
        }
    )+};
}

integer_column!(u8, u32, i64);

impl Column for bool {
    fn to_column(&self) -> ToSqlOutput<'_> {
        integer(i64::from(*self))
    }

    fn from_column(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(value.as_i64()? != 0)
    }
}

impl Column for ChatId {
    fn to_column(&self) -> ToSqlOutput<'_> {
        integer(self.0)
    }

    fn from_column(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Self)
    }
}

impl Column for String {
    fn to_column(&self) -> ToSqlOutput<'_> {
        ToSqlOutput::Borrowed(ValueRef::Text(self.as_bytes()))
    }

    fn from_column(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str().map(str::to_owned)
    }
}

impl Column for Vec<u8> {
    fn to_column(&self) -> ToSqlOutput<'_> {
        ToSqlOutput::Borrowed(ValueRef::Blob(self))
    }

    fn from_column(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_blob().map(<[u8]>::to_vec)
    }
}

impl Column for PhoneNumber {
    fn to_column(&self) -> ToSqlOutput<'_> {
        ToSqlOutput::Borrowed(ValueRef::Text(self.as_str().as_bytes()))
    }

    fn from_column(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map_err(|_| unreadable("phone number"))
    }
}

impl Column for Signed<DeviceList> {
    fn to_column(&self) -> ToSqlOutput<'_> {
        ToSqlOutput::Owned(Value::Blob(self.to_vec()))
    }

    fn from_column(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::from_slice(value.as_blob()?).map_err(|_| unreadable("device list"))
    }
}

impl<T: Column> Column for Option<T> {
    fn to_column(&self) -> ToSqlOutput<'_> {
        self.as_ref().map_or(ToSqlOutput::Borrowed(ValueRef::Null), T::to_column)
    }

    fn from_column(value: ValueRef<'_>) -> FromSqlResult<Self> {
        if matches!(value, ValueRef::Null) { Ok(None) } else { T::from_column(value).map(Some) }
    }
}

/// Gives an enum its word in a text column: `words!(Trust as "trust" { FirstSeen = "first_seen" })`.
macro_rules! words {
    ($name:ident as $what:literal { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $crate::column::Column for $name {
            fn to_column(&self) -> rusqlite::types::ToSqlOutput<'_> {
                let word: &'static str = match self { $(Self::$variant => $word,)+ };
                word.into()
            }

            fn from_column(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                match value.as_str()? {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::column::unreadable($what)),
                }
            }
        }
    };
}
pub(crate) use words;
