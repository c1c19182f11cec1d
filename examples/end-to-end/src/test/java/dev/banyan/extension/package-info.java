/**
 * A cluster that a program of a user's extends: a kind of its own, registered with running engines and kept by a process with a certificate
 * of its own. The program is the one in {@code examples/controllers/cluster-extension}.
 */
@NullMarked
package dev.banyan.extension;

import org.jspecify.annotations.NullMarked;
