/**
 * The kinds that Banyan ships: their registry, their names and labels.
 *
 * <p>Spec and status of every kind are protobuf messages of {@code banyan/v1}, used directly: the same bytes are stored, sent and
 * documented, and fields that a reader does not know survive it. {@link dev.banyan.api.kinds.Kinds} binds each pair of messages to its
 * name; {@link dev.banyan.api.kinds.TaskName} and {@link dev.banyan.api.kinds.DeploymentName} are the grammar of names that mean
 * something.
 */
@NullMarked
package dev.banyan.api.kinds;

import org.jspecify.annotations.NullMarked;
