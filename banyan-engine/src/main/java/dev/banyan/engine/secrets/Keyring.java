package dev.banyan.engine.secrets;

import dev.banyan.runtime.env.Entropy;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The keys that an engine has. Immutable.
 *
 * <p>One seals. While it takes the place of another one, that is still there to open what it sealed; one that is to take its place is there before
 * it is used. Digests are made under the cluster's first key for ever: they are names, in releases and of contents.
 */
public final class Keyring {
    private static final String DIGEST = "digest";
    private static final String FORMER = "former";
    private static final String NEXT = "next";

    private final byte[] current;
    private final Map<String, byte[]> others;

    private Keyring(byte[] current, Map<String, byte[]> others) {
        KeyEncryptionKey.of(current);
        others.values().forEach(KeyEncryptionKey::of);
        this.current = current.clone();
        this.others = new LinkedHashMap<>(others);
    }

    /** One key alone. */
    public static Keyring of(byte[] key) {
        return new Keyring(key, Map.of());
    }

    /**
     * Reads the text of a ring: the key that seals in hexadecimal digits, then lines of a word and another key.
     *
     * @throws IllegalArgumentException when it is none
     */
    static Keyring parse(String text) {
        var lines = text.strip().lines().toList();
        var others = new LinkedHashMap<String, byte[]>();
        for (var line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            var words = line.split(" ", 2);
            if (words.length < 2 || !(words[0].equals(DIGEST) || words[0].equals(FORMER) || words[0].equals(NEXT))) {
                throw new IllegalArgumentException("a line is no key");
            }
            others.put(words[0], HexFormat.of().parseHex(words[1]));
        }
        return new Keyring(HexFormat.of().parseHex(lines.isEmpty() ? "" : lines.getFirst()), others);
    }

    /** What {@link #parse} reads. */
    String text() {
        var text = new StringBuilder(HexFormat.of().formatHex(current)).append('\n');
        others.forEach((word, key) -> text.append(word)
                .append(' ')
                .append(HexFormat.of().formatHex(key))
                .append('\n'));
        return text.toString();
    }

    /** The key that seals. */
    KeyEncryptionKey current() {
        return KeyEncryptionKey.of(current);
    }

    /** Says which key seals. */
    public String id() {
        return current().id();
    }

    KeyEncryptionKey digesting() {
        return other(DIGEST).orElseGet(this::current);
    }

    Optional<KeyEncryptionKey> former() {
        return other(FORMER);
    }

    Optional<KeyEncryptionKey> next() {
        return other(NEXT);
    }

    private Optional<KeyEncryptionKey> other(String word) {
        return Optional.ofNullable(others.get(word)).map(KeyEncryptionKey::of);
    }

    /** With a new key that is to take the place of the one that seals. */
    Keyring withNext(Entropy entropy) {
        var more = new LinkedHashMap<>(others);
        more.put(NEXT, entropy.bytes(KeyEncryptionKey.BYTES));
        return new Keyring(current, more);
    }

    /** The next key seals from now on. */
    Keyring turned() {
        var next = Optional.ofNullable(others.get(NEXT))
                .orElseThrow(() -> new IllegalStateException("there is no next key"));
        var more = new LinkedHashMap<String, byte[]>();
        more.put(DIGEST, others.getOrDefault(DIGEST, current));
        more.put(FORMER, current);
        return new Keyring(next, more);
    }

    /** What the former key sealed cannot be opened any more. */
    Keyring withoutFormer() {
        var fewer = new LinkedHashMap<>(others);
        fewer.remove(FORMER);
        return new Keyring(current, fewer);
    }

    @Override
    public String toString() {
        return "keyring " + id();
    }
}
