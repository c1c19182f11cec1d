package dev.banyan.engine.server;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the engine listens.
 *
 * @param host address to bind
 * @param port TCP port; 0 lets the system choose
 * @param socket a socket in the file system beside it; its directory is made
 */
public record ServerSettings(String host, int port, Optional<Path> socket) {}
