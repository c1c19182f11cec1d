package dev.banyan.api.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Who one is to a registry. Its text never shows secrets. */
public sealed interface Login {
    /** A name and a password or access token. */
    record Password(String username, String password) implements Login {
        String basic() {
            var pair = username + ":" + password;
            return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String toString() {
            return "Password[hidden]";
        }
    }

    /** A token that a former login gave, to be exchanged for others. */
    record IdentityToken(String token) implements Login {
        @Override
        public String toString() {
            return "IdentityToken[hidden]";
        }
    }
}
