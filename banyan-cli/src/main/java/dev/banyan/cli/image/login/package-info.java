/**
 * The logins to registries that this user keeps for Docker's or Podman's tools.
 *
 * <p>{@link dev.banyan.cli.image.login.Logins} is asked for one registry: it looks into Docker's configuration and then Podman's, asks the credential
 * helper that is named there, and hands out what it found. Nothing is written, nothing is kept, and texts show no secrets.
 *
 * <p><b>Caveats.</b> A configuration that cannot be read is a failure, not an absence: an image would otherwise be asked for under no name.
 */
@NullMarked
package dev.banyan.cli.image.login;

import org.jspecify.annotations.NullMarked;
