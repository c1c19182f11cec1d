package dev.banyan.runtime.controller;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Codec;

/** Texts as UTF-8. */
final class Texts {
    static final Codec<String> CODEC = new Codec<>() {
        @Override
        public Bytes encode(String value) {
            return Bytes.utf8(value);
        }

        @Override
        public String decode(Bytes bytes) {
            return bytes.toUtf8();
        }
    };

    private Texts() {}
}
