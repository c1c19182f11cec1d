package dev.banyan.runtime.resource;

/** Kinds whose spec and status are texts, for tests that are about something else. */
public final class Texts {
    /** UTF-8; the text {@code undecodable} cannot be read back. */
    public static final Codec<String> CODEC = new Codec<>() {
        @Override
        public Bytes encode(String value) {
            return Bytes.utf8(value);
        }

        @Override
        public String decode(Bytes bytes) {
            var text = bytes.toUtf8();
            if (text.equals("undecodable")) {
                throw new DecodeException("a text that cannot be read", new IllegalArgumentException(text));
            }
            return text;
        }
    };

    private Texts() {}

    public static Kind<String, String> kind(String name) {
        return new Kind<>(name, Kind.Scope.NAMESPACED, CODEC, CODEC);
    }
}
