package dev.banyan.api.compose.node;

/** What a scalar is. */
public enum Kind {
    /** Written without quotes: what it is depends on who asks. */
    PLAIN,
    /** Text, whatever it looks like. */
    TEXT,
    /** A whole number in decimal digits. */
    WHOLE,
    /** A number, with a point perhaps. */
    DECIMAL,
    /** {@code true} or {@code false}. */
    BOOLEAN,
    /** No value. */
    NULL
}
