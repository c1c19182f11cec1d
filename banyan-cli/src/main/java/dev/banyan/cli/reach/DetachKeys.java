package dev.banyan.cli.reach;

import java.util.ArrayList;
import java.util.List;

/** Keys that, pressed one after the other, let a person leave. For one task. */
final class DetachKeys {
    private static final String CONTROL = "ctrl-";

    private final List<Byte> keys;
    private int pressed;

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
        var passed = new java.io.ByteArrayOutputStream();
        for (int i = 0; i < length; i++) {
            if (!keys.isEmpty() && bytes[i] == keys.get(pressed)) {
                if (++pressed == keys.size()) {
                    pressed = 0;
                    return new Typed(passed.toByteArray(), true);
                }
                continue;
            }
            for (int held = 0; held < pressed; held++) {
                passed.write(keys.get(held));
            }
            pressed = !keys.isEmpty() && bytes[i] == keys.getFirst() && keys.size() > 1 ? 1 : 0;
            if (pressed == 0) {
                passed.write(bytes[i]);
            }
        }
        return new Typed(passed.toByteArray(), false);
    }
}
