package dev.banyan.engine.backing;

import java.nio.file.Path;

/** Certificate chain, private key and the authority that clients must come from, as PEM files. */
public record TlsFiles(Path certificate, Path key, Path authority) {}
