package dev.banyan.cli.reach;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Keys that, pressed one after the other, let a person leave. For one task. */
final class DetachKeys {
    private static final String CONTROL = "ctrl-";

    private final List<Byte> keys;

    /** What was typed last, as long as the keys begin so. */
    private final List<Byte> held = new ArrayList<>();

    private DetachKeys(List<Byte> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * Reads keys with commas between, each a letter or {@code ctrl-} and one of {@code a-z@[\]^_}; an empty text is for no such keys.
     *
     * @throws IllegalArgumentException when it is something else
     */
    static DetachKeys parse(String text) {
        var keys = new ArrayList<Byte>();
        for (var key : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            keys.add(one(key, text));
        }
        return new DetachKeys(keys);
    }

    private static byte one(String key, String text) {
        if (key.length() == 1 && key.charAt(0) > ' ' && key.charAt(0) < 0x7F) {
            return (byte) key.charAt(0);
        }
        if (key.startsWith(CONTROL) && key.length() == CONTROL.length() + 1) {
            char letter = Character.toUpperCase(key.charAt(CONTROL.length()));
            if (letter >= '@' && letter <= '_') {
                return (byte) (letter - '@');
            }
        }
        throw new IllegalArgumentException(
                "\"" + text + "\" are no keys: write letters or ctrl-LETTER with commas between");
    }

    /** What was typed and may be part of the keys so far, or is not. */
    record Typed(byte[] passed, boolean left) {
        @Override
        public String toString() {
            return "Typed[" + passed.length + ", " + left + "]";
        }
    }

    /** Takes what was typed; keys that may become the whole are held back until they do not. */
    Typed typed(byte[] bytes, int length) {
        var passed = new ByteArrayOutputStream();
        for (int i = 0; i < length; i++) {
            held.add(bytes[i]);
            while (!held.isEmpty() && !begins(held)) {
                passed.write(held.removeFirst());
            }
            if (!keys.isEmpty() && held.size() == keys.size()) {
                held.clear();
                return new Typed(passed.toByteArray(), true);
            }
        }
        return new Typed(passed.toByteArray(), false);
    }

    private boolean begins(List<Byte> typed) {
        return typed.size() <= keys.size() && keys.subList(0, typed.size()).equals(typed);
    }
}
