package dev.banyan.api.compose.node;

/** What a tag says about the value of a key when files are joined. */
public enum Mark {
    /** It is joined with the one of the file before. */
    NONE,
    /** The one of the file before goes, and this one is no value: {@code !reset}. */
    RESET,
    /** It stands in place of the one of the file before: {@code !override}. */
    OVERRIDE
}
