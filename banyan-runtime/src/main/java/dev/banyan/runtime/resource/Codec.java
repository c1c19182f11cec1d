package dev.banyan.runtime.resource;

import java.util.function.Function;

/**
 * Turns values into bytes and back. {@code decode(encode(v))} equals {@code v}; equal values encode to equal bytes, since generation
 * counts changes of bytes. Thread-safe.
 */
public interface Codec<T> {
    /** Text as UTF-8; the empty text is the empty value. */
    Codec<String> TEXT = new Codec<>() {
        @Override
        public Bytes encode(String value) {
            return Bytes.utf8(value);
        }

        @Override
        public String decode(Bytes bytes) {
            return bytes.toUtf8();
        }
    };

    /**
     * Values as UTF-8 text, by two functions that undo each other.
     *
     * @param empty what empty bytes stand for, and what is written as such
     * @param write the text of a value; never empty but for {@code empty}
     * @param read the value of a text; what it throws becomes a {@link DecodeException}
     */
    static <T> Codec<T> ofText(T empty, Function<T, String> write, Function<String, T> read) {
        return new Codec<>() {
            @Override
            public Bytes encode(T value) {
                return value.equals(empty) ? Bytes.EMPTY : Bytes.utf8(write.apply(value));
            }

            @Override
            public T decode(Bytes bytes) {
                try {
                    return bytes.isEmpty() ? empty : read.apply(bytes.toUtf8());
                } catch (RuntimeException malformed) {
                    throw new DecodeException("not a text of this type: " + malformed, malformed);
                }
            }
        };
    }

    /** Never fails for a value of the type. */
    Bytes encode(T value);

    /**
     * Decodes; empty bytes give the type's empty value.
     *
     * @throws DecodeException when the bytes are not a value of the type
     */
    T decode(Bytes bytes);
}
