package dev.banyan.cli.image.login;

import dev.banyan.api.registry.Login;
import java.util.Optional;

/** Asks a credential helper of Docker's, such as {@code docker-credential-pass}. */
public interface Helper {
    /**
     * The login for a server.
     *
     * @param name what follows {@code docker-credential-}
     * @return empty when the helper has none
     */
    Optional<Login> login(String name, String server) throws InterruptedException;
}
