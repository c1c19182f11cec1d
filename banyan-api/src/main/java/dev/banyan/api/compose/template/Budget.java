package dev.banyan.api.compose.template;

/** How much text variables may still become, in all files together, so that a long one used often does not fill the memory. */
public final class Budget {
    /** Most characters. */
    static final int FILLED_MAX = 4 * 1024 * 1024;

    private int left = FILLED_MAX;

    /** Takes so many characters; false when there are no more. */
    boolean take(int characters) {
        left -= Math.min(left, characters);
        return left > 0;
    }

    boolean spent() {
        return left <= 0;
    }
}
